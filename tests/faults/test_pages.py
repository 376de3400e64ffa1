"""The short form of the looking at every page: some addresses, full and empty, and their forms refused."""

import shutil

import pytest

from faults import pages


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
def test_some_pages_of_every_state_have_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert pages.main(["--json", "--every", "60"]) == 0, capsys.readouterr().err[-3000:]
