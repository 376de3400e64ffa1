"""Which PDF is refused as one that acts: by the names outside its streams, however they are escaped, never by chance."""

import random

import pytest

from workflow_app.actions.add_evidence import _acts

HEAD = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R"


@pytest.mark.parametrize(
    "name",
    [
        b"/JavaScript",
        b"/JS(app.alert(1))",
        b"/J#53 (x)",
        b"/S/J#61vaScript",
        b"/Launch",
        b"/EmbeddedFile",
        b"/Encrypt 9 0 R",
    ],
)
def test_a_name_that_acts_is_seen(name: bytes) -> None:
    assert _acts(HEAD + name + b">>endobj")


def test_bytes_of_a_picture_are_not_read_as_names() -> None:
    picture = random.Random(7).randbytes(200_000) + b"/JS /Launch" + b"\nendstream"
    assert not _acts(HEAD + b">>endobj 3 0 obj<</Length 200011>>stream\n" + picture + b" endobj")


@pytest.mark.parametrize("name", [b"/JSON", b"/Encryption", b"/JS2", b"/Launcher"])
def test_a_longer_name_is_another_name(name: bytes) -> None:
    assert not _acts(HEAD + name + b">>endobj")
