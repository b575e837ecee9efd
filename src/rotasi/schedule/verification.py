"""Re-check a roster from the tables and dates alone, knowing nothing of the solver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from os import PathLike

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.errors import UndecidedError
from rotasi.exports.protocol import HasRows, Subject
from rotasi.instance.previous import demand_columns, read_rows, read_statuses
from rotasi.instance.resolve import Instance, resolve
from rotasi.instance.wording import name_rule
from rotasi.messages import _, number, plural
from rotasi.model.assignment import Breaches, Statuses, breaches_of_asn, since
from rotasi.model.constraints import Places
from rotasi.model.facts import LEAVE, MISSING, UNREADABLE, Facts, Flags
from rotasi.policy.document import Policy
from rotasi.rules import Rule
from rotasi.support.arguments import Day, as_day, checked
from rotasi.support.calendar import as_date, as_days, locate_days
from rotasi.support.notebook_html import show_table, show_text
from rotasi.support.run_log import Journal
from rotasi.support.types import Frame, PathName
from rotasi.tables.readers import read_schedule
from rotasi.tables.roster import Roster

VIOLATION_COLUMNS = ["rule", "group", "nip", "dates", "needed", "found", "text"]


@dataclass(frozen=True, repr=False)
class Report:
    """What verification found; true when there is no violation.

    Parameters
    ----------
    violations : DataFrame
        rule, group (of ASN, empty where one ASN is concerned), nip (empty where a group is
        concerned), dates (tuple of date), needed, found, text.
    objectives : DataFrame
        kind and value, recomputed; led by ``penalty`` where the policy has soft rules.
    undecided : tuple of str
        Rules of which the search could not tell: rotation groups that a bare table leaves open.
    """

    violations: Frame
    objectives: Frame
    undecided: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every hard rule is known to hold."""
        return not len(self.violations) and not self.undecided

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        found = f"{len(self.violations)} violations"
        found += f", undecided: {', '.join(self.undecided)}" if self.undecided else ""
        return f"<Report: {'ok' if self.ok else found}>"

    def _repr_html_(self) -> str:
        headings = [_("rule"), _("group or ASN"), _("dates"), _("what is wrong")]
        columns = (self.violations[name] for name in ("rule", "group", "dates", "text"))
        rows = [
            [rule, group or _("an ASN"), _span(days), text]
            for rule, group, days, text in zip(*columns, strict=True)
        ]
        rows += [[rule, "", "", _("undecided")] for rule in self.undecided]
        if not rows:
            return show_text(_("every rule holds"))
        text = plural("{count} violation", "{count} violations", len(self.violations))
        return show_table(text.format(count=number(len(self.violations))), headings, rows)


def _span(days: Sequence[date]) -> str:
    return " – ".join(dict.fromkeys(map(str, (days[0], days[-1]))))


@checked
def verify(
    schedule: HasRows | Frame | PathName,
    roster: Roster,
    policy: Policy,
    previous: Subject | Frame | None = None,
    from_date: Day | None = None,
) -> Report:
    """Check a roster against every hard rule, and recompute the objectives.

    Parameters
    ----------
    schedule : Schedule or DataFrame of nip, date, status, or path
        A hand-edited frame may lack rows, double them, or hold the policy's labels; such faults
        are violations of ``rows`` and ``leave``, never exceptions. A path is that of a table, of
        a workbook that `Schedule.to_excel` wrote, or of a folder that `Schedule.write` made, of
        which the rows and the groups are read.
    roster : Roster
    policy : Policy
    previous : Schedule or DataFrame, optional
        The same as was given to `solve`; a Schedule brings its own.
    from_date : date or str, optional
        Check a revision of `previous` from this date on: what lies before must be as it was, and
        what it alone breaks is no violation. A revised Schedule brings its own.

    Returns
    -------
    Report

    Raises
    ------
    RosterError
        If the frame lacks a column or a date cannot be read, or a file cannot.
    ArgumentError
        If an argument is of a wrong type, or `from_date` is no date.
    PolicyError
        If roster and policy do not fit together.

    Examples
    --------
    >>> import rotasi
    >>> roster = rotasi.datasets.city(40)
    >>> policy = rotasi.presets.bekasi_2026()
    >>> bool(rotasi.verify(rotasi.solve(roster, policy), roster, policy))
    True
    """
    journal, groups = Journal(), None
    if isinstance(schedule, str | PathLike):
        schedule, groups = read_schedule(schedule)
    if not isinstance(schedule, pd.DataFrame):
        previous = schedule.previous if previous is None else previous
        from_date = schedule.from_date if from_date is None else from_date
        with suppress(UndecidedError):
            groups = schedule.groups()
        schedule = schedule.to_frame()
    begin = None if from_date is None else as_day(from_date)
    instance = resolve(roster, policy, as_frame(previous), begin)
    grid, rows = read_grid(schedule, roster, instance)
    report = audit(instance, grid, {} if groups is None else read_places(groups, roster))
    found = [frame for frame in (rows, report.violations) if len(frame)]
    if found:
        report = replace(report, violations=pd.concat(found, ignore_index=True))
    journal.phase("verified: %d violations in %d rows", len(report.violations), len(schedule))
    journal.violations(report.violations)
    return report


