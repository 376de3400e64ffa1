"""Who files, in a real browser: two records in one filing, papers keyed in at the counter, an agent and their authority,
an account registered and checked."""

import io

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from tests import papers
from tests.browser.pages import SHOTS, Reader
from tests.portals.clients import PASSWORD, open_doors
from tests.portals.records import STANDINGS, make_records
from tests.world import NOON, SUBJECT, World, file, make_record
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account

NEW_PASSWORD = "山高月小 水落石出"
pytestmark = pytest.mark.browser


def paper(name: str) -> dict[str, object]:
    return {"name": name, "mimeType": "application/pdf", "buffer": papers.pdf()}


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


def test_agent_without_authority(reader: Reader, served: tuple[str, Flask, World]) -> None:
    _address, app, world = served
    with app.app_context():
        mine, other = make_record(world, violation_type="未按图施工"), make_record(world, violation_type="擅自夜间施工")
        with transaction():
            account = Account(login="daili", name="阿不都热西提", role="applicant", password_hash="!", created_at=NOON)
            db.session.add(account)
        open_doors()
    reader.sign_in("daili", PASSWORD)
    page = reader.page
    assert page.url.endswith("/identity")
    reader.look("identity-nothing-yet")
    page.fill("#mandate_code", "ABCD-EFGH-JKLM")
    page.get_by_role("button", name="接受授权").click()
    page.wait_for_load_state("networkidle")
    reader.complaints.clear()  # the browser notes the 422
    reader.look("identity-wrong-code")
    page.goto(reader.address + "/my/records")
    reader.complaints.clear()  # and the 403
    assert page.get_by_role("heading", name="现在不能办").count() == 1
    reader.look("no-authority")
    code = _authorise(reader, page, mine)
    reader.sign_in("daili", PASSWORD)
    page.fill("#mandate_code", code.lower())
    page.get_by_role("button", name="接受授权").click()
    page.wait_for_load_state("networkidle")
    reader.look("identity-authorised")
    page.goto(reader.address + f"/my/records/{other}")
    reader.complaints.clear()
    assert page.get_by_text("您的授权不包括这条记录").count() == 1
    reader.look("no-authority-other-record")


def _authorise(reader: Reader, page: Page, record: int) -> str:
    """The legal representative authorises for one record; return the code."""
    reader.go("/identity")
    page.get_by_role("button", name="退出").click()
    reader.sign_in("qiye", PASSWORD)
    reader.go("/my/agents")
    reader.look("agents-empty")
    page.check("#scope-records")
    page.get_by_role("button", name="授权，取得授权码").click()
    page.wait_for_load_state("networkidle")
    reader.complaints.clear()
    reader.look("agents-errors")
    page.fill("#holder_name", "阿不都热西提·买买提吐尔逊")
    page.fill("#ends_on", "2026-12-31")
    page.check(f"#mandate-record-{record}")
    page.get_by_role("button", name="授权，取得授权码").click()
    page.wait_for_load_state("networkidle")
    reader.look("agent-code")
    code = page.locator(".paper-slip .case-number").inner_text()
    reader.go("/my/agents")
    reader.look("agents")
    page.get_by_role("button", name="退出").click()
    return code


def test_authorising_on_paper(reader: Reader, served: tuple[str, Flask, World]) -> None:
    _address, _app, world = served
    reader.sign_in("chuangkou", PASSWORD)
    page = reader.go(f"/desk/subjects/{world.organisation_id}")
    page.get_by_role("button", name="授权，打印授权码").click()
    page.wait_for_load_state("networkidle")
    reader.complaints.clear()
    reader.look("subject-errors")
    page.fill("#holder_name", "兰州正信会计师事务所（普通合伙）管理人负责人")
    page.check("#capacity-administrator")
    page.fill("#basis", "兰州市中级人民法院（2026）甘01破3号决定书，指定管理人")
    page.select_option("#purpose", "appointment")
    page.set_input_files("#file", paper("指定管理人决定书.pdf"))
    page.get_by_role("button", name="授权，打印授权码").click()
    page.wait_for_load_state("networkidle")
    reader.look("mandate-code")
    reader.go(f"/desk/subjects/{world.organisation_id}")
    reader.look("subject")


