"""Page images of stored files, made once and kept beside the storage as a cache that may be thrown away at any time."""

import tempfile
from pathlib import Path

from flask import current_app

from workflow_app.foundation.errors import NotFound
from workflow_app.foundation.storage import Storage
from workflow_app.letters.pages import page_images

SHOWN = ("application/pdf", "image/png", "image/jpeg")


def page_count(digest: str, media_type: str) -> int:
    """Return how many page images a stored file has. Raises RuleViolation for a file that cannot be shown."""
    return len(list(_made(digest, media_type).glob("*.png")))


def page_image(digest: str, media_type: str, number: int) -> Path:
    """Return the image of a page, counted from 1. Raises NotFound past the last, RuleViolation as `page_images`."""
    path = _made(digest, media_type) / f"{number}.png"
    if not path.is_file():
        raise NotFound("page_not_found")
    return path


def keep_pages(digest: str, pages: list[bytes]) -> None:
    """Keep page images that were made elsewhere (a draft letter) under a digest that names what and whose they are."""
    if not _folder(digest).is_dir():
        _keep(_folder(digest), pages)


def kept_count(digest: str) -> int:
    """Return how many page images are kept under a digest; none, where they are not or no longer there."""
    return len(list(_folder(digest).glob("*.png")))


def kept_page(digest: str, number: int) -> Path:
    """Return a page image kept before. Raises NotFound where it is not, or no longer, there."""
    path = _folder(digest) / f"{number}.png"
    if not path.is_file():
        raise NotFound("page_not_found")
    return path


def _made(digest: str, media_type: str) -> Path:
    folder = _folder(digest)
    if not folder.is_dir():
        _keep(folder, page_images(_storage().get(digest), media_type))
    return folder


def _keep(folder: Path, pages: list[bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".tmp-") as name:
        made = Path(name) / "pages"
        made.mkdir()
        for number, page in enumerate(pages, 1):
            (made / f"{number}.png").write_bytes(page)
        if not folder.is_dir():
            try:
                made.rename(folder)
            except OSError:  # another request made the same pages meanwhile
                if not folder.is_dir():
                    raise


def _folder(digest: str) -> Path:
    return _storage().root.parent / "pages" / _storage().path(digest).name


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage
