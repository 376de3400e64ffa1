"""What an installation in production must have and may not have."""

from pathlib import Path

import pytest

from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.settings import load_settings

WHOLE = {"APP_ENV": "production", "SECRET_KEY": "k", "PLATFORM_URL": "https://credit.example", "PLATFORM_KEY": "p"}


def test_production_with_keys_of_its_own_starts(tmp_path: Path) -> None:
    found = load_settings(WHOLE | {"DATA_DIR": str(tmp_path)})
    assert found.secure_cookies and not found.demo


@pytest.mark.parametrize("without", ["SECRET_KEY", "PLATFORM_URL", "PLATFORM_KEY"])
def test_production_does_not_start_with_a_key_everybody_knows(tmp_path: Path, without: str) -> None:
    given = {name: value for name, value in WHOLE.items() if name != without}
    with pytest.raises(ConfigurationFault, match=without):
        load_settings(given | {"DATA_DIR": str(tmp_path)})


@pytest.mark.parametrize("more", [{"DEMO": "1"}, {"FIXED_NOW": "2026-11-24T04:00:00+00:00"}])
def test_production_is_no_demonstration(tmp_path: Path, more: dict[str, str]) -> None:
    with pytest.raises(ConfigurationFault, match="production_needs"):
        load_settings(WHOLE | more | {"DATA_DIR": str(tmp_path)})


def test_an_installation_makes_its_own_secret_once(tmp_path: Path) -> None:
    first, second = (load_settings({"DATA_DIR": str(tmp_path)}).secret_key for _ in range(2))
    assert first == second and len(first) == 64
