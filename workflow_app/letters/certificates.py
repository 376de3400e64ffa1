"""The keys departments seal with: a PKCS#12 file each in a folder, or objects of a PKCS#11 token. Loaded once, then kept."""

import datetime as dt
import hashlib
import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.sign.signers import Signer, SimpleSigner

from workflow_app.foundation.errors import ConfigurationFault, ExternalFault

TRIAL_UNIT = "测试证书，不具有法律效力"  # stands in every certificate made here


class SealKeyUnreadable(ExternalFault):
    """A key is there and cannot be used: wrong passphrase, damaged file, a token that does not answer."""

    code = "letter_seal_key"


class Keys(Protocol):
    """Where keys lie. A department is named by its code."""

    turn: AbstractContextManager[object]  # held while one of its keys signs

    def signer(self, department: str) -> Signer | None:
        """Return what signs for a department, None where it has no key. Raises SealKeyUnreadable."""


class FileKeys:
    """`<code>.p12` in a folder, all under one passphrase. Decrypting one takes 0.3 s, so it is done once for each file."""

    turn: AbstractContextManager[object] = nullcontext()

    def __init__(self, folder: Path, passphrase: str) -> None:
        self.folder, self.passphrase = folder, passphrase.encode() or None
        self._kept: dict[str, tuple[tuple[int, int], Signer]] = {}
        self._lock = Lock()

    def path(self, department: str) -> Path:
        """Return where a department's key lies, whether or not there is one. Raises ValueError for what is no code."""
        if not (department.isascii() and department.isalnum()):
            raise ValueError(f"no code of a department: {department!r}")
        return self.folder / f"{department}.p12"

    def signer(self, department: str) -> Signer | None:
        """Return what signs for a department; a file that was replaced is read anew."""
        try:
            found = self.path(department).stat()
        except FileNotFoundError:
            return None
        version = (found.st_mtime_ns, found.st_size)
        with self._lock:
            kept = self._kept.get(department)
            if kept is None or kept[0] != version:
                kept = self._kept[department] = (version, self._read(department))
            return kept[1]

    def _read(self, department: str) -> Signer:
        # pyHanko notes what is wrong in its log and returns None
        found: SimpleSigner | None = SimpleSigner.load_pkcs12(str(self.path(department)), passphrase=self.passphrase)
        if found is None or found.signing_cert is None:
            raise SealKeyUnreadable(None, department=department)
        return found


class TokenKeys:
    """Objects of a PKCS#11 token whose label is the department's code. The token keeps the keys; one session is held open."""

    def __init__(self, module: str, *, label: str, pin: str) -> None:
        try:
            from pyhanko.sign import pkcs11
        except ImportError:
            raise ConfigurationFault("seal_token_library", needed="python-pkcs11") from None
        self._door, self._address = pkcs11, (module, label, pin)
        self._session: object | None = None
        self.turn: AbstractContextManager[object] = Lock()  # a session signs one thing at a time
        self._kept: dict[str, Signer | None] = {}
        self._lock = Lock()

    def signer(self, department: str) -> Signer | None:
        """Return what signs for a department; the token is asked once for each."""
        with self._lock:
            if department not in self._kept:
                self._kept[department] = self._look_up(department)
            return self._kept[department]

    def _look_up(self, department: str) -> Signer | None:
        from pkcs11 import Attribute, Session
        from pkcs11.constants import ObjectClass
        from pkcs11.exceptions import PKCS11Error
        from pyhanko.config.pkcs11 import TokenCriteria

        module, label, pin = self._address
        try:
            if self._session is None:
                wanted = TokenCriteria(label=label) if label else None
                self._session = self._door.open_pkcs11_session(module, token_criteria=wanted, user_pin=pin)
            session: Session = self._session
            query = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.LABEL: department}
            if not list(session.get_objects(query)):
                return None
            found: Signer = self._door.PKCS11Signer(session, cert_label=department, key_label=department)
            return found if found.signing_cert is not None else None
        except PKCS11Error as fault:
            self._session = None
            raise SealKeyUnreadable(None, department=department, reason=type(fault).__name__) from fault


def fingerprint(signer: Signer) -> str:
    """Return the SHA-256 of a signer's certificate in hexadecimal."""
    return "" if signer.signing_cert is None else hashlib.sha256(signer.signing_cert.dump()).hexdigest()


def trial_certificate(*, code: str, name: str, passphrase: str, now: dt.datetime, days: int) -> bytes:
    """Return a new RSA key with a certificate signed by itself, as PKCS#12: for demonstrations, and it says so."""
    key = rsa.generate_private_key(65537, 3072)
    parts = (
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, name[:64]),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, TRIAL_UNIT),
        (NameOID.SERIAL_NUMBER, code),
        (NameOID.COMMON_NAME, name[:64]),
    )
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    lock = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, None, lock)


def keep_key(path: Path, content: bytes) -> None:
    """Write a key file that only its owner can read. Raises FileExistsError rather than lose an older one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
