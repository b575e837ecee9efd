"""A roster given as rows of nip, date, status: read, checked, and the previous one on the axes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.model.facts import MISSING, STATUSES, History
from rotasi.policy.document import Policy
from rotasi.support.calendar import Days, as_days, locate_days
from rotasi.support.text import as_text
from rotasi.support.types import Frame
from rotasi.tables.column_checks import naming, problems_at
from rotasi.tables.roster import Roster
from rotasi.tables.schema import TABLES, read_date, read_nip
from rotasi.tables.status_words import fold, learn


def read_statuses(values: pd.Series, policy: Policy) -> npt.NDArray[np.int8]:
    """Status codes from clean text, codes or the policy's labels; MISSING where neither fits."""
    words = learn(dict(policy.labels))
    kinds, unique = pd.factorize(values)
    codes = [
        STATUSES.index(words[word]) if word in words else MISSING for word in map(fold, unique)
    ]
    return np.array([*codes, MISSING], dtype=np.int8)[kinds]


def read_rows(frame: Frame, table: str) -> Frame:
    """Check that a frame has nip, date and status, and read them as they stand.

    Parameters
    ----------
    frame : DataFrame
    table : str
        What to call it in messages.

    Returns
    -------
    DataFrame of nip (str), date (datetime64), status (str, whatever it says)

    Raises
    ------
    RosterError
    """
    demand_columns(frame, table, ("nip", "date", "status"))
    problems: list[Problem] = []
    with naming(table):
        nips, no_nip = read_nip(frame["nip"])
        dates, no_date = read_date(frame["date"])
        statuses = as_text(frame["status"])
    no_date |= dates.isna().to_numpy(bool)
    for column, bad in (("nip", no_nip), ("date", no_date)):
        problems += problems_at(table, column, frame[column], bad, _(TABLES["pins"][column].advice))
    if problems:
        raise RosterError(problems)
    return Frame({"nip": nips, "date": dates, "status": statuses})


def demand_columns(frame: Frame, table: str, columns: Iterable[str]) -> None:
    """Check that a frame has each of some columns once.

    Raises
    ------
    RosterError
    """
    given = list(frame.columns)
    missing, twice = _("the column is missing"), _("the column stands twice; keep one")
    problems = [
        Problem(twice if column in given else missing, table, column=column)
        for column in columns
        if given.count(column) != 1
    ]
    if problems:
        raise RosterError(problems)


def read_previous(
    previous: Frame | None, roster: Roster, policy: Policy, days: Days
) -> tuple[History, npt.NDArray[np.int8]]:
    """Read a previous roster on the axes (ASN, workday).

    Parameters
    ----------
    previous : DataFrame of nip, date, status, optional
    roster : Roster
    policy : Policy
    days : ndarray of datetime64[D], shape (d,)
        The workdays of the period.

    Returns
    -------
    past : History
        Its rows before the period.
    inside : ndarray of int8, shape (n, d)
        Those of the period, MISSING where it has no row.

    Raises
    ------
    RosterError
        If it lacks a column, holds what is no NIP, date or status, or contradicts itself.
    """
    grid = np.full((len(roster), len(days)), MISSING, dtype=np.int8)
    if previous is None or not len(previous):
        none = np.zeros(0, dtype=np.int64)
        return History(none, none.astype("datetime64[D]"), none.astype(np.int8)), grid
    rows = read_rows(previous, "previous")
    status = read_statuses(rows["status"], policy)
    _check_statuses(rows, status)
    asn, day = roster.locate(rows["nip"]), as_days(rows["date"])
    kept = (asn >= 0) & ~rows.duplicated(["nip", "date"]).to_numpy(bool)
    before = kept & (day < np.datetime64(policy.start))
    place = locate_days(day, days)
    inside = kept & (place >= 0)
    grid[asn[inside], place[inside]] = status[inside]
    return History(asn[before], day[before], status[before]), grid


def _check_statuses(rows: Frame, status: npt.NDArray[np.int8]) -> None:
    problems = [
        Problem(_("write WFO, WFH or LEAVE"), "previous", row, "status")
        for row in rows.index[status == MISSING]
    ]
    coded = rows.assign(status=status)
    differ = coded.groupby(["nip", "date"])["status"].transform("nunique") > 1
    problems += [
        Problem(_("two rows of this ASN and date differ; keep one"), "previous", row, "status")
        for row in rows.index[differ]
    ]
    if problems:
        raise RosterError(problems)
