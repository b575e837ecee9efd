"""Rules on how many members of a group are on site or remote on each day."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from rotasi.messages import mark
from rotasi.model.assignment import Breaches, Statuses, breaches_of_groups
from rotasi.model.constraints import UNLIMITED, Cover, Form
from rotasi.model.facts import Facts, Groups, Ints
from rotasi.rules.base import By, FlawError, Rule, Share, exact, show_labels
from rotasi.rules.relief import Relief, find_rows


class PresenceRule(Rule):
    """A bound on a head count per group and day.

    Parameters
    ----------
    by : list of str
        Columns that form the groups, over the rule's scope; none makes one group of the whole
        scope. Who has an empty value in one of them is in no group.
    count : int, optional
        The bound itself, a number of ASN.
    share : float, optional
        Instead of `count`: the bound as a part of the base, from 0 to 1, exact.
    of : {"present", "headcount"}
        Base of a share: members not on leave that day, or all members.
    """

    #: How its bound gives way (a message id).
    loosening: ClassVar[str]

    by: By = ["opd"]
    count: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    share: Share | None = None
    of: Literal["present", "headcount"] = "present"

    @model_validator(mode="after")
    def _check_bound(self) -> Self:
        if (self.count is None) == (self.share is None):
            raise FlawError("count", mark("give either count or share"))
        return self

    @property
    def columns(self) -> dict[str, list[str]]:
        """The columns of scope and `by`."""
        return super().columns | {"by": self.by}

    def groups(self, facts: Facts) -> Groups:
        """The groups, formed over the scope."""
        return facts.group(self.by, self.members(facts))

    def couples(self, facts: Facts) -> Groups:
        """The groups."""
        return self.groups(facts)

    def present(self, facts: Facts, groups: Groups) -> Ints:
        """Members not on leave, shape (g, d)."""
        return groups.count(~facts.on_leave)

    def base(self, facts: Facts, groups: Groups) -> Ints:
        """What a share is taken of, shape (g, d)."""
        if self.of == "present":
            return self.present(facts, groups)
        return groups.count(np.ones(facts.shape, dtype=bool))

    def at_most(self, base: Ints) -> Ints:
        """The bound as a maximum: count, or floor(share × base)."""
        if self.share is None:
            return np.full_like(base, self.count)
        part = exact(self.share)
        return base * part.numerator // part.denominator

    def at_least(self, base: Ints) -> Ints:
        """The bound as a minimum: count, or ceil(share × base)."""
        if self.share is None:
            return np.full_like(base, self.count)
        part = exact(self.share)
        return -(-base * part.numerator // part.denominator)

    def cover(self, facts: Facts, groups: Groups, low: Ints | None, high: Ints | None) -> Cover:
        """A form that bounds the remote members on the rule's days."""
        shape, on = (len(groups), facts.shape[1]), self.days(facts)
        return Cover(
            rule=self.id,
            group=groups.of,
            labels=show_labels(self.by, groups),
            low=np.zeros(shape, dtype=np.int64) if low is None else np.where(on, low, 0),
            high=np.full(shape, UNLIMITED) if high is None else np.where(on, high, UNLIMITED),
            penalty=self.penalty or 0,
        )

    def cover_on_site(
        self, facts: Facts, groups: Groups, need: Ints | None, places: Ints | None
    ) -> Cover:
        """A form that bounds the members on site: all present who are not remote."""
        present = self.present(facts, groups)
        low = None if places is None else present - places
        high = None if need is None else present - need
        return replace(self.cover(facts, groups, low, high), present=present)

    @abstractmethod
    def compare(self, facts: Facts, statuses: Statuses, groups: Groups) -> tuple[Ints, Ints, int]:
        """Needed and found per (g, d), and +1 for a minimum or -1 for a maximum."""

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Groups with too few or too many; a unit is an ASN short or over, per group and day."""
        groups = self.groups(facts)
        needed, found, sense = self.compare(facts, statuses, groups)
        where = ((needed - found) * sense > 0) & self.days(facts)
        return breaches_of_groups(where, groups.labels, needed, found)

    def reliefs(self, facts: Facts, statuses: Statuses) -> Iterator[Relief]:
        """The head count that a group has, as its bound."""
        groups = self.groups(facts)
        for breach in self.audit(facts, statuses).each():
            yield Relief(
                find_rows(breach, groups, self.members(facts)),
                breach,
                self.loosening,
                breach.needed,
                breach.found,
                parameters={"count": breach.found, "share": None},
            )


class MinOnSite(PresenceRule):
    """Each group has at least `count`, or ``ceil(share × base)``, members on site.

    Parameters
    ----------
    if_short : {"error", "cap"}
        What becomes of a need above the number of those present: no schedule exists, or ``cap``
        lowers the need to them.
    """

    meaning: ClassVar[str] = mark("Minimum on site")
    loosening: ClassVar[str] = mark(
        "lower the minimum on site at {group} on {days} from {old} to {new}"
    )
    kind: Literal["min_on_site"]
    if_short: Literal["error", "cap"] = "error"

    def need(self, facts: Facts, groups: Groups) -> Ints:
        """Members needed on site, shape (g, d)."""
        need = self.at_least(self.base(facts, groups))
        return np.minimum(need, self.present(facts, groups)) if self.if_short == "cap" else need

    def compile(self, facts: Facts) -> Iterator[Form]:
        """Remote members are at most those present less those needed."""
        groups = self.groups(facts)
        yield self.cover_on_site(facts, groups, self.need(facts, groups), None)

    def compare(self, facts: Facts, statuses: Statuses, groups: Groups) -> tuple[Ints, Ints, int]:
        """Needed on site against on site."""
        return self.need(facts, groups), groups.count(statuses.on_site), 1


class MaxOnSite(PresenceRule):
    """At most `count`, or ``floor(share × base)``, members are on site (desks in a building)."""

    meaning: ClassVar[str] = mark("Maximum on site")
    loosening: ClassVar[str] = mark(
        "raise the maximum on site at {group} on {days} from {old} to {new}"
    )
    kind: Literal["max_on_site"]

    def compile(self, facts: Facts) -> Iterator[Form]:
        """Remote members are at least those present less the places."""
        groups = self.groups(facts)
        places = self.at_most(self.base(facts, groups))
        yield self.cover_on_site(facts, groups, None, places)

    def compare(self, facts: Facts, statuses: Statuses, groups: Groups) -> tuple[Ints, Ints, int]:
        """Places against on site."""
        return self.at_most(self.base(facts, groups)), groups.count(statuses.on_site), -1


class MaxRemote(PresenceRule):
    """At most `count`, or ``floor(share × base)``, members are remote."""

    meaning: ClassVar[str] = mark("Maximum remote")
    loosening: ClassVar[str] = mark(
        "raise the maximum remote at {group} on {days} from {old} to {new}"
    )
    kind: Literal["max_remote"]

    def compile(self, facts: Facts) -> Iterator[Form]:
        """The bound itself."""
        groups = self.groups(facts)
        yield self.cover(facts, groups, None, self.at_most(self.base(facts, groups)))

    def compare(self, facts: Facts, statuses: Statuses, groups: Groups) -> tuple[Ints, Ints, int]:
        """The bound against the remote members."""
        return self.at_most(self.base(facts, groups)), groups.count(statuses.remote), -1


class MinRemote(PresenceRule):
    """At least `count`, or ``ceil(share × base)``, members are remote."""

    meaning: ClassVar[str] = mark("Minimum remote")
    loosening: ClassVar[str] = mark(
        "lower the minimum remote at {group} on {days} from {old} to {new}"
    )
    kind: Literal["min_remote"]

    def compile(self, facts: Facts) -> Iterator[Form]:
        """The bound itself."""
        groups = self.groups(facts)
        yield self.cover(facts, groups, self.at_least(self.base(facts, groups)), None)

    def compare(self, facts: Facts, statuses: Statuses, groups: Groups) -> tuple[Ints, Ints, int]:
        """The bound against the remote members."""
        return self.at_least(self.base(facts, groups)), groups.count(statuses.remote), 1
