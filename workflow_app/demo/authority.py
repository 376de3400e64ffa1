"""Who files, in the demo: an agent limited to one record whose authority ends soon, a newcomer whom the counter has to
check, and papers of another enterprise keyed in at the counter. Made through the actions people use."""

import io
from datetime import datetime, timedelta

from PIL import Image, ImageDraw

from workflow_app.actions.authorise_agent import offer_mandate, take_mandate
from workflow_app.actions.enrol import add_paper, claim_subject, submit_enrolment
from workflow_app.actions.file_several import file_several
from workflow_app.demo.people import Cast, social_code
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.people.account_register import create_account
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.passwords import hash_password

AGENT, NEWCOMER = ("daili", "马强"), ("xinhu", "韩雪")
AGENT_DAYS = 20


def make_authorities(
    cast: Cast, mine: dict[str, int], walk_ins: list[int], *, password: str, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Create the agent, the newcomer and the counter's filing; return the logins to be named with the other accounts."""
    digest = hash_password(password)
    agent, newcomer = (_account(login, name, digest, now) for login, name in (AGENT, NEWCOMER))
    until = legal_day(now) + timedelta(days=AGENT_DAYS)
    terms = {"holder_name": AGENT[1], "scope": "records", "records": [mine["open"]], "ends_on": until.isoformat()}
    organisation = cast.actors["qiye"].organisation_id or 0
    _mandate, code = offer_mandate(organisation_id=organisation, form=terms, actor=cast.actors["qiye"], now=now)
    take_mandate(code=code, address="", actor=agent, now=now)
    _enrol(newcomer, social_code("620123", 7, kind="92"), now)
    _key_in(cast.actors["chuangkou"], walk_ins, now)
    return AGENT, NEWCOMER


def _account(login: str, name: str, digest: str, now: datetime) -> Actor:
    with transaction():
        after = {"login": login, "name": name, "phone": "13909310008", "role": Role.APPLICANT.value}
        account = create_account(after, now=now, password_hash=digest)
        db.session.flush()
        return account.actor(on=legal_day(now))


def _enrol(newcomer: Actor, code: str, now: datetime) -> None:
    claim = {
        "code": code, "name": "榆中县北山果蔬购销部", "legal_representative": newcomer.name,
        "capacity": "legal_representative",
    }  # fmt: skip
    claim_subject(form=claim, actor=newcomer, now=now)
    for purpose, name in (("licence", "营业执照.png"), ("identity", "身份证.png")):
        add_paper(purpose=purpose, filename=name, content=_scan(), actor=newcomer, now=now)
    submit_enrolment(actor=newcomer, now=now)


def _key_in(clerk: Actor, records: list[int], now: datetime) -> None:
    form = {
        "applicant_name": "杨秀英", "applicant_phone": "0931-4609000", "signer_name": "杨秀英",
        "statement": "罚款已缴清，见缴款书。", "commitment": "on", "publish_commitment": "on",
    }  # fmt: skip
    note = {"handed_by": "杨秀英", "capacity": "agent", "identity_seen": "on", "papers": "3"}
    file_several(key="demo", forms={r: dict(form) for r in records}, counter=note, actor=clerk, now=now)


def _scan() -> bytes:
    """A page that looks like a scan and names nobody."""
    image = Image.new("RGB", (620, 877), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 580, 837), outline="gray", width=2)
    for line in range(12):
        draw.line((80, 160 + 50 * line, 540 - 20 * (line % 3), 160 + 50 * line), fill="silver", width=6)
    draw.ellipse((380, 640, 540, 800), outline="firebrick", width=5)
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()
