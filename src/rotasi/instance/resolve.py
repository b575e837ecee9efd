"""From roster, policy and previous roster to the facts that rules speak of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.errors import PolicyError, Problem, RosterError
from rotasi.instance.notices import list_notices
from rotasi.instance.previous import read_previous, read_statuses
from rotasi.messages import _
from rotasi.model.facts import LEAVE, MISSING, Facts, Flags, Ints
from rotasi.policy.document import Policy
from rotasi.rules import KINDS, Objective, Rule
from rotasi.rules.objectives import Changes
from rotasi.support.calendar import WEEKDAYS, Days, as_days, locate_days, weekday_of
from rotasi.support.text import as_word, near
from rotasi.support.types import Frame
from rotasi.tables.roster import Roster


@dataclass(frozen=True, eq=False, repr=False)
class Instance:
    """A roster under a policy, resolved.

    Parameters
    ----------
    policy : Policy
    facts : Facts
    notices : tuple of str
        What is allowed but probably not meant, and what is uncertain, in words for people.
    from_date : date or None
        The first day of a revision of `previous`.
    """

    policy: Policy
    facts: Facts
    notices: tuple[str, ...]
    from_date: date | None = None

    @property
    def leading(self) -> tuple[Objective, ...]:
        """Objectives before the penalty of soft rules: the changes of a revision."""
        return () if self.from_date is None else (Changes(kind="changes"),)


def resolve(
    roster: Roster, policy: Policy, previous: Frame | None = None, from_date: date | None = None
) -> Instance:
    """Bring roster, policy and previous roster onto the axes (ASN, workday).

    Parameters
    ----------
    roster : Roster
    policy : Policy
    previous : DataFrame of nip, date, status, optional
        Rows before the period are history, rows inside it serve stability.
    from_date : date, optional
        Revise `previous`: its days before this date are past, and as they were.

    Returns
    -------
    Instance

    Raises
    ------
    PolicyError
        If the policy names unknown columns or holidays, or its period has no workday.
    RosterError
        If a pin falls on a day off, or `previous` cannot be read.
    """
    _check_kinds(policy)
    check_columns(roster, policy)
    days = find_days(policy)
    employees = roster.employees.assign(service=find_services(roster.employees, policy))
    past, inside = read_previous(previous, roster, policy, days)
    begin = 0 if from_date is None else int(np.searchsorted(days, np.datetime64(from_date)))
    on_leave, inside = _settle(_mark_leave(roster, days), inside, begin)
    shape = (len(employees), len(days))
    facts = Facts(
        employees=employees,
        calendar=policy.calendar,
        start=policy.start,
        end=policy.end,
        days=days,
        on_leave=on_leave,
        pins=_read_pins(roster, policy, days),
        wishes=_sum_wishes(roster, days),
        past=past,
        previous=inside,
        barred=np.zeros(shape, dtype=bool),
        banned=np.zeros(shape, dtype=bool),
        begin=begin,
    )
    barred = _unite(policy, facts, lambda rule: rule.bars(facts))
    banned = _unite(policy, facts, lambda rule: rule.bans(facts))
    facts = replace(facts, barred=barred, banned=banned)
    return Instance(policy, facts, list_notices(roster, policy, facts), from_date)


def _check_kinds(policy: Policy) -> None:
    """Refuse rules that were slipped in: what is not registered, nothing could read again."""
    message = _("no class is registered for this kind; rotasi.register adds one")
    clauses: list[Rule | Objective] = [*policy.rules, *policy.objectives]
    unknown = sorted({clause.kind for clause in clauses} - set(KINDS))
    if unknown:
        raise PolicyError([Problem(message, "policy", column="kind", value=k) for k in unknown])


def check_columns(roster: Roster, policy: Policy) -> None:
    """Raise `PolicyError` if the policy names a column that nobody knows."""
    known = [str(column) for column in roster.employees.columns]
    problems = []
    clauses: list[tuple[str, Rule | Objective]] = [
        # A rule that an OPD proposed stands in no file of the policy, so its id names its place.
        *(
            (rule.id if rule.proposed_by else f"rules[{i}]", rule)
            for i, rule in enumerate(policy.rules)
        ),
        *((f"objectives[{i}]", goal) for i, goal in enumerate(policy.objectives)),
    ]
    for place, clause in clauses:
        for key, columns in clause.columns.items():
            message = _("neither the contract nor the roster has this column")
            problems += [
                Problem(message + near(name, known), "policy", column=f"{place}.{key}", value=name)
                for name in columns
                if name not in known
            ]
    if problems:
        raise PolicyError(problems)


def find_days(policy: Policy) -> Days:
    """The workdays of a policy's period; `PolicyError` if there is none."""
    try:
        days = policy.calendar.workdays(np.datetime64(policy.start), np.datetime64(policy.end))
    except LookupError as error:
        raise PolicyError([Problem(str(error.args[0]), "policy", column="holidays")]) from None
    if not len(days):
        message = _("the period has no workday; check start, end, workdays and holidays")
        raise PolicyError([Problem(message, "policy", column="start")])
    return days


