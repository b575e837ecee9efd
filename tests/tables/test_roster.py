"""The roster: what is read from frames and how, and everything that is wrong with them at once."""

from __future__ import annotations

import pickle
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import MONDAY, day, people, roster
from pandas.testing import assert_frame_equal

from rotasi import Roster
from rotasi.errors import Problem, RosterError, RotasiWarning
from rotasi.tables.schema import TABLES

NIP = "198001012005011001"  # 18 digits
SITI = {"nip": NIP, "opd": "Bappeda", "name": "Siti Aminah"}


def read(**columns: list[Any]) -> pd.DataFrame:
    """The employees table of a roster with these columns."""
    size = len(next(iter(columns.values())))
    base = {"nip": list("abcdefghij"[:size]), "opd": ["X"] * size}
    return Roster.from_frame(pd.DataFrame(base | columns)).employees


def problems(**tables: pd.DataFrame) -> tuple[Problem, ...]:
    with pytest.raises(RosterError) as caught:
        Roster.from_frame(**tables)
    return caught.value.problems


def wrong(**tables: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Table, row and column of each problem."""
    return [(found.table, found.row, found.column) for found in problems(**tables)]


def message(**tables: pd.DataFrame) -> str:
    (found,) = problems(**tables)
    return str(found)


def leave(*rows: tuple[str, Any, Any]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["nip", "start", "end"])


def pins(*rows: tuple[str, Any, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["nip", "date", "status"])


class TestNip:
    def test_leading_zeros_and_all_digits_survive(self) -> None:
        assert read(nip=["001", "1", NIP])["nip"].tolist() == ["001", "1", NIP]

    @pytest.mark.parametrize("dtype", ["int64", "uint64", "Int64", object])
    def test_integers_of_18_digits_are_taken(self, dtype: Any) -> None:
        column = pd.Series([int(NIP), int(NIP) + 1], dtype=dtype)
        nips = Roster.from_frame(pd.DataFrame({"nip": column, "opd": "X"})).employees["nip"]
        assert nips.tolist() == [NIP, "198001012005011002"]

    @pytest.mark.parametrize(
        "column",
        [[1.98e17, 1.98e17 + 64], [1, 2], [123, "b"], [True, "b"], [float(NIP), NIP]],
        ids=["floats", "integers", "mixed", "bool", "float among text"],
    )
    def test_other_numbers_are_refused_with_the_way_to_read_them(self, column: list[Any]) -> None:
        table = pd.DataFrame({"nip": pd.Series(column), "opd": "X"})
        for found in problems(employees=table):
            assert found.column == "nip"
            assert "dtype=str" in str(found)

    def test_any_unique_text_serves(self) -> None:
        assert len(read(nip=["Ana", "ana", "Äna"])) == 3

    def test_spaces_around_are_no_part_of_it(self) -> None:
        given = roster(pd.DataFrame({"nip": [" 001"], "opd": ["X "]}), leave=[("001 ", 0, 0)])
        assert given.employees.loc[0, ["nip", "opd"]].tolist() == ["001", "X"]
        assert wrong(employees=people(2).assign(nip=["001", "001 "])) == [("employees", 0, "nip")]

    @pytest.mark.parametrize("empty", ["", " ", None, np.nan])
    def test_an_empty_one_is_an_error(self, empty: Any) -> None:
        assert wrong(employees=people(2).assign(nip=["a", empty])) == [("employees", 1, "nip")]


class TestValues:
    def test_yes_and_no_in_the_usual_words(self) -> None:
        words = ["Ya", "TRUE", 1, True, " y ", "tidak", "false", 0, False, None]
        assert read(applied=words)["applied"].tolist() == [True] * 5 + [False] * 4 + [pd.NA]
        assert read(applied=[1.0, 0.0, np.nan])["applied"].tolist() == [True, False, pd.NA]

    @pytest.mark.parametrize("word", ["mungkin", 2, "ja", -1])
    def test_other_words_are_neither(self, word: Any) -> None:
        text = message(employees=people(1, disciplined=word))
        assert "employees, row 0, disciplined" in text
        assert "Ya or Tidak" in text

    def test_performance_is_a_predicate_or_a_score(self) -> None:
        values = ["Sangat Baik", "baik", " BUTUH PERBAIKAN ", 90, 62.5, "75", 0, 100, None]
        expected = ["Sangat Baik", "Baik", "Butuh Perbaikan", "90", "62.5", "75", "0", "100", ""]
        assert read(performance=values)["performance"].tolist() == expected

    @pytest.mark.parametrize("value", ["A", 101, -1, "bagus", "inf", "nan"])
    def test_other_performances_are_refused(self, value: Any) -> None:
        assert "from 0 to 100" in message(employees=people(1, performance=value))

    @pytest.mark.parametrize(
        "value",
        [
            "2026-01-05",
            date(2026, 1, 5),
            datetime(2026, 1, 5),  # noqa: DTZ001 - as spreadsheets have it
            pd.Timestamp("2026-01-05"),
            pd.Timestamp("2026-01-05", tz="Asia/Jakarta"),
            np.datetime64("2026-01-05"),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_dates_in_the_usual_forms(self, value: Any) -> None:
        assert read(joined=[value, None])["joined"].tolist() == [pd.Timestamp("2026-01-05"), pd.NaT]

    @pytest.mark.parametrize("value", ["5/1/2026", "05-01-2026", 46027, "2026-02-30", "Senin"])
    def test_dates_are_not_guessed(self, value: Any) -> None:
        assert "YYYY-MM-DD" in message(employees=people(1, joined=value))

    @pytest.mark.parametrize(
        ("column", "value", "advice"),
        [
            ("service", "frontlin", "frontline"),
            ("echelon", "V.a", "II.a"),
            ("echelon", "3a", "IV.b"),
        ],
    )
    def test_words_of_a_list_are_refused_with_the_list(
        self, column: str, value: str, advice: str
    ) -> None:
        text = message(employees=people(1, **{column: value}))
        assert repr(value) in text
        assert advice in text

    def test_weights_default_to_one(self) -> None:
        wishes = pd.DataFrame({"nip": ["a"] * 4, "weekday": "Mon", "weight": [None, -10, 10, 2.0]})
        given = Roster.from_frame(people(1), wishes=wishes).wishes
        assert given["weight"].tolist() == [1, -10, 10, 2]
        assert roster(wishes=[{"nip": "a", "weekday": "Mon"}]).wishes["weight"].tolist() == [1]

    @pytest.mark.parametrize("weight", [11, -11, 0.5, "viel", True])
    def test_weights_are_whole_numbers_up_to_ten(self, weight: Any) -> None:
        wishes = pd.DataFrame({"nip": ["a"], "weekday": ["Mon"], "weight": [weight]})
        assert wrong(employees=people(1), wishes=wishes) == [("wishes", 0, "weight")]

    def test_composed_and_decomposed_letters_are_one(self) -> None:
        given = read(opd=["Kebonjéruk", "Kebonje\u0301ruk"])
        assert given["opd"][0] == given["opd"][1]


class TestTables:
    def test_every_contract_column_is_there_afterwards(self) -> None:
        given = roster(2)
        for name, columns in TABLES.items():
            assert list(getattr(given, name)) == list(columns)
        assert given.employees["team"].tolist() == ["", ""]
        assert given.employees["applied"].isna().all()
        assert [len(given.leave), len(given.wishes), len(given.pins)] == [0, 0, 0]

    def test_further_columns_are_kept_as_text(self) -> None:
        employees = people(3).assign(lantai=[3, 4, None], shift="pagi", **{"Gol.": ["III/a"] * 3})
        employees[2025] = 1.0
        given = Roster.from_frame(employees).employees
        assert given["lantai"].tolist() == ["3", "4", ""]
        assert given["Gol."].tolist() == ["III/a"] * 3
        assert given["2025"].tolist() == ["1"] * 3

    def test_own_names_of_columns(self) -> None:
        table = pd.DataFrame({"NIP": ["a"], "Unit Kerja": ["Bappeda"]})
        names = {"NIP": "nip", "Unit Kerja": "opd", "Gedung": "site"}
        assert Roster.from_frame(table, columns=names).employees["opd"].tolist() == ["Bappeda"]

    def test_own_names_serve_all_tables(self) -> None:
        table = pd.DataFrame({"NIP": ["a"], "opd": ["X"]})
        away = pd.DataFrame({"NIP": ["a"], "start": [MONDAY], "end": [MONDAY]})
        assert len(Roster.from_frame(table, leave=away, columns={"NIP": "nip"}).leave) == 1

    def test_tables_put_together_keep_their_doubled_index(self) -> None:
        employees = pd.concat([people("a"), people("b")])
        away = pd.concat([leave(("a", MONDAY, MONDAY)), leave(("b", MONDAY, MONDAY))])
        pinned = pd.concat([pins(("a", day(1), "WFO")), pins(("b", day(1), "WFH"))])
        given = Roster.from_frame(employees, leave=away, pins=pinned)
        assert [len(given), len(given.leave), len(given.pins)] == [2, 2, 2]

    def test_empty_tables_are_no_error(self) -> None:
        given = Roster.from_frame(people(1), leave=leave(), pins=pins())
        assert [len(given.leave), len(given.pins)] == [0, 0]

    def test_leave_may_overlap_and_lie_anywhere(self) -> None:
        """Over days off, outside every period, twice at the same time."""
        given = roster(leave=[("a", -400, -399), ("a", 0, 9), ("a", 3, 5), ("a", 5, 6)])
        assert len(given.leave) == 4

    def test_two_equal_pins_are_no_error(self) -> None:
        assert len(roster(pins=[("a", 0, "H"), ("a", 0, "H")]).pins) == 2

    def test_nothing_that_is_given_changes(self) -> None:
        given = {
            "employees": people(2, applied="ya", joined="2020-01-05").set_index(pd.Index([5, 9])),
            "leave": leave(("a", "2026-01-05", MONDAY)),
            "wishes": pd.DataFrame({"nip": ["b"], "weekday": ["Mon"], "weight": [None]}),
            "pins": pins(("b", MONDAY, "WFH")),
        }
        kept = {name: table.copy(deep=True) for name, table in given.items()}
        made = Roster.from_frame(**given, columns={"Unit": "unit"})
        for name, table in kept.items():
            assert_frame_equal(given[name], table)
        # And what is done to the frames later does not reach the roster.
        given["employees"].loc[5, "nip"] = "other"
        assert made.employees["nip"].tolist() == ["a", "b"]

    def test_files_give_the_tables_back(self, tmp_path: Path) -> None:
        who = people(
            [SITI | {"applied": True, "joined": day(-900), "performance": 80, "lantai": 3}]
        )
        wishes = [{"nip": NIP, "weekday": "Mon", "weight": 2}, {"nip": NIP, "date": day(1)}]
        given = roster(who, [(NIP, 0, 1)], [(NIP, 2, "H")], wishes)
        given.write(tmp_path / "roster")
        again = Roster.read(tmp_path / "roster")
        assert again.hash() == given.hash()
        for name in TABLES:
            left, right = (getattr(one, name).reset_index(drop=True) for one in (given, again))
            assert_frame_equal(left, right)

    def test_the_hash_tells_contents_and_order_apart(self) -> None:
        hashes = {
            roster(2).hash(),
            roster("ba").hash(),
            roster(2, leave=[("a", 0, 0)]).hash(),
            roster(people(2, unit="U")).hash(),
            roster(people(2, lantai="U")).hash(),
        }
        assert len(hashes) == 5
        assert roster(2).hash() == roster(people(2).set_index(pd.Index([7, 8]))).hash()

    def test_the_repr_shows_counts_and_no_names(self) -> None:
        assert repr(roster([SITI], leave=[(NIP, 0, 0)])) == (
            "<Roster: 1 ASN in 1 OPDs, 1 leave, 0 wishes, 0 pins>"
        )


class TestErrors:
    def test_an_empty_roster(self) -> None:
        assert "at least one ASN" in message(employees=people(1).iloc[:0])

    def test_a_missing_column_and_its_nearest_name(self) -> None:
        text = message(employees=pd.DataFrame({"NIP": ["a"], "opd": ["X"]}))
        assert text == "employees, nip: the column is missing (there is 'NIP'; rename it)"
        assert wrong(employees=pd.DataFrame({"x": ["a"]})) == [
            ("employees", None, "nip"),
            ("employees", None, "opd"),
        ]

    def test_a_column_that_stands_twice(self) -> None:
        table = people(1, site="G1").assign(gedung="G2")
        with pytest.raises(RosterError, match="site: the column stands twice"):
            Roster.from_frame(table, columns={"gedung": "site"})

    def test_duplicate_nips_list_their_rows(self) -> None:
        table = people(5).assign(nip=["x", "y", "x", "y", "x"]).set_index(pd.Index(range(2, 7)))
        first, second = problems(employees=table)
        assert (first.row, second.row) == (2, 3)
        assert "rows 2, 4, 6;" in str(first)
        assert "rows 3, 5;" in str(second)

    def test_leave_that_ends_before_it_starts(self) -> None:
        text = message(employees=people(1), leave=leave(("a", day(2), day(1))))
        assert "leave, row 0, end" in text
        assert "2026-01-06" in text
        assert "swap" in text

    def test_a_nip_that_no_employee_has(self) -> None:
        assert wrong(
            employees=people(1),
            leave=leave(("a", MONDAY, MONDAY), ("b", MONDAY, MONDAY)),
            pins=pins(("c", MONDAY, "WFH")),
            wishes=pd.DataFrame({"nip": ["d"], "weekday": ["Mon"]}),
        ) == [("leave", 1, "nip"), ("wishes", 0, "nip"), ("pins", 0, "nip")]

    @pytest.mark.parametrize(
        ("wish", "column"),
        [
            ({"date": MONDAY, "weekday": "Mon"}, "weekday"),
            ({"date": None, "weekday": None}, "date"),
            ({"date": None, "weekday": "Monday"}, "weekday"),
            ({"date": None, "weekday": "Senin"}, "weekday"),
        ],
    )
    def test_a_wish_has_a_date_or_a_weekday(self, wish: dict[str, Any], column: str) -> None:
        wishes = pd.DataFrame([{"nip": "a"} | wish], dtype=object)
        assert ("wishes", 0, column) in wrong(employees=people(1), wishes=wishes)

    def test_two_pins_that_differ(self) -> None:
        both = pins(("a", MONDAY, "WFO"), ("b", MONDAY, "WFO"), ("a", MONDAY, "WFH"))
        found = wrong(employees=people(2), pins=both)
        assert found == [("pins", 0, "status"), ("pins", 2, "status")]

    @pytest.mark.parametrize("status", ["LEAVE", "WFA", "", None, "wfh"])
    def test_a_pin_is_wfo_or_wfh(self, status: Any) -> None:
        found = wrong(employees=people(1), pins=pins(("a", MONDAY, status)))
        assert set(found) == {("pins", 0, "status")}

    def test_one_fault_is_one_problem(self) -> None:
        assert len(problems(employees=people(1), pins=pins(("a", MONDAY, "")))) == 1
        assert len(problems(employees=people(1).assign(opd=""))) == 1

    def test_a_pin_on_leave(self) -> None:
        away = leave(("a", MONDAY, day(2)), ("b", MONDAY, day(9)))
        found = wrong(
            employees=people(2), leave=away, pins=pins(("a", day(2), "WFH"), ("a", day(3), "WFH"))
        )
        assert found == [("pins", 0, "date")]

    def test_all_problems_of_all_tables_come_in_one_error(self) -> None:
        with pytest.raises(RosterError) as caught:
            Roster.from_frame(
                people(3).assign(nip=["a", "b", "a"]),
                leave=leave(("a", day(2), day(1)), ("z", MONDAY, MONDAY)),
                wishes=pd.DataFrame({"nip": ["b"], "date": [MONDAY], "weekday": ["Mon"]}),
                pins=pins(("b", MONDAY, "WFO"), ("b", MONDAY, "WFH")),
            )
        assert len(caught.value.problems) == 6
        text = str(caught.value)
        assert text.startswith("6 problems:\n  - employees, row 0, nip: ")
        assert text.count("\n  - ") == 6

    def test_unreadable_cells_and_contradictions_come_in_one_error(self) -> None:
        found = wrong(
            employees=people(2).assign(nip="a", applied=["ya", "mungkin"]),
            leave=leave(("a", day(2), day(1)), ("a", "kapan", day(1))),
        )
        assert sorted(map(str, found)) == [
            "('employees', 0, 'nip')",
            "('employees', 1, 'applied')",
            "('leave', 0, 'end')",
            "('leave', 1, 'start')",
        ]

    def test_a_missing_column_hides_no_problem_of_another_table(self) -> None:
        found = wrong(
            employees=people(2).drop(columns="opd").assign(nip="a"), pins=pins(("a", "?", "WFO"))
        )
        assert ("employees", None, "opd") in found
        assert ("pins", 0, "date") in found

    def test_errors_tell_of_nobody(self) -> None:
        """NIPs, names and kinds of leave stay in the problems' values, for programs."""
        employees = people([SITI, SITI | {"nip": float(NIP)}, SITI], applied="Siti?")
        away = leave((NIP + "9", day(1), MONDAY)).assign(kind="melahirkan")
        with pytest.raises(RosterError) as caught:
            Roster.from_frame(employees, leave=away)
        shown = f"{caught.value} {caught.value!r} {caught.value.problems!r}"
        for secret in (NIP, "1.98001", "Aminah", "melahirkan"):
            assert secret not in shown

    def test_it_is_a_value_error(self) -> None:
        assert issubclass(RosterError, ValueError)


def test_a_column_with_nearly_the_name_of_a_missing_one_is_told() -> None:
    frame = pd.DataFrame({"nip": ["a"], "opd": ["X"], "aplied": [True]})
    with pytest.warns(RotasiWarning, match="employees, aplied: if it is applied, call it that"):
        Roster.from_frame(frame)


class TestRowsOfNips:
    LEAVE = (("c", 0, 0), ("a", 1, 1), ("c", 2, 2))

    def test_each_nip_is_found_in_its_row_and_strangers_in_none(self) -> None:
        found = roster("abcd").locate(pd.Series(["d", "x", "a", "d"]))
        assert found.tolist() == [3, -1, 0, 3]
        assert roster("abcd").locate(pd.Series([], dtype="str")).tolist() == []

    def test_entries_of_each_table_know_their_rows(self) -> None:
        rows = roster("abc", self.LEAVE).rows
        assert {name: found.tolist() for name, found in rows.items()} == {
            "leave": [2, 0, 2],
            "wishes": [],
            "pins": [],
        }

    def test_a_stranger_is_told_of_beside_doubled_employees(self) -> None:
        leave = pd.DataFrame({"nip": ["a", "x", "b"], "start": MONDAY, "end": MONDAY})
        twice = pd.DataFrame({"nip": ["a", "b", "a"], "opd": "X"})
        assert wrong(employees=twice, leave=leave) == [("employees", 0, "nip"), ("leave", 1, "nip")]

    def test_a_copy_by_pickle_carries_the_tables_alone(self) -> None:
        given = roster("abc", self.LEAVE)
        size = len(pickle.dumps(Roster(given.employees, given.leave, given.wishes, given.pins)))
        assert given.rows["leave"].tolist() == [2, 0, 2]
        sent = pickle.dumps(given)
        again = pickle.loads(sent)
        assert len(sent) == size
        assert again.hash() == given.hash()
        assert again.rows["leave"].tolist() == [2, 0, 2]
