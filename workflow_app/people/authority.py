"""May this account act for this subject, on this record, in this kind of process, on this day? One pure rule; where the
answer is no, it says why. Who holds which grants is in `mandates`; nothing here reads a database or a clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Capacity(StrEnum):
    """As what somebody acts for a subject (rulebook §1.5, §1.10, §10.5)."""

    REPRESENTATIVE = "legal_representative"  # 法定代表人、负责人; of an individually-owned business its owner (经营者)
    AGENT = "agent"  # 经办人、代理人, by a letter of authority
    SUCCESSOR = "successor"  # 合并、分立承继单位
    ADMINISTRATOR = "administrator"  # 破产管理人, appointed by the court


# Who speaks for the subject itself: only they authorise others. An agent passes nothing on.
PRINCIPALS = frozenset({Capacity.REPRESENTATIVE, Capacity.SUCCESSOR, Capacity.ADMINISTRATOR})


class Refusal(StrEnum):
    """Why not, the nearest miss first."""

    OTHER_KIND = "other_kind"  # in force, but for other kinds of process
    OTHER_RECORD = "other_record"  # in force, but for other records
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NONE = "none"  # never authorised


# Authority that is there but too narrow. Its holder may know that the thing exists; all others may not.
NARROW = frozenset({Refusal.OTHER_KIND, Refusal.OTHER_RECORD})


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One authority. Both days belong to it; `ends_on` None has no end, `records` and `kinds` None mean all."""

    organisation_id: int
    capacity: Capacity
    begins_on: date | None = None
    ends_on: date | None = None
    records: frozenset[int] | None = None
    kinds: frozenset[str] | None = None
    revoked: bool = False

    def standing(self, on: date | None) -> Refusal | None:
        """Return why the grant is not in force on a day, or None. Without a day only one without an end is."""
        if self.revoked:
            return Refusal.REVOKED
        if on is None:
            return Refusal.EXPIRED if self.ends_on is not None else None
        if self.begins_on is not None and on < self.begins_on:
            return Refusal.NOT_YET
        return Refusal.EXPIRED if self.ends_on is not None and on > self.ends_on else None

    def refusal(self, *, record_id: int | None, kind: str | None, on: date | None) -> Refusal | None:
        """Return why the grant does not cover a thing on a day, or None.

        `record_id` None is a thing about the subject as a whole, which authority for named records does not reach; `kind`
        None is a thing of no kind of process, a record for one.
        """
        not_in_force = self.standing(on)
        if not_in_force is not None:
            return not_in_force
        if self.records is not None and record_id not in self.records:
            return Refusal.OTHER_RECORD
        return Refusal.OTHER_KIND if self.kinds is not None and kind is not None and kind not in self.kinds else None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer: the grant one acts by, or why there is none."""

    grant: Grant | None
    refusal: Refusal | None

    @property
    def allowed(self) -> bool:
        """Whether the account may act."""
        return self.grant is not None


def judge(
    grants: Iterable[Grant],
    *,
    organisation_id: int | None,
    record_id: int | None,
    kind: str | None,
    on: date | None,
    capacities: frozenset[Capacity] = frozenset(Capacity),
) -> Verdict:
    """Tell whether one of an account's grants lets it act for a subject, on a record, in a kind of process, on a day."""
    nearest = Refusal.NONE
    for grant in grants:
        if grant.organisation_id != organisation_id or grant.capacity not in capacities:
            continue
        refusal = grant.refusal(record_id=record_id, kind=kind, on=on)
        if refusal is None:
            return Verdict(grant=grant, refusal=None)
        nearest = min(nearest, refusal, key=list(Refusal).index)
    return Verdict(grant=None, refusal=nearest)


def standing_of(grants: Iterable[Grant], *, on: date | None) -> Refusal | None:
    """Return None where any grant is in force on a day, else the nearest miss: what an account without authority is told."""
    misses = [grant.standing(on) for grant in grants]
    if None in misses:
        return None
    return min((m for m in misses if m), key=list(Refusal).index, default=Refusal.NONE)
