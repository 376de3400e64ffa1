"""The press under attack by its own templates: every crash, hang and excess is one fault, the next letter is set."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.letters.samples import sample
from workflow_app.letters import child
from workflow_app.letters.catalogue import LETTERS
from workflow_app.letters.child import PressChild, PressDown, Presses, sweep_scratch
from workflow_app.letters.content import freeze
from workflow_app.letters.template import template_set


def _job(
    html: str = "", css: str = "", cpu_seconds: int = 20, assets: dict[str, str] | None = None, **content: Any
) -> dict[str, Any]:
    template = template_set("L02")
    frozen = freeze(LETTERS["L02"], sample("L02")) | {
        "number": "x",
        "title": "x",
        "issued_on": "2026-11-24",
        "issued_at": "2026-11-24T04:00:00+00:00",
        "verify_code": "x",
        **content,
    }
    sources = dict(template.sources)
    if html:
        sources["letter.html"] = html
    if css:
        sources["letter.css"] = css
    return {
        "digest": f"{abs(hash((html, css)))}",
        "sources": sources,
        "content": frozen,
        "assets": assets or {},
        "sheet": {"format": "notice", "seal": None, "qr": False, "draft": False},
        "cpu_seconds": cpu_seconds,
    }


@pytest.fixture(scope="module")
def presses() -> Any:
    found = Presses(limit=1)
    yield found
    found.close()


@pytest.fixture(autouse=True)
def still_at_work(presses: Presses) -> Any:
    """Whatever a test did to the press: an honest letter is set afterwards."""
    yield
    answer, pdf = presses.ask(_job())
    assert (answer["ok"], pdf[:5]) == (True, b"%PDF-")


def test_a_killed_press_is_one_fault_and_a_new_press(presses: Presses) -> None:
    presses.ask(_job())
    running = presses.idle.get()
    assert running is not None
    os.kill(running.process.pid, 9)
    running.process.wait()
    presses.idle.put(running)
    assert presses.ask(_job())[0]["ok"]


def test_a_template_that_never_ends_is_stopped_by_the_kernel(presses: Presses) -> None:
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    started = time.monotonic()
    with pytest.raises(PressDown):
        presses.ask(_job(endless, cpu_seconds=1))
    assert time.monotonic() - started < 10


def test_a_press_that_sleeps_is_stopped_by_its_parent() -> None:
    press = PressChild()
    os.kill(press.process.pid, 19)  # SIGSTOP: alive, using no processor time
    with pytest.raises(PressDown):
        press.ask(_job(), timeout=1)
    assert press.process.poll() is not None


def test_a_letter_that_eats_all_memory_is_a_fault(presses: Presses) -> None:
    greedy = "{% set ns = namespace(s='长' * 100000) %}{% for a in range(20) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}"
    try:
        answer, _ = presses.ask(_job(greedy))
    except PressDown:
        return
    assert (answer["ok"], answer["code"]) == (False, "letter_press_failed")


def test_two_thousand_boxes_in_each_other_are_a_fault_or_a_letter(presses: Presses) -> None:
    try:
        answer, _ = presses.ask(_job("<div>" * 2000 + "x" + "</div>" * 2000))
    except PressDown:
        return
    assert answer.get("ok") or answer["code"] == "letter_press_failed"


@pytest.mark.parametrize(
    "expression",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ self._TemplateReference__context.eval_ctx.environment }}",
        "{{ range(100000000)|list }}",
        "{{ config }}",
        "{% include '/etc/passwd' %}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ case_no.format.__self__ }}",
    ],
)
def test_a_template_cannot_reach_outside_its_content(presses: Presses, expression: str) -> None:
    answer, pdf = presses.ask(_job(expression))
    assert (answer["ok"], pdf) == (False, b"")


def test_a_warning_of_the_renderer_is_an_error(presses: Presses) -> None:
    for _ in range(2):  # not only the first time the style is read
        answer, _pdf = presses.ask(_job(css="p { flavour: sweet }"))
        assert (answer["ok"], answer["code"]) == (False, "letter_badly_set")


def test_a_glyph_no_font_has_is_named(presses: Presses) -> None:
    answer, _ = presses.ask(_job(addressee_name="示例\U00031350公司"))
    assert answer["facts"]["characters"] == ["\U00031350（U+31350）"]


@pytest.mark.parametrize("text", ["长" * 20_001, "A" * 400, "行\n" * 201])
def test_a_passage_no_letter_can_carry_is_refused_at_once(presses: Presses, text: str) -> None:
    answer, _ = presses.ask(_job(responsible_department=text))
    assert (answer["ok"], answer["code"]) == (False, "letter_text_too_long")


def test_a_letter_of_more_than_sixty_pages_is_refused(presses: Presses) -> None:
    answer, _ = presses.ask(_job(record_facts="长" * 19_000, responsible_department="长" * 19_000, reason="x"))
    assert (answer["ok"], answer["code"]) == (False, "letter_too_long")


def test_a_press_cannot_fill_the_disk(presses: Presses) -> None:
    presses.ask(_job())
    running = presses.idle.get()
    assert running is not None
    presses.idle.put(running)
    limits = Path(f"/proc/{running.process.pid}/limits").read_text()
    size = next(line.split()[3:5] for line in limits.splitlines() if line.startswith("Max file size"))
    assert size == [str(child.FILE)] * 2


def test_a_closed_press_leaves_nothing_in_the_temporary_folder() -> None:
    press = PressChild()
    press.ask(_job())
    press.close()
    assert not press.scratch.exists()


def test_what_a_dead_process_left_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child.tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / f"{child.PREFIX}999999999-abc").mkdir()
    (tmp_path / f"{child.PREFIX}{os.getpid()}-abc").mkdir()
    assert sweep_scratch() == 1
    assert [p.name for p in tmp_path.iterdir()] == [f"{child.PREFIX}{os.getpid()}-abc"]


def test_a_press_is_renewed_after_its_number_of_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "LETTERS_PER_CHILD", 1)
    presses = Presses(limit=1)
    pids = set()
    for _ in range(2):
        presses.ask({"warm": True})
        running = presses.idle.get()
        assert running is not None
        pids.add(running.process.pid)
        presses.idle.put(running)
    presses.close()
    assert len(pids) == 2


def test_a_warm_letter_costs_a_fraction_of_a_second(presses: Presses) -> None:
    """Counted in the press's own processor time, which a busy machine does not lengthen: 0.14 s; the bench measures."""
    presses.ask(_job())
    before = _worked_seconds(presses)
    for _ in range(3):
        presses.ask(_job())
    assert (_worked_seconds(presses) - before) / 3 < 0.6


def _worked_seconds(presses: Presses) -> float:
    running = presses.idle.get()
    assert running is not None
    presses.idle.put(running)
    fields = Path(f"/proc/{running.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
