"""Heads per OPD and workday: who is on site, remote, on leave, and how many are needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rotasi.exports.floors import find_floors, needs_by
from rotasi.instance.resolve import Instance
from rotasi.model.facts import LEAVE, WFH, WFO, Groups, Ints


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
    opds = instance.facts.opds
    on_site, remote, leave = (opds.count(grid == status) for status in (WFO, WFH, LEAVE))
    return Heads(opds, on_site, remote, leave, _find_needs(instance, opds))


def _find_needs(instance: Instance, opds: Groups) -> Ints:
    """The strictest hard rule of each OPD and day; they do not add up, as groups may overlap."""
    needs = np.zeros((len(opds), instance.facts.shape[1]), dtype=np.int64)
    for floors in find_floors(instance):
        if floors.rule.hard:
            np.maximum(needs, needs_by(opds, floors, instance.facts), out=needs)
    return needs
