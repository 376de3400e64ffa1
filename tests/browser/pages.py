"""What browser tests share: fonts so that pictures show Chinese, the widths, and a reader that looks at a page."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "out" / "shots"
WIDTHS = (1440, 1024, 390)
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fontset}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>
<selectfont><rejectfont><glob>*/Fandol*</glob></rejectfont></selectfont></fontconfig>
"""


def fonts_of(folder: Path) -> Path:
    """Write a font configuration that knows the fonts of the letters, and return it."""
    file = folder / "fonts.conf"
    file.write_text(FONTS.format(fontset=ROOT / "fontset", cache=folder / "cache"), "utf-8")
    return file


@dataclass
class Reader:
    """Somebody at a page: goes there, looks at it in every width, and notes whatever the browser complained of."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))

    def go(self, path: str) -> Page:
        """Open a page and wait until nothing moves any more."""
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def sign_in(self, login: str, password: str) -> None:
        """Sign in through the form."""
        self.go("/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        self.page.click("main button[type=submit]")
        self.page.wait_for_load_state("networkidle")

    def look(self, name: str, *, widths: tuple[int, ...] = WIDTHS) -> None:
        """Take a picture in every width. Fails where axe finds a fault, the page scrolls sideways or the browser
        complained, for instance of a style that the content policy refused."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        faults: list[str] = []
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.wait_for_timeout(50)
            self.page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)
            faults += [f"{width}: {fault}" for fault in violations(self.page)]
            if self.page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{width}: scrolls sideways")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        found = faults + self.complaints
        assert not found, f"{name}: {found}"


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong (WCAG A and AA, best practice), each with where."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['help']} {[n['target'] for n in v['nodes']][:3]}" for v in found]
