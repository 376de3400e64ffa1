"""The oracle catches each kind of fault, and nothing where there is none; the plan and the journal keep their word."""

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from faults.crash import Wish, holds
from faults.driver import Act, Observed
from faults.journal import Journal, read
from faults.kill_plan import failpoints_in, plan
from faults.oracle import judge

DIGEST = "a" * 64


def _good() -> tuple[dict[str, Act], Observed, dict[str, int]]:
    done = {"k1": Act(key="k1", what="grant", case="C1", facts={"case": "C1"})}
    observed = Observed(
        acts={"k1": {"case": "C1"}},
        letter_numbers=["1号"],
        letters=["C1 L07"],
        wanted_letters=["C1 L07"],
        files={DIGEST: DIGEST},
        orders={"wb:C1": "confirmed"},
    )
    return done, observed, {"wb:C1": 1}


def test_a_good_run_is_clean() -> None:
    done, observed, effects = _good()
    assert judge(done, set(), observed, effects).is_clean


def test_an_order_left_to_a_person_is_no_fault() -> None:
    done, observed, _ = _good()
    observed.orders["wb:C1"] = "unknown"
    assert judge(done, set(), observed, {}).is_clean


@pytest.mark.parametrize(
    ("kind", "harm"),
    [
        ("lost", lambda o, e: o.acts.clear()),
        ("lost", lambda o, e: o.acts.update(k1={"case": "C2"})),
        ("lost", lambda o, e: o.letters.clear()),
        ("lost", lambda o, e: e.clear()),
        ("lost", lambda o, e: o.files.update({DIGEST: ""})),
        ("doubled", lambda o, e: o.letters.append("C1 L07")),
        ("doubled", lambda o, e: o.letter_numbers.append("1号")),
        ("doubled", lambda o, e: e.update({"wb:C1": 2})),
        ("truncated", lambda o, e: o.files.update({DIGEST: "b" * 64})),
        ("stuck", lambda o, e: o.orders.update({"wb:C1": "sending"})),
        ("stuck", lambda o, e: o.stuck.append("letter:1")),
        ("broken", lambda o, e: e.update({"wb:C9": 1})),
        ("broken", lambda o, e: o.broken.append("audit")),
    ],
)
def test_each_fault_is_named(kind: str, harm: object) -> None:
    done, observed, effects = _good()
    harm(observed, effects)  # type: ignore[operator]
    found = judge(done, set(), observed, effects)
    assert {k for k in ("lost", "doubled", "truncated", "stuck", "broken") if getattr(found, k)} == {kind}


def test_an_act_refused_and_yet_done_is_a_fault() -> None:
    done, observed, effects = _good()
    observed.acts["k2"] = {"case": "C2"}
    assert judge(done, {"k2"}, observed, effects).broken


def test_a_journal_survives_being_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.asked("k1")
    journal.acknowledged(Act(key="k1", what="file", case="C1", facts={"n": 1}))
    journal.asked("k2")
    journal.refused("k2")
    journal.close()
    path.write_text(path.read_text() + '{"done": "k3", "wh')
    done, refused = read(path)
    assert (set(done), refused, done["k1"].facts) == ({"k1"}, {"k2"}, {"n": 1})


@pytest.mark.parametrize("kills", [3, 20, 200])
def test_a_plan_has_every_kind_of_kill(kills: int) -> None:
    names = tuple(f"p{n}" for n in range(10))
    found = plan(kills, names, seed=1)
    assert found == plan(kills, names, seed=1)
    assert len(found) == kills
    per_point = Counter(k.failpoint for k in found if k.failpoint)
    if kills >= 20:
        assert set(per_point) == set(names)
        assert {k.what for k in found} == {"web", "web_child", "worker", "both", "failpoint"}
        assert max(per_point.values()) - min(per_point.values()) <= 1


def test_the_failpoints_are_read_from_the_source() -> None:
    found = failpoints_in(Path(__file__).parents[2] / "workflow_app")
    assert {"write_back.before_send", "write_back.sent", "write_back.before_settle", "write_back.settled"} <= set(found)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lost": 1},
        {"tried": 9},
        {"unreached": ["p"]},
        {"acknowledged": 0},
        {"client_faults": ["no records"]},
        {"naive": {"lost": 0, "doubled": 0}},
    ],
)
def test_a_claim_needs_its_kills_its_cleanness_and_its_self_test(wrong: dict[str, object]) -> None:
    good = dict.fromkeys(("lost", "doubled", "truncated", "stuck", "broken"), 0) | {
        "tried": 10,
        "unreached": [],
        "client_faults": [],
        "acknowledged": random.randint(1, 9),
        "naive": {"lost": 1, "doubled": 0},
    }
    wish = Wish(kills=10, seed=1, points=())
    assert holds(good, wish)
    assert not holds(good | wrong, wish)
    assert not holds(good | {"naive": None}, wish)
    assert holds(good | {"naive": None}, replace(wish, alone=True))
