"""Collisions in words: what is needed, what is available, who is missing and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np

from rotasi.engine.limits import Limits
from rotasi.errors import Absence, Conflict, Demand
from rotasi.explanation.elements import ASKED, HIGH, LEAVE, LOW
from rotasi.explanation.figures import Figures, measure
from rotasi.explanation.minimal_conflicts import Core, counts_on_site
from rotasi.explanation.sentences import (
    CANNOT_SHARE_DAYS,
    MUST_BE_REMOTE,
    MUST_NOT_BE_REMOTE,
    TOO_FEW_COMMON_DAYS,
    TOO_FEW_DAYS,
    TOO_FEW_HEADS,
    TOO_MANY_DAYS,
    TOO_MANY_HEADS,
    WITHOUT_FIGURES,
    say,
)
from rotasi.instance.wording import Words
from rotasi.messages import _
from rotasi.model.constraints import (
    CommonDays,
    Cover,
    Flags,
    Hard,
    Ints,
    Mask,
    SameStatus,
    Window,
)

_SHOWN = 5  # demands that are worth writing out


@dataclass(frozen=True)
class _Member:
    """What one form asks of one group: elements that differ in their days only.

    Parameters
    ----------
    form : Mask, Window, Cover, SameStatus or CommonDays
    group, side : int
    days : ndarray of int64
        Days of the instance.
    """

    form: Hard
    group: int
    side: int
    days: Ints


def describe(cores: Iterable[Core], words: Words, limits: Limits) -> list[Conflict]:
    """Describe collisions; those alike on several days become one conflict.

    Parameters
    ----------
    cores : iterable of Core
    words : Words
    limits : Limits
        For what is available.

    Returns
    -------
    list of Conflict
    """
    tellings = [telling for core in cores for telling in _tell_apart(core, words, limits)]
    for look in (_Telling.apart_from_rows, _Telling.apart_from_days):
        alike: dict[object, _Telling] = {}
        for telling in tellings:
            key = look(telling)
            alike[key] = alike[key].join(telling) if key in alike else telling
        tellings = list(alike.values())
    return [telling.tell(words) for telling in tellings]


def _tell_apart(core: Core, words: Words, limits: Limits) -> Iterator[_Telling]:
    """A collision; of the own days of several ASN one for those with the same figures."""
    focus = _focus(core, core.headline(words))
    each = measure(core, focus, limits)
    if not (core.personal and core.minimal):
        # Where more is named than is needed, not all of it concerns each ASN.
        figures = each[0] if len({*each}) == 1 else (None, None)
        yield _Telling.of(core, words, focus, figures)
        return
    for figures in dict.fromkeys(each):
        rows = np.flatnonzero([own == figures for own in each])
        part = replace(core, system=core.system.take(rows, 0, core.system.axes.days - 1))
        yield _Telling.of(part, words, focus, figures)


def _focus(core: Core, headline: Flags) -> Flags:
    """What figures are told of: of heads on several days those of the first.

    What a group can have on one day, if it has what it needs on the others, is a number; what it
    can have on all of them together is none that a rule speaks of.
    """
    elements = core.system.elements
    if isinstance(core.system.forms[elements.form[headline][0]], Cover):
        return np.asarray(headline & (elements.first == elements.first[headline].min()))
    return headline


@dataclass(frozen=True)
class _Telling:
    """All there is to tell of a collision."""

    members: tuple[_Member, ...]
    groups: tuple[str, ...]  # names; of ASN whose own days collide there are none
    opds: tuple[str, ...]
    rows: Ints
    minimal: bool
    needed: int | None
    available: int | None
    absent: frozenset[tuple[str, int, int]]  # rule, row and day of the instance
    daily: bool  # whether all members speak of the same days, and collide on each of them

    @classmethod
    def of(cls, core: Core, words: Words, focus: Flags, figures: Figures) -> _Telling:
        """A collision with what is needed and what is available to the member in focus."""
        first, *rest = members = [*_list_members(core, focus), *_list_members(core, ~focus)]
        rest.sort(key=lambda member: words.rank(member.form.rule), reverse=True)
        return cls(
            members=(first, *rest),
            groups=() if core.personal else tuple(_name(m, words) for m in (first, *rest)),
            opds=tuple(sorted(set(words.instance.facts.employees["opd"].iloc[core.system.rows]))),
            rows=core.system.rows,
            minimal=core.minimal,
            needed=figures[0],
            available=figures[1],
            absent=frozenset(_find_absent(core, members)),
            daily=len({day for member in members for day in member.days.tolist()}) == 1,
        )

    @property
    def _figures(self) -> tuple[object, ...]:
        """Rules, groups and numbers."""
        names = tuple(member.form.rule for member in self.members)
        return names, self.groups, self.needed, self.available

    def apart_from_rows(self) -> object:
        """What collisions of several ASN's own days in one office have in common."""
        rows = self.rows.tobytes() if self.groups else self.opds
        return *self._figures, rows, *(member.days.tobytes() for member in self.members)

    def apart_from_days(self) -> object:
        """What collisions on several days have in common, each of which is of one day only."""
        days = () if self.daily else tuple(member.days.tobytes() for member in self.members)
        return *self._figures, self.rows.tobytes(), days

    def join(self, other: _Telling) -> _Telling:
        """Both as one."""
        members = tuple(
            replace(one, days=np.union1d(one.days, another.days))
            for one, another in zip(self.members, other.members, strict=True)
        )
        return replace(
            self,
            members=members,
            rows=np.union1d(self.rows, other.rows),
            minimal=self.minimal and other.minimal,
            absent=self.absent | other.absent,
        )

    def tell(self, words: Words) -> Conflict:
        """The collision as a conflict."""
        rules = [member.form.rule for member in self.members]
        days = np.unique(np.concatenate([member.days for member in self.members]))
        employees = words.instance.facts.employees.iloc[self.rows]
        missing = tuple(self._missing(words))
        conflict = Conflict(
            rules=tuple(dict.fromkeys(rules)),
            opds=self.opds,
            nips=tuple(employees["nip"]),
            dates=words.dates(days.tolist()),
            needed=self.needed,
            available=self.available,
            text="",
            demands=tuple(self._demand(number, words) for number in range(len(rules))),
            missing=missing,
            minimal=self.minimal,
        )
        return replace(conflict, text=self._write(conflict, words))

    def _demand(self, number: int, words: Words) -> Demand:
        member = self.members[number]
        rule, dates = member.form.rule, words.dates(member.days.tolist())
        return Demand(rule, words.text(rule), words.source(rule), self._group(number, words), dates)

    def _group(self, number: int, words: Words) -> str:
        """The group of a member; where none is concerned, how many ASN are."""
        if not self.groups:
            return words.people(len(self.rows))
        return self.groups[number]

    def _missing(self, words: Words) -> Iterator[Absence]:
        nips = words.instance.facts.employees["nip"].to_numpy(object)
        for rule in self._hindering(words):
            days: dict[int, list[int]] = {}
            for _rule, row, day in sorted(each for each in self.absent if each[0] == rule):
                days.setdefault(row, []).append(day)
            for alike in dict.fromkeys(map(tuple, days.values())):
                rows = [row for row, its in days.items() if tuple(its) == alike]
                yield Absence(rule, tuple(nips[rows]), words.dates(alike))

    def _hindering(self, words: Words) -> list[str]:
        """Rules that keep somebody away, facts first."""
        return sorted({rule for rule, *_ in self.absent}, key=lambda rule: (words.rank(rule), rule))

    def _write(self, conflict: Conflict, words: Words) -> str:
        first = self.members[0]
        known = self.needed is not None or isinstance(first.form, SameStatus)
        text = say(
            _template(first) if known else WITHOUT_FIGURES, words, first.form.rule, first.days,
            conflict.needed, conflict.available, self._group(0, words),
            on_site=counts_on_site(first.form),
        )  # fmt: skip
        if conflict.short and not isinstance(first.form, Mask):
            text += ", " + _("short by {short}").format(short=conflict.short)
        others = [
            f"{words.rule(member.form.rule)}: {self._group(place, words) or _('everybody')}, "
            + words.days(member.days)
            for place, member in enumerate(self.members[1:], start=1)
        ]
        if len(others) > _SHOWN:
            others[_SHOWN:] = [_("{count} more").format(count=len(others) - _SHOWN)]
        if others:
            text += "; " + _("collides with {others}").format(others="; ".join(others))
        if conflict.missing:
            text += "; " + _("not available: {absent}").format(absent=self._count_absent(words))
        return text if self.minimal else text + "; " + _("not proven to be minimal")

    def _count_absent(self, words: Words) -> str:
        daily = Counter((rule, day) for rule, _row, day in self.absent)
        counts = {
            rule: max(count for (name, _day), count in daily.items() if name == rule)
            for rule in self._hindering(words)
        }
        uneven = any(count != counts[rule] for (rule, _day), count in daily.items())
        plain, by = "{count} {text}", _("{count} by {rule}")
        texts = [
            (plain if rule in (ASKED, LEAVE) else by).format(
                count=count, rule=rule, text=words.text(rule)
            )
            for rule, count in counts.items()
        ]
        most = _("at most {absent}") if uneven else "{absent}"
        return most.format(absent=", ".join(texts))


