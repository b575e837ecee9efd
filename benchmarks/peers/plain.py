"""The obvious model of an instance, as arrays: one Boolean per ASN-day that may be remote.

It is written from the tables and the TOML alone and shares nothing with rotasi, so that equal
values mean something. It knows the rules that the instances use. Built without loops over ASN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array, csgraph, csr_array

from benchmarks.instances import Task

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Rule = Mapping[str, Any]

_OPEN = 2**31
_SHARE_PARTS = 10_000  # shares are given to four decimals; whole numbers divide exactly
_LARGEST_EXACT = 2**53  # of the whole numbers that floats hold


@dataclass(frozen=True)
class Found:
    """What a peer found: remote ASN-days, if any, and whether they are proven optimal."""

    remote: Flags | None
    proven: bool


@dataclass(frozen=True)
class Limit:
    """Bounds on the remote days of single ASN in a run of workdays."""

    first: int
    last: int
    high: Integers

    @property
    def days(self) -> slice:
        """The run as a slice of the day axis."""
        return slice(self.first, self.last + 1)


@dataclass(frozen=True)
class Count:
    """Bounds on the remote members of groups, per group and day."""

    group: Integers
    low: Integers
    high: Integers


class Instance:
    """What a task says, as arrays over (ASN, workday).

    Parameters
    ----------
    task : Task
    """

    def __init__(self, task: Task) -> None:
        self.employees = task.tables["employees"]
        self.rules: list[Rule] = task.settings["rules"]
        self.days = _workdays(task.settings)
        self.on_leave = _mark_leave(task.tables, self.days)
        self.wishes = _sum_wishes(task.tables, self.days)
        self.eligible = self._eligible()
        self.free = self.eligible[:, None] & ~self.on_leave
        self.limits = self._list_limits()
        self.counts = self._list_counts()
        self.part = self._find_parts()
        self.most = self._find_most()

    def _list_limits(self) -> list[Limit]:
        """Bounds on single ASN; where two rules bound one run, the tighter."""
        tightest: dict[tuple[int, int], Integers] = {}
        for first, last, high in self._runs():
            known = tightest.get((first, last))
            tightest[first, last] = high if known is None else np.minimum(known, high)
        return [Limit(first, last, high) for (first, last), high in tightest.items()]

    def _list_counts(self) -> list[Count]:
        """Bounds on groups."""
        return [
            self._count(rule)
            for rule in self.rules
            if rule["kind"] in ("min_on_site", "max_on_site")
        ]

    def _find_parts(self) -> Integers:
        """Parts that no rule couples, shape (n,); OPDs unless a rule goes across them."""
        opd = _number(self.employees["opd"])
        links = [(opd, opd + 0)]
        size = int(opd.max()) + 1
        for count in self.counts:
            inside = count.group >= 0
            links.append((opd[inside], size + count.group[inside]))
            size += int(count.group.max(initial=-1)) + 1
        ends = [np.concatenate(end) for end in zip(*links, strict=True)]
        graph = csr_array((np.ones(len(ends[0])), (ends[0], ends[1])), shape=(size, size))
        label: Integers = csgraph.connected_components(graph, directed=False)[1]
        return np.unique(label[opd], return_inverse=True)[1].astype(np.int64)

    def _find_most(self) -> Integers:
        """Most remote days of each ASN in the period, by the limits of weeks and of all of it."""
        limits = {(limit.first, limit.last): limit.high for limit in self.limits}
        most = np.zeros(len(self.free), dtype=np.int64)
        for first, last in self._spans("week"):
            free = self.free[:, first : last + 1].sum(axis=1)
            most += np.minimum(limits.get((first, last), free), free)
        return np.minimum(limits.get((0, len(self.days) - 1), most), most)

    def value(self, remote: Flags) -> dict[str, int]:
        """The default objectives of a roster."""
        return {
            "remote_days": int(remote.sum()),
            "wishes": int(self.wishes[remote].sum()),
            "fairness": int((remote.sum(axis=1)[self.eligible] ** 2).sum()),
        }

    def frame(self, remote: Flags) -> pd.DataFrame:
        """A roster as the long table that rotasi verifies."""
        asn, day = np.nonzero(np.ones_like(remote))
        status = np.where(self.on_leave, "LEAVE", np.where(remote, "WFH", "WFO"))
        nip = self.employees["nip"].array.take(asn)
        date = self.days[day].astype("datetime64[s]")
        return pd.DataFrame({"nip": nip, "date": date, "status": status.ravel()})

    def _eligible(self) -> Flags:
        eligible: Flags = np.ones(len(self.employees), dtype=bool)
        if any(rule["kind"] == "require_application" for rule in self.rules):
            eligible &= self.employees["applied"].to_numpy(bool)
        return eligible

    def _runs(self) -> Iterator[tuple[int, int, Integers]]:
        everybody = np.ones(len(self.employees), dtype=np.int64)
        for rule in self.rules:
            if rule["kind"] == "quota":
                for first, last in self._spans(rule.get("per", "week")):
                    yield first, last, everybody * rule["max_days"]
            elif rule["kind"] == "max_consecutive":
                length = rule["remote"]
                for first in range(len(self.days) - length):
                    # Leave breaks a run, and so it does here: a day of leave is never remote.
                    yield first, first + length, everybody * length

    def _spans(self, per: str) -> list[tuple[int, int]]:
        unit = (
            self.days.astype("datetime64[M]") if per == "month" else np.arange(len(self.days)) // 5
        )
        cuts = [0, *(np.flatnonzero(unit[1:] != unit[:-1]) + 1).tolist(), len(self.days)]
        return [(first, after - 1) for first, after in pairwise(cuts)]

    def _count(self, rule: Rule) -> Count:
        """Presence on site, turned into a bound on those remote."""
        group = self._group(rule)
        present = sum_by(group, ~self.on_leave)
        base = present if rule.get("of") != "headcount" else sum_by(group, self.on_leave | True)
        share = round(rule["share"] * _SHARE_PARTS)
        if rule["kind"] == "min_on_site":
            high = present + -base * share // _SHARE_PARTS
            return Count(group, np.zeros_like(high), high)
        low = np.maximum(present - base * share // _SHARE_PARTS, 0)
        return Count(group, low, np.full_like(low, _OPEN))

    def _group(self, rule: Rule) -> Integers:
        named = self.employees[rule["by"][0]]
        inside = np.array(named != "", dtype=bool)
        for column, values in rule.get("scope", {}).items():
            inside &= self.employees[column].isin(values).to_numpy(bool)
        group = np.full(len(named), -1, dtype=np.int64)
        group[inside] = _number(named[inside])
        return group


@dataclass(frozen=True)
class Program:
    """``min cost·x, low <= matrix·x <= high, 0 <= x <= 1``, with x whole on the cells.

    Parameters
    ----------
    cells : tuple of ndarray
        ASN and day of each of the first variables; the others are steps of the fairness.
    cost : ndarray of int64
    matrix : csr_array
    low, high : ndarray of int64
    """

    cells: tuple[Integers, Integers]
    cost: Integers
    matrix: csr_array
    low: Integers
    high: Integers


def build(instance: Instance, rows: Flags) -> Program:
    """Write down the model of some ASN, who must be whole parts, as sparse arrays.

    The three objectives are one: each weight exceeds the range of all that follows, part by part.

    Parameters
    ----------
    instance : Instance
    rows : ndarray of bool, shape (n,)

    Returns
    -------
    Program
    """
    asn, day = np.nonzero(instance.free & rows[:, None])
    index = np.full(instance.free.shape, -1, dtype=np.int64)
    index[asn, day] = np.arange(len(asn))
    climber, step = _steps(instance, rows)
    daily, wished = _weights(instance, rows)
    cost = np.concatenate(
        [-daily[asn] - wished[asn] * instance.wishes[asn, day], 2 * step + 1]
    ).astype(np.int64)
    if np.abs(cost).sum() >= _LARGEST_EXACT:
        raise OverflowError("the weighted objective is beyond what floats hold exactly")
    blocks = [
        *(_limit_rows(index, limit) for limit in instance.limits),
        *(_count_rows(index, count) for count in instance.counts),
        _fairness_rows(index, climber, len(asn)),
    ]
    return _stack((asn, day), cost, blocks)


_Rows = tuple[Integers, Integers, Integers, Integers, Integers]  # row, column, value, low, high


def _steps(instance: Instance, rows: Flags) -> tuple[Integers, Integers]:
    """ASN and number of each unit step of (remote days)²: the k-th costs 2 k + 1."""
    most = np.where(rows, instance.most, 0)
    climber = np.repeat(np.arange(len(most)), most)
    step = np.arange(len(climber)) - np.repeat(np.cumsum(most) - most, most)
    return climber, step


def _weights(instance: Instance, rows: Flags) -> tuple[Integers, Integers]:
    """Weights of a remote day and of a wish, for each ASN by its part, shapes (n,)."""
    parts = int(instance.part.max()) + 1
    fairness, wishes = np.zeros(parts), np.zeros(parts)
    np.add.at(fairness, instance.part[rows], instance.most[rows] ** 2)
    reach = np.abs(np.where(instance.free, instance.wishes, 0)).sum(axis=1)
    np.add.at(wishes, instance.part[rows], reach[rows])
    wished = fairness + 1
    daily = wished * wishes + wished
    return daily.astype(np.int64)[instance.part], wished.astype(np.int64)[instance.part]


def _limit_rows(index: Integers, limit: Limit) -> _Rows:
    inside = index[:, limit.days]
    bound = (inside >= 0).sum(axis=1) > limit.high
    who, where = np.nonzero((inside >= 0) & bound[:, None])
    row = np.cumsum(bound) - 1
    high = limit.high[bound]
    return row[who], inside[who, where], np.ones_like(who), np.zeros_like(high), high


def _count_rows(index: Integers, count: Count) -> _Rows:
    asn, day = np.nonzero((index >= 0) & (count.group >= 0)[:, None])
    cell = count.group[asn] * index.shape[1] + day
    used, row = np.unique(cell, return_inverse=True)
    low, high = count.low.ravel()[used], count.high.ravel()[used]
    return row.astype(np.int64), index[asn, day], np.ones_like(asn), low, high


def _fairness_rows(index: Integers, climber: Integers, first: int) -> _Rows:
    """An ASN's remote days are the sum of its steps."""
    climbing = np.zeros(len(index), dtype=bool)
    climbing[climber] = True
    row = np.cumsum(climbing) - 1
    asn, day = np.nonzero((index >= 0) & climbing[:, None])
    rows = np.concatenate([row[asn], row[climber]])
    columns = np.concatenate([index[asn, day], first + np.arange(len(climber))])
    values = np.concatenate([np.ones_like(asn), -np.ones_like(climber)])
    nothing = np.zeros(int(climbing.sum()), dtype=np.int64)
    return rows, columns, values, nothing, nothing


