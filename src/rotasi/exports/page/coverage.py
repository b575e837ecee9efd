"""How many are on site, and how many have to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rotasi.instance.resolve import Instance
from rotasi.model.constraints import Cover
from rotasi.model.facts import WFH, Flags, Groups, Ints
from rotasi.rules import Rule


@dataclass(frozen=True)
class Floor:
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


def find_floors(instance: Instance, grid: npt.NDArray[np.int8]) -> Iterator[Floor]:
    """All minimums of a policy beside what a roster has, in the policy's order."""
    for rule in instance.policy.all_rules:
        for form in rule.compile(instance.facts):
            if isinstance(form, Cover) and form.present is not None:
                yield from _split(rule, form, form.present, grid)


def _split(rule: Rule, form: Cover, present: Ints, grid: npt.NDArray[np.int8]) -> Iterator[Floor]:
    found = present - Groups(form.group, form.labels).count(grid == WFH)
    # Where nothing is asked the form lets even more be remote than there are.
    asked = form.high <= present
    for number in np.flatnonzero(asked.any(axis=1)):
        (members,) = np.nonzero(form.group == number)
        needed = (present - form.high)[number]
        label = str(form.labels[number])
        yield Floor(rule, label, members, asked[number], needed, found[number])
