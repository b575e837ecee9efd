"""The verifier: each kind of violation, planted in a valid roster, is found, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import MONDAY, day, goals, history, policy, roster, rows
from pandas.testing import assert_frame_equal

import rotasi
from rotasi import Roster, Schedule
from rotasi.errors import RosterError
from rotasi.policy.document import RESERVED
from rotasi.rules import KINDS, Rule

TABLES = ("employees", "leave", "wishes", "pins")
WEEK = tuple(day(n) for n in range(5))
WEEKS = WEEK + tuple(day(n) for n in range(7, 12))


def team(letter: str, *nips: str, **columns: Any) -> list[dict[str, Any]]:
    """Members of a team; the NIP begins with the team's letter."""
    return [{"nip": nip, "opd": "X", "team": letter} | columns for nip in nips]


def about(letter: str, kind: str, **parameters: Any) -> dict[str, Any]:
    """A rule about one team, so that no two rules meet."""
    return {"kind": kind, "scope": {"team": [letter]}} | parameters


PEOPLE = [
    *team("A", "a"),
    *team("B", "b", performance="Kurang"),
    *team("C", "c", applied=False),
    *team("D", "d", disciplined=True),
    *team("E", "e", joined=date(2025, 12, 1)),
    *team("F", "f"),
    *team("G", "g"),
    *team("H", "h"),
    *team("I", "i"),
    *team("J", "j"),
    *team("K", "k"),
    *team("L", "l1", "l2", "l3"),
    *team("M", "m1", "m2"),
    *team("N", "n1", "n2"),
    *team("P", "p1", "p2"),
    *team("Q", "q1", "q2"),
    *team("R", "r1", "r2", "r3"),
    *team("T", "t1", "t2"),
    *team("Z", "x", "y", "z"),
]
RULES = [
    about("A", "never_remote"),
    about("B", "require_performance", minimum="Baik"),
    about("C", "require_application"),
    about("D", "bar_disciplined"),
    about("E", "bar_newcomers", months=3),
    about("F", "quota", max_days=1),
    about("G", "quota", max_days=3, min_days=2),
    about("H", "max_consecutive", remote=2),
    about("I", "max_consecutive", on_site=4),
    about("J", "fixed_remote_day", weekdays=["Wed"]),
    about("K", "no_remote_day", weekdays=["Fri"]),
    about("L", "min_on_site", by=["team"], count=2),
    about("M", "max_on_site", by=["team"], count=1),
    about("N", "max_remote", by=["team"], share=0.5),
    about("P", "min_remote", by=["team"], count=1),
    about("Q", "rotation_groups", by="team"),
    about("R", "rotation_groups", groups=2),
    about("T", "together"),
]

Edit = dict[tuple[str, int], str]
Found = tuple[str, str, str, tuple[date, ...], int, int]


def all_days(nip: str, status: str, numbers: Any = range(12)) -> Edit:
    return {(nip, n): status for n in numbers if n % 7 < 5}


