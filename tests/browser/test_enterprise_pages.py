"""The enterprise's road in a real browser: records, applying, receipt, progress, ledger, correction, withdrawal."""

from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.pages import Reader
from tests.papers import pdf
from tests.portals.records import make_records
from tests.processes.roads import disputed, happen, quashed
from tests.world import World, answer, file, make_record

pytestmark = pytest.mark.browser
MISSING = {
    "outcome": "correct",
    "basis_article": "第八条",
    "missing_items": [
        {"name": "罚款缴款书", "requirement": "盖银行收讫章的原件扫描"},
        {"name": "授权委托书", "requirement": "写明委托事项和期限，加盖公章"},
    ],
}


@pytest.fixture(scope="module")
def records(served: tuple[str, Flask, World]) -> dict[str, int]:
    _address, app, world = served
    with app.app_context():
        return make_records(world)


def new_record(served: tuple[str, Flask, World]) -> int:
    _address, app, world = served
    with app.app_context():
        return make_record(world)


def new_case(served: tuple[str, Flask, World], *, correct: bool = False) -> str:
    _address, app, world = served
    with app.app_context():
        number = file(world, make_record(world))
        if correct:
            answer(number, world.officer, MISSING)
        return number


def open_ledger(page: Page, link: str) -> None:
    page.click(link)
    page.wait_for_selector("[data-ledger-place] .ledger-days")


def test_records_in_every_standing(applicant: Reader, records: dict[str, int]) -> None:
    page = applicant.go("/my/records")
    for words in (
        "现在可以申请",
        "正在办理",
        "还差 2 天",
        "还不能申请",
        "先认定类别",
        "到别处办理",
        "不用申请",
        "已修复",
    ):
        assert page.get_by_role("heading", name=words).count() >= 1, words
    applicant.look("records")
    open_ledger(page, f"#record-{records['wait']} a[data-ledger]")
    applicant.look("records-ledger")
    page.click(f"#record-{records['wait']} a[data-ledger]")
    assert page.locator(".ledger-days").count() == 0


@pytest.mark.parametrize("standing", ["can", "wait", "classify", "elsewhere", "cannot"])
def test_a_record_shows_its_conditions_and_computations(
    applicant: Reader, records: dict[str, int], standing: str
) -> None:
    applicant.go(f"/my/records/{records[standing]}")
    applicant.look(f"record-{standing}")


def test_applying_with_mistakes_then_rightly(
    applicant: Reader, served: tuple[str, Flask, World], tmp_path: Path
) -> None:
    record_id = new_record(served)
    page = applicant.go(f"/my/records/{record_id}/apply")
    applicant.look("apply")
    page.fill("#applicant_phone", "12")
    page.fill("#performed_on", "2026-12-02")
    page.click("main >> text=提交申请")
    page.wait_for_load_state("networkidle")
    assert page.title().startswith("错误")
    assert page.evaluate("document.activeElement.classList.contains('errors')")
    assert page.input_value("#applicant_phone") == "12"
    applicant.complaints.clear()  # the browser notes the 422 itself
    applicant.look("apply-wrong")

    page.fill("#applicant_phone", "13900000001")
    page.fill("#performed_on", "2026-09-02")
    with page.expect_response(lambda answer: quote("警示标志") in (answer.request.post_data or "")):
        page.fill("#statement", "罚款已于九月缴清，警示标志已补设。")
    page.wait_for_selector("#draft-state >> text=草稿已于")
    good = tmp_path / "罚款缴款书.pdf"
    good.write_bytes(pdf())
    page.set_input_files("#file", good)
    page.wait_for_selector(".files >> text=罚款缴款书.pdf")
    bad = tmp_path / "整改照片.heic"
    bad.write_bytes(b"not a picture")
    page.set_input_files("#file", bad)
    page.wait_for_selector("#file-say.wrong")
    applicant.go(f"/my/records/{record_id}/apply")  # another visit finds what was typed
    assert page.input_value("#statement") == "罚款已于九月缴清，警示标志已补设。"
    page.check("#commitment")
    page.check("#publish_commitment")
    applicant.look("apply-filled")
    page.click("main >> text=提交申请")
    page.wait_for_url("**/receipt")
    assert page.get_by_text("1 份").count() == 1
    applicant.look("receipt")
    page.click("text=看办理过程")
    page.wait_for_load_state("networkidle")
    open_ledger(page, "a[data-ledger]")
    applicant.look("case")


