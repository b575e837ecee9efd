"""Shortages that plain arithmetic shows before anything is solved."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from rotasi.errors import Conflict
from rotasi.instance.resolve import Instance
from rotasi.instance.wording import MAY, NEEDS, Words
from rotasi.messages import _
from rotasi.model.constraints import Cover, Flags, Ints, Window
from rotasi.model.evaluation import head_counts, least_and_most
from rotasi.model.problem import Problem


def find_shortages(instance: Instance, problem: Problem) -> list[Conflict]:
    """Masks, windows and covers that arithmetic alone shows to be unsatisfiable.

    Parameters
    ----------
    instance : Instance
    problem : Problem
        As compiled, before anything is simplified or folded.

    Returns
    -------
    list of Conflict
        Empty if the hard rules collide in a less direct way.
    """
    words = Words(instance)
    found = list(_colliding_masks(problem, words))
    for window in problem.windows:
        found += _short_windows(problem, window, words)
    for cover in problem.covers:
        found += _short_covers(problem, cover, words)
    for low, high in permutations(problem.windows, 2):
        found += _colliding_windows(problem, low, high, words)
    for least, most in permutations(problem.covers, 2):
        found += _colliding_covers(problem, least, most, words)
    return found


def _colliding_masks(problem: Problem, words: Words) -> Iterator[Conflict]:
    rows, days = np.nonzero(problem.low > problem.high)
    pairs = zip(
        problem.decided_low[rows, days].tolist(), problem.decided_high[rows, days].tolist(),
        strict=True,
    )  # fmt: skip
    groups: dict[tuple[str, str], list[int]] = {}
    for number, (low, high) in enumerate(pairs):
        groups.setdefault((problem.rules[low], problem.rules[high]), []).append(number)
    for (low_rule, high_rule), numbers in groups.items():
        text = _("{count} ASN-days must be remote by {low} and must not by {high}").format(
            count=len(numbers), low=words.rule(low_rule), high=words.rule(high_rule)
        )
        who, when = np.unique(rows[numbers]), np.unique(days[numbers])
        yield words.conflict((low_rule, high_rule), who, when, len(numbers), 0, text)


def _short_windows(problem: Problem, window: Window, words: Words) -> Iterator[Conflict]:
    least, most = least_and_most(problem, window)
    days = np.arange(window.first, window.last + 1)
    span = words.span(window.first, window.last)
    few = _("{rule}: {count} ASN need {needed} remote days in {span} but can have only {available}")
    many = _(
        "{rule}: {count} ASN may have {needed} remote days in {span} but must have {available}"
    )
    for text, bound, reach, short in (
        (few, window.low, most, window.low > most),
        (many, window.high, least, window.high < least),
    ):
        for needed, available, rows in _list_alike(short, bound, reach):
            words_ = text.format(
                rule=words.rule(window.rule), count=len(rows), span=span,
                needed=needed, available=available,
            )  # fmt: skip
            yield words.conflict((window.rule,), rows, days, needed, available, words_)


def _short_covers(problem: Problem, cover: Cover, words: Words) -> Iterator[Conflict]:
    least, most = head_counts(problem, cover)
    remote = _("remote")
    sides = [(NEEDS, remote, cover.low, most), (MAY, remote, cover.high, least)]
    if cover.present is not None:
        on_site = _("on site")
        sides = [
            (MAY, on_site, cover.present - cover.low, cover.present - most),
            (NEEDS, on_site, cover.present - cover.high, cover.present - least),
        ]
    for text, where, bound, reach in sides:
        short = bound > reach if text is NEEDS else bound < reach
        for group in np.flatnonzero(short.any(axis=1)).tolist():
            figures = _list_alike(short[group], bound[group], reach[group])
            for needed, available, days in figures:
                sentence = _(text).format(
                    rule=words.rule(cover.rule), group=cover.labels[group] or _("everybody"),
                    needed=needed, available=available, where=where, days=words.days(days),
                )  # fmt: skip
                rows = np.flatnonzero(cover.group == group)
                yield words.conflict((cover.rule,), rows, days, needed, available, sentence)


def _colliding_windows(
    problem: Problem, low: Window, high: Window, words: Words
) -> Iterator[Conflict]:
    """ASN of whom a window asks for more than another, which holds it, allows."""
    if low.first < high.first or low.last > high.last:
        return
    days, span = np.arange(low.first, low.last + 1), words.span(low.first, low.last)
    short = low.low > high.high
    if short.any():  # what one of them asks in vain is told already
        short &= low.low <= least_and_most(problem, low)[1]
        short &= high.high >= least_and_most(problem, high)[0]
    text = _(
        "{count} ASN need {needed} remote days in {span} by {low} but may have only {available} "
        "by {high}"
    )
    for needed, available, rows in _list_alike(short, low.low, high.high):
        sentence = text.format(
            count=len(rows), needed=needed, available=available, span=span,
            low=words.rule(low.rule), high=words.rule(high.rule),
        )  # fmt: skip
        yield words.conflict((low.rule, high.rule), rows, days, needed, available, sentence)


def _colliding_covers(
    problem: Problem, low: Cover, high: Cover, words: Words
) -> Iterator[Conflict]:
    """Groups of the same members of whom a cover asks for more remote than another allows."""
    text = _("{group}: {low} needs {needed} remote but {high} allows only {available} ({days})")
    for group, twin in _find_twins(low.group, high.group):
        least, most = low.low[group], high.high[twin]
        short = least > most
        if short.any():
            fewest, reach = head_counts(problem, low)
            short &= (least <= reach[group]) & (most >= fewest[group])
        for needed, available, days in _list_alike(short, least, most):
            sentence = text.format(
                group=low.labels[group] or _("everybody"), needed=needed, available=available,
                low=words.rule(low.rule), high=words.rule(high.rule), days=words.days(days),
            )  # fmt: skip
            rows = np.flatnonzero(low.group == group)
            yield words.conflict((low.rule, high.rule), rows, days, needed, available, sentence)


def _list_alike(short: Flags, needed: Ints, available: Ints) -> Iterator[tuple[int, int, Ints]]:
    """What is needed and available, and the places that are short by these figures."""
    pairs = {*zip(needed[short].tolist(), available[short].tolist(), strict=True)}
    for need, most in sorted(pairs):
        yield need, most, np.flatnonzero(short & (needed == need) & (available == most))


def _find_twins(one: Ints, other: Ints) -> Iterator[tuple[int, int]]:
    """Groups of two groupings that have the same members."""
    sizes = np.bincount(one[one >= 0]), np.bincount(other[other >= 0])
    grouped, count = (one >= 0) & (other >= 0), len(sizes[1])
    pairs, both = np.unique(one[grouped] * count + other[grouped], return_counts=True)
    for pair, shared in zip(pairs.tolist(), both.tolist(), strict=True):
        group, twin = divmod(pair, count)
        if sizes[0][group] == sizes[1][twin] == shared:
            yield group, twin
