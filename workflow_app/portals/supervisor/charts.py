"""Small charts as plain figures for SVG attributes: the content policy allows those, and no script draws anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflow_app.supervision.overview import Group
from workflow_app.supervision.trend import Week

WIDTH, HEIGHT = 384, 132
FLOOR, TOP = 108, 18  # where columns stand and how high the highest may reach, below its figure
SLOT, COLUMN = 32, 13


@dataclass(frozen=True, kw_only=True)
class Bar:
    """Overdue, due today and due soon of one group side by side, in hundredths of the largest group."""

    over: float
    today: float
    soon: float


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a week: where it stands and how high it is."""

    x: float
    y: float
    height: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The two columns of a week, and the middle between them for its date."""

    filed: Column
    decided: Column
    middle: float


def bars(groups: Sequence[Group]) -> list[Bar]:
    """Return a bar for each group, all on one scale."""
    largest = max((g.counts.over + g.counts.today + g.counts.soon for g in groups), default=0) or 1
    scale = 100 / largest
    return [
        Bar(
            over=round(g.counts.over * scale, 2),
            today=round(g.counts.today * scale, 2),
            soon=round(g.counts.soon * scale, 2),
        )
        for g in groups
    ]


def columns(weeks: Sequence[Week]) -> list[Pair]:
    """Return the columns of the weeks, filed beside decided, all on one scale."""
    largest = max((max(w.filed, w.decided) for w in weeks), default=0) or 1
    return [
        Pair(
            filed=_column(n * SLOT + 2, week.filed, largest),
            decided=_column(n * SLOT + 2 + COLUMN + 1, week.decided, largest),
            middle=n * SLOT + SLOT / 2,
        )
        for n, week in enumerate(weeks)
    ]


def _column(x: float, count: int, largest: int) -> Column:
    height = round((FLOOR - TOP) * count / largest, 1)
    return Column(x=x, y=FLOOR - height, height=height, count=count)
