"""Rules and an objective as somebody else would write them, for tests to register."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from rotasi.messages import _
from rotasi.rules import (
    Breaches,
    CellCost,
    Change,
    Cover,
    Facts,
    Flags,
    Form,
    Groups,
    Ints,
    Objective,
    Rule,
    Statuses,
    Texts,
    Tier,
    breaches_of_groups,
    find_remote,
    forbid,
    nobody,
)


class OnSiteAfterLeave(Rule):
    """An ASN is on site on the first workdays after leave.

    Parameters
    ----------
    days : int
        So many workdays.
    """

    meaning: ClassVar[str] = "On site after leave"
    words: ClassVar[dict[str, dict[str, str]]] = {
        "id": {"On site after leave": "Hadir di kantor sesudah cuti"}
    }
    kind: Literal["on_site_after_leave"]
    days_: Annotated[int, Field(ge=1, le=5, alias="days")] = 1

    def couples(self, facts: Facts) -> Groups:
        """Nobody."""
        return nobody(facts)

    def compile(self, facts: Facts) -> Iterator[Form]:
        """Forbid remote work in the cells after leave."""
        return forbid(self, self.after_leave(facts))

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Those remote on such a day; a unit is an ASN-day."""
        return find_remote(self.after_leave(facts), statuses)

    def after_leave(self, facts: Facts) -> Flags:
        """Cells that follow a day of leave closely enough, shape (n, d)."""
        after = np.zeros(facts.shape, dtype=bool)
        for step in range(1, self.days_ + 1):
            after[:, step:] |= facts.on_leave[:, :-step]
        return after & ~facts.on_leave & self.cells(facts)


class BarFloor(Rule):
    """Who works on a floor is never remote; reads a column of its own.

    Parameters
    ----------
    floor : str
        The floor.
    """

    meaning: ClassVar[str] = "A floor works on site"
    words: ClassVar[dict[str, dict[str, str]]] = {
        "id": {
            "A floor works on site": "Satu lantai bekerja di kantor",
            "works on floor {floor}": "bekerja di lantai {floor}",
            "another floor": "lantai lain",
            "this floor": "lantai ini",
        }
    }
    kind: Literal["bar_floor"]
    floor: str

    @property
    def columns(self) -> dict[str, list[str]]:
        """The floor too."""
        return super().columns | {"floor": ["floor"]}

    def couples(self, facts: Facts) -> Groups:
        """Nobody."""
        return nobody(facts)

    def bars(self, facts: Facts) -> Flags:
        """The rule's days of those on the floor, shape (n, d)."""
        return self.cells(facts) & (facts.text("floor") == self.floor).to_numpy(bool)[:, None]

    def evidence(self, facts: Facts, asn: Ints) -> Texts:
        """The floor."""
        text = _("works on floor {floor}").format(floor=self.floor)
        return np.full(len(asn), text, dtype=object)

    def change(self, facts: Facts, asn: Ints) -> Change:
        """Another floor."""
        return Change("floor", "", self.floor, _("another floor"), _("this floor"))

    def compile(self, facts: Facts) -> Iterator[Form]:
        """Forbid."""
        return forbid(self, self.bars(facts))

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Those remote; a unit is an ASN-day."""
        return find_remote(self.bars(facts), statuses)


class OneOfEach(Rule):
    """Of ASN whose NIPs end alike at most one is remote: a tie without `by`."""

    meaning: ClassVar[str] = "Twins take turns"
    kind: Literal["one_of_each"]

    def couples(self, facts: Facts) -> Groups | None:
        """Those whose NIPs end alike."""
        return self.twins(facts)

    def twins(self, facts: Facts) -> Groups:
        """Groups by the last sign of the NIP."""
        names, of = np.unique(facts.text("nip").str[-1], return_inverse=True)
        return Groups(of.astype(np.int64), names.astype(object))

    def compile(self, facts: Facts) -> Iterator[Form]:
        """At most one remote."""
        groups = self.twins(facts)
        shape = (len(groups), facts.shape[1])
        high = np.where(self.days(facts), np.ones(shape, dtype=np.int64), facts.shape[0])
        low = np.zeros(shape, dtype=np.int64)
        yield Cover(self.id, groups.of, groups.labels, low, high, self.penalty or 0)

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Groups with more; a unit is an ASN too many, per group and day."""
        groups = self.twins(facts)
        remote = groups.count(statuses.remote)
        most = np.ones_like(remote)
        return breaches_of_groups((remote > 1) & self.days(facts), groups.labels, most, remote)


class SilentTwins(OneOfEach):
    """The same, by a class that does not say whom it ties."""

    kind: Literal["silent_twins"]  # type: ignore[assignment]

    def couples(self, facts: Facts) -> Groups | None:
        """Nothing is said."""
        return None


class TwinsOnLeave(SilentTwins):
    """The same again, with forms only where somebody is on leave."""

    kind: Literal["twins_on_leave"]  # type: ignore[assignment]

    def compile(self, facts: Facts) -> Iterator[Form]:
        """At most one remote, if somebody is on leave."""
        return super().compile(facts) if facts.on_leave.any() else iter(())


class QuietMondays(Objective):
    """Remote ASN-days on Mondays; minimised."""

    meaning: ClassVar[str] = "remote Mondays"
    words: ClassVar[dict[str, dict[str, str]]] = {"id": {"remote Mondays": "Senin jarak jauh"}}
    kind: Literal["quiet_mondays"]

    def couples(self, facts: Facts) -> Groups:
        """Nobody."""
        return nobody(facts)

    def tier(self, facts: Facts) -> Tier:
        """Each costs one."""
        cost = np.broadcast_to(self.mondays(facts), facts.shape).astype(np.int64)
        return Tier(self.kind, 1, (CellCost(cost, np.zeros_like(cost)),))

    def value(self, facts: Facts, statuses: Statuses) -> int:
        """Their number."""
        return int(statuses.remote[:, self.mondays(facts)].sum())

    def mondays(self, facts: Facts) -> Flags:
        """Days that are Mondays, shape (d,)."""
        return (facts.days.astype(np.int64) + 3) % 7 == 0
