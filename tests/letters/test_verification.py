"""Genuine or not: by the bytes of the file, by the code on the paper, and from the command line."""

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.letters.making import Issue
from workflow_app.cli_letters import letters_commands
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import transaction
from workflow_app.letters.ending import supersede, void
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.letters.render import letter_file, render_letter
from workflow_app.letters.verification import new_verify_code, normalise_code, verify_code, verify_file


def _made(issue: Issue, code: str = "L07") -> Letter:
    letter = issue(code)
    render_letter(letter.id)
    return letter_by_id(letter.id)


def test_the_file_is_genuine_and_in_force(issue: Issue) -> None:
    letter = _made(issue)
    verdict = verify_file(letter_file(letter))
    assert (verdict.genuine, verdict.state) == (True, "in_force")
    assert verdict.letter == {
        "number": letter.number,
        "title": "准予信用修复决定书",
        "organ": "甘肃省住房和城乡建设厅",
        "issued_on": "2026-11-24",
    }


def test_one_flipped_bit_is_not_genuine(issue: Issue) -> None:
    pdf = bytearray(letter_file(_made(issue)))
    pdf[len(pdf) // 2] ^= 1
    assert verify_file(bytes(pdf)).genuine is False


def test_the_code_is_found_however_it_is_typed(issue: Issue) -> None:
    code = issue("L02").verify_code
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert all(
        verify_code(c).genuine for c in (code, wide, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ")
    )


@pytest.mark.parametrize("code", ["", "XXXX-XXXX-XXXX", "'; DROP TABLE letter", "7" * 5000, "\u202e\x00"])
def test_any_other_code_is_not(app: Flask, code: str) -> None:
    assert verify_code(code).genuine is False


def test_a_verdict_names_no_party(issue: Issue) -> None:
    letter = issue("L07")
    told = json.dumps(verify_code(letter.verify_code).letter, ensure_ascii=False)
    assert letter.addressee_name not in told
    assert letter.addressee_code not in told


def test_letters_read_alike_are_the_same_in_a_code() -> None:
    assert normalise_code("oil0-oil0-oil0") == "0110-0110-0110"


def test_codes_do_not_repeat() -> None:
    assert len({new_verify_code() for _ in range(5000)}) == 5000


def test_a_superseded_letter_is_genuine_and_names_the_later_one(issue: Issue, clock: FixedClock) -> None:
    old, new = issue("L02"), issue("L02")
    with transaction():
        supersede(old=letter_by_id(old.id), new=letter_by_id(new.id), reason="案号有误", now=clock.now())
    verdict = verify_code(old.verify_code)
    assert (verdict.genuine, verdict.state) == (True, "superseded")
    assert (verdict.letter or {})["superseded_by"] == new.number


def test_the_command_answers_in_json(app: Flask, issue: Issue, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter_file(_made(issue)))
    app.cli.add_command(letters_commands)
    done = app.test_cli_runner().invoke(args=["letters", "verify", str(path), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.output.splitlines()[-1])["state"] == "in_force"


def test_the_command_fails_for_a_strange_file(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"%PDF-1.7")
    app.cli.add_command(letters_commands)
    done = app.test_cli_runner().invoke(args=["letters", "verify", str(path), "--json"])
    nothing = {"genuine": False, "letter": None, "state": None, "signature": None}
    assert (done.exit_code, json.loads(done.output)) == (1, nothing)


def test_the_command_says_it_in_words(app: Flask, issue: Issue, clock: FixedClock, tmp_path: Path) -> None:
    letter = _made(issue)
    with transaction():
        void(letter_by_id(letter.id), reason="误发", now=clock.now())
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter_file(letter))
    app.cli.add_command(letters_commands)
    assert "已宣布无效" in app.test_cli_runner().invoke(args=["letters", "verify", str(path)]).output
