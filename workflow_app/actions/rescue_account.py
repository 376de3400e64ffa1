"""An applicant who has lost the password, or the login, at the counter: a clerk looks at the identity document and prints a
code. The clerk never learns or chooses a password; the owner reads in their messages that a code was printed."""

from datetime import datetime

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.lockout import free_login
from workflow_app.people.password_links import make_counter_code
from workflow_app.people.permissions import Permission, require


@transactional
def print_code(*, account_id: int, identity_seen: bool, actor: Actor, now: datetime) -> tuple[Account, str]:
    """Return an applicant's account and a code, to be printed once, by which its owner sets a password.

    Raises InvalidInput on `identity_seen`, NotFound for an account that is no applicant's or is disabled.
    """
    require(actor, Permission.ACCOUNT_RESCUE)
    account = db.session.scalar(sa.select(Account).where(Account.id == account_id).with_for_update(of=Account))
    if account is None or account.role != Role.APPLICANT or account.disabled_at is not None:
        raise NotFound("account_not_found")
    if not identity_seen:
        raise InvalidInput({"identity_seen": label("field_error.identity_seen")})
    code = make_counter_code(account, made_by=actor.account_id, now=now)
    free_login(account.login)
    notify("code_printed", now=now, account_id=account.id, by=actor.name)
    log.record(
        actor=actor, action="account.code_printed", object_type="account", object_id=str(account.id),
        details={"login": account.login}, now=now,
    )  # fmt: skip
    return account, code
