"""Style sheets, scripts and pictures: their addresses (one version for all, so that browsers keep them for good) and
their integrity hashes. The vendored files come from `frontend/static/vendor`, our own from `workflow_app/static`."""

import base64
import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.portals.shared.icons import ICONS

OWN = Path(__file__).parents[2] / "static"
VENDOR = Path(__file__).parents[3] / "frontend" / "static" / "vendor"
SHEETS = (
    "tokens",
    "ground",
    "layout",
    "marks",
    "reading",
    "ledger",
    "work",
    "forms",
    "pages",
    "public",
    "narrow",
    "print",
)
STYLES = ("vendor/bootstrap.csp.min.css", *(f"css/{name}.css" for name in SHEETS))
SCRIPTS = ("vendor/htmx.min.js", "js/app.js", "js/ledger.js", "js/files.js", "js/keys.js")


def init_assets(app: Flask) -> None:
    """Serve the files below `/static/<version>/` in front of the application and give templates `asset`, `integrity`,
    `styles` and `scripts`. Raises ConfigurationFault where the vendored files are not installed."""
    files = {f"vendor/{p.name}": p for p in sorted(VENDOR.glob("*"))}
    files |= {p.relative_to(OWN).as_posix(): p for p in sorted(OWN.rglob("*")) if p.is_file()}
    digests = {name: hashlib.sha384(path.read_bytes()).digest() for name, path in files.items()}
    absent = [name for name in (*STYLES, *SCRIPTS) if name not in digests]
    if absent:
        raise ConfigurationFault("asset_missing", names=", ".join(absent))
    version = hashlib.sha256(b"".join(name.encode() + d for name, d in sorted(digests.items()))).hexdigest()[:12]

    def asset(name: str) -> str:
        """Return the address of a file. Raises ConfigurationFault for one that does not exist."""
        return f"/static/{version}/{_known(name, digests)}"

    def integrity(name: str) -> str:
        """Return the subresource integrity of a file."""
        return "sha384-" + base64.b64encode(digests[_known(name, digests)]).decode()

    app.jinja_env.globals.update(asset=asset, integrity=integrity, styles=STYLES, scripts=SCRIPTS, ICONS=ICONS)
    served = WhiteNoise(
        app.wsgi_app,
        immutable_file_test=lambda _path, url: url.startswith(f"/static/{version}/"),
        allow_all_origins=False,
        add_headers_function=_harden,
    )
    served.add_files(str(OWN), prefix=f"static/{version}/")
    served.add_files(str(VENDOR), prefix=f"static/{version}/vendor/")
    app.wsgi_app = served  # type: ignore[method-assign]


def _known(name: str, digests: dict[str, bytes]) -> str:
    if name not in digests:
        raise ConfigurationFault("asset_missing", names=name)
    return name


def _harden(headers: dict[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
