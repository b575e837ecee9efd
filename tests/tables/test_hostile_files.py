"""Whatever the bytes of a table are, it is read or refused: soon, in few words, and by us."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from rotasi import Roster, RosterError
from rotasi.tables.readers import read_tables

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 50 + b'">]>'
SECONDS = 60  # a hang, on a machine however busy


def workbook() -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("employees")
        for row, cells in enumerate([["nip", "opd", "x"], ["001", "A", 4711], ["002", "B", 1]]):
            sheet.write_row(row, 0, cells)
    return file.getvalue()


def changed(part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with other bytes in a part."""
    source, target = ZipFile(BytesIO(workbook())), BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in source.namelist():
            data = source.read(name)
            assert name != part or old in data
            archive.writestr(name, data.replace(old, new, 1) if name == part else data)
    return target.getvalue()


def added(name: str, data: bytes, kind: int = ZIP_DEFLATED) -> bytes:
    """A workbook with a further part, or one of the same name."""
    file = BytesIO(workbook())
    with ZipFile(file, "a", kind) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def many_parts() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"xl/media/a picture of nothing {number}.png", b"")
    return file.getvalue()


CELL = b'<c r="C2"><v>4711</v></c>'
REFERENCE = b'r="C2"'
CASES: dict[str, Callable[[], bytes]] = {
    "a row of 5,000 digits": lambda: changed(SHEET, REFERENCE, b'r="C' + b"9" * 5000 + b'"'),
    "a row of 5,000 digits by itself": lambda: changed(
        SHEET, b'<row r="2"', b'<row r="' + b"9" * 5000 + b'"'
    ),
    "a column of 200,000 letters": lambda: changed(
        SHEET, REFERENCE, b'r="' + b"A" * 200_000 + b'2"'
    ),
    "a column beyond Excel's": lambda: changed(SHEET, REFERENCE, b'r="XFE2"'),
    "row 0": lambda: changed(SHEET, REFERENCE, b'r="C0"'),
    "a far cell in entities": lambda: changed(SHEET, REFERENCE, b'r = "&#88;FD1048576"'),
    "a far cell behind a sign": lambda: changed(SHEET, REFERENCE, b'q=">" r="XFD1048576"'),
    "no XML": lambda: changed(SHEET, b"<sheetData>", b"<sheetData"),
    "a text that is not there": lambda: changed(SHEET, b"<v>0</v>", b"<v>99999</v>"),
    "texts without number": lambda: changed(STRINGS, b'uniqueCount="', b'uniqueCount="99999999999'),
    "laughs": lambda: changed(SHEET, b"?>", b"?>" + LAUGHS),
    "laughs in the list of sheets": lambda: changed("xl/workbook.xml", b"?>", b"?>" + LAUGHS),
    "another encoding": lambda: changed(SHEET, b"UTF-8", b"cp037"),
    "NUL": lambda: changed(SHEET, CELL, CELL + b"\0"),
    "a sheet of another name": lambda: changed(
        "xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"../../etc/passwd"
    ),
    "no relation": lambda: changed("xl/workbook.xml", b'r:id="rId1"', b'r:id="rId9"'),
    "a part twice": lambda: added(SHEET, b"<worksheet/>"),
    "a part twice in other letters": lambda: added(SHEET.upper(), b"<worksheet/>"),
    "another compression": lambda: added("xl/styles2.xml", b"", ZIP_BZIP2).replace(
        b"xl/styles2.xml", b"xl/calcChain.xm"[:14]
    )[:-30],
    "cut off": lambda: workbook()[:-200],
    "damaged bytes": lambda: workbook()[:900] + b"\xff" * 40 + workbook()[940:],
    "ten thousands of parts": many_parts,
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("case", CASES)
def test_workbooks_that_nobody_writes(tmp_path: Path, case: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(CASES[case]())
    with pytest.raises(RosterError) as caught:
        Roster.read(path)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("value", [b"NaN", b"inf", b"1e999", b"-1e308", b"9" * 5000])
@pytest.mark.parametrize("kind", [b"", b' s="1"', b' t="d"', b' t="b"', b' t="s"'])
def test_numbers_that_are_none(tmp_path: Path, value: bytes, kind: bytes) -> None:
    path = tmp_path / "a.xlsx"
    cell = b'<c r="C2"' + kind + b"><v>" + value + b"</v></c>"
    path.write_bytes(changed(SHEET, CELL, cell))
    try:
        Roster.read(path)
    except RosterError as error:
        assert len(str(error)) < 400  # noqa: PT017


def test_a_text_that_many_cells_share_is_counted_in_each(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("employees")
        for row in range(20_000):
            sheet.write(row, 0, "x" * 32_000)
    code = "import sys; from rotasi import Roster; Roster.read(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", code, path],
        capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert "the workbook unpacks to 610 MB, more than 200" in done.stderr


def test_a_zip_that_unpacks_to_more_than_it_says(tmp_path: Path) -> None:
    """Readers of zip files that do not believe a stated size unpack until the end."""
    data = changed(SHEET, CELL, CELL + b" " * 3_000_000)
    with ZipFile(BytesIO(data)) as archive:
        size = archive.getinfo(SHEET).file_size
    path = tmp_path / "a.xlsx"
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little")))
    with pytest.raises(RosterError, match="no Excel workbook that can be read"):
        Roster.read(path)


def test_sheets_that_are_one_part_are_not_read_again_and_again(tmp_path: Path) -> None:
    sheets = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(500))
    path = tmp_path / "a.xlsx"
    path.write_bytes(changed("xl/workbook.xml", b"</sheets>", sheets + b"</sheets>"))
    with pytest.raises(RosterError, match="no Excel workbook that can be read"):
        Roster.read(path)


def test_too_many_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(";".join(f"c{n}" for n in range(50_000)) + "\n")
    with pytest.raises(RosterError, match="the table has 50000 columns, more than 2000"):
        Roster.read(tmp_path / "a.csv")


def test_a_file_that_goes_on_and_on(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(2 * 1024**3)
    with pytest.raises(RosterError, match="larger than 1024 MB; is it another one"):
        Roster.read(tmp_path / "a.csv")


def test_one_nip_in_all_rows_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("nip;opd\n" + "1;A\n" * 5000)
    with pytest.raises(RosterError, match="the same NIP stands in rows 2, 3, ") as caught:
        Roster.read(tmp_path / "a.csv")
    assert len(str(caught.value)) < 300


TABLES: dict[str, Callable[[], pa.Table]] = {
    "a text in each of many rows": lambda: pa.table(
        {"nip": pa.DictionaryArray.from_arrays([0] * 20_000, ["x" * 100_000])}
    ),
    "rows without number": lambda: pa.table({"nip": pa.nulls(11_000_000)}),
    "columns without number": lambda: pa.table({f"c{n}": ["1"] for n in range(2_001)}),
    "no text": lambda: pa.table({"nip": pa.array([b"\xed\xa0\x80"]).view(pa.string())}),
    "lists of lists": lambda: pa.table({"nip": ["1"], "opd": pa.array([[["x"]]])}),
    "a day of the year 5,000,000": lambda: pa.table(
        {"nip": ["1"], "opd": ["A"], "joined": pa.array([2**31 - 1], pa.date32())}
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_parquet_that_nobody_writes(tmp_path: Path, case: str) -> None:
    pq.write_table(TABLES[case](), tmp_path / "a.parquet", store_schema=False)
    with pytest.raises(RosterError) as caught:
        Roster.read(tmp_path / "a.parquet")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("at", range(0, 700, 35))
def test_damaged_parquet(tmp_path: Path, at: int) -> None:
    path = tmp_path / "a.parquet"
    pd.DataFrame({"nip": ["1", "2"], "opd": ["A", "B"]}).to_parquet(path)
    data = path.read_bytes()
    path.write_bytes(data[:at] + b"\xff\xff\xff" + data[at + 3 :])
    try:
        read_tables(path)
    except RosterError as error:
        assert "cannot be read" in str(error) or "can be read" in str(error)  # noqa: PT017


def test_numbers_without_end_and_days_outside_all_calendars() -> None:
    people = pd.DataFrame({"nip": ["1", "2"], "opd": ["A", 10**5000], "joined": ["0000-01-01", ""]})
    with pytest.raises(RosterError, match="a number of more than 100 digits"):
        Roster.from_frame(people)
    with pytest.raises(RosterError, match="'0000-01-01': write dates as"):
        Roster.from_frame(people.assign(opd="A"))
