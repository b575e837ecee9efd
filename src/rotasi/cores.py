"""Smallest sets of demands that cannot hold together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rotasi.classes import fold
from rotasi.forms import Cover, Flags, Gathering, Ints, Mask, Tie, Window
from rotasi.ground import Ground, Key
from rotasi.problem import assemble
from rotasi.schedule import Status
from rotasi.search import Search
from rotasi.wording import Words

#: Forms by how much their figures tell.
_TELLING = (Mask, Tie, Window, Gathering, Cover)


@dataclass(frozen=True, eq=False)
class Core:
    """Demands that cannot hold together, of which each is needed for that.

    Parameters
    ----------
    ground : Ground
        The demands, and the ASN and days that they concern: each ASN of it, where they collide
        within one ASN's own days, or all members of the groups.
    minimal : bool
        Whether it is proven that without any one piece the others fit together.
    """

    ground: Ground
    minimal: bool

    @cached_property
    def personal(self) -> bool:
        """Whether the demands collide within one ASN's own days."""
        return not (self.ground.pieces.group >= 0).any()

    def headline(self, words: Words) -> Flags:
        """Pieces of the member whose figures tell most: heads before days, the weakest rule first.

        Returns
        -------
        ndarray of bool, shape (k,)
        """
        pieces, forms = self.ground.pieces, self.ground.forms
        tells = [_TELLING.index(type(form)) for form in forms]
        rank = [words.rank(form.rule) for form in forms]
        order = np.lexsort((pieces.form, np.array(rank)[pieces.form], np.array(tells)[pieces.form]))
        return self.member(int(order[-1]))

    def member(self, piece: int) -> Flags:
        """The pieces that a piece stands with: of one form, group and side."""
        pieces = self.ground.pieces
        return np.asarray(
            (pieces.form == pieces.form[piece])
            & (pieces.group == pieces.group[piece])
            & (pieces.side == pieces.side[piece])
        )


def find_cores(ground: Ground, words: Words, search: Search, most: int) -> Iterator[Core]:
    """Find sets of demands that collide, until none is left, time is up, or there are enough.

    After each its headline is left out, and the search goes on.

    Parameters
    ----------
    ground : Ground
        Rows and days that forms couple.
    words : Words
    search : Search
    most : int
    """
    dropped: frozenset[Key] = frozenset()
    for _number in range(most):
        core = dig(ground, dropped, words, search)
        if core is None:
            return
        yield core
        if core.personal:
            others = np.flatnonzero(~np.isin(ground.rows, core.ground.rows))
            if not len(others):
                return
            ground = ground.take(others, 0, ground.axes.days - 1)
            continue
        for alike in (core, *_find_alike(core, ground, dropped, search)):
            spared = np.flatnonzero(alike.headline(words)).tolist()
            dropped |= {alike.ground.keys[piece] for piece in spared}
            if alike is not core:
                yield alike


def dig(ground: Ground, dropped: frozenset[Key], words: Words, search: Search) -> Core | None:
    """Find one set of demands that collide; None if there is none, or time is up."""
    narrow = _first_collision(ground, dropped, search)
    if narrow is None:
        return None
    rules = dict.fromkeys(form.rule for form in narrow.forms)
    for rule in sorted(rules, key=words.rank, reverse=True):
        narrow = _leave_out(narrow, rule, search) or narrow
    shrinking = _Shrinking(narrow, search)
    pieces = narrow.pieces
    rank = [words.rank(form.rule) for form in narrow.forms]
    # What comes first is left out last: a law rather than an office's rule, an early day.
    order = np.lexsort((pieces.group, pieces.first, np.array(rank)[pieces.form]))
    found = shrinking.shrink([], False, order.tolist())
    kept = np.zeros(len(pieces), dtype=bool)
    kept[found] = True
    core = Core(narrow.keep(kept), shrinking.certain)
    return Core(_gather(core, search), shrinking.certain)


def _first_collision(ground: Ground, dropped: frozenset[Key], search: Search) -> Ground | None:
    """The first part in which the demands that are left collide."""
    kept = ground.keep(~ground.find(dropped)) if dropped else ground
    for part in kept.split():
        if part.ask(search).status is Status.INFEASIBLE:
            return part
    return None


