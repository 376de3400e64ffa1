"""The hostile harness in its short form: it finds nothing in the application, and everything that is planted."""

import json
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from faults import hostile
from faults.hostile_requests import Request
from tests.authz.town import Town, build
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import NotFound
from workflow_app.people.organisations import Organisation
from workflow_app.portals.shared import sign_in


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    yield build(tmp_path_factory.mktemp("hostile"))


def sent(town: Town, *requests: Request) -> dict[str, int]:
    found = hostile.Found()
    for request in requests:
        hostile.try_one(town, request, found)
    return found.document()


def test_nothing_hostile_harms(town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(hostile, "build", lambda _folder: town)
    assert hostile.main(["--quick", "--json", "--seed", "11"]) == 0, capsys.readouterr().err[-3000:]
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures == {"tried": 300, "http_500": 0, "hangs": 0, "side_effects": 0}


def test_a_view_that_breaks_is_found_by_the_attack_itself(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "_inside", lambda target: urlsplit(target).netloc)  # as it once was
    login = [r for r in town.app.url_map.iter_rules() if r.endpoint == "sign_in.enter"]
    monkeypatch.setattr(town.app.url_map, "iter_rules", lambda: iter(login))
    found = hostile.attack(town, count=400, seed=1)
    assert found.http_500
    assert not found.is_good


def test_a_refusal_that_leaves_something_behind_is_found(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(**_names: object) -> str:
        with transaction():
            db.session.add(
                Organisation(code="91620000MA0000000X", name="x", created_at=town.app.extensions["clock"].now())
            )
        raise NotFound

    monkeypatch.setitem(town.app.view_functions, "public.guide", leave)
    request = Request(column="AN", method="GET", path="/help", endpoint="public.guide")
    assert sent(town, request, request) == {"tried": 0, "http_500": 0, "hangs": 0, "side_effects": 2}
    assert town.state() == town.original, "and the town is as it was"


def test_a_page_that_is_waited_for_in_vain_is_found(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hostile, "WAIT_SECONDS", 0.2)
    monkeypatch.setitem(town.app.view_functions, "public.guide", lambda **_names: time.sleep(5))
    request = Request(column="AN", method="GET", path="/help", endpoint="public.guide")
    assert sent(town, request) == {"tried": 0, "http_500": 0, "hangs": 1, "side_effects": 0}
