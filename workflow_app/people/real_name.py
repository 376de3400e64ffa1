"""Real-name single sign-on (省统一身份认证) as a port: what we ask of such a service and what it vouches for. None is connected
here; the null one says so to whoever asks and in the log, and never takes anybody for proven."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.foundation.errors import ExternalFault, NotFound
from workflow_app.people.accounts import Account
from workflow_app.people.sessions import digest_of

logger = logging.getLogger("workflow_app.security")


class RealNameUnavailable(ExternalFault):
    """The service does not answer."""

    code = "real_name_unavailable"


@dataclass(frozen=True, kw_only=True)
class Proven:
    """What the service vouches for. `person` is its own lasting mark of a person, never an identity number; a subject is
    named only where the person represents it by the register of market regulation."""

    person: str
    name: str
    phone: str = ""
    subject_code: str = ""
    subject_name: str = ""


class RealNameSignOn(Protocol):
    """A service of real-name sign-on. `state` is ours, once for each sign-in, and must come back unchanged."""

    @property
    def connected(self) -> bool:
        """Whether there is a service at all: a page offers it only then."""

    def address(self, *, state: str, back: str) -> str:
        """Return where the browser goes to sign in. Raises RealNameUnavailable."""

    def prove(self, answer: Mapping[str, str], *, state: str) -> Proven | None:
        """Return whom the answer vouches for, asked of the service itself; None where it vouches for nobody."""


class NullSignOn:
    """No service is connected: nobody is sent anywhere, nobody is ever proven."""

    connected = False

    def address(self, *, state: str, back: str) -> str:  # noqa: ARG002
        """Raise NotFound: nothing is connected."""
        raise self._refusal()

    def prove(self, answer: Mapping[str, str], *, state: str) -> Proven | None:  # noqa: ARG002
        """Raise NotFound: nothing is connected."""
        raise self._refusal()

    def _refusal(self) -> NotFound:
        logger.warning("real-name sign-on was asked for, but no service is connected")
        return NotFound("real_name_not_connected")


class RealNameLink(Model):
    """Which account belongs to a person of the service; of the person's mark only a digest is kept."""

    __tablename__ = "real_name_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)


def account_of_person(person: str) -> Account | None:
    """Return the account of a person the service vouched for, disabled ones too."""
    mine = sa.select(Account).join(RealNameLink).where(RealNameLink.person_digest == person_digest(person))
    return db.session.scalar(mine)


def person_digest(person: str) -> str:
    """Return what the database keeps of the service's mark of a person."""
    return digest_of(f"real-name:{person}")


def real_name() -> RealNameSignOn:
    """The service of the current application."""
    return cast(RealNameSignOn, current_app.extensions["real_name"])


def init_real_name(app: Flask) -> None:
    """Give the application its service: none is connected."""
    app.extensions["real_name"] = NullSignOn()
