"""Every page of an objection, by whoever has it: the party files and follows it, staff work on it, a department answers."""

import pytest
from flask import Flask

from tests import world as w
from tests.portals.clients import open_doors
from tests.portals.desk import Desk, task_path
from tests.processes import objections as o
from workflow_app.foundation.database import db

ON_SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # what the actions do is asked of both elsewhere
FORM = {k: v for k, v in o.FILING.items() if k != "truthful"} | {"truthful": "1"}
ASKED = {
    "road": "ask",
    "department_code": o.NEIGHBOUR,
    "points-0-point": "决定书上的罚款金额是多少",
    "reply_how": "在本系统答复",
    "basis_article": "《甘肃省社会信用条例》",
}
PROPOSED = {
    "conclusion": "corrected",
    "corrections-fine_yuan-value": "18000",
    "corrections-facts-value": "",
    "reasons": "决定书载明18000元。",
    "basis_article": "《甘肃省社会信用条例》",
}


@pytest.fixture
def world(app: Flask) -> w.World:
    found = w.make_world()
    o.provider()
    open_doors()
    return found


def file(app: Flask, record: int, **more: str) -> str:
    """File an objection on its page; return its number."""
    party, address = Desk.of(app, "qiye"), f"/my/records/{record}/file/objection"
    answer = party.send(address, FORM | more, page=address)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].split("/")[-2]


@ON_SQLITE
def test_the_page_of_a_record_offers_both_and_says_which_is_which(app: Flask, world: w.World) -> None:
    record = w.make_record(world)
    party = Desk.of(app, "qiye")
    page = party.read(f"/my/records/{record}")
    assert f"/my/records/{record}/apply" in page
    assert f"/my/records/{record}/file/objection" in page
    form = party.read(f"/my/records/{record}/file/objection")
    for words in ("重复公示", "主体弄错", "7 个工作日内", "本系统口径", "申请修复"):
        assert words in form
    assert party.client.get(f"/my/records/{record}/file/repair").status_code == 404
    assert party.client.get(f"/my/records/{record}/file/nonsense").status_code == 404


@ON_SQLITE
def test_faults_name_the_field_and_keep_what_was_typed(app: Flask, world: w.World) -> None:
    address = f"/my/records/{w.make_record(world)}/file/objection"
    party = Desk.of(app, "qiye")
    wrong = {"applicant_name": "马珺玥", "applicant_phone": "12", "dispute": "金额\u202e不对", "dispute_ground": "X"}
    answer = party.send(address, wrong, page=address)
    assert answer.status_code == 422
    for words in ("看不见", "请从给出的选项中选择", "请确认所写的内容和材料真实"):
        assert words in answer.text
    revoked = FORM | {"dispute_ground": "SOURCE_REVOKED", "revoking_paper": ""}
    assert party.send(address, revoked, page=address).status_code == 422
    kept = party.send(f"{address}/draft", {"dispute": "金额不对"}, page=address)
    assert kept.status_code == 200
    assert "金额不对" in party.read(address)


def test_a_paper_goes_with_the_objection_and_not_with_the_application(app: Flask, world: w.World) -> None:
    from io import BytesIO

    from tests.portals.clients import token_in

    record = w.make_record(world)
    address = f"/my/records/{record}/file/objection"
    party = Desk.of(app, "qiye")
    picture = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c636060606000000005000101a5f64540000000"
        "0049454e44ae426082"
    )
    upload = {"csrf_token": token_in(party.read(address)), "purpose": "dispute_proof"}
    sent = party.client.post(f"{address}/files", data=upload | {"file": (BytesIO(picture), "决定书.png")})
    assert sent.status_code == 302
    assert "决定书.png" in party.read(address)
    assert "决定书.png" not in party.read(f"/my/records/{record}/apply")
    number = file(app, record)
    assert "决定书.png" in party.read(f"/my/cases/{number}")
    assert "说明哪里不对的材料" in party.read(f"/my/cases/{number}")


