"""The kill harness itself, on a miniature: it finds nothing wrong there, and catches the careless variant."""

import json
import os
import subprocess
import sys
from pathlib import Path


def test_the_harness_in_short(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "faults", "crash", "--kills", "3", "--json", "--folder", str(tmp_path / "crash")]
    command += ["--driver", "tests.faults.mini:MiniDriver"]
    done = subprocess.run(
        command,
        cwd=Path(__file__).parents[2],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    answer = json.loads(done.stdout.splitlines()[-1])
    assert (answer["tried"], answer["lost"], answer["doubled"], answer["truncated"]) == (3, 0, 0, 0), answer
    assert answer["acknowledged"] > 0
    assert answer["naive"]["lost"] + answer["naive"]["doubled"] > 0
    assert done.returncode == 0
