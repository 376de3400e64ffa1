"""Who is looking: the signed-in account of a request, by a session that lives on the server."""

from flask import Flask, has_request_context, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.errors import NotPermitted
from workflow_app.people.accounts import Account, Actor
from workflow_app.people.sessions import account_of
from workflow_app.portals.shared.moment import now

TOKEN = "_user_id"  # noqa: S105 - where Flask-Login keeps what `Viewer.get_id` returns


class Viewer(UserMixin):
    """A signed-in account as pages see it. What the cookie holds is the session's token, nothing of the account."""

    def __init__(self, account: Account, token: str) -> None:
        self.actor, self.token = account.actor(on=legal_day(now())), token
        self.name, self.role = self.actor.name, self.actor.role

    def get_id(self) -> str:
        """The session's token, which Flask-Login keeps in the signed cookie."""
        return self.token


def init_session(app: Flask) -> None:
    """Let Flask-Login find the viewer of a request."""
    manager = LoginManager(app)
    manager.session_protection = None  # the session row is the protection; it can be ended at any moment

    @manager.user_loader
    def load(token: str) -> Viewer | None:
        account = account_of(token, now=now())
        return Viewer(account, token) if account is not None else None

    app.context_processor(lambda: {"viewer": viewer()})


def viewer() -> Viewer | None:
    """Return who is signed in, or None."""
    if not has_request_context() or not current_user.is_authenticated:
        return None
    found: Viewer = current_user._get_current_object()
    return found


def current_actor() -> Actor:
    """Return the signed-in actor. Raises NotPermitted where nobody is."""
    found = viewer()
    if found is None:
        raise NotPermitted
    return found.actor


def remember(account: Account, token: str) -> None:
    """Begin the browser's side of a session; nothing that lay in its cookie before is carried over."""
    session.clear()
    login_user(Viewer(account, token))


def forget() -> None:
    """End the browser's side of a session."""
    logout_user()
    session.clear()
