"""Figures, dates and objectives in words."""

from __future__ import annotations

from collections.abc import Sequence

from rotasi.messages import _, mark, number
from rotasi.rules import KINDS

#: Objectives that no policy names.
_OWN = {"penalty": mark("penalty of soft rules"), "changes": mark("changes")}


def objective(kind: str) -> str:
    """An objective in words."""
    return _(_OWN[kind]) if kind in _OWN else _(KINDS[kind].meaning)


def span(dates: Sequence[object]) -> str:
    """Dates as the first and the last of them."""
    first, last = str(dates[0]), str(dates[-1])
    return first if first == last else f"{first} – {last}"


def percent(share: float) -> str:
    """A share in percent."""
    return _("{number}%").format(number=number(100 * share))


def yes_or_no(value: object) -> str:
    """Whether something holds, in a word."""
    return _("yes") if value else _("no")
