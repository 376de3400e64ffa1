"""The draft: marked as such, gaps named in place and in a list, never a number or a seal."""

from datetime import date

import pytest
from flask import Flask

from tests.letters.pdf_reading import flat
from tests.letters.samples import sample
from workflow_app.foundation.database import db
from workflow_app.letters.catalogue import LETTERS
from workflow_app.letters.letter import LetterCounter
from workflow_app.letters.preview import preview

DAY = date(2026, 11, 24)


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_a_complete_draft_has_no_faults_and_a_picture_for_each_page(app: Flask, code: str) -> None:
    draft = preview(code, sample(code), on=DAY, organ_code="甘建")
    assert draft.faults == []
    assert len(draft.pages) >= (1 if LETTERS[code].format == "record" else 2)
    assert all(page.startswith(b"\x89PNG") for page in draft.pages)


def test_a_draft_says_so_and_carries_neither_number_nor_code(app: Flask) -> None:
    text = flat(preview("L07", sample("L07"), on=DAY, organ_code="甘建").pdf)
    assert (text.count("草"), text.count("稿")) == (3, 3)  # turned, so not side by side when read
    assert "甘建信修决〔2026〕号" in text
    assert "文书核验码" not in text
    assert db.session.query(LetterCounter).count() == 0


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_a_draft_of_nothing_names_every_gap_in_its_place(app: Flask, code: str) -> None:
    draft = preview(code, {"organ_name": "甘肃省住房和城乡建设厅"}, on=DAY)
    text = flat(draft.pdf).replace("草稿", "")  # the mark on each page may fall into a word
    owed = [i for i in LETTERS[code].items if i.when is None and i.kind != "flag" and i.key != "organ_name"]
    assert [i.title for i in owed if f"缺少必备内容：{i.title}" not in draft.faults] == []
    grounds = {i.when[0] for i in LETTERS[code].items if i.when}  # these choose passages and are not printed themselves
    shown = [i for i in owed if i.kind in ("text", "date", "list") and i.key not in grounds]
    assert [i.title for i in shown if f"【待补：{i.title}】" not in text] == []


def test_a_gap_inside_a_row_is_named_there(app: Flask) -> None:
    rows = [{"name": "罚款缴纳凭证", "requirement": ""}]
    draft = preview("L04", sample("L04", missing_items=rows), on=DAY)
    assert draft.faults == ["缺少必备内容：需要补正的材料（第1项）补正要求"]
    assert "【待补：补正要求】" in flat(draft.pdf)


def test_a_character_that_cannot_print_is_shown_as_a_missing_type(app: Flask) -> None:
    draft = preview("L02", sample("L02", addressee_name="示例\U00031350公司"), on=DAY)
    assert draft.faults == ["无法印制的字符：\U00031350（U+31350）"]
    assert "示例〓公司" in flat(draft.pdf)


def test_an_unverified_article_is_a_fault_of_the_draft(app: Flask) -> None:
    draft = preview("L02", sample("L02", legal_bases=[{"text": "《某办法》第三条", "verified": False}]), on=DAY)
    assert draft.faults == ["依据尚未核实：《某办法》第三条"]


def test_a_text_that_is_too_long_is_a_fault_without_pages(app: Flask) -> None:
    draft = preview("L02", sample("L02", record_facts="长" * 30_000), on=DAY)
    assert (draft.pages, draft.faults) == ([], ["太长，印不下：原认定事实"])
