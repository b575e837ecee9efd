"""How many are on site, and how many have to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rotasi.exports.floors import Floors, find_floors
from rotasi.instance.resolve import Instance
from rotasi.model.facts import WFO, Flags, Ints
from rotasi.rules import Rule


@dataclass(frozen=True)
class Minimum:
    """A group that needs some members on site.

    Parameters
    ----------
    rule : Rule
        That asks for it.
    label : str
        What people call the group.
    members : ndarray of int64, shape (k,)
        Rows of its ASN.
    asked : ndarray of bool, shape (d,)
        Days on which the rule holds.
    needed, found : ndarray of int64, shape (d,)
        Members needed on site, and those who are.
    """

    rule: Rule
    label: str
    members: Ints
    asked: Flags
    needed: Ints
    found: Ints


def list_minimums(instance: Instance, grid: npt.NDArray[np.int8]) -> Iterator[Minimum]:
    """All minimums on site that a policy states beside what a roster has, in its order.

    What a maximum of those remote leaves on site is none of them: nobody has set it as one.
    """
    for floors in find_floors(instance):
        if floors.stated:
            yield from _split(floors, floors.groups.count(grid == WFO))


def _split(floors: Floors, found: Ints) -> Iterator[Minimum]:
    for number in np.flatnonzero(floors.asked.any(axis=1)).tolist():
        yield Minimum(
            rule=floors.rule,
            label=str(floors.groups.labels[number]),
            members=np.flatnonzero(floors.groups.of == number),
            asked=floors.asked[number],
            needed=floors.needed[number],
            found=found[number],
        )
