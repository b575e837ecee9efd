"""Group A of docs/faults.md: what a roster's tables may have wrong, on disk and in frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from helpers import people, policy, roster, rows, written
from pandas.testing import assert_frame_equal

from rotasi import InfeasibleError, Roster, RosterError, RotasiWarning, Schedule, solve, verify
from rotasi.errors import Problem
from rotasi.tables import xlsx_reader as workbooks

NIP = "198503152010011001"
HEAD = "nip,opd,name\n"


def put(folder: Path, **texts: str | bytes) -> Path:
    """A folder of CSV files."""
    for name, text in texts.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def book(path: Path, *rows: Sequence[object]) -> Path:
    """A workbook with a sheet of employees."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as made:
        sheet = made.add_worksheet("employees")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def problems(source: Path | Callable[[], object]) -> tuple[Problem, ...]:
    """What reading a path, or making a roster, complains of."""
    with pytest.raises(RosterError) as caught:
        Roster.read(source) if isinstance(source, Path) else source()
    return caught.value.problems


def says(source: Path | Callable[[], Roster]) -> list[str]:
    return [str(problem) for problem in problems(source)]


def employees(**columns: Any) -> Callable[[], Roster]:
    """A roster of one ASN with these columns, to be made."""
    return lambda: Roster.from_frame(people(1, **columns))


def schedule_readers(frame: pd.DataFrame, who: Roster | None = None) -> list[Callable[[], Any]]:
    """What reads a frame of nip, date and status."""
    who = roster() if who is None else who
    return [
        lambda: verify(frame, who, policy()),
        lambda: solve(who, policy(), previous=frame, workers=1),
        lambda: Schedule.from_frame(frame, who, policy()),
    ]


def nips(source: Path) -> list[str]:
    return Roster.read(source).employees["nip"].tolist()


@pytest.mark.parametrize("text", ["", "\ufeff", "\n\n", ";;\n"])
def test_r01_empty_file(tmp_path: Path, text: str) -> None:
    put(tmp_path, employees=text)
    expected = "employees: the table is empty; it needs a row of headings"
    assert says(tmp_path / "employees.csv") == says(tmp_path) == [expected]


def test_r02_header_only(tmp_path: Path) -> None:
    put(tmp_path, employees=HEAD, leave="nip,start,end\n")
    assert says(tmp_path) == ["employees: the table has no rows; at least one ASN is needed"]
    put(tmp_path, employees=HEAD + "1,X,a\n")
    assert len(Roster.read(tmp_path).leave) == 0


@pytest.mark.parametrize("heading", ["Nip", " NIP ", "nipp"])
def test_r03_missing_column_with_the_nearest_name(tmp_path: Path, heading: str) -> None:
    path = put(tmp_path, employees=f"{heading},unit\n1,U\n") / "employees.csv"
    assert says(path) == [
        f"employees, nip: the column is missing (there is {heading.strip()!r}; rename it)",
        "employees, opd: the column is missing",
    ]


@pytest.mark.parametrize("table", ["leave", "wishes", "pins"])
def test_r03_columns_that_the_other_tables_lack(tmp_path: Path, table: str) -> None:
    put(tmp_path, employees="nip,opd\n1,X\n", **{table: "nomor\n1\n"})
    needed = {
        "leave": ["nip", "start", "end"],
        "wishes": ["nip"],
        "pins": ["nip", "date", "status"],
    }
    assert [(one.table, one.column) for one in problems(tmp_path)] == [
        (table, column) for column in needed[table]
    ]


def test_r04_a_column_that_stands_twice(tmp_path: Path) -> None:
    put(tmp_path, employees="nip,opd,unit,unit\n1,X,a,b\n")
    assert says(tmp_path) == ["employees, unit: the column stands twice; keep one"]


@pytest.mark.parametrize("column", ["nip", "date", "status"])
def test_r04_a_column_that_stands_twice_in_a_schedule(column: str) -> None:
    twice = pd.concat([rows(a="OOOOO"), rows(a="OOOOO")[[column]]], axis=1)
    for call in schedule_readers(twice):
        found = problems(call)
        assert [(one.column, one.message) for one in found] == [
            (column, "the column stands twice; keep one")
        ]


