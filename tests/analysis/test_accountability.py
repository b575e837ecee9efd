"""Accountability: what was planned beside what was recorded and reported, checked by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import MONDAY, day, policy, roster, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import rotasi
from rotasi import Roster, RosterError, Schedule
from rotasi.analysis.accountability import accountability
from rotasi.errors import Problem
from rotasi.tables.raw_rows import SHOWN

#: Two OPDs and a plain week; a is remote on Tuesday and Thursday, b on leave on Friday.
PLAN = {"a": "OHOHO", "b": "HHOOL", "c": "OOOOO"}
PEOPLE = [{"nip": "a", "opd": "X"}, {"nip": "b", "opd": "X"}, {"nip": "c", "opd": "W"}]


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    people = roster(pd.DataFrame(PEOPLE), leave=[("b", 4, 4)])
    return Schedule.from_frame(rows(**PLAN), people, policy())


def logs(*found: tuple[str, Any, str]) -> pd.DataFrame:
    """Attendance rows of nip, day (a number or a time) and place."""
    table = [(nip, stamp(when), place) for nip, when, place in found]
    return pd.DataFrame(table, columns=["nip", "time", "place"], dtype=object)


def stamp(when: Any) -> Any:
    return f"{day(when)} 07:30" if isinstance(when, int) else when


def reports(*found: tuple[str, int, Any, Any]) -> pd.DataFrame:
    """Activity reports of nip, day, submitted and items."""
    table = [(nip, day(number), *rest) for nip, number, *rest in found]
    return pd.DataFrame(table, columns=["nip", "date", "submitted", "items"], dtype=object)


def column(frame: pd.DataFrame, name: str) -> dict[str, Any]:
    """A column by NIP, or by OPD, with None where it is empty."""
    key = "nip" if "nip" in frame else "opd"
    values = frame[name].astype(object).where(frame[name].notna(), None)
    return dict(zip(frame[key], values, strict=True))


def problems(
    schedule: Schedule, attendance: Any = None, entries: Any = None, **options: Any
) -> tuple[Problem, ...]:
    attendance = logs() if attendance is None else attendance
    entries = reports() if entries is None else entries
    with pytest.raises(RosterError) as caught:
        accountability(schedule, attendance, entries, **options)
    return caught.value.problems


def places(found: tuple[Problem, ...]) -> list[tuple[Any, ...]]:
    return [(one.table, one.row, one.column) for one in found]


# ---------------------------------------------------------------- figures


def test_days_planned_attended_reported_and_missing(schedule: Schedule) -> None:
    attendance = logs(("a", 0, "office"), ("a", 0, "office"), ("a", 1, "home"), ("b", 2, ""))
    result = accountability(schedule, attendance, reports(("a", 1, True, 3), ("b", 0, "Ya", 0)))
    asn = result.asn
    assert asn["nip"].tolist() == ["a", "b", "c"]
    assert column(asn, "planned") == {"a": 5, "b": 4, "c": 5}
    assert column(asn, "attended") == {"a": 2, "b": 1, "c": 0}
    assert column(asn, "unlogged") == {"a": 3, "b": 3, "c": 5}
    assert column(asn, "remote_days") == {"a": 2, "b": 2, "c": 0}
    assert column(asn, "reported") == {"a": 1, "b": 1, "c": 0}
    assert column(asn, "missing") == {"a": 1, "b": 1, "c": 0}
    assert column(asn, "output_days") == {"a": 1, "b": 0, "c": 0}
    assert column(asn, "items") == {"a": 3, "b": 0, "c": 0}


def test_opds_hold_the_sums_of_their_asn(schedule: Schedule) -> None:
    attendance = logs(("a", 0, "home"), ("b", 4, "office"), ("c", 0, ""), ("c", 6, ""))
    result = accountability(schedule, attendance, reports(("a", 1, True, 3), ("c", 1, True, 1)))
    assert list(result.opd) == ["opd", "asn", *result.asn.columns[2:]]
    assert column(result.opd, "asn") == {"W": 1, "X": 2}
    assert column(result.opd, "planned") == {"W": 5, "X": 9}
    assert column(result.opd, "missing") == {"W": 0, "X": 3}
    assert column(result.opd, "items") == {"W": 0, "X": 3}
    assert column(result.opd, "contradictions") == {"W": 0, "X": 2}
    assert column(result.opd, "other_logs") == {"W": 1, "X": 0}
    assert column(result.opd, "other_reports") == {"W": 1, "X": 0}


def test_several_reports_of_a_day_are_one_and_their_items_add_up(schedule: Schedule) -> None:
    entries = reports(("a", 1, True, 2), ("a", 1, False, 5), ("a", 1, True, 1))
    asn = accountability(schedule, logs(), entries).asn
    assert asn.loc[0, ["reported", "output_days", "items"]].tolist() == [1, 1, 3]


def test_what_lies_elsewhere_is_counted_and_no_error(schedule: Schedule) -> None:
    attendance = logs(("a", 5, "home"), ("a", -1, "office"), ("a", 30, ""), ("b", 0, "home"))
    entries = reports(
        ("a", 0, True, 1),  # on site
        ("b", 4, True, 1),  # on leave
        ("b", 6, True, 1),  # Sunday
        ("b", -7, True, 1),  # before the period
        ("b", -6, False, None),  # not submitted at all
    )
    result = accountability(schedule, attendance, entries)
    assert column(result.asn, "other_logs") == {"a": 3, "b": 0, "c": 0}
    assert column(result.asn, "other_reports") == {"a": 1, "b": 3, "c": 0}
    assert result.asn["reported"].sum() == result.asn["items"].sum() == 0
    assert len(result.contradictions) == 0


# ---------------------------------------------------------------- contradictions


def test_contradictions_are_one_row_per_asn_and_date(schedule: Schedule) -> None:
    attendance = logs(
        ("c", 3, "Rumah"),  # WFO from home
        ("b", 4, ""),  # on leave, recorded somewhere
        ("a", 1, "kantor"),  # WFH at the office
        ("a", 0, "office"),
        ("a", 0, "home"),  # WFO, in at the office, out from home
        ("a", 0, "WFH"),
    )
    result = accountability(schedule, attendance, reports())
    found = result.contradictions
    assert list(found) == ["nip", "opd", "date", "status", "places"]
    assert [tuple(row) for row in found.assign(date=found["date"].dt.date).to_numpy(object)] == [
        ("a", "X", day(0), "WFO", "home;office"),
        ("a", "X", day(1), "WFH", "office"),
        ("b", "X", day(4), "LEAVE", ""),
        ("c", "W", day(3), "WFO", "home"),
    ]
    assert column(result.asn, "contradictions") == {"a": 2, "b": 1, "c": 1}


@pytest.mark.parametrize(
    ("number", "place"),
    [(0, "office"), (0, "Lapangan"), (0, " "), (1, "home"), (1, "field"), (1, "dinas luar")],
)
def test_what_fits_the_plan_or_is_unknown_contradicts_nothing(
    schedule: Schedule, number: int, place: str
) -> None:
    result = accountability(schedule, logs(("a", number, place)), reports())
    assert len(result.contradictions) == 0
    assert result.asn["attended"].tolist() == [1, 0, 0]


# ---------------------------------------------------------------- evidence


def test_the_score_is_the_share_of_remote_days_with_output(schedule: Schedule) -> None:
    entries = reports(("a", 1, True, 1), ("a", 3, True, 9), ("b", 0, True, 1), ("b", 1, True, 0))
    evidence = accountability(schedule, logs(), entries).evidence
    assert column(evidence, "performance") == {"a": 100, "b": 50, "c": None}
    assert list(evidence)[-2:] == ["on_time", "performance"]


@pytest.mark.parametrize(("plan", "score"), [("HHHOO", 66), ("HHOOO", 100), ("HOOOO", 100)])
def test_the_score_is_rounded_down(plan: str, score: int) -> None:
    """Monday and Tuesday have output; two of three days are 66, not 67."""
    one = Schedule.from_frame(rows(a=plan), roster(), policy())
    entries = reports(("a", 0, True, 1), ("a", 1, True, 1))
    assert accountability(one, logs(), entries).evidence["performance"].tolist() == [score]


def test_reports_are_on_time_until_their_day_ends(schedule: Schedule) -> None:
    entries = reports(
        ("a", 1, f"{day(1)} 23:59", 1),
        ("a", 3, f"{day(4)} 00:00", 1),  # after midnight
        ("b", 0, True, 1),  # nobody knows when
        ("b", 1, f"{day(1)} 16:00", 1),
    )
    evidence = accountability(schedule, logs(), entries).evidence
    assert column(evidence, "on_time") == {"a": 1, "b": None, "c": 0}
    assert column(evidence, "performance") == {"a": 100, "b": 100, "c": None}


def test_the_evidence_bars_who_left_reports_out(schedule: Schedule) -> None:
    """One report of two is 50; c, who was never remote, has no score and keeps the old one."""
    entries = reports(("a", 1, True, 1), ("a", 3, True, 1), ("b", 0, True, 1))
    evidence = accountability(schedule, logs(), entries).evidence
    scores = evidence[["nip", "performance"]].fillna({"performance": 100})
    people = schedule.roster.employees.drop(columns="performance").merge(scores, how="left")
    rule = {"kind": "require_performance", "minimum": 80}
    following = rotasi.solve(Roster.from_frame(people), policy(rule, start=day(7), end=day(11)))
    remote = following.to_frame().query("status == 'WFH'")["nip"]
    assert sorted(remote.unique()) == ["a", "c"]


def test_an_empty_score_reads_as_unknown_performance(schedule: Schedule) -> None:
    evidence = accountability(schedule, logs(), reports(("a", 1, True, 1))).evidence
    people = Roster.from_frame(evidence[["nip", "opd", "performance"]]).employees
    assert people["performance"].tolist() == ["50", "0", ""]


# ---------------------------------------------------------------- forms of the input


@pytest.mark.parametrize(
    ("time", "zone", "number"),
    [
        ("2026-01-06", "Asia/Jakarta", 1),
        ("2026-01-06 00:00", "Asia/Jakarta", 1),
        ("2026-01-06T23:59:59.5", "Asia/Jakarta", 1),
        ("2026-01-06T17:30:00Z", "Asia/Jakarta", 2),
        ("2026-01-06T17:30:00Z", "UTC", 1),
        ("2026-01-06 15:30+00:00", "Asia/Jayapura", 2),
        ("2026-01-07 00:30:00+0900", "Asia/Jakarta", 1),
        (date(2026, 1, 6), "Asia/Jakarta", 1),
        (datetime(2026, 1, 6, 7, 30), "Asia/Jakarta", 1),  # noqa: DTZ001
        (datetime(2026, 1, 6, 17, 30, tzinfo=UTC), "Asia/Jakarta", 2),
        (datetime(2026, 1, 6, tzinfo=UTC), "America/Lima", 0),
    ],
)
def test_times_are_taken_in_the_usual_forms(
    schedule: Schedule, time: Any, zone: str, number: int
) -> None:
    """A log from home on Tuesday fits a's plan; on Monday and Wednesday it contradicts it."""
    found = accountability(schedule, logs(("a", time, "home")), reports(), zone=zone)
    assert found.asn["attended"].tolist() == [1, 0, 0]
    dates = [] if number == 1 else [day(number)]
    assert found.contradictions["date"].dt.date.tolist() == dates


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Makassar"])
def test_columns_of_times_are_taken_with_and_without_a_zone(
    schedule: Schedule, zone: str | None
) -> None:
    """18:00 on Monday in UTC is Tuesday in Jakarta, 18:00 in Makassar is 17:00 there."""
    times = pd.to_datetime(pd.Series(["2026-01-05 18:00"])).dt.tz_localize(zone)
    attendance = pd.DataFrame({"nip": ["a"], "time": times, "place": ["home"]})
    found = accountability(schedule, attendance, reports()).contradictions
    assert len(found) == (0 if zone == "UTC" else 1)


