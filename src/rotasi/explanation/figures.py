"""What a collision's first demand needs, and the most that it can have if all others hold."""

from __future__ import annotations

from typing import assert_never

from rotasi.engine.limits import Limits
from rotasi.engine.solution import Solution
from rotasi.explanation.elements import HIGH, LOW
from rotasi.explanation.minimal_conflicts import Core, counts_on_site
from rotasi.model.constraints import CommonDays, Cover, Flags, Mask, SameStatus, Tier, Window
from rotasi.model.status import Status

#: What is needed and what is available, as the rule counts; None where no number says it. For an
#: upper bound what is allowed, and the least that cannot be avoided.
Figures = tuple[int | None, int | None]

_UNKNOWN: Figures = (None, None)


def measure(core: Core, focus: Flags, limits: Limits) -> list[Figures]:
    """The figures of the demand in focus: of each ASN, or once where groups collide.

    Parameters
    ----------
    core : Core
    focus : ndarray of bool, shape (k,)
        Elements of one form, group and side.
    limits : Limits
    """
    count = len(core.system.rows) if core.personal else 1
    terms = tuple(core.system.elements.price(focus))
    answer = core.system.keep(~focus).ask(limits, [Tier("penalty", 1, terms)])
    if answer.status is not Status.OPTIMAL:
        return [_UNKNOWN] * count
    form = core.system.forms[int(core.system.elements.form[focus][0])]
    match form:
        case Mask():
            return [(1, 0)] * count
        case Window():
            return _count_days(core, form, focus, answer)
        case Cover():
            return [_count_heads(core, form, focus, answer.costs[0])]
        case SameStatus():
            return [_UNKNOWN]
        case CommonDays():
            return [(form.days, form.days - answer.costs[0])]
        case _:
            assert_never(form)


def _count_days(core: Core, form: Window, focus: Flags, answer: Solution) -> list[Figures]:
    """Remote days of each ASN: nobody's hang on another's, so the least sum is each one's least."""
    if not core.personal:
        return [_UNKNOWN]
    total = answer.cells[:, form.first : form.last + 1].sum(axis=1)
    bound = form.low if core.system.elements.side[focus][0] == LOW else form.high
    return list(zip(bound.tolist(), total.tolist(), strict=True))


def _count_heads(core: Core, form: Cover, focus: Flags, short: int) -> Figures:
    """Heads of the group on a day, on site where the rule counts those."""
    elements = core.system.elements
    at = int(elements.group[focus][0]), int(elements.first[focus][0])
    high = bool(elements.side[focus][0] == HIGH)
    bound = int((form.high if high else form.low)[at])
    needed = bound if form.present is None else int(form.present[at]) - bound
    return needed, needed + short if high is not counts_on_site(form) else needed - short
