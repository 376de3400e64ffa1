"""`flask law …`: the answers of contracts, exit codes, batches that never stop at a bad line, and the document."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.rules.makers import ROOT, record
from workflow_app.cli_law import law_commands
from workflow_app.law.document import law_document

DUE = ["due", "--start", "2026-09-30", "--count", "3", "--unit", "working_days"]


def run(*words: str) -> Result:
    return CliRunner().invoke(law_commands, list(words))


def answer(result: Result) -> Any:
    return json.loads(result.stdout.splitlines()[-1])


def batch(
    tmp_path: Path, command: str, *lines: str | bytes | dict[str, Any], end: bytes = b"\n"
) -> tuple[int, list[Any]]:
    raw = [
        line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in lines
    ]
    (tmp_path / "batch.jsonl").write_bytes(b"\n".join(raw) + end)
    result = run(command, "--batch", str(tmp_path / "batch.jsonl"))
    return result.exit_code, [json.loads(line) for line in result.stdout.split("\n")[:-1]]


def test_due_as_one_document_on_the_last_line() -> None:
    result = run(*DUE, "--json")
    found = answer(result)
    assert (result.exit_code, found["due"], found["provisional"]) == (0, "2026-10-10", False)
    assert [line["day"] for line in found["ledger"] if line["counted"]] == ["2026-10-08", "2026-10-09", "2026-10-10"]


def test_due_refuses_what_is_not_official() -> None:
    result = run("due", "--start", "2026-12-30", "--count", "5", "--unit", "working_days", "--official", "--json")
    assert (result.exit_code, answer(result)["error"]["code"]) == (1, "no_calendar")
    assert "2027" in answer(result)["error"]["message"]
    open_ended = run("due", "--start", "2026-12-30", "--count", "5", "--unit", "working_days", "--json")
    assert (answer(open_ended)["due"], answer(open_ended)["provisional"]) == ("2027-01-07", True)


@pytest.mark.parametrize(
    "words",
    [
        ["due"],
        ["due", "--start", "2026-09-30", "--count", "3"],
        [*DUE[:-1], "weeks"],
        [*DUE, "--roll", "back"],
        ["due", "--start", "30.9.2026", *DUE[3:], "--json"],
        ["eligibility", "--on", "2026-11-24"],
        ["eligibility", "--file", "/nowhere.json", "--on", "2026-11-24"],
        ["uscc"],
        ["uscc", "--batch", "/nowhere.jsonl"],
        ["nothing"],
    ],
)
def test_wrong_usage_is_two(words: list[str]) -> None:
    assert run(*words).exit_code == 2


def test_a_batch_stands_alone(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text("", "utf-8")
    assert run("uscc", "91350100M000100Y43", "--batch", str(tmp_path / "b.jsonl")).exit_code == 2
    assert run("uscc", "--batch", str(tmp_path / "b.jsonl")).stdout == ""


def test_eligibility_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record()), "utf-8")
    result = run("eligibility", "--file", str(path), "--on", "2026-11-24", "--json")
    found = answer(result)
    assert result.exit_code == 0
    assert (found["verdict"], found["earliest_date"], found["ruleset"]) == ("too_early", "2026-11-26", "NDRC-36-2025")
    assert {"key", "state", "text", "detail", "basis"} == set(found["conditions"][0])
    path.write_text("{", "utf-8")
    broken = run("eligibility", "--file", str(path), "--on", "2026-11-24", "--json")
    assert (broken.exit_code, answer(broken)["error"]["code"]) == (1, "invalid_json")


def test_uscc_alone() -> None:
    good, bad = run("uscc", "91350100M000100Y43", "--json"), run("uscc", "91350100M000100Y44", "--json")
    assert (good.exit_code, answer(good)) == (0, {"valid": True, "reason": "ok"})
    assert (bad.exit_code, answer(bad)) == (1, {"valid": False, "reason": "bad_check_digit"})


def test_a_batch_answers_every_line_in_order(tmp_path: Path) -> None:
    code, found = batch(
        tmp_path,
        "due",
        {"start": "2026-09-18", "count": 3, "unit": "working_days", "roll": "none"},
        {"start": "2026-08-04", "count": 60, "unit": "calendar_days", "roll": "next_working_day", "official": True},
        {"start": "2026-12-30", "count": 5, "unit": "working_days", "roll": "none", "official": True},
        {"start": "2025-11-30", "count": 3, "unit": "months", "roll": "none", "official": False},
    )
    assert code == 0
    assert [a.get("due") or a["error"]["code"] for a in found] == [
        "2026-09-22",
        "2026-10-08",
        "no_calendar",
        "2026-02-28",
    ]


GOOD_DUE = {"start": "2026-09-18", "count": 3, "unit": "working_days", "roll": "none"}


def test_bad_lines_are_answered_and_the_next_goes_on(tmp_path: Path) -> None:
    bad: list[str | bytes | dict[str, Any]] = [
        "",
        "not json",
        "[]",
        "null",
        "NaN",
        "[" * 100_000,
        b"\xff\xfe",
        b'{"start": "\xff"}',
        {},
        GOOD_DUE | {"start": "2026-02-30"},
        GOOD_DUE | {"start": "20260918"},
        GOOD_DUE | {"start": 20260918},
        GOOD_DUE | {"count": "3"},
        GOOD_DUE | {"count": 3.5},
        GOOD_DUE | {"count": True},
        GOOD_DUE | {"count": None},
        GOOD_DUE | {"count": -1},
        GOOD_DUE | {"count": 10**40},
        GOOD_DUE | {"unit": "WORKING_DAYS"},
        GOOD_DUE | {"unit": ["months"]},
        GOOD_DUE | {"roll": "previous_working_day"},
        GOOD_DUE | {"official": "yes"},
        GOOD_DUE | {"suspensions": []},
        json.dumps(GOOD_DUE)[:-1] + ', "\\ud800": 1}',
    ]
    code, found = batch(tmp_path, "due", *bad, GOOD_DUE)
    assert code == 0 and len(found) == len(bad) + 1
    assert all(a["error"]["code"] and a["error"]["message"] for a in found[:-1])
    assert found[-1]["due"] == "2026-09-22"


def test_records_in_a_batch(tmp_path: Path) -> None:
    code, found = batch(
        tmp_path,
        "eligibility",
        {"record": record(), "on": "2026-11-26"},
        {"record": record(), "on": "2026-11-31"},
        {"record": record(published="yes"), "on": "2026-11-26"},
        {"record": record() | {"extra": 1}, "on": "2026-11-26"},
        {"record": [], "on": "2026-11-26"},
        {"on": "2026-11-26"},
        {"record": record()},
        {"record": record() | {"determination_date": "9999-12-31"}, "on": "2026-11-26"},
        {"record": record(determination_date="2022-12-31"), "on": "2023-04-30"},
        {"record": record(penalties=[{"kind": "fine", "amount_yuan": 10**400}]), "on": "2026-11-26"},
        json.dumps({"record": record(), "on": "2026-11-26"}).replace("20000", "1e400"),
    )
    assert code == 0
    codes = [a.get("verdict") or a["error"]["code"] for a in found]
    assert codes == [
        "eligible",
        "invalid_question",
        "invalid_record",
        "invalid_record",
        "invalid_record",
        "invalid_question",
        "invalid_question",
        "period_out_of_range",
        "no_ruleset",
        "eligible",
        "invalid_record",
    ]
    assert "published" in found[2]["error"]["message"]


def test_codes_in_a_batch_with_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    code, found = batch(
        tmp_path,
        "uscc",
        b'\xef\xbb\xbf{"code": "91350100M000100Y43"}\r',
        b'{"code": "91350100M000100Y4"}\r',
        b'{"code": null}\r',
        '{"code": "91350100\u2028M000100Y43"}',
        end=b"\r\n\r\n",
    )
    assert code == 0
    assert [a.get("reason") or a["error"]["code"] for a in found] == ["ok", "bad_length", "invalid_question", "ok"]


def test_the_document_is_up_to_date_and_shows_what_is_unverified() -> None:
    text = law_document()
    assert (ROOT / "docs" / "law.md").read_text("utf-8") == text, "run: flask law document"
    for part in ("`repair.decide`", "[U]", "NDRC-36-2025", "自收到推送", "2026-04-01", "行业分类标准还没有收录"):
        assert part in text
    assert run("document", "--check").exit_code == 0
