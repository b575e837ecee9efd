"""The words that people read, in English and Indonesian, from gettext catalogues.

The sources hold the English text, ``locale/id/LC_MESSAGES/rotasi.po`` its translation. Fields
are filled in after the look-up, so that the catalogue sees one message for all values::

    _("{count} problems:").format(count=3)
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

DOMAIN = "rotasi"
SOURCE = "en"
LANGUAGES = (SOURCE, "id")

_LOCALES = Path(__file__).parent / "locale"
_chosen: ContextVar[str | None] = ContextVar("rotasi_language", default=None)


def language() -> str:
    """Return the code of the language in use, ``en`` or ``id``.

    It is the one chosen by `use_language`, else that of ``ROTASI_LANGUAGE``, else that of the
    locale (``LC_ALL``, ``LC_MESSAGES``, ``LANG``), else English.
    """
    return _chosen.get() or _environment_language()


def speaks(code: str) -> bool:
    """Whether there is a catalogue for a language or locale."""
    return _base(code) in LANGUAGES


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Use a language inside a ``with`` block, in this thread or task only.

    Parameters
    ----------
    code : str
        ``en`` or ``id``; a locale such as ``id_ID.UTF-8`` will do.

    Raises
    ------
    ValueError
        If there is no catalogue for the language.
    """
    if not speaks(code):
        raise ValueError(f"unknown language {code!r}: choose one of {', '.join(LANGUAGES)}")
    token = _chosen.set(_base(code))
    try:
        yield
    finally:
        _chosen.reset(token)


def _(text: str) -> str:
    """Translate a text."""
    return _catalogue(language()).gettext(text)


def plural(one: str, many: str, n: int) -> str:
    """Translate a text that depends on a number, such as ``{count} day`` and ``{count} days``.

    Parameters
    ----------
    one, many : str
        The English texts for one and for any other number.
    n : int
        The number that decides.
    """
    return _catalogue(language()).ngettext(one, many, n)


def mark(text: str) -> str:
    """Return a text as it is, for the catalogue to find: constants are translated when used."""
    return text


def add_words(code: str, words: Mapping[str, str]) -> None:
    """Let texts that come with a rule from outside be translated; what is ours stays as it is.

    Parameters
    ----------
    code : str
        The language of the translations.
    words : mapping of str to str
        Translations by the texts of the sources; of a text with a plural, by that for one.
    """
    _added(code).words.update(words)


class _Words(NullTranslations):
    """Texts of rules from outside, asked behind the catalogue."""

    def __init__(self) -> None:
        super().__init__()
        self.words: dict[str, str] = {}

    def gettext(self, message: str) -> str:
        return self.words.get(message) or super().gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.words.get(msgid1) or super().ngettext(msgid1, msgid2, n)


@cache
def _added(code: str) -> _Words:
    words = _Words()
    _catalogue(code).add_fallback(words)
    return words


def weekday_name(number: int) -> str:
    """Return the name of a weekday, 0 for Monday, as `datetime.date.weekday` counts."""
    return _(_WEEKDAYS[number])


def month_name(number: int) -> str:
    """Return the name of a month, 1 for January."""
    return _(_MONTHS[number - 1])


def long_date(day: date) -> str:
    """Return a date in words, such as ``Monday, 5 January 2026``."""
    return _("{weekday}, {day} {month} {year}").format(
        weekday=weekday_name(day.weekday()),
        day=day.day,
        month=month_name(day.month),
        year=day.year,
    )


def short_date(day: date) -> str:
    """Return a date in brief, such as ``Thu 8 Jan 2026``; three letters tell names apart."""
    weekday, month = weekday_name(day.weekday())[:3], month_name(day.month)[:3]
    return f"{weekday} {day.day} {month} {day.year}"


def number(value: float, decimals: int = 0) -> str:
    """Return a number as people write it: ``12,000.5`` in English, ``12.000,5`` in Indonesian.

    Parameters
    ----------
    value : float
        The number.
    decimals : int
        Digits after the decimal mark.
    """
    catalogue = _catalogue(language())
    thousands = catalogue.pgettext("thousands separator", ",")
    decimal = catalogue.pgettext("decimal mark", ".")
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", thousands + decimal))


def yes_or_no(value: object) -> str:
    """Return a truth in words."""
    return _("yes") if value else _("no")


def printable(text: str) -> str:
    """Replace what a terminal would obey instead of show; line ends stay."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)


@cache
def _catalogue(code: str) -> NullTranslations:
    if code == SOURCE:
        return NullTranslations()
    return translation(DOMAIN, _LOCALES, languages=[code])


def _environment_language() -> str:
    names = ("ROTASI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    stated = next((os.environ[name] for name in names if os.environ.get(name)), SOURCE)
    return _base(stated) if _base(stated) in LANGUAGES else SOURCE


def _base(code: str) -> str:
    return code.replace("-", "_").split("_")[0].split(".")[0].lower()


_WEEKDAYS = (
    mark("Monday"),
    mark("Tuesday"),
    mark("Wednesday"),
    mark("Thursday"),
    mark("Friday"),
    mark("Saturday"),
    mark("Sunday"),
)
_MONTHS = (
    mark("January"),
    mark("February"),
    mark("March"),
    mark("April"),
    mark("May"),
    mark("June"),
    mark("July"),
    mark("August"),
    mark("September"),
    mark("October"),
    mark("November"),
    mark("December"),
)