def _list_members(core: Core, chosen: Flags) -> list[_Member]:
    """Some elements of a core, those together that differ in their days only."""
    system, elements = core.system, core.system.elements
    found: dict[tuple[int, int, int], list[int]] = {}
    triples = zip(
        elements.form.tolist(), elements.group.tolist(), elements.side.tolist(), strict=True
    )
    for element, key in enumerate(triples):
        if chosen[element]:
            found.setdefault(key, []).append(element)
    members = []
    for (form, group, side), numbers in found.items():
        spans = [np.arange(elements.first[n], elements.last[n] + 1) for n in numbers]
        days = np.unique(np.concatenate(spans)) + system.first
        members.append(_Member(system.forms[form], group, side, days))
    return members


def _template(member: _Member) -> str:
    form, low = member.form, member.side == LOW
    match form:
        case Mask():
            return MUST_BE_REMOTE if form.remote else MUST_NOT_BE_REMOTE
        case Window():
            return TOO_FEW_DAYS if low else TOO_MANY_DAYS
        case Cover():
            return TOO_FEW_HEADS if low is not counts_on_site(form) else TOO_MANY_HEADS
        case SameStatus():
            return CANNOT_SHARE_DAYS
        case CommonDays():
            return TOO_FEW_COMMON_DAYS
        case _:
            assert_never(form)