def _leave_out(ground: Ground, rule: str, search: Search) -> Ground | None:
    """The first part that still collides without a rule."""
    rules = np.array([form.rule for form in ground.forms], dtype=object)
    kept: Flags = rules[ground.pieces.form] != rule
    return None if kept.all() else _first_collision(ground.keep(kept), frozenset(), search)


class _Shrinking:
    """Junker's QuickXplain: divides, and shrinks each half beside what the other needs.

    Parameters
    ----------
    ground : Ground
    search : Search
    """

    def __init__(self, ground: Ground, search: Search) -> None:
        self._ground, self._search = ground, search
        self.certain = True

    def shrink(self, base: Sequence[int], grown: bool, pieces: Sequence[int]) -> list[int]:
        """The pieces that collide beside others, and of which none can be spared.

        Parameters
        ----------
        base : sequence of int
            Pieces that stay.
        grown : bool
            Whether any has joined them since they were last asked about.
        pieces : sequence of int
            Pieces that collide with those.
        """
        if grown and self._collide(base):
            return []
        if len(pieces) == 1:
            return list(pieces)
        left, right = pieces[: len(pieces) // 2], pieces[len(pieces) // 2 :]
        second = self.shrink([*base, *left], True, right)
        first = self.shrink([*base, *second], bool(second), left)
        return [*first, *second]

    def _collide(self, pieces: Sequence[int]) -> bool:
        """Whether pieces collide; where time is up, not, and then nothing is certain any more."""
        kept = np.zeros(len(self._ground.pieces), dtype=bool)
        kept[list(pieces)] = True
        status = self._ground.keep(kept).ask(self._search).status
        self.certain &= status is not Status.UNKNOWN
        return status is Status.INFEASIBLE


def _gather(core: Core, search: Search) -> Ground:
    """The core's ground with only those ASN and days whom the demands concern."""
    ground = core.ground
    if core.personal:
        rows = _find_failing(ground, search)
    else:
        groups = [getattr(form, "group", None) for form in ground.forms]
        pairs = zip(ground.pieces.form.tolist(), ground.pieces.group.tolist(), strict=True)
        members = [groups[form] == group for form, group in pairs if group >= 0]
        rows = np.flatnonzero(np.logical_or.reduce(members))
    first, last = int(ground.pieces.first.min()), int(ground.pieces.last.max())
    return ground.take(rows, first, last)


def _find_failing(ground: Ground, search: Search) -> Ints:
    """Rows whose own days collide, each by itself: halves that fit together are done with."""
    of = fold(assemble(ground.forms, ground.axes)).of

    def find(classes: Ints) -> list[Ints]:
        rows = np.flatnonzero(np.isin(of, classes))
        part = ground.take(rows, 0, ground.axes.days - 1)
        if part.ask(search).status is not Status.INFEASIBLE:
            return []
        if len(classes) == 1:
            return [rows]
        half = len(classes) // 2
        return [*find(classes[:half]), *find(classes[half:])]

    return np.sort(np.concatenate(find(np.unique(of))))


def _find_alike(
    core: Core, ground: Ground, dropped: frozenset[Key], search: Search
) -> Iterator[Core]:
    """The same collision on other days, of a core that concerns a single day."""
    days = {(first, last) for _form, _row, first, last, _side in core.ground.keys}
    if len(days) > 1 or core.ground.axes.days > 1:
        return
    known = frozenset(ground.keys) - dropped
    rows = np.flatnonzero(np.isin(ground.rows, core.ground.rows))
    for day in range(ground.axes.days):
        there = day + ground.first
        keys = {(form, row, there, there, side) for form, row, _f, _l, side in core.ground.keys}
        if there != core.ground.first and keys <= known:
            part = ground.take(rows, day, day)
            part = part.keep(part.find(frozenset(keys)))
            if _is_minimal(part, search):
                yield Core(part, True)


def _is_minimal(ground: Ground, search: Search) -> bool:
    """Whether a ground's demands collide, and fit together without any one of them."""
    if ground.ask(search).status is not Status.INFEASIBLE:
        return False
    known = (Status.OPTIMAL, Status.FEASIBLE)
    return all(
        ground.keep(np.arange(len(ground.pieces)) != piece).ask(search).status in known
        for piece in range(len(ground.pieces))
    )
