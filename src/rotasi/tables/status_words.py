"""The words by which people write a status: codes, the usual ones, and a policy's labels."""

from __future__ import annotations

from collections.abc import Mapping
from unicodedata import category, normalize

#: The code of each word that is understood whatever a policy calls the statuses.
USUAL = {"wfo": "WFO", "wfh": "WFH", "leave": "LEAVE", "cuti": "LEAVE"}


#: Controls, ends of lines and paragraphs, halves of signs, and signs that are none.
_BREAKING = frozenset({"Cc", "Cn", "Cs", "Zl", "Zp"})


def fold(word: object) -> str:
    """A word without what people neither see nor mind: case, width, blanks, invisible signs."""
    text = str(word)
    if not text.isascii():
        text = normalize("NFKC", "".join(sign for sign in text if category(sign) != "Cf"))
        text = normalize("NFKC", text.casefold())
    return " ".join(text.casefold().split())


def is_line(label: str) -> bool:
    """Whether files of every kind can hold a label as it is."""
    return _BREAKING.isdisjoint(map(category, label))


def is_number(label: str) -> bool:
    """Whether a label could be one of the counts that stand beside statuses."""
    try:
        float(fold(label))
    except ValueError:
        return False
    return True


def tell_apart(labels: Mapping[str, str]) -> bool:
    """Whether labels can be read back: none is empty, another's, or a word for another status.

    Parameters
    ----------
    labels : mapping of code to label
    """
    words = {fold(label): code for code, label in labels.items()}
    alike = "" in words or len(words) < len(labels)
    return not alike and all(USUAL.get(word, code) == code for word, code in words.items())


def learn(labels: Mapping[str, str]) -> dict[str, str]:
    """The code of each folded word, with labels beside the usual ones.

    Parameters
    ----------
    labels : mapping of code to label
        Such as `tell_apart` takes.
    """
    return USUAL | {fold(label): code for code, label in labels.items()}
