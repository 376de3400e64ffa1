"""Anchors: the end of the chain, signed and kept outside, so that even a chain rewritten as a whole shows."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from workflow_app.audit.event import AuditHead, instant_text
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import ConfigurationFault

FILE = "anchors.jsonl"
PUBLIC_KEY = "anchor.pub.pem"


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """A point of the chain as it was at an instant. `is_genuine` tells whether the signature fits the key asked with."""

    seq: int
    hash: str
    at: str
    signature: str
    is_genuine: bool = True


def make_key(path: Path) -> None:
    """Create a signing key that only its owner may read. It belongs outside the account that runs the application."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)


def write_anchor(folder: Path, key_file: Path, *, now: datetime) -> Anchor:
    """Sign the end of the chain and append it to the folder's file; the folder also keeps the public key."""
    key = load_pem_private_key(key_file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationFault("anchor_key_wrong", file=key_file.name)
    head = db.session.execute(sa.select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1)).one()
    at = instant_text(now)
    signature = base64.b64encode(key.sign(_signed(head.seq, head.hash, at))).decode()
    anchor = Anchor(seq=head.seq, hash=head.hash, at=at, signature=signature)
    folder.mkdir(parents=True, exist_ok=True)
    public = folder / PUBLIC_KEY
    if not public.exists():
        public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    line = {name: value for name, value in asdict(anchor).items() if name != "is_genuine"}
    with open(folder / FILE, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return anchor


def read_anchors(folder: Path) -> tuple[Anchor, ...]:
    """Return the anchors of a folder, each checked against the public key beside them. Raises ConfigurationFault."""
    try:
        key = load_pem_public_key((folder / PUBLIC_KEY).read_bytes())
        lines = (folder / FILE).read_text("utf-8").splitlines()
        entries = [json.loads(line) for line in lines if line]
    except (OSError, ValueError) as error:
        raise ConfigurationFault("anchors_unreadable", folder=str(folder)) from error
    if not isinstance(key, Ed25519PublicKey):
        raise ConfigurationFault("anchor_key_wrong", file=PUBLIC_KEY)
    return tuple(_checked(entry, key) for entry in entries)


def _checked(entry: dict[str, object], key: Ed25519PublicKey) -> Anchor:
    seq, digest, at = int(str(entry.get("seq", 0))), str(entry.get("hash", "")), str(entry.get("at", ""))
    signature = str(entry.get("signature", ""))
    try:
        key.verify(base64.b64decode(signature), _signed(seq, digest, at))
        genuine = True
    except (InvalidSignature, ValueError):
        genuine = False
    return Anchor(seq=seq, hash=digest, at=at, signature=signature, is_genuine=genuine)


def _signed(seq: int, digest: str, at: str) -> bytes:
    return f"casework-audit|{seq}|{digest}|{at}".encode()
