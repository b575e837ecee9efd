"""Texts as people type them: cleaned, compared, and the nearest of those that are known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from difflib import get_close_matches
from itertools import islice
from unicodedata import normalize

import numpy as np
import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _, mark

#: Text that cleaning leaves as it is: printable ASCII without blanks at its ends.
_CLEAN = r"(?:[!-~](?:[ -~]*[!-~])?)?"

#: Hints that a list of problems gives, names among which one is sought, and characters of a name:
#: to seek takes time, and nobody reads more.
MOST_HINTS, _MOST_NAMES, _LONGEST_NAME = 100, 5_000, 200

#: Characters that files cannot hold, or that end a text for other programs.
UNWRITABLE = re.compile("[\0\ud800-\udfff]")
UNWRITABLE_ADVICE = mark(
    "a character that no file can hold (NUL or half a surrogate pair); remove it"
)

_MOST_DIGITS = 100  # of a number; Python may refuse to write more
_ENDLESS = 10**_MOST_DIGITS
_SHOWN = 5  # names that a sentence lists


def as_text(values: pd.Series) -> pd.Series:
    """Any column as clean text: stripped, NFKC, whole floats without ``.0``, missing as empty.

    Parameters
    ----------
    values : Series, shape (n,), any dtype

    Returns
    -------
    Series of str, shape (n,), same index

    Raises
    ------
    RosterError
        If one cannot be written; it tells the first row, and the column by the name of the values.
    """
    try:
        return _clean(values)
    except UnicodeEncodeError:
        raise RosterError([_find_unwritable(values)]) from None


def _clean(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.StringDtype):
        values = values.astype("str").fillna("")
        if values.str.fullmatch(_CLEAN).all():
            return values
    try:
        codes, unique = pd.factorize(values)
    except TypeError:  # cells that are lists and the like
        codes, unique = pd.factorize(values.map(str))
    words = [*map(as_word, unique), ""]
    "".join(words).encode()  # without Arrow, pandas would hold what no file can
    return pd.Series(pd.array(words, dtype="str").take(codes), index=values.index)


def _find_unwritable(values: pd.Series) -> Problem:
    found = ((row, value) for row, value in values.items() if not is_writable(str(value)))
    row, value = next(found)
    if values.name is None:  # it may be personal
        return Problem(_(UNWRITABLE_ADVICE), row=row)
    return Problem(_(UNWRITABLE_ADVICE), None, row, str(values.name), value)


def as_word(value: object) -> str:
    """One value as clean text, the way `as_text` reads a column."""
    if isinstance(value, float | np.floating) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    text = str(value).strip()
    return text if text.isascii() else normalize("NFKC", text).strip()


def is_endless(value: object) -> bool:
    """Whether a value is a number of more digits than anybody means."""
    return isinstance(value, int) and abs(value) >= _ENDLESS


def advise_endless() -> str:
    """What to do about such a number."""
    text = _("a number of more than {limit} digits; write a smaller one")
    return text.format(limit=_MOST_DIGITS)


def is_writable(text: str) -> bool:
    """Whether a text can be written as UTF-8: it holds no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def near(word: str, known: Iterable[str]) -> str:
    """A hint at the nearest known name, or nothing; upper and lower case are the same."""
    names = {name.casefold(): name for name in islice(known, _MOST_NAMES)}
    if not names or len(word) > _LONGEST_NAME:
        return ""
    found = [names[key] for key in get_close_matches(word.casefold(), names, n=1)]
    return _(" (did you mean {name!r}?)").format(name=found[0]) if found else ""


def list_first(names: Sequence[str]) -> str:
    """The first of some names for a sentence, and how many more there are."""
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f", … (+{rest})" if rest > 0 else "")
