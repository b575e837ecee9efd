"""Shortages that plain arithmetic shows in a problem without a solution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from rotasi.bounds import head_counts, least_and_most
from rotasi.case import Case
from rotasi.errors import Conflict
from rotasi.forms import Cover, Ints, Window
from rotasi.messages import _, mark
from rotasi.problem import Problem
from rotasi.workdays import as_date

_NEEDS = mark("{rule}: {group} needs {needed} {where} but can have only {available} ({days})")
_MAY = mark("{rule}: {group} may have {needed} {where} but must have {available} ({days})")
_SHOWN = 3  # days that are worth writing out


@dataclass(frozen=True)
class _Words:
    """How to speak of rules, people and days of a case."""

    case: Case
    texts: Mapping[str, str]

    def rule(self, rule: str) -> str:
        """A rule by its text and id."""
        text = self.texts.get(rule, "")
        return f"{text} ({rule})" if text else rule

    def days(self, days: Ints) -> str:
        """Some workdays, the first of them written out."""
        shown = [str(as_date(self.case.facts.days[day])) for day in days[:_SHOWN]]
        more = _(" and {count} more").format(count=len(days) - _SHOWN)
        return ", ".join(shown) + (more if len(days) > _SHOWN else "")

    def conflict(
        self, rules: Iterable[str], rows: Ints, days: Ints, needed: int, available: int, text: str
    ) -> Conflict:
        """A conflict about some ASN and days."""
        employees = self.case.facts.employees.iloc[rows]
        return Conflict(
            rules=tuple(dict.fromkeys(rules)),
            opds=tuple(sorted(set(employees["opd"]))),
            nips=tuple(employees["nip"]),
            dates=tuple(as_date(self.case.facts.days[day]) for day in days),
            needed=needed,
            available=available,
            text=text,
        )


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
    texts = {rule.id: rule.text or _(rule.meaning) for rule in case.policy.all_rules}
    words = _Words(case, texts)
    found = list(_colliding_masks(problem, words))
    for window in problem.windows:
        found += _short_windows(problem, window, words)
    for cover in problem.covers:
        found += _short_covers(problem, cover, words)
    return found


def _colliding_masks(problem: Problem, words: _Words) -> Iterator[Conflict]:
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


def _short_windows(problem: Problem, window: Window, words: _Words) -> Iterator[Conflict]:
    least, most = least_and_most(problem, window)
    days = np.arange(window.first, window.last + 1)
    first, last = (as_date(words.case.facts.days[day]) for day in (window.first, window.last))
    span = f"{first} – {last}"
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


def _short_covers(problem: Problem, cover: Cover, words: _Words) -> Iterator[Conflict]:
    least, most = head_counts(problem, cover)
    remote = _("remote")
    sides = [(_NEEDS, remote, cover.low, most), (_MAY, remote, cover.high, least)]
    if cover.present is not None:
        on_site = _("on site")
        sides = [
            (_MAY, on_site, cover.present - cover.low, cover.present - most),
            (_NEEDS, on_site, cover.present - cover.high, cover.present - least),
        ]
    for text, where, bound, reach in sides:
        short = bound > reach if text is _NEEDS else bound < reach
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
