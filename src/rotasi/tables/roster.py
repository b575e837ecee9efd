"""The validated tables: employees, leave, wishes and pins."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _, number
from rotasi.support.arguments import checked
from rotasi.support.atomic_files import make_parents, writing_folder
from rotasi.support.notebook_html import show_table
from rotasi.support.notices import give_notice
from rotasi.support.text import as_text
from rotasi.support.types import Frame, PathName
from rotasi.tables.column_checks import (
    check_cells,
    check_headings,
    problems_at,
    read_column,
    read_nothing,
    rename_columns,
    unknown_at,
)
from rotasi.tables.csv_files import write_csv
from rotasi.tables.raw_rows import SHOWN
from rotasi.tables.readers import read_tables
from rotasi.tables.schema import TABLES

Rows = npt.NDArray[np.int64]

#: Blanks, soft hyphens, zero-width characters and marks of writing direction.
_INVISIBLE = "[ \t\u00a0\u00ad\u200b-\u200f\u2060\ufeff]+"


_NEAR = 0.75  # how alike two names of columns are that may be meant for one another


@dataclass(frozen=True, eq=False, repr=False)
class Roster:
    """The people of one schedule and what is known about them. Immutable.

    Build it with `from_frame` or `read`, which check everything; every contract column is present
    afterwards, empty where the input lacked it, and further columns are kept as text.

    Parameters
    ----------
    employees, leave, wishes, pins : DataFrame
        Typed tables as `from_frame` leaves them.

    Examples
    --------
    >>> import pandas as pd, rotasi
    >>> roster = rotasi.Roster.from_frame(pd.DataFrame({"nip": ["a", "b"], "opd": ["X", "X"]}))
    >>> roster
    <Roster: 2 ASN in 1 OPDs, 0 leave, 0 wishes, 0 pins>
    """

    employees: Frame
    leave: Frame
    wishes: Frame
    pins: Frame

    @classmethod
    @checked
    def from_frame(
        cls,
        employees: Frame,
        leave: Frame | None = None,
        wishes: Frame | None = None,
        pins: Frame | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> Roster:
        """Check the tables and make a roster of them; the frames themselves stay as they are.

        Parameters
        ----------
        employees : DataFrame, one row per ASN
            Needs `nip` (text, unique) and `opd`.
        leave, wishes, pins : DataFrame, optional
        columns : mapping, optional
            Own column names to those of the contract, such as ``{"Unit Kerja": "opd"}``.

        Returns
        -------
        Roster

        Raises
        ------
        RosterError
            With every problem of every table; rows are named by the frame's index labels.
        ArgumentError
            If a table is no DataFrame; `read` reads files.

        Examples
        --------
        >>> import pandas as pd
        >>> people = pd.DataFrame({"NIP": ["001", "002"], "opd": ["Bappeda", "Bappeda"]})
        >>> len(Roster.from_frame(people, columns={"NIP": "nip"}))
        2
        """
        given = {"employees": employees, "leave": leave, "wishes": wishes, "pins": pins}
        problems: list[Problem] = []
        tables = {
            name: _read_table(name, frame, columns or {}, problems) for name, frame in given.items()
        }
        _check_employees(tables["employees"], problems)
        tables["employees"] = tables["employees"].reset_index(drop=True)
        roster = cls(**tables)
        for name, rows in roster.rows.items() if len(roster) else ():
            problems += unknown_at(name, tables[name]["nip"], rows)
        _check_leave(roster.leave, problems)
        _check_wishes(roster.wishes, problems)
        _check_pins(roster.pins, roster.leave, problems)
        _raise(problems)
        return roster

    @classmethod
    @checked
    def read(cls, path: PathName, columns: Mapping[str, str] | None = None) -> Roster:
        """Read a roster from a folder of CSV or Parquet tables, a workbook, or one file.

        Parameters
        ----------
        path : path
            A folder with ``employees.csv`` (or .parquet) and, if wanted, ``leave``, ``wishes`` and
            ``pins``; an .xlsx workbook with sheets of these names; or a single employees file.
        columns : mapping, optional
            Own column names to those of the contract.

        Returns
        -------
        Roster

        Raises
        ------
        RosterError
            With every problem found; rows are numbered as a spreadsheet shows them.
        """
        tables = read_tables(path, tuple(TABLES))
        return cls.from_frame(**tables, columns=columns)

    @checked
    def write(self, folder: PathName, *, force: bool = False) -> None:
        """Write the tables as CSV files that `read` reads back, all or nothing.

        Parameters
        ----------
        folder : path
            Is made if it is not there.
        force : bool
            Replace files that are there already.

        Raises
        ------
        OutputError
            If the folder holds files already or cannot be written.
        """
        make_parents(folder)
        with writing_folder(folder, belongs=_is_table, force=force) as scratch:
            for name in TABLES:
                table: Frame = getattr(self, name)
                write_csv(table, scratch / f"{name}.csv")

    @checked
    def locate(self, nips: pd.Series) -> Rows:
        """Row of each NIP among the employees.

        Parameters
        ----------
        nips : Series of str

        Returns
        -------
        ndarray of int64
            -1 where no employee has the NIP.
        """
        known = self.employees["nip"]
        if not len(nips):
            return np.zeros(0, dtype=np.int64)
        texts = nips if nips.dtype == known.dtype else as_text(nips)
        # Employees come first and are distinct, so that the code of a NIP is its row. This is
        # several times faster than to keep an index and to search it.
        codes, _unique = pd.factorize(pd.concat([known, texts]))
        own, found = codes[: len(known)], codes[len(known) :].astype(np.int64)
        return np.where(found > own.max(initial=-1), -1, found)

    @cached_property
    def rows(self) -> Mapping[str, Rows]:
        """For each table but employees, the row of the ASN that each entry is about."""
        return {
            name: self.locate(getattr(self, name)["nip"]) for name in TABLES if name != "employees"
        }

    def __getstate__(self) -> dict[str, Frame]:
        # What follows from the tables is found again where it is needed.
        return {name: getattr(self, name) for name in TABLES}

    def __len__(self) -> int:
        return len(self.employees)

    def __repr__(self) -> str:
        return (
            f"<Roster: {len(self)} ASN in {self.employees['opd'].nunique()} OPDs, "
            f"{len(self.leave)} leave, {len(self.wishes)} wishes, {len(self.pins)} pins>"
        )

    def _repr_html_(self) -> str:
        counts = self.employees.groupby("opd").size()
        text = _("{asn} ASN in {opds} OPDs; entries of leave {leave}, wishes {wishes}, pins {pins}")
        sizes = {name: number(len(getattr(self, name))) for name in ("leave", "wishes", "pins")}
        caption = text.format(asn=number(len(self)), opds=number(len(counts)), **sizes)
        return show_table(caption, [_("OPD"), _("ASN")], list(counts.items()))

    def hash(self) -> str:
        """SHA-256 of the tables' content and order, as hexadecimal text."""
        digest = hashlib.sha256()
        for name in TABLES:
            table: Frame = getattr(self, name)
            digest.update(repr((name, len(table), list(table.columns))).encode())
            digest.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
        return digest.hexdigest()


