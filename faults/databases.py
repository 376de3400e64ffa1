"""Databases that keep every promise of durability: a SQLite file, or a private PostgreSQL with everything on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

Addresses = Callable[[str], str]


@contextmanager
def databases(kind: str, folder: Path, *, fresh: bool) -> Iterator[Addresses]:
    """Yield a function that returns the address of a named database, made empty unless an interrupted run goes on."""
    if kind == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.sqlite3"
        return
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    cluster = folder / "pg"
    if not (cluster / "data").exists():
        cluster.mkdir(parents=True, exist_ok=True)
        if os.getuid() == 0:
            folder.chmod(0o711)
            shutil.chown(cluster, "postgres", "postgres")
        _as_postgres(
            [binaries / "initdb", "-D", cluster / "data", "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        )
    options = f"-k {cluster} -c listen_addresses="
    _as_postgres([binaries / "pg_ctl", "-D", cluster / "data", "-l", cluster / "log", "-w", "-o", options, "start"])
    try:
        yield lambda name: _database(cluster, name, fresh=fresh)
    finally:
        _as_postgres([binaries / "pg_ctl", "-D", cluster / "data", "-m", "fast", "-w", "stop"])


def _database(cluster: Path, name: str, *, fresh: bool) -> str:
    server = sa.create_engine(f"postgresql+psycopg://app@/postgres?host={cluster}", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        known = connection.scalar(sa.text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name})
        if known and fresh:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        if fresh or not known:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    server.dispose()
    return f"postgresql+psycopg://app@/{name}?host={cluster}"


def _as_postgres(command: list[object]) -> None:
    """Run a server command; the server refuses to run as root, so root becomes `postgres` for it."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    subprocess.run([*prefix, *map(str, command)], cwd="/", check=True, stdout=subprocess.DEVNULL)