def as_frame(previous: Subject | Frame | None) -> Frame | None:
    """A previous roster as a frame of our own, which nobody changes later."""
    if previous is None:
        return None
    return previous.copy() if isinstance(previous, pd.DataFrame) else previous.to_frame()


def audit(instance: Instance, grid: npt.NDArray[np.int8], places: Places) -> Report:
    """Check a finished roster against everything that must hold.

    In a revision, a breach is the past's own if all its days are past, and then no violation. Where
    days on both sides count, rules ask for no more than the past leaves possible.

    Parameters
    ----------
    instance : Instance
    grid : ndarray of int8, shape (n, d)
        Status codes.
    places : mapping of str to ndarray of int64, shape (n,)
        By rule, the groups that were formed; the others are searched for.

    Returns
    -------
    Report
    """
    facts, statuses = instance.facts, Statuses(grid, places)
    found = {rule.id: _audit_rule(rule, facts, statuses) for rule in instance.policy.all_rules}
    parts = _audit_standing(facts, statuses)
    for rule in instance.policy.all_rules:
        breaches = found[rule.id]
        if rule.hard and breaches is not None:
            parts.append((rule.id, name_rule(rule), breaches))
    parts = [(rule, text, since(breaches, facts.begin)) for rule, text, breaches in parts]
    parts.append(("rows", _("differs from what it was"), _find_rewritten(facts, grid)))
    frames = [_describe(facts, *part) for part in parts if len(part[2].asn)]
    none = pd.DataFrame(columns=VIOLATION_COLUMNS)
    return Report(
        violations=pd.concat(frames, ignore_index=True) if frames else none,
        objectives=_values(instance, statuses, found),
        undecided=tuple(rule for rule, breaches in found.items() if breaches is None),
    )


def read_places(groups: Frame, roster: Roster) -> Places:
    """Numbers of the groups that the solver formed, from a frame of rule, nip, group.

    Labels of such groups end in their number from 1; those of other groups say nothing here.

    Raises
    ------
    RosterError
        If a column is missing.
    """
    demand_columns(groups, "groups", ("rule", "nip", "group"))
    number = pd.to_numeric(groups["group"].str.extract(r" / (\d{1,9})$", expand=False))
    found = groups.assign(asn=roster.locate(groups["nip"]), part=number - 1)
    places = {}
    for rule, rows in found[(found["asn"] >= 0) & number.notna()].groupby("rule"):
        places[str(rule)] = np.full(len(roster), -1)
        places[str(rule)][rows["asn"]] = rows["part"]
    return places


def _audit_rule(rule: Rule, facts: Facts, statuses: Statuses) -> Breaches | None:
    """Breaches of a rule; None where they cannot be told."""
    try:
        return rule.audit(facts, statuses)
    except UndecidedError:
        return None


