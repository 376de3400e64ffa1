"""Signing in whom a real-name service vouches for. The first time makes an account; whoever the service says represents a
subject has its seat, because the register says what a clerk would look for in the papers."""

from datetime import datetime

from workflow_app.actions.enrol import free_login
from workflow_app.audit import log
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.law.uscc import check
from workflow_app.people.account_register import create_account
from workflow_app.people.accounts import Account, Role
from workflow_app.people.organisations import register_organisation
from workflow_app.people.real_name import Proven, RealNameLink, account_of_person, person_digest
from workflow_app.people.sessions import begin_session


@transactional
def sign_in_proven(*, proven: Proven, address: str, now: datetime) -> str:
    """Return the token of a new session for whom the service vouches for. Raises InvalidInput for a disabled account."""
    account = account_of_person(proven.person) or _new_account(proven, now)
    if account.disabled_at is not None or account.role != Role.APPLICANT:
        raise InvalidInput({"login": label("field_error.sign_in_wrong")})
    code = check(proven.subject_code)
    if code.valid and account.organisation_id is None:
        name = typed_text("name", proven.subject_name, limit=200, multiline=False)
        account.organisation_id = register_organisation(
            code.normalised, name=name, legal_representative=account.name, now=now
        ).id
    token = begin_session(account, address=address, now=now)
    log.record(
        actor=account.actor(), action="account.signed_in", object_type="account", object_id=str(account.id),
        details={"by": "real_name"}, now=now,
    )  # fmt: skip
    return token


def _new_account(proven: Proven, now: datetime) -> Account:
    name = typed_text("name", proven.name, limit=60, multiline=False)
    after = {"login": free_login(), "name": name, "phone": proven.phone[:20], "role": Role.APPLICANT.value}
    account = create_account(after, now=now)
    db.session.add(RealNameLink(person_digest=person_digest(proven.person), account_id=account.id, linked_at=now))
    db.session.flush()
    return account
