"""How templates say things: dates, instants, amounts and sizes in official Chinese, labels by key, the size of the text
and the day it is. No sentence lives here."""

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, request
from markupsafe import Markup

from workflow_app.foundation.clock import SHANGHAI, legal_day
from workflow_app.foundation.labels import has_label, label
from workflow_app.records.masking import masked

WEEKDAYS = "一二三四五六日"
SIZES = ("normal", "large", "larger")
SIZE_COOKIE = "size"
ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d\S*)?")


def init_words(app: Flask) -> None:
    """Give templates the filters and globals of this file, and keep the chosen text size in a cookie."""
    app.jinja_env.filters.update(
        day=day, short_day=short_day, month_name=month_name, moment=moment, full_moment=full_moment, weekday=weekday,
        yuan=yuan, wan=wan, filesize=filesize, day_of=as_day, masked=masked,
    )  # fmt: skip
    app.jinja_env.globals.update(
        label=label, has_label=has_label, today=today, new_key=lambda: secrets.token_hex(16), text_size=text_size,
        address_with_size=address_with_size, worded=worded,
    )  # fmt: skip
    app.after_request(_keep_size)


def today() -> date:
    """Return the legal day of the request."""
    return legal_day(current_app.extensions["clock"].now())


def as_day(value: date | datetime | str) -> date:
    """Return the legal day of a date, an instant or their ISO text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return legal_day(value) if isinstance(value, datetime) else value


def day(value: date | datetime | str | None) -> Markup:
    """2026年11月24日, one solid word that machines can read."""
    if value is None:
        return Markup("—")
    d = as_day(value)
    return Markup('<time datetime="{}">{}年{}月{}日</time>').format(d.isoformat(), d.year, d.month, d.day)


def short_day(value: date | datetime | str | None) -> Markup:
    """11月24日, for lists within one year; with the year where it is not this one."""
    if value is None:
        return Markup("—")
    d = as_day(value)
    if d.year != today().year:
        return day(d)
    return Markup('<time datetime="{}">{}月{}日</time>').format(d.isoformat(), d.month, d.day)


def month_name(value: date) -> str:
    """2026年11月."""
    return f"{value.year}年{value.month}月"


def moment(value: datetime | str | None) -> Markup:
    """11月24日 08:00 in Shanghai."""
    if value is None:
        return Markup("—")
    at = _at(value)
    words = str(short_day(at)).split(">", 1)[1].removesuffix("</time>")
    return Markup('<time datetime="{}">{} {}</time>').format(at.isoformat("T", "minutes"), words, f"{at:%H:%M}")


def full_moment(value: datetime | str | None) -> Markup:
    """2026年11月24日 08:00 in Shanghai."""
    if value is None:
        return Markup("—")
    at = _at(value)
    return Markup('<time datetime="{}">{}年{}月{}日 {}</time>').format(
        at.isoformat("T", "minutes"), at.year, at.month, at.day, f"{at:%H:%M}"
    )


def weekday(value: date | datetime | str) -> str:
    """周二."""
    return "周" + WEEKDAYS[as_day(value).weekday()]


def yuan(value: Decimal | float | int | None) -> str:
    """14,600.00 元."""
    return "—" if value is None else f"{value:,.2f} 元"


def wan(value: Decimal | float | int | None) -> str:
    """3.8 万元 from 10,000 on, 6,000 元 below: for titles only."""
    if value is None:
        return "—"
    amount = Decimal(str(value))
    if amount >= 10_000:
        return f"{(amount / 10_000).quantize(Decimal('0.01')).normalize():f} 万元"
    return f"{amount.quantize(Decimal('0.01')):,}".removesuffix(".00") + " 元"


def filesize(value: int) -> str:
    """1.2 MB."""
    return f"{value / 1_048_576:.1f} MB" if value >= 104_858 else f"{max(1, round(value / 1024))} KB"


def worded(key: str, facts: Mapping[str, Any], /) -> Markup:
    """Return the words of a key with its facts filled in; ISO dates among the facts are written as dates."""
    return Markup(label(key)).format(**{name: _say(value) for name, value in facts.items()})  # noqa: S704 (our own words)


def _say(value: Any) -> Any:
    if isinstance(value, str) and ISO.fullmatch(value):
        return full_moment(value) if "T" in value else day(value)
    return value


def text_size() -> str:
    """Return the size of text the reader chose: normal, large or larger."""
    chosen = request.args.get(SIZE_COOKIE) or request.cookies.get(SIZE_COOKIE, "")
    return chosen if chosen in SIZES else SIZES[0]


def address_with_size(size: str) -> str:
    """Return the address of this page in another text size."""
    others = [(k, v) for k, v in request.args.items(multi=True) if k != SIZE_COOKIE]
    return f"{request.path}?{urlencode([*others, (SIZE_COOKIE, size)])}"


def _keep_size(response: Response) -> Response:
    chosen = request.args.get(SIZE_COOKIE)
    if chosen in SIZES:
        response.set_cookie(
            SIZE_COOKIE, chosen, max_age=31_536_000, samesite="Lax", httponly=True,
            secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
        )  # fmt: skip
    return response


def _at(value: datetime | str) -> datetime:
    at: Any = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(SHANGHAI)  # type: ignore[no-any-return]
