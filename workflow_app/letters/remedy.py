"""The standard passage on remedies (救济段, rulebook §9.3): bodies come with the content, periods from the law."""

from datetime import date

from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.law.parameters import Dated, value_of

UNITS = {"calendar_days": "日", "working_days": "个工作日", "months": "个月", "years": "年"}


def remedy_periods(*, on: date) -> dict[str, str]:
    """Return the two periods in words as the law of a day sets them: for reconsideration and for litigation."""
    return {
        "reconsideration_period": _said(value_of("remedy.reconsideration", on=on)),
        "litigation_period": _said(value_of("remedy.litigation", on=on)),
    }


def _said(dated: Dated) -> str:
    unit = dated.unit.value
    if unit not in UNITS:
        raise ConfigurationFault("letter_remedy_unit", unit=unit)
    return f"{dated.value}{UNITS[unit]}"
