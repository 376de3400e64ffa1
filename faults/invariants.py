"""What must hold of records and their cases after every single act. Pure: it reads pictures.

Each rule yields a few words for whatever breaks it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from faults.picture import Picture, Row
from workflow_app.cases.kinds import kind_of
from workflow_app.people.accounts import Role
from workflow_app.records.lifecycle import MOVES, Status

Rule = Callable[[Picture], Iterator[str]]
NOT_FINAL = (None, "returned")


def broken(picture: Picture) -> list[str]:
    """Return what does not hold in a picture."""
    return [fault for rule in RULES for fault in rule(picture)]


def tasks_are_what_the_engine_waits_for(picture: Picture) -> Iterator[str]:
    """The open tasks of a case are the user tasks its engine waits for, mark by mark, in the same lane."""
    for case in picture.cases:
        open_rows = [t for t in picture.of("tasks", case["id"]) if t["closed_at"] is None]
        here = {t["engine_id"]: (t["step"], t["role"]) for t in open_rows if t["engine_id"]}
        there = picture.waits[case["id"]].tasks
        if here != there:
            yield f"{case['number']}: open tasks {sorted(here.values())}, the engine waits for {sorted(there.values())}"
        beside = Counter(t["step"] for t in open_rows if t["engine_id"] is None)
        yield from (f"{case['number']}: task {step} is open {n} times" for step, n in beside.items() if n > 1)


def a_case_has_ended_with_its_engine(picture: Picture) -> Iterator[str]:
    """A case is closed when, and only when, its engine has finished; then it has an outcome and nothing of it is open."""
    engines = {row["case_id"]: row for row in picture.instances}
    for case in picture.cases:
        engine, number, closed = engines.get(case["id"]), case["number"], case["closed_at"] is not None
        if engine is None:
            yield f"{number}: no engine state"
            continue
        if closed != (engine["state"] is None) or closed != (engine["finished_at"] is not None):
            yield f"{number}: closed {case['closed_at']}, engine finished {engine['finished_at']}"
        if closed != (case["stage"] == "closed"):
            yield f"{number}: stage {case['stage']}, closed {case['closed_at']}"
        if not closed:
            if case["stage"] not in picture.waits[case["id"]].live:
                yield f"{number}: stage {case['stage']}, the engine is at {sorted(picture.waits[case['id']].live)}"
            continue
        if not case["outcome"]:
            yield f"{number}: closed without an outcome"
        left = [t["step"] for t in picture.of("tasks", case["id"]) if t["closed_at"] is None]
        left += [d["key"] for d in picture.of("deadlines", case["id"]) if d["closed_at"] is None]
        if left or case["next_due_on"] is not None or case["office_due_on"] is not None:
            yield f"{number}: closed, still open {left}, next date {case['next_due_on']}"


def clocks_run_while_their_step_waits(picture: Picture) -> Iterator[str]:
    """The clocks of the diagram that may still fire are those the engine has armed; one that fired stays while its step waits."""
    for case in picture.cases:
        waits, number = picture.waits[case["id"]], case["number"]
        running = [d for d in picture.of("deadlines", case["id"]) if d["closed_at"] is None]
        armed = {(d["key"], d["arming"]) for d in running if d["arming"] and d["fired_at"] is None}
        if armed != waits.timers:
            names = sorted(key for key, _ in armed ^ waits.timers)
            yield f"{number}: clocks {names} run in one place only, of the case or of the engine"
        for deadline in running:
            if deadline["arming"] and deadline["step"] not in waits.live:
                yield f"{number}: clock {deadline['key']} runs, its step {deadline['step']} does not wait"
            if deadline["parked_error"]:
                yield f"{number}: clock {deadline['key']} was set aside: {deadline['parked_error']}"
        keys = Counter(d["key"] for d in running)
        yield from (f"{number}: clock {key} runs {n} times" for key, n in keys.items() if n > 1)


def the_next_date_is_that_of_a_running_clock(picture: Picture) -> Iterator[str]:
    """The date shown in lists is the nearest of the present step's clocks, else of those of the whole case."""
    for case in picture.open_cases():
        running = [d for d in picture.of("deadlines", case["id"]) if d["closed_at"] is None and d["due_on"]]
        stepwise = [d for d in running if d["arming"]]
        wanted = min((d["due_on"] for d in stepwise or running), default=None)
        if case["next_due_on"] != wanted:
            yield f"{case['number']}: next date {case['next_due_on']}, the nearest clock ends on {wanted}"
        office = min((d["due_on"] for d in running if d["step"] not in kind_of(case["kind"]).party_steps), default=None)
        if case["office_due_on"] != office:
            yield f"{case['number']}: the office's date {case['office_due_on']}, its nearest clock ends on {office}"