def _is_table(entry: Path) -> bool:
    """Whether a file is a table as a roster writes it."""
    return entry.is_file() and entry.name in {f"{name}.csv" for name in TABLES}


def _read_table(
    name: str, frame: Frame | None, columns: Mapping[str, str], problems: list[Problem]
) -> Frame:
    wanted = TABLES[name]
    nothing = pd.DataFrame({column: read_nothing(how)[:0] for column, how in wanted.items()})
    if frame is None:
        return nothing
    if name == "employees" and len(frame) == 0:
        problems.append(Problem(_("the table has no rows; at least one ASN is needed"), name))
    try:
        renamed = rename_columns(name, frame, columns)
    except RosterError as error:
        problems += error.problems
        return nothing
    problems += check_headings(name, renamed, wanted)
    problems += check_cells(name, renamed)
    if any(problem.table == name for problem in problems):
        return nothing
    typed = {
        column: read_column(name, column, how, renamed, problems) for column, how in wanted.items()
    }
    if name == "employees":
        _warn_of_near(renamed.columns, wanted)
    extra = {str(c): as_text(renamed[c]) for c in renamed.columns if c not in wanted}
    return pd.DataFrame(typed | (extra if name == "employees" else {}), index=frame.index)


def _check_employees(employees: Frame, problems: list[Problem]) -> None:
    nips = without_blanks(employees["nip"])
    again = nips.duplicated(keep=False)
    if not again.any():
        return
    for nip, rows in employees[again].groupby(nips[again].to_numpy(), sort=False).groups.items():
        text = _("the same NIP stands in rows {rows}; keep one row per ASN")
        rows_text = ", ".join(map(str, rows[:SHOWN])) + ("" if len(rows) <= SHOWN else ", …")
        problems.append(Problem(text.format(rows=rows_text), "employees", rows[0], "nip", nip))


