"""The race harness in its short form, and that it notices a winner too many."""

import json
from typing import Any

import pytest

from faults import race


def test_every_race_has_one_winner(capsys: pytest.CaptureFixture[str]) -> None:
    assert race.main(["--quick", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["winners_wrong"], found["tried"]) == (0, len(found["databases"]) * 45)


def test_two_winners_are_noticed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A claim that everybody wins."""
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(race, "QUICK", {"claims": 1, "decisions": 0, "corrections": 0, "numberings": 5})
    wins: list[Any] = []
    monkeypatch.setattr(race, "claim_task", lambda **given: wins.append(given))
    assert race.main(["--quick", "--json"]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["winners_wrong"] == 1
    assert len(wins) == race.RIVALS
