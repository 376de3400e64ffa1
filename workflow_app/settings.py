"""Settings of one installation: read once from the environment and `instance/config.toml`, checked, then frozen."""

import contextlib
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from workflow_app.foundation.errors import ConfigurationFault

SEALS = ("missing", "passphrase", "token", "token_label", "token_pin")
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation decides. Times are aware instants; addresses are complete."""

    database_url: str
    data_dir: Path
    secret_key: str = field(repr=False)
    environment: str = "development"  # development | production | test
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    platform_url: str = "http://127.0.0.1:8090"
    platform_key: str = field(default="demo-platform-key", repr=False)
    public_url: str = "http://127.0.0.1:8000"
    fixed_now: datetime | None = None  # a demonstration of a chosen day; refused in production
    demo: bool = False
    secure_cookies: bool = False
    seal_missing: str = (
        "sample"  # sample | refuse: a letter of a department without a valid certificate says 样章, or waits
    )
    seal_passphrase: str = field(default="", repr=False)  # of the key files in DATA_DIR/seals
    seal_token: str = ""  # module of a PKCS#11 token that holds the keys, with its label and PIN
    seal_token_label: str = ""
    seal_token_pin: str = field(default="", repr=False)
    proxies: int = 0  # how many proxies of ours stand in front and add the address they were asked from

    @property
    def testing(self) -> bool:
        """Whether this is a test run."""
        return self.environment == "test"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings. Raises ConfigurationFault naming the first wrong value."""
    env = dict(os.environ if environ is None else environ)
    data_dir = Path(env.get("DATA_DIR", ROOT / "instance")).resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    config = data_dir / "config.toml"
    if config.exists():
        for key, value in tomllib.loads(config.read_text("utf-8")).items():
            env.setdefault(key.upper(), str(value))
    environment = env.get("APP_ENV", "development")
    if environment not in ("development", "production", "test"):
        raise ConfigurationFault("unknown_environment", value=environment)
    url = env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'casework.sqlite3'}"
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigurationFault("unknown_database", url=url.split(":", 1)[0])
    fixed = env.get("FIXED_NOW")
    demo = env.get("DEMO", "") == "1"
    if environment == "production":
        _check_production(env, fixed=fixed, demo=demo)
    hosts = env.get("TRUSTED_HOSTS")
    return Settings(
        database_url=url,
        data_dir=data_dir,
        secret_key=env.get("SECRET_KEY") or _kept_secret(data_dir),
        environment=environment,
        trusted_hosts=tuple(hosts.split(",")) if hosts else Settings.trusted_hosts,
        platform_url=env.get("PLATFORM_URL", Settings.platform_url),
        platform_key=env.get("PLATFORM_KEY", "demo-platform-key"),
        public_url=env.get("PUBLIC_URL", f"http://127.0.0.1:{env.get('PORT', '8000')}"),
        fixed_now=datetime.fromisoformat(fixed) if fixed else None,
        demo=demo,
        secure_cookies=environment == "production",
        **_seals(env),
        proxies=_count(env.get("TRUSTED_PROXIES", "0")),
    )


def _seals(env: Mapping[str, str]) -> dict[str, str]:
    found = {f"seal_{name}": env.get(f"SEAL_{name.upper()}", "") for name in SEALS}
    found["seal_missing"] = found["seal_missing"] or "sample"
    if found["seal_missing"] not in ("sample", "refuse"):
        raise ConfigurationFault("unknown_seal_missing", value=found["seal_missing"])
    return found


def _count(text: str) -> int:
    if text not in ("0", "1", "2", "3"):
        raise ConfigurationFault("proxies_unreadable", value=text)
    return int(text)


def _check_production(env: Mapping[str, str], *, fixed: str | None, demo: bool) -> None:
    """Refuse in production what only a demonstration may have, and a key that everybody knows."""
    for name, is_wrong in (("no FIXED_NOW", bool(fixed)), ("no DEMO", demo)):
        if is_wrong:
            raise ConfigurationFault("production_needs", missing=name)
    for name in ("SECRET_KEY", "PLATFORM_URL", "PLATFORM_KEY"):
        if not env.get(name):
            raise ConfigurationFault("production_needs", missing=name)


def _kept_secret(data_dir: Path) -> str:
    """Return the key of this installation, made at its first start and kept beside the database."""
    path = data_dir / "secret.key"
    if not path.exists():
        draft = data_dir / f".secret-{os.getpid()}"
        with open(draft, "w", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