def without_blanks(nips: pd.Series) -> pd.Series:
    """NIPs without blanks and invisible characters inside, which make nobody another person."""
    if nips.str.fullmatch(r"[!-~]*").all():
        return nips
    return nips.str.replace(_INVISIBLE, "", regex=True)


def _check_leave(leave: Frame, problems: list[Problem]) -> None:
    reversed_ = (leave["end"] < leave["start"]).to_numpy(bool)
    message = _("leave ends before it starts; swap or correct the dates")
    ends = leave["end"].dt.strftime("%Y-%m-%d")
    problems += problems_at("leave", "end", ends, reversed_, message)


def _check_wishes(wishes: Frame, problems: list[Problem]) -> None:
    dated = wishes["date"].notna().to_numpy(bool)
    weekly = (wishes["weekday"] != "").to_numpy(bool)
    both = _("a wish has a date or a weekday, not both; split it into two rows")
    neither = _("a wish needs a date or a weekday")
    problems += problems_at("wishes", "weekday", wishes["weekday"], dated & weekly, both)
    problems += problems_at("wishes", "date", wishes["weekday"], ~dated & ~weekly, neither)


def _check_pins(pins: Frame, leave: Frame, problems: list[Problem]) -> None:
    if not len(pins):
        return
    statuses = pins.groupby(["nip", "date"])["status"].transform("nunique")
    message = _("two pins of this ASN and date differ; keep one")
    problems += problems_at(
        "pins", "status", pins["status"], (statuses > 1).to_numpy(bool), message
    )
    numbered = pins.reset_index(drop=True).reset_index(names="row")[["row", "nip", "date"]]
    pairs = numbered.merge(leave[["nip", "start", "end"]], on="nip")
    away = pairs["row"][pairs["date"].between(pairs["start"], pairs["end"])]
    on_leave = np.isin(np.arange(len(pins)), away)
    message = _("the ASN is on leave that day; remove the pin or the leave")
    problems += problems_at("pins", "date", pins["date"].dt.strftime("%Y-%m-%d"), on_leave, message)


def _warn_of_near(found: Iterable[object], wanted: Iterable[str]) -> None:
    """Warn of further columns whose name is nearly that of one that is missing."""
    names = [str(column) for column in found]
    missing = [column for column in wanted if column not in names]
    for name in names:
        for meant in get_close_matches(name.strip().lower(), missing, n=1, cutoff=_NEAR):
            if name not in wanted:
                text = _("employees, {column}: if it is {name}, call it that; it is kept as it is")
                give_notice(text.format(column=name, name=meant))


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise RosterError(problems)
