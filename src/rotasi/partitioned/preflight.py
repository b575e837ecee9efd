"""What must hold between the parts of a nation, checked before anything is solved.

Parts are solved apart. That is exact only if no ASN, no OPD and no group of a rule spans two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from rotasi.errors import PERSONAL, PolicyError, Problem, RosterError, VerificationError
from rotasi.instance.resolve import check_columns, find_days, find_services
from rotasi.messages import _
from rotasi.model.facts import MISSING, Facts, History, Ints
from rotasi.partitioned.dataset import Part
from rotasi.partitioned.past import attach
from rotasi.policy.document import Policy
from rotasi.rules import KINDS, Objective, Rule
from rotasi.support.calendar import Days
from rotasi.support.notices import give_notice
from rotasi.tables.roster import Roster, without_blanks


@dataclass(frozen=True)
class Census:
    """What of one part concerns the others.

    Parameters
    ----------
    part : Part
        With its files hashed and counted.
    nips : Series of str
    opds : frozenset of str
    groups : dict of str to frozenset of str
        Labels of the groups that may span parts, by the place in the policy that forms them.
    reached : frozenset of str
        Ids of the rules that reach somebody.
    """

    part: Part
    nips: pd.Series
    opds: frozenset[str]
    groups: dict[str, frozenset[str]]
    reached: frozenset[str]


def survey(
    parts: Sequence[Part], policy: Policy, previous: Path | None, workers: int
) -> list[Part]:
    """Check that the parts can be solved apart.

    Parameters
    ----------
    parts : sequence of Part
    policy : Policy
    previous : Path or None
        A folder of an earlier schedule, in parts of its own.
    workers : int

    Returns
    -------
    list of Part
        Each with its files hashed, and those of `previous` that have rows of its ASN.

    Raises
    ------
    RosterError
        If an ASN or an OPD is in two parts, or the employees of a part cannot be read.
    PolicyError
        If a group of a rule or objective has members in two parts, if one ties ASN together
        and does not say whom, or if workers could not know its class.
    """
    _check_reachable(policy)
    censuses = _count_all(parts, policy, workers)
    known = [census.part for census in censuses]
    names = [part.name for part in parts]
    home = pd.Series(
        np.repeat(np.arange(len(parts)), [len(census.nips) for census in censuses]),
        index=pd.Index(pd.concat([census.nips for census in censuses], ignore_index=True)),
    )
    _check_people(names, censuses, home)
    _check_groups(names, censuses, policy)
    _warn_of_unreached(censuses, policy)
    return known if previous is None else attach(known, home, previous)


def _count_all(parts: Sequence[Part], policy: Policy, workers: int) -> list[Census]:
    """Look at every part; what is wrong with any of them is told at once."""
    with ThreadPoolExecutor(workers) as threads:
        # Threads of a pool know nothing of the language of whoever asks.
        tasks = [threads.submit(copy_context().run, _count, part, policy) for part in parts]
    found, problems = [], list[Problem]()
    for task in tasks:
        try:
            found.append(task.result())
        except RosterError as error:
            problems += error.problems
    if problems:
        raise RosterError(problems)
    return found


def _check_columns(part: Part, roster: Roster, policy: Policy) -> None:
    """Refuse columns that the policy names and a part lacks, by the name of the part."""
    try:
        check_columns(roster, policy)
    except PolicyError as error:
        text = _("in the part {part}: {message}")
        raise PolicyError(
            [
                replace(problem, message=text.format(part=part.name, message=problem.message))
                for problem in error.problems
            ]
        ) from None


def _count(part: Part, policy: Policy) -> Census:
    clauses = [clause for _place, clause in _clauses(policy)]
    named = {name for clause in clauses for found in clause.columns.values() for name in found}
    known, roster = part.survey(sorted(named | {"nip", "opd", "service"}))
    check_rows(known, len(roster))
    _check_columns(known, roster, policy)
    facts = make_people(roster, policy)
    found = {place: clause.couples(facts) for place, clause in _clauses(policy)}
    groups = {place: frozenset(own.labels if own else ()) for place, own in found.items()}
    if None in found.values():
        refuse_silent(policy, make_people(known.read_employees(), policy, find_days(policy)))
    return Census(
        part=known,
        nips=roster.employees["nip"],
        opds=frozenset(roster.employees["opd"].unique()),
        groups=groups,
        reached=frozenset(rule.id for rule in policy.rules if rule.members(facts).any()),
    )


def check_rows(part: Part, count: int) -> None:
    """Hold the employees that were met against the rows that the files say they have."""
    if count != part.rows:
        raise VerificationError(
            f"the part {part.name} has {part.rows} rows of employees in its files, but {count} "
            "were met; please report this bug"
        )


def _clauses(policy: Policy) -> Iterator[tuple[str, Rule | Objective]]:
    yield from ((f"rules[{number}]", rule) for number, rule in enumerate(policy.rules))
    yield from ((f"objectives[{number}]", goal) for number, goal in enumerate(policy.objectives))


def refuse_silent(policy: Policy, facts: Facts) -> None:
    """Refuse rules and objectives that tie ASN together without saying whom.

    Raises
    ------
    PolicyError
        Which names each.
    """
    text = _("{kind} ties ASN together and does not say whom; its class has to say so in couples")
    problems = [
        Problem(text.format(kind=clause.kind), "policy", column=place, value=_name(clause))
        for place, clause in _clauses(policy)
        if clause.couples(facts) is None
        and any((group >= 0).any() for group in list_groups(clause, facts))
    ]
    if problems:
        raise PolicyError(problems)


def list_groups(clause: Rule | Objective, facts: Facts) -> list[Ints]:
    """The groups in the forms of a clause, each of shape (n,), -1 = none."""
    forms = clause.compile(facts) if isinstance(clause, Rule) else clause.tier(facts).terms
    groups = (getattr(form, "group", None) for form in forms)
    return [group for group in groups if group is not None]


def _check_reachable(policy: Policy) -> None:
    """Refuse classes that were registered here and that no other process could import."""
    text = _(
        "{kind} is known in this process only; put its class into a module that others can "
        "import, or name it as an entry point"
    )
    problems = [
        Problem(text.format(kind=clause.kind), "policy", column=place, value=_name(clause))
        for place, clause in _clauses(policy)
        if not KINDS.can_be_imported(clause.kind)
    ]
    if problems:
        raise PolicyError(problems)


def find_paths(policy: Policy) -> tuple[str, ...]:
    """Where the classes of rules from outside stand: what workers import to know them."""
    kinds = sorted({clause.kind for _place, clause in _clauses(policy)} - KINDS.own)
    return tuple(KINDS.path(kind) for kind in kinds)


def find_origins(policy: Policy) -> list[str]:
    """Versions of the packages that rules from outside come from."""
    kinds = sorted({clause.kind for _place, clause in _clauses(policy)} - KINDS.own)
    return [KINDS.origin(kind) for kind in kinds]


def _name(clause: Rule | Objective) -> str:
    return clause.id if isinstance(clause, Rule) else clause.kind


def make_people(roster: Roster, policy: Policy, days: Days | None = None) -> Facts:
    """Facts about people alone, without days, or with days on which nothing is known of them."""
    zero = np.zeros(0, dtype=np.int64)
    days = zero.astype("datetime64[D]") if days is None else days
    none = np.zeros((len(roster), len(days)), dtype=bool)
    nothing = np.full(none.shape, MISSING, dtype=np.int8)
    return Facts(
        employees=roster.employees.assign(service=find_services(roster.employees, policy)),
        calendar=policy.calendar,
        start=policy.start,
        end=policy.end,
        days=days,
        on_leave=none,
        pins=nothing,
        wishes=none.astype(np.int64),
        past=History(zero, zero.astype("datetime64[D]"), zero.astype(np.int8)),
        previous=nothing,
        barred=none,
        banned=none,
    )


def _check_people(names: Sequence[str], censuses: Sequence[Census], home: pd.Series) -> None:
    text = _("the OPD is in the parts {parts}; keep each OPD in one part")
    problems = [
        Problem(text.format(parts=", ".join(found)), "employees", column="opd", value=opd)
        for opd, found in _shared(names, [census.opds for census in censuses])
    ]
    text = _("the same NIP is in the parts {parts}; keep one row per ASN")
    # Blanks and invisible characters inside make nobody another person.
    same = home.set_axis(pd.Index(without_blanks(home.index.to_series())))
    again = same[same.index.duplicated(keep=False)]
    for nip, where in again.groupby(level=0, sort=False).unique().items():
        found = ", ".join(names[number] for number in where)
        problems.append(Problem(text.format(parts=found), "employees", column="nip", value=nip))
    if problems:
        raise RosterError(problems)


def _check_groups(names: Sequence[str], censuses: Sequence[Census], policy: Policy) -> None:
    text = _("the group {group!r} has members in the parts {parts}; put its OPDs into one part")
    problems = []
    for place, clause in _clauses(policy):
        by = clause.columns.get("by")
        column, value = (place, _name(clause)) if by is None else (f"{place}.by", None)
        for label, found in _shared(names, [census.groups[place] for census in censuses]):
            # What a label tells is known only where columns make it.
            shown = label if by is not None and PERSONAL.isdisjoint(by) else "…"
            message = text.format(group=shown, parts=", ".join(found))
            problems.append(Problem(message, "policy", column=column, value=value))
    if problems:
        raise PolicyError(problems)


def _shared(
    names: Sequence[str], labels: Sequence[frozenset[str]]
) -> Iterator[tuple[str, list[str]]]:
    """Labels that stand in more than one part, with the parts, in order."""
    where: dict[str, list[str]] = {}
    for name, own in zip(names, labels, strict=True):
        for label in own:
            where.setdefault(label, []).append(name)
    return ((label, found) for label, found in sorted(where.items()) if len(found) > 1)


def _warn_of_unreached(censuses: Sequence[Census], policy: Policy) -> None:
    """Say what a solve of the nation as one would say; a part alone may well be unreached."""
    reached = frozenset().union(*(census.reached for census in censuses))
    opds = frozenset().union(*(census.opds for census in censuses))
    text = _("rule {rule} reaches nobody")
    notices = [text.format(rule=rule.id) for rule in policy.rules if rule.id not in reached]
    text = _("opd_services names {opd!r}, which no employee belongs to")
    notices += [text.format(opd=opd) for opd in policy.opd_services if opd not in opds]
    for notice in (*notices, *policy.calendar.notices(policy.start, policy.end)):
        give_notice(notice)
