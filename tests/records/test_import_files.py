"""Files as offices send them: formats, encodings, headers; what cannot be read is one clear sentence."""

import zipfile
from pathlib import Path

import pytest

from tests.foundation.workbooks import BROKEN, LOCKED
from tests.records.files import ROW, row, write_csv, write_xlsx
from workflow_app.foundation.errors import InvalidInput
from workflow_app.records import import_files
from workflow_app.records.import_files import look_at, read_rows


def read(path: Path) -> list[tuple[int, dict[str, object]]]:
    return list(read_rows(path, look_at(path)))


def refusal(path: Path) -> str:
    with pytest.raises(InvalidInput) as wrong:
        read(path)
    return wrong.value.fields["file"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_gives_the_same_row(tmp_path: Path, encoding: str) -> None:
    rare = row(CF_XDR_MC="积石山䶮昇𠮷建筑有限公司")
    [(number, found)] = read(write_csv(tmp_path / "a.csv", [rare], encoding=encoding))
    assert (number, found["CF_XDR_MC"]) == (3, "积石山䶮昇𠮷建筑有限公司")


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_any_usual_delimiter(tmp_path: Path, delimiter: str) -> None:
    assert len(read(write_csv(tmp_path / "a.csv", [row()], delimiter=delimiter))) == 1


def test_rows_are_counted_as_the_office_counts_them(tmp_path: Path) -> None:
    rows = [row(CF_SY="经查，\n当事人违法。"), {}, row()]
    assert [n for n, _ in read(write_csv(tmp_path / "a.csv", rows))] == [3, 5]
    assert [n for n, _ in read(write_xlsx(tmp_path / "a.xlsx", rows))] == [3, 5]
    assert [n for n, _ in read(write_xlsx(tmp_path / "b.xlsx", rows, title="2026年行政处罚"))] == [4, 6]


def test_headers_may_come_in_any_order_width_and_by_code(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    codes = list(reversed(ROW))
    path.write_text(",".join(["序号", *codes]) + "\n" + ",".join(["1", *(ROW[c] for c in codes)]) + "\n", "utf-8")
    [(number, found)] = read(path)
    assert (number, found["CF_WSH"], found["CF_NR_FK"]) == (2, ROW["CF_WSH"], "2.000000")


def test_a_formula_comes_in_as_its_text(tmp_path: Path) -> None:
    [(_, found)] = read(write_xlsx(tmp_path / "a.xlsx", [row(BZ="=1+1")]))
    assert found["BZ"] == "=1+1"


def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a"
    cases = {
        b"": "没有内容",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ".xls 格式",
        b"%PDF-1.7": "不是表格",
        b"PK\x03\x04 broken": "打不开",
        LOCKED: "加了密码",
        BROKEN["corrupt deflate"]: "打不开",
        BROKEN["unknown shared text"]: "打不开",
        b"\xff\xff\xff\x81": "编码",
        b"a,b,c\n1,2,3\n": "没有找到表头",
        "行政相对人名称,法定代表人,违法事实,处罚依据,处罚类别\n".encode(): "缺少必填的列：行政相对人类别",
    }
    for content, words in cases.items():
        path.write_bytes(content)
        assert words in refusal(path), content


def test_a_column_that_stands_twice_is_not_chosen_from(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join([*ROW, "备注", "备注"]) + "\n", "utf-8")
    assert "出现了两次：备注" in refusal(path)


def test_a_workbook_with_an_outside_entity_is_refused(tmp_path: Path) -> None:
    good, bad = write_xlsx(tmp_path / "good.xlsx", [row()]), tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                content = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + content.split(b"?>", 1)[-1]
            target.writestr(item.filename, content)
    assert "打不开" in refusal(bad)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sharedStrings.xml", "w") as file:
        for _ in range(320):
            file.write(b"\0" * 1024**2)
    assert "太大" in refusal(bomb)


@pytest.mark.parametrize("long", ["x" * 3_000, 'a,"x\n' + '",,,,"x\n' * 600, '"' + "\n" * 3_000])
def test_a_row_without_end_is_not_collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long: str) -> None:
    monkeypatch.setattr(import_files, "MAX_RECORD", 2_000)
    path = write_csv(tmp_path / "a.csv", [row()] * 20)
    assert len(read(path)) == 20
    with path.open("a", encoding="utf-8") as file:
        file.write(long)
    assert "有一行太长" in refusal(path)


def test_a_cut_file_is_not_half_a_file(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "a.xlsx", [row()] * 50).read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole[: len(whole) // 2])
    assert "打不开" in refusal(cut)
