"""Commands under limits, for child processes that open what strangers sent. What they do is their rooms' matter."""


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