def test_r05_further_columns_are_kept_for_scopes(tmp_path: Path) -> None:
    put(tmp_path, employees="nip,opd,lantai\n1,X,03\n2,X,4\n")
    given = Roster.read(tmp_path)
    assert given.employees["lantai"].tolist() == ["03", "4"]
    rule = {"kind": "never_remote", "scope": {"lantai": ["03"]}}
    assert written(solve(given, policy(rule), workers=1))["1"] == "OOOOO"


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_r06_separators_are_found(tmp_path: Path, separator: str) -> None:
    text = f"nip;opd;name\n{NIP};X;a\n".replace(";", separator)
    given = Roster.read(put(tmp_path, employees=text))
    assert given.employees.loc[0, ["nip", "opd", "name"]].tolist() == [NIP, "X", "a"]


def test_r07_a_decimal_comma_is_refused_with_its_row(tmp_path: Path) -> None:
    put(
        tmp_path,
        employees="nip;opd;performance\n1;X;82.5\n2;X;82,5\n",
        wishes="nip;weekday;weight\n1;Mon;0,5\n",
    )
    first, second = says(tmp_path)
    assert first.startswith("employees, row 3, performance: '82,5': write an SKP predicate")
    assert second == "wishes, row 2, weight: '0,5': write a whole number from -10 to 10"


def test_r08_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    put(tmp_path, employees="\ufeff" + HEAD + f"{NIP},X,Siti\n")
    assert nips(tmp_path) == [NIP]


@pytest.mark.parametrize(("encoding", "row"), [("utf-16", None), ("cp1252", 3)])
def test_r09_other_encodings_are_named(tmp_path: Path, encoding: str, row: int | None) -> None:
    text = HEAD + "1,X,Siti\n2,X,Renée\n"
    (found,) = problems(put(tmp_path, employees=text.encode(encoding)))
    name = {"utf-16": "UTF-16", "cp1252": "Windows-1252"}[encoding]
    assert found.row == row
    assert f"it seems, in {name}; in Excel save it as “CSV UTF-8" in found.message


@pytest.mark.parametrize("place", ["nip", "opd", "name", "lantai"])
@pytest.mark.parametrize("character", ["\0", "\ud800"])
def test_r10_characters_that_no_file_holds(place: str, character: str) -> None:
    frame = people(3, name="Siti", lantai="1")
    frame.loc[1, place] = f"a{character}b"
    found = problems(lambda: Roster.from_frame(frame))
    assert [(one.table, one.row, one.column) for one in found] == [("employees", 1, place)]
    assert "a character that no file can hold" in found[0].message


def test_r10_a_nul_in_a_file(tmp_path: Path) -> None:
    (found,) = problems(put(tmp_path, employees=HEAD + "1,X,a\n2,X,b\0\n"))
    assert (found.row, "NUL" in found.message) == (3, True)


def test_r11_more_fields_than_the_header(tmp_path: Path) -> None:
    put(tmp_path, employees="nip,opd\n198503152010011001,Dinkes,x\n2,Dinkes\n")
    (text,) = says(tmp_path)
    assert text.startswith("employees, row 2: the row has 3 fields and the heading 2;")


def test_r12_a_ragged_row_further_down(tmp_path: Path) -> None:
    put(tmp_path, employees=HEAD + "1,X,a\n2,X\n3,X,c,d\n4,X,d\n")
    assert [problem.row for problem in problems(tmp_path)] == [3, 4]


def test_r13_an_open_quotation_mark(tmp_path: Path) -> None:
    put(tmp_path, employees=HEAD + '1,X,a\n2,X,"b\n3,X,c\n')
    (text,) = says(tmp_path)
    assert text.startswith("employees, row 3: a quotation mark is not closed")


def test_r14_a_nip_as_a_number_in_a_workbook(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["nip", "opd"], [int(NIP), "X"], [NIP, "X"])
    (found,) = problems(path)
    assert (found.row, found.column, found.value) == (2, "nip", None)
    assert "format the column as text" in found.message
    short = book(tmp_path / "b.xlsx", ["nip", "opd"], [12345, "X"])
    assert "numbers lose leading zeros or digits" in says(short)[0]


def test_r14_a_nip_as_a_number_in_a_schedule() -> None:
    """As floats no row would be anybody's, and all that came before would be forgotten."""
    who = Roster.from_frame(pd.DataFrame({"nip": [NIP], "opd": "X"}))
    frame = rows(**{NIP: "HOOOO"})
    for call in schedule_readers(frame.assign(nip=float(NIP)), who):
        found = problems(call)
        assert {one.column for one in found} == {"nip"}
        assert "numbers lose leading zeros or digits" in found[0].message
    for call in schedule_readers(frame.assign(nip=int(NIP)), who):
        call()


