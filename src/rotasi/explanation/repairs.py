"""The cheapest changes that make a policy possible, the weakest rules first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

import numpy as np

from rotasi.engine.limits import Limits
from rotasi.errors import VerificationError
from rotasi.explanation.constraint_system import ConstraintSystem
from rotasi.instance.wording import Words
from rotasi.messages import _, mark
from rotasi.model.constraints import (
    CommonDays,
    Cover,
    Flags,
    Hard,
    Ints,
    Mask,
    Places,
    SameStatus,
    Tier,
    Window,
)
from rotasi.model.evaluation import sum_groups
from rotasi.model.status import Status

_LAW = 1
_OPTIONS = 3  # ways out that are offered
_CHOICE = 0.6  # part of the time left for a choice among all rules

#: By kind: what it means that an upper bound rises, and what that a lower one falls.
_TEXTS = {
    "on site": (
        mark("lower the minimum on site at {group} on {days} from {old} to {new}"),
        mark("raise the maximum on site at {group} on {days} from {old} to {new}"),
    ),
    "heads": (
        mark("raise the maximum remote at {group} on {days} from {old} to {new}"),
        mark("lower the minimum remote at {group} on {days} from {old} to {new}"),
    ),
    "window": (
        mark("allow {people} {new} instead of {old} remote days in {days}"),
        mark("ask {people} for {new} instead of {old} remote days in {days}"),
    ),
    "mask": (
        mark("let {people} be remote on {days}"),
        mark("let {people} be on site on {days}"),
    ),
    "tie": (mark("let {people} of {group} differ from their group on {days}"),) * 2,
    "gathering": (mark("lower the days together of {group} in {days} from {old} to {new}"),) * 2,
}


@dataclass(frozen=True)
class Repair:
    """One change of a way out; all of one option together make the policy possible.

    Parameters
    ----------
    rule : str
        Id of the rule that gives way; ``pin`` for entries of the table of pins.
    change : mapping
        What is changed, for programs: ``group``, ``dates``, ``old`` and ``new`` bound (None where
        ASN are exempted), ``asn`` (number).
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


@dataclass(frozen=True)
class Move:
    """A bound that moves, or ASN who are exempted, in a part of an instance.

    Parameters
    ----------
    kind : str
        Key of the texts.
    upper : bool
        Whether an upper bound on remote days or ASN rises.
    rows : ndarray of int64
    first, last : int
        Days, inclusive.
    units : int
    group : str
    old, new : int or None
    rule : str
    option : int
    part : str
    cheapest : bool
        Whether it is proven that no changes of the same rules cost less.
    """

    kind: str
    upper: bool
    rows: Ints
    first: int
    last: int
    units: int
    group: str = ""
    old: int | None = None
    new: int | None = None
    rule: str = ""
    option: int = 0
    part: str = ""
    cheapest: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """What changes have in common that are told of as one: all but their single day."""
        span = None if self.first == self.last else (self.first, self.last)
        where = (self.part, self.group, span, self.rows.tobytes())
        return (*where, self.option, self.rule, self.kind, self.upper, self.old, self.new)


_Moved = tuple[list[Hard], list[Move]]


def find_ways(
    system: ConstraintSystem, rules: Collection[str], words: Words, limits: Limits
) -> list[Move]:
    """Find the cheapest ways out of a collision, each verified by solving again.

    Rules give way in the order of their rank: as little as possible of a rule of rank 2, then of
    rank 3, … A law and a fact never do.

    Parameters
    ----------
    system : ConstraintSystem
        A part in which demands collide.
    rules : collection of str
        Rules of the conflicts that were found: where time is too short for a choice among all,
        these give way.
    words : Words
    limits : Limits

    Returns
    -------
    list of Move
        Rows and days are those of the instance. Empty if only a law could give way, or time is up.
    """
    found: list[Move] = []
    kept: set[str] = set()
    every = {form.rule for form in system.forms}
    for option in range(1, _OPTIONS + 1):
        changes = _find_way(system, every - kept, words, limits.share(_CHOICE))
        changes = changes or _find_way(system, {*rules} - kept, words, limits)
        if not changes:
            break
        found += [_locate(change, system, option) for change in changes]
        kept |= {change.rule for change in changes}
    return found


