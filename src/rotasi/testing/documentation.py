"""What a class says of itself, and whether it says all."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from string import Formatter

from pydantic import BaseModel

from rotasi.rules import Objective, Rule

_SECTION = re.compile(r"^Parameters\n-+\n(.*?)(?=^\w.*\n-+$|\Z)", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r"^(\S[^\n:]*) : ([^\n]+)\n((?:[ ]+[^\n]+\n?|\n)*)", re.MULTILINE)


def read_docstring(clause: type[BaseModel]) -> dict[str, tuple[str, str]]:
    """Type and meaning of each parameter that a class or one above it documents."""
    words: dict[str, tuple[str, str]] = {}
    for each in reversed(clause.__mro__):
        text = inspect.cleandoc(each.__dict__.get("__doc__") or "") + "\n"
        for section in _SECTION.findall(text):
            for names, kind, meaning in _ENTRY.findall(section):
                found = kind.removesuffix(", optional"), " ".join(meaning.split())
                words |= dict.fromkeys(names.split(", "), found)
    return words


def find_undocumented(cls: type[Rule] | type[Objective]) -> Iterator[str]:
    """What a reader of the class misses."""
    base = Rule if issubclass(cls, Rule) else Objective
    if not (cls.__dict__.get("__doc__") or "").strip():
        yield "it has no docstring: say what it demands"
    words = read_docstring(cls)
    for name, field in cls.model_fields.items():
        key = field.alias or name
        if name not in base.model_fields and not words.get(key, ("", ""))[1]:
            yield f"its docstring documents no parameter {key!r}: add it under Parameters"


def find_untranslated(cls: type[Rule] | type[Objective]) -> Iterator[str]:
    """Languages in which its words leave out its meaning, or lose a field of a text."""
    for language, words in cls.words.items():
        if not words.get(cls.meaning):
            yield f"its words in {language!r} do not translate its meaning {cls.meaning!r}"
        for text, translation in words.items():
            if _fields(text) != _fields(translation):
                yield f"its words in {language!r} have other fields than {text!r}: {translation!r}"


def _fields(text: str) -> set[str | None]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text)} - {None}
