"""Behind a reverse proxy: whose address counts, and what stays closed to visitors who came through one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request

from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.portals.shared.security import believe_proxies
from workflow_app.settings import load_settings

FAR = "203.0.113.9"


def seen_by(count: int, header: str) -> str:
    """The address a view sees with so many trusted proxies."""
    app = Flask("small")
    app.add_url_rule("/", view_func=lambda: request.remote_addr or "")
    believe_proxies(app, count)
    return app.test_client().get("/", headers={"X-Forwarded-For": header} if header else {}).text


@pytest.mark.parametrize(
    ("count", "header", "address"),
    [
        (0, FAR, "127.0.0.1"),
        (1, FAR, FAR),
        (1, f"198.51.100.1, {FAR}", FAR),
        (2, f"198.51.100.1, {FAR}, 10.0.0.2", FAR),
        (2, FAR, "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_address_is_what_the_trusted_proxies_say(count: int, header: str, address: str) -> None:
    assert seen_by(count, header) == address


def test_the_number_of_proxies_is_a_setting(tmp_path: Path) -> None:
    place = {"DATA_DIR": str(tmp_path)}
    assert load_settings(place).proxies == 0
    assert load_settings(place | {"TRUSTED_PROXIES": "2"}).proxies == 2
    for wrong in ("-1", "x", "", "99", "²"):
        with pytest.raises(ConfigurationFault):
            load_settings(place | {"TRUSTED_PROXIES": wrong})


@pytest.fixture(params=[0, 1])
def fronted(app: Flask, request: pytest.FixtureRequest) -> Iterator[Flask]:
    plain = app.wsgi_app
    believe_proxies(app, request.param)
    yield app
    app.wsgi_app = plain  # type: ignore[method-assign]


def test_metrics_are_for_this_machine_alone(fronted: Flask) -> None:
    client = fronted.test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", base_url="http://127.0.0.1:8000").status_code == 200
    for headers in (
        {"X-Forwarded-For": FAR},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Proto": "https"},
        {"X-Real-IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 front"},
    ):
        assert client.get("/metrics", headers=headers).status_code == 404, headers
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": FAR}).status_code == 404


def test_metrics_are_not_served_under_the_name_of_the_site(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["credit.example", "127.0.0.1"])
    assert app.test_client().get("/metrics", base_url="https://credit.example").status_code == 404
