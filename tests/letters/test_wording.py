"""What the letters say, read back from the finished files."""

import pytest

from tests.letters.making import set_sample
from tests.letters.pdf_reading import flat
from tests.letters.samples import sample
from workflow_app.letters.catalogue import LETTERS

SAYS = {
    "L02": ["收到申请日：2026年11月20日。", "受理日：2026年11月24日。", "办结期限：2026年12月3日。", "建筑市场监管处"],
    "L03": [
        "未达到最短公示期。",
        "最早可以申请信用修复的日期为2027年2月28日（预估日期",
        "本次不予受理不产生任何不良记录。",
    ],
    "L04": ["（一）罚款缴纳凭证", "（二）授权委托书", "请于2026年12月1日前", "将不予受理", "补正期间不计入办理期限"],
    "L06": ["2026年12月3日。", "对方尚未复函。", "2026年12月17日。", "分管领导赵珺。"],
    "L07": [
        "（一）已经履行行政处罚决定确定的义务审查结论：符合（罚款于2025年9月2日缴清）。依据：第八条。",
        "（三）已经公开作出信用承诺审查结论：符合。",
        "1.终止公示上述失信信息。",
        "2.停止共享和使用上述失信信息。",
        "3.因上述失信信息依法采取的惩戒措施，由实施单位依法解除。",
        "执行日：自本决定作出之日起3个工作日内。",
        "今后依法诚信经营。",
        "依法撤销本次信用修复。",
    ],
    "L08": ["审查结论：不符合。", "尚欠20,000.00元。", "不予信用修复。", "缴清剩余罚款后可以再次提出申请。"],
    "L11": [
        "本机关终止办理该申请。",
        "二、终止办理的原因",
        "不需要修复。",
        "三、后续办理",
        "本次申请就此终止，不产生任何不良记录。",
    ],
    "L12": [
        "已于2026年11月24日标注“异议处理中”。办理期间不停止公示。",
        "受理日：2026年11月25日。",
        "办结期限：2026年12月4日。",
    ],
    "L13": [
        "取消“异议处理中”标注",
        "1.所提事项不属于异议事由。",
        "可以申请信用修复。",
        "本次不予受理不产生任何不良记录。",
    ],
    "L13B": ["（一）撤销决定", "加盖公章的复印件。", "请于2026年12月1日前", "受理期限自材料补齐之日起重新计算。"],
    "L14": [
        "1.决定书上的罚款金额是多少",
        "2.决定书是否已经送达",
        "原文书复印件。",
        "请于2026年12月1日前（含当日）回函。",
    ],
    "L15": [
        "异议成立，更正该失信信息。",
        "更正前后对照如下：项目更正前更正后罚款金额（元）38000.0018000",
        "执行日：2026年12月4日前。",
        "标注在执行完毕时取消。",
        "可以自收到之日起15日内向甘肃省发展和改革委员会申请复核。",
    ],
    "L15B": ["原办结期限2026年12月3日。", "要调取原卷。", "2026年12月17日。", "陈建军。"],
}
PLAIN = (
    *("organ_name", "addressee_name", "addressee_code", "case_no", "record_document_number", "record_facts"),
    *("determining_department", "contact_phone", "contact_address"),
)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {code: flat(set_sample(code)) for code in LETTERS}


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_every_letter_carries_the_general_elements(code: str, texts: dict[str, str]) -> None:
    kind, said = LETTERS[code], sample(code)
    wanted = [kind.title_of(said), f"甘建{kind.kind_word}〔2026〕12号", "7K3M-9QWE-2HXT"]
    wanted += [said[key] for key in PLAIN if key in said]
    if "record_decided_on" in said:
        wanted.append("2025年8月16日作出决定")
    wanted += [f"{row['text']}" for row in said.get("legal_bases", ())]
    assert [w for w in wanted if w not in texts[code]] == []


@pytest.mark.parametrize("code", sorted(SAYS))
def test_every_letter_says_its_own_items(code: str, texts: dict[str, str]) -> None:
    assert [w for w in SAYS[code] if w not in texts[code]] == []


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_remedies_are_told_where_the_party_may_contest(code: str, texts: dict[str, str]) -> None:
    told = (
        "自收到之日起60日内向甘肃省人民政府申请行政复议，或者自收到之日起6个月内依法向兰州市城关区人民法院提起行政诉讼"
    )
    assert (told in texts[code]) is LETTERS[code].remedy


@pytest.mark.parametrize(
    ("code", "flag"),
    [
        ("L02", "due_provisional"),
        ("L03", "earliest_date_provisional"),
        ("L04", "due_provisional"),
        ("L06", "new_due_provisional"),
    ],
)
@pytest.mark.parametrize("provisional", [True, False])
def test_a_provisional_date_says_so_in_words(code: str, flag: str, provisional: bool) -> None:
    text = flat(set_sample(code, **{flag: provisional}))
    assert ("预估日期：该年度放假安排尚未公布" in text) is provisional


def test_a_repair_that_only_waits_is_not_called_ended() -> None:
    text = flat(set_sample("L11", ended=False, outlook="异议办结后，信用修复恢复办理"))
    assert "本机关中止办理该申请。" in text
    assert "三、恢复办理的条件" in text
    assert "终止办理" not in text


def test_the_officers_reasons_print_as_paragraphs() -> None:
    assert "经审查，上述事实有缴款凭证为证。" in flat(set_sample("L07", reasons=["经审查，上述事实有缴款凭证为证"]))


def test_line_breaks_in_a_passage_are_kept() -> None:
    assert "第一段。第二段。" in flat(set_sample("L06", reason="第一段。\n第二段"))
