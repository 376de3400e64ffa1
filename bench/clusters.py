"""A private PostgreSQL that keeps every commit, for measurements: the throw-away server of the tests does not."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

NO_NETWORK = "-c listen_addresses="


@contextmanager
def durable_postgresql() -> Iterator[str]:
    """Yield the SQLAlchemy address of a fresh database with `fsync`, `synchronous_commit` and full page writes on.

    The server listens on a socket in a private folder only, and both are gone afterwards. Works as root, who becomes
    `postgres` for it, and as a user. Raises FileNotFoundError where PostgreSQL is not installed.
    """
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="casework-bench-pg-"))
    data = folder / "data"
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _as_server_user(binaries / "initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-k {folder} {NO_NETWORK}"
        _as_server_user(binaries / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://app@/postgres?host={folder}"
        finally:
            _as_server_user(binaries / "pg_ctl", "-D", data, "-m", "fast", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def another_database(database_url: str, name: str) -> str:
    """Create an empty database on the same server and return its address."""
    server = sa.create_engine(database_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    server.dispose()
    return sa.make_url(database_url).set(database=name).render_as_string(hide_password=False)


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if not found:
        raise FileNotFoundError("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent


def _as_server_user(*command: object) -> None:
    """Run a server command; the server refuses to be root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    subprocess.run([*prefix, *map(str, command)], cwd="/", check=True, stdout=subprocess.DEVNULL)
