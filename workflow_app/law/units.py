"""The units in which a period is counted and what happens when its last day is a rest day."""

from enum import StrEnum


class Unit(StrEnum):
    """What a period counts."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    YEARS = "years"


class Roll(StrEnum):
    """Whether the last day moves off a rest day. Publication periods never do (rulebook §1.3)."""

    NONE = "none"
    NEXT_WORKING_DAY = "next_working_day"
