"""The tamper harness in its short form: everything shows, nothing clean raises an alarm."""

import json

import pytest

from faults.tamper import main


def test_every_tampering_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick", "--json", "--seed", "7"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "tried": 40, "undetected": 0, "false_alarms": 0, "clean": 50,
    }  # fmt: skip
