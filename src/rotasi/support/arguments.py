"""What public functions take: every argument is checked before anything runs.

`checked` reads the annotations of a function, so that what is allowed stands in one place, in front
of everybody: ``seed: Seed = 0``. What a type does not say, an `Only` adds to it, in words for
people. Nothing is converted but numbers of NumPy, which become those of Python.
"""

from __future__ import annotations

import inspect
import math
import reprlib
import types
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, wraps
from numbers import Integral, Real
from os import PathLike, fsencode, fspath
from typing import (
    Annotated,
    Any,
    ParamSpec,
    TextIO,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from rotasi.errors import ArgumentError, Problem
from rotasi.messages import _, mark, speaks
from rotasi.support.text import is_writable

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Only:
    """What an annotated type asks of a value beside its type.

    Parameters
    ----------
    words : str
        What to give, marked for translation.
    holds : callable
        Whether a value of the type is allowed.
    """

    words: str
    holds: Callable[[Any], bool]


def one_of(words: str, *names: str) -> Only:
    """One of some texts, which the words name."""
    return Only(words, frozenset(names).__contains__)


def as_day(given: date | str) -> date:
    """A date, given as such or as ISO text.

    Raises
    ------
    ValueError
        If it is neither, or the missing date of pandas.
    """
    if given != given:
        raise ValueError(given)
    if isinstance(given, datetime):
        return given.date()
    return given if isinstance(given, date) else date.fromisoformat(given)


def _is_day(given: date | str) -> bool:
    try:
        return bool(as_day(given))
    except ValueError:
        return False


Seconds = Annotated[float, Only(mark("a positive number of seconds"), lambda given: given > 0)]
Cores = Annotated[int, Only(mark("a whole number of at least 1"), lambda given: given >= 1)]
#: What CP-SAT takes.
Seed = Annotated[
    int, Only(mark("a whole number from 0 to 2147483647"), lambda given: 0 <= given < 2**31)
]
Day = Annotated[
    date | str, Only(mark("a date, or text as YYYY-MM-DD, such as 2026-01-05"), _is_day)
]
Language = Annotated[str, Only(mark("en or id"), speaks)]

_TOO_LARGE = 2**63  # for an array

#: What to give where a type, or one of this name, is asked for.
_WORDS: dict[Any, str] = {
    int: mark("a whole number"),
    float: mark("a number"),
    bool: mark("True or False"),
    str: mark("a text"),
    date: mark("a date"),
    PathLike: mark("the path of a file or folder"),
    Callable: mark("a function"),
    Mapping: mark("a dictionary"),
    Sequence: mark("a list"),
    TextIO: mark("an open text file"),
    "Assumptions": mark("Assumptions: one of rotasi.claims, or Assumptions.read(path)"),
    "Executor": mark("an executor of concurrent.futures"),
    "HasExecutor": mark("a client of dask"),
    "Policy": mark("a Policy; Policy.model_validate makes one of a dictionary"),
    "Roster": mark("a Roster; Roster.from_frame makes one of tables"),
    "Schedule": mark("a Schedule; Schedule.from_frame makes one of a table"),
    "HasRows": mark("a Schedule"),
    "Subject": mark("a Schedule"),
}


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Have a function refuse all wrong arguments, by its annotations, before it runs.

    Parameters
    ----------
    function : callable
        The function that is given back raises `ArgumentError`.
    """
    signature = inspect.signature(function)
    allowed = cache(lambda: get_type_hints(function, include_extras=True))

    @wraps(function)
    def check(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError:
            return function(*args, **kwargs)  # Python says what is missing or too much
        problems = []
        for name, value in bound.arguments.items():
            try:
                bound.arguments[name] = _take(value, allowed().get(name, Any))
            except _RefusedError as error:
                told = error.tell(value, allowed()[name])
                problems.append(replace(told, table=function.__name__, column=name))
        if problems:
            raise ArgumentError(problems)
        return function(*bound.args, **bound.kwargs)

    return check


def refuse(argument: str, message: str) -> ArgumentError:
    """The error of an argument that only its function can judge, such as an OPD that is unknown."""
    return ArgumentError([Problem(message, column=argument)])


class _RefusedError(Exception):
    """A value is not of a type.

    Parameters
    ----------
    wanted : str
        What to give, where it is not what the type says.
    part : tuple of object
        Where the value holds others: the one that is wrong.
    """

    def __init__(self, wanted: str = "", part: tuple[object, ...] = ()) -> None:
        super().__init__()
        self.wanted, self.part = wanted, part

    def within(self, part: object, wanted: Any) -> _RefusedError:
        """The same, told of a value that holds the one refused."""
        return self if self.part else _RefusedError(self.wanted or _word(wanted), (part,))

    def tell(self, value: object, wanted: Any) -> _Refusal:
        """What is wrong, for people."""
        message, shown = _("give {wanted}"), _show(value)
        if self.part:
            message, inside = _("give in its place {wanted}"), _("{value} with {part} in it")
            shown = inside.format(value=shown, part=_show(*self.part))
        return _Refusal(message.format(wanted=self.wanted or _word(wanted)), value=shown)


class _Refusal(Problem):
    """What is wrong with an argument, in a sentence of its own."""

    def __str__(self) -> str:
        text = _("{function}: {argument} is {value}; {message}")
        shown = _("not shown") if self._is_personal() else self.value
        return text.format(
            function=self.table, argument=self.column, value=shown, message=self.message
        )


def _show(value: object) -> str:
    """Numbers and texts in short, of others their type."""
    if not (value is None or isinstance(value, str | bool | Real)):
        return type(value).__name__
    try:
        return reprlib.repr(value)
    except ValueError:  # a number of thousands of digits, which Python does not write
        return type(value).__name__


def _take(value: object, wanted: Any) -> object:
    """A value as one of a type, or an error."""
    origin, parts = get_origin(wanted), get_args(wanted)
    if origin is Annotated:
        taken = _take(value, parts[0])
        _demand(all(each.holds(taken) for each in parts[1:] if isinstance(each, Only)))
        return taken
    if origin in (Union, types.UnionType):
        return _take_one(value, _without_text_of_paths(parts))
    if origin in _MANY:
        _MANY[origin](value, parts)
        return value
    return _take_plain(value, origin or wanted)


def _take_one(value: object, options: Sequence[Any]) -> object:
    refusals = []
    for option in options:
        try:
            return _take(value, option)
        except _RefusedError as error:
            refusals.append(error)
    # One that came further than the type knows best what is wrong.
    raise max(refusals, key=lambda error: bool(error.wanted))


def _take_plain(value: object, wanted: Any) -> object:
    if wanted in _PLAIN:
        return _PLAIN[wanted](value)
    # A class is judged by who takes it: its flaws are many.
    free = wanted in (Any, type) or not isinstance(wanted, type)
    _demand(free or isinstance(value, wanted))
    return value


def _take_whole(value: object) -> int:
    _demand(isinstance(value, Integral) and not isinstance(value, bool))
    _demand(abs(value) < _TOO_LARGE)  # type: ignore[arg-type]
    return int(value)  # type: ignore[call-overload, no-any-return]


def _take_number(value: object) -> object:
    _demand(isinstance(value, Real) and not isinstance(value, bool))
    try:
        _demand(math.isfinite(value))  # type: ignore[arg-type]
    except OverflowError:
        raise _RefusedError from None
    return value if isinstance(value, int | float) else float(value)  # type: ignore[arg-type]


def _take_flag(value: object) -> bool:
    _demand(type(value).__name__ in ("bool", "bool_"))  # the second is that of NumPy
    return bool(value)


def _take_text(value: object) -> str:
    _demand(isinstance(value, str))
    if not is_writable(value):  # type: ignore[arg-type]
        raise _RefusedError(_("a text without half a surrogate pair, which no file can hold"))
    return value  # type: ignore[return-value]


def _take_path(value: object) -> object:
    _demand(isinstance(value, str | PathLike))
    place = fspath(value)  # type: ignore[call-overload]
    _demand(isinstance(place, str) and place != "" and "\0" not in place)
    try:
        fsencode(place)
    except UnicodeEncodeError:  # half a surrogate, which names nothing
        raise _RefusedError from None
    return value


def _take_open(value: object) -> object:
    _demand(hasattr(value, "write"))
    return value


_PLAIN: dict[Any, Callable[[object], object]] = {
    int: _take_whole,
    float: _take_number,
    bool: _take_flag,
    str: _take_text,
    PathLike: _take_path,
    TextIO: _take_open,
    type(None): lambda value: _demand(value is None),
}


def _take_mapping(value: object, parts: Sequence[Any]) -> None:
    _demand(isinstance(value, Mapping))
    for pair in value.items():  # type: ignore[attr-defined]
        for part, wanted in zip(pair, parts, strict=True):
            _take_part(part, wanted)


def _take_sequence(value: object, parts: Sequence[Any]) -> None:
    _demand(isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping))
    for part in value:  # type: ignore[attr-defined]
        _take_part(part, parts[0])


def _take_part(part: object, wanted: Any) -> None:
    try:
        _take(part, wanted)
    except _RefusedError as error:
        raise error.within(part, wanted) from None


#: Containers, and what is in them.
_MANY: dict[Any, Callable[[object, Sequence[Any]], None]] = {
    Callable: lambda value, _parts: _demand(callable(value)),
    Mapping: _take_mapping,
    Sequence: _take_sequence,
}


def _demand(holds: bool) -> None:
    if not holds:
        raise _RefusedError


def _without_text_of_paths(options: Sequence[Any]) -> list[Any]:
    """The members of a union; a text that may be a path is one."""
    is_path = any(get_origin(option) is PathLike for option in options)
    return [option for option in options if not (is_path and option is str)]


def _word(wanted: Any) -> str:
    """What to give where a type is asked for, in words."""
    origin, parts = get_origin(wanted), get_args(wanted)
    if origin is Annotated:
        added = [each for each in parts[1:] if isinstance(each, Only)]
        return _(added[-1].words) if added else _word(parts[0])
    if origin in (Union, types.UnionType):
        options = [each for each in _without_text_of_paths(parts) if each is not type(None)]
        return _(" or ").join(dict.fromkeys(map(_word, options)))
    kind = origin or wanted
    name = getattr(kind, "__name__", str(kind))
    words = _WORDS.get(kind) or _WORDS.get(name)
    return _(words) if words else _("a {type}").format(type=name)
