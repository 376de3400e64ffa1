"""Who files, in a real browser: two records in one filing; papers keyed in at the counter."""

import pytest
from flask import Flask

from tests.browser.pages import SHOTS, Reader
from tests.portals.clients import PASSWORD
from tests.portals.records import STANDINGS, make_records
from tests.world import SUBJECT, World, file, make_record

pytestmark = pytest.mark.browser
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj "
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


def paper(name: str) -> dict[str, object]:
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF}


def test_two_records_in_one_filing(applicant: Reader, served: tuple[str, Flask, World]) -> None:
    _address, app, world = served
    with app.app_context():
        found = make_records(world)
        twin = make_record(world, document_key="twin", violation_type="未按方案施工")
        make_record(world, document_key="twin", department_code="11620200MBY780889C", department_name="白银市住建局")
        late = make_record(world, **STANDINGS["wait"])
    page = applicant.go("/my/records")
    page.get_by_role("link", name="一次申请几条").click()
    applicant.look("filing-choose")
    for box in page.locator("input[name=record]").all():
        box.set_checked(box.get_attribute("value") in map(str, (found["can"], twin, late)))
    page.get_by_role("button", name="申请勾选的记录").click()
    page.get_by_role("button", name="提交这 3 条申请").click()
    page.wait_for_load_state("networkidle")
    assert page.get_by_text("有 6 处需要改").count() == 1
    applicant.complaints.clear()  # the browser notes the 422
    applicant.look("filing-errors")
    for box in page.locator("form#filing input[type=checkbox]").all():
        box.check()
    page.fill(f"#statement-{twin}", "已按方案整改，" * 40)
    page.set_input_files("#file", paper("授权委托书.pdf"))
    page.wait_for_selector("#file-box li")
    applicant.look("filing")
    with app.app_context():
        blocked = file(world, late)
    page.get_by_role("button", name="提交这 3 条申请").click()
    page.wait_for_load_state("networkidle")
    assert page.get_by_text(f"已有在办的申请 {blocked}").count() == 1
    applicant.look("filed-with-a-fault")
    for link in page.locator("main .files a").all():
        assert link.inner_text().startswith("GSXF-2026-")


def test_counter_filing(reader: Reader, served: tuple[str, Flask, World]) -> None:
    _address, app, world = served
    with app.app_context():
        busy = make_record(world, violation_type="夜间施工噪声超标")
        records = [make_record(world, violation_type="未按图施工"), make_record(world, **STANDINGS["wait"]), busy]
    reader.sign_in("chuangkou", PASSWORD)
    page = reader.go("/desk/counter")
    reader.look("counter")
    page.fill("#code", "校验位不对的代码")
    page.get_by_role("button", name="查找", exact=True).click()
    page.wait_for_load_state("networkidle")
    reader.look("counter-nothing")
    page.fill("#code", SUBJECT.lower())
    page.get_by_role("button", name="查找", exact=True).click()
    page.wait_for_load_state("networkidle")
    for box in page.locator("input[name=record]").all():
        box.set_checked(box.get_attribute("value") in map(str, records))
    reader.look("counter-choose")
    page.get_by_role("button", name="录入勾选的记录").click()
    page.get_by_role("button", name="收件，打印回执").click()
    page.wait_for_load_state("networkidle")
    reader.complaints.clear()  # the browser notes the 422
    reader.look("counter-errors")
    page.fill("#handed_by", "阿不都热西提·买买提吐尔逊")
    page.check("#capacity-agent")
    page.check("#identity_seen")
    page.fill("#papers", "4")
    page.fill("#applicant_phone", "0931-4609000")
    for box in page.locator("form#filing input[type=checkbox][id*=commitment]").all():
        box.check()
    page.set_input_files("#file", paper("罚款缴款书（银行收讫章）.pdf"))
    page.wait_for_selector("#file-box li")
    reader.look("counter-filing")
    with app.app_context():
        file(world, busy)
    page.get_by_role("button", name="收件，打印回执").click()
    page.wait_for_load_state("networkidle")
    reader.look("counter-receipt")
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="打印回执").is_visible()
    page.screenshot(path=SHOTS / "counter-receipt-print.png", full_page=True)