def test_a_refused_file_says_why(applicant: Reader, served: tuple[str, Flask, World], tmp_path: Path) -> None:
    page = applicant.go(f"/my/records/{new_record(served)}/apply")
    false = tmp_path / "缴款书.pdf"
    false.write_bytes(b"<html>not a PDF</html>")
    page.set_input_files("#file", false)
    page.wait_for_selector(".files .wrong")
    assert "打不开这种格式" in page.inner_text(".files .wrong")
    applicant.complaints.clear()
    applicant.look("apply-refused-file", widths=(1440,))


def test_a_correction_is_answered_item_by_item(applicant: Reader, served: tuple[str, Flask, World]) -> None:
    number = new_case(served, correct=True)
    applicant.go(f"/my/cases/{number}")
    applicant.look("case-correct")
    page = applicant.go(f"/my/cases/{number}/correct")
    page.fill("#response-0", "已上传缴款书")
    page.click("text=提交补正")
    page.wait_for_load_state("networkidle")
    assert page.locator(".errors").count() == 1
    applicant.complaints.clear()
    applicant.look("correct-wrong")
    page.fill("#response-1", "法定代表人本人办理，不需要委托书")
    page.click("text=提交补正")
    page.wait_for_url(f"**/my/cases/{number}")
    assert page.get_by_text("补正材料已提交").count() == 1


def test_withdrawing_asks_first(applicant: Reader, served: tuple[str, Flask, World]) -> None:
    number = new_case(served)
    page = applicant.go(f"/my/cases/{number}")
    page.click("text=撤回申请")
    page.wait_for_load_state("networkidle")
    applicant.look("withdraw")
    page.click(f"text=撤回 {number}")
    page.wait_for_url(f"**/my/cases/{number}")
    assert page.get_by_text("申请已撤回").count() == 1
    applicant.look("case-withdrawn", widths=(1440, 390))


def test_lists_of_cases_letters_and_messages(applicant: Reader, served: tuple[str, Flask, World]) -> None:
    new_case(served, correct=True)
    for path, name in (("/my/cases", "cases"), ("/my/letters", "letters"), ("/my/messages", "messages")):
        applicant.go(path)
        applicant.look(name)


def test_empty_lists_say_what_to_do(reader: Reader) -> None:
    from tests.portals.clients import PASSWORD

    reader.sign_in("waibu", PASSWORD)
    for path, name in (
        ("/my/records", "records"),
        ("/my/cases", "cases"),
        ("/my/letters", "letters"),
        ("/my/messages", "messages"),
    ):
        reader.go(path)
        reader.look(f"{name}-empty", widths=(1440, 390))


def test_a_repair_that_waits_for_a_dispute_and_one_that_ended_with_its_record(
    applicant: Reader, served: tuple[str, Flask, World]
) -> None:
    waiting, ended = new_case(served, correct=True), new_case(served)
    with served[1].app_context():
        happen(waiting, disputed)
        happen(ended, quashed)
    page = applicant.go(f"/my/cases/{waiting}")
    assert "异议正在办理，修复先停下来等" in page.inner_text("main")
    assert page.locator("text=去补正材料").count() == 0
    applicant.look("enterprise-case-waiting")
    page = applicant.go(f"/my/cases/{ended}")
    assert "这次申请已终止" in page.inner_text("main")
    applicant.look("enterprise-case-ended")
