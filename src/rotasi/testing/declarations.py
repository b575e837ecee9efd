"""Whether what a clause says of itself is so: whom it couples, bars and frees."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rotasi.instance.resolve import Instance
from rotasi.messages import LANGUAGES, use_language
from rotasi.model.assignment import Statuses
from rotasi.model.facts import Facts, Groups, Ints
from rotasi.partitioned.preflight import list_groups, make_people
from rotasi.rules import Objective, Rule
from rotasi.tables.roster import Roster
from rotasi.testing.cases import Case, try_resolve
from rotasi.testing.findings import Findings, show_roster, size_of
from rotasi.testing.readings import as_grid, every_roster


def find_hidden_ties(clause: Rule | Objective, instance: Instance) -> Iterator[str]:
    """Groups in forms whose members the clause does not say it couples."""
    said = clause.couples(instance.facts)
    for group in list_groups(clause, instance.facts):
        if said is None:
            if (group >= 0).any():
                yield "its forms tie ASN together: say whom by a method couples"
        elif not _is_finer(group, said.of):
            yield "its forms tie ASN together whom couples does not put into one group"


def _is_finer(group: Ints, said: Ints) -> bool:
    """Whether each group of forms lies within one of those that are said."""
    found = (np.unique(said[group == number]) for number in np.unique(group[group >= 0]))
    return all(len(of) == 1 and of[0] >= 0 for of in found)


def find_loose_labels(
    clause: Rule | Objective, instance: Instance, roster: Roster
) -> Iterator[str]:
    """Groups whose labels do not tell who belongs to them, were there fewer people."""
    policy = instance.policy
    if not clause.couples(instance.facts) or roster.employees["opd"].nunique() < 2:
        return
    named = {name for columns in clause.columns.values() for name in columns}
    kept = sorted({"nip", "opd", "service"} | named)
    try:
        whole = _labels(clause, make_people(roster, policy))
        few = roster.employees[[name for name in kept if name in roster.employees]]
        for _opd, part in few.groupby("opd"):
            own = _labels(clause, make_people(Roster.from_frame(part), policy))
            if any(whole.get(nip) != label for nip, label in own.items()):
                yield "couples gives other labels where fewer ASN are seen: the parts of a nation"
    except KeyError as error:
        yield f"couples looks at a column that columns does not name: {error}"


def _labels(clause: Rule | Objective, facts: Facts) -> dict[str, str]:
    """The label of the group of each ASN who is in one."""
    groups: Groups | None = clause.couples(facts)
    if groups is None:
        return {}
    nips = facts.employees["nip"].to_numpy(object)
    return {nips[asn]: str(groups.labels[groups.of[asn]]) for asn in np.flatnonzero(groups.of >= 0)}


def find_bars_at_odds(rule: Rule, instance: Instance) -> Iterator[str]:
    """Cells that `bars` or `bans` names though somebody may be remote there; no evidence."""
    facts = instance.facts
    for name, cells in (("bars", rule.bars(facts)), ("bans", rule.bans(facts))):
        for asn, day in [] if cells is None else np.argwhere(cells & ~facts.on_leave & facts.open):
            remote = facts.past_remote.astype(np.int64)
            remote[asn, day] = 1
            if not len(rule.audit(facts, Statuses(as_grid(facts, remote))).asn):
                yield f"{name} names ASN-days on which audit lets somebody be remote"
                return
    barred = rule.bars(facts)
    if barred is not None and barred.any():
        yield from _find_bad_evidence(rule, facts, np.flatnonzero(barred.any(axis=1)))


def _find_bad_evidence(rule: Rule, facts: Facts, asn: np.ndarray) -> Iterator[str]:
    for language in LANGUAGES:
        with use_language(language):
            words = rule.evidence(facts, asn)
        if len(words) != len(asn) or not all(isinstance(text, str) and text for text in words):
            yield "evidence gives no text for each ASN that it is asked about"
            return


def find_freed(rule: Rule, case: Case, place: str, findings: Findings) -> None:
    """Rosters that break the rule unless somebody is barred, or a day banned."""
    first = case.roster.employees["nip"].iloc[0]
    start = case.terms["start"]
    others = {
        "speaks_of_remote": {"kind": "never_remote", "scope": {"nip": [first]}, "end": start},
        "spares_banned": {"kind": "no_remote_day", "dates": [start]},
    }
    plain = try_resolve(case)
    for name, other in others.items():
        lowered = try_resolve(case.with_rules({"id": "other"} | other))
        if getattr(rule, name) or isinstance(plain, str) or isinstance(lowered, str):
            continue
        what = f"audit asks less where another rule bars or bans: its {name} must be true"
        for remote in every_roster(plain.facts):
            if (remote[:, 0] if name == "spares_banned" else remote[:1, 0]).any():
                continue
            grid = as_grid(plain.facts, remote)
            statuses = Statuses(grid)
            broken = len(rule.audit(plain.facts, statuses).asn)
            freed = broken and not len(rule.audit(lowered.facts, statuses).asn)
            if freed and findings.is_new(what, size_of(grid)):
                table = show_roster(plain.facts, grid)
                findings.add(what, f"{place}, beside {other['kind']}\n{table}", size_of(grid))
