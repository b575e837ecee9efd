"""The schedule: who is on site and who is remote, with what is proven about it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from rotasi.errors import (
    Conflict,
    InfeasibleError,
    Problem,
    RosterError,
    TimeLimitError,
)
from rotasi.exports.protocol import Subject
from rotasi.instance.resolve import Instance, resolve
from rotasi.instance.wording import name_objective
from rotasi.messages import _, number, yes_or_no
from rotasi.model.constraints import Places
from rotasi.model.facts import MISSING, Grid
from rotasi.model.status import Status
from rotasi.policy.document import Policy
from rotasi.schedule.exporting import Exports
from rotasi.schedule.folder import list_lines, naming_files, read_record, write_folder
from rotasi.schedule.proof import Kept, find_doubts
from rotasi.schedule.tables import Tables
from rotasi.schedule.verification import as_frame, audit, read_grid, read_places
from rotasi.support.arguments import Day, as_day, checked
from rotasi.support.frames import make_frame
from rotasi.support.notebook_html import show_table
from rotasi.support.notices import give_notice
from rotasi.support.places import find_place, reading
from rotasi.support.types import Frame, PathName
from rotasi.tables.readers import read_frame
from rotasi.tables.roster import Roster

OBJECTIVE_COLUMNS = ["kind", "value", "bound", "gap", "proven"]
BLOCK_COLUMNS = [
    "block", "opds", "asn", "start", "end", "kind", "status", "value", "bound", "seconds",
]  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Schedule(Tables, Exports):
    """A roster for the period, with its proof. `solve` makes it.

    Parameters
    ----------
    status : Status
        OPTIMAL (every objective proven), FEASIBLE, INFEASIBLE or UNKNOWN.
    roster : Roster
    policy : Policy
    previous : DataFrame or None
        What `solve` was given.
    grid : ndarray of int8, shape (n_asn, n_days)
        0 on site, 1 remote, 2 leave, -1 where a block has no solution.
    places : mapping of str to ndarray of int64, shape (n_asn,)
        By rule, the groups that the solver formed; `groups` tells them in words.
    objectives : DataFrame
        kind, value, bound, gap, proven; one row per objective, in the policy's order.
    blocks : DataFrame
        block, opds, asn, start, end, kind, status, value, bound, seconds; one row per block
        and objective. Seconds are not written: of a schedule that was read they are missing.
    conflicts : tuple of Conflict
        What collides in infeasible blocks.
    provenance : mapping
        Versions, hashes, seed, limits, notices.
    from_date : date or None
        If the schedule is a revision of `previous`: the first day that it decides.
    """

    status: Status
    roster: Roster
    policy: Policy
    previous: Frame | None
    instance: Instance = field(repr=False)
    grid: Grid
    places: Places
    objectives: Frame
    blocks: Frame
    conflicts: tuple[Conflict, ...]
    provenance: Mapping[str, Any]
    from_date: date | None = None

    @classmethod
    @checked
    def from_frame(
        cls,
        frame: Frame,
        roster: Roster,
        policy: Policy,
        previous: Subject | Frame | None = None,
        from_date: Day | None = None,
    ) -> Schedule:
        """Make a schedule of a table, such as one edited by hand.

        Parameters
        ----------
        frame : DataFrame of nip, date, status
            One row per ASN and workday; statuses as codes or as the policy's labels.
        roster : Roster
        policy : Policy
        previous : Schedule or DataFrame, optional
        from_date : date or str, optional
            If the table is a revision of `previous`: the first day that it decides.

        Returns
        -------
        Schedule
            FEASIBLE if every hard rule holds, else UNKNOWN; nothing is proven. `verify` says
            what the edits break.

        Raises
        ------
        RosterError
            If rows are missing, doubled or unknown.
        """
        before = as_frame(previous)
        day = None if from_date is None else as_day(from_date)
        return cls._from_tables(frame, roster, policy, before, {}, day)

    @classmethod
    def _from_tables(
        cls,
        frame: Frame,
        roster: Roster,
        policy: Policy,
        before: Frame | None,
        places: Places,
        from_date: date | None,
    ) -> Schedule:
        instance = resolve(roster, policy, before, from_date)
        grid, faults = read_grid(frame, roster, instance)
        report = audit(instance, grid, places)
        missing = report.violations[report.violations["rule"] == "rows"]
        problems = [
            Problem(text, "schedule", value=dates[0].isoformat())
            for found in (faults, missing)
            for text, dates in zip(found["text"], found["dates"], strict=True)
        ]
        if problems:
            raise RosterError(problems)
        return cls(
            status=Status.FEASIBLE if report.ok else Status.UNKNOWN,
            roster=roster,
            policy=policy,
            previous=before,
            instance=instance,
            grid=grid,
            places=places,
            objectives=report.objectives.assign(bound=None, gap=None, proven=False),
            blocks=pd.DataFrame(columns=BLOCK_COLUMNS),
            conflicts=(),
            provenance={"roster": roster.hash(), "policy": policy.hash(), "source": "frame"},
            from_date=from_date,
        )

    @classmethod
    @checked
    def read(cls, folder: PathName) -> Schedule:
        """Read a schedule back from the folder that `write` made.

        Parameters
        ----------
        folder : path

        Returns
        -------
        Schedule
            With the status and proof that were written, if they are of exactly this roster,
            policy, previous roster and schedule, and of the values that the verifier computes.
            If something has been changed since, a `RotasiWarning` says so, and it is as
            `from_frame` gives it.

        Raises
        ------
        RosterError, PolicyError
            With every problem, its file and place, if a file is missing or has been damaged.
        """
        with reading(folder, Path(folder).name, RosterError):
            path = find_place(folder)
            groups = path / "groups.csv"
            is_grouped = groups.exists()
        record, claims = read_record(path / "provenance.json")
        with naming_files():
            roster = Roster.read(path / "roster")
            schedule = cls._from_tables(
                read_frame(path / "schedule.csv"),
                roster,
                Policy.read(path / "policy.json"),
                read_frame(path / "previous.csv") if record.previous else None,
                read_places(read_frame(groups), roster) if is_grouped else {},
                record.from_date,
            )
        doubts = find_doubts(schedule, record, claims)
        if not doubts:
            return _restored(schedule, record, claims["provenance"])
        return _unproven(schedule, doubts)

    def raise_for_status(self) -> None:
        """Raise if there is no schedule.

        Raises
        ------
        InfeasibleError
            With the blocks and what collides there, if the hard rules cannot hold.
        TimeLimitError
            If time ran out before any schedule was found.
        """
        if self.status is Status.INFEASIBLE:
            raise InfeasibleError(self._names(Status.INFEASIBLE), self.conflicts)
        if self.status is Status.UNKNOWN and not self.complete:
            text = _("time ran out before a schedule was found for: {blocks}")
            raise TimeLimitError(text.format(blocks="; ".join(self._names(Status.UNKNOWN))))

    @property
    def complete(self) -> bool:
        """Whether every ASN-day that was to be decided is."""
        return not (self.grid == MISSING)[:, self.instance.facts.open].any()

    def hash(self) -> str:
        """SHA-256 of the CSV that `to_csv` writes, as hexadecimal text.

        Raises
        ------
        InfeasibleError, TimeLimitError
            If there is no schedule.
        """
        self.raise_for_status()
        digest = hashlib.sha256()
        for line in list_lines(self):
            digest.update(f"{line}\n".encode())
        return digest.hexdigest()

    @checked
    def write(self, folder: PathName, *, force: bool = False) -> None:
        """Write everything that `Schedule.read` needs, and tables for people, all or nothing.

        Parameters
        ----------
        folder : path
            Gets schedule.csv, grid.csv, summary.csv, objectives.csv, blocks.csv, policy.json,
            provenance.json, roster/ and, where there are such, groups.csv and previous.csv.
        force : bool
            Replace a schedule that is there already, as a whole. A folder that holds anything
            else is refused.

        Raises
        ------
        OutputError
            If the folder holds files already or cannot be written.
        """
        write_folder(self, folder, force=force)

    def __repr__(self) -> str:
        n_asn, n_days = self.grid.shape
        values = ", ".join(f"{kind} {value}" for kind, value in self._values())
        return f"<Schedule: {self.status}, {n_asn} ASN × {n_days} workdays; {values}>"

    def _repr_html_(self) -> str:
        asn, days = map(number, self.grid.shape)
        text = _("{status}: {asn} ASN × {days} workdays").format(
            status=self.status, asn=asn, days=days
        )
        headings = [_("objective"), _("value"), _("bound"), _("proven")]
        rows = [
            [name_objective(kind), value, bound, yes_or_no(proven)]
            for kind, value, bound, _gap, proven in self.objectives[OBJECTIVE_COLUMNS].itertuples(
                index=False
            )
        ]
        caption = " · ".join(filter(None, [self.policy.name, text]))
        return show_table(caption, headings, rows)

    def _values(self) -> list[tuple[str, object]]:
        return list(zip(self.objectives["kind"], self.objectives["value"], strict=True))

    def _names(self, status: Status) -> list[str]:
        """Blocks of a status, named by their OPDs and dates."""
        blocks = self.blocks[self.blocks["status"] == status].drop_duplicates("block")
        return [
            f"{opds} ({start:%Y-%m-%d} – {end:%Y-%m-%d})"
            for opds, start, end in zip(blocks["opds"], blocks["start"], blocks["end"], strict=True)
        ]


def _restored(schedule: Schedule, record: Kept, provenance: Mapping[str, Any]) -> Schedule:
    """The schedule with the proof that was written beside it."""
    return replace(
        schedule,
        status=Status(record.status),
        objectives=make_frame(map(dict, record.objectives), OBJECTIVE_COLUMNS),
        blocks=make_frame(map(dict, record.blocks), BLOCK_COLUMNS),
        provenance=provenance,
    )


def _unproven(schedule: Schedule, doubts: Sequence[str]) -> Schedule:
    """The schedule without the proof that was written beside it, which does not count for it."""
    text = _(
        "changed since the schedule was written: {doubts}; values are computed anew and nothing "
        "is proven; solve again for a proof"
    )
    notice = text.format(doubts=", ".join(doubts))
    give_notice(notice)
    return replace(schedule, provenance={**schedule.provenance, "notices": [notice]})
