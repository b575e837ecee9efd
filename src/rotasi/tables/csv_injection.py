"""Texts that a spreadsheet would take for formulas, made harmless in CSV files and restored."""

from __future__ import annotations

import re

# Where a cell begins, and where an Excel that splits at semicolons would begin another: Indonesian
# ones do, whatever the quotation marks say.
_BEGINNING = r"(?<![^;\r\n])"
#: What a spreadsheet takes for the beginning of a formula; full-width signs are such in East Asia.
_SIGNS = r"[=+\-@\t\r\n＝＋－＠]"
_ARMED = re.compile(rf"{_BEGINNING}(?='*{_SIGNS})")
_DISARMED = re.compile(rf"{_BEGINNING}'(?='*{_SIGNS})")
_DISARMED_ANYWHERE = re.compile(rf"'{_SIGNS}")


def disarm(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run.

    Texts that begin with apostrophes before such a sign get one more, so that `restore` gives
    every text back. Numbers must not come this way: ``-5`` is one, and stays one.

    Parameters
    ----------
    text : str
        The content of a cell.

    Examples
    --------
    >>> disarm("=1+1"), disarm("'=1+1"), disarm("198503152010011001"), disarm("'Aisyiyah")
    ("'=1+1", "''=1+1", '198503152010011001', "'Aisyiyah")

    Notes
    -----
    OWASP, *CSV Injection*.
    """
    return _ARMED.sub("'", text)


def restore(text: str) -> str:
    """What a cell held before `disarm`.

    Examples
    --------
    >>> restore("'=1+1"), restore("'Aisyiyah")
    ('=1+1', "'Aisyiyah")
    """
    return _DISARMED.sub("", text)


def holds_disarmed(text: str) -> bool:
    """Whether a file may hold cells to restore; tells at once of the many that do not."""
    return _DISARMED_ANYWHERE.search(text) is not None
