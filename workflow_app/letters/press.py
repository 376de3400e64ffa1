"""The press: the child process that sets letters, one after another, under limits of time and memory.

It is started by `child.py`, reads jobs from standard input and answers on standard output, and opens nothing but its
fonts. WeasyPrint is imported here and in what only the press imports.
"""

import json
import logging
import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from workflow_app.letters.wire import serve

MAX_PAGES = 60
FAMILIES = ("Fandol", "HanaMin", "Noto Serif SC", "Noto Sans SC")
PX = 0.75  # points in a CSS pixel
SEAL_PAGE = (
    "<!DOCTYPE html><html lang=zh-CN><title>印章</title><style>@page{size:42mm 42mm;margin:0}body{margin:0}"
    "img{display:block;width:42mm;height:42mm;opacity:.82}</style><img src='asset:seal.svg' alt='印章'>"
)
MIME = {".svg": "image/svg+xml"}

FONTCONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>
<dir>{fonts}</dir>{own}<cachedir>{cache}</cachedir>
<match target="pattern"><edit name="hinting" mode="assign"><bool>false</bool></edit>
<edit name="hintstyle" mode="assign"><const>hintnone</const></edit></match>
<match target="font"><edit name="hinting" mode="assign"><bool>false</bool></edit>
<edit name="hintstyle" mode="assign"><const>hintnone</const></edit></match></fontconfig>"""

OWN = """<match target="pattern"><test name="family" compare="eq"><string>{role}</string></test>
<edit name="family" mode="assign" binding="strong"><string>{family}</string></edit></match>"""
_own_names: list[str] = []


class Refused(Exception):
    """The letter cannot be set; the code is stable, the words name what is wrong."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class _Warnings(logging.Handler):
    """WeasyPrint warns where it prints something else than asked; a letter must then not be printed at all."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


class Press:
    """WeasyPrint with one warm font configuration and the style sheets of the template sets seen so far."""

    def __init__(self) -> None:
        from weasyprint.text.fonts import FontConfiguration

        from workflow_app.letters import justify

        justify.install()
        self.fonts = FontConfiguration()
        self.warnings = _Warnings()
        logger = logging.getLogger("weasyprint")
        logger.handlers[:] = [self.warnings]
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        self.sheets: dict[str, Any] = {}

    def set(self, job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Set one letter: `digest`, `sources`, `content`, `assets` (SVG by name), `sheet`. Returns facts and PDF."""
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError

        from workflow_app.letters.typesetting import html_of

        html = html_of(digest=job["digest"], sources=job["sources"], content=job["content"], sheet=job["sheet"])
        self.warnings.messages.clear()
        try:
            fetcher = _fetcher(_assets(job["sources"]) | job["assets"])
            document = HTML(string=html, url_fetcher=fetcher, base_url="asset:").render(
                font_config=self.fonts, stylesheets=[self._style(job["digest"], job["sources"], fetcher)]
            )
            if len(document.pages) > MAX_PAGES:
                raise Refused("letter_too_long", pages=len(document.pages), limit=MAX_PAGES)
            pdf = document.write_pdf(**self._options(job, fetcher))
        except FatalURLFetchingError as refusal:  # derives from BaseException: `except Exception` would not see it
            raise Refused("letter_fetches", address=str(refusal)[:200]) from None
        self._inspect(document)
        return {"pages": len(document.pages), "seal": _seal_place(document)}, pdf

    def set_seal(self, svg: str) -> bytes:
        """Return a seal as a page of its own size, to be imported as the picture of a signature."""
        from weasyprint import HTML

        page = HTML(string=SEAL_PAGE, url_fetcher=_fetcher({"seal.svg": svg}), base_url="asset:")
        return bytes(page.write_pdf(font_config=self.fonts, pdf_variant="pdf/a-2b"))

    def _style(self, digest: str, sources: dict[str, str], fetcher: Any) -> Any:
        from weasyprint import CSS

        from workflow_app.letters.typesetting import css_of

        if digest not in self.sheets:
            if len(self.sheets) > 50:
                self.sheets.clear()
            text = css_of(sources)
            sheet = CSS(string=text, url_fetcher=fetcher, font_config=self.fonts, base_url="asset:")
            if self.warnings.messages:  # kept, it would warn once and be wrong ever after
                raise Refused("letter_badly_set", problems="; ".join(self.warnings.messages)[:300])
            self.sheets[digest] = sheet
        return self.sheets[digest]

    def _options(self, job: dict[str, Any], fetcher: Any) -> dict[str, Any]:
        options: dict[str, Any] = {"pdf_variant": "pdf/a-3a"}
        if job["sheet"].get("draft") or job["sheet"]["format"] == "form":
            return options
        from datetime import datetime

        from weasyprint import Attachment

        # without both dates the attachment carries the present time and the bytes differ from run to run
        issued = datetime.fromisoformat(job["content"]["issued_at"])
        data = json.dumps(job["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        options["attachments"] = [
            Attachment(
                string=data,
                name="data.json",
                description="文书数据",
                relationship="Data",
                created=issued,
                modified=issued,
                url_fetcher=fetcher,
            )
        ]
        return options

    def _inspect(self, document: Any) -> None:
        missing = sorted({chr(c) for font in document.fonts.values() for c in font.missing})
        if missing:
            named = [f"{c}（U+{ord(c):04X}）" for c in missing]
            raise Refused("letter_glyph_missing", characters=named, items="、".join(named))
        strange = {f.family for f in document.fonts.values() if not f.family.startswith((*FAMILIES, *_own_names))}
        if strange or self.warnings.messages:
            raise Refused("letter_badly_set", problems="; ".join([*sorted(strange), *self.warnings.messages])[:300])


def _seal_place(document: Any) -> dict[str, Any] | None:
    """Return where the seal of a signature belongs: page from 0 and box in points from below, None where no place is kept."""
    for number, page in enumerate(document.pages):
        if "seal" in page.anchors:
            x1, y1, x2, y2 = page.anchors["seal"]
            return {"page": number, "box": [x1 * PX, (page.height - y2) * PX, x2 * PX, (page.height - y1) * PX]}
    return None


def _assets(sources: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix("_shared/"): text for name, text in sources.items() if name.endswith(".svg")}


def _fetcher(assets: dict[str, str]) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class AssetFetcher(URLFetcher):  # type: ignore[misc,unused-ignore]
        """Only `asset:NAME` out of memory: no file, no network, no data address."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            name = url.removeprefix("asset:")
            if url.startswith("asset:") and name in assets:
                kind = MIME.get(Path(name).suffix, "application/octet-stream")
                return URLFetcherResponse(url, assets[name].encode(), {"Content-Type": kind})
            raise FatalURLFetchingError(f"refused {url[:80]!r}")

        def __call__(self, url: str) -> Any:
            return self.fetch(url)

    return AssetFetcher(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)


@cache
def _press() -> Press:
    return Press()


def handle(job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Answer one job: facts and bytes, or the refusal. Lack of memory ends the process."""
    from workflow_app.letters.lengths import TextTooLong

    try:
        if job.get("warm"):
            _press()
            return {"ok": True}, b""
        if "seal" in job:
            return {"ok": True}, _press().set_seal(job["seal"])
        facts, pdf = _press().set(job)
    except Refused as refusal:
        return {"ok": False, "code": refusal.code, "facts": refusal.facts}, b""
    except TextTooLong as problem:
        return {"ok": False, "code": "letter_text_too_long", "facts": {"problem": str(problem)}}, b""
    except MemoryError:
        return {"ok": False, "code": "letter_press_failed", "facts": {"problem": "MemoryError"}, "end": True}, b""
    except Exception as error:  # whatever it is, the parent must hear of it
        said = re.sub(r"\s+", " ", f"{type(error).__name__}: {error}")[:250]
        return {"ok": False, "code": "letter_press_failed", "facts": {"problem": said}}, b""
    return {"ok": True, **facts}, pdf


def _own_rules(own: dict[str, Any]) -> str:
    """Return what the configuration says of the agency's own fonts: where they are, and which stands for which role."""
    _own_names[:] = own["names"]
    rules = [OWN.format(role=escape(role), family=escape(family)) for role, family in own["families"].items()]
    return f"<dir>{escape(own['folder'])}</dir>{''.join(rules)}" if rules else ""


def main() -> None:
    """Prepare fonts, then serve until standard input ends."""
    fonts, scratch, own = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    cache_folder = fonts / ".cache" if os.access(fonts, os.W_OK) else scratch / "cache"
    config = scratch / "fonts.conf"
    config.write_text(FONTCONFIG.format(fonts=fonts, own=_own_rules(own), cache=cache_folder), "utf-8")
    os.environ["FONTCONFIG_FILE"] = str(config)  # before the first import of WeasyPrint
    serve(handle)
