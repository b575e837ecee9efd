"""A finished roster as seen by those who judge it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rotasi.model.constraints import Places
from rotasi.model.facts import WFH, WFO, Flags, Ints


@dataclass(frozen=True)
class Statuses:
    """Who is where on each workday.

    Parameters
    ----------
    grid : ndarray of int8, shape (n, d)
        WFO, WFH, LEAVE, or MISSING in a hand-edited roster.
    places : mapping of str to ndarray of int64, shape (n,)
        By rule, the number of each ASN's group among those of its OPD, from 0, where the solver
        formed groups; rules that are missing here have to search for theirs.
    """

    grid: npt.NDArray[np.int8]
    places: Places = field(default_factory=dict)

    @cached_property
    def remote(self) -> Flags:
        """Remote ASN-days, shape (n, d)."""
        return np.equal(self.grid, WFH)

    @cached_property
    def on_site(self) -> Flags:
        """ASN-days on site, shape (n, d)."""
        return np.equal(self.grid, WFO)


class Breach(NamedTuple):
    """One place where a roster departs from a rule; the fields are those of `Breaches`."""

    asn: int
    group: str
    first: int
    last: int
    needed: int
    found: int
    units: int


@dataclass(frozen=True)
class Breaches:
    """Where a roster departs from a rule, as parallel arrays of length k.

    Parameters
    ----------
    asn : ndarray of int64
        Row of the ASN; -1 where a group is concerned.
    group : ndarray of str
        Label of the group; empty where an ASN is concerned.
    first, last : ndarray of int64
        Day indices of the run of workdays concerned, inclusive.
    needed, found : ndarray of int64
        What the rule asks for and what the roster has.
    units : ndarray of int64
        How far it is off, in the units that a soft rule is priced by.
    """

    asn: Ints
    group: npt.NDArray[np.object_]
    first: Ints
    last: Ints
    needed: Ints
    found: Ints
    units: Ints

    @property
    def total(self) -> int:
        """Sum of the units."""
        return int(self.units.sum())

    def each(self) -> Iterator[Breach]:
        """The breaches one by one."""
        columns = (getattr(self, name).tolist() for name in Breach._fields)
        return map(Breach._make, zip(*columns, strict=True))


def breaches_of_asn(where: Flags, first: Ints, last: Ints, needed: Ints, found: Ints) -> Breaches:
    """Breaches of single ASN from matrices.

    Parameters
    ----------
    where : ndarray of bool, shape (n, w)
        Rows are ASN, columns runs of days.
    first, last : ndarray of int64, shape (w,)
        Day indices of the runs.
    needed, found : ndarray of int64, shape (n, w)

    Returns
    -------
    Breaches
    """
    asn, run = np.nonzero(where)
    wanted, had = needed[asn, run], found[asn, run]
    nobody = np.full(len(asn), "", dtype=object)
    return Breaches(asn, nobody, first[run], last[run], wanted, had, np.abs(wanted - had))


def breaches_of_groups(
    where: Flags,
    labels: npt.NDArray[np.object_],
    needed: Ints,
    found: Ints,
    runs: tuple[Ints, Ints] | None = None,
) -> Breaches:
    """Breaches of groups from matrices of shape (g, w).

    Parameters
    ----------
    where : ndarray of bool, shape (g, w)
        Rows are groups, columns runs of days.
    labels : ndarray of str, shape (g,)
    needed, found : ndarray of int64, shape (g, w)
    runs : pair of ndarray of int64, shape (w,), optional
        First and last day indices of the runs; left out, each column is a day.

    Returns
    -------
    Breaches
    """
    group, run = np.nonzero(where)
    first, last = (run, run) if runs is None else (runs[0][run], runs[1][run])
    wanted, had = needed[group, run], found[group, run]
    nobody = np.full(len(group), -1, dtype=np.int64)
    return Breaches(nobody, labels[group], first, last, wanted, had, np.abs(wanted - had))


def breaches_on_days(where: Flags, needed_remote: bool) -> Breaches:
    """Breaches of ASN-days, shape (n, d), that should or should not have been remote."""
    days = np.arange(where.shape[1], dtype=np.int64)
    needed = np.full(where.shape, int(needed_remote), dtype=np.int64)
    return breaches_of_asn(where, days, days, needed, 1 - needed)


def join(parts: list[Breaches]) -> Breaches:
    """All breaches in one; none where there are no parts."""
    names = Breaches.__dataclass_fields__
    if not parts:
        whole = np.zeros(0, dtype=np.int64)
        return Breaches(whole, whole.astype(object), *[whole] * (len(names) - 2))
    return Breaches(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


def since(breaches: Breaches, begin: int) -> Breaches:
    """Those breaches that do not end before a day."""
    kept = breaches.last >= begin
    return Breaches(*(getattr(breaches, name)[kept] for name in Breaches.__dataclass_fields__))