def _stack(cells: tuple[Integers, Integers], cost: Integers, blocks: list[_Rows]) -> Program:
    starts = np.cumsum([0, *(len(block[3]) for block in blocks)])
    row = np.concatenate([start + block[0] for start, block in zip(starts, blocks, strict=False)])
    column, value, low, high = (np.concatenate([b[i] for b in blocks]) for i in range(1, 5))
    matrix = coo_array((value, (row, column)), shape=(int(starts[-1]), len(cost))).tocsr()
    return Program(cells, cost, matrix, low, high)


def sum_by(group: Integers, flags: Flags) -> Integers:
    """Count flagged members per group and day, shape (g, d)."""
    total = np.zeros((int(group.max(initial=-1)) + 1, flags.shape[1]), dtype=np.int64)
    inside = group >= 0
    np.add.at(total, group[inside], flags[inside].astype(np.int64))
    return total


def _number(values: pd.Series) -> Integers:
    return pd.factorize(values)[0].astype(np.int64)


def _workdays(settings: Mapping[str, Any]) -> npt.NDArray[np.datetime64]:
    days = np.arange(np.datetime64(settings["start"]), np.datetime64(settings["end"]) + 1)
    return days[np.is_busday(days)]


def _mark_leave(tables: Mapping[str, pd.DataFrame], days: npt.NDArray[np.datetime64]) -> Flags:
    leave, nips = tables["leave"], pd.Index(tables["employees"]["nip"])
    asn = nips.get_indexer(pd.Index(leave["nip"]))
    start, end = (leave[name].to_numpy().astype("datetime64[D]") for name in ("start", "end"))
    away = (start[:, None] <= days) & (days <= end[:, None])
    found = np.zeros((len(nips), len(days)), dtype=bool)
    np.logical_or.at(found, asn, away)
    return found


def _sum_wishes(tables: Mapping[str, pd.DataFrame], days: npt.NDArray[np.datetime64]) -> Integers:
    wishes, nips = tables["wishes"], pd.Index(tables["employees"]["nip"])
    asn = nips.get_indexer(pd.Index(wishes["nip"]))
    date = wishes["date"].to_numpy().astype("datetime64[D]")
    weekday = wishes["weekday"].to_numpy(object)
    names = np.array(["Mon", "Tue", "Wed", "Thu", "Fri"], dtype=object)
    fits = (date[:, None] == days) | (weekday[:, None] == names[np.arange(len(days)) % 5])
    total = np.zeros((len(nips), len(days)), dtype=np.int64)
    np.add.at(total, asn, fits * wishes["weight"].to_numpy(np.int64)[:, None])
    return total
