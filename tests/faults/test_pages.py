"""The short form of the looking at every page: some addresses, full and empty, and their forms refused. In a process of its own:
this one may have a browser already."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
def test_some_pages_of_every_state_have_no_fault() -> None:
    command = [sys.executable, "-m", "faults", "pages", "--json", "--every", "60"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
