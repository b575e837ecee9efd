"""Heads per OPD and workday: who is on site, remote, on leave, and how many are needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rotasi.instance.resolve import Instance
from rotasi.model.constraints import Cover
from rotasi.model.facts import LEAVE, WFH, WFO, Facts, Groups, Ints


@dataclass(frozen=True)
class Heads:
    """Heads of the OPDs, in alphabetical order; counts have the shape (OPDs, workdays).

    Parameters
    ----------
    opds : Groups
        The OPD of each ASN.
    on_site, remote, leave : ndarray of int64, shape (g, d)
    needed : ndarray of int64, shape (g, d)
        Fewest on site that the hard rules on head counts leave; 0 where none asks for any.
    """

    opds: Groups
    on_site: Ints
    remote: Ints
    leave: Ints
    needed: Ints

    @property
    def spare(self) -> Ints:
        """On site beyond what is needed; negative where somebody is missing."""
        return self.on_site - self.needed


def count_heads(instance: Instance, grid: npt.NDArray[np.int8]) -> Heads:
    """Count the heads of a roster.

    Parameters
    ----------
    instance : Instance
    grid : ndarray of int8, shape (n, d)
        Status codes.
    """
    opds = instance.facts.group(["opd"], np.ones(len(grid), dtype=bool))
    on_site, remote, leave = (opds.count(grid == status) for status in (WFO, WFH, LEAVE))
    return Heads(opds, on_site, remote, leave, _find_needs(instance, opds))


def _find_needs(instance: Instance, opds: Groups) -> Ints:
    """The strictest rule of each OPD and day; rules do not add up, their groups may overlap."""
    needs = np.zeros((len(opds), instance.facts.shape[1]), dtype=np.int64)
    for rule in instance.policy.all_rules:
        if rule.hard and "by" in rule.columns:  # only these count heads
            for form in rule.compile(instance.facts):
                if isinstance(form, Cover):
                    np.maximum(needs, _needs_of(form, instance.facts, opds), out=needs)
    return needs


def _needs_of(cover: Cover, facts: Facts, opds: Groups) -> Ints:
    """What a cover leaves on site: of each group's part in an OPD, all but those it lets go."""
    (members,) = np.nonzero(cover.group >= 0)
    pair = cover.group[members] * len(opds) + opds.of[members]
    pairs, of = np.unique(pair, return_inverse=True)
    group, opd = np.divmod(pairs, len(opds))
    parts = Groups(np.full(len(cover.group), -1, dtype=np.int64), np.empty(len(pairs), object))
    parts.of[members] = of
    stay = np.maximum(parts.count(~facts.on_leave) - cover.high[group], 0)
    needs = np.zeros((len(opds), facts.shape[1]), dtype=np.int64)
    np.add.at(needs, opd, stay)
    return needs