def test_r15_blanks_among_nips_cost_no_digits(tmp_path: Path) -> None:
    put(tmp_path, employees="nip,opd\n198503152010011001,X\n,X\n198503152010011002,X\n")
    assert says(tmp_path) == ["employees, row 3, nip: the cell is empty; fill it in"]
    put(tmp_path, employees="nip,opd\n198503152010011001,X\n,\n198503152010011002,X\n")
    assert nips(tmp_path) == [NIP, "198503152010011002"]


def test_r16_leading_zeros_stay(tmp_path: Path) -> None:
    put(tmp_path, employees="nip,opd\n007,X\n7,X\n", pins="nip,date,status\n7,2026-01-05,WFO\n")
    assert nips(tmp_path) == ["007", "7"]
    path = book(tmp_path / "a.xlsx", ["nip", "opd"], ["007", "X"])
    assert nips(path) == ["007"]


def test_r17_a_nip_twice_lists_its_rows(tmp_path: Path) -> None:
    put(tmp_path, employees="nip,opd\n1,X\n2,X\n1,Y\n1,X\n2,Y\n")
    assert says(tmp_path) == [
        "employees, row 2, nip: the same NIP stands in rows 2, 4, 5; keep one row per ASN",
        "employees, row 3, nip: the same NIP stands in rows 3, 6; keep one row per ASN",
    ]


@pytest.mark.parametrize(
    "other",
    [
        f" {NIP}\t",
        f"{NIP}\u00a0",
        "19850315 201001 1 001",
        "19850315\u00a0201001\u00a01\u00a0001",
        f"\u200b{NIP}",
        "１９８５０３１５２０１００１１００１",
    ],
    ids=["ends", "no-break", "blanks", "no-break inside", "zero-width", "full-width"],
)
def test_r18_one_nip_in_two_spellings(tmp_path: Path, other: str) -> None:
    put(tmp_path, employees=f"nip,opd\n{NIP},X\n9,X\n{other},X\n")
    (text,) = says(tmp_path)
    assert "rows 2, 4; keep one row per ASN" in text


@pytest.mark.parametrize("blank", ["", " ", "\u00a0", "\u3000"])
def test_r19_a_blank_nip(tmp_path: Path, blank: str) -> None:
    put(tmp_path, employees=HEAD + f"1,X,a\n{blank},X,b\n")
    assert says(tmp_path) == ["employees, row 3, nip: the cell is empty; fill it in"]


@pytest.mark.parametrize("word", ["NA", "NULL", "None", "nan", "Nan", "n/a"])
def test_r20_words_that_pandas_takes_for_missing(tmp_path: Path, word: str) -> None:
    put(tmp_path, employees=HEAD + f"{word},{word},{word}\n")
    given = Roster.read(tmp_path).employees
    assert given.loc[0, ["nip", "opd", "name"]].tolist() == [word] * 3
    path = book(tmp_path / "a.xlsx", ["nip", "opd"], [word, word])
    assert nips(path) == [word]


def test_r21_yes_and_no(tmp_path: Path) -> None:
    words = ["Ya", "Y", "1", "TRUE", "Tidak", "T", "0", "FALSE", ""]
    text = "nip,opd,applied\n" + "".join(f"{n},X,{word}\n" for n, word in enumerate(words))
    flags = Roster.read(put(tmp_path, employees=text)).employees["applied"]
    assert flags.tolist() == [True] * 4 + [False] * 4 + [pd.NA]
    put(tmp_path, employees="nip,opd,applied\n1,X,mungkin\n")
    assert says(tmp_path) == [
        "employees, row 2, applied: 'mungkin': write Ya or Tidak (or true, false, 1, 0)"
    ]


@pytest.mark.parametrize("text", ["05/01/2026", "13/01/2026", "1/13/2026", "05-01-2026", "5 Jan"])
def test_r22_days_and_months_are_not_guessed(tmp_path: Path, text: str) -> None:
    put(tmp_path, employees=HEAD + "1,X,a\n", leave=f"nip,start,end\n1,{text},2026-01-13\n")
    assert says(tmp_path) == [
        f"leave, row 2, start: {text!r}: write dates as YYYY-MM-DD, such as 2026-01-05"
    ]


