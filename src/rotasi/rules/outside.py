"""Methods of classes from outside: what they raise tells of them, and what they give is checked.

A mistake in somebody's rule is no bug of rotasi. So the methods of a class that is not ours are
wrapped when the class is made, wherever they are called from later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from traceback import extract_tb
from typing import Any, assert_never, get_args

import numpy as np

from rotasi.errors import Problem, RotasiError, RuleError
from rotasi.messages import _
from rotasi.model.assignment import Breaches
from rotasi.model.constraints import (
    Balance,
    CellCost,
    CommonDays,
    Cover,
    Form,
    Level,
    Mask,
    SameStatus,
    Term,
    Tier,
    Window,
)

Method = Callable[..., Any]

#: What each kind of array may hold, by NumPy's letter for it.
_BOOL, _WHOLE = "b", "iub"
_FORMS, _TERMS = get_args(Form), get_args(Term)


def guard(cls: type) -> None:
    """Wrap the methods that a class from outside defines; those of rotasi stay as they are."""
    if cls.__module__.partition(".")[0] == "rotasi":
        return
    for name in _CHECKS:
        method = vars(cls).get(name)
        if callable(method):
            setattr(cls, name, _guarded(name, method))


def _guarded(name: str, method: Method) -> Method:
    @wraps(method)
    def call(clause: Any, *given: Any, **named: Any) -> Any:
        try:
            found = method(clause, *given, **named)
            found = list(found) if name in _GENERATORS else found
        except (RotasiError, NotImplementedError):
            raise
        except Exception as error:
            # Its own text may hold a NIP or a name; who debugs finds it as the cause.
            text = _("{method} raises {error} at {place}")
            message = text.format(method=name, error=type(error).__name__, place=_place(error))
            raise _refusal(clause, [message]) from error
        flaws = list(_CHECKS[name](clause, found, *given))
        if flaws:
            raise _refusal(clause, flaws)
        return iter(found) if name in _GENERATORS else found

    return call


def _refusal(clause: Any, flaws: list[str]) -> RuleError:
    advice = _("rotasi.testing.check_rule tries the class")
    name = f"{getattr(clause, 'id', '') or clause.kind} ({type(clause).__qualname__})"
    return RuleError([Problem(f"{flaw}; {advice}", name) for flaw in dict.fromkeys(flaws)])


def _place(error: BaseException) -> str:
    """Where an exception came up, as file and line."""
    frame = extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"


def _check_compile(rule: Any, forms: list[Any], facts: Any) -> Iterator[str]:
    for form in forms:
        name = type(form).__name__
        if type(form) not in _FORMS:
            known = ", ".join(each.__name__ for each in _FORMS)
            text = _(
                "compile gives a {name}, which is none of {known}: nobody knows whether the days "
                "of a class can be dealt to its members under it"
            )
            yield text.format(name=name, known=known)
            continue
        yield from _check_arrays("compile", form, facts)
        if isinstance(form, CellCost):
            if rule.hard:
                yield _("compile gives a CellCost though the rule is hard")
            continue
        if form.penalty != (rule.penalty or 0):
            text = _(
                "compile gives a {name} with the penalty {found}, that of the rule is {penalty}; "
                "write self.penalty or 0, and for a soft rule a CellCost instead of a Mask"
            )
            yield text.format(name=name, found=form.penalty, penalty=rule.penalty or 0)
        if form.rule != rule.id:
            text = _("compile gives a {name} of the rule {found}; write self.id")
            yield text.format(name=name, found=repr(form.rule))


def _check_tier(goal: Any, tier: Any, facts: Any) -> Iterator[str]:
    if not isinstance(tier, Tier):
        yield _("tier gives {found}; give a Tier").format(found=type(tier).__name__)
        return
    if tier.kind != goal.kind or tier.sign not in (1, -1):
        yield _("tier has another kind than self.kind, or a sign other than 1 and -1")
    for term in tier.terms:
        if type(term) in _TERMS:
            yield from _check_arrays("tier", term, facts)
        else:
            known = ", ".join(each.__name__ for each in _TERMS)
            text = _("tier holds a {name}, which is none of {known}")
            yield text.format(name=type(term).__name__, known=known)


def _check_arrays(method: str, form: Any, facts: Any) -> Iterator[str]:
    """Arrays of a form that have another shape or type than they should, and days beyond."""
    name = type(form).__name__
    for field, shape, kinds in _expect(form, *facts.shape):
        found = np.asarray(getattr(form, field))
        if found.shape != shape:
            text = _("{method} gives a {name} whose {field} has the shape {found}, not {shape}")
        elif found.dtype.kind not in kinds:
            text = _("{method} gives a {name} whose {field} is of {found}, not whole or true/false")
        else:
            continue
        shown = found.dtype if found.shape == shape else found.shape
        yield text.format(method=method, name=name, field=field, found=shown, shape=shape)
    span, days = form.span, facts.shape[1]
    if span is not None and not 0 <= span[0] <= span[1] < days:
        text = _("{method} gives a {name} of the days {found}; there are {days}")
        yield text.format(method=method, name=name, found=span, days=days)
    labels = getattr(form, "labels", None)
    if labels is not None and int(np.max(form.group, initial=-1)) >= len(labels):
        text = _("{method} gives a {name} with more groups than labels")
        yield text.format(method=method, name=name)


def _expect(form: Form | Term, people: int, days: int) -> list[tuple[str, tuple[int, ...], str]]:
    """Arrays of a form, with their shape and what they hold."""
    rows, cells = (people,), (people, days)
    match form:
        case Mask():
            return [("cells", cells, _BOOL)]
        case Window():
            return [("low", rows, _WHOLE), ("high", rows, _WHOLE)]
        case Cover():
            groups = (len(form.labels), days)
            return [("group", rows, _WHOLE), ("low", groups, _WHOLE), ("high", groups, _WHOLE)]
        case SameStatus():
            return [("group", rows, _WHOLE), ("cells", cells, _BOOL)]
        case CommonDays() | Level():
            return [("group", rows, _WHOLE)]
        case CellCost():
            return [("remote", cells, _WHOLE), ("otherwise", cells, _WHOLE)]
        case Balance():
            return [("history", rows, _WHOLE), ("counted", rows, _BOOL)]
        case _:
            assert_never(form)


def _check_breaches(_rule: Any, found: Any, *_given: Any) -> Iterator[str]:
    if not isinstance(found, Breaches):
        yield _("audit gives {found}; give Breaches").format(found=type(found).__name__)
    elif len({len(getattr(found, name)) for name in Breaches.__dataclass_fields__}) > 1:
        yield _("audit gives Breaches whose arrays differ in length")


def _check_value(_goal: Any, found: Any, *_given: Any) -> Iterator[str]:
    if not isinstance(found, int | np.integer) or isinstance(found, bool):
        text = _("value gives {found}; give a whole number")
        yield text.format(found=type(found).__name__)


def _check_cells(_rule: Any, found: Any, facts: Any) -> Iterator[str]:
    if found is not None and np.shape(found) != facts.shape:
        text = _("bars or bans gives the shape {found}, not {shape}")
        yield text.format(found=np.shape(found), shape=facts.shape)


def _check_nothing(*_given: Any) -> Iterator[str]:
    return iter(())


_GENERATORS = ("compile", "reliefs")
#: What is checked of what each method gives.
_CHECKS: dict[str, Callable[..., Iterator[str]]] = {
    "compile": _check_compile,
    "audit": _check_breaches,
    "tier": _check_tier,
    "value": _check_value,
    "bars": _check_cells,
    "bans": _check_cells,
    "couples": _check_nothing,
    "evidence": _check_nothing,
    "change": _check_nothing,
    "reliefs": _check_nothing,
    "members": _check_nothing,
    "days": _check_nothing,
}