def _name(member: _Member, words: Words) -> str:
    """The group of a member, or how many ASN it concerns."""
    form = member.form
    match form:
        case Mask():
            return words.people(int(form.cells.any(axis=1).sum()))
        case Window():
            asked = form.low > 0 if member.side == LOW else form.high <= form.last - form.first
            return words.people(int(asked.sum()))
        case Cover() | SameStatus() | CommonDays():
            return str(form.labels[member.group])
        case _:
            assert_never(form)


def _find_absent(core: Core, members: Sequence[_Member]) -> Iterator[tuple[str, int, int]]:
    """Whom masks and leave keep from what groups of the core need: rule, row, day of the instance.

    Leave hinders where people are needed, not where there are too many.
    """
    masks = [form for form in core.system.forms if isinstance(form, Mask)]
    leave = [mask.cells for mask in masks if mask.rule == LEAVE]
    away = np.logical_or.reduce([np.zeros(core.system.axes.shape, dtype=bool), *leave])
    for member in members:
        form, days = member.form, member.days - core.system.first
        if not isinstance(form, Cover):
            continue
        inside = np.zeros(away.shape, dtype=bool)
        inside[np.ix_(form.group == member.group, days)] = True
        needs = (member.side == HIGH) is counts_on_site(form)
        for mask in masks:
            if mask.rule == LEAVE:
                hindered = inside & mask.cells & needs
            elif mask.remote == (member.side == HIGH):
                hindered = inside & mask.cells & ~away
            else:
                continue
            for row, day in zip(*np.nonzero(hindered), strict=True):
                yield mask.rule, int(core.system.rows[row]), int(day) + core.system.first
