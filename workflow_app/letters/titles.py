"""Where heads, titles and names break: balanced lines, 梯形 or 菱形, that break no word (GB/T 9704-2012, 7.3.1)."""

import math
from itertools import combinations, pairwise

TITLE_MAX = 19  # characters of 22 pt in a line
ONE_LINE = 15

# the words of our titles, none of which is broken; what is none of them may break anywhere
WORDS = (
    *("信用修复", "信用约谈", "信用信息", "失信信息", "不予受理", "不予撤销", "拟撤销", "送达回证", "公告送达"),
    *("通知书", "告知书", "决定书", "答复书", "意见书", "受理", "申请", "材料", "补正"),
    *("核查", "协查", "办理", "期限", "延长", "延期", "中止", "终止", "准予"),
    *("不予", "撤销", "异议", "处理", "整改", "约谈", "提示", "警示", "改期"),
    *("记录", "纪要", "更正", "停止", "公示", "信息", "公告", "文书", "审批"),
)


def title_lines(organ: str, title: str) -> list[str]:
    """Return the title, organ and kind of letter, in as few balanced lines as fit (词意完整, 梯形或菱形)."""
    whole = organ + title
    if len(whole) <= ONE_LINE:
        return [whole]
    pieces = balanced(organ, TITLE_MAX)
    fixed = [sum(map(len, pieces[: i + 1])) for i in range(len(pieces) - 1)]  # a long organ breaks where its name does
    free = [len(organ), *(len(organ) + cut for cut in _cuts(title))]
    for count in range(len(free) + 1):
        found = [_cut(whole, sorted([*fixed, *chosen])) for chosen in combinations(free, count)]
        fitting = [lines for lines in found if len(lines) > 1 and all(len(line) <= TITLE_MAX for line in lines)]
        if fitting:
            return min(fitting, key=lambda lines: _shape_cost(lines, organ))
    return [*pieces, *balanced(title, TITLE_MAX)]


def _cuts(title: str) -> list[int]:
    """Return the places inside a title where no word of ours would break, and no bracket opens or closes alone."""
    inside = set()
    rest = title
    for word in WORDS:
        while (at := rest.find(word)) >= 0:
            inside |= set(range(at + 1, at + len(word)))
            rest = rest[:at] + "\0" * len(word) + rest[at + len(word) :]
    return [
        i for i in range(1, len(title)) if i not in inside and title[i] not in "）》、" and title[i - 1] not in "（《"
    ]


def _cut(text: str, places: list[int]) -> list[str]:
    return [text[a:b] for a, b in pairwise([0, *places, len(text)])]


def _shape_cost(lines: list[str], organ: str) -> float:
    sizes = [len(line) for line in lines]
    cost = max(sizes) - min(sizes)
    if len(set(sizes)) == 1:
        cost += 12  # 长方形 is neither of the two shapes
    if any(size < before and size < after for before, size, after in zip(sizes, sizes[1:], sizes[2:], strict=False)):
        cost += 20  # 沙漏形
    if not any("".join(lines[: i + 1]) == organ for i in range(len(lines))):
        cost += 2
    return cost + (20 if min(sizes) < 4 else 0)


# a name is best broken where an organ's or a region's own name ends, never before or after a joining word
_ORGAN = "局厅委会院"
_REGION = "省市州县区盟旗"
_JOINT = "和与及"


def balanced(text: str, limit: int) -> list[str]:
    """Return a name in as few lines as fit, about equally long, broken after a region where one is near the middle."""
    count = math.ceil(len(text) / limit)
    if count < 2:
        return [text]
    target = len(text) / count
    best = min(range(2, len(text) - 1), key=lambda i: _break_cost(text, i, target, limit, count))
    return [text[:best], *balanced(text[best:], limit)]


def _break_cost(text: str, i: int, target: float, limit: int, count: int) -> float:
    if i > limit or len(text) - i > limit * (count - 1):
        return math.inf
    before, after = text[i - 1], text[i]
    bonus = 8.0 if before in _ORGAN and after not in "和与及文" else 5.0 if before in _REGION else 0.0
    bonus -= 6.0 if after in _JOINT + _ORGAN or before in _JOINT else 0.0
    return abs(i - target) - bonus
