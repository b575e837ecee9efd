"""How to speak of the rules, people and days of an instance, without personal data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from rotasi.errors import PERSONAL
from rotasi.instance.resolve import Instance
from rotasi.messages import _, mark, plural, short_date
from rotasi.model.constraints import Ints
from rotasi.rules import KINDS, Objective, Rule
from rotasi.rules.objectives import Changes
from rotasi.support.calendar import as_date

#: What comes before the objectives that a policy names: name and unit, as of an objective.
_BEFORE_GOALS = {
    "penalty": (mark("penalty of soft rules"), ""),
    "changes": (Changes.meaning, Changes.unit),
}
_SHOWN = 3  # runs of days that are worth writing out
#: What holds without being a rule, and how strong it is on the scale from law to office rule: a
#: pin is an office's own entry.
_STANDING = {
    "pin": (mark("decided already"), 5),
    "leave": (mark("on leave"), 0),
    "asked": (mark("asked about"), 0),
}


def name_rule(rule: Rule) -> str:
    """A rule in the policy's words, or in ours where it has none."""
    return rule.text or _(rule.meaning)


def name_objective(kind: str) -> str:
    """An objective, or what comes before them, in words."""
    return _(_find_words(kind)[0])


def count_objective(kind: str, count: int) -> str:
    """So much of an objective, or of what comes before them."""
    meaning, unit = _find_words(kind)
    return f"{_(unit or meaning)}: {count}"


def _find_words(kind: str) -> tuple[str, str]:
    """Name and unit; of a kind that is not installed here, what its value is called."""
    goal = KINDS.get(kind)
    if goal is not None and issubclass(goal, Objective):
        return goal.meaning, goal.unit
    return _BEFORE_GOALS.get(kind, (kind, ""))


@dataclass(frozen=True)
class Words:
    """Names of what stands in an instance.

    Parameters
    ----------
    instance : Instance
    """

    instance: Instance

    @cached_property
    def _rules(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.instance.policy.all_rules}

    def text(self, rule: str) -> str:
        """A rule in the policy's words."""
        if rule in _STANDING:
            return _(_STANDING[rule][0])
        return name_rule(self._rules[rule])

    def source(self, rule: str) -> str:
        """Where a rule stands; empty if nobody says."""
        return "" if rule in _STANDING else self._rules[rule].source

    def rank(self, rule: str) -> int:
        """How strong a rule is, from 1, a law, to 5, an office's own; 0 = a fact."""
        return _STANDING[rule][1] if rule in _STANDING else self._rules[rule].rank

    def rule(self, rule: str) -> str:
        """A rule by its text and id."""
        return f"{self.text(rule)} ({rule})"

    def group(self, rule: str, label: str) -> str:
        """A group by its label, which tells of nobody even where each person is a group."""
        by = self._rules[rule].columns.get("by", []) if rule in self._rules else []
        return label if PERSONAL.isdisjoint(by) else "…"

    def part(self, first: int, last: int, rows: Ints) -> str:
        """Some ASN and a run of workdays, by the OPDs and dates."""
        opds = sorted(set(self.instance.facts.employees["opd"].iloc[rows]))
        return f"{', '.join(opds)} ({self.span(first, last)})"

    def dates(self, days: Iterable[int]) -> tuple[date, ...]:
        """Some workdays as dates."""
        return tuple(as_date(self.instance.facts.days[day]) for day in days)

    def days(self, days: Ints) -> str:
        """Some workdays in their order, the first runs of them written out."""
        runs = np.split(days, np.flatnonzero(np.diff(days) > 1) + 1)
        shown = [self.span(int(run[0]), int(run[-1])) for run in runs[:_SHOWN]]
        left = sum(map(len, runs[_SHOWN:]))
        more = _(" and {count} more").format(count=left)
        return ", ".join(shown) + (more if left else "")

    def span(self, first: int, last: int) -> str:
        """A run of workdays."""
        return " – ".join(dict.fromkeys(map(short_date, self.dates((first, last)))))

    def people(self, count: int) -> str:
        """So many ASN."""
        return plural("{count} ASN", "{count} ASN", count).format(count=count)
