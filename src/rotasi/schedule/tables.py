"""The tables of a schedule: long, as a grid, per OPD, per ASN, and beside another's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rotasi.exports.protocol import Subject
from rotasi.model.assignment import Statuses
from rotasi.model.facts import LEAVE, MISSING, STATUSES, WFH, WFO, Flags
from rotasi.schedule.diff import carry_on, find_changes
from rotasi.schedule.eligibility import make_ledger
from rotasi.support.arguments import checked
from rotasi.support.types import Frame

_CODES = np.array([*STATUSES, ""], dtype=object)
_CODES[MISSING] = ""


class Tables:
    """Methods of a `Schedule` that give a table of it."""

    def to_frame(self: Subject) -> Frame:
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
        return _list_rows(self, self.grid != MISSING)

    def partial(self: Subject) -> Frame:
        """The frame of the blocks that were solved, when others are infeasible."""
        return _list_rows(self, self.grid != MISSING)

    def history(self: Subject) -> Frame:
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

    @checked
    def diff(self: Subject, other: Subject) -> Frame:
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

    def to_grid(self: Subject) -> Frame:
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
        return pd.DataFrame(_CODES[self.grid], index=nips, columns=_list_dates(self))

    def groups(self: Subject) -> Frame:
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

    def summary(self: Subject) -> Frame:
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

    def ledger(self: Subject) -> Frame:
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
        return make_ledger(self.instance, self.grid)


def _list_rows(schedule: Subject, chosen: Flags) -> Frame:
    """The ASN-days that are chosen, in roster order and by date."""
    asn, day = np.nonzero(chosen)
    employees = schedule.roster.employees
    return pd.DataFrame(
        {
            "nip": employees["nip"].array.take(asn),
            "opd": employees["opd"].array.take(asn),
            "date": _list_dates(schedule)[day],
            "status": _CODES[schedule.grid[asn, day]],
        }
    )


def _list_dates(schedule: Subject) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(schedule.instance.facts.days.astype("datetime64[s]"), name="date")
