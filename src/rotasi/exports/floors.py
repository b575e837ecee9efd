"""How many have to be on site: the one reading of it, for workbook, pictures and page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rotasi.instance.resolve import Instance
from rotasi.model.constraints import Cover
from rotasi.model.facts import Facts, Flags, Groups, Ints
from rotasi.rules import Rule


@dataclass(frozen=True)
class Floors:
    """What a rule on head counts leaves on site of its groups, arrays of shape (g, d).

    Parameters
    ----------
    rule : Rule
    stated : bool
        Whether it speaks of those on site itself; others only bound how many are remote.
    groups : Groups
    asked : ndarray of bool
        Where it asks for anything, if only for nobody.
    needed : ndarray of int64
        Fewest members on site.
    """

    rule: Rule
    stated: bool
    groups: Groups
    asked: Flags
    needed: Ints


def find_floors(instance: Instance) -> Iterator[Floors]:
    """What all rules on head counts leave on site, hard and soft, in the policy's order."""
    for rule in instance.policy.all_rules:
        for form in rule.compile(instance.facts):
            if isinstance(form, Cover):
                yield _read(rule, form, instance.facts)


def _read(rule: Rule, form: Cover, facts: Facts) -> Floors:
    """All who are present, but for those whom the form lets be remote."""
    groups = Groups(form.group, form.labels)
    left = groups.count(~facts.on_leave) - form.high
    # Where nothing is asked the form lets even more be remote than there are.
    return Floors(rule, form.present is not None, groups, left >= 0, left)


def needs_by(opds: Groups, floors: Floors, facts: Facts) -> Ints:
    """What a rule leaves on site of each OPD.

    Of a group that spans several it is what the members of the others cannot give.

    Parameters
    ----------
    opds : Groups
        The OPD of each ASN.
    floors : Floors
    facts : Facts

    Returns
    -------
    ndarray of int64, shape (OPDs, d)
    """
    (members,) = np.nonzero(floors.groups.of >= 0)
    pair = floors.groups.of[members] * len(opds) + opds.of[members]
    pairs, of = np.unique(pair, return_inverse=True)
    group, opd = np.divmod(pairs, len(opds))
    parts = Groups(np.full(len(opds.of), -1, dtype=np.int64), np.empty(len(pairs), object))
    parts.of[members] = of
    others = (floors.groups.count(~facts.on_leave)[group]) - parts.count(~facts.on_leave)
    needs = np.zeros((len(opds), facts.shape[1]), dtype=np.int64)
    np.add.at(needs, opd, np.maximum(floors.needed[group] - others, 0))
    return needs