#: Rows to write, and all that must be found: rule, group, nip, dates, needed, found.
PLANTS: list[tuple[Edit, list[Found]]] = [
    ({("a", 0): "WFH"}, [("never_remote-1", "", "a", (day(0),), 0, 1)]),
    ({("b", 1): "WFH"}, [("require_performance-1", "", "b", (day(1),), 0, 1)]),
    ({("c", 2): "WFH"}, [("require_application-1", "", "c", (day(2),), 0, 1)]),
    ({("d", 3): "WFH"}, [("bar_disciplined-1", "", "d", (day(3),), 0, 1)]),
    ({("e", 11): "WFH"}, [("bar_newcomers-1", "", "e", (day(11),), 0, 1)]),
    ({("f", 0): "WFH", ("f", 2): "WFH"}, [("quota-1", "", "f", WEEK, 1, 2)]),
    (all_days("g", "WFO", range(5)), [("quota-2", "", "g", WEEK, 2, 0)]),
    # A run over the weekend: Friday, Monday, Tuesday.
    (
        all_days("h", "WFH", (4, 7, 8)),
        [("max_consecutive-1", "", "h", (day(4), day(7), day(8)), 2, 3)],
    ),
    (all_days("i", "WFO"), [("max_consecutive-2", "", "i", WEEKS, 4, 10)]),
    ({("j", 2): "WFO"}, [("fixed_remote_day-1", "", "j", (day(2),), 1, 0)]),
    ({("k", 4): "WFH"}, [("no_remote_day-1", "", "k", (day(4),), 0, 1)]),
    ({("l1", 0): "WFH", ("l2", 0): "WFH"}, [("min_on_site-1", "L", "", (day(0),), 2, 1)]),
    ({("m1", 0): "WFO", ("m2", 0): "WFO"}, [("max_on_site-1", "M", "", (day(0),), 1, 2)]),
    ({("n1", 0): "WFH", ("n2", 0): "WFH"}, [("max_remote-1", "N", "", (day(0),), 1, 2)]),
    ({("p1", 0): "WFO", ("p2", 0): "WFO"}, [("min_remote-1", "P", "", (day(0),), 1, 0)]),
    ({("q1", 0): "WFH"}, [("rotation_groups-1", "X / Q", "", (day(0),), 2, 1)]),
    # Three people in two groups; best together are r1 and r2, who differ on Tuesday alone.
    (
        {("r1", 0): "WFH", ("r2", 0): "WFH", ("r2", 1): "WFH", ("r3", 1): "WFH", ("r3", 2): "WFH"},
        [("rotation_groups-2", "X / 1", "", (day(1),), 2, 1)],
    ),
    (
        {("t1", n): "WFH" for n in (0, 2)} | {("t2", n): "WFH" for n in (1, 3, 4)},
        [("together-1", "T", "", WEEK, 1, 0)],
    ),
    (all_days("z", "WFH", range(5)), [("weekly_cap", "", "z", WEEK, 4, 5)]),
    ({("y", 0): "WFH"}, [("pin", "", "y", (day(0),), 1, 0)]),
    ({("x", 1): "WFO"}, [("leave", "", "x", (day(1),), 1, 0)]),
    ({("x", 3): "LEAVE"}, [("leave", "", "x", (day(3),), 0, 1)]),
]  # fmt: skip


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    """As few remote days as the rules allow: every maximum has slack, and no minimum."""
    employees = pd.DataFrame(PEOPLE, dtype=object)
    given = roster(employees, leave=[("x", 1, 2)], pins=[("y", 0, "O")])
    few = goals("remote_days", sense="min")
    return rotasi.solve(given, policy(*RULES, end=day(11), objectives=few), workers=1)


def check(frame: pd.DataFrame, schedule: Schedule) -> rotasi.Report:
    return rotasi.verify(frame, schedule.roster, schedule.policy)


def edited(schedule: Schedule, edit: Mapping[tuple[str, int], str]) -> pd.DataFrame:
    frame = schedule.to_frame()
    for (nip, number), status in edit.items():
        chosen = (frame["nip"] == nip) & (frame["date"] == pd.Timestamp(day(number)))
        assert chosen.sum() == 1
        frame.loc[chosen, "status"] = status
    return frame


def found(report: rotasi.Report) -> list[Found]:
    columns = ["rule", "group", "nip", "dates", "needed", "found"]
    return list(report.violations[columns].itertuples(index=False, name=None))


def test_the_schedule_to_be_spoilt_is_valid(schedule: Schedule) -> None:
    report = check(schedule.to_frame(), schedule)
    assert schedule.status == "OPTIMAL"
    assert report
    assert report.ok
    assert list(report.violations) == ["rule", "group", "nip", "dates", "needed", "found", "text"]
    assert len(report.violations) == 0


