"""What is wrong with a policy or a list in it: placed and worded for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from rotasi.errors import PolicyError, Problem
from rotasi.messages import _, mark
from rotasi.rules import KINDS
from rotasi.rules.base import FlawError
from rotasi.support.calendar import WEEKDAYS
from rotasi.support.text import MOST_HINTS, near

#: An entry of a list in a policy, before it is known to be valid.
Entry = dict[str, Any]

T = TypeVar("T")

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
    "string_too_short": mark("write at least one character"),
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


def at(place: str, message: str, value: object = None) -> Problem:
    """A problem at a place inside a policy."""
    return Problem(message, "policy", column=place, value=value)


def list_entries(given: object) -> list[Entry]:
    """The entries of a list as far as they can be read, to be checked beside one another."""
    entries = given if isinstance(given, list) else []
    return [dict(entry) if isinstance(entry, Mapping | BaseModel) else {} for entry in entries]


def read_all(
    read: Callable[[], list[T]],
    model: type[BaseModel],
    place: tuple[str, ...],
    problems: Sequence[Problem],
) -> list[T]:
    """Read a list; what is wrong with it joins the problems that were found already.

    Parameters
    ----------
    read : callable
        Makes the list, or raises.
    model : type
        The model that is being made.
    place : tuple of str
        Where the part of it stands that is read.
    problems : sequence of Problem
        What the entries show side by side.

    Raises
    ------
    PolicyError
        With every problem.
    """
    found: Sequence[Problem] = ()
    try:
        entries = read()
    except ValidationError as error:
        found = explain_problems(error, model, place)
    except PolicyError as error:
        found = error.problems
    if found or problems:
        raise PolicyError([*found, *problems])
    return entries


def name_rules(entries: Iterable[Entry]) -> list[str]:
    """Ids of rules: their own, or ``<kind>-<n>``, counted within the kind."""
    seen: Counter[str] = Counter()
    ids = []
    for entry in entries:
        kind = str(entry.get("kind"))
        seen[kind] += 1
        ids.append(str(entry.get("id") or f"{kind}-{seen[kind]}"))
    return ids


def check_ids(ids: Iterable[str], reserved: Collection[str] = ()) -> list[Problem]:
    """Ids of rules that are reserved, or stand twice."""
    problems, seen = [], set()
    for number, id_ in enumerate(ids):
        place = f"rules[{number}].id"
        if id_ in reserved:
            problems.append(at(place, _("this id is reserved; choose another"), id_))
        elif id_ in seen:
            problems.append(at(place, _("two rules have this id; rename one"), id_))
        seen.add(id_)
    return problems


def check_weekdays(entries: Iterable[Entry], workdays: Collection[str]) -> list[Problem]:
    """Weekdays of rules that are not worked."""
    message = _("this weekday is not among the policy's workdays")
    return [
        at(f"rules[{number}].weekdays", message, day)
        for number, entry in enumerate(entries)
        if isinstance(entry.get("weekdays"), list)
        for day in entry["weekdays"]
        if day in WEEKDAYS and day not in workdays
    ]


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
        placed = {**detail, "loc": (*place, *detail["loc"])}
        problem = _problem(placed, model, hinting=len(found) < MOST_HINTS)
        found.setdefault(str(problem.column), [problem])
    return [problem for problems in found.values() for problem in problems]


def _problem(detail: Mapping[str, Any], model: type[BaseModel], *, hinting: bool) -> Problem:
    context, place, shown = detail.get("ctx", {}), _place(detail["loc"]), detail["input"]
    cause = context.get("error")
    if isinstance(cause, FlawError):
        place, shown = f"{place}.{cause.key}", cause.value
    elif detail["type"] == "union_tag_invalid":
        shown = context["tag"]
    key = place.rsplit(".", 1)[-1]
    advised = key in _ADVICE and detail["type"] != "missing"
    message = _(_ADVICE[key]) if advised else _word(detail, model, hinting=hinting)
    if isinstance(shown, date):
        shown = shown.isoformat()
    plain = isinstance(shown, str | int | float | bool)
    return Problem(message, "policy", column=place, value=shown if plain else None)


def _word(detail: Mapping[str, Any], model: type[BaseModel], *, hinting: bool) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _TYPES:
        return _(_TYPES[kind])
    if kind == "extra_forbidden":
        known = _known_keys(detail["loc"], model) if hinting else []
        return _("unknown key") + near(str(detail["loc"][-1]), known)
    if kind == "union_tag_invalid":
        hint = near(str(context["tag"]), KINDS if hinting else [])
        own = _("; a rule of your own must be registered, or its package installed, first")
        return _("unknown kind") + (hint or own)
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = context.get("ge", context.get("le"))
        text = _("must be at least {limit}") if "ge" in context else _("must be at most {limit}")
        return text.format(limit=limit)
    if kind == "literal_error":
        return _("write one of: {choices}").format(choices=context["expected"])
    if kind == "value_error":
        return _(str(context["error"]))
    return str(detail["msg"])


def _known_keys(loc: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    if len(loc) > 3:
        model = KINDS[str(loc[2])]
    elif len(loc) > 1:
        inner = model.model_fields[str(loc[0])].annotation
        for part in (inner, *get_args(inner)):
            model = part if isinstance(part, type) and issubclass(part, BaseModel) else model
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
