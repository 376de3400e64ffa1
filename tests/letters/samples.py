"""Contexts of the letters as their processes would build them: every mandatory item there."""

from copy import deepcopy
from datetime import date
from typing import Any

COMMON: dict[str, Any] = {
    "organ_name": "甘肃省住房和城乡建设厅",
    "addressee_name": "甘肃䶮鎔建筑工程有限公司",
    "addressee_code": "91620000MA7TEST00X",
    "case_no": "GSXF-2026-000318",
    "record_document_number": "甘建罚决〔2025〕27号",
    "record_facts": "未按照工程设计图纸施工，违反《建设工程质量管理条例》，罚款人民币30,000.00元",
    "record_decided_on": date(2025, 8, 16),
    "determining_department": "甘肃省住房和城乡建设厅",
    "contact_phone": "0931-1286226",
    "contact_address": "兰州市城关区澜晖街243号",
    "legal_bases": [{"text": "《信用修复管理办法》（国家发展和改革委员会令第36号）", "verified": True}],
}
REMEDY = {"reconsideration_body": "甘肃省人民政府", "court": "兰州市城关区人民法院"}

OF_NO_CASE = {"L01"}

OWN: dict[str, dict[str, Any]] = {
    "L01": {
        "credit_class": "一般失信信息",
        "shortest_period": "3个月，到2026年11月16日当日结束",
        "longest_period": "到2027年8月16日当日结束。届满时已经纠正失信行为并履行完毕的，自动停止公示",
        "apply_from": "2026年11月17日",
        "limits": ["决定含责令关闭，不得提前停止公示。"],
        "conditions": ["法定责任和义务已经全部履行", "失信行为已经纠正", "公开作出信用承诺"],
        "materials": ["履行完毕的证明，例如缴款书、整改验收意见。", "信用承诺书，每条失信信息一份。"],
        "entries": ["甘肃省公共信用服务平台（https://credit.example.cn）", "“信用中国”网站"],
        "counters": ["各市州、县区政务服务大厅的信用修复窗口"],
        "free_of_charge": "信用修复在任何环节都不收费",
        "commitments": ["已全部履行相关义务并纠正失信行为。", "提交的材料真实、有效。"],
        "commitment_form": "空白的信用承诺书可以在窗口领取",
    },
    "L02": {
        "received_on": date(2026, 11, 20),
        "accepted_on": date(2026, 11, 24),
        "due_on": date(2026, 12, 3),
        "due_provisional": False,
        "responsible_department": "甘肃省住房和城乡建设厅建筑市场监管处",
    },
    "L03": REMEDY
    | {
        "grounds": ["未达到最短公示期。", "所提交的履行证明不能证明罚款已经缴清。"],
        "ground_kinds": ["too_early"],
        "earliest_date": date(2027, 2, 28),
        "earliest_date_provisional": True,
        "competent_body": None,
        "objection_path": None,
        "reapply": "条件具备后可以再次提出申请，本次不予受理不产生任何不良记录。",
    },
    "L04": {
        "missing_items": [
            {"name": "罚款缴纳凭证", "requirement": "提交载明缴款日期和金额的财政票据，扫描件应当清晰完整"},
            {"name": "授权委托书", "requirement": "由法定代表人签名并加盖公章，写明委托事项和期限"},
        ],
        "due_on": date(2026, 12, 1),
        "lapse_consequence": "逾期未补正的，将不予受理；材料齐备后可以再次申请。",
        "clock_note": "补正期间不计入办理期限，自材料补齐之日起重新计算。",
    },
    "L05": {
        "subject_name": "甘肃䶮鎔建筑工程有限公司",
        "subject_code": "91620000MA7TEST00X",
        "questions": ["该公司在兰州市城关区的工地是否已按要求设置安全警示标志。", "整改验收的日期和文号。"],
        "papers": ["整改报告.pdf", "罚款缴纳凭证.pdf"],
        "due_on": date(2026, 12, 1),
        "reply_how": "在本系统“协查来函”页面填写核查情况并上传加盖公章的回函扫描件",
    },
    "L06": {
        "original_due_on": date(2026, 12, 3),
        "reason": "需要向兰州市生态环境局核实整改完成情况，对方尚未复函",
        "new_due_on": date(2026, 12, 17),
        "approved_by": "分管领导赵珺",
    },
    "L07": REMEDY
    | {
        "ruleset_name": "《信用修复管理办法》（国家发展和改革委员会令第36号）",
        "conditions": [
            {"name": "已经履行行政处罚决定确定的义务", "finding": "符合（罚款于2025年9月2日缴清）", "basis": "第八条"},
            {"name": "已经达到最短公示期", "finding": "符合（最短公示期于2025年11月16日届满）", "basis": "第九条"},
            {"name": "已经公开作出信用承诺", "finding": "符合", "basis": ""},
        ],
        "effects": {
            "end_publication": "终止公示上述失信信息。",
            "stop_sharing": "停止共享和使用上述失信信息。",
            "lift_measures": ["因上述失信信息依法采取的惩戒措施，由实施单位依法解除。"],
        },
        "execute_by": "自本决定作出之日起3个工作日内",
        "commitments": ["已全部履行相关义务并纠正失信行为。", "提交的材料真实、有效。", "今后依法诚信经营。"],
        "breach_consequences": ["提供虚假材料或者违背承诺的，依法撤销本次信用修复。", "恢复公示相关失信信息。"],
    },
    "L08": REMEDY
    | {
        "unmet": [
            {
                "name": "已经履行行政处罚决定确定的义务",
                "finding": "不符合",
                "evidence": "甘肃省非税收入一般缴款书载明实缴10,000.00元，尚欠20,000.00元",
                "basis": "《信用修复管理办法》（国家发展和改革委员会令第36号）",
            }
        ],
        "reapply_condition": "缴清剩余罚款后可以再次提出申请。",
    },
    "L09": {
        "repair_case": "案号：GSXF-2026-000318，2026年9月25日生效",
        "cause": "申请信用修复时提供虚假材料",
        "found": ["申请信用修复时提交的罚款缴纳凭证系伪造。", "经向兰州银行核验，该行没有出具过该凭证。"],
        "evidence": ["兰州银行2026年11月20日的核验函", "财政非税收入系统查询记录"],
        "consequences": [
            "自2026年11月24日起恢复公示和共享上述失信信息，按原最长公示期公示至2027年8月10日，不重新起算。",
            "拟自决定之日起不得申请信用修复；如于2026年11月24日决定，至2029年11月24日届满。",
        ],
        "due_on": date(2026, 12, 1),
        "ways": "可以在信用平台的“我的办件”里提交书面意见和材料，也可以到本机关当面陈述。",
    },
    "L10": REMEDY
    | {
        "repair_case": "案号：GSXF-2026-000318，2026年9月25日生效",
        "cause": "申请信用修复时提供虚假材料",
        "found": ["申请信用修复时提交的罚款缴纳凭证系伪造，罚款至今没有缴纳。"],
        "evidence": ["兰州银行2026年11月20日的核验函"],
        "response": ["你单位称凭证由代理机构提供。申请材料的真实性由申请人负责，该理由不予采纳。"],
        "restoration": "自2026年12月8日起恢复公示和共享上述失信信息，按原最长公示期公示至2027年8月10日，不重新起算。",
        "bar_begins_on": date(2026, 12, 8),
        "bar_ends_on": date(2029, 12, 8),
        "breach_shown_until": date(2029, 12, 8),
        "told": ["信用中国（甘肃）公示系统", "甘肃省信用信息共享平台"],
    },
    "L10N": {
        "repair_case": "案号：GSXF-2026-000318，2026年9月25日生效",
        "reasons": ["经兰州银行更正，你单位提交的罚款缴纳凭证属实。"],
        "response": ["你单位提出该凭证由兰州银行城关支行补开，经核实予以采纳。"],
        "outlook": "上述失信信息的信用修复继续有效，本次核查不产生任何不良记录。",
    },
    "L11": {
        "ended": True,
        "reason": "上述失信信息所依据的行政处罚决定已经撤销，该信息已撤回公示，不需要修复",
        "outlook": "本次申请就此终止，不产生任何不良记录",
    },
    "L12": {
        "dispute_ground": "信息有错误",
        "received_on": date(2026, 11, 24),
        "flagged_on": date(2026, 11, 24),
        "accepted_on": date(2026, 11, 25),
        "due_on": date(2026, 12, 4),
        "due_provisional": False,
        "responsible_department": "甘肃省住房和城乡建设厅",
        "publication": "办理期间不停止公示",
    },
    "L13": REMEDY
    | {
        "dispute_ground": "信息有错误",
        "grounds": ["所提事项不属于异议事由。", "对处罚决定本身不服。"],
        "ground_kinds": ["out_of_scope"],
        "competent_body": None,
        "repair_path": "信息本身无误、已经纠正失信行为并履行义务的，可以申请信用修复",
        "again": "有新的事实和理由的，可以再次提出异议，本次不予受理不产生任何不良记录",
    },
    "L13B": {
        "missing_items": [{"name": "撤销决定", "requirement": "加盖公章的复印件"}],
        "due_on": date(2026, 12, 1),
        "due_provisional": False,
        "lapse_consequence": "逾期未补正的，将不予受理；材料齐备后可以再次提出。",
        "clock_note": "补正期间不计入办理期限，受理期限自材料补齐之日起重新计算。",
    },
    "L14": {
        "subject_name": "甘肃䶮鎔建筑工程有限公司",
        "subject_code": "91620000MA7TEST00X",
        "dispute_ground": "信息有错误",
        "points": ["决定书上的罚款金额是多少", "决定书是否已经送达"],
        "attachments": "作出认定所依据的原文书复印件",
        "due_on": date(2026, 12, 1),
        "due_provisional": False,
        "reply_how": "在本系统答复，并将原文书复印件送来函单位",
    },
    "L15": REMEDY
    | {
        "dispute_ground": "信息有错误",
        "conclusion": "异议成立，更正该失信信息",
        "reasons": ["决定书载明罚款18,000.00元，报送有误。"],
        "changes": [{"name": "罚款金额（元）", "before": "38000.00", "after": "18000"}],
        "effects": ["按下列内容更正，更正后的信息继续公示"],
        "execute_by": date(2026, 12, 4),
        "execute_provisional": False,
        "flag_removed": "“异议处理中”的标注在执行完毕时取消",
        "review_path": "对本答复有异议的，可以自收到之日起15日内向甘肃省发展和改革委员会申请复核",
    },
    "L15R": REMEDY
    | {
        "dispute_ground": "信息有错误",
        "asked_on": date(2026, 12, 10),
        "objection_case_no": "GSYY-2026-000001",
        "reviewed_department": "兰州市住房和城乡建设局",
        "reviewed_letter": "兰建信异答〔2026〕1号",
        "reviewed_conclusion": "异议不成立，维持该失信信息",
        "conclusion": "变更原结论",
        "reasons": ["决定书载明罚款18,000.00元，原核查没有核对决定书。"],
        "refusal": None,
        "changes": [{"name": "罚款金额（元）", "before": "38000.00", "after": "18000"}],
        "effects": ["异议成立，更正该失信信息", "按下列内容更正，更正后的信息继续公示"],
        "execute_by": date(2026, 12, 18),
        "execute_provisional": False,
        "flag_removed": "“异议处理中”的标注在执行完毕时取消",
    },
    "L15B": {
        "original_due_on": date(2026, 12, 3),
        "reason": "要调取原卷",
        "new_due_on": date(2026, 12, 17),
        "approved_by": "陈建军",
    },
}


def sample(code: str, **changes: Any) -> dict[str, Any]:
    """Return a complete context of a letter, with changes."""
    whole = COMMON | OWN[code] | changes
    return deepcopy({key: value for key, value in whole.items() if key != "case_no" or code not in OF_NO_CASE})