def a_clock_that_stands_still_has_no_date(picture: Picture) -> Iterator[str]:
    """A clock stands still at most once for the same reason, each time with the paper that stops it, and has no date unless it
    had run out."""
    for deadline in picture.deadlines:
        stops = [s for s in picture.suspensions if s["deadline_id"] == deadline["id"] and s["resumed_on"] is None]
        name = f"case {deadline['case_id']}: clock {deadline['key']}"
        for reason, times in Counter(s["reason"] for s in stops).items():
            if times > 1:
                yield f"{name} is stopped {times} times for “{reason}”"
        if any(not s["paper"] for s in stops):
            yield f"{name} is stopped without a paper"
        if deadline["closed_at"] is not None:
            continue
        due = deadline["due_on"]
        if (due is None) != (deadline["due_at"] is None):
            yield f"{name} is due on {due} at {deadline['due_at']}"
        if due is None and not stops:
            yield f"{name} has no date"
        if due is not None and stops and min(s["stopped_on"] for s in stops) <= due:
            yield f"{name} stands still since {stops[0]['stopped_on']}, due on {due}"


def an_enquiry_waits_while_its_body_is_to_answer(picture: Picture) -> Iterator[str]:
    """The open enquiry of a case and the open task of the body asked stand and fall together, in the same department, where the
    kind has a road for enquiries; elsewhere the task alone is the question."""
    for case in picture.cases:
        if kind_of(case["kind"]).enquiry is None:
            continue
        asked = [
            e["department_id"]
            for e in picture.of("enquiries", case["id"])
            if not (e["answered_at"] or e["withdrawn_at"])
        ]
        tasks = [
            t["department_id"]
            for t in picture.of("tasks", case["id"])
            if t["role"] == Role.PROVIDER and not t["closed_at"]
        ]
        if asked != tasks:
            yield f"{case['number']}: enquiries wait for departments {asked}, tasks for {tasks}"


def a_stay_stands_on_its_case_and_its_letter(picture: Picture) -> Iterator[str]:
    """A case says that it stands still when, and only when, a stay was granted and has not ended; it has a letter and a day on
    which somebody looks at it again, and another person than the one who asked granted and ended it."""
    for case in picture.cases:
        standing = [s for s in picture.of("stays", case["id"]) if s["granted"] and not s["ended_at"]]
        if [s["ground"] for s in standing] != [g for g in (case["details"].get("stayed"),) if g]:
            yield f"{case['number']}: says it is stayed for {case['details'].get('stayed')}, {len(standing)} stays stand"
        for stay in standing:
            if not stay["letter_number"] or stay["review_on"] is None or stay["chase_at"] is None:
                yield f"{case['number']}: stayed without letter or day of review"
    for stay in picture.stays:
        if stay["settled_by_id"] is not None and stay["settled_by_id"] == stay["requested_by_id"]:
            yield f"stay {stay['id']} asked for and settled by {stay['settled_by_id']}"
        if stay["resumed_by_id"] is not None and stay["resumed_by_id"] == stay["resume_requested_by_id"]:
            yield f"stay {stay['id']}: its end asked for and granted by {stay['resumed_by_id']}"


def one_order_per_decision_and_destination(picture: Picture) -> Iterator[str]:
    """Each destination is ordered at most once for a decision, and nothing is ordered without one."""
    for case in picture.cases:
        decided = sum(d["verdict"] not in NOT_FINAL for d in picture.of("decisions", case["id"]))
        ordered = Counter(row["destination"] for row in picture.of("orders", case["id"]))
        for destination, count in ordered.items():
            if count > decided:
                yield f"{case['number']}: {destination} ordered {count} times for {decided} decisions"


def a_receipt_stands_behind_what_is_confirmed(picture: Picture) -> Iterator[str]:
    """A confirmed order has its receipt; another one has none."""
    for row in picture.orders:
        if (row["state"] == "confirmed") != bool(row["receipt_no"]) or (row["confirmed_at"] is None) == bool(
            row["receipt_no"]
        ):
            yield f"{row['key']}: {row['state']}, receipt {row['receipt_no']}, confirmed {row['confirmed_at']}"


def repaired_only_with_every_receipt(picture: Picture) -> Iterator[str]:
    """A record was repaired only by a granted case whose every destination has confirmed."""
    for record in picture.records:
        mine = [h for h in picture.history if h["record_id"] == record["id"]]
        # an entry leaves its list by a case, or ex officio by none
        done = [h for h in mine if h["what"] == "repaired" or (h["what"] == "delisted" and h["case_no"])]
        by_plan = [h for h in mine if h["what"] == "plan_performed" and h["facts"].get("receipts")]
        if record["status"] == Status.REPAIRED and not done and not by_plan:
            yield f"record {record['id']} is repaired and its history does not say so"
        for row in done:
            if record["repair_case_no"] == row["case_no"]:
                yield f"record {record['id']} is repaired and in repair by {row['case_no']}"
            case = next((c for c in picture.cases if c["number"] == row["case_no"]), None)
            orders = picture.of("orders", case["id"]) if case else []
            told = {r["destination"] for r in row["facts"].get("receipts", []) if r["receipt_no"]}
            confirmed = {o["destination"] for o in orders if o["state"] == "confirmed"}
            if case is None or case["outcome"] != "granted" or case["closed_at"] is None:
                yield f"record {record['id']} was repaired by {row['case_no']}, which did not end in a grant"
            if not orders or told != confirmed or len(orders) != len(confirmed):
                states = sorted(f"{o['destination']} {o['state']}" for o in orders)
                yield f"record {record['id']} was repaired with receipts of {sorted(told)}, its orders: {states}"