def test_r23_serial_dates_of_excel_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["nip", "opd", "joined"], ["1", "X", 46027])
    assert says(path) == [
        "employees, row 2, joined: 46027: write dates as YYYY-MM-DD, such as 2026-01-05"
    ]


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
def test_r24_dates_with_a_time_zone_are_those_of_that_zone(tmp_path: Path, zone: str) -> None:
    frame = people(1).assign(joined=pd.to_datetime(["2026-01-05"]).tz_localize(zone))
    frame.to_parquet(tmp_path / "employees.parquet")
    given = Roster.read(tmp_path).employees["joined"]
    assert given.tolist() == [pd.Timestamp("2026-01-05")]
    assert given.dt.tz is None


def test_r24_midnight_elsewhere_is_not_guessed() -> None:
    """17:00 in UTC is midnight of the next day in Jakarta."""
    joined = pd.to_datetime(["2026-01-04T17:00Z", None, "2026-01-04T00:00Z"])
    found = problems(lambda: Roster.from_frame(people(3).assign(joined=joined)))
    assert [(one.row, one.column) for one in found] == [(0, "joined")]


def test_r25_leave_that_ends_before_it_starts(tmp_path: Path) -> None:
    put(tmp_path, employees=HEAD + "1,X,a\n", leave="nip,start,end\n1,2026-01-09,2026-01-05\n")
    assert says(tmp_path) == [
        "leave, row 2, end: '2026-01-05': leave ends before it starts; swap or correct the dates"
    ]


def test_r26_overlapping_leave_counts_once() -> None:
    given = roster(1, leave=[("a", 0, 2), ("a", 1, 3), ("a", 1, 3)])
    schedule = solve(given, policy(), workers=1)
    assert written(schedule)["a"] == "LLLLH"
    assert schedule.summary()["leave_days"].tolist() == [4]


def test_r27_leave_outside_the_period_has_no_effect() -> None:
    plain = solve(roster(2), policy(), workers=1)
    given = roster(2, leave=[("a", -30, -1), ("b", 7, 400)])
    assert_frame_equal(solve(given, policy(), workers=1).to_frame(), plain.to_frame())


def test_r28_a_part_of_the_period_is_leave() -> None:
    """Who starts on Wednesday is away before; a minimum is lowered by each day lost."""
    quota = {"kind": "quota", "max_days": 4, "min_days": 4}
    given = roster(1, leave=[("a", 0, 1)])
    assert written(solve(given, policy(quota), workers=1))["a"] == "LLHHH"


def test_r29_somebody_never_there_stays_in_the_output() -> None:
    schedule = solve(roster(2, leave=[("a", -5, 30)]), policy(), workers=1)
    assert written(schedule)["a"] == "LLLLL"
    assert schedule.ledger()["nip"].tolist() == ["a", "b"]


@pytest.mark.parametrize("value", ["inf", "nan", "-inf", "1e999", "101", "-11"])
def test_r32_numbers_that_are_none(tmp_path: Path, value: str) -> None:
    put(
        tmp_path,
        employees=f"nip,opd,performance\n1,X,{value}\n",
        wishes=f"nip,weekday,weight\n1,Mon,{value}\n",
    )
    found = problems(tmp_path)
    assert [(one.table, one.row, one.column) for one in found] == [
        ("employees", 2, "performance"),
        ("wishes", 2, "weight"),
    ]


@pytest.mark.parametrize("missing", [np.nan, pd.NA, None, float("nan")])
def test_r32_missing_cells_are_unknown(missing: Any) -> None:
    frame = people(1, performance=missing, applied=missing, joined=missing, service=missing)
    given = Roster.from_frame(frame).employees
    assert given.loc[0, ["performance", "service"]].tolist() == ["", ""]
    assert given.loc[0, ["applied", "joined"]].isna().all()
    with pytest.raises(RosterError, match="performance: inf"):
        Roster.from_frame(people(1, performance=np.inf))


def test_r33_a_unit_of_one_that_must_be_both_is_named() -> None:
    who = roster([{"unit": "Arsip"}, {"unit": "Umum"}, {"unit": "Umum"}])
    given = policy(
        {"kind": "min_on_site", "by": ["unit"], "count": 1},
        {"kind": "fixed_remote_day", "weekdays": ["Mon"], "scope": {"unit": ["Arsip"]}},
    )
    with pytest.raises(InfeasibleError, match="Arsip needs 1 on site but can have only 0"):
        solve(who, given, workers=1).to_frame()


