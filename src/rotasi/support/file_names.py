"""Names of files made of texts that people wrote: short, different, and good on every system."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

#: Characters of a name without its number and suffix; file systems take 255 bytes.
_LONGEST = 60
#: Windows keeps these names for devices, with any suffix.
_DEVICES = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


def name_files(texts: Iterable[str], suffix: str, taken: Collection[str], spare: str) -> list[str]:
    """A name for each text, of small ASCII letters, digits and hyphens.

    Parameters
    ----------
    texts : iterable of str
    suffix : str
        Such as ``.html``.
    taken : collection of str
        Names that none may have.
    spare : str
        For a text without a letter that a name can hold.

    Examples
    --------
    >>> name_files(["Dinas A/B", "dinas a b", "CON", "中"], ".html", ["dinas-a-b.html"], "opd")
    ['dinas-a-b-2.html', 'dinas-a-b-3.html', 'opd-con.html', 'opd.html']
    """
    used, numbers = set(taken), dict[str, int]()
    names = []
    for text in texts:
        stem = _stem(text, spare)
        number = numbers.get(stem, 1)
        while (name := f"{stem}-{number}{suffix}" if number > 1 else f"{stem}{suffix}") in used:
            number += 1
        numbers[stem] = number
        used.add(name)
        names.append(name)
    return names


def _stem(text: str, spare: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_LONGEST].rstrip("-")
    return f"{spare}-{stem}" if _DEVICES.fullmatch(stem) else stem or spare
