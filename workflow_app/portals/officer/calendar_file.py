"""Meetings as iCalendar (RFC 5545): one event each, whose UID stays while it is moved, text escaped, lines folded."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from workflow_app.cases.appointments import Appointment, Part, State
from workflow_app.foundation.labels import label

LONGEST = 75  # octets of a line
STATUS = {State.CANCELLED: "CANCELLED", State.MISSED: "CONFIRMED", State.HELD: "CONFIRMED", State.PLANNED: "CONFIRMED"}


def calendar_file(meetings: Sequence[Appointment], *, name: str) -> bytes:
    """Return the file. What people typed is text and nothing else: it cannot begin a line, a parameter or a property."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Gansu public credit//casework//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for meeting in meetings:
        lines += _event(meeting)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line)).encode()


def escaped(text: str) -> str:
    """Return a text as a value of iCalendar: backslash, comma, semicolon and line ends escaped, other controls dropped."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    for mark in ("\\", ";", ","):
        plain = plain.replace(mark, f"\\{mark}")
    plain = plain.replace("\n", "\\n")
    return "".join(c for c in plain if c.isprintable() or c == "\u3000")


def folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, never inside a character; every part but the first begins with a space."""
    part, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LONGEST:
            yield part
            part, size = " ", 1
        part, size = part + character, size + width
    yield part


def _event(meeting: Appointment) -> list[str]:
    said = [
        f"{label('appointment.case')}{meeting.case.number}",
        *(
            f"{label(f'appointment.part.{part}')}{'、'.join(meeting.names(part))}"
            for part in Part
            if meeting.names(part)
        ),
        f"{label('appointment.is')}{label(f'appointment.state.{meeting.state}')}",
    ]
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(meeting.uid)}@casework.gansu",
        f"SEQUENCE:{meeting.sequence}",
        f"DTSTAMP:{_instant(meeting.changed_at)}",
        f"DTSTART:{_instant(meeting.starts_at)}",
        f"DTEND:{_instant(meeting.ends_at)}",
        f"SUMMARY:{escaped(meeting.title)}",
        f"LOCATION:{escaped(meeting.room)}",
        f"DESCRIPTION:{escaped(chr(10).join(said))}",
        f"STATUS:{STATUS[State(meeting.state)]}",
        "END:VEVENT",
    ]


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
