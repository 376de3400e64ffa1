"""Letter numbers: per organ, kind and calendar year, without gaps, never used twice (rulebook §9.1)."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from workflow_app.foundation.database import db, require_transaction
from workflow_app.letters.letter import Letter, LetterCounter


def take_serial(*, department_id: int, kind_word: str, year: int) -> int:
    """Return the next serial and hold its counter until the caller's transaction ends.

    One statement on both databases; a rolled back issue gives its number back, so the row stays gapless.
    """
    require_transaction()
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(LetterCounter)
        .values(department_id=department_id, kind_word=kind_word, year=year, last=1)
        .on_conflict_do_update(
            index_elements=["department_id", "kind_word", "year"],
            set_={"last": LetterCounter.last + 1},
        )
        .returning(LetterCounter.last)
    )
    return int(db.session.execute(statement).scalar_one())


def gaps(*, department_id: int, kind_word: str, year: int) -> list[int]:
    """Return the serials that were given but have no letter: always empty, asked by the nightly check."""
    last = db.session.get(LetterCounter, (department_id, kind_word, year))
    used = db.session.scalars(
        sa.select(Letter.serial).where(
            Letter.department_id == department_id, Letter.kind_word == kind_word, Letter.year == year
        )
    )
    return sorted(set(range(1, (last.last if last else 0) + 1)) - set(used))
