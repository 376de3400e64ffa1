"""Icons drawn on a 16 px grid: the inside of an SVG by name. Only drawings live here, no words and no colours."""

from markupsafe import Markup

ICONS = {
    name: Markup(drawing)  # noqa: S704 (our own drawings)
    for name, drawing in {
        "check": '<path d="m3.5 8.5 3 3 6-7"/>',
        "cross": '<path d="m4 4 8 8m0-8-8 8"/>',
        "ask": '<circle cx="8" cy="8" r="6.2"/><path d="M6.2 6.3a1.9 1.9 0 1 1 2.7 1.8c-.6.3-.9.6-.9 1.2m0 1.9v.1"/>',
        "yes": '<circle cx="8" cy="8" r="6.2"/><path d="m5.2 8.2 2 2 3.6-4.2"/>',
        "no": '<circle cx="8" cy="8" r="6.2"/><path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"/>',
        "clock": '<circle cx="8" cy="8" r="6.2"/><path d="M8 4.5V8l2.3 1.6"/>',
        "half": '<circle cx="8" cy="8" r="6.2"/><path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor"/>',
        "pause": '<path d="M5.5 3.5v9m5-9v9"/>',
        "alert": '<path d="M8 2 14.5 13.5h-13z"/><path d="M8 6.3v3.2m0 2v.1"/>',
        "bell": '<path d="M4 11V7.2a4 4 0 0 1 8 0V11l1.2 1.4H2.8zM6.7 14h2.6"/>',
        "cal": '<rect x="2" y="3" width="12" height="11" rx="1"/><path d="M2 6.5h12M5 1.5V4m6-2.5V4"/>',
        "file": '<path d="M4 1.8h5.2L12.5 5v9.2H4zM9 2v3.3h3.3"/>',
        "up": '<path d="M8 11V3m0 0L5 6m3-3 3 3M2.5 13.5h11"/>',
        "down": '<path d="M8 3v8m0 0 3-3m-3 3L5 8m-2.5 5.5h11"/>',
        "find": '<circle cx="7" cy="7" r="4.5"/><path d="m10.4 10.4 3.6 3.6"/>',
        "right": '<path d="m6 3.5 4.5 4.5L6 12.5"/>',
        "open": '<path d="m3.5 6 4.5 4.5L12.5 6"/>',
        "lock": '<rect x="3" y="7" width="10" height="7" rx="1"/><path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2"/>',
        "user": '<circle cx="8" cy="5.3" r="2.8"/><path d="M2.8 14c.5-3 2.6-4.4 5.2-4.4s4.7 1.4 5.2 4.4"/>',
        "inbox": '<path d="M2 9.5 4 3h8l2 6.5V13H2zM2 9.5h3.5L6.6 11h2.8l1.1-1.5H14"/>',
        "team": (
            '<circle cx="5.5" cy="6" r="2.3"/><path d="M1.5 13c.3-2.5 1.9-3.6 4-3.6s3.7 1.1 4 3.6M10 '
            '3.9a2.3 2.3 0 0 1 0 4.3m1.3 1.4c1.8.3 2.9 1.4 3.2 3.4"/>'
        ),
        "letter": '<rect x="2" y="3.5" width="12" height="9" rx="1"/><path d="m2.4 4.2 5.6 5 5.6-5"/>',
        "talk": '<path d="M2 3h12v8H8l-3.5 3v-3H2z"/>',
        "chart": '<path d="M2.5 13.5h11M4 11V7m4 4V3m4 8V5.5"/>',
        "flag": '<path d="M3.5 14.5V2h8l-1.6 3 1.6 3h-8"/>',
        "undo": '<path d="M6 3 3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H6"/>',
        "print": '<path d="M4.5 6V2h7v4m-7 6H2V6h12v6h-2.5m-7-2h7v4h-7z"/>',
        "edit": '<path d="m3 13 .6-2.8 7.2-7.2 2.2 2.2-7.2 7.2z"/>',
        "plus": '<path d="M8 3v10M3 8h10"/>',
        "eye": '<path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="2"/>',
        "book": (
            '<path d="M8 4C6.5 2.8 4.5 2.6 2 2.8v10c2.5-.2 4.5 0 6 1.2 1.5-1.2 3.5-1.4 6-1.2v-10C11.5 2.6 '
            '9.5 2.8 8 4zm0 0v10"/>'
        ),
        "minus": '<path d="M3.5 8h9"/>',
        "send": '<path d="M2 8 14 2.5 10.5 14 7.5 9z"/>',
        "doc": '<rect x="3" y="2" width="10" height="12" rx="1"/><path d="M5.5 5.5h5m-5 2.5h5m-5 2.5h3"/>',
        "link": '<path d="M9 3h4v4m0-4L7.5 8.5M11 9v4H3V5h4"/>',
        "sync": '<path d="M13 6a5.3 5.3 0 0 0-9.8-.8M3 2.5v3h3M3 10a5.3 5.3 0 0 0 9.8.8m.2 2.7v-3h-3"/>',
    }.items()
}
