"""Tables are read as they are, and what is wrong with a file is said row by row."""

from __future__ import annotations

import csv
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rotasi.errors import Problem, RosterError, RotasiWarning
from rotasi.tables import xlsx_reader as workbooks
from rotasi.tables.readers import read_frame, read_tables

TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=5)
CELLS = st.lists(st.lists(TEXTS, min_size=3, max_size=3), max_size=5)
PEOPLE = "nip;opd\n001;NA\n002;Bappeda\n"


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return folder


def write_workbook(path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def read_text(folder: Path, text: str | bytes) -> pd.DataFrame:
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "people.csv").write_bytes(data)
    return read_frame(folder / "people.csv", "employees")


def problems_of(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(RosterError) as caught:
        read_tables(path)
    return caught.value.problems


def places(problems: Sequence[Problem]) -> list[tuple[str | None, object, str | None]]:
    return [(problem.table, problem.row, problem.column) for problem in problems]


class TestCsv:
    @pytest.mark.parametrize("separator", [";", ",", "\t"])
    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    def test_as_people_have_them(
        self, tmp_path: Path, separator: str, ending: str, mark: str
    ) -> None:
        text = mark + PEOPLE.replace(";", separator).replace("\n", ending)
        frame = read_text(tmp_path, text)
        assert frame.to_dict("list") == {"nip": ["001", "002"], "opd": ["NA", "Bappeda"]}

    def test_all_cells_are_text(self, tmp_path: Path) -> None:
        frame = read_text(tmp_path, "nip,opd,team,joined\n0012,NULL,,2020-01-05\n7,nan,1.0,None\n")
        assert frame.to_numpy().tolist() == [
            ["0012", "NULL", "", "2020-01-05"],
            ["7", "nan", "1.0", "None"],
        ]

    def test_rows_are_numbered_as_in_a_spreadsheet(self, tmp_path: Path) -> None:
        text = 'nip;note\n001;"two\nlines"\n\n003;\n;\n005;x\n'
        assert read_text(tmp_path, text).index.tolist() == [2, 4, 6]

    def test_empty_lines_before_the_heading(self, tmp_path: Path) -> None:
        frame = read_text(tmp_path, "\n;\nnip;opd\n001;A\n")
        assert frame.index.tolist() == [4]
        assert frame.columns.tolist() == ["nip", "opd"]

    def test_separators_in_quotes_count_for_nothing(self, tmp_path: Path) -> None:
        frame = read_text(tmp_path, 'nip;"a, b, c";opd\n001;"x; y ""z""";A\n')
        assert frame.to_numpy().tolist() == [["001", 'x; y "z"', "A"]]

    def test_excels_statement_of_the_separator(self, tmp_path: Path) -> None:
        frame = read_text(tmp_path, "sep=|\r\nnip|opd\r\n001|A;B\r\n")
        assert frame.to_dict("list") == {"nip": ["001"], "opd": ["A;B"]}
        assert frame.index.tolist() == [2]

    def test_heading_only(self, tmp_path: Path) -> None:
        frame = read_text(tmp_path, "nip;opd\n")
        assert frame.columns.tolist() == ["nip", "opd"]
        assert len(frame) == 0

    def test_columns_without_a_name_or_content_are_left_out(self, tmp_path: Path) -> None:
        assert read_text(tmp_path, "nip; opd ;;\n001;A;;\n").columns.tolist() == ["nip", "opd"]

    def test_doubled_columns_are_left_to_the_roster(self, tmp_path: Path) -> None:
        assert read_text(tmp_path, "nip;unit;unit\n1;a;b\n").columns.tolist() == [
            "nip",
            "unit",
            "unit",
        ]

    @pytest.mark.parametrize(
        ("text", "rows", "message"),
        [
            ("", [None], "the table is empty"),
            ("\n\n", [None], "the table is empty"),
            ("nip;opd;\n001;A;\n002;B;x\n", [3], "column 3 has no heading"),
            ("nip;opd\n001;A;B\n002;C\n", [2], "the row has 3 fields and the heading 2"),
            ("nip;opd\n001;A\n002\n\n003;B;C;D\n", [3, 5], "the row has 1 fields"),
            ('nip;opd\n001;A\n002;"B\n003;C\n', [3], "quotation mark is not closed"),
            ('nip;opd\n001;"A"B\n', [2], "quotation mark is not closed, or stands inside"),
            ('nip;opd\n001\n002;"A"B\n', [3, 2], "quotation mark"),
            ("nip;opd\n001;A\n00\0;B\n", [3], "NUL character"),
            (b"nip;opd\n001;Caf\xe9\n", [2], "Windows-1252; in Excel save it"),
            ("nip;opd\n001;A\n".encode("utf-16"), [None], "seems, in UTF-16"),
            (b"PK\x03\x04rest", [None], "this is an Excel workbook; name it .xlsx"),
        ],
    )
    def test_what_is_wrong_and_where(
        self, tmp_path: Path, text: str | bytes, rows: list[int | None], message: str
    ) -> None:
        with pytest.raises(RosterError, match=message) as caught:
            read_text(tmp_path, text)
        assert [problem.row for problem in caught.value.problems] == rows
        assert {problem.table for problem in caught.value.problems} == {"employees"}

    def test_many_problems_are_counted(self, tmp_path: Path) -> None:
        with pytest.raises(RosterError, match="and 5 more rows like these") as caught:
            read_text(tmp_path, "nip\n" + "1;2\n" * 25)
        assert len(caught.value.problems) == 21

    def test_no_personal_data_in_messages(self, tmp_path: Path) -> None:
        with pytest.raises(RosterError) as caught:
            read_text(tmp_path, "nip;name\n198503152010011001;Siti;x\n")
        assert "Siti" not in repr(caught.value)
        assert "1985" not in repr(caught.value)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(CELLS, st.sampled_from(";,\t"))
    def test_whatever_is_quoted_is_read_back(
        self, tmp_path: Path, rows: list[list[str]], separator: str
    ) -> None:
        written = pd.DataFrame(rows, columns=["nip", "opd", "name"], dtype=str)
        path = tmp_path / "people.csv"
        written.to_csv(path, sep=separator, index=False, quoting=csv.QUOTE_ALL)
        filled = written[(written != "").any(axis=1)]
        assert read_frame(path).to_numpy().tolist() == filled.to_numpy().tolist()


class TestFolder:
    def test_reads_tables_by_their_names(self, tmp_path: Path) -> None:
        write(tmp_path, employees=PEOPLE, Leave="nip,start\n001,2026-01-05\n", notes="a;b;c\n1\n")
        tables = read_tables(tmp_path)
        assert list(tables) == ["employees", "leave"]
        assert tables["leave"].to_dict("list") == {"nip": ["001"], "start": ["2026-01-05"]}

    def test_formats_may_be_mixed(self, tmp_path: Path) -> None:
        write(tmp_path, employees=PEOPLE)
        write_workbook(tmp_path / "leave.xlsx", Sheet1=[["nip"], ["001"]])
        pd.DataFrame({"nip": ["002"]}).to_parquet(tmp_path / "pins.parquet")
        tables = read_tables(tmp_path)
        assert {name: table["nip"].tolist() for name, table in tables.items()} == {
            "employees": ["001", "002"],
            "leave": ["001"],
            "pins": ["002"],
        }

    def test_all_problems_of_all_files_at_once(self, tmp_path: Path) -> None:
        write(tmp_path, employees="nip;opd\n1;2;3\n", leave="nip;a\n1\n1\n", pins=PEOPLE)
        found = problems_of(tmp_path)
        assert places(found) == [("employees", 2, None), ("leave", 2, None), ("leave", 3, None)]

    def test_no_employees(self, tmp_path: Path) -> None:
        write(tmp_path, pegawai=PEOPLE)
        (tmp_path / "~$employees.xlsx").touch()
        with pytest.raises(RosterError, match=r"the table is missing; found: pegawai\.csv$"):
            read_tables(tmp_path)

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        with pytest.raises(RosterError, match="the table is missing; found: nothing"):
            read_tables(tmp_path)

    def test_two_files_for_one_table(self, tmp_path: Path) -> None:
        write(tmp_path, employees=PEOPLE)
        pd.DataFrame({"nip": ["1"]}).to_parquet(tmp_path / "employees.parquet")
        (found,) = problems_of(tmp_path)
        assert "employees.csv, employees.parquet; keep one" in found.message

    def test_a_table_in_an_unknown_format_is_not_passed_over(self, tmp_path: Path) -> None:
        write(tmp_path, employees=PEOPLE)
        (tmp_path / "leave.xls").touch()
        (found,) = problems_of(tmp_path)
        assert found.table == "leave"
        assert "save the table as CSV, .xlsx or Parquet" in found.message

    def test_notes_beside_a_table_are_left_alone(self, tmp_path: Path) -> None:
        write(tmp_path, employees=PEOPLE)
        (tmp_path / "employees.txt").write_text("from the registry")
        assert list(read_tables(tmp_path)) == ["employees"]

    def test_a_misspelt_name_is_warned_of(self, tmp_path: Path) -> None:
        write(tmp_path, employees=PEOPLE, leaves="nip\n001\n", employees_old=PEOPLE)
        with pytest.warns(RotasiWarning) as caught:
            assert list(read_tables(tmp_path)) == ["employees"]
        assert [str(each.message) for each in caught] == [
            "leaves.csv is not read; if it is the table leave, call it that"
        ]


class TestWorkbook:
    def test_reads_sheets_by_their_names(self, tmp_path: Path) -> None:
        people = [["nip", "opd"], ["001", "NA"]]
        path = write_workbook(
            tmp_path / "roster.XLSX", Notes=[["x"]], Employees=people, leave=[["nip"], ["001"]]
        )
        tables = read_tables(path)
        assert list(tables) == ["employees", "leave"]
        assert tables["employees"].to_dict("list") == {"nip": ["001"], "opd": ["NA"]}

    def test_the_first_sheet_of_a_workbook_without_names(self, tmp_path: Path) -> None:
        path = write_workbook(tmp_path / "a.xlsx", Sheet1=[["nip"], ["001"]], Sheet2=[["x"], ["y"]])
        assert list(read_tables(path)) == ["employees"]
        assert read_tables(path)["employees"]["nip"].tolist() == ["001"]

    def test_a_hidden_sheet_is_not_the_first(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        with xlsxwriter.Workbook(path) as book:
            lists, people = book.add_worksheet("Lists"), book.add_worksheet("Data")
            people.activate()
            people.set_first_sheet()
            lists.hide()
            people.write_column(0, 0, ["nip", "001"])
        assert read_frame(path)["nip"].tolist() == ["001"]

    def test_no_employees(self, tmp_path: Path) -> None:
        path = write_workbook(tmp_path / "a.xlsx", leave=[["nip"]], Pegawai=[["nip"]])
        with pytest.raises(RosterError, match="the table is missing; found: leave, Pegawai"):
            read_tables(path)

    def test_types_of_cells(self, tmp_path: Path) -> None:
        cells = ["00123", date(2026, 1, 5), 5, 2.5, True, "=NOW()x", None]
        path = write_workbook(tmp_path / "a.xlsx", employees=[list("abcdefg"), cells])
        (row,) = read_frame(path).to_numpy().tolist()
        assert row[:5] == ["00123", date(2026, 1, 5), 5, 2.5, True]
        assert [type(cell) for cell in row[:5]] == [str, date, int, float, bool]
        assert row[6] == ""

    def test_midnight_is_a_date(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet, clock = book.add_worksheet(), book.add_format({"num_format": "d/m/yy hh:mm"})
            sheet.write(0, 0, "start")
            sheet.write_datetime(1, 0, datetime(2026, 1, 5), clock)  # noqa: DTZ001
            sheet.write_datetime(2, 0, datetime(2026, 1, 5, 7, 30), clock)  # noqa: DTZ001
        assert read_frame(path)["start"].tolist() == [
            date(2026, 1, 5),
            datetime(2026, 1, 5, 7, 30),  # noqa: DTZ001
        ]

    def test_rows_are_numbered_as_in_the_sheet(self, tmp_path: Path) -> None:
        rows: list[list[object]] = [[None], [None, "nip", "opd"], [None], [None, "001", "A"], []]
        frame = read_frame(write_workbook(tmp_path / "a.xlsx", s=[*rows, [None, "002", "B"]]))
        assert frame.index.tolist() == [4, 6]
        assert frame.columns.tolist() == ["nip", "opd"]

    def test_a_nip_as_a_number(self, tmp_path: Path) -> None:
        rows = [["opd", "nip"], ["A", 198503152010011001], ["B", "198503152010011002"], ["C", 5]]
        (found,) = problems_of(write_workbook(tmp_path / "a.xlsx", employees=rows))
        assert places([found]) == [("employees", 2, "nip")]
        assert "format the column as text" in found.message
        assert found.value is None

    def test_error_values(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("employees")
            sheet.write_row(0, 0, ["nip", "opd"])
            sheet.write_row(1, 0, ["001", "A"])
            sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        (found,) = problems_of(path)
        assert places([found]) == [("employees", 3, "opd")]
        assert "#N/A" in found.message

    def test_formulas(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("employees")
            sheet.write_row(0, 0, ["nip", "opd"])
            sheet.write_formula(1, 1, '=""&"x"', None, "A")
            sheet.write_formula(2, 1, "=A2", None, "")
            sheet.write_formula(3, 1, "=A3", None, 7)
        (found,) = problems_of(path)
        assert places([found]) == [("employees", 3, "opd")]
        assert "open the workbook in Excel and save it again" in found.message

    def test_a_formula_may_give_an_empty_text(self, tmp_path: Path) -> None:
        path = write_workbook(tmp_path / "a.xlsx", employees=[["nip", "opd"], ["001", 4711]])
        change_sheet(path, b'<c r="B2"><v>4711</v></c>', b'<c r="B2" t="str"><f>A1</f><v></v></c>')
        assert read_frame(path)["opd"].tolist() == [""]

    def test_other_writers_use_prefixes(self, tmp_path: Path) -> None:
        path = write_workbook(tmp_path / "a.xlsx", employees=[["nip", "opd"], ["001", 4711]])
        change_sheet(path, b'<c r="B2"><v>4711</v></c>', b'<x:c r="B2"><x:f>A1</x:f></x:c>')
        change_sheet(path, b"<worksheet ", b'<worksheet xmlns:x="urn:x" ')
        assert places(problems_of(path)) == [("employees", 2, "opd")]

    def test_merged_cells(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("employees")
            sheet.write_row(0, 0, ["nip", "opd"])
            sheet.write_column(1, 0, ["001", "002", "003"])
            sheet.merge_range(1, 1, 3, 1, "Bappeda")
        (found,) = problems_of(path)
        assert places([found]) == [("employees", 2, "opd")]
        assert "unmerge them" in found.message

    def test_a_cell_far_out_is_refused_unread(self, tmp_path: Path) -> None:
        path = tmp_path / "bomb.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("employees")
            sheet.write(0, 0, "nip")
            sheet.write(1_048_575, 16_383, "x")
        code = "import sys; from rotasi.tables.readers import read_tables; read_tables(sys.argv[1])"
        done = subprocess.run(
            [sys.executable, "-c", code, path], capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "the sheet spans 1048576 rows and 16384 columns" in done.stderr

    def test_a_workbook_that_unpacks_to_gigabytes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write_workbook(tmp_path / "a.xlsx", employees=[["nip"], ["001"]])
        with ZipFile(path, "a", ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/zeros", bytes(3 * 1024**2))
        monkeypatch.setattr(workbooks, "MAX_BYTES", 2 * 1024**2)
        (found,) = problems_of(path)
        assert "unpacks to 3 MB, more than 2" in found.message

    @pytest.mark.parametrize("data", [b"", b"no zip", b"\xd0\xcf\x11\xe0 old or with a password"])
    def test_no_workbook(self, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "a.xlsx").write_bytes(data)
        (found,) = problems_of(tmp_path / "a.xlsx")
        assert "no Excel workbook that can be read" in found.message

    def test_a_zip_that_is_no_workbook(self, tmp_path: Path) -> None:
        with ZipFile(tmp_path / "a.xlsx", "w") as archive:
            archive.writestr("a.txt", "a")
        (found,) = problems_of(tmp_path / "a.xlsx")
        assert "no Excel workbook that can be read" in found.message


class TestParquet:
    def test_keeps_types(self, tmp_path: Path) -> None:
        written = pd.DataFrame({"nip": ["001", None], "joined": pd.to_datetime(["2020-01-05"] * 2)})
        written.to_parquet(tmp_path / "a.parquet")
        frame = read_tables(tmp_path / "a.parquet")["employees"]
        assert frame.index.tolist() == [2, 3]
        assert frame["nip"].tolist()[0] == "001"
        assert frame["joined"].dt.year.tolist() == [2020, 2020]

    def test_a_named_index_is_a_column(self, tmp_path: Path) -> None:
        pd.DataFrame({"nip": ["001"], "opd": ["A"]}).set_index("nip").to_parquet(
            tmp_path / "a.parquet"
        )
        assert read_frame(tmp_path / "a.parquet").columns.tolist() == ["nip", "opd"]

    def test_no_parquet(self, tmp_path: Path) -> None:
        (tmp_path / "a.parquet").write_bytes(b"no parquet at all")
        with pytest.raises(RosterError, match="no Parquet file that can be read"):
            read_frame(tmp_path / "a.parquet")


class TestSingleFile:
    def test_is_the_employees_table(self, tmp_path: Path) -> None:
        write(tmp_path, people=PEOPLE)
        assert read_tables(tmp_path / "people.csv")["employees"]["nip"].tolist() == ["001", "002"]

    def test_does_not_exist(self, tmp_path: Path) -> None:
        with pytest.raises(RosterError, match=r"there is no file or folder .*none\.csv"):
            read_tables(tmp_path / "none.csv")

    def test_is_of_an_unknown_kind(self, tmp_path: Path) -> None:
        (tmp_path / "a.ods").touch()
        with pytest.raises(RosterError, match=r"a\.ods cannot be read: save the table as CSV"):
            read_tables(tmp_path / "a.ods")

    def test_cannot_be_opened(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").mkdir()
        with pytest.raises(RosterError, match=r"a\.csv cannot be read: Is a directory"):
            read_frame(tmp_path / "a.csv")

    @pytest.mark.parametrize(
        ("module", "file", "extra"),
        [("pyarrow", "a.parquet", "parquet"), ("python_calamine", "a.xlsx", "xlsx")],
    )
    def test_a_missing_package_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, file: str, extra: str
    ) -> None:
        monkeypatch.setitem(sys.modules, module, None)
        (tmp_path / file).touch()
        with pytest.raises(RosterError, match=rf'pip install "rotasi\[{extra}\]"'):
            read_tables(tmp_path / file)


def test_reading_a_good_folder_warns_of_nothing(tmp_path: Path) -> None:
    write(tmp_path, employees=PEOPLE, leave="nip\n", wishes="nip\n", pins="nip\n", other="x\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(read_tables(tmp_path)) == 4


def change_sheet(path: Path, old: bytes, new: bytes) -> None:
    """Rewrite the source of a workbook's only sheet."""
    with ZipFile(path) as archive:
        parts: Mapping[str, bytes] = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts["xl/worksheets/sheet1.xml"]
    with ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(old, new) if "sheet1.xml" in name else data)