def test_r34_a_unit_that_nobody_belongs_to_is_told() -> None:
    given = policy(
        {"kind": "never_remote", "scope": {"unit": ["Arsipp"]}}, opd_services={"Y": "frontline"}
    )
    with pytest.warns(RotasiWarning) as caught:
        solve(roster([{"unit": "Arsip"}]), given, workers=1)
    assert [str(each.message) for each in caught] == [
        "rule never_remote-1 reaches nobody (did you mean 'Arsip'?)",
        "opd_services names 'Y', which no employee belongs to",
    ]


def test_r36_a_person_whom_no_table_knows(tmp_path: Path) -> None:
    put(
        tmp_path,
        employees=HEAD + "1,X,a\n",
        leave="nip,start,end\n2,2026-01-05,2026-01-05\n",
        wishes="nip,weekday\n3,Mon\n",
        pins="nip,date,status\n1,2026-01-05,WFO\n4,2026-01-05,WFO\n",
    )
    found = problems(tmp_path)
    assert [(one.table, one.row) for one in found] == [("leave", 2), ("wishes", 2), ("pins", 3)]
    assert {one.message for one in found} == {
        "no employee has this NIP; correct it or add the employee"
    }
    with pytest.warns(RotasiWarning, match="rule never_remote-1 reaches nobody"):
        solve(roster(), policy({"kind": "never_remote", "scope": {"nip": ["z"]}}), workers=1)


