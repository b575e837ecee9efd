"""Rules that tie people together: groups that rotate as one, days on site as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from rotasi.messages import mark
from rotasi.model.assignment import Breaches, Statuses, breaches_of_asn, breaches_of_groups, join
from rotasi.model.constraints import CommonDays, Form, SameStatus
from rotasi.model.facts import Facts, Flags, Groups, Ints
from rotasi.rules.base import By, FlawError, Rule, show_labels
from rotasi.rules.group_search import divide
from rotasi.rules.relief import Reach, Relief, find_rows
from rotasi.rules.spans import Span, find_spans


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


_Columns = Annotated[By, BeforeValidator(_as_list)]


#: How ASN leave their group, by how long they do.
_DIFFER = {
    Reach.DAYS: mark("let {people} of {group} differ from their group on {days}"),
    Reach.ALWAYS: mark("let {people} of {group} rotate with no group, as on {days} they cannot"),
}


class RotationGroups(Rule):
    """Within each OPD the ASN who may be remote form groups; a group has one status a day.

    Members on leave have their leave. One who is barred on a day keeps all others on site.

    Parameters
    ----------
    groups : int, optional
        So many groups per OPD, formed by the solver: of sizes that differ by at most one, the same
        in the whole period.
    by : str or list of str, optional
        Instead of `groups`: columns; an OPD's ASN with equal values are a group, and those with an
        empty one are in none.
    """

    meaning: ClassVar[str] = mark("Rotation in groups")
    kind: Literal["rotation_groups"]
    groups: Annotated[int, Field(ge=1, le=1000)] | None = None
    by: Annotated[_Columns, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _check_groups(self) -> Self:
        if (self.groups is None) == (self.by is None):
            raise FlawError("groups", mark("give either groups or by"))
        return self

    @property
    def columns(self) -> dict[str, list[str]]:
        """The columns of scope and `by`; groups never span OPDs."""
        return super().columns | {"by": ["opd", *(self.by or [])]}

    @property
    def speaks_of_remote(self) -> bool:
        """Who is barred rotates with nobody."""
        return True

    def couples(self, facts: Facts) -> Groups:
        """The pools, with those who may not be remote: what bars them is no fact of people."""
        return facts.group(["opd", *(self.by or [])], self.members(facts))

    def compile(self, facts: Facts) -> Iterator[Form]:
        """A tie of the groups, or of those that the solver is to form."""
        pools = self._pools(facts)
        labels = show_labels(self.by or [], pools)
        cells = self._cells(facts, pools)
        yield SameStatus(self.id, pools.of, labels, cells, self.groups or 1, self.penalty or 0)

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Groups of mixed status; a unit is an ASN in the minority, per group and day."""
        formed = self.formed(facts, statuses)
        cells = self._cells(facts, formed)
        present, remote = formed.count(cells), formed.count(cells & statuses.remote)
        most = np.maximum(remote, present - remote)
        mixed = breaches_of_groups(most < present, formed.labels, present, most)
        return mixed if self.groups is None else join([mixed, *self._unequal(facts, formed)])

    def reliefs(self, facts: Facts, statuses: Statuses) -> Iterator[Relief]:
        """Those in the minority, exempted: on the day, or from groups yet to be formed for good."""
        formed = self.formed(facts, statuses)
        cells = self._cells(facts, formed)
        present, remote = formed.count(cells), formed.count(cells & statuses.remote)
        spare = np.zeros((1, cells.shape[1]), dtype=bool)  # is read by those of no group
        fewer = np.vstack([remote <= present - remote, spare])
        off = cells & (statuses.remote == fewer[formed.of])
        reach = Reach.DAYS if self.groups is None else Reach.ALWAYS
        for breach in self.audit(facts, statuses).each():
            mixed = np.isin(formed.of, np.flatnonzero(formed.labels == breach.group))
            rows = np.flatnonzero(off[:, breach.first] & mixed)
            yield Relief(rows, breach, _DIFFER[reach], reach=reach)

    def formed(self, facts: Facts, statuses: Statuses) -> Groups:
        """The groups of a finished roster, found by search where they are not known."""
        pools = self._pools(facts)
        if self.groups is None:
            return pools
        part = statuses.places.get(self.id)
        part = self._search(facts, statuses, pools) if part is None else part
        placed = (pools.of >= 0) & (part >= 0) & (part < self.groups)
        of = np.where(placed, pools.of * self.groups + part, -1)
        labels = [f"{label} / {n + 1}" for label in pools.labels for n in range(self.groups)]
        return Groups(of, np.array(labels, dtype=object))

    def _pools(self, facts: Facts) -> Groups:
        """Members who may be remote by OPD and `by`."""
        members = self.members(facts) & facts.may_be_remote
        return facts.group(["opd", *(self.by or [])], members)

    def _cells(self, facts: Facts, groups: Groups) -> Flags:
        """Where members are tied, shape (n, d); what is past ties nobody."""
        days = self.days(facts) & facts.open if self.hard else self.days(facts)
        return (groups.of >= 0)[:, None] & days & ~facts.on_leave

    def _search(self, facts: Facts, statuses: Statuses, pools: Groups) -> Ints:
        """The division of each pool that leaves the fewest in a minority, shape (n,)."""
        parts, cells = self.groups or 1, self._cells(facts, pools)
        status = np.where(cells, statuses.remote, -1).astype(np.int8)
        part = np.full(facts.shape[0], -1, dtype=np.int64)
        for pool in range(len(pools)):
            (rows,) = np.nonzero(pools.of == pool)
            part[rows] = divide(status[rows], parts, exact=not self.hard)
        return part

    def _unequal(self, facts: Facts, formed: Groups) -> Iterator[Breaches]:
        """Members without a group, and groups too small or too large, over all days of the rule."""
        pools, parts, (days,) = self._pools(facts), self.groups or 1, np.nonzero(self.days(facts))
        if not len(days):
            return
        first, last = days[:1], days[-1:]
        left_out = ((pools.of >= 0) & (formed.of < 0))[:, None]
        yield breaches_of_asn(left_out, first, last, left_out * 1, left_out * 0)
        pool_size = np.bincount(pools.of[pools.of >= 0], minlength=len(pools)).repeat(parts)
        size = np.bincount(formed.of[formed.of >= 0], minlength=len(formed))[:, None]
        needed = np.clip(size, (pool_size // parts)[:, None], -(-pool_size // parts)[:, None])
        yield breaches_of_groups(size != needed, formed.labels, needed, size, (first, last))


_FEWER_DAYS = mark("lower the days together of {group} in {days} from {old} to {new}")


class Together(Rule):
    """In every full week each group has days on which all who are not on leave are on site.

    Parameters
    ----------
    by : str or list of str
        Columns that form the groups. Everybody in scope counts, also those who are barred.
    days : int
        Fewest such days in a full week. A day on which all members are on leave counts.
    """

    meaning: ClassVar[str] = mark("Days on site together")
    kind: Literal["together"]
    by: _Columns = ["team"]
    days_: Annotated[int, Field(ge=1, le=7, alias="days")] = 1

    @property
    def columns(self) -> dict[str, list[str]]:
        """The columns of scope and `by`."""
        return super().columns | {"by": self.by}

    def couples(self, facts: Facts) -> Groups:
        """The groups."""
        return self._groups(facts)

    def compile(self, facts: Facts) -> Iterator[Form]:
        """A gathering per full week."""
        groups = self._groups(facts)
        labels, penalty = show_labels(self.by, groups), self.penalty or 0
        for week in self._weeks(facts):
            needed = self._needed(facts, groups, week)
            for days in np.unique(needed[needed > 0]):
                of = np.where(np.append(needed, 0)[groups.of] == days, groups.of, -1)
                yield CommonDays(self.id, of, labels, week.first, week.last, int(days), penalty)

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Groups with too few days together; a unit is a day short, per group and week."""
        groups, weeks = self._groups(facts), self._weeks(facts)
        empty = groups.count(statuses.remote) == 0
        shape = (len(weeks), len(groups))
        found = np.array([empty[:, week.days].sum(axis=1) for week in weeks], dtype=np.int64)
        found = found.reshape(shape).T
        first = np.array([week.first for week in weeks], dtype=np.int64)
        last = np.array([week.last for week in weeks], dtype=np.int64)
        asked = [self._needed(facts, groups, week) for week in weeks]
        needed = np.array(asked, dtype=np.int64).reshape(shape).T
        return breaches_of_groups(found < needed, groups.labels, needed, found, (first, last))

    def reliefs(self, facts: Facts, statuses: Statuses) -> Iterator[Relief]:
        """The days together that a group has, as what is asked of it; none = it is exempted."""
        groups = self._groups(facts)
        for breach in self.audit(facts, statuses).each():
            parameters = {"days": breach.found} if breach.found else {}
            yield Relief(
                find_rows(breach, groups, self.members(facts)), breach, _FEWER_DAYS, breach.needed,
                breach.found, parameters=parameters, reach=Reach.SPAN,
            )  # fmt: skip

    def _groups(self, facts: Facts) -> Groups:
        return facts.group(self.by, self.members(facts))

    def _needed(self, facts: Facts, groups: Groups, week: Span) -> Ints:
        """Days asked of each group in a week: in what is past, no more than there were, (g,)."""
        past = ~facts.open[week.days]
        if not (self.hard and past.any()):
            return np.full(len(groups), self.days_, dtype=np.int64)
        empty = groups.count(facts.past_remote[:, week.days]) == 0  # days that are open count too
        needed: Ints = np.minimum(empty.sum(axis=1), self.days_)
        return needed

    def _weeks(self, facts: Facts) -> list[Span]:
        return [span for span in find_spans(facts, self.days(facts), "week") if span.full]
