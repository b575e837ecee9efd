"""Dates and shares in words."""

from __future__ import annotations

from collections.abc import Sequence

from rotasi.messages import _, number


def span(dates: Sequence[object]) -> str:
    """Dates as the first and the last of them."""
    first, last = str(dates[0]), str(dates[-1])
    return first if first == last else f"{first} – {last}"


def percent(share: float) -> str:
    """A share in percent."""
    return _("{number}%").format(number=number(100 * share))
