"""Files by content: evidence and letters, each under the SHA-256 of its bytes, written so that a crash leaves none cut."""

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workflow_app.foundation.errors import AppError, NotFound
from workflow_app.foundation.failpoints import failpoint


class FileAltered(AppError):
    """A stored file no longer has the bytes its name promises."""

    code = "file_altered"


class Storage:
    """A folder of immutable files named by digest. The same bytes are stored once; nothing is ever overwritten."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, digest: str) -> Path:
        """Return where a file lies, whether or not it exists. Raises NotFound for a malformed digest."""
        if len(digest) != 64 or any(c not in "0123456789abcdef" for c in digest):
            raise NotFound("file_not_found")
        return self.root / digest[:2] / digest

    def put(self, content: bytes) -> str:
        """Store bytes durably and return their SHA-256: temporary file, fsync, rename, fsync of the folder."""
        digest = hashlib.sha256(content).hexdigest()
        target = self.path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target.parent):
            if target.exists() and target.stat().st_size == len(content):
                os.utime(target)  # young again: whoever puts it is about to write a row that names it
                return digest
        handle, name = tempfile.mkstemp(prefix=".tmp-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content[: len(content) // 2])
                failpoint("storage.half_written")
                file.write(content[len(content) // 2 :])
                file.flush()
                os.fsync(file.fileno())
            failpoint("storage.before_rename")
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes. Raises NotFound when missing and FileAltered when they no longer match their name."""
        try:
            content = self.path(digest).read_bytes()
        except FileNotFoundError:
            raise NotFound("file_not_found", digest=digest) from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileAltered(digest=digest)
        return content

    def digests(self, *, older_than_seconds: float) -> list[str]:
        """Return the files that lie here unchanged for so many seconds."""
        limit = time.time() - older_than_seconds
        files = [p for p in self.root.glob("*/*") if len(p.name) == 64]
        return sorted(p.name for p in files if p.is_file() and p.stat().st_mtime < limit)

    def touch(self, digest: str) -> None:
        """Make a file young again: somebody has stored it anew."""
        with suppress(FileNotFoundError):
            os.utime(self.path(digest))

    def drop(self, digest: str, *, older_than_seconds: float) -> bool:
        """Remove a file that no row names, unless somebody has just put it anew; tell whether it was removed."""
        path, limit = self.path(digest), time.time() - older_than_seconds
        with suppress(FileNotFoundError), _alone(path.parent):
            if path.stat().st_mtime < limit:
                path.unlink()
                return True
        return False

    def sweep(self, older_than_seconds: float = 3600) -> int:
        """Remove temporary files that a killed process left behind; return how many."""
        limit = time.time() - older_than_seconds
        stale = [p for p in self.root.glob("*/.tmp-*") if p.stat().st_mtime < limit]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder against others who put a file there or drop one, in this process and in every other."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