@pytest.mark.parametrize(("edit", "expected"), PLANTS, ids=[found[0][0] for _, found in PLANTS])
def test_a_planted_violation_is_found_and_nothing_else(
    schedule: Schedule, edit: Edit, expected: list[Found]
) -> None:
    report = check(edited(schedule, edit), schedule)
    assert not report
    assert found(report) == expected
    assert report.violations["text"].str.len().gt(0).all()


def test_every_rule_kind_and_every_standing_rule_is_planted() -> None:
    kinds = {kind for kind, clause in KINDS.items() if issubclass(clause, Rule)}
    planted = {one[0].rpartition("-")[0] or one[0] for _, expected in PLANTS for one in expected}
    assert planted == kinds | set(RESERVED) - {"rows"}


def test_several_violations_are_all_found(schedule: Schedule) -> None:
    several = [PLANTS[n] for n in (0, 5, 11, 17)]
    edit = {cell: status for edit_, _ in several for cell, status in edit_.items()}
    expected = [one for _, found_ in several for one in found_]
    assert sorted(found(check(edited(schedule, edit), schedule))) == sorted(expected)


def test_a_rule_says_its_own_text() -> None:
    rule = {"kind": "never_remote", "text": "Loket buka setiap hari"}
    report = rotasi.verify(rows(a="H"), roster(), policy(rule, end=MONDAY))
    assert report.violations["text"][0].startswith("Loket buka setiap hari")


# ---------------------------------------------------------------- rows


def plant_rows(change: Callable[[pd.DataFrame], pd.DataFrame]) -> rotasi.Report:
    """Two people from Monday to Friday, all on site, changed."""
    return rotasi.verify(change(rows(a="OOOOO", b="OOOOO")), roster(2), policy())


def other(nip: str = "a", number: int = 0, status: str = "WFO") -> pd.DataFrame:
    return pd.DataFrame({"nip": [nip], "date": [day(number)], "status": [status]})


def test_a_missing_row() -> None:
    report = plant_rows(lambda frame: frame.drop(index=7))
    assert found(report) == [("rows", "", "b", (day(2),), 1, 0)]


@pytest.mark.parametrize("status", ["WFO", "WFH"])
def test_a_doubled_row(status: str) -> None:
    report = plant_rows(lambda frame: pd.concat([frame, other("b", 1, status)]))
    assert found(report) == [("rows", "", "b", (day(1),), 0, 1)]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (other(nip="nobody"), ("nobody", (day(0),))),
        (other(number=5), ("a", (day(5),))),
        (other(number=-3), ("a", (day(-3),))),
    ],
    ids=["unknown NIP", "day off", "outside the period"],
)
def test_a_row_too_many(row: pd.DataFrame, place: tuple[str, tuple[date, ...]]) -> None:
    report = plant_rows(lambda frame: pd.concat([frame, row]))
    assert found(report) == [("rows", "", *place, 0, 1)]


@pytest.mark.parametrize("status", ["SAKIT", "", None, "wfo?"])
def test_an_unknown_status_is_one_violation_of_rows(status: str | None) -> None:
    report = plant_rows(lambda frame: frame.assign(status=[status, *frame["status"][1:]]))
    assert [(one[0], one[2], one[3]) for one in found(report)] == [("rows", "a", (day(0),))]


def test_an_empty_frame_lacks_every_row() -> None:
    report = plant_rows(lambda frame: frame.iloc[:0])
    assert len(report.violations) == 10
    assert set(report.violations["rule"]) == {"rows"}


def test_a_frame_without_the_columns_cannot_be_read() -> None:
    with pytest.raises(RosterError, match="status"):
        rotasi.verify(rows(a="O").drop(columns="status"), roster(), policy())
    with pytest.raises(RosterError, match="YYYY-MM-DD"):
        rotasi.verify(rows(a="O").assign(date="5 Jan"), roster(), policy())


# ---------------------------------------------------------------- forms of the input