def test_submitted_may_be_a_column_of_times_or_of_flags(schedule: Schedule) -> None:
    times = pd.to_datetime(pd.Series([f"{day(1)} 16:00", None]))
    for submitted in (times, pd.Series([True, False]), pd.Series([True, None], dtype="boolean")):
        entries = reports(("a", 1, None, 2), ("a", 3, None, 2)).assign(submitted=submitted)
        assert accountability(schedule, logs(), entries).asn["reported"].tolist() == [1, 0, 0]


def test_files_and_own_column_names_are_taken(schedule: Schedule, tmp_path: Path) -> None:
    attendance, entries = tmp_path / "presensi.csv", tmp_path / "kinerja.csv"
    attendance.write_text("NIP;Jam;Lokasi\na;2026-01-05 07:25;Kantor\n", encoding="utf-8")
    entries.write_text("NIP,Tanggal,Kirim,Butir\na,2026-01-06,Ya,2\n", encoding="utf-8")
    names = {"NIP": "nip", "Jam": "time", "Lokasi": "place"}
    names |= {"Tanggal": "date", "Kirim": "submitted", "Butir": "items"}
    asn = accountability(schedule, attendance, str(entries), columns=names).asn
    assert asn.loc[0, ["attended", "reported", "items"]].tolist() == [1, 1, 2]


