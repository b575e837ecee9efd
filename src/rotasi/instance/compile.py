"""An instance compiled to arrays: every rule and objective as forms, what is past taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from rotasi.instance.resolve import Instance
from rotasi.model.constraints import (
    UNLIMITED,
    CellCost,
    CommonDays,
    Cover,
    Form,
    Mask,
    SameStatus,
    Window,
)
from rotasi.model.facts import WFH, WFO, Facts
from rotasi.model.problem import Axes, Problem, assemble, is_soft


def compile_problem(instance: Instance) -> Problem:
    """Compile every rule and objective of an instance into one problem.

    Parameters
    ----------
    instance : Instance

    Returns
    -------
    Problem
        With one row of size 1 per ASN.
    """
    goals = [goal.tier(instance.facts) for goal in instance.policy.objectives]
    problem = assemble(
        compile_forms(instance), find_axes(instance.facts), goals, instance.policy.soft
    )
    leading = tuple(goal.tier(instance.facts) for goal in instance.leading)
    return replace(problem, tiers=leading + problem.tiers)


def compile_forms(instance: Instance) -> list[Form]:
    """Everything that an instance demands, as forms: what always holds, then the policy's rules.

    Parameters
    ----------
    instance : Instance

    Returns
    -------
    list of Form
        Masks in the order in which they decide.
    """
    facts = instance.facts
    rules = (form for rule in instance.policy.all_rules for form in rule.compile(facts))
    return settle_past([*standing_masks(facts), *rules], facts)


def settle_past(forms: list[Form], facts: Facts) -> list[Form]:
    """The forms of an instance whose first days are past, with these decided as they were."""
    return forms if not facts.begin else [*_pin_past(facts), *_cut_past(forms, facts.begin)]


def find_axes(facts: Facts) -> Axes:
    """One row per ASN, in roster order, and one day per workday."""
    return Axes(facts.opds.of, facts.opds.labels, facts.shape[1])


def standing_masks(facts: Facts) -> list[Mask]:
    """What holds whatever the rules say: leave, and pins."""
    return [
        Mask("leave", facts.on_leave, remote=False),
        Mask("pin", facts.pins == WFO, remote=False),
        Mask("pin", facts.pins == WFH, remote=True),
    ]


def _pin_past(facts: Facts) -> Iterator[Mask]:
    """Decide the past as it was."""
    yield Mask("pin", facts.past_remote, remote=True)
    yield Mask("pin", ~facts.past_remote & ~facts.open, remote=False)


def _cut_past(forms: Iterable[Form], begin: int) -> Iterator[Form]:
    """Take out of hard forms what they say of past days alone.

    What reaches from the past into the open days stays whole: there the rules themselves ask for no
    more than the past leaves possible. Soft forms stay, so that the penalty is that of the whole
    period.

    Parameters
    ----------
    forms : iterable of Form
    begin : int
        The first day that is not past.
    """
    for form in forms:
        if is_soft(form):
            yield form
            continue
        match form:
            case Mask() | SameStatus():
                cells = form.cells.copy()
                cells[:, :begin] = False
                yield replace(form, cells=cells)
            case Cover():
                low, high = form.low.copy(), form.high.copy()
                low[:, :begin], high[:, :begin] = 0, UNLIMITED
                yield replace(form, low=low, high=high)
            case Window() | CommonDays():
                if form.last >= begin:
                    yield form
            case CellCost():
                raise AssertionError("a cost is never hard")
            case _:
                assert_never(form)
