"""What a check finds: each disagreement once, with the smallest roster that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import indent

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.messages import short_date
from rotasi.model.assignment import Breaches
from rotasi.model.facts import MISSING, STATUSES, WFH, Facts
from rotasi.support.calendar import as_date


class CheckError(AssertionError):
    """A class of rules or objectives does not do what it says.

    Parameters
    ----------
    name : str
        The class.
    findings : sequence of str
        Everything that disagrees, each with an example to check by hand.
    """

    def __init__(self, name: str, findings: Sequence[str]) -> None:
        super().__init__(name, tuple(findings))
        self.name, self.findings = name, tuple(findings)

    def __str__(self) -> str:
        parts = [indent(finding, "    ").replace("    ", "  - ", 1) for finding in self.findings]
        return "\n".join([f"{self.name}:", *parts])


@dataclass
class Findings:
    """Disagreements, the smallest example of each."""

    _found: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, what: str, example: str = "", size: int = 0) -> None:
        """Note a disagreement; of several examples the smallest stays."""
        if self.is_new(what, size):
            self._found[what] = size, example

    def is_new(self, what: str, size: int) -> bool:
        """Whether an example would be the smallest so far."""
        return what not in self._found or size < self._found[what][0]

    def __len__(self) -> int:
        return len(self._found)

    def write(self) -> list[str]:
        """Each in words."""
        return [
            what + (f"\n{example}" if example else "")
            for what, (_size, example) in self._found.items()
        ]


def show_roster(facts: Facts, grid: npt.NDArray[np.int8]) -> str:
    """A roster as a table, with the rows of the previous one before it."""
    days = [as_date(day) for day in facts.days]
    table = pd.DataFrame(
        [[STATUSES[code] for code in row] for row in grid.tolist()],
        index=pd.Index([f"{n} ({o})" for n, o in _names(facts)], name="ASN (OPD)"),
        columns=[short_date(day) for day in days],
    )
    return "\n".join([table.to_string(), *_show_past(facts), *_show_pins(facts)])


def _names(facts: Facts) -> list[tuple[str, str]]:
    return list(zip(facts.employees["nip"], facts.employees["opd"], strict=True))


def _show_past(facts: Facts) -> list[str]:
    past = facts.past
    nips = facts.employees["nip"].to_numpy(object)
    rows = [
        f"{nips[asn]} {STATUSES[status]} on {short_date(as_date(day))}"
        for asn, day, status in zip(past.asn, past.day, past.status, strict=True)
    ]
    return [f"before: {', '.join(rows)}"] if rows else []


def _show_pins(facts: Facts) -> list[str]:
    nips = facts.employees["nip"].to_numpy(object)
    rows = [
        f"{nips[asn]} {STATUSES[facts.pins[asn, day]]} on {short_date(as_date(facts.days[day]))}"
        for asn, day in np.argwhere(facts.pins != MISSING)
    ]
    return [f"pinned: {', '.join(rows)}"] if rows else []


def show_breaches(facts: Facts, breaches: Breaches) -> str:
    """What an audit finds, in words."""
    nips = facts.employees["nip"].to_numpy(object)
    lines = [
        f"{nips[asn] if asn >= 0 else f'group {group!r}'}, "
        f"{short_date(as_date(facts.days[first]))} – {short_date(as_date(facts.days[last]))}: "
        f"needed {needed}, found {found}, {units} units"
        for asn, group, first, last, needed, found, units in zip(
            *(getattr(breaches, name) for name in Breaches.__dataclass_fields__), strict=True
        )
    ]
    return "; ".join(lines) or "nothing"


def size_of(grid: npt.NDArray[np.int8]) -> int:
    """How much there is to look at in a roster: cells first, then remote days."""
    return grid.size * 100 + int((grid == WFH).sum())