def is_beyond_repair(system: ConstraintSystem, words: Words, limits: Limits) -> bool:
    """Whether laws and facts alone are proven to collide, whatever else gives way."""
    rank = np.array([words.rank(form.rule) for form in system.forms], dtype=np.int64)
    laws: Flags = rank[system.elements.form] <= _LAW
    return system.keep(laws).ask(limits).status is Status.INFEASIBLE


def _locate(change: Move, system: ConstraintSystem, option: int) -> Move:
    """A change with rows and days of the instance."""
    return replace(
        change,
        rows=system.rows[change.rows],
        first=change.first + system.first,
        last=change.last + system.first,
        option=option,
    )


def _find_way(
    system: ConstraintSystem, allowed: Collection[str], words: Words, limits: Limits
) -> list[Move]:
    """The cheapest changes of some rules that suffice; none if they do not."""
    soft = {rule for rule in allowed if words.rank(rule) > _LAW}
    gives = np.array([form.rule in soft for form in system.forms], dtype=bool)
    yielding: Flags = gives[system.elements.form]
    if not yielding.any():
        return []
    answer = system.keep(~yielding).ask(limits, _price(system, yielding, words))
    if answer.remote is None:
        return []
    mended, changes = _mend(system, answer.cells, answer.places, soft)
    again = mended.ask(limits).status
    if again is Status.INFEASIBLE:
        raise VerificationError("a repair does not repair; please report this bug")
    if again is Status.UNKNOWN:
        return []
    return [replace(change, cheapest=answer.status is Status.OPTIMAL) for change in changes]


def _price(system: ConstraintSystem, yielding: Flags, words: Words) -> list[Tier]:
    """A tier for each rank, the strongest first."""
    elements = system.elements
    rank = np.array([words.rank(form.rule) for form in system.forms])[elements.form]
    return [
        Tier(str(each), 1, tuple(elements.price(yielding & (rank == each))))
        for each in np.unique(rank[yielding]).tolist()
    ]


def _mend(
    system: ConstraintSystem, remote: Flags, places: Places, soft: set[str]
) -> tuple[ConstraintSystem, list[Move]]:
    """The system with the bounds of some rules moved to what a roster has, and these moves."""
    forms: list[Hard] = []
    numbers: list[int] = []
    changes: list[Move] = []
    for number, form in zip(system.numbers, system.forms, strict=True):
        mended, moves = move(form, remote, places) if form.rule in soft else ([form], [])
        forms += mended
        numbers += [number] * len(mended)
        changes += [replace(change, rule=form.rule) for change in moves]
    return replace(system, forms=tuple(forms), numbers=tuple(numbers)), changes


def move(form: Hard, remote: Flags, places: Places) -> _Moved:
    """Move the bounds of a form to what a roster has, where it misses them.

    Parameters
    ----------
    form : Mask, Window, Cover, SameStatus or CommonDays
    remote : ndarray of bool, shape (n, d)
    places : mapping of str to ndarray of int64, shape (n,)
        By rule, the groups that were formed.
    """
    match form:
        case Mask():
            return _move_mask(form, remote)
        case Window():
            return _move_window(form, remote)
        case Cover():
            return _move_cover(form, remote)
        case SameStatus():
            return _move_same_status(form, remote, places)
        case CommonDays():
            return _move_common_days(form, remote)
        case _:
            assert_never(form)


def _move_mask(form: Mask, remote: Flags) -> _Moved:
    off = form.cells & (remote != form.remote)
    changes = []
    for day in np.flatnonzero(off.any(axis=0)).tolist():
        rows = np.flatnonzero(off[:, day])
        changes.append(Move("mask", not form.remote, rows, day, day, len(rows)))
    return [replace(form, cells=form.cells & ~off)], changes


def _move_window(form: Window, remote: Flags) -> _Moved:
    total = remote[:, form.first : form.last + 1].sum(axis=1, dtype=np.int64)
    changes = []
    for upper, bound in ((True, form.high), (False, form.low)):
        off = total > bound if upper else total < bound
        for old, new in sorted({*zip(bound[off].tolist(), total[off].tolist(), strict=True)}):
            rows = np.flatnonzero(off & (bound == old) & (total == new))
            units = abs(old - new) * len(rows)
            span = (form.first, form.last)
            changes.append(Move("window", upper, rows, *span, units, "", old, new))
    moved = replace(form, low=np.minimum(form.low, total), high=np.maximum(form.high, total))
    return [moved], changes


