"""One town for all cells."""

import pytest

from tests.authz.town import Town, build


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The town of the matrix, built once."""
    return build(tmp_path_factory.mktemp("town"))