def read_grid(
    frame: Frame, roster: Roster, instance: Instance
) -> tuple[npt.NDArray[np.int8], Frame]:
    """Status codes on the axes of an instance, and violations of ``rows`` by the frame itself.

    Parameters
    ----------
    frame : DataFrame of nip, date, status
    roster : Roster
    instance : Instance

    Returns
    -------
    grid : ndarray of int8, shape (n, d)
        MISSING where there is no row, UNREADABLE where its status is none.
    violations : DataFrame
        Doubled rows, and rows of unknown ASN, days off or unknown status.
    """
    rows = read_rows(frame, "schedule")
    asn = roster.locate(rows["nip"])
    day = locate_days(as_days(rows["date"]), instance.facts.days)
    status = read_statuses(rows["status"], instance.policy)
    known = (asn >= 0) & (day >= 0)
    # Of the rows of an ASN and date, the first counts.
    first = known & ~pd.MultiIndex.from_arrays([asn, day]).duplicated()
    faults = {
        _("no employee has this NIP"): asn < 0,
        _("the date is no workday of the period"): (day < 0) & (asn >= 0),
        _("the status is none of WFO, WFH, LEAVE"): (status == MISSING) & known,
        _("the ASN has two rows on this date"): known & ~first,
    }
    grid = np.full(instance.facts.shape, MISSING, dtype=np.int8)
    grid[asn[first], day[first]] = np.where(status == MISSING, UNREADABLE, status)[first]
    frames = [_describe_rows(rows[where], text) for text, where in faults.items()]
    return grid, pd.concat(frames)


def _audit_standing(facts: Facts, statuses: Statuses) -> list[tuple[str, str, Breaches]]:
    grid = statuses.grid
    there = grid >= 0
    pinned = there & (facts.pins != MISSING) & (facts.pins != grid) & ~facts.on_leave
    return [
        ("rows", _("a row is missing"), _at(grid == MISSING, 1, 0)),
        ("leave", _("on leave without LEAVE"), _at(there & facts.on_leave & (grid != LEAVE), 1, 0)),
        ("leave", _("LEAVE without leave"), _at(there & ~facts.on_leave & (grid == LEAVE), 0, 1)),
        ("pin", _("differs from its pin"), _at(pinned, 1, 0)),
    ]


def _find_rewritten(facts: Facts, grid: npt.NDArray[np.int8]) -> Breaches:
    """Past days that are not as they were."""
    return _at((grid != facts.previous) & ~facts.open, 1, 0)


def _at(where: Flags, needed: int, found: int) -> Breaches:
    days = np.arange(where.shape[1])
    numbers = (np.full(where.shape, value) for value in (needed, found))
    return breaches_of_asn(where, days, days, *numbers)


def _describe(facts: Facts, rule: str, text: str, breaches: Breaches) -> Frame:
    days = [as_date(day) for day in facts.days]
    nips = np.append(facts.employees["nip"].to_numpy(), "")
    spans = np.stack([breaches.first, breaches.last], axis=1).tolist()
    numbers = np.stack([breaches.needed, breaches.found], axis=1).tolist()
    short, over = (
        _("{rule}: at least {needed}, found {found}"),
        _("{rule}: at most {needed}, found {found}"),
    )
    return pd.DataFrame(
        {
            "rule": rule,
            "group": breaches.group,
            "nip": nips[breaches.asn],
            "dates": [tuple(days[first : last + 1]) for first, last in spans],
            "needed": breaches.needed,
            "found": breaches.found,
            "text": [
                (short if had < need else over).format(rule=text, needed=need, found=had)
                for need, had in numbers
            ],
        }
    )


def _describe_rows(rows: Frame, text: str) -> Frame:
    return pd.DataFrame(
        {
            "rule": "rows",
            "group": "",
            "nip": rows["nip"].array,
            "dates": [(day.date(),) for day in rows["date"]],
            "needed": 0,
            "found": 1,
            "text": text,
        }
    )


def _values(instance: Instance, statuses: Statuses, found: Mapping[str, Breaches | None]) -> Frame:
    """Values of the objectives; the penalty is missing where a soft rule is undecided."""
    soft = [(rule.penalty, found[rule.id]) for rule in instance.policy.rules if rule.penalty]
    rows: list[tuple[str, int | None]] = []
    rows += [(goal.kind, goal.value(instance.facts, statuses)) for goal in instance.leading]
    if soft:
        known = all(breaches is not None for _price, breaches in soft)
        total = sum(price * breaches.total for price, breaches in soft if breaches is not None)
        rows.append(("penalty", total if known else None))
    rows += [
        (goal.kind, goal.value(instance.facts, statuses)) for goal in instance.policy.objectives
    ]
    kinds, values = [kind for kind, _value in rows], [value for _kind, value in rows]
    # None among integers would make floats of them.
    column = pd.Series(values, dtype=object if None in values else np.int64)
    return pd.DataFrame({"kind": kinds, "value": column})
