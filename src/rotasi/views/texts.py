"""Texts of a roster in files that officials open."""

from __future__ import annotations

import re
import warnings

from rotasi.errors import RotasiWarning
from rotasi.messages import plural

#: Signs that no XML file may hold or that nobody can see; tabs and new lines stay.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def capitalise(text: str) -> str:
    """A text with a capital at its beginning; the others stay."""
    return text[:1].upper() + text[1:]


def strip_controls(text: str) -> tuple[str, int]:
    """A text without control characters, and how many it had."""
    return (text, 0) if text.isprintable() else _CONTROL.subn("", text)


def warn_of_controls(count: int) -> None:
    """Warn of what has been left out of a file, at the line that called the schedule."""
    if count:
        text = plural(
            "{count} control character was left out of the file",
            "{count} control characters were left out of the file",
            count,
        )
        warnings.warn(text.format(count=count), RotasiWarning, stacklevel=5)
