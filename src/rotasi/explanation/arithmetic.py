"""Shortages that plain arithmetic shows before anything is solved."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from rotasi.errors import Conflict
from rotasi.explanation.sentences import (
    DAYS_AGAINST_DAYS,
    DECIDED_TWICE,
    HEADS_AGAINST_HEADS,
    TOO_FEW_DAYS,
    TOO_FEW_HEADS,
    TOO_MANY_DAYS,
    TOO_MANY_HEADS,
    say,
)
from rotasi.instance.resolve import Instance
from rotasi.instance.wording import Words
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
    for rules, numbers in groups.items():
        who, when = np.unique(rows[numbers]), np.unique(days[numbers])
        text = say(DECIDED_TWICE, words, rules, when, len(numbers), 0)
        yield words.conflict(rules, who, when, len(numbers), 0, text)


def _short_windows(problem: Problem, window: Window, words: Words) -> Iterator[Conflict]:
    least, most = least_and_most(problem, window)
    days = np.arange(window.first, window.last + 1)
    for sentence, bound, reach, short in (
        (TOO_FEW_DAYS, window.low, most, window.low > most),
        (TOO_MANY_DAYS, window.high, least, window.high < least),
    ):
        for needed, available, rows in _list_alike(short, bound, reach):
            group = words.people(len(rows))
            text = say(sentence, words, [window.rule], days, needed, available, group, each=True)
            yield words.conflict((window.rule,), rows, days, needed, available, text)


def _short_covers(problem: Problem, cover: Cover, words: Words) -> Iterator[Conflict]:
    least, most = head_counts(problem, cover)
    sides = [(TOO_FEW_HEADS, cover.low, most), (TOO_MANY_HEADS, cover.high, least)]
    if cover.present is not None:
        sides = [
            (TOO_MANY_HEADS, cover.present - cover.low, cover.present - most),
            (TOO_FEW_HEADS, cover.present - cover.high, cover.present - least),
        ]
    for sentence, bound, reach in sides:
        short = bound > reach if sentence is TOO_FEW_HEADS else bound < reach
        for group in np.flatnonzero(short.any(axis=1)).tolist():
            rows = np.flatnonzero(cover.group == group)
            figures = _list_alike(short[group], bound[group], reach[group])
            for needed, available, days in figures:
                text = say(
                    sentence, words, [cover.rule], days, needed, available, cover.labels[group],
                    on_site=cover.present is not None,
                )  # fmt: skip
                yield words.conflict((cover.rule,), rows, days, needed, available, text)


def _colliding_windows(
    problem: Problem, low: Window, high: Window, words: Words
) -> Iterator[Conflict]:
    """ASN of whom a window asks for more than another, which holds it, allows."""
    if low.first < high.first or low.last > high.last:
        return
    days, rules = np.arange(low.first, low.last + 1), (low.rule, high.rule)
    short = low.low > high.high
    if short.any():  # what one of them asks in vain is told already
        short &= low.low <= least_and_most(problem, low)[1]
        short &= high.high >= least_and_most(problem, high)[0]
    for needed, available, rows in _list_alike(short, low.low, high.high):
        group = words.people(len(rows))
        text = say(DAYS_AGAINST_DAYS, words, rules, days, needed, available, group, each=True)
        yield words.conflict(rules, rows, days, needed, available, text)


def _colliding_covers(
    problem: Problem, low: Cover, high: Cover, words: Words
) -> Iterator[Conflict]:
    """Groups of the same members of whom a cover asks for more remote than another allows."""
    rules = (low.rule, high.rule)
    for group, twin in _find_twins(low.group, high.group):
        least, most = low.low[group], high.high[twin]
        short = least > most
        if short.any():
            fewest, reach = head_counts(problem, low)
            short &= (least <= reach[group]) & (most >= fewest[group])
        rows = np.flatnonzero(low.group == group)
        for needed, available, days in _list_alike(short, least, most):
            text = say(
                HEADS_AGAINST_HEADS,
                words,
                rules,
                days,
                needed,
                available,
                low.labels[group],
            )
            yield words.conflict(rules, rows, days, needed, available, text)


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
