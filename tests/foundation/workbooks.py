"""Workbooks part by part, good and bad ones."""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"


def types(**more: str) -> str:
    """The table of content types; keywords name further parts, `a_b` for `xl/a_b.xml`."""
    known = {
        "xl/workbook.xml": "sheet.main+xml",
        SHEET: "worksheet+xml",
        "xl/sharedStrings.xml": "sharedStrings+xml",
        "xl/styles.xml": "styles+xml",
    } | {f"xl/{name}.xml": kind for name, kind in more.items()}
    entries = "".join(f'<Override PartName="/{p}" ContentType="{OFFICE}.{kind}"/>' for p, kind in known.items())
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return (
        f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{default}'
        f'<Default Extension="xml" ContentType="application/xml"/>{entries}</Types>'
    )


def sheet(cells: str = '<c r="A1" t="inlineStr"><is><t>x</t></is></c>', *, row: str = "1", head: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{head}<sheetData><row r="{row}">{cells}</row></sheetData></worksheet>'


PARTS = {
    "[Content_Types].xml": types(),
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATIONS}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="a" sheetId="1" r:id="r1"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
    f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"/>',
    SHEET: sheet(),
}


def packed(**parts: str) -> bytes:
    """A workbook of the usual parts with some replaced: `sheet`, `styles`, `texts`, `types`, `workbook`."""
    names = {
        "sheet": SHEET,
        "styles": "xl/styles.xml",
        "texts": "xl/sharedStrings.xml",
        "types": "[Content_Types].xml",
        "workbook": "xl/workbook.xml",
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (PARTS | {names[key]: text for key, text in parts.items()}).items():
            archive.writestr(name, text)
    return content.getvalue()


def _marked(content: bytes, local: int, central: int, value: int) -> bytes:
    """Overwrite a byte of every entry's header, in its own place and in the directory."""
    found = bytearray(content)
    for mark, place in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        at = -1
        while (at := found.find(mark, at + 1)) >= 0:
            found[at + place] = value
    return bytes(found)


def _corrupt() -> bytes:
    found = bytearray(packed())
    at = found.find(SHEET.encode()) + len(SHEET) + 3
    found[at : at + 8] = b"\xff" * 8
    return bytes(found)


BROKEN: dict[str, bytes] = {
    "no archive": b"PK\x03\x04 broken",
    "corrupt deflate": _corrupt(),
    "another compression": _marked(packed(), 8, 10, 99),
    "sheet is no XML": packed(sheet="<x"),
    "workbook is no XML": packed(workbook="<x"),
    "unknown shared text": packed(sheet=sheet('<c r="A1" t="s"><v>99</v></c>')),
    "shared text no number": packed(sheet=sheet('<c r="A1" t="s"><v>x</v></c>')),
    "cell nowhere": packed(sheet=sheet('<c r="ZZZZZZ99999999999"><v>1</v></c>')),
    "row no number": packed(sheet=sheet(row="x")),
    "row of 5000 digits": packed(sheet=sheet(row="9" * 5000)),
    "row beyond the last": packed(sheet=sheet("<c><v>1</v></c>", row="1000000000")),
    "number of 5000 digits": packed(sheet=sheet(f'<c r="A1"><v>{"9" * 5000}</v></c>')),
    "entity": packed(sheet='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + sheet()),
    "laughs": packed(
        sheet='<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
        + "]>"
        + sheet('<c t="inlineStr"><is><t>&j;</t></is></c>')
    ),
}
LOCKED = _marked(packed(), 6, 8, 1)
EMPTY = packed(workbook=f'<workbook xmlns="{MAIN}"><sheets/></workbook>')