def test_labels_are_taken_as_well_as_codes() -> None:
    given = roster(2, leave=[("a", 1, 1)])
    labelled = policy(labels={"WFH": "WFA", "WFO": "Kantor"})
    frame = rows(a="HLOOO", b="OOHOO")
    words = frame.assign(
        status=frame["status"].map({"WFH": "WFA", "WFO": "Kantor", "LEAVE": "CUTI"})
    )
    assert rotasi.verify(words, given, labelled)
    assert rotasi.verify(frame, given, labelled)
    # Without the policy's labels WFA means nothing; CUTI always does.
    assert set(rotasi.verify(words, given, policy()).violations["rule"]) == {"rows"}
    assert rotasi.verify(frame.replace({"status": {"LEAVE": "CUTI"}}), given, policy())


@pytest.mark.parametrize("form", ["date", "text", "datetime", "text with time"])
def test_dates_are_taken_in_the_usual_forms(form: str) -> None:
    frame = rows(a="OHOHO")
    forms = {
        "date": frame["date"],
        "text": frame["date"].astype(str),
        "datetime": pd.to_datetime(frame["date"]),
        "text with time": frame["date"].astype(str) + " 00:00:00",
    }
    assert rotasi.verify(frame.assign(date=forms[form]), roster(), policy())


def test_order_index_and_further_columns_do_not_matter() -> None:
    frame = rows(a="OHOHO", b="HOHOH").assign(opd="X", note="?")
    shuffled = frame.sample(frac=1, random_state=1).set_index(pd.Index([7] * len(frame)))
    assert rotasi.verify(shuffled, roster(2), policy())


def test_nothing_that_is_given_changes() -> None:
    given, terms_ = roster(2, leave=[("a", 0, 0)]), policy({"kind": "max_remote", "count": 0})
    frame, previous = rows(a="LOHHH", b="OOOOO"), history(a="HH..")
    kept = [frame.copy(), previous.copy(), *(getattr(given, t).copy() for t in TABLES)]
    before = (given.hash(), terms_.hash())
    assert not rotasi.verify(frame, given, terms_, previous)
    for now, then in zip(
        [frame, previous, *(getattr(given, t) for t in TABLES)], kept, strict=True
    ):
        assert_frame_equal(now, then)
    assert (given.hash(), terms_.hash()) == before


# ---------------------------------------------------------------- what else it says


def test_soft_shortages_are_priced_and_no_violations() -> None:
    rule = {"kind": "min_on_site", "count": 2, "penalty": 10}
    report = rotasi.verify(rows(a="HO", b="HO"), roster(2), policy(rule, end=day(1)))
    assert report.ok
    # Both are short on Monday: 2 × 10; then 2 remote days, no wishes, 1² + 1².
    assert report.objectives["kind"].tolist() == ["penalty", "remote_days", "wishes", "fairness"]
    assert report.objectives["value"].tolist() == [20, 2, 0, 2]


def test_previous_counts_as_it_does_for_solve() -> None:
    """Two remote days of the week lie in the past; with a cap of 3 one is left."""
    thursday = policy(weekly_cap=3, start=day(3))
    past = history(day(3), a="HHO")
    frame = rows(day(3), a="HH")
    assert rotasi.verify(frame, roster(), thursday)
    report = rotasi.verify(frame, roster(), thursday, past)
    assert found(report) == [("weekly_cap", "", "a", (day(3), day(4)), 3, 4)]
    assert rotasi.verify(rows(day(3), a="HO"), roster(), thursday, past)


def test_what_the_past_alone_exceeds_is_nobodys_fault_but_nothing_more_is_granted() -> None:
    thursday, past = policy(weekly_cap=1, start=day(3)), history(day(3), a="HHO")
    assert rotasi.verify(rows(day(3), a="OO"), roster(), thursday, past)
    report = rotasi.verify(rows(day(3), a="OH"), roster(), thursday, past)
    assert [one[0] for one in found(report)] == ["weekly_cap"]