def test_registration_checked_at_the_counter(reader: Reader, served: tuple[str, Flask, World]) -> None:
    page = reader.go("/identity/register")
    reader.look("register")
    page.get_by_role("button", name="注册", exact=True).click()
    page.wait_for_load_state("networkidle")
    reader.complaints.clear()  # the browser notes the 422
    reader.look("register-errors")
    page.fill("#name", "阿不都热西提·买买提吐尔逊")
    page.fill("#phone", "13909310009")
    page.fill("#password", NEW_PASSWORD)
    page.get_by_role("button", name="注册", exact=True).click()
    page.wait_for_load_state("networkidle")
    reader.look("registered")
    login = page.locator(".case-number").inner_text()
    reader.sign_in(login, NEW_PASSWORD)
    page.get_by_role("button", name="保存，下一步上传材料").click()
    page.wait_for_load_state("networkidle")
    reader.complaints.clear()
    reader.look("enrolment-errors")
    page.fill("#code", SUBJECT)
    page.fill("#name", "积石山保安族东乡族撒拉族自治县䶮昇建筑安装工程有限责任公司")
    page.fill("#legal_representative", "马珺玥")
    page.check("#capacity-agent")
    page.fill("#ends_on", "2026-12-31")
    page.get_by_role("button", name="保存，下一步上传材料").click()
    page.wait_for_load_state("networkidle")
    for purpose, name in (
        ("licence", "营业执照.png"),
        ("authority", "授权委托书.png"),
        ("identity", "身份证正反面.png"),
    ):
        page.select_option("#purpose", purpose)
        page.set_input_files("#file", {"name": name, "mimeType": "image/png", "buffer": scan(name)})
        page.wait_for_load_state("networkidle")
        page.wait_for_selector(f".files li:has-text('{name}')")
    reader.look("enrolment-papers")
    page.get_by_role("button", name="提交给窗口审核").click()
    page.wait_for_load_state("networkidle")
    reader.look("enrolment-submitted")
    page.get_by_role("button", name="退出").click()
    _check(reader, page)
    reader.sign_in(login, NEW_PASSWORD)
    reader.look("enrolment-returned")


def _check(reader: Reader, page: Page) -> None:
    """The clerk looks at it, forgets the reason, and asks again."""
    reader.sign_in("chuangkou", PASSWORD)
    reader.go("/desk/enrolments?tab=done")
    reader.look("enrolments-empty")
    reader.go("/desk/enrolments")
    reader.look("enrolments")
    page.locator("main table a").first.click()
    page.wait_for_load_state("networkidle")
    page.check("#verdict-ask")
    page.get_by_role("button", name="提交意见").click()
    page.wait_for_load_state("networkidle")
    reader.complaints.clear()
    reader.look("enrolment-check")
    page.check("#verdict-ask")
    page.fill("#note", "授权委托书没有加盖公章，也没有写明委托事项和期限，请重新出具后上传。")
    page.get_by_role("button", name="提交意见").click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="退出").click()


def scan(text: str) -> bytes:
    """A page that looks like a scan: so that the pictures show something."""
    image = Image.new("RGB", (620, 877), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 580, 837), outline="gray", width=2)
    for line in range(12):
        draw.line((80, 160 + 50 * line, 540 - 20 * (line % 3), 160 + 50 * line), fill="silver", width=6)
    draw.ellipse((380, 640, 540, 800), outline="firebrick", width=5)
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue() + text.encode()


def test_a_lost_password_at_the_counter(reader: Reader, served: tuple[str, Flask, World]) -> None:
    reader.sign_in("chuangkou", PASSWORD)
    page = reader.go("/desk/accounts?search=nobody")
    reader.look("applicants-nobody")
    reader.go("/desk/accounts?search=waibu")
    page.get_by_role("button", name="打印重置码").click()
    page.wait_for_load_state("networkidle")
    reader.complaints.clear()  # the browser notes the 422
    reader.look("applicants")
    page.check("input[name=identity_seen]")
    page.get_by_role("button", name="打印重置码").click()
    page.wait_for_load_state("networkidle")
    reader.look("password-code-slip")
    code = page.locator(".paper-slip .case-number").inner_text()
    page.get_by_role("button", name="退出").click()
    reader.go("/login")
    reader.look("sign-in-with-ways-in")
    page.get_by_role("link", name="用重置码设置密码").click()
    page.fill("#login", "waibu")
    page.fill("#code", "x")
    page.fill("#password", NEW_PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    reader.complaints.clear()
    reader.look("password-code-wrong")
    page.fill("#code", code)
    page.fill("#password", NEW_PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    reader.sign_in("waibu", NEW_PASSWORD)
    assert page.url.endswith("/my/records")