def test_the_whole_way_over_the_pages(app: Flask, world: w.World) -> None:
    record = w.make_record(world, source_code=o.NEIGHBOUR, fine_yuan=38000)
    number = file(app, record)
    party, officer, clerk = Desk.of(app, "qiye"), Desk.of(app, "jingban"), Desk.of(app, "chuangkou")
    assert "GSYY-" in party.read(f"/my/cases/{number}/receipt")
    assert "异议处理中" in party.read(f"/my/cases/{number}")
    assert "异议处理中" in party.read(f"/my/records/{record}")
    assert f"/my/records/{record}/file/objection" not in party.read(f"/my/records/{record}"), "one at a time"
    assert "18000元" in officer.read(f"/desk/cases/{number}")
    assert "修复条件" not in officer.read(f"/desk/cases/{number}")
    assert "本案已中止" not in officer.read(f"/desk/cases/{number}")
    assert officer.do(number, {"outcome": "accepted"}).status_code == 302
    assert "自查" in clerk.read(task_path(number))
    assert clerk.do(number, o.CHECKED).status_code == 302
    assert "嘉峪关市应急管理局" in officer.read(task_path(number))
    assert officer.do(number, ASKED).status_code == 302

    asked = o.question(number)
    provider = Desk.of(app, "xiecha")
    assert "甘肃泓屹垚" in provider.read("/desk/asked")
    assert "决定书上的罚款金额是多少" in provider.read(f"/desk/asked/{asked}")
    assert provider.client.get(f"/desk/cases/{number}").status_code == 404, "the question, never the case"
    empty = provider.send(f"/desk/asked/{asked}", {"case_version": w.case(number).row_version})
    assert empty.status_code == 422
    assert "核查情况" in empty.text
    found = o.FOUND | {"case_version": w.case(number).row_version}
    assert provider.send(f"/desk/asked/{asked}", found).status_code == 302
    assert "报送有误" in provider.read(f"/desk/asked/{asked}")

    page = officer.read(task_path(number))
    assert "原信息有误" in page
    assert "现在：38000.00" in page
    wrong = officer.do(number, PROPOSED | {"corrections-fine_yuan-value": "很多"})
    assert wrong.status_code == 422
    assert "罚款金额" in wrong.text
    assert "很多" in wrong.text
    assert officer.do(number, PROPOSED).status_code == 302
    approver = Desk.of(app, "shenpi")
    assert "38000.00" in approver.read(task_path(number))
    assert approver.do(number, {"verdict": "approved", "note": ""}).status_code == 302
    assert "各处是否已执行" in party.read(f"/my/cases/{number}")
    o.confirm_all(number)
    ended = party.read(f"/my/cases/{number}")
    assert "已更正，“异议处理中”的标注已取消" in ended
    assert "更正" in party.read("/my/cases")
    assert "38000.00" in officer.read(f"/desk/cases/{number}")
    assert "异议核查函" in officer.read(f"/desk/cases/{number}")
    for page in (f"/my/cases/{number}", "/my/letters"):
        assert "异议处理答复书" in party.read(page)
        assert "异议核查函" not in party.read(page), "a letter to another body is not the party's"
    app.extensions["jobs"].drain(app)
    db.session.rollback()
    db.session.expire_all()
    assert provider.client.get(f"/desk/asked/{asked}/letter").data.startswith(b"%PDF")


@ON_SQLITE
def test_letters_are_looked_at_before_they_are_sent(app: Flask, world: w.World) -> None:
    number = file(app, w.make_record(world, source_code=o.NEIGHBOUR))
    officer = Desk.of(app, "jingban")

    def previewed(values: dict[str, str]) -> str:
        path = task_path(number)
        sent = officer.send(f"{path}/preview", values, page=path)
        assert sent.status_code == 303, sent.text
        return officer.read(f"{path}/preview")

    assert "异议受理通知书" in previewed({"outcome": "accepted"})
    officer.do(number, {"outcome": "accepted"})
    Desk.of(app, "chuangkou").do(number, o.CHECKED)
    assert "异议核查函" in previewed(ASKED)
    officer.do(number, {"road": "own", "own_words": "已核对原件。"})
    assert "异议处理答复书" in previewed(PROPOSED)


@ON_SQLITE
def test_who_is_asked_no_longer_when_the_objection_is_withdrawn(app: Flask, world: w.World) -> None:
    number = file(app, w.make_record(world, source_code=o.NEIGHBOUR))
    w.answer(number, world.officer, {"outcome": "accepted"})
    w.answer(number, world.clerk, o.CHECKED)
    w.answer(number, world.officer, o.ASKED)
    party, asked = Desk.of(app, "qiye"), o.question(number)
    address = f"/my/cases/{number}/withdraw"
    party.send(address, {"case_version": w.case(number).row_version, "reason": ""}, page=address)
    provider = Desk.of(app, "xiecha")
    assert "不用再答复" in provider.read(f"/desk/asked/{asked}")
    late = provider.send(f"/desk/asked/{asked}", o.FOUND | {"case_version": w.case(number).row_version})
    assert late.status_code == 409


def test_the_guide_says_one_may_file_online(app: Flask) -> None:
    page = app.test_client().get("/guide/objection").text
    assert "登录后办理" in page
    assert "提出异议" in page
    assert "登录后提出异议" in app.test_client().get("/").text


@ON_SQLITE
def test_a_clerk_keys_one_in_at_the_counter(app: Flask, world: w.World) -> None:
    record = w.make_record(world)
    clerk, address = Desk.of(app, "chuangkou"), f"/desk/counter/file/objection/{record}"
    assert address in clerk.read(f"/desk/counter?code={w.SUBJECT}")
    came = {"handed_by": "马珺玥", "capacity": "legal_representative", "identity_seen": "1", "papers": "2"}
    wrong = clerk.send(address, came | {"idempotency_key": "k1", "dispute": "金额不对"}, page=address)
    assert wrong.status_code == 422
    assert "金额不对" in wrong.text
    assert "dispute_ground" in wrong.text
    answer = clerk.send(address, FORM | came | {"idempotency_key": "k2"}, page=address)
    assert answer.status_code == 302, answer.text
    receipt = clerk.read(answer.headers["Location"])
    assert "异议申请收件回执" in receipt
    assert "GSYY-2026-000001" in receipt
    assert "信用承诺书" not in receipt
    assert address not in clerk.read(f"/desk/counter?code={w.SUBJECT}"), "one at a time"
    assert Desk.of(app, "qiye").read("/my/cases").count("GSYY-2026-000001")
