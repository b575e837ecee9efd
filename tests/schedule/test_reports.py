"""What a report says: every violation in full, its words, its types, and groups read back."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import day, goals, history, policy, roster, rows
from pandas.testing import assert_frame_equal

import rotasi
from rotasi import RosterError, Schedule
from rotasi.instance.resolve import resolve
from rotasi.model.facts import LEAVE, MISSING, UNREADABLE, WFH, WFO
from rotasi.schedule.verification import Report, audit, read_grid, read_places

COLUMNS = ["rule", "group", "nip", "dates", "needed", "found", "text"]
LOCKED = {"kind": "never_remote"}
BARRED = "Remote work is not allowed: at most 0, found 1"


def violations(*found: tuple[str, str, str, tuple[date, ...], int, int, str]) -> pd.DataFrame:
    return pd.DataFrame(found, columns=COLUMNS)


def check(report: Report, *found: tuple[str, str, str, tuple[date, ...], int, int, str]) -> None:
    """The report holds these violations, in this order, numbered from 0."""
    assert_frame_equal(report.violations, violations(*found))
    assert not report


def other(nip: str, number: int, status: str) -> pd.DataFrame:
    return pd.DataFrame({"nip": [nip], "date": [day(number)], "status": [status]})


# ---------------------------------------------------------------- words


def test_faults_of_rows_are_told_in_full_and_in_order() -> None:
    """Mended nowhere: who is unknown, days off, unknown words and doubles fill no cell."""
    good = rows(a="OOOO", b=".OOOO")
    bad = [
        other("nobody", 0, "WFO"),
        other("a", 5, "WFO"),
        other("b", 2, "WFH"),
        other("nobody", 0, "SAKIT"),
        other("a", 1, "SAKIT"),
        other("a", 5, "SAKIT"),
    ]
    frame = pd.concat([good, *bad])
    frame.loc[(frame["nip"] == "b") & (frame["date"] == day(3)), "status"] = "?"
    unknown, off = "no employee has this NIP", "the date is no workday of the period"
    strange, twice = "the status is none of WFO, WFH, LEAVE", "the ASN has two rows on this date"
    missing = "a row is missing: at least 1, found 0"
    check(
        rotasi.verify(frame, roster(2), policy()),
        ("rows", "", "nobody", (day(0),), 0, 1, unknown),
        ("rows", "", "nobody", (day(0),), 0, 1, unknown),
        ("rows", "", "a", (day(5),), 0, 1, off),
        ("rows", "", "a", (day(5),), 0, 1, off),
        ("rows", "", "b", (day(3),), 0, 1, strange),
        ("rows", "", "a", (day(1),), 0, 1, strange),
        ("rows", "", "b", (day(2),), 0, 1, twice),
        ("rows", "", "a", (day(1),), 0, 1, twice),
        ("rows", "", "a", (day(4),), 1, 0, missing),
        ("rows", "", "b", (day(0),), 1, 0, missing),
    )


def test_of_two_rows_the_first_fills_the_cell() -> None:
    who, terms = roster(2), policy(end=day(2))
    frame = pd.concat([rows(a="HO.", b=".LH"), other("a", 0, "WFO"), other("b", 1, "?")])
    frame = pd.concat([frame, other("b", 0, "?"), other("nobody", 0, "WFH"), other("a", 9, "WFH")])
    grid, faults = read_grid(frame, who, resolve(who, terms))
    assert grid.tolist() == [[WFH, WFO, MISSING], [UNREADABLE, LEAVE, WFH]]
    assert grid.dtype == np.int8
    assert sorted(faults["nip"]) == ["a", "a", "b", "b", "b", "nobody"]


def test_what_always_holds_is_told_in_words() -> None:
    who = roster(2, leave=[("a", 1, 2)], pins=[("b", 0, "H"), ("b", 1, "O")])
    check(
        rotasi.verify(rows(a="LOHOO", b="OHOOL"), who, policy()),
        ("leave", "", "a", (day(1),), 1, 0, "on leave without LEAVE: at least 1, found 0"),
        ("leave", "", "a", (day(2),), 1, 0, "on leave without LEAVE: at least 1, found 0"),
        ("leave", "", "a", (day(0),), 0, 1, "LEAVE without leave: at most 0, found 1"),
        ("leave", "", "b", (day(4),), 0, 1, "LEAVE without leave: at most 0, found 1"),
        ("pin", "", "b", (day(0),), 1, 0, "differs from its pin: at least 1, found 0"),
        ("pin", "", "b", (day(1),), 1, 0, "differs from its pin: at least 1, found 0"),
    )


def test_a_cell_without_a_readable_row_breaks_no_leave_and_no_pin() -> None:
    who = roster(2, leave=[("a", 0, 0)], pins=[("b", 0, "H")])
    frame = pd.concat([rows(a=".OOOO", b=".OOOO"), other("b", 0, "?")])
    check(
        rotasi.verify(frame, who, policy()),
        ("rows", "", "b", (day(0),), 0, 1, "the status is none of WFO, WFH, LEAVE"),
        ("rows", "", "a", (day(0),), 1, 0, "a row is missing: at least 1, found 0"),
    )


def test_rules_are_told_in_their_meaning_or_their_own_text() -> None:
    most = {"kind": "max_remote", "count": 1, "text": "Paling banyak satu orang"}
    terms = policy(LOCKED | {"scope": {"nip": ["b"]}}, most, weekly_cap=2)
    week = tuple(day(n) for n in range(5))
    check(
        rotasi.verify(rows(a="HHHOO", b="OOHOO"), roster(2), terms),
        ("weekly_cap", "", "a", week, 2, 3, "At most 2 remote days a week: at most 2, found 3"),
        ("never_remote-1", "", "b", (day(2),), 0, 1, BARRED),
        ("max_remote-1", "X", "", (day(2),), 1, 2, "Paling banyak satu orang: at most 1, found 2"),
    )


def test_a_grid_is_judged_without_a_frame() -> None:
    case = resolve(roster(2, leave=[("a", 0, 0)]), policy(LOCKED, end=day(1)))
    grid = np.array([[WFO, WFO], [WFH, WFO]], dtype=np.int8)
    check(
        audit(case, grid, {}),
        ("leave", "", "a", (day(0),), 1, 0, "on leave without LEAVE: at least 1, found 0"),
        ("never_remote-1", "", "b", (day(0),), 0, 1, BARRED),
    )


def test_too_few_are_told_apart_from_too_many() -> None:
    terms = policy(
        {"kind": "min_remote", "count": 1, "text": "Few"},
        {"kind": "max_on_site", "count": 1, "text": "Many"},
        end=day(0),
    )
    report = rotasi.verify(rows(a="O", b="O"), roster(2), terms)
    assert report.violations["text"].tolist() == [
        "Few: at least 1, found 0",
        "Many: at most 1, found 2",
    ]


def test_a_valid_roster_has_a_report_with_the_same_columns() -> None:
    report = rotasi.verify(rows(a="OOOOO"), roster(), policy())
    assert report
    assert list(report.violations) == COLUMNS
    assert len(report.violations) == 0


@pytest.mark.parametrize(
    ("count", "undecided", "said"),
    [
        (0, (), "<Report: ok>"),
        (2, (), "<Report: 2 violations>"),
        (0, ("p", "q"), "<Report: 0 violations, undecided: p, q>"),
        (1, ("p",), "<Report: 1 violations, undecided: p>"),
    ],
)
def test_a_report_counts_violations_and_names_undecided_rules(
    count: int, undecided: tuple[str, ...], said: str
) -> None:
    one = ("rule", "", "a", (day(0),), 0, 1, "text")
    report = Report(violations(*[one] * count), pd.DataFrame(), undecided)
    assert repr(report) == said
    assert bool(report) == report.ok == (said == "<Report: ok>")


def test_an_unreadable_frame_is_called_a_schedule() -> None:
    with pytest.raises(RosterError) as caught:
        rotasi.verify(rows(a="O").drop(columns="nip"), roster(), policy())
    assert [problem.table for problem in caught.value.problems] == ["schedule"]


# ---------------------------------------------------------------- values


def test_values_are_whole_numbers_in_the_order_of_the_policy() -> None:
    """Two soft rules: a is remote on 2 barred days for 3 each, and 1 too few on site for 10."""
    terms = policy(
        LOCKED | {"penalty": 3, "scope": {"nip": ["a"]}},
        {"kind": "min_on_site", "count": 1, "penalty": 10},
        {"kind": "max_remote", "count": 2},
        objectives=goals("wishes") + goals("remote_days"),
    )
    wish = {"nip": "b", "date": day(0), "weight": -4}
    report = rotasi.verify(rows(a="HHOOO", b="HOOOO"), roster(2, wishes=[wish]), terms)
    assert report.ok
    expected = {"kind": ["penalty", "wishes", "remote_days"], "value": [2 * 3 + 10, -4, 3]}
    assert_frame_equal(report.objectives, pd.DataFrame(expected))


def test_without_soft_rules_there_is_no_penalty() -> None:
    report = rotasi.verify(rows(a="HOOOO"), roster(), policy(LOCKED))
    assert report.objectives["kind"].tolist() == ["remote_days", "wishes", "fairness"]
    assert report.objectives["value"].dtype == np.int64


# ---------------------------------------------------------------- schedules and groups


@pytest.mark.parametrize("penalty", [None, 2])
def test_rules_whose_groups_cannot_be_told_are_undecided(
    penalty: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rotasi.rules.group_search._MOST_STEPS", -3)
    rule = {"kind": "rotation_groups", "groups": 2, "id": "r", "penalty": penalty}
    soft = {"kind": "max_remote", "count": 1, "penalty": 5}
    terms = policy(rule, soft, LOCKED | {"scope": {"nip": ["c"]}}, end=day(1))
    frame = rows(a="HO", b="HO", c="OH")
    # The schedule cannot tell its groups either.
    for given in (frame, Schedule.from_frame(frame, roster(3), terms)):
        report = rotasi.verify(given, roster(3), terms)
        check(report, ("never_remote-1", "", "c", (day(1),), 0, 1, BARRED))
        assert report.undecided == ("r",)
        values = dict(report.objectives.itertuples(index=False, name=None))
        # Of soft rules that are undecided the price is not known; the rest are whole numbers.
        assert values == {
            "penalty": 5 if penalty is None else None,
            "remote_days": 3,
            "wishes": 0,
            "fairness": 2,
        }
        assert type(values["remote_days"]) is int


def test_a_schedule_is_judged_by_its_own_previous_unless_another_is_given() -> None:
    """Two days of the week lie before the period: with a cap of 3, two more are too many."""
    terms, past = policy(weekly_cap=3, start=day(3)), history(day(3), a="HHO")
    frame = rows(day(3), a="HH")
    schedule = Schedule.from_frame(frame, roster(), terms, previous=past)
    assert not rotasi.verify(schedule, roster(), terms)
    assert rotasi.verify(schedule, roster(), terms, history(day(3), a="HOO"))
    before = Schedule.from_frame(past, roster(), policy(start=day(0), end=day(2)))
    assert not rotasi.verify(frame, roster(), terms, before)


def labelled(*found: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(found, columns=["rule", "nip", "group"])


def test_places_are_the_numbers_at_the_end_of_labels() -> None:
    """From 0, by rule; -1 for who is in no group; NIPs that nobody has say nothing."""
    groups = labelled(
        ("first", "c", "X / 2"),
        ("first", "a", "X / 1"),
        ("second", "b", "Dinas / 3 / 10"),
        ("first", "gone", "X / 2"),
        ("by a column", "a", "X / red"),
        ("by a column", "b", "X / 2nd"),
        ("by a column", "c", ""),
    )
    places = read_places(groups, roster(3))
    assert {rule: part.tolist() for rule, part in places.items()} == {
        "first": [0, -1, 1],
        "second": [-1, 9, -1],
    }
    assert {part.dtype.name for part in places.values()} == {"int64"}
    assert read_places(groups.iloc[:0], roster(3)) == {}


def test_groups_of_a_schedule_are_used_where_they_are_known() -> None:
    """Two groups of two: a and b, c and d, who all are remote in turn."""

    class Given:
        """A roster whose groups are told."""

        previous = from_date = None

        def __init__(self, *pairs: str) -> None:
            self.pairs = pairs

        def to_frame(self) -> pd.DataFrame:
            return rows(a="HO", b="HO", c="OH", d="OH")

        def groups(self) -> pd.DataFrame:
            numbered = enumerate(self.pairs, start=1)
            return labelled(*(("r", nip, f"X / {n}") for n, pair in numbered for nip in pair))

    rule: dict[str, Any] = {"kind": "rotation_groups", "groups": 2, "id": "r"}
    terms = policy(rule, end=day(1))
    assert rotasi.verify(Given("ab", "cd"), roster(4), terms)
    assert rotasi.verify(Given("ab", "cd").to_frame(), roster(4), terms)
    report = rotasi.verify(Given("ac", "bd"), roster(4), terms)
    told = [(one.group, one.dates, one.needed, one.found) for one in report.violations.itertuples()]
    assert told == [(f"X / {group}", (day(number),), 2, 1) for group in (1, 2) for number in (0, 1)]