def test_a_schedule_brings_its_own_previous() -> None:
    thursday, past = policy(weekly_cap=3, start=day(3)), history(day(3), a="HHO")
    schedule = rotasi.solve(roster(), thursday, previous=past, workers=1)
    assert rotasi.verify(schedule, schedule.roster, schedule.policy)
    # Other past: three days of the week are used up already.
    more = history(day(3), a="HHH")
    assert not rotasi.verify(schedule, schedule.roster, schedule.policy, more)
    assert not rotasi.verify(schedule.to_frame(), schedule.roster, schedule.policy, more)


def test_a_report_shows_no_names() -> None:
    given = Roster.from_frame(pd.DataFrame({"nip": ["198001"], "opd": ["X"], "name": ["Siti"]}))
    report = rotasi.verify(
        rows(**{"198001": "H"}), given, policy({"kind": "never_remote"}, end=MONDAY)
    )
    assert repr(report) == "<Report: 1 violations>"
    assert repr(rotasi.verify(rows(**{"198001": "O"}), given, policy(end=MONDAY))) == "<Report: ok>"


@pytest.mark.parametrize("penalty", [None, 2])
def test_groups_that_cannot_be_found_in_time_are_undecided(
    penalty: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = roster(5)
    terms = policy({"kind": "rotation_groups", "groups": 2, "penalty": penalty})
    schedule = rotasi.solve(who, terms)
    monkeypatch.setattr("rotasi.rules.group_search._MOST_STEPS", -len(who))
    report = rotasi.verify(schedule.to_frame(), who, terms)
    assert report.undecided == ("rotation_groups-1",)
    assert not report
    assert len(report.violations) == 0
    assert "undecided: rotation_groups-1" in repr(report)
    # What is known of the rest stays a whole number.
    values = dict(report.objectives.itertuples(index=False, name=None))
    assert values["remote_days"] == 20
    assert isinstance(values["remote_days"], int)
    assert "penalty" not in values or values["penalty"] is None
    bare = Schedule.from_frame(schedule.to_frame(), who, terms)
    assert bare.status == "UNKNOWN"
    with pytest.raises(rotasi.UndecidedError, match="given up"):
        bare.groups()
    assert rotasi.verify(bare, who, terms).undecided == report.undecided
    # A schedule knows its groups, so that nothing has to be searched for.
    assert rotasi.verify(schedule, who, terms)
    assert set(schedule.groups()["group"]) == {"X / 1", "X / 2"}


class TestFolders:
    def test_the_rows_and_groups_of_one_that_was_written(self, tmp_path: Path) -> None:
        terms = policy(
            {"kind": "rotation_groups", "groups": 2}, {"kind": "min_on_site", "count": 2}
        )
        schedule = rotasi.solve(roster(4), terms, workers=1)
        schedule.write(tmp_path / "out")
        for path in (tmp_path / "out", str(tmp_path / "out")):
            assert rotasi.verify(path, roster(4), terms).ok
        groups = pd.read_csv(tmp_path / "out" / "groups.csv", dtype=str)
        groups["group"] = groups["group"].to_numpy()[[1, 2, 3, 0]]
        groups.to_csv(tmp_path / "out" / "groups.csv", index=False)
        assert not rotasi.verify(tmp_path / "out", roster(4), terms).ok

    def test_nothing_else_need_be_sound(self, tmp_path: Path) -> None:
        rotasi.solve(roster(2), policy(), workers=1).write(tmp_path / "out")
        (tmp_path / "out" / "provenance.json").write_text("{")
        assert rotasi.verify(tmp_path / "out", roster(2), policy()).ok

    def test_one_without_rows(self, tmp_path: Path) -> None:
        with pytest.raises(
            RosterError, match=r"schedule: there is no file or folder .*schedule\.csv"
        ):
            rotasi.verify(tmp_path, roster(2), policy())
