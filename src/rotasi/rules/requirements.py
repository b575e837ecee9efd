"""What a class must have to be a kind of rule or objective."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from rotasi.messages import LANGUAGES, _
from rotasi.rules.base import Rule
from rotasi.rules.objectives import Objective

#: Groups of entry points, with what their classes derive from.
BASES: dict[str, type[Rule] | type[Objective]] = {
    "rotasi.rules": Rule,
    "rotasi.objectives": Objective,
}
#: Names of what stands before the objectives of a policy.
RESERVED = ("penalty", "changes")
_KIND = re.compile(r"[a-z][a-z0-9_]*")


def read_kind(cls: type[Rule] | type[Objective]) -> str:
    """The kind that a class declares."""
    (kind,) = get_args(cls.model_fields["kind"].annotation)
    return str(kind)


def find_flaws(cls: object, *bases: type[Rule] | type[Objective]) -> list[str]:
    """Every reason why a class can be no kind of rule or objective.

    Parameters
    ----------
    cls : object
    *bases : class
        What it may derive from; `Rule` or `Objective` if left out.
    """
    allowed = bases or tuple(BASES.values())
    if not (isinstance(cls, type) and issubclass(cls, allowed)):
        names = " / ".join(f"rotasi.rules.{base.__name__}" for base in allowed)
        return [_("it is no subclass of {names}").format(names=names)]
    return [*_check_kind(cls), *_check_methods(cls), *_check_words(cls)]


def _check_kind(cls: Any) -> Iterator[str]:
    annotation = cls.model_fields["kind"].annotation
    names = get_args(annotation) if get_origin(annotation) is Literal else ()
    if len(names) != 1 or not isinstance(names[0], str):
        yield _('it declares no kind; write kind: Literal["its_name"]')
    elif not _KIND.fullmatch(names[0]) or names[0] in RESERVED:
        text = _("{kind} is no name for a kind; write small letters, digits and _")
        yield text.format(kind=repr(names[0]))


def _check_methods(cls: Any) -> Iterator[str]:
    for name in sorted(cls.__abstractmethods__) if inspect.isabstract(cls) else ():
        yield _("it has no method {name}").format(name=name)
    if not cls.__pydantic_complete__:
        yield _("the types of its fields cannot be found; define them before the class")


def _check_words(cls: Any) -> Iterator[str]:
    meaning = getattr(cls, "meaning", None)
    if not isinstance(meaning, str) or not meaning.strip():
        yield _("it has no meaning; say in one sentence what it demands")
    words = cls.words
    if not isinstance(words, Mapping) or not all(isinstance(w, Mapping) for w in words.values()):
        yield _("its words are no mapping of languages to mappings of texts")
        return
    for language in words.keys() - set(LANGUAGES):
        text = _("its words speak {language}; rotasi speaks {languages}")
        yield text.format(language=language, languages=", ".join(LANGUAGES))
