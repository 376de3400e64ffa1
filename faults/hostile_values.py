"""What a hostile person puts where something else is meant to stand: into addresses, questions, fields, files and headers."""

LONG = "长" * 3_000
NUMBERS = (
    "0",
    "-1",
    "2147483647",
    "2147483648",
    str(2**63),
    "9" * 31,
    "9" * 5_000,
    "1e5",
    "+1",
    "%20",
    "%00",
    "%EF%BC%91",
)
TEXTS = (
    "%00", "%ED%A0%80", "%FF", "%0a", "..%2f..%2fetc%2fpasswd", "%2e%2e", "%F0%9F%98%80", "%22%3E%3Cscript%3E",
    "%7B%7B7*7%7D%7D", "A" * 4_000, "%E2%80%AE", "%25", "%25%5F", "a%7Cb", "%25s%25n", "%5B", "letter:1~2",
)  # fmt: skip
QUESTIONS = (
    "page=1" + "0" * 30, "page=-1", "page=0", "page=abc", "page=" + "9" * 5_000, "page=1&page=2", "tab=done&page=1" + "0" * 18,
    "search=%00", "search=%FF", "search=%ED%A0%80", "search=%25%5F%5C", "search=" + "%E9%95%BF" * 900,
    "before=-1", "before=" + "9" * 31, "before=" + "9" * 5_000, "year=" + "9" * 30, "year=-5", "year=0", "year=%EF%BC%92",
    "kind=x%27", "tab=zzz", "story=%7B%7B", "verify=1", "size=%00", "unverified=%00",
    "q=%00", "q=%27%20OR%201=1--", "q=" + "A" * 5_000, "code=%00", "code=" + "O" * 900,
    "next=//evil.example", "next=//%5B", "next=https://evil.example", "verdict=x", "verdict=approved", "verdict=returned",
    "conditions=abc", "missing_items=abc", "responses=abc", "outcome=correct&missing_items=abc", "outcome=refused&ground=x",
    "outcome=accepted", "recommendation=grant&conditions=abc&reasons=x&basis_article=y", "outcome[]=x",
    "a[]=1&a[]=2&page[]=3", "%00=1", "=1&&&;;", "&".join(f"k{n}=1" for n in range(1_500)),
)  # fmt: skip
VALUES = (
    "", " ", "0", "-1", "77", str(2**31), str(2**63), "9" * 31, "9" * 5_000, "x", "长" * 501, LONG, "k" * 81,
    "\u202e evil", "\u200b", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "\ue000", "e\u0301" * 200,
    "\x00", "\x1b[0m", "a\r\nSet-Cookie: x=1", "<script>alert(1)</script>", "{{7*7}}{%x%}", "%s%n{0}{key}", "../../etc/passwd",
    "//[", "http://[", "2026-02-30", "9999-12-31", "0001-01-01", "2026-11-24T10:00", "020269" + "9" * 15,
    "'; DROP TABLE case_file; --", "\ud800".encode("utf-8", "replace").decode(),
)  # fmt: skip
CHOICES = (
    "approved", "returned", "granted", "refused", "yes", "no", "correct", "accepted", "grant", "deny", "minor", "general", "on",
    "confirm", "send_back", "performed", "look", "propose", "merged", "too_early", "met", "unmet",
)  # fmt: skip
# What would be right, so that a form gets far before it meets the one value that is not.
GOOD = {
    "applicant_name": "马珺玥", "applicant_phone": "13900000001", "performed_on": "2026-09-02", "statement": "已缴清罚款。",
    "signer_name": "马珺玥", "commitment": "on", "publish_commitment": "on", "purpose": "other", "reason": "情况复杂",
    "reasons": "经审查，已履行。", "basis_article": "第八条", "basis": "《办法》第八条", "note": "同意", "answer": "granted",
    "outcome": "accepted", "recommendation": "deny", "reapply_condition": "履行后可以再次申请。", "verdict": "returned",
    "credit_class": "general", "approved": "yes", "text": "元旦 1月1日 休", "year": "2027", "notice": "国办发明电〔2026〕9号",
    "login": "xinyuangong", "name": "新人", "role": "clerk", "phone": "0931-4609000", "old": "x",
    "password": "一句够长的话就可以了不用特殊符号",
    "kind": "merged", "effective_on": "2027-01-01", "end_reason": "机构改革", "successor_code": "11620200MBY780889C",
    "department_code": "11620100MBW381091D", "organ_code": "兰建", "missing_items-0-name": "委托书",
    "missing_items-0-requirement": "盖章", "response-0": "已交", "applied-publication": "yes", "receipt_no-publication": "R1",
    "conditions-MIN_PERIOD_REACHED-finding": "met", "conditions-MIN_PERIOD_REACHED-remark": "已核对",
}  # fmt: skip
FILE_NAMES = (
    "../../x.pdf",
    "a" * 300 + ".pdf",
    "\u202e.xlsx",
    "x.csv",
    "",
    "x.pdf.exe",
    "回单.pdf",
    "x.docx",
    ".png",
    "x.xls",
)
CONTENTS = (
    b"", b"%PDF-1.4", b"%PDF-1.7\n1 0 obj<</JS(x)>>endobj", b"PK\x03\x04xx", b"\x00" * 100, b"a,b\n1,2", b"\xff\xfe\x00",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60_000).to_bytes(4) * 2 + b"\x08\x06\0\0\0", b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    b"<svg onload=alert(1)>", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
)  # fmt: skip
BODIES = (b"--x\r\nbad", b"%FF%00=\xff&a=%ED%A0%80", b"", b"\x00\xff" * 50, b"{", b"[" * 5_000, b"a=" + b"b" * 600_000)
BODY_KINDS = (
    "multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary=", "application/json", "text/xml",
    "application/x-www-form-urlencoded; charset=utf-7", "application/x-www-form-urlencoded", "application/octet-stream", "x" * 300,
)  # fmt: skip
HEADERS = (
    {"Origin": "http://["}, {"Origin": "null"}, {"Origin": "https://evil.example"}, {"Referer": "http://[x"},
    {"Host": "evil.example"}, {"Host": "[::1"}, {"Host": "127.0.0.1:99999999999"}, {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-For": "x" * 400}, {"Accept": ";q=x,*/;\xff"}, {"Accept": "application/json"}, {"HX-Request": "true"},
    {"Range": "bytes=0-0,1-1,99999999999999999999-"}, {"If-Modified-Since": "xx"}, {"Authorization": "Basic \xff"},
    {"Cookie": "casework=\xff;;;="}, {"Cookie": "size=%00; casework=x"}, {"Sec-Fetch-Site": "cross-site"},
    {"Content-Length": "-1"}, {"Content-Length": "x"}, {"Transfer-Encoding": "chunked"}, {"Accept-Language": "\xff" * 200},
    {"X-HTTP-Method-Override": "DELETE"},
)  # fmt: skip
