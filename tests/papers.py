"""PDF files as people hand them in, made by hand: small, whole, with whatever a test wants to hide in them."""

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"


def pdf(*more: bytes, root: bytes = b"", page: bytes = PAGE, padding: bytes = b"") -> bytes:
    """Return a PDF of one page. `more` become objects 4, 5, …; `root` is added to the catalogue; `padding` is a comment."""
    catalogue = b"<</Type/Catalog/Pages 2 0 R" + root + b">>"
    objects = (catalogue, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, *more)
    body, places = b"%PDF-1.7\n" + (b"%" + padding + b"\n" if padding else b""), []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(body)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    return body + head + table + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)