def test_nothing_that_is_given_changes(schedule: Schedule) -> None:
    attendance, entries = logs(("a", 0, "office")), reports(("a", 1, True, 1))
    kept = attendance.copy(), entries.copy(), schedule.roster.hash()
    accountability(schedule, attendance, entries)
    assert_frame_equal(attendance, kept[0])
    assert_frame_equal(entries, kept[1])
    assert schedule.roster.hash() == kept[2]


# ---------------------------------------------------------------- errors


def test_every_problem_of_both_tables_is_listed(schedule: Schedule) -> None:
    attendance = logs(("a", "5 Januari", "office"), ("a", 0, "pasar"), ("z", 0, ""), ("a", "", ""))
    entries = reports(
        ("a", 0, "mungkin", 1), ("a", 1, True, -1), ("y", 1, True, 1.5), ("", 1, 1, 1)
    )
    entries["date"] = entries["date"].astype(object)
    entries.loc[0, "date"] = "05/01/2026"
    assert sorted(places(problems(schedule, attendance, entries)), key=str) == [
        ("attendance", 0, "time"),
        ("attendance", 1, "place"),
        ("attendance", 2, "nip"),
        ("attendance", 3, "time"),
        ("reports", 0, "date"),
        ("reports", 0, "submitted"),
        ("reports", 1, "items"),
        ("reports", 2, "items"),
        ("reports", 2, "nip"),
        ("reports", 3, "nip"),
    ]


def test_columns_that_lack_are_named_with_what_is_near(schedule: Schedule) -> None:
    attendance = logs().rename(columns={"place": "Places"})
    found = problems(schedule, attendance, reports().drop(columns=["submitted", "items"]))
    assert places(found) == [
        ("attendance", None, "place"),
        ("reports", None, "submitted"),
        ("reports", None, "items"),
    ]
    assert "'Places'" in str(found[0])


@pytest.mark.parametrize("time", ["2026-13-01", "2026-01-05 25:00", "05/01/2026 07:30", "46027.31"])
def test_times_that_are_none_are_refused(schedule: Schedule, time: str) -> None:
    (found,) = problems(schedule, logs(("a", time, "office")))
    assert found.column == "time"
    assert "YYYY-MM-DD HH:MM" in str(found)


def test_a_submitted_report_says_how_many_items(schedule: Schedule) -> None:
    entries = reports(("a", 1, True, None), ("a", 3, False, None))
    (found,) = problems(schedule, entries=entries)
    assert (found.row, found.column) == (0, "items")
    assert "write 0" in str(found)


def test_a_nip_that_no_employee_has_is_named_once_and_not_told(schedule: Schedule) -> None:
    (found,) = problems(schedule, logs(("a", 0, ""), ("198001", 0, ""), ("198001", 1, "")))
    assert (found.row, found.column, found.value) == (1, "nip", "198001")
    assert "198001" not in str(found)


def test_floats_are_no_nips(schedule: Schedule) -> None:
    (found,) = problems(schedule, logs(("a", 0, "office")).assign(nip=1.98e17))
    assert (found.table, found.row, found.column) == ("attendance", 0, "nip")
    assert "dtype=str" in str(found)


def test_a_missing_file_does_not_hide_the_problems_of_the_other(
    schedule: Schedule, tmp_path: Path
) -> None:
    found = problems(schedule, tmp_path / "none.csv", reports(("z", 1, True, 1)))
    assert [one.table for one in found] == ["attendance", "reports"]


def test_a_zone_that_does_not_exist(schedule: Schedule) -> None:
    with pytest.raises(RosterError, match="Asia/Bekasi"):
        accountability(schedule, logs(), reports(), zone="Asia/Bekasi")


def test_without_a_schedule_there_is_nothing_to_account_for() -> None:
    impossible = policy({"kind": "min_on_site", "count": 2}, end=MONDAY)
    with pytest.raises(rotasi.InfeasibleError):
        accountability(rotasi.solve(roster(), impossible), logs(), reports())


def test_a_result_shows_no_nips(schedule: Schedule) -> None:
    result = accountability(schedule, logs(("a", 0, "home")), reports(("a", 1, True, 1)))
    assert repr(result) == "<Accountability: 3 ASN, 1 of 4 remote days reported, 1 contradictions>"


# ---------------------------------------------------------------- properties

NIPS = st.sampled_from("abc")
NUMBERS = st.integers(-2, 8)
LOGS = st.lists(st.tuples(NIPS, NUMBERS, st.sampled_from(["office", "home", "field", ""])))
REPORTS = st.lists(st.tuples(NIPS, NUMBERS, st.booleans(), st.integers(0, 2)))


def tally(
    nip: str, attendance: list[tuple[str, int, str]], entries: list[tuple[str, int, bool, int]]
) -> list[int]:
    """The figures of an ASN, day by day: attended, reported, output, items, contradictions."""
    total = [0, 0, 0, 0, 0]
    for number, plan in enumerate(PLAN[nip]):
        seen = [place for who, n, place in attendance if (who, n) == (nip, number)]
        sent = [items for who, n, yes, items in entries if (who, n) == (nip, number) and yes]
        against = {"O": "home" in seen, "H": "office" in seen, "L": bool(seen)}[plan]
        remote = plan == "H"
        figures = [plan != "L" and bool(seen), remote and bool(sent), remote and sum(sent) > 0]
        figures += [sum(sent) if remote else 0, against]
        total = [a + int(b) for a, b in zip(total, figures, strict=True)]
    return total


@settings(max_examples=25)
@given(attendance=LOGS, entries=REPORTS)
def test_figures_agree_with_a_count_by_hand(
    schedule: Schedule,
    attendance: list[tuple[str, int, str]],
    entries: list[tuple[str, int, bool, int]],
) -> None:
    result = accountability(schedule, logs(*attendance), reports(*entries))
    asn = result.asn.set_index("nip")
    names = ["attended", "reported", "output_days", "items", "contradictions"]
    for nip in PLAN:
        assert asn.loc[nip, names].tolist() == tally(nip, attendance, entries)
    assert (asn["planned"] == asn["attended"] + asn["unlogged"]).all()
    assert (asn["remote_days"] == asn["reported"] + asn["missing"]).all()
    assert len(result.contradictions) == asn["contradictions"].sum()


@settings(max_examples=15)
@given(attendance=LOGS, other=LOGS, entries=REPORTS)
def test_attendance_never_enters_the_evidence(
    schedule: Schedule,
    attendance: list[tuple[str, int, str]],
    other: list[tuple[str, int, str]],
    entries: list[tuple[str, int, bool, int]],
) -> None:
    one, two = (
        accountability(schedule, logs(*rows_), reports(*entries)).evidence
        for rows_ in (attendance, other)
    )
    assert_frame_equal(one, two)


MOMENTS = st.datetimes(datetime(2026, 1, 4), datetime(2026, 1, 11))  # noqa: DTZ001


@settings(max_examples=15)
@given(moments=st.lists(st.tuples(MOMENTS, st.integers(-11, 13)), min_size=1))
def test_a_moment_has_the_local_date_in_whatever_zone_it_is_written(
    schedule: Schedule, moments: list[tuple[datetime, int]]
) -> None:
    """A moment in UTC is seven hours later on the clocks of Jakarta."""
    written = [write_in(when, hours) for when, hours in moments]
    dates = [(when + timedelta(hours=7)).date() for when, _hours in moments]
    inside = [one for one in dates if MONDAY <= one <= day(4)]
    attendance = logs(*(("c", text, "office") for text in written))
    asn = accountability(schedule, attendance, reports()).asn
    assert asn["attended"][2] == len(set(inside))
    assert asn["other_logs"][2] == len(dates) - len(inside)


def write_in(when: datetime, hours: int) -> str:
    """A moment in UTC as clocks so many hours ahead show it."""
    shown = when + timedelta(hours=hours)
    return f"{shown.isoformat(sep=' ', timespec='seconds')}{hours:+03}:00"


def test_an_unreadable_nip_hides_no_unknown_one(schedule: Schedule) -> None:
    found = problems(schedule, logs(("zz", 0, "office"), ("", 0, "office")))
    assert places(found) == [("attendance", 1, "nip"), ("attendance", 0, "nip")]


def test_one_bad_number_of_items_hides_no_missing_one(schedule: Schedule) -> None:
    found = problems(schedule, None, reports(("a", 1, True, -1), ("b", 0, True, None)))
    assert places(found) == [("reports", 0, "items"), ("reports", 1, "items")]


def test_many_problems_of_a_kind_are_counted(schedule: Schedule) -> None:
    found = problems(schedule, logs(*[("a", 0, "moon")] * 5000))
    assert len(found) == SHOWN + 1
    assert str(5000 - SHOWN) in str(found[-1])


@pytest.mark.parametrize(("zone", "contradictions"), [("WIB", 1), ("WIT", 0)])
def test_zones_have_their_indonesian_names(
    schedule: Schedule, zone: str, contradictions: int
) -> None:
    # Half past four in London is still Monday in Jakarta, when a is to be on site, but Tuesday in
    # Jayapura.
    given = logs(("a", f"{day(0)}T16:30:00Z", "home"))
    found = accountability(schedule, given, reports(), zone=zone)
    assert len(found.contradictions) == contradictions
    (problem,) = problems(schedule, zone="Bekasi")
    assert "WITA" in str(problem)


def test_an_export_without_times_tells_nothing_of_promptness(schedule: Schedule) -> None:
    evidence = accountability(schedule, logs(), reports(("a", 1, True, 1))).evidence
    assert set(column(evidence, "on_time").values()) == {None}
