"""The page on which the public would see a record, as plain HTML."""

import html
from typing import Any

WORDS = {"shown": "公示中", "ended": "已终止公示", "shared": "共享中", "stopped": "已停止共享",
         "breached": "违背信用承诺，修复已撤销"}  # fmt: skip
FIELDS = {"subject_code": "统一社会信用代码", "document_number": "决定书文号", "department_code": "认定单位代码"}
PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>失信信息 {id}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font-family:sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#1b2733}}
h1{{font-size:1.25rem}}table{{border-collapse:collapse;width:100%}}th,td{{text-align:left;padding:.5rem;
border-bottom:1px solid #cfd8df}}th{{width:12rem;font-weight:normal;color:#4a5a66}}
p.note{{background:#fff6d6;padding:.5rem .75rem}}</style></head>
<body><p class="note">演示用信用平台,不是真实网站。</p><h1>{title}</h1><table>{rows}</table></body></html>
"""


def page(record: dict[str, Any]) -> str:
    """Return the page of one record. Once its publication has ended, it says so and shows nothing else."""
    shown = record["publication"] == "shown"
    rows = [("公示状态", WORDS.get(record["publication"], record["publication"]))]
    rows.append(("共享状态", WORDS.get(record["sharing"], record["sharing"])))
    if shown:
        rows += [(FIELDS[k], v) for k, v in record["facts"].items() if k in FIELDS]
    cells = "".join(f"<tr><th>{html.escape(k)}</th><td>{html.escape(str(v))}</td></tr>" for k, v in rows)
    title = f"失信信息 {record['record_id']}" if shown else "该条信息已终止公示"
    return PAGE.format(id=record["record_id"], title=title, rows=cells)