def a_repair_is_revoked_only_by_decision(picture: Picture) -> Iterator[str]:
    """A repair was revoked only by a case that says so, by another person's decision, after its party was told."""
    for row in picture.history:
        if row["what"] != "repair_revoked":
            continue
        case = next((c for c in picture.cases if c["number"] == row["case_no"]), None)
        verdicts = [d["verdict"] for d in picture.of("decisions", case["id"])] if case else []
        told = [x for x in picture.of("letters", case["id"]) if x["code"] == "L09"] if case else []
        if case is None or case["outcome"] != "revoked" or verdicts[-1:] != ["revoked"] or not told:
            yield f"record {row['record_id']}: its repair was revoked by {row['case_no']} with {verdicts}"


def a_record_is_in_one_state(picture: Picture) -> Iterator[str]:
    """The marks of a record agree with its state, and its history leads to it by moves there are."""
    repairs = {c["number"] for c in picture.open_cases()}
    for record in picture.records:
        status, name = Status(record["status"]), f"record {record['id']}"
        if record["published"] != (status is Status.PUBLISHED):
            yield f"{name} is {status}, published {record['published']}"
        if record["source_in_force"] == (status is Status.REVOKED_SRC):
            yield f"{name} is {status}, its source in force {record['source_in_force']}"
        if status is Status.TEMP_SHIELDED and not record["shield"]:
            yield f"{name} is shielded without a ruling"
        if record["repair_case_no"] is not None and record["repair_case_no"] not in repairs:
            yield f"{name} is marked as in repair by {record['repair_case_no']}, which is not open"
        yield from _history_of(record, [h for h in picture.history if h["record_id"] == record["id"]])


def _history_of(record: Row, rows: list[Row]) -> Iterator[str]:
    for earlier, later in pairwise(rows):
        if earlier["status_after"] != later["status_before"]:
            yield f"record {record['id']}: {later['what']} from {later['status_before']}, it was {earlier['status_after']}"
    for row in rows:
        before, after = Status(row["status_before"]), Status(row["status_after"])
        if before is not after and after not in MOVES[before]:
            yield f"record {record['id']}: {row['what']} led from {before} to {after}"
    if rows and rows[-1]["status_after"] != record["status"]:
        yield f"record {record['id']} is {record['status']}, its history ends with {rows[-1]['status_after']}"


def one_open_case_of_a_kind(picture: Picture) -> Iterator[str]:
    """At most one open case of a kind on a record."""
    counted = Counter((c["record_id"], c["kind"]) for c in picture.open_cases())
    yield from (f"record {record}: {n} open cases of {kind}" for (record, kind), n in counted.items() if n > 1)


def nobody_approves_what_they_proposed(picture: Picture) -> Iterator[str]:
    """Whoever proposed a decision or asked for an extension is not who settled it."""
    for row in picture.decisions:
        if row["decided_by_id"] is not None and row["decided_by_id"] == row["proposed_by_id"]:
            yield f"case {row['case_id']}: decision {row['sequence']} proposed and decided by {row['decided_by_id']}"
        if (row["verdict"] is None) != (row["decided_at"] is None):
            yield f"case {row['case_id']}: decision {row['sequence']} is {row['verdict']}, decided {row['decided_at']}"
    for row in picture.extensions:
        if row["settled_by_id"] is not None and row["settled_by_id"] == row["requested_by_id"]:
            yield f"extension {row['id']} asked for and settled by {row['settled_by_id']}"


def letter_numbers_are_given_once(picture: Picture) -> Iterator[str]:
    """No number of a letter is given twice."""
    counted = Counter(row["number"] for row in picture.letters)
    yield from (f"letter number {number} given {n} times" for number, n in counted.items() if n > 1)


RULES: tuple[Rule, ...] = (
    tasks_are_what_the_engine_waits_for,
    a_case_has_ended_with_its_engine,
    clocks_run_while_their_step_waits,
    the_next_date_is_that_of_a_running_clock,
    a_clock_that_stands_still_has_no_date,
    an_enquiry_waits_while_its_body_is_to_answer,
    a_stay_stands_on_its_case_and_its_letter,
    one_order_per_decision_and_destination,
    a_receipt_stands_behind_what_is_confirmed,
    repaired_only_with_every_receipt,
    a_repair_is_revoked_only_by_decision,
    a_record_is_in_one_state,
    one_open_case_of_a_kind,
    nobody_approves_what_they_proposed,
    letter_numbers_are_given_once,
)
