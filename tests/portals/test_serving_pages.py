"""Pages of service: the desk's lists and one letter, the party's own, the counter's confirmations, the public's notices."""

from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.papers import pdf
from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from tests.serving import CONFIRMED, REFUSED, SIGNED, issued, service, tried
from tests.world import World, make_world


@pytest.fixture
def world(app: Flask) -> World:
    found = make_world()
    open_doors()
    return found


def test_a_letter_from_the_list_to_its_dates(app: Flask, world: World) -> None:
    letter, desk = issued(world), Desk.of(app, "jingban")
    path = f"/desk/service/{letter}"
    assert "还没有" in desk.read("/desk/service") and "建议下一步：直接送达" in desk.read(path)
    wrong = desk.send(f"{path}/attempts", SIGNED | {"tried_on": "2026-11-23", "receiver": "<b>甲</b>"}, page=path)
    assert wrong.status_code == 422 and "应当在文书成文的 2026-11-24 到今天" in wrong.text
    assert "&lt;b&gt;甲&lt;/b&gt;" in wrong.text and "<b>甲</b>" not in wrong.text
    refused = desk.send(f"{path}/attempts", REFUSED, page=path)
    assert refused.location == path and "建议下一步：留置送达" in desk.read(path)
    proof = {"file": (BytesIO(pdf()), "回证.pdf")}
    assert desk.send(f"{path}/attempts", SIGNED | proof, page=path).status_code == 302
    page = desk.read(path)
    assert all(
        words in page for words in ("最迟", "兰州市城关区人民法院", "甘肃省人民政府", "待核", "回证.pdf", "怎么算的")
    )
    assert "没有待送达的文书" in desk.read("/desk/service") and "直接送达" in desk.read("/desk/service?tab=served")
    attempts = service(letter).attempt_id
    assert desk.send(f"{path}/attempts/{attempts}/receipt", page=path).status_code == 302
    assert "正在排版" in desk.read(path)
    empty = desk.send(f"{path}/attempts/{attempts}/strike", {"reason": ""}, page=path)
    assert empty.status_code == 422 and f'id="reason-{attempts}-error"' in empty.text
    struck = desk.send(f"{path}/attempts/{attempts}/strike", {"reason": "误登"}, page=path)
    assert struck.status_code == 302 and "已作废" in desk.read(path)


def test_a_notice_by_two_persons_for_everybody_with_its_list(app: Flask, world: World) -> None:
    letter, desk, head, public = issued(world), Desk.of(app, "jingban"), Desk.of(app, "shenpi"), app.test_client()
    path = f"/desk/service/{letter}"
    empty = desk.send(f"{path}/notice", {}, page=path)
    assert empty.status_code == 422 and 'href="#notice-reason"' in empty.text and 'href="#ground"' in empty.text
    untried = desk.send(f"{path}/notice", {"ground": "tried", "notice-reason": "没有人"}, page=path)
    assert untried.status_code == 422 and "至少用其他方式送达 1 次" in untried.text
    tried(world, letter, REFUSED)
    assert desk.send(f"{path}/notice", {"ground": "tried", "notice-reason": "没有人"}, page=path).status_code == 302
    assert (
        "等审核" in desk.read("/desk/service?tab=announced") and "现在没有正在公告的文书" in public.get("/notices").text
    )
    assert desk.send(f"{path}/notice/settle", {"verdict": "approve"}, page=path).status_code == 403
    assert head.send(f"{path}/notice/settle", {"verdict": "refuse"}, page=path).status_code == 422
    assert head.send(f"{path}/notice/settle", {"verdict": "approve"}, page=path).status_code == 302
    shown = public.get("/notices")
    assert (
        "甘肃泓屹垚建筑工程有限公司" in shown.text and "2026年12月24日" in shown.text and shown.headers["X-Robots-Tag"]
    )
    assert "信送告〔2026〕1号" in shown.text and "没有人" not in shown.text
    assert "没有正在公告" in public.get("/notices?on=2026-11-23").text
    for hostile in ("x", "2026-13-99", "'; DROP", "9" * 40):
        assert "公告日期：" in public.get("/notices", query_string={"on": hostile}).text
    assert public.get("/notices?page=-5&on=2026-11-24").status_code == 200
    sheet = desk.send("/desk/service/notices/export", {"on": "2026-11-24"}, page="/desk/service/notices")
    rows = list(load_workbook(BytesIO(sheet.data)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert len(rows) == 2 and rows[1][0] == "甘肃泓屹垚建筑工程有限公司"
    assert desk.client.get("/desk/service/notices?on=x").status_code == 422


def test_the_party_signs_changes_and_takes_back_its_address(app: Flask, world: World) -> None:
    firm = Desk.of(app, "qiye")
    wrong = firm.send(
        "/my/address", CONFIRMED | {"agreed": "", "phone": "x", "signer_name": "别人"}, page="/my/address"
    )
    assert wrong.status_code == 422 and "请填写您本人的姓名" in wrong.text and "至少 7 位数字" in wrong.text
    assert firm.send("/my/address", CONFIRMED, page="/my/address").status_code == 302
    assert "生效的确认书" in firm.read("/my/address")
    assert firm.send("/my/address", CONFIRMED | {"organisation": "999"}, page="/my/address").status_code == 404
    assert firm.send("/my/address/end", {"reason": ""}, page="/my/address").status_code == 422
    assert firm.send("/my/address/end", {"reason": "改用邮寄"}, page="/my/address").status_code == 302
    assert "生效的确认书" not in firm.read("/my/address")
    counter, path = Desk.of(app, "chuangkou"), f"/desk/addresses/{world.organisation_id}"
    signed = CONFIRMED | {"signed_on": "2026-11-20"}
    assert "签字" in counter.send(path, signed, page=path).text  # without its paper
    kept = counter.send(path, signed | {"file": (BytesIO(pdf()), "确认书.pdf")}, page=path)
    assert kept.status_code == 302 and "确认书.pdf" in counter.read(path) and "改用邮寄" in counter.read(path)
