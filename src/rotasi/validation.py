"""What pydantic finds wrong with a policy, placed and worded for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from rotasi.errors import PolicyError, Problem
from rotasi.messages import _, mark
from rotasi.rules import KINDS
from rotasi.rules.base import FlawError

_TYPES = {
    "int_type": mark("write a whole number"),
    "int_from_float": mark("write a whole number"),
    "float_type": mark("write a number"),
    "finite_number": mark("write a finite number"),
    "string_type": mark("write text in quotes"),
    "bool_type": mark("write true or false"),
    "list_type": mark('write a list, such as ["a", "b"]'),
    "dict_type": mark("write a table of keys and values"),
    "model_type": mark("write a table of keys and values"),
    "model_attributes_type": mark("write a table of keys and values"),
    "date_type": mark("write a date, such as 2026-01-05"),
    "too_short": mark("name at least one"),
    "missing": mark("the key is missing; add it"),
    "union_tag_not_found": mark("the key kind is missing; add it"),
}

#: Advice that the key itself gives, beside what is wrong with the value.
_ADVICE = {
    "share": mark("a share is a part of one: write 0.5 for 50 %"),
    "minimum": mark(
        "write an SKP predicate (Sangat Baik … Sangat Kurang) or a score from 0 to 100"
    ),
    "weekly_cap": mark("at most 4 remote days a week are ever allowed"),
}


def explain_problems(
    error: ValidationError, model: type[BaseModel], place: tuple[str, ...] = ()
) -> list[Problem]:
    """Every problem of a failed validation, one per place.

    Parameters
    ----------
    error : pydantic.ValidationError
    model : type
        The model that was being made.
    place : tuple of str
        Where the part of it stands that was being read.

    Returns
    -------
    list of Problem
    """
    found: dict[str, list[Problem]] = {}
    for detail in error.errors(include_url=False):
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, PolicyError):
            for problem in cause.problems:
                found.setdefault(f"{problem}", [problem])
            continue
        problem = _problem({**detail, "loc": (*place, *detail["loc"])}, model)
        found.setdefault(str(problem.column), [problem])
    return [problem for problems in found.values() for problem in problems]


def _problem(detail: Mapping[str, Any], model: type[BaseModel]) -> Problem:
    context, place, shown = detail.get("ctx", {}), _place(detail["loc"]), detail["input"]
    cause = context.get("error")
    if isinstance(cause, FlawError):
        place, shown = f"{place}.{cause.key}", cause.value
    elif detail["type"] == "union_tag_invalid":
        shown = context["tag"]
    key = place.rsplit(".", 1)[-1]
    advised = key in _ADVICE and detail["type"] != "missing"
    message = _(_ADVICE[key]) if advised else _word(detail, model)
    if isinstance(shown, date):
        shown = shown.isoformat()
    plain = isinstance(shown, str | int | float | bool)
    return Problem(message, "policy", column=place, value=shown if plain else None)


def _word(detail: Mapping[str, Any], model: type[BaseModel]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _TYPES:
        return _(_TYPES[kind])
    if kind == "extra_forbidden":
        return _("unknown key") + near(str(detail["loc"][-1]), _known_keys(detail["loc"], model))
    if kind == "union_tag_invalid":
        return _("unknown kind") + near(str(context["tag"]), list(KINDS))
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = context.get("ge", context.get("le"))
        text = _("must be at least {limit}") if "ge" in context else _("must be at most {limit}")
        return text.format(limit=limit)
    if kind == "literal_error":
        return _("write one of: {choices}").format(choices=context["expected"])
    if kind == "value_error":
        return _(str(context["error"]))
    return str(detail["msg"])


def near(word: str, known: Iterable[str]) -> str:
    """A hint at the nearest known name, or nothing."""
    found = get_close_matches(word, list(known), n=1)
    return _(" (did you mean {name!r}?)").format(name=found[0]) if found else ""


def _known_keys(loc: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    if len(loc) > 3:
        model = KINDS[str(loc[2])]
    elif len(loc) > 1:
        inner = model.model_fields[str(loc[0])].annotation
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else model
    return [field.alias or name for name, field in model.model_fields.items()]


def _place(loc: tuple[int | str, ...]) -> str:
    """``("rules", 2, "quota", "max_days")`` as ``rules[2].max_days``.

    pydantic names the member of a union that it tried (``quota``, ``str``); people do not.
    """
    parts = list(loc[:2]) + list(loc[3:]) if loc[0] in ("rules", "objectives") else list(loc)
    while len(parts) > 1 and _names_a_type(parts[-1]):
        parts.pop()
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _names_a_type(part: int | str) -> bool:
    return isinstance(part, str) and (
        part in ("str", "bool", "int", "float") or "[" in part or part.startswith("constrained-")
    )
