"""A failpoint kills once where it is armed, and does nothing anywhere else."""

import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "workflow_app" / "foundation" / "failpoints.py"
CODE = (
    f"import runpy\nf = runpy.run_path({str(SOURCE)!r})['failpoint']\nfor _ in range(3): f('a')\nf('b')\nprint('alive')"
)


def _run(**environ: str) -> "subprocess.CompletedProcess[str]":
    import os

    return subprocess.run(
        [sys.executable, "-c", CODE],
        env=os.environ | environ,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environ", "killed"),
    [
        ({}, False),
        ({"FAILPOINT": "a"}, False),
        ({"CRASH_TEST": "1"}, False),
        ({"CRASH_TEST": "1", "FAILPOINT": "a"}, True),
        ({"CRASH_TEST": "1", "FAILPOINT": "a:3"}, True),
        ({"CRASH_TEST": "1", "FAILPOINT": "a:4"}, False),
        ({"CRASH_TEST": "1", "FAILPOINT": "b"}, True),
        ({"CRASH_TEST": "1", "FAILPOINT": "c"}, False),
    ],
)
def test_only_an_armed_failpoint_kills(environ: dict[str, str], killed: bool) -> None:
    assert (_run(**environ).returncode == -9) is killed


def test_with_a_witness_it_kills_once(tmp_path: Path) -> None:
    armed = {"CRASH_TEST": "1", "FAILPOINT": "a", "FAILPOINT_WITNESS": str(tmp_path / "witness")}
    assert _run(**armed).returncode == -9
    assert (tmp_path / "witness").read_text().startswith("a ")
    assert _run(**armed).stdout == "alive\n"
