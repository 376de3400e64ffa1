"""After issue: opened by the party, superseded, void. The number and the pages stay."""

import pytest

from tests.letters.making import Issue
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters.delivery import deliver_to_inbox, delivery_of, inbox_of, note_opened
from workflow_app.letters.ending import supersede, void
from workflow_app.letters.letter import letter_by_id
from workflow_app.people.accounts import Account, Actor
from workflow_app.people.organisations import Organisation


@pytest.fixture
def party(organisation: Organisation, clock: FixedClock) -> Actor:
    with transaction():
        account = Account(
            login="qiye",
            name="王祎",
            role="applicant",
            password_hash="-",
            organisation_id=organisation.id,
            created_at=clock.now(),
        )
        db.session.add(account)
    return account.actor()


def test_the_inbox_holds_each_letter_once_newest_first(
    issue: Issue, organisation: Organisation, clock: FixedClock
) -> None:
    letters = [issue("L02"), issue("L07")]
    for letter in [*letters, letters[0]]:
        with transaction():
            deliver_to_inbox(letter_by_id(letter.id), now=clock.now())
    assert [letter.code for letter, _ in inbox_of(organisation.id)] == ["L07", "L02"]


def test_the_first_opening_by_the_party_is_kept(issue: Issue, party: Actor, officer: Actor, clock: FixedClock) -> None:
    letter = issue("L02")
    first = clock.now()
    with transaction():
        deliver_to_inbox(letter_by_id(letter.id), now=first)
    opened = []
    for actor in (officer, party, party):
        with transaction():
            opened.append(note_opened(letter_by_id(letter.id), actor=actor, now=first))
    delivery = delivery_of(letter.id)
    assert opened == [False, True, False]
    assert delivery is not None
    assert (delivery.first_opened_at, delivery.opened_by_id) == (first, party.account_id)


def test_a_void_letter_keeps_its_number_and_says_why(issue: Issue, clock: FixedClock) -> None:
    letter = issue("L02")
    with transaction():
        void(letter_by_id(letter.id), reason="误发", now=clock.now())
    assert (letter_by_id(letter.id).force, letter_by_id(letter.id).end_reason) == ("void", "误发")
    assert issue("L02").serial == 2


def test_a_letter_ends_once_and_with_a_reason(issue: Issue, clock: FixedClock) -> None:
    letter = issue("L02")
    with pytest.raises(RuleViolation, match="letter_end_without_reason"), transaction():
        void(letter_by_id(letter.id), reason=" ", now=clock.now())
    with transaction():
        void(letter_by_id(letter.id), reason="误发", now=clock.now())
    with pytest.raises(RuleViolation, match="letter_already_ended"), transaction():
        void(letter_by_id(letter.id), reason="再次", now=clock.now())


def test_a_letter_is_superseded_only_within_its_case_and_not_by_itself(issue: Issue, clock: FixedClock) -> None:
    letter = issue("L02")
    with pytest.raises(RuleViolation, match="letter_not_successor"), transaction():
        supersede(old=letter_by_id(letter.id), new=letter_by_id(letter.id), reason="x", now=clock.now())
