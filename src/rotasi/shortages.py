"""Shortages that plain arithmetic shows in a problem without a solution."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rotasi.bounds import head_counts, least_and_most
from rotasi.case import Case
from rotasi.errors import Conflict
from rotasi.forms import Cover, Window
from rotasi.messages import _
from rotasi.problem import Problem
from rotasi.wording import MAY, NEEDS, Words


def find_shortages(case: Case, problem: Problem) -> list[Conflict]:
    """Masks, windows and covers that arithmetic alone shows to be unsatisfiable.

    Parameters
    ----------
    case : Case
    problem : Problem
        As compiled, before anything is simplified or folded.

    Returns
    -------
    list of Conflict
        Empty if the hard rules collide in a less direct way.
    """
    words = Words(case)
    found = list(_colliding_masks(problem, words))
    for window in problem.windows:
        found += _short_windows(problem, window, words)
    for cover in problem.covers:
        found += _short_covers(problem, cover, words)
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
        for needed, available in sorted(
            {*zip(bound[short].tolist(), reach[short].tolist(), strict=True)}
        ):
            rows = np.flatnonzero(short & (bound == needed) & (reach == available))
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
            pairs = zip(bound[group].tolist(), reach[group].tolist(), strict=True)
            for needed, available in sorted(
                {p for p, s in zip(pairs, short[group], strict=True) if s}
            ):
                same = short[group] & (bound[group] == needed) & (reach[group] == available)
                days = np.flatnonzero(same)
                sentence = _(text).format(
                    rule=words.rule(cover.rule), group=cover.labels[group] or _("everybody"),
                    needed=needed, available=available, where=where, days=words.days(days),
                )  # fmt: skip
                rows = np.flatnonzero(cover.group == group)
                yield words.conflict((cover.rule,), rows, days, needed, available, sentence)
