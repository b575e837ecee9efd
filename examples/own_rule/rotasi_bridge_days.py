"""No remote work on the day between a holiday and a weekend, as a rule for rotasi."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from rotasi.rules import (
    Breaches,
    Facts,
    Flags,
    Form,
    Groups,
    Rule,
    Statuses,
    find_remote,
    forbid,
    nobody,
    weekday_of,
)

_DAY = np.timedelta64(1, "D")


class NoRemoteBridgeDay(Rule):
    """Nobody in scope is remote on a bridge day, *hari kejepit nasional*.

    A bridge day is a single workday between two days off, of which at least one is off although
    its weekday is worked: a public holiday, cuti bersama, or a day of the policy's
    `holidays.extra`.
    """

    meaning = "No remote work between a holiday and a weekend"
    words = {
        "id": {
            "No remote work between a holiday and a weekend": (
                "Tidak ada kerja jarak jauh pada hari terjepit antara libur dan akhir pekan"
            ),
        }
    }
    kind: Literal["no_remote_bridge_day"]

    def couples(self, facts: Facts) -> Groups:
        """Nobody: each ASN has days of their own."""
        return nobody(facts)

    def days(self, facts: Facts) -> Flags:
        """The bridge days on which the rule holds, shape (d,)."""
        return super().days(facts) & find_bridge_days(facts)

    def bans(self, facts: Facts) -> Flags:
        """The scope on bridge days, shape (n, d)."""
        return self.cells(facts)

    def compile(self, facts: Facts) -> Iterator[Form]:
        """Forbid remote work in the banned cells."""
        return forbid(self, self.bans(facts))

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Remote ASN on such a day; a unit is an ASN-day that should not be remote."""
        return find_remote(self.bans(facts), statuses)


def find_bridge_days(facts: Facts) -> Flags:
    """Single workdays between two days off, one of which is off though its weekday is worked."""
    worked, weekdays = facts.calendar.are_workdays, list(facts.calendar.weekdays)
    before, after = facts.days - _DAY, facts.days + _DAY
    off_before, off_after = ~worked(before), ~worked(after)
    feast_before = off_before & np.isin(weekday_of(before), weekdays)
    feast_after = off_after & np.isin(weekday_of(after), weekdays)
    return off_before & off_after & (feast_before | feast_after)
