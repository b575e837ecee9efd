"""What a policy can hold at all: values of a size that can be written down, and not too many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from rotasi.errors import Problem
from rotasi.messages import _
from rotasi.policy.file_errors import at
from rotasi.support.text import UNWRITABLE

#: A scope may list the NIPs of a whole province; a policy of more is another file by mistake.
MOST_VALUES = 100_000
_DEEPEST = 16
_MOST_DIGITS = 100
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def check_values(table: Mapping[str, Any]) -> list[Problem]:
    """What no policy can hold, whatever it means: found before anything looks at the meaning.

    Parameters
    ----------
    table : mapping
        The structure of a file, as read or as a program made it.
    """
    problems: list[Problem] = []
    waiting: list[tuple[str, int, object]] = [("", 0, table)]
    count = 0
    while waiting:
        place, depth, value = waiting.pop()
        inner = list(_inside(place, value))
        count += len(inner)
        if count > MOST_VALUES:
            message = _("more than {limit} values; is it another file?")
            return [at(_first(place), message.format(limit=MOST_VALUES))]
        if inner and depth == _DEEPEST:
            return [at(_first(place), _("lists and tables are nested too deeply"))]
        problems += _flaws(place, value)
        waiting += [(within, depth + 1, each) for within, each in inner]
    return problems[::-1]


def _inside(place: str, value: object) -> Iterable[tuple[str, object]]:
    """Each value inside another, with its place."""
    if isinstance(value, list | tuple):
        return ((f"{place}[{number}]", each) for number, each in enumerate(value))
    if isinstance(value, Mapping | BaseModel):
        return (
            (f"{place}.{key}" if place else f"{key}", each) for key, each in dict(value).items()
        )
    return ()


def _flaws(place: str, value: object) -> Iterator[Problem]:
    """What is wrong with one value, or with a key of a table."""
    keys = [key for key in value if isinstance(key, str)] if isinstance(value, Mapping) else []
    for text in (value, *keys):
        if isinstance(text, str) and _UNWRITABLE.search(text):
            yield at(place, _(UNWRITABLE), text)
    if isinstance(value, int) and abs(value) >= 10**_MOST_DIGITS:
        message = _("a number of more than {limit} digits; write a smaller one")
        yield at(place, message.format(limit=_MOST_DIGITS))


def _first(place: str) -> str:
    """The outermost key of a place, which of one that is too deep or too far is long enough."""
    return re.split(r"[.\[]", place, maxsplit=1)[0]
