"""The cheapest changes that make a policy possible, the weakest rules first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from rotasi.engine.limits import Limits
from rotasi.engine.solve import solve
from rotasi.explanation.amendment import PIN, Waiver
from rotasi.explanation.section import Section
from rotasi.instance.wording import Words
from rotasi.messages import _
from rotasi.model.constraints import Ints
from rotasi.model.status import Status
from rotasi.rules.relief import Reach, Relief

_OPTIONS = 3  # ways out that are offered
_CHOICE = 0.6  # part of the time left for a choice among all rules
_TURNS = 4  # tries at a way out whose changes change what other rules ask


@dataclass(frozen=True)
class Repair:
    """One change of a way out; all of one option together make the policy possible.

    Parameters
    ----------
    rule : str
        Id of the rule that gives way; ``pin`` for entries of the table of pins.
    change : mapping
        What is changed, for programs: ``group``, ``dates``, ``asn`` (number), ``old`` and ``new``
        bound as the rule writes it (None where ASN are exempted), ``left``: what of these two is
        left for the days of the period (None where that is all), ``parameters``: the keys of the
        rule as they would have to be written for these ASN and days (None = left out; empty = it
        does not hold for them), ``reach``: whether on the ``days`` named, for the ``span`` that
        they make up, or ``always``.
    cost : int
        Units by which the rule gives way, those that a soft rule would be priced by.
    text : str
        The change in words, without personal data.
    rank : int
        Rank of the rule; a law (1) is never touched.
    option : int
        Number of the way out, from 1, the cheapest; numbered anew for each part of the roster.
    part : str
        The part that all repairs of an option make possible, by its OPDs and dates.
    cheapest : bool
        Whether it is proven that no change of the same rules costs less.
    opds : tuple of str
    nips : tuple of str
        ASN concerned; kept out of the text.
    """

    rule: str
    change: Mapping[str, Any]
    cost: int
    text: str
    rank: int
    option: int
    part: str
    cheapest: bool
    opds: tuple[str, ...] = ()
    nips: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, eq=False)
class _Change:
    """Reliefs of one rule that are told as one: alike but for their ASN, or their single day."""

    rule: str
    relief: Relief
    rows: Ints
    days: Ints
    units: int

    @classmethod
    def of(cls, rule: str, relief: Relief) -> _Change:
        """A relief by itself."""
        breach = relief.breach
        days = np.arange(breach.first, breach.last + 1)
        return cls(rule, relief, relief.rows, days, breach.units)

    def look(self, *, day: bool) -> tuple[object, ...]:
        """What changes have in common that become one: all but their ASN, or but their day."""
        each, single = self.relief, len(self.days) == 1 and self.relief.reach is Reach.DAYS
        whole = (self.rule, each.breach.group, each.text, each.old, each.new, each.left)
        if day:
            return (*whole, self.rows.tobytes(), None if single else self.days.tobytes())
        return (*whole, self.days.tobytes(), self.rows.tobytes() if each.breach.group else None)

    def join(self, other: _Change) -> _Change:
        """Both as one."""
        return replace(
            self,
            rows=np.union1d(self.rows, other.rows),
            days=np.union1d(self.days, other.days),
            units=self.units + other.units,
        )


def find_ways(section: Section, rules: Collection[str], limits: Limits) -> list[Repair]:
    """Find the cheapest ways out of a collision, each written into the policy and solved again.

    Rules give way in the order of their rank: as little as possible of a rule of rank 2, then of
    rank 3, … A law and a fact never do.

    Parameters
    ----------
    section : Section
        A part in which demands collide.
    rules : collection of str
        Rules of the conflicts that were found: where time is too short for a choice among all,
        these give way.
    limits : Limits

    Returns
    -------
    list of Repair
        Option by option. Empty if only a law could give way, time is up, or nothing helped.
    """
    found: list[Repair] = []
    kept: set[str] = set()
    every = set(section.giving)
    for option in range(1, _OPTIONS + 1):
        repairs = _find_way(section, every - kept, limits.share(_CHOICE))
        repairs = repairs or _find_way(section, (every & {*rules}) - kept, limits)
        if not repairs:
            break
        found += [replace(each, option=option) for each in repairs]
        kept |= {each.rule for each in repairs}
    return found


def _find_way(section: Section, allowed: Collection[str], limits: Limits) -> list[Repair]:
    """The cheapest changes of some rules that suffice; none if they do not.

    What rules ask may hang on each other: who is no longer barred has a quota to fill. So where the
    changes are not enough when they are written down, those are looked for that are as things
    stand then; these are not proven to be the cheapest.
    """
    facts, unpinned = section.office.instance.facts, list[_Change]()
    for turn in range(_TURNS if allowed else 0):
        if not limits.goes_on():
            return []
        answer = solve(section.price(allowed, facts), limits)
        if answer.remote is None or not limits.goes_on():
            return []
        changes = [*unpinned, *_list_changes(section.reliefs(allowed, facts, answer))]
        repairs = [_tell(change, section) for change in changes]
        amended = section.office.amend([waive(repair) for repair in repairs])
        status = section.ask(amended, limits)
        if status in (Status.OPTIMAL, Status.FEASIBLE):
            cheapest = not turn and answer.status is Status.OPTIMAL
            return [replace(repair, cheapest=cheapest) for repair in repairs]
        if status is Status.UNKNOWN:
            break
        facts = amended.facts  # pins that are gone cost nothing any more, and stay away
        unpinned = [change for change in changes if change.rule == PIN]
    return []


def _list_changes(reliefs: Iterable[tuple[str, Relief]]) -> list[_Change]:
    """Reliefs with those alike as one: first whoever has the same, then the days on which."""
    changes = [_Change.of(rule, relief) for rule, relief in reliefs]
    for day in (False, True):
        alike: dict[object, _Change] = {}
        for change in changes:
            look = change.look(day=day)
            alike[look] = alike[look].join(change) if look in alike else change
        changes = list(alike.values())
    return changes


def waive(repair: Repair) -> Waiver:
    """A repair as it is written into the policy: by what is told of it, and nothing else."""
    change = repair.change
    reach = Reach(change["reach"])
    return Waiver(repair.rule, repair.nips, change["dates"], change["parameters"], reach)


def _tell(change: _Change, section: Section) -> Repair:
    """A change for people and programs; nothing is known of its price yet."""
    words, relief = section.office.words, change.relief
    employees = section.office.instance.facts.employees.iloc[change.rows]
    opds = tuple(sorted(set(employees["opd"])))
    return Repair(
        rule=change.rule,
        change={
            "group": _name_group(change, words),
            "dates": words.dates(change.days.tolist()),
            "asn": len(change.rows),
            "old": relief.old,
            "new": relief.new,
            "left": _find_left(relief),
            "parameters": dict(relief.parameters),
            "reach": relief.reach.value,
        },
        cost=change.units,
        text=f"{words.rule(change.rule)}: {_write(change, words, opds)}",
        rank=words.rank(change.rule),
        option=0,
        part=section.name,
        cheapest=False,
        opds=opds,
        nips=tuple(employees["nip"]),
    )


def _write(change: _Change, words: Words, opds: Sequence[str]) -> str:
    """A change in words."""
    relief, people = change.relief, words.people(len(change.rows))
    text = _(relief.text).format(
        group=_name_group(change, words) or _("everybody"),
        people=f"{people} ({opds[0]})" if len(opds) == 1 else people,
        days=words.days(change.days),
        old=relief.old,
        new=relief.new,
    )
    left = _find_left(relief)
    if left is None:
        return text
    rest = _("; with what is past or lost, that leaves {new} instead of {old}")
    return text + rest.format(old=left[0], new=left[1])


def _find_left(relief: Relief) -> tuple[int, int] | None:
    """What is left of the bounds, where that is not all of them."""
    return None if relief.left == (relief.old, relief.new) else relief.left


def _name_group(change: _Change, words: Words) -> str:
    """The group that is concerned; of a group of one person, nothing that tells who."""
    return words.group(change.rule, change.relief.breach.group)
