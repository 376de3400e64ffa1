"""Evidence and letters at the desk: page images made by the server, files only as downloads, nothing out of scope."""

import io

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from tests.world import ACCEPTED, NOON, World, answer, case, file, make_record, make_world
from workflow_app.actions.add_evidence import add_evidence
from workflow_app.cases.access import CaseAccess
from workflow_app.foundation.database import db
from workflow_app.letters.letter import letters_of_case


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    open_doors()
    return made


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(out, "PNG")
    return out.getvalue()


def _with_paper(world: World, name: str = "缴款书.png", content: bytes | None = None) -> tuple[str, str]:
    number = file(world, make_record(world))
    paper = add_evidence(
        case_number=number,
        purpose="performance_proof",
        filename=name,
        content=content or _picture(),
        actor=world.applicant,
        now=NOON,
    )
    return number, f"/desk/cases/{number}/evidence/{paper.id}"


def test_a_paper_is_shown_as_pages_and_saved_as_it_came(app: Flask, world: World) -> None:
    number, path = _with_paper(world)
    desk = Desk.of(app, "jingban")
    assert f'src="{path}/pages/1.png"' in desk.read(f"/desk/cases/{number}")
    assert "缴款书.png" in desk.read(path)
    assert desk.client.get(f"{path}/pages/1.png").data.startswith(b"\x89PNG")
    desk.read(f"{path}/pages/2.png", status=404)
    original = desk.client.get(f"{path}/original")
    assert original.data == _picture() and original.headers["Content-Disposition"].startswith("attachment")


def test_page_images_are_made_once(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _number, path = _with_paper(world)
    desk = Desk.of(app, "jingban")
    assert desk.client.get(f"{path}/pages/1.png").status_code == 200
    monkeypatch.setattr("workflow_app.portals.shared.page_cache.page_images", lambda *_: pytest.fail("made again"))
    assert desk.client.get(f"{path}/pages/1.png").status_code == 200


def test_who_may_not_read_evidence_is_refused(app: Flask, world: World) -> None:
    number, path = _with_paper(world)
    for login, status in (("duban", 403), ("chuangkou", 403), ("waibu", 404)):
        Desk.of(app, login).read(path, status=status)
    assert "1 份材料，由认定单位查看" in Desk.of(app, "duban").read(f"/desk/cases/{number}")


def test_a_paper_of_another_case_is_not_found(app: Flask, world: World) -> None:
    _number, path = _with_paper(world)
    other = file(world, make_record(world))
    Desk.of(app, "jingban").read(f"/desk/cases/{other}/evidence/{path.rsplit('/', 1)[1]}", status=404)


def test_a_letter_without_pages_says_so_and_has_no_file(app: Flask, world: World) -> None:
    number = file(world, make_record(world))
    answer(number, world.officer, ACCEPTED)
    letter = letters_of_case(case(number).id)[0]
    desk, path = Desk.of(app, "jingban"), f"/desk/cases/{number}/letters/{letter.id}"
    page = desk.read(path)
    assert "版面正在生成" in page and letter.verify_code in page and letter.number in page
    desk.read(f"{path}/file", status=404)


def test_each_look_of_staff_is_put_down(app: Flask, world: World) -> None:
    number, path = _with_paper(world)
    desk = Desk.of(app, "jingban")
    desk.read(f"/desk/cases/{number}")
    desk.read(path)
    assert desk.client.get(f"{path}/original").status_code == 200
    Desk.of(app, "waibu").read(f"/desk/cases/{number}", status=404)
    looks = db.session.execute(sa.select(CaseAccess.what, CaseAccess.actor_name).order_by(CaseAccess.id)).all()
    assert [tuple(look) for look in looks] == [("case", "王丽萍"), ("evidence", "王丽萍"), ("original", "王丽萍")]
