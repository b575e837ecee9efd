"""Texts of a page in every language: its reader may switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rotasi.exports.page.labels import LABELS
from rotasi.messages import LANGUAGES, _, month_name, use_language, weekday_name

Versions = tuple[str, ...]


def in_each_language(write: Callable[[], str]) -> Versions:
    """What a function writes, in the order of `LANGUAGES`."""
    return tuple(_speak(code, write) for code in LANGUAGES)


def _speak(code: str, write: Callable[[], str]) -> str:
    with use_language(code):
        return write()


def list_labels() -> dict[str, dict[str, Any]]:
    """Everything that is written on a page, by language, and names of weekdays and months."""
    return {code: _list_labels(code) for code in LANGUAGES}


def _list_labels(code: str) -> dict[str, Any]:
    with use_language(code):
        return {
            "weekdays": [weekday_name(day) for day in range(7)],
            "months": [month_name(month) for month in range(1, 13)],
            **{key: _(text) for key, text in LABELS.items()},
        }


class Phrases:
    """Texts that a page repeats, each kept once; 0 is the empty one."""

    def __init__(self) -> None:
        self._numbers: dict[Versions, int] = {("",) * len(LANGUAGES): 0}

    def number(self, versions: Versions) -> int:
        """The number of a text, given in the order of `LANGUAGES`."""
        return self._numbers.setdefault(versions, len(self._numbers))

    def as_table(self) -> dict[str, list[str]]:
        """All of them by number, in each language."""
        columns = zip(*self._numbers, strict=True)
        return {code: list(column) for code, column in zip(LANGUAGES, columns, strict=True)}
