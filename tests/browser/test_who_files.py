"""Who files, in a real browser: two records in one filing."""

import pytest
from flask import Flask

from tests.browser.pages import Reader
from tests.portals.records import STANDINGS, make_records
from tests.world import World, file, make_record

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
