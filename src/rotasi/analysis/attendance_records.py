"""Exports of the attendance and activity apps, read and checked as the roster's tables are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _, mark
from rotasi.support.text import as_text
from rotasi.support.types import Frame, PathName
from rotasi.tables.column_checks import (
    check_headings,
    problems_at,
    read_column,
    rename_columns,
    unknown_at,
)
from rotasi.tables.raw_rows import SHOWN
from rotasi.tables.readers import read_frame
from rotasi.tables.roster import Roster
from rotasi.tables.schema import TABLES, Bad, Column, Reader, read_flag

Table = Frame | PathName

#: What attendance apps call the places; `home` stands for any place of remote work.
_PLACES = {
    "": "",
    "office": "office", "kantor": "office", "wfo": "office",
    "home": "home", "rumah": "home", "wfh": "home", "wfa": "home",
    "field": "field", "lapangan": "field", "dinas luar": "field",
}  # fmt: skip
#: A date, or a date and time, without and with an offset from UTC; no guessing of day and month.
_LOCAL = r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_AWARE = _LOCAL + r"(?:Z|[+-]\d{2}(?::?\d{2})?)"
_MOST_ITEMS = 1_000_000  # of a report; more stems from another column
UNTIMED = pd.Timestamp("9999-12-31")  # submitted, but the export does not say when


def read_exports(
    given: Mapping[str, Table], columns: Mapping[str, str], zone: ZoneInfo, roster: Roster
) -> dict[str, Frame]:
    """Read both exports.

    Parameters
    ----------
    given : mapping of ``attendance`` and ``reports`` to DataFrame or path
    columns : mapping
        Own column names to those of the tables.
    zone : ZoneInfo
        Where local dates are counted.
    roster : Roster
        Whom the schedule knows.

    Returns
    -------
    dict of str to DataFrame
        attendance: nip, time (local date), place; reports: nip, date, submitted (local date,
        missing = no, `UNTIMED` = yes without a time), items (Int64).

    Raises
    ------
    RosterError
        With every problem of both.
    """
    problems: list[Problem] = []
    tables = {
        name: _read_table(name, table, columns, zone, problems) for name, table in given.items()
    }
    _check_known(tables, roster, problems)
    _check_items(tables["reports"], problems)
    if problems:
        raise RosterError(problems)
    return tables


def _list_columns(zone: ZoneInfo) -> dict[str, dict[str, Column]]:
    """The two tables and their columns; all must be there, a cell may be empty where allowed."""
    nip, day = TABLES["leave"]["nip"], TABLES["leave"]["start"]
    time = mark("write times as YYYY-MM-DD HH:MM, such as 2026-01-05 07:30")
    place = mark("write office, home or field, or leave it empty")
    submitted = mark("write Ya or Tidak, or the time as YYYY-MM-DD HH:MM")
    items = mark("write a whole number, 0 or more")
    return {
        "attendance": {
            "nip": nip,
            "time": Column(_local_date_in(zone), time, required=True),
            "place": Column(_read_place, place),
        },
        "reports": {
            "nip": nip,
            "date": day,
            "submitted": Column(_submission_in(zone), submitted),
            "items": Column(_read_items, items),
        },
    }


def _read_table(
    name: str, given: Table, columns: Mapping[str, str], zone: ZoneInfo, problems: list[Problem]
) -> Frame:
    wanted = _list_columns(zone)[name]
    frame = _load(name, given, wanted, columns, problems)
    return pd.DataFrame(
        {column: read_column(name, column, how, frame, problems) for column, how in wanted.items()}
    )


def _load(
    name: str,
    given: Table,
    wanted: Mapping[str, Column],
    columns: Mapping[str, str],
    problems: list[Problem],
) -> Frame:
    """A table under our column names; without rows where its columns cannot be read."""
    nothing = pd.DataFrame(columns=list(wanted), dtype="str")
    try:
        frame = given if isinstance(given, pd.DataFrame) else read_frame(given, name)
        frame = rename_columns(name, frame, columns)
    except RosterError as error:
        problems += error.problems
        return nothing
    needed = {column: replace(how, required=True) for column, how in wanted.items()}
    lacking = check_headings(name, frame, needed)
    problems += lacking
    return nothing if lacking else frame


def _check_known(tables: Mapping[str, Frame], roster: Roster, problems: list[Problem]) -> None:
    """Name each NIP that no employee has at its first row: an export repeats it many times."""
    for name, table in tables.items():
        told = {p.row for p in problems if p.table == name and p.column == "nip"}
        if len(told) < SHOWN:  # beyond that, nobody knows which rows could be read
            nips = table["nip"][~table.index.isin(list(told))].drop_duplicates()
            problems += unknown_at(name, nips, roster.locate(nips))


def _check_items(reports: Frame, problems: list[Problem]) -> None:
    told = {problem.row for problem in problems if problem.column == "items"}
    blank = (reports["submitted"].notna() & reports["items"].isna()).to_numpy(bool)
    blank = blank & ~reports.index.isin(list(told))
    message = _("a submitted report needs its number of items; write 0 if there are none")
    problems += problems_at("reports", "items", reports["items"], blank, message)


def _read_place(values: pd.Series) -> tuple[pd.Series, Bad]:
    """Places in English or Indonesian words."""
    places = as_text(values).str.lower().map(_PLACES)
    return places.fillna(""), places.isna().to_numpy(bool)


def _read_items(values: pd.Series) -> tuple[pd.Series, Bad]:
    """Whole numbers from 0; missing stays missing."""
    text = as_text(values)
    numbers = pd.to_numeric(text.where(text != ""), errors="coerce")
    whole = numbers.where(numbers.between(0, _MOST_ITEMS) & (numbers % 1 == 0))
    return whole.astype("Int64"), ((text != "") & whole.isna()).to_numpy(bool)


def _local_date_in(zone: ZoneInfo) -> Reader:
    """A reader of times that gives their local dates; those without an offset are local."""

    def read(values: pd.Series) -> tuple[pd.Series, Bad]:
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            values = values.dt.tz_convert(zone).dt.tz_localize(None)
        if pd.api.types.is_datetime64_dtype(values.dtype):
            return values.dt.normalize().astype("datetime64[s]"), np.zeros(len(values), dtype=bool)
        # Not yet as clean text, which has no offset at midnight.
        words = ["" if no else str(cell) for cell, no in zip(values, values.isna(), strict=True)]
        text = as_text(pd.Series(words, values.index, object, values.name))
        plain = text.where(text.str.fullmatch(_LOCAL))
        plain = pd.to_datetime(plain, format="ISO8601", errors="coerce")
        moved = text.where(text.str.fullmatch(_AWARE))
        moved = pd.to_datetime(moved, format="ISO8601", errors="coerce", utc=True)
        local = plain.fillna(moved.dt.tz_convert(zone).dt.tz_localize(None))
        bad = ((text != "") & local.isna()).to_numpy(bool)
        return local.dt.normalize().astype("datetime64[s]"), bad

    return read


def _submission_in(zone: ZoneInfo) -> Reader:
    """A reader of yes, no or a time: the local date, `UNTIMED` for yes, missing for no."""
    read_date = _local_date_in(zone)

    def read(values: pd.Series) -> tuple[pd.Series, Bad]:
        flags, no_flag = read_flag(values)
        days, no_time = read_date(values)
        return days.mask(flags.fillna(False).to_numpy(bool), UNTIMED), no_flag & no_time

    return read
