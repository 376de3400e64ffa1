"""Letters as pictures for documentation: the pages of a file side by side, small, in few colours."""

import io
from pathlib import Path
from typing import Any

from workflow_app.letters.pages import page_images

HEIGHT = 520  # pixels of a page
COLOURS = 16
GAP, GROUND = 10, "#d7dce2"


def write_picture(source: Path, folder: Path) -> Path:
    """Write the pages of a PDF that we made ourselves as one PNG, `L01.png` for `L01_….pdf`. Returns its path."""
    from PIL import Image  # only who draws pays for the import

    drawn = page_images(source.read_bytes(), "application/pdf")
    pages = [_small(Image.open(io.BytesIO(page)).convert("RGB")) for page in drawn]
    whole = Image.new("RGB", (sum(p.width + GAP for p in pages) + GAP, HEIGHT + 2 * GAP), GROUND)
    left = GAP
    for page in pages:
        whole.paste(page, (left, GAP))
        left += page.width + GAP
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{source.name.split('_')[0]}.png"
    whole.quantize(COLOURS).save(target, optimize=True)
    return target


def _small(page: Any) -> Any:
    return page.resize((round(page.width * HEIGHT / page.height), HEIGHT))
