"""Classes: what tells two ASN apart, what a class keeps, and who gets which seat.

Two people, or three, under one form: a person sees whether they are interchangeable. That folding
loses no optimum is shown by solving, in test_folding.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from helpers import cells, ints, names

from rotasi.engine.reductions.symmetry import Folding, deal, fold
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
from rotasi.model.problem import Axes, Problem, assemble


def table(*rows: Sequence[int]) -> np.ndarray:
    return np.array(rows, dtype=np.int64)


def problem_of(*forms: Form, goals: Sequence[Term] = (), people: int = 2) -> Problem:
    """People on two days; forms with a price are the first tier, each goal is one more."""
    axes = Axes(np.zeros(people, dtype=np.int64), names("X"), 2)
    tiers = [Tier(f"goal {number}", 1, (goal,)) for number, goal in enumerate(goals)]
    return assemble(forms, axes, tiers, soft=True)


def classes(*forms: Form, goals: Sequence[Term] = (), people: int = 2) -> list[int]:
    return fold(problem_of(*forms, goals=goals, people=people)).of.tolist()


def window(low: Sequence[int], high: Sequence[int], **more: Any) -> Window:
    return Window("w", 0, 1, ints(*low), ints(*high), **more)


def cover(*group: int, **more: Any) -> Cover:
    bounds = np.zeros((2, 2), dtype=np.int64)
    return Cover("c", ints(*group), LABELS, bounds, bounds + 1, **more)


def gathering(*group: int, **more: Any) -> CommonDays:
    return CommonDays("g", ints(*group), LABELS, 0, 1, 1, **more)


def tie(group: Sequence[int], tied: np.ndarray, **more: Any) -> SameStatus:
    return SameStatus("t", ints(*group), LABELS, tied, **more)


LABELS = names("p", "q")
BOTH = cells("xx", "xx")
NOTHING = table((0, 0), (0, 0))

#: What tells two people apart, each alone.
DIFFERENCES: dict[str, Problem] = {
    "remote on a day": problem_of(Mask("m", cells("x.", ".."), remote=True)),
    "on site on a day": problem_of(Mask("m", cells("..", ".x"), remote=False)),
    "fewest days": problem_of(window((0, 1), (2, 2))),
    "most days": problem_of(window((0, 0), (2, 1))),
    "priced fewest days": problem_of(window((0, 1), (2, 2), penalty=3)),
    "priced most days": problem_of(window((0, 0), (2, 1), penalty=3)),
    "group of a cover": problem_of(cover(0, 1)),
    "no group of a cover": problem_of(cover(0, -1)),
    "group of a priced cover": problem_of(cover(0, 1, penalty=3)),
    "group of a gathering": problem_of(gathering(0, 1)),
    "group of a priced gathering": problem_of(gathering(0, 1, penalty=3)),
    "group of a tie": problem_of(tie((0, 1), BOTH)),
    "group of a priced tie": problem_of(tie((0, 1), BOTH, penalty=3)),
    "days of a tie": problem_of(tie((0, 0), cells("xx", "x."))),
    "groups to be formed": problem_of(tie((0, 0), BOTH, parts=2)),
    "groups to be formed, at a price": problem_of(tie((0, 0), BOTH, parts=2, penalty=3)),
    "group of a level": problem_of(goals=[Level(ints(0, 1))]),
    "price of a remote day": problem_of(goals=[CellCost(table((1, 0), (0, 0)), NOTHING)]),
    "price of a day on site": problem_of(goals=[CellCost(NOTHING, table((0, 0), (0, 1)))]),
    "one of a price too large for floats": problem_of(
        goals=[CellCost(table((2**60, 0), (2**60 + 1, 0)), NOTHING)]
    ),
    "history": problem_of(goals=[Balance(ints(1, 2), cells("xx")[0])]),
    "who is counted": problem_of(goals=[Balance(ints(0, 0), cells("x.")[0])]),
}

#: What does not, although something about it differs.
SAMENESS: dict[str, Problem] = {
    "nothing at all": problem_of(),
    "equal masks": problem_of(Mask("m", cells("x.", "x."), remote=True)),
    "rules behind equal masks": problem_of(
        Mask("m", cells("x.", ".."), remote=False), Mask("n", cells("..", "x."), remote=False)
    ),
    "equal bounds": problem_of(window((1, 1), (2, 2))),
    "one group": problem_of(cover(1, 1), gathering(0, 0), goals=[Level(ints(0, 0))]),
    "a tie of one group": problem_of(tie((0, 0), BOTH)),
    "outside the groups to be formed": problem_of(tie((-1, -1), BOTH, parts=2)),
    "what both days cost anyhow": problem_of(
        goals=[CellCost(table((5, 0), (1, 0)), table((4, 0), (0, 0)))]
    ),
    "prices of decided days": problem_of(
        Mask("m", cells("x.", "x."), remote=False),
        goals=[CellCost(table((7, 0), (0, 0)), table((0, 0), (9, 0)))],
    ),
    "history of those who decide nothing": problem_of(
        Mask("m", BOTH, remote=False), goals=[Balance(ints(1, 2), cells("x.")[0])]
    ),
    "history of those not counted": problem_of(goals=[Balance(ints(1, 2), cells("..")[0])]),
}


@pytest.mark.parametrize("problem", DIFFERENCES.values(), ids=DIFFERENCES)
def test_what_a_form_tells_apart_is_two_classes(problem: Problem) -> None:
    folding = fold(problem)
    assert folding.of.tolist() == [0, 1]
    assert folding.problem.size.tolist() == [1, 1]


@pytest.mark.parametrize("problem", SAMENESS.values(), ids=SAMENESS)
def test_what_no_form_tells_apart_is_one_class(problem: Problem) -> None:
    folding = fold(problem)
    assert folding.of.tolist() == [0, 0]
    assert folding.problem.size.tolist() == [2]


def test_one_free_day_is_enough_for_history_to_count() -> None:
    mask = Mask("m", cells("x.", "x."), remote=False)
    assert classes(mask, goals=[Balance(ints(1, 2), cells("xx")[0])]) == [0, 1]


def test_history_counts_for_those_alone_who_have_a_free_day() -> None:
    mask = Mask("m", cells("xx", "xx", "..", ".."), remote=False)
    fair = Balance(ints(1, 2, 1, 2), cells("xxxx")[0])
    assert classes(mask, goals=[fair], people=4) == [0, 0, 1, 2]


def test_members_of_a_pool_stay_apart_and_those_outside_do_not() -> None:
    pool = tie((0, -1, 0, -1), cells("xx", "xx", "xx", "xx"), parts=2)
    assert classes(pool, people=4) == [0, 1, 2, 1]


def test_every_form_is_looked_at() -> None:
    """Each of eight people differs from the first by another form; the ninth by none."""
    bounds = np.zeros((2, 2), dtype=np.int64)

    def only(number: int) -> np.ndarray:
        return (np.arange(9) == number).astype(np.int64)

    day = np.array([1, 0])
    problem = problem_of(
        Mask("m", (only(1)[:, None] * day).astype(bool), remote=False),
        Window("w", 0, 1, only(2), only(2) + 1),
        Cover("c", only(3), LABELS, bounds, bounds),
        CommonDays("g", only(4), LABELS, 0, 1, 1),
        SameStatus("t", only(5), LABELS, np.ones((9, 2), dtype=bool)),
        goals=[
            CellCost(only(6)[:, None] * day, np.zeros((9, 2), dtype=np.int64)),
            Balance(only(7), np.ones(9, dtype=bool)),
        ],
        people=9,
    )
    assert fold(problem).of.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 0]


# ---------------------------------------------------------------- what a class keeps


def test_classes_come_in_the_order_of_their_first_members() -> None:
    folding = fold(problem_of(window((2, 0, 1, 0, 2, 0), (2,) * 6), people=6))
    assert folding.of.tolist() == [0, 1, 2, 1, 0, 1]
    assert folding.problem.size.tolist() == [2, 3, 1]
    assert folding.problem.windows[0].low.tolist() == [2, 0, 1]
    assert (folding.of.dtype.name, folding.problem.size.dtype.name) == ("int64", "int64")


def test_a_class_has_the_forms_of_its_members() -> None:
    """The first and the last of three people are one class."""
    tied = cells("x.", "xx", "x.")
    problem = problem_of(
        Mask("off", cells("x.", "..", "x."), remote=False),
        window((1, 0, 1), (2, 1, 2)),
        cover(0, 1, 0),
        tie((0, 1, 0), tied),
        window((0, 1, 0), (1, 1, 1), penalty=4),
        goals=[
            CellCost(table((8, 5), (6, 7), (8, 5)), table((1, 2), (3, 4), (0, 2))),
            Balance(ints(3, 0, 3), cells("x.x")[0]),
            Level(ints(1, 0, 1)),
        ],
        people=3,
    )
    folded = fold(problem).problem
    assert folded.shape == (2, 2)
    assert folded.size.tolist() == [2, 1]
    assert folded.high.tolist() == [[0, 1], [1, 1]]
    assert (folded.windows[0].low.tolist(), folded.windows[0].high.tolist()) == ([1, 0], [2, 1])
    assert folded.covers[0].group.tolist() == [0, 1]
    (tie_,) = folded.indicators
    assert isinstance(tie_, SameStatus)
    assert tie_.cells.tolist() == tied[:2].tolist()
    soft, linear, balance, level = (tier.terms[0] for tier in folded.tiers)
    assert isinstance(soft, Window)
    assert (soft.low.tolist(), soft.penalty) == ([0, 1], 4)
    # What a remote day costs more than one on site; nothing where no decision is left.
    assert isinstance(linear, CellCost)
    assert linear.remote.tolist() == [[0, 3], [3, 3]]
    assert linear.otherwise.tolist() == [[0, 0], [0, 0]]
    assert isinstance(balance, Balance)
    assert (balance.history.tolist(), balance.counted.tolist()) == ([3, 0], [True, False])
    assert isinstance(level, Level)
    assert level.group.tolist() == [1, 0]


def test_folding_keeps_names_and_signs_of_the_objectives() -> None:
    tier = Tier("days", -1, (CellCost(table((1, 2), (1, 2)), NOTHING), Level(ints(0, 0))))
    problem = replace(problem_of(), tiers=(tier,))
    (kept,) = fold(problem).problem.tiers
    assert (kept.kind, kept.sign, len(kept.terms)) == ("days", -1, 2)


# ---------------------------------------------------------------- dealing


def folding_of(of: Sequence[int], sizes: Sequence[int]) -> Folding:
    return Folding(replace(problem_of(people=len(sizes)), size=ints(*sizes)), ints(*of))


def test_seats_go_round_in_a_circle() -> None:
    """Members of a class of three take two, two and one seats in turn: 1 2, 3 1, 2."""
    dealt = deal(folding_of((0, 0, 0), (3,)), table((2, 2, 1)))
    assert dealt.tolist() == [[True, True, False], [True, False, True], [False, True, False]]


def test_each_class_has_its_own_circle() -> None:
    """Classes of two and three, mixed; the class of two gets one seat a day."""
    dealt = deal(folding_of((0, 1, 1, 0, 1), (2, 3)), table((1, 1, 1), (0, 3, 2)))
    assert dealt.astype(int).tolist() == [
        [1, 0, 1],
        [0, 1, 1],
        [0, 1, 1],
        [0, 1, 0],
        [0, 1, 0],
    ]


def test_every_way_to_seat_three_people_on_three_days_is_dealt_evenly() -> None:
    for seats in product(range(4), repeat=3):
        dealt = deal(folding_of((0, 0, 0), (3,)), table(seats))
        assert dealt.sum(axis=0).tolist() == list(seats)
        for first, last in ((0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (0, 2)):
            shares = dealt[:, first : last + 1].sum(axis=1)
            assert shares.max() - shares.min() <= 1
