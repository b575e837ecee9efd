"""The schedule: who is on site and who is remote, with what is proven about it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.errors import Conflict, InfeasibleError, Problem, RosterError, TimeLimitError
from rotasi.exports.protocol import Subject
from rotasi.instance.resolve import Instance, resolve
from rotasi.instance.wording import name_objective
from rotasi.messages import _, number, yes_or_no
from rotasi.model.assignment import Statuses
from rotasi.model.constraints import Places
from rotasi.model.facts import LEAVE, MISSING, STATUSES, WFH, WFO, Grid
from rotasi.model.status import Status
from rotasi.policy.document import Policy
from rotasi.schedule.diff import carry_on, find_changes
from rotasi.schedule.eligibility import draw_up
from rotasi.schedule.exporting import Handouts
from rotasi.schedule.folder import SCHEMA, hash_grid, list_lines, read_record, write_folder
from rotasi.schedule.verification import as_day, as_frame, audit, read_grid, read_places
from rotasi.support.atomic_files import writing
from rotasi.support.notebook_html import show_table
from rotasi.support.types import Frame, PathName
from rotasi.tables.csv_files import write_lines
from rotasi.tables.readers import read_frame
from rotasi.tables.roster import Roster

OBJECTIVE_COLUMNS = ["kind", "value", "bound", "gap", "proven"]
BLOCK_COLUMNS = [
    "block", "opds", "asn", "start", "end", "kind", "status", "value", "bound", "seconds",
]  # fmt: skip

_CODES = np.array([*STATUSES, ""], dtype=object)
_CODES[MISSING] = ""


@dataclass(frozen=True, eq=False, repr=False)
class Schedule(Handouts):
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
        Shortages found in infeasible blocks.
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
    def from_frame(
        cls,
        frame: Frame,
        roster: Roster,
        policy: Policy,
        previous: Subject | Frame | None = None,
        from_date: date | str | None = None,
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
        return cls._from_tables(frame, roster, policy, before, {}, as_day(from_date))

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
    def read(cls, folder: PathName) -> Schedule:
        """Read a schedule back from the folder that `write` made.

        Parameters
        ----------
        folder : path

        Returns
        -------
        Schedule
            With the status and proof that were written, unless the roster, the policy or the
            schedule has been changed since: then as `from_frame` gives it.

        Raises
        ------
        RosterError, PolicyError
            If a file of the folder is missing or has been damaged.
        """
        path = Path(folder)
        record = read_record(path / "provenance.json")
        roster, groups = Roster.read(path / "roster"), path / "groups.csv"
        schedule = cls._from_tables(
            read_frame(path / "schedule.csv"),
            roster,
            Policy.read(path / "policy.json"),
            read_frame(path / "previous.csv") if record["previous"] else None,
            read_places(read_frame(groups), roster) if groups.exists() else {},
            as_day(record.get("from_date")),
        )
        found = (schedule.roster.hash(), schedule.policy.hash(), hash_grid(schedule.grid))
        proven = record["provenance"]
        unchanged = found == (proven.get("roster"), proven.get("policy"), record["grid"])
        keeps = schedule.status is Status.FEASIBLE
        return _restored(schedule, record) if unchanged and keeps else schedule

    def raise_for_status(self) -> None:
        """Raise if there is no schedule.

        Raises
        ------
        InfeasibleError
            With the blocks and shortages, if the hard rules cannot hold.
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

    def to_frame(self) -> Frame:
        """The roster in long form.

        Returns
        -------
        DataFrame, one row per ASN and workday
            nip, opd (str), date (datetime64), status (WFO, WFH or LEAVE), in roster order and
            by date. In a revision, who was not there yet has no rows before it.

        Raises
        ------
        InfeasibleError, TimeLimitError
            If there is no schedule.
        """
        self.raise_for_status()
        return self.partial()

    def partial(self) -> Frame:
        """The frame of the blocks that were solved, when others are infeasible."""
        return self._long(self.grid != MISSING)

    def history(self) -> Frame:
        """All that is known up to the end of the period, as the `previous` of the next one.

        A Schedule given as `previous` counts with its own rows only. This carries on what it was
        given itself, so that fairness holds over many periods.

        Returns
        -------
        DataFrame of nip, date, status
            The rows of `previous` before the period, then its own.

        Raises
        ------
        InfeasibleError, TimeLimitError
            If there is no schedule.
        """
        own = self.to_frame()[["nip", "date", "status"]]
        return own if self.previous is None else carry_on(self.previous, own, self.policy)

    def diff(self, other: Schedule) -> Frame:
        """What another schedule changes.

        Parameters
        ----------
        other : Schedule
            Such as the one that `rotasi.revise` made of this.

        Returns
        -------
        DataFrame of nip, opd, date, before, after
            The ASN-days whose status here (`before`) is not that of `other` (`after`), in roster
            order and by date; ASN that only `other` has come last. A status is empty where a
            schedule lacks the ASN or the day; the OPD is that of `other`, if it has the ASN.

        Raises
        ------
        InfeasibleError, TimeLimitError
            If one of the two holds no roster.

        Examples
        --------
        >>> import pandas as pd, rotasi
        >>> roster = rotasi.Roster.from_frame(pd.DataFrame({"nip": ["a"], "opd": "Bappeda"}))
        >>> policy = rotasi.Policy.model_validate({"start": "2026-01-05", "end": "2026-01-05"})
        >>> leave = pd.DataFrame({"nip": ["a"], "start": ["2026-01-05"], "end": ["2026-01-05"]})
        >>> later = rotasi.Roster.from_frame(roster.employees, leave=leave)
        >>> rotasi.solve(roster, policy).diff(rotasi.solve(later, policy))
          nip      opd       date before  after
        0   a  Bappeda 2026-01-05    WFH  LEAVE
        """
        people = [schedule.roster.employees["nip"] for schedule in (self, other)]
        return find_changes(self.to_frame(), other.to_frame(), pd.concat(people))

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

    def to_grid(self) -> Frame:
        """The roster as a table.

        Returns
        -------
        DataFrame, one row per ASN (index nip), one column per workday
            Values WFO, WFH or LEAVE.

        Raises
        ------
        InfeasibleError, TimeLimitError
            If there is no schedule.
        """
        self.raise_for_status()
        nips = pd.Index(self.roster.employees["nip"], name="nip")
        return pd.DataFrame(_CODES[self.grid], index=nips, columns=self._dates())

    def groups(self) -> Frame:
        """Rotation groups: who shares their days with whom.

        Returns
        -------
        DataFrame of rule, nip, group
            One row per rule of `rotation_groups` and member, in roster order.

        Raises
        ------
        InfeasibleError, TimeLimitError
            If there is no schedule.
        UndecidedError
            If the groups of a table, which names none, could not be found.
        """
        self.raise_for_status()
        statuses = Statuses(self.grid, self.places)
        frames = [pd.DataFrame(columns=["rule", "nip", "group"], dtype=object)]
        for rule in self.policy.rules:
            groups = rule.formed(self.instance.facts, statuses)
            if groups is not None:
                (asn,) = np.nonzero(groups.of >= 0)
                nips = self.roster.employees["nip"].to_numpy(object)[asn]
                named = {"rule": rule.id, "nip": nips, "group": groups.labels[groups.of[asn]]}
                frames.append(pd.DataFrame(named, dtype=object))
        return pd.concat(frames, ignore_index=True)

    def summary(self) -> Frame:
        """Figures per OPD.

        Returns
        -------
        DataFrame, one row per OPD
            opd, asn, eligible (ASN who may be remote), remote_days, leave_days, remote_share
            (of the ASN-days not on leave), least_on_site (smallest share of those present).

        Raises
        ------
        InfeasibleError, TimeLimitError
            If there is no schedule.
        """
        self.raise_for_status()
        facts = self.instance.facts
        groups = facts.opds
        remote, site = groups.count(self.grid == WFH), groups.count(self.grid == WFO)
        present = remote + site
        share = np.where(present > 0, site / np.maximum(present, 1), 1.0)
        return pd.DataFrame(
            {
                "opd": groups.labels.astype(str),
                "asn": np.bincount(groups.of),
                "eligible": np.bincount(groups.of, weights=facts.may_be_remote).astype(np.int64),
                "remote_days": remote.sum(axis=1),
                "leave_days": groups.count(self.grid == LEAVE).sum(axis=1),
                "remote_share": remote.sum(axis=1) / np.maximum(present.sum(axis=1), 1),
                "least_on_site": share.min(axis=1),
            }
        )

    def ledger(self) -> Frame:
        """The ledger of eligibility: who may be remote or not, by which rule, on what evidence.

        A schedule that does not exist has one too, with empty figures.

        Returns
        -------
        DataFrame, one row per ASN in roster order
            nip, name (if the roster has names), opd, may_be_remote (bool), days_open (workdays
            that no hard rule bars), rule (the one that decides; empty if none bars), text,
            source, evidence, also (ids of the others that bar), would_change (evidence that
            would turn the decision), application (``granted``, ``partial``, ``refused``; empty
            without one, or without a roster that answers it), reason, remote_days, wishes
            (workdays wished remote), wishes_granted.
        """
        return draw_up(self.instance, self.grid)

    def to_csv(self, path: PathName, *, force: bool = False) -> None:
        """Write the long form as CSV, whole or not at all.

        Parameters
        ----------
        path : path
        force : bool
            Replace a file that is there already.

        Raises
        ------
        OutputError
            If the file exists or cannot be written.
        """
        self.raise_for_status()
        with writing(path, force=force) as scratch:
            write_lines(list_lines(self), scratch)

    def to_parquet(self, path: PathName, *, force: bool = False) -> None:
        """Write the long form as Parquet, whole or not at all; needs ``rotasi[parquet]``.

        Parameters
        ----------
        path : path
        force : bool
            Replace a file that is there already.

        Raises
        ------
        OutputError
            If the file exists or cannot be written.
        ImportError
            If pyarrow is missing.
        """
        frame = self.to_frame().assign(schema=np.int32(SCHEMA))
        with writing(path, force=force) as scratch:
            try:
                frame.to_parquet(scratch, index=False, engine="pyarrow")
            except ImportError as error:
                text = _('writing Parquet needs pyarrow: pip install "rotasi[parquet]"')
                raise ImportError(text) from error

    def write(self, folder: PathName, *, force: bool = False) -> None:
        """Write everything that `Schedule.read` needs, and tables for people, all or nothing.

        Parameters
        ----------
        folder : path
            Gets schedule.csv, grid.csv, summary.csv, objectives.csv, blocks.csv, policy.json,
            provenance.json, roster/ and, where there are such, groups.csv and previous.csv.
        force : bool
            Replace files that are there already.

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

    def _dates(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.instance.facts.days.astype("datetime64[s]"), name="date")

    def _long(self, chosen: npt.NDArray[np.bool_]) -> Frame:
        asn, day = np.nonzero(chosen)
        employees = self.roster.employees
        return pd.DataFrame(
            {
                "nip": employees["nip"].array.take(asn),
                "opd": employees["opd"].array.take(asn),
                "date": self._dates()[day],
                "status": _CODES[self.grid[asn, day]],
            }
        )

    def _names(self, status: Status) -> list[str]:
        """Blocks of a status, named by their OPDs and dates."""
        blocks = self.blocks[self.blocks["status"] == status].drop_duplicates("block")
        return [
            f"{opds} ({start:%Y-%m-%d} – {end:%Y-%m-%d})"
            for opds, start, end in zip(blocks["opds"], blocks["start"], blocks["end"], strict=True)
        ]


def demand_schedule(given: object) -> None:
    """Make sure that there is a roster to look at.

    Parameters
    ----------
    given : object
        What a caller has handed in as a schedule.

    Raises
    ------
    TypeError
        If it is a table or something else.
    InfeasibleError, TimeLimitError
        If it holds no roster.
    """
    if not isinstance(given, Schedule):
        raise TypeError(_("give a Schedule; Schedule.from_frame makes one of a table"))
    given.raise_for_status()


def _restored(schedule: Schedule, record: Mapping[str, Any]) -> Schedule:
    """The schedule with the proof that was written beside it."""
    blocks = pd.DataFrame(record["blocks"], columns=BLOCK_COLUMNS)
    for column in ("start", "end"):
        blocks[column] = pd.to_datetime(blocks[column]).dt.date
    return replace(
        schedule,
        status=Status(record["status"]),
        objectives=pd.DataFrame(record["objectives"], columns=OBJECTIVE_COLUMNS),
        blocks=blocks,
        provenance=record["provenance"],
    )
