"""Commands under limits, for child processes that open what strangers sent. What they do is their rooms' matter."""

import subprocess
from pathlib import Path


def limited(
    command: list[str], *, memory: int, cpu_seconds: int | None = None, file_bytes: int | None = None
) -> list[str]:
    """Return a command under limits of address space, processor time and file size, set by a shell that becomes it."""
    limits = [f"ulimit -v {memory // 1024}", "ulimit -c 0"]
    if cpu_seconds:
        limits.append(f"ulimit -t {cpu_seconds}")
    if file_bytes is not None:
        limits.append(f"ulimit -f {file_bytes // 512}")
    return ["/bin/sh", "-c", " && ".join([*limits, 'exec "$@"']), "sh", *command]


def run_limited(
    command: list[str], *, folder: Path, memory: int, cpu_seconds: int, wall_seconds: float, file_bytes: int
) -> int | None:
    """Run a short child in a folder of its own and return its exit code, None where it took too long."""
    words = limited(command, memory=memory, cpu_seconds=cpu_seconds, file_bytes=file_bytes)
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, the file by a name of ours
            words, cwd=folder, env=environment, capture_output=True, timeout=wall_seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode
