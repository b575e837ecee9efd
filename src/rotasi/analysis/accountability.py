"""What the planned days became: the roster beside attendance records and activity reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from rotasi.analysis.attendance_records import UNTIMED, Table, read_exports
from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.model.facts import LEAVE, STATUSES, WFH, WFO, Flags, Ints
from rotasi.schedule.result import Schedule
from rotasi.support.arguments import checked
from rotasi.support.calendar import as_days, locate_days
from rotasi.support.types import Frame

_ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
#: Kept of the figures per ASN as evidence; nothing of the attendance record is among them.
_EVIDENCE = ["nip", "opd", "remote_days", "reported", "missing", "output_days", "items"]


@dataclass(frozen=True, eq=False, repr=False)
class Accountability:
    """Planned days beside what was recorded and reported. `accountability` makes it.

    Parameters
    ----------
    asn : DataFrame, one row per ASN, in roster order
        nip, opd; planned (workdays not on leave) = attended + unlogged, by the attendance record;
        remote_days = reported + missing, by the activity reports; output_days (remote days
        reported with at least one item of output), items; contradictions (days); other_logs
        (attendance rows on days off or outside the period), other_reports (submitted reports of
        days that are not remote).
    opd : DataFrame, one row per OPD, in alphabetical order
        opd, asn (how many), and the sums of the same figures.
    contradictions : DataFrame, one row per ASN and date, in roster order and by date
        nip, opd, date, status (as planned), places (as recorded, such as ``home;office``): WFO
        recorded from home, WFH recorded at the office, LEAVE recorded anywhere.
    evidence : DataFrame, one row per ASN, in roster order
        nip, opd, remote_days, reported, missing, output_days, items; on_time (remote days
        reported no later than that day; empty where the export has no times); performance, a
        score from 0 to 100: ⌊100 × output_days / remote_days⌋, empty without a remote day.
    """

    asn: Frame
    opd: Frame
    contradictions: Frame
    evidence: Frame

    def __repr__(self) -> str:
        planned, reported = self.asn["remote_days"].sum(), self.asn["reported"].sum()
        return (
            f"<Accountability: {len(self.asn)} ASN, {reported} of {planned} remote days reported, "
            f"{len(self.contradictions)} contradictions>"
        )


@dataclass(frozen=True, eq=False, repr=False)
class _Cells:
    """Rows of an export on the axes of a schedule.

    Parameters
    ----------
    rows : DataFrame, shape (k, …)
    asn, day : ndarray of int64, shape (k,)
        Positions; a day is -1 where it is no workday of the period.
    shape : tuple of int
        Number of ASN and of workdays.
    """

    rows: Frame
    asn: Ints
    day: Ints
    shape: tuple[int, int]

    def mark(self, where: Flags) -> Flags:
        """ASN-days with at least one of the chosen rows, shape (n, d)."""
        return self.add(where, np.ones(len(self.rows), dtype=np.int64)) > 0

    def add(self, where: Flags, amounts: Ints) -> Ints:
        """Sum of the chosen rows per ASN-day, shape (n, d)."""
        chosen = where & (self.day >= 0)
        total = np.zeros(self.shape, dtype=np.int64)
        np.add.at(total, (self.asn[chosen], self.day[chosen]), amounts[chosen])
        return total

    def count(self, where: Flags) -> Ints:
        """Number of the chosen rows per ASN, shape (n,)."""
        return np.bincount(self.asn[where], minlength=self.shape[0]).astype(np.int64)


@checked
def accountability(
    schedule: Schedule,
    attendance: Table,
    reports: Table,
    *,
    columns: Mapping[str, str] | None = None,
    zone: str = "Asia/Jakarta",
) -> Accountability:
    """Join a finished period with the attendance record and the daily activity reports.

    Output counts: a remote day is accounted for by a submitted report with at least one item.
    Attendance is shown beside it and never enters the score.

    Parameters
    ----------
    schedule : Schedule
        As it was last revised, so that leave granted late is leave.
    attendance : DataFrame or path of a CSV, .xlsx or Parquet file
        nip, time (a date and time, or only a date), place (``office``, ``home``, ``field``, or
        kantor, rumah, lapangan; empty = unknown). Any number of rows a day.
    reports : DataFrame or path
        nip, date (the day reported on), submitted (yes or no, or the time), items (number of
        outputs). Several submitted reports of a day are one: their items add up.
    columns : mapping, optional
        Own column names to these, such as ``{"Lokasi": "place"}``, for both tables.
    zone : str
        Time zone of the office: WIB, WITA, WIT, or its IANA name. Times with a zone or offset are
        converted to it, times without are taken as they are.

    Returns
    -------
    Accountability

    Raises
    ------
    RosterError
        With every problem of both tables, such as NIPs that no employee has; or if there is no
        such time zone.
    ArgumentError
        If `schedule` is no Schedule.
    InfeasibleError, TimeLimitError
        If there is no schedule.

    Examples
    --------
    >>> import pandas as pd, rotasi
    >>> roster = rotasi.Roster.from_frame(pd.DataFrame({"nip": ["a"], "opd": ["Bappeda"]}))
    >>> policy = rotasi.Policy.model_validate({"start": "2026-01-05", "end": "2026-01-06"})
    >>> schedule = rotasi.solve(roster, policy)  # both days remote
    >>> logs = pd.DataFrame({"nip": ["a"], "time": ["2026-01-05 07:30"], "place": ["home"]})
    >>> reports = pd.DataFrame(
    ...     {"nip": ["a"], "date": ["2026-01-05"], "submitted": [True], "items": [2]}
    ... )
    >>> rotasi.accountability(schedule, logs, reports)
    <Accountability: 1 ASN, 1 of 2 remote days reported, 0 contradictions>
    """
    schedule.raise_for_status()
    given = {"attendance": attendance, "reports": reports}
    tables = read_exports(given, columns or {}, _find_zone(zone), schedule.roster)
    logs = _place(tables["attendance"].rename(columns={"time": "date"}), schedule)
    entries = _place(tables["reports"], schedule)
    contrary = _contradict(schedule, logs)
    asn = schedule.roster.employees[["nip", "opd"]].assign(
        **_count_attendance(schedule, logs),
        **_count_reports(schedule, entries),
        contradictions=contrary.sum(axis=1),
        other_logs=logs.count(logs.day < 0),
        other_reports=_count_others(schedule, entries),
    )
    evidence = _make_evidence(asn, _count_on_time(schedule, entries))
    contradictions = _list_contradictions(schedule, logs, contrary)
    return Accountability(asn, _sum_by_opd(asn), contradictions, evidence)


def _place(rows: Frame, schedule: Schedule) -> _Cells:
    asn = schedule.roster.locate(rows["nip"])
    day = locate_days(as_days(rows["date"]), schedule.instance.facts.days)
    return _Cells(rows, asn, day, schedule.grid.shape)


def _count_attendance(schedule: Schedule, logs: _Cells) -> dict[str, Ints]:
    """Figures per ASN of the days planned and the attendance record."""
    planned = (schedule.grid == WFO) | (schedule.grid == WFH)
    attended = planned & logs.mark(np.ones(len(logs.rows), dtype=bool))
    return {
        "planned": planned.sum(axis=1),
        "attended": attended.sum(axis=1),
        "unlogged": (planned & ~attended).sum(axis=1),
    }


def _count_reports(schedule: Schedule, reports: _Cells) -> dict[str, Ints]:
    """Figures per ASN of the remote days and the activity reports."""
    remote, submitted = schedule.grid == WFH, reports.rows["submitted"].notna().to_numpy(bool)
    reported = remote & reports.mark(submitted)
    amounts = reports.rows["items"].fillna(0).to_numpy(np.int64)
    items = np.where(remote, reports.add(submitted, amounts), 0)
    return {
        "remote_days": remote.sum(axis=1),
        "reported": reported.sum(axis=1),
        "missing": (remote & ~reported).sum(axis=1),
        "output_days": (items > 0).sum(axis=1),
        "items": items.sum(axis=1),
    }


def _count_others(schedule: Schedule, reports: _Cells) -> Ints:
    """Submitted reports per ASN of days that are not remote, shape (n,)."""
    inside = reports.day >= 0
    remote = inside & (schedule.grid[reports.asn, np.where(inside, reports.day, 0)] == WFH)
    return reports.count(reports.rows["submitted"].notna().to_numpy(bool) & ~remote)


def _count_on_time(schedule: Schedule, reports: _Cells) -> pd.arrays.IntegerArray:
    """Remote days per ASN reported no later than that day; missing where a time is unknown.

    An export that names no time at all tells nothing of anybody.
    """
    remote, rows = schedule.grid == WFH, reports.rows
    timed = ((rows["submitted"].notna()) & (rows["submitted"] != UNTIMED)).any()
    untimed = remote & reports.mark((rows["submitted"] == UNTIMED).to_numpy(bool))
    prompt = remote & reports.mark((rows["submitted"] <= rows["date"]).to_numpy(bool))
    return pd.arrays.IntegerArray(prompt.sum(axis=1), untimed.any(axis=1) | (not timed))


def _find_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(_ZONES.get(name, name))
    except (KeyError, ValueError, OSError):
        message = _("no such time zone; write WIB, WITA, WIT or a name such as Asia/Jakarta")
        raise RosterError([Problem(message, "zone", value=name)]) from None


def _at(logs: _Cells, place: str) -> Flags:
    """ASN-days recorded at a place, shape (n, d)."""
    return logs.mark((logs.rows["place"] == place).to_numpy(bool))


def _contradict(schedule: Schedule, logs: _Cells) -> Flags:
    """ASN-days on which plan and attendance record exclude each other, shape (n, d)."""
    logged = logs.mark(np.ones(len(logs.rows), dtype=bool))
    against = {WFO: _at(logs, "home"), WFH: _at(logs, "office"), LEAVE: logged}
    cells = np.zeros(logs.shape, dtype=bool)
    for status, found in against.items():
        cells |= (schedule.grid == status) & found
    return cells


def _list_contradictions(schedule: Schedule, logs: _Cells, cells: Flags) -> Frame:
    asn, day = np.nonzero(cells)
    places = np.full(len(asn), "", dtype=object)
    for name in ("field", "home", "office"):
        places += np.where(_at(logs, name)[asn, day], f"{name};", "").astype(object)
    employees, days = schedule.roster.employees, schedule.instance.facts.days
    return pd.DataFrame(
        {
            "nip": employees["nip"].array.take(asn),
            "opd": employees["opd"].array.take(asn),
            "date": days[day].astype("datetime64[s]"),
            "status": np.array(STATUSES, dtype=object)[schedule.grid[asn, day]],
            "places": pd.Series(places, dtype="str").str.removesuffix(";"),
        }
    )


def _make_evidence(asn: Frame, on_time: pd.arrays.IntegerArray) -> Frame:
    """What the next period may build on: reports and their output alone."""
    remote = asn["remote_days"].to_numpy(np.int64)
    score = 100 * asn["output_days"].to_numpy(np.int64) // np.maximum(remote, 1)
    return asn[_EVIDENCE].assign(
        on_time=on_time, performance=pd.arrays.IntegerArray(score, remote == 0)
    )


def _sum_by_opd(asn: Frame) -> Frame:
    groups = asn.drop(columns="nip").groupby("opd", as_index=False)
    sums = groups.sum()
    sums.insert(1, "asn", groups.size()["size"])
    return sums