def find_services(employees: Frame, policy: Policy) -> pd.Series:
    """The service of each ASN: their own, else that of their OPD, else administrative."""
    opds = employees["opd"].unique()
    given = {as_word(opd): service for opd, service in policy.opd_services.items()}
    services = {opd: given.get(opd, "administrative") for opd in opds}
    by_opd = employees["opd"].map(services)
    return employees["service"].where(employees["service"] != "", by_opd)


def _mark_leave(roster: Roster, days: Days) -> Flags:
    asn = roster.rows["leave"]
    first = np.searchsorted(days, as_days(roster.leave["start"]), side="left")
    beyond = np.searchsorted(days, as_days(roster.leave["end"]), side="right")
    steps = np.zeros((len(roster), len(days) + 1), dtype=np.int64)
    np.add.at(steps, (asn, first), 1)
    np.add.at(steps, (asn, beyond), -1)
    return steps.cumsum(axis=1)[:, :-1] > 0


def _settle(
    on_leave: Flags, previous: npt.NDArray[np.int8], begin: int
) -> tuple[Flags, npt.NDArray[np.int8]]:
    """Leave and previous statuses with the days before `begin` as they were.

    New leave wins. Who had no row on a past day was not there: like leave, that breaks runs and
    lowers minima, but no row comes of it.
    """
    past = np.arange(on_leave.shape[1]) < begin
    known = previous != MISSING
    settled = np.where(past & on_leave & known, LEAVE, previous).astype(np.int8)
    away = np.where(past, ~known | (settled == LEAVE), on_leave)
    return away, settled


def _read_pins(roster: Roster, policy: Policy, days: Days) -> npt.NDArray[np.int8]:
    grid = np.full((len(roster), len(days)), MISSING, dtype=np.int8)
    pins = roster.pins
    dates = as_days(pins["date"])
    inside = (dates >= np.datetime64(policy.start)) & (dates <= np.datetime64(policy.end))
    place = locate_days(dates, days)
    off = inside & (place < 0)
    if off.any():
        message = _("no workday; remove the pin or list the date in holidays.workdays")
        found = zip(pins.index[off], dates[off].astype(str), strict=True)
        raise RosterError([Problem(message, "pins", row, "date", str(day)) for row, day in found])
    asn = roster.rows["pins"][inside]
    grid[asn, place[inside]] = read_statuses(pins["status"], policy)[inside]
    return grid


def _sum_wishes(roster: Roster, days: Days) -> Ints:
    wishes = roster.wishes
    total = np.zeros((len(roster), len(days)), dtype=np.int64)
    asn = roster.rows["wishes"]
    weight = wishes["weight"].to_numpy(np.int64)
    dated = wishes["date"].notna().to_numpy(bool)
    place = np.where(dated, locate_days(as_days(wishes["date"].fillna(pd.Timestamp(0))), days), -1)
    np.add.at(total, (asn[place >= 0], place[place >= 0]), weight[place >= 0])
    by_weekday = np.zeros((len(roster), len(WEEKDAYS)), dtype=np.int64)
    weekday = wishes["weekday"].map({name: i for i, name in enumerate(WEEKDAYS)})
    weekly = ~dated & weekday.notna().to_numpy(bool)
    np.add.at(by_weekday, (asn[weekly], weekday[weekly].to_numpy(np.int64)), weight[weekly])
    return total + by_weekday[:, weekday_of(days)]


def _unite(policy: Policy, facts: Facts, reach: Callable[[Rule], Flags | None]) -> Flags:
    """Cells that any hard rule reaches."""
    cells = np.zeros(facts.shape, dtype=bool)
    for rule in policy.all_rules:
        found = reach(rule) if rule.hard else None
        if found is not None:
            cells |= found
    return cells
