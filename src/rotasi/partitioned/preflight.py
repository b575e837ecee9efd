"""What must hold between the parts of a nation, checked before anything is solved.

Parts are solved apart. That is exact only if no ASN, no OPD and no group of a rule spans two.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from rotasi.errors import PERSONAL, PolicyError, Problem, RosterError, RotasiWarning
from rotasi.instance.resolve import check_columns, find_services
from rotasi.messages import _
from rotasi.model.facts import MISSING, Facts, Flags, History
from rotasi.partitioned.dataset import Part, find_files, read_frames
from rotasi.policy.document import Policy
from rotasi.rules import Objective, Rule
from rotasi.tables.raw_rows import shorten
from rotasi.tables.roster import Roster

Frame = pd.DataFrame


@dataclass(frozen=True)
class Census:
    """What of one part concerns the others.

    Parameters
    ----------
    nips : Series of str
    opds : frozenset of str
    groups : dict of str to frozenset of str
        Labels of the groups that may span parts, by the place in the policy that forms them.
    reached : frozenset of str
        Ids of the rules that reach somebody.
    """

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
        Each with the files of `previous` that have rows of its ASN.

    Raises
    ------
    RosterError
        If an ASN or an OPD is in two parts, or the employees of a part cannot be read.
    PolicyError
        If a group of a rule or objective has members in two parts.
    """
    with ThreadPoolExecutor(workers) as threads:
        censuses = list(threads.map(partial(_count, policy=policy), parts))
    names = [part.name for part in parts]
    home = pd.Series(
        np.repeat(np.arange(len(parts)), [len(census.nips) for census in censuses]),
        index=pd.Index(pd.concat([census.nips for census in censuses], ignore_index=True)),
    )
    _check_people(names, censuses, home)
    _check_groups(names, censuses, policy)
    _warn_of_unreached(censuses, policy)
    return list(parts) if previous is None else _attach(parts, home, previous)


def _count(part: Part, policy: Policy) -> Census:
    clauses = [clause for _place, clause in _clauses(policy)]
    named = {name for clause in clauses for found in clause.columns.values() for name in found}
    roster = part.read_columns(sorted(named | {"nip", "opd", "service"}))
    check_columns(roster, policy)
    facts = _people(roster, policy)
    groups = {
        place: frozenset(facts.group(by, _members(clause, facts)).labels)
        for place, clause, by in _spanning(policy)
    }
    return Census(
        nips=roster.employees["nip"],
        opds=frozenset(roster.employees["opd"].unique()),
        groups=groups,
        reached=frozenset(rule.id for rule in policy.rules if rule.members(facts).any()),
    )


def _clauses(policy: Policy) -> Iterator[tuple[str, Rule | Objective]]:
    yield from ((f"rules[{number}]", rule) for number, rule in enumerate(policy.rules))
    yield from ((f"objectives[{number}]", goal) for number, goal in enumerate(policy.objectives))


def _spanning(policy: Policy) -> Iterator[tuple[str, Rule | Objective, Sequence[str]]]:
    """Clauses whose groups OPDs do not bound: place, clause, columns that form the groups."""
    for place, clause in _clauses(policy):
        by = clause.columns.get("by")
        if by is not None and "opd" not in by:
            yield place, clause, by


def _members(clause: Rule | Objective, facts: Facts) -> Flags:
    return clause.members(facts) if isinstance(clause, Rule) else np.ones(facts.shape[0], bool)


def _people(roster: Roster, policy: Policy) -> Facts:
    """Facts about people alone, without days."""
    none = np.zeros((len(roster), 0), dtype=bool)
    nothing = np.full(none.shape, MISSING, dtype=np.int8)
    zero = np.zeros(0, dtype=np.int64)
    return Facts(
        employees=roster.employees.assign(service=find_services(roster.employees, policy)),
        calendar=policy.calendar,
        start=policy.start,
        end=policy.end,
        days=zero.astype("datetime64[D]"),
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
    again = home[home.index.duplicated(keep=False)]
    for nip, where in again.groupby(level=0, sort=False).unique().items():
        found = ", ".join(names[number] for number in where)
        problems.append(Problem(text.format(parts=found), "employees", column="nip", value=nip))
    if problems:
        raise RosterError(shorten(problems))


def _check_groups(names: Sequence[str], censuses: Sequence[Census], policy: Policy) -> None:
    text = _("the group {group!r} has members in the parts {parts}; put its OPDs into one part")
    problems = []
    for place, _clause, by in _spanning(policy):
        for label, found in _shared(names, [census.groups[place] for census in censuses]):
            shown = "…" if PERSONAL & set(by) else label
            message = text.format(group=shown, parts=", ".join(found))
            problems.append(Problem(message, "policy", column=f"{place}.by"))
    if problems:
        raise PolicyError(shorten(problems))


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
        warnings.warn(notice, RotasiWarning, stacklevel=4)


def _attach(parts: Sequence[Part], home: pd.Series, previous: Path) -> list[Part]:
    """Give each part the files with its ASN's past: some may have been in another part then."""
    inside = previous / "schedule"
    files = find_files(inside if inside.is_dir() else previous)
    if not files:
        message = _("there is no schedule in parts in {path}").format(path=previous.name)
        raise RosterError([Problem(message, "previous")])
    past: list[tuple[str, ...]] = [() for _part in parts]
    for paths in files.values():
        found = home.index.get_indexer(pd.Index(read_frames(paths, ["nip"])["nip"].unique()))
        for number in np.unique(home.to_numpy()[found[found >= 0]]):
            past[number] += paths
    return [replace(part, previous=own) for part, own in zip(parts, past, strict=True)]