def _move_cover(form: Cover, remote: Flags) -> _Moved:
    count = sum_groups(form.group, len(form.labels), remote)
    kind = "heads" if form.present is None else "on site"
    changes = []
    for upper, bound in ((True, form.high), (False, form.low)):
        off = count > bound if upper else count < bound
        for group, day in zip(*np.nonzero(off), strict=True):
            at, rows = (group, day), np.flatnonzero(form.group == group)
            old, new = int(bound[at]), int(count[at])
            units, label, span = abs(old - new), str(form.labels[group]), (int(day), int(day))
            if form.present is not None:
                old, new = (int(form.present[at]) - heads for heads in (old, new))
            changes.append(Move(kind, upper, rows, *span, units, label, old, new))
    moved = replace(form, low=np.minimum(form.low, count), high=np.maximum(form.high, count))
    return [moved], changes


def _move_same_status(form: SameStatus, remote: Flags, places: Places) -> _Moved:
    known = form.place(places)
    cells = form.cells & (known.group >= 0)[:, None]
    heads, gone = (sum_groups(known.group, len(known.labels), c) for c in (cells, cells & remote))
    spare = np.zeros((1, cells.shape[1]), dtype=bool)  # is read by those of no group
    fewer_are_remote = np.vstack([gone <= heads - gone, spare])
    off = cells & (remote == fewer_are_remote[known.group])
    changes = []
    for group, day in zip(*np.nonzero(np.minimum(gone, heads - gone)), strict=True):
        rows = np.flatnonzero(off[:, day] & (known.group == group))
        label = str(known.labels[group])
        changes.append(Move("tie", True, rows, int(day), int(day), len(rows), label))
    return [replace(form, cells=form.cells & ~off)], changes


def _move_common_days(form: CommonDays, remote: Flags) -> _Moved:
    span = (form.first, form.last)
    heads = sum_groups(form.group, len(form.labels), remote[:, form.first : form.last + 1])
    met = np.minimum((heads == 0).sum(axis=1), form.days)
    moved: list[Hard] = []
    changes = []
    for group in np.unique(form.group[form.group >= 0]).tolist():
        rows, found = np.flatnonzero(form.group == group), int(met[group])
        if found:
            moved.append(replace(form, group=np.where(form.group == group, group, -1), days=found))
        if found < form.days:
            units, label = form.days - found, str(form.labels[group])
            change = Move("gathering", True, rows, *span, units, label, form.days, found)
            changes.append(change)
    return moved, changes


def tell_repairs(changes: Iterable[Move], words: Words) -> list[Repair]:
    """Put changes in words; those that differ in their single day only are one repair.

    Parameters
    ----------
    changes : iterable of Move
        With rows and days of the instance.
    words : Words

    Returns
    -------
    list of Repair
        Part by part, in the order of their options.
    """
    alike: dict[object, list[Move]] = {}
    for change in changes:
        alike.setdefault(change.key, []).append(change)
    return [_tell(same, words) for same in alike.values()]


def _tell(changes: list[Move], words: Words) -> Repair:
    first = changes[0]
    employees = words.instance.facts.employees.iloc[first.rows]
    days = np.unique([np.arange(change.first, change.last + 1) for change in changes])
    single = first.first == first.last
    opds = tuple(sorted(set(employees["opd"])))
    people = words.people(len(first.rows))
    text = _(_TEXTS[first.kind][not first.upper]).format(
        group=first.group or _("everybody"),
        people=f"{people} ({opds[0]})" if len(opds) == 1 else people,
        days=words.days(days) if single else words.span(first.first, first.last),
        old=first.old,
        new=first.new,
    )
    return Repair(
        rule=first.rule,
        change={
            "group": first.group,
            "dates": words.dates(days.tolist()),
            "old": first.old,
            "new": first.new,
            "asn": len(first.rows),
        },
        cost=sum(change.units for change in changes),
        text=f"{words.rule(first.rule)}: {text}",
        rank=words.rank(first.rule),
        option=first.option,
        part=first.part,
        cheapest=all(change.cheapest for change in changes),
        opds=opds,
        nips=tuple(employees["nip"]),
    )
