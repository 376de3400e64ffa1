"""Reading posted answers and comparing texts: pure."""

from werkzeug.datastructures import MultiDict

from workflow_app.cases.kinds import Field, TaskForm
from workflow_app.portals.officer.differences import pieces
from workflow_app.portals.shared.answers import answer_of, is_typed

FORM = TaskForm(
    step="x",
    fields=(Field(name="reasons"), Field(name="missing", kind="items"), Field(name="conditions", kind="conditions")),
)


def test_rows_are_gathered_by_their_number_and_conditions_by_their_key() -> None:
    posted = MultiDict(
        [
            ("reasons", "甲"),
            ("missing-0-name", "委托书"),
            ("missing-0-requirement", "盖章"),
            ("missing-7-name", "缴款书"),
            ("conditions-MIN_PERIOD-finding", "met"),
            ("conditions-MIN_PERIOD-key", "forged"),
            ("other", "left out"),
        ]
    )
    assert answer_of(FORM, posted) == {
        "reasons": "甲",
        "missing": [{"name": "委托书", "requirement": "盖章"}, {"name": "缴款书"}],
        "conditions": [{"key": "MIN_PERIOD", "finding": "met"}],
    }


def test_nobody_can_post_rows_without_end() -> None:
    posted = MultiDict([(f"missing-{n}-name", "x") for n in range(500)])
    assert len(answer_of(FORM, posted)["missing"]) == 60


def test_an_empty_form_is_not_a_draft() -> None:
    assert not is_typed(answer_of(FORM, MultiDict([("conditions-A-finding", "")])))
    assert is_typed(answer_of(FORM, MultiDict([("conditions-A-remark", "x")])))


def test_differences_lead_from_one_text_to_the_other() -> None:
    found = pieces("当事人已缴清罚款。", "当事人未缴清罚款。")
    assert "".join(p.text for p in found if p.how != "added") == "当事人已缴清罚款。"
    assert "".join(p.text for p in found if p.how != "removed") == "当事人未缴清罚款。"
    assert {p.text for p in found if p.how == "added"} == {"未"}