def test_r37_pins_that_contradict_one_another(tmp_path: Path) -> None:
    put(
        tmp_path,
        employees=HEAD + "1,X,a\n",
        pins="nip,date,status\n1,2026-01-05,WFO\n1,2026-01-06,WFO\n1,2026-01-05,WFH\n",
    )
    found = problems(tmp_path)
    assert [(one.table, one.row, one.column) for one in found] == [
        ("pins", 2, "status"),
        ("pins", 4, "status"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.astype("category"),
        lambda frame: frame.astype("string[python]"),
        lambda frame: frame.astype("string[pyarrow]"),
        lambda frame: frame.astype("str"),
        lambda frame: frame.astype(object),
        lambda frame: frame.convert_dtypes(),
        lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    ],
    ids=["category", "string", "arrow string", "str", "object", "nullable", "arrow"],
)
def test_r38_every_dtype(change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    frame = people([{"name": "Siti", "applied": "ya", "joined": "2020-01-05", "lantai": "3"}, {}])
    away = pd.DataFrame({"nip": ["b"], "start": ["2026-01-05"], "end": ["2026-01-06"]})
    expected = Roster.from_frame(frame, leave=away)
    given = Roster.from_frame(change(frame), leave=change(away))
    assert given.hash() == expected.hash()
    assert written(solve(given, policy(), workers=1)) == written(
        solve(expected, policy(), workers=1)
    )


@pytest.mark.parametrize(
    "cell", [["arsip"], ("a", "b"), {"a": 1}, {"a"}, b"arsip", np.arange(2)], ids=str
)
@pytest.mark.parametrize("place", ["nip", "opd", "skills", "applied", "joined", "lantai"])
def test_r38_cells_that_hold_no_single_text(cell: Any, place: str) -> None:
    frame = people(2, skills="a;b", applied="ya", joined="2020-01-05", lantai="1")
    frame[place] = pd.Series([frame.loc[0, place], cell], dtype=object)
    found = problems(lambda: Roster.from_frame(frame))
    assert [(one.row, one.column) for one in found] == [(1, place)]
    assert "the cell holds no single text" in found[0].message


@pytest.mark.parametrize("given", [None, [], {}, 3, pd.Series(["a"])], ids=repr)
def test_r38_what_is_no_frame(given: Any) -> None:
    with pytest.raises(TypeError, match=r"employees is .*; give a DataFrame"):
        Roster.from_frame(given)
    if given is not None:
        with pytest.raises(TypeError, match=r"leave is .*; give a DataFrame"):
            Roster.from_frame(people(1), leave=given)
        with pytest.raises(TypeError, match="give a Schedule or a DataFrame"):
            solve(roster(), policy(), previous=given)
        with pytest.raises(TypeError, match="give a Schedule or a DataFrame"):
            verify(given, roster(), policy())


def test_r38_what_is_no_roster_and_no_policy() -> None:
    for call in (solve, lambda *given: verify(rows(a="OOOOO"), *given)):
        with pytest.raises(TypeError, match=r"give a Roster; Roster.from_frame makes one"):
            call(people(1), policy())
        with pytest.raises(TypeError, match=r"give a Policy; Policy.model_validate makes one"):
            call(roster(), {"start": "2026-01-05"})


@pytest.mark.parametrize(
    "index",
    [
        pd.Index([5, 5, 5]),
        pd.MultiIndex.from_product([["x"], [1, 2, 3]]),
        pd.Index(["c", "a", "b"], name="opd"),
        pd.date_range("2026-01-05", periods=3),
    ],
    ids=["doubled", "levels", "named", "dates"],
)
def test_r39_any_index(index: pd.Index) -> None:
    given = Roster.from_frame(people(3).set_index(index))
    assert given.employees.index.tolist() == [0, 1, 2]
    schedule = solve(given, policy(), workers=1)
    assert list(written(schedule)) == ["a", "b", "c"]


def test_r39_a_nip_in_the_index_is_told_how_to_get_out() -> None:
    (text,) = says(lambda: Roster.from_frame(people(2).set_index("nip")))
    assert text == (
        "employees, nip: the column is missing (it is the index; make it a column with reset_index)"
    )


def test_r41_two_hundred_thousand_rows_without_a_loop_over_them() -> None:
    """As many calls of Python functions as for two thousand rows, give or take."""
    assert calls(200_000) < 3 * calls(2_000)


def calls(size: int) -> int:
    """Calls of functions of rotasi while it makes a roster of so many ASN."""
    import sys

    frame = pd.DataFrame(
        {"nip": pd.Series(np.arange(size)).astype("str"), "opd": "X", "applied": "ya"}
    )
    count = 0

    def watch(call: Any, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call" and "rotasi" in call.f_code.co_filename

    sys.setprofile(watch)
    try:
        Roster.from_frame(frame)
    finally:
        sys.setprofile(None)
    return count


def test_r42_sheets_that_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(far) as made:
        sheet = made.add_worksheet("employees")
        sheet.write(0, 0, "nip")
        sheet.write(1_048_575, 16_383, "x")
    (text,) = says(far)
    assert text.startswith("employees: the sheet spans 1048576 rows and 16384 columns;")
    bomb = book(tmp_path / "bomb.xlsx", ["nip", "opd"], ["1", "X"])
    with ZipFile(bomb, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros", bytes(3 * 1024**2))
    monkeypatch.setattr(workbooks, "MAX_BYTES", 2 * 1024**2)
    (text,) = says(bomb)
    assert text.startswith("employees: the workbook unpacks to 3 MB, more than 2;")


def test_r43_what_a_sheet_hides(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("Catatan").write(0, 0, "x")
        sheet = made.add_worksheet("Employees")
        sheet.write_row(0, 0, ["nip", "opd", "unit", "team"])
        sheet.write_row(1, 0, ["1", "X"])
        sheet.write_formula(1, 2, "=A1", None, "")
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
        sheet.write_row(2, 0, ["2"])
        sheet.merge_range(2, 1, 3, 1, "X")
        sheet.write_row(3, 0, ["3"])
    found = problems(path)
    assert sorted((one.row, one.column) for one in found) == [(2, "team"), (2, "unit"), (3, "opd")]
    assert {one.table for one in found} == {"employees"}


def test_r43_hidden_rows_count_like_others(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("employees")
        for number, row in enumerate([["nip", "opd"], ["1", "X"], ["2", "X"]]):
            sheet.write_row(number, 0, row)
        sheet.set_row(1, None, None, {"hidden": True})
    assert nips(path) == ["1", "2"]


@pytest.mark.parametrize(
    "name",
    ["<script>a</script>", "=cmd|' /C calc'!A0", "a\x07b\x1b[2J", "🙂", "\u202eitiS", "x" * 500],
    ids=["html", "formula", "control", "emoji", "rtl", "long"],
)
def test_r44_strange_names_are_kept_and_come_back(tmp_path: Path, name: str) -> None:
    given = Roster.from_frame(people(1, name=name, opd=name))
    assert given.employees["name"].tolist() == [name]
    schedule = solve(given, policy(), workers=1)
    schedule.write(tmp_path / "out")
    again = Schedule.read(tmp_path / "out")
    assert again.roster.employees["name"].tolist() == [name]
    assert_frame_equal(again.to_frame(), schedule.to_frame())
    for path in (tmp_path / "out").rglob("*.csv"):
        assert "\n=" not in path.read_text("utf-8")
        assert ",=" not in path.read_text("utf-8")
