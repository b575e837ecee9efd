"""Classes and blocks lose nothing: folded = unfolded, whole = split, and dealing keeps windows."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from helpers import Instance, allows, costs, cp_sat_alone, goals, policy, roster, unpack
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.instances import KINDS as ORACLE_KINDS
from oracle.instances import instances, random_instance
from saved import saving_smallest

from rotasi.engine.limits import Limits
from rotasi.engine.prove import decide
from rotasi.engine.reductions.decomposition import split
from rotasi.engine.reductions.presolve import simplify
from rotasi.engine.reductions.symmetry import Folding, deal, fold
from rotasi.engine.solution import Solution
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import resolve
from rotasi.model.problem import Problem
from rotasi.rules import KINDS

pytestmark = pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")

EXAMPLES = 8  # per kind


def multiply(instance: Instance, times: list[int]) -> Instance:
    """Everybody several times over, with the same leave, wishes, pins and history."""
    tables, terms, previous = instance
    copies = dict(zip(tables["employees"]["nip"], times, strict=False))
    many = {name: _repeat(table, copies) for name, table in tables.items()}
    return many, terms, None if previous is None else _repeat(previous, copies)


def _repeat(table: pd.DataFrame, copies: dict[str, int]) -> pd.DataFrame:
    rows = [
        row | {"nip": f"{row['nip']}-{number}"}
        for row in table.to_dict("records")
        for number in range(copies.get(row["nip"], 1))
    ]
    return pd.DataFrame(rows, dtype=object)


@st.composite
def crowds(draw: st.DrawFn, kind: str | None = None) -> Instance:
    """Tiny instances in which everybody has two to four doubles."""
    times = draw(st.lists(st.integers(2, 4), min_size=12, max_size=12))
    return multiply(draw(instances("tiny", kind)), times)


def compiled(instance: Instance) -> Problem:
    return compile_problem(resolve(*unpack(instance)))


def optimum(problem: Problem) -> Solution:
    return decide(problem, Limits())


def solve_folded(problem: Problem) -> np.ndarray | None:
    """The optimum over classes, dealt to people; None if there is none."""
    folding = fold(problem)
    decision = optimum(folding.problem)
    if decision.remote is None:
        assert decision.status == "INFEASIBLE"
        return None
    assert decision.status == "OPTIMAL"
    return deal(folding, decision.remote).astype(np.int64)


@pytest.mark.parametrize("kind", KINDS)
def test_folded_and_split_optima_equal_that_of_everybody_at_once(kind: str) -> None:
    @settings(max_examples=EXAMPLES)
    @given(crowds(kind))
    def check(instance: Instance) -> None:
        with saving_smallest(instance, f"folding {kind}"):
            compare(instance)

    def compare(instance: Instance) -> None:
        everything = compiled(instance)
        problem = simplify(everything)
        with cp_sat_alone():
            unfolded = optimum(problem)
        folded = solve_folded(problem)
        parts = [(block, solve_folded(block.problem)) for block in split(problem)]
        if unfolded.remote is None:
            assert unfolded.status == "INFEASIBLE"
            assert folded is None
            assert any(remote is None for _, remote in parts)
            return
        best = costs(problem, unfolded.remote)
        assert allows(everything, folded)
        assert costs(everything, folded) == best
        merged = np.zeros(problem.shape, dtype=np.int64)
        for block, remote in parts:
            merged[block.rows, block.first : block.last + 1] = remote
        assert allows(everything, merged)
        assert costs(everything, merged) == best
        by_block = [costs(block.problem, remote) for block, remote in parts]
        assert [sum(tier) for tier in zip(*by_block, strict=True)] == best

    check()


def test_the_crowds_above_do_fold() -> None:
    """Otherwise the test above would compare a thing with itself."""
    folded = split_up = 0
    for seed in range(24):
        kind = ORACLE_KINDS[seed % len(ORACLE_KINDS)]
        problem = simplify(
            compiled(multiply(random_instance(random.Random(seed), "tiny", kind), [3] * 12))
        )
        folded += len(fold(problem).problem.size) <= len(problem.size) // 2
        split_up += len(split(problem)) > 1
    assert folded >= 16
    assert split_up >= 6


def test_doubles_are_one_class_and_people_who_differ_are_not() -> None:
    who = [{"unit": "U"}, {"unit": "V"}, {"disciplined": True}, {}]
    wishes = [{"nip": "d", "weekday": "Mon"}]
    terms = policy({"kind": "bar_disciplined"}, {"kind": "max_remote", "share": 0.5})
    problem = simplify(compile_problem(resolve(roster(who, wishes=wishes), terms)))
    # The unit is nowhere in the policy; c may not be remote, d has a wish.
    assert fold(problem).of.tolist() == [0, 0, 1, 2]
    assert fold(problem).problem.size.tolist() == [2, 1, 1]


def test_wishes_on_decided_days_keep_nobody_apart() -> None:
    wishes = [{"nip": "a", "weekday": "Fri", "weight": 5}]
    terms = policy({"kind": "no_remote_day", "weekdays": ["Fri"]})
    problem = compile_problem(resolve(roster(2, wishes=wishes), terms))
    assert fold(simplify(problem)).of.tolist() == [0, 0]


# ---------------------------------------------------------------- dealing


@st.composite
def seats(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Class of each ASN, sizes of the classes, and seats per class and day."""
    size = draw(st.lists(st.integers(1, 7), min_size=1, max_size=4))
    days = draw(st.integers(1, 9))
    of = draw(st.permutations([c for c, members in enumerate(size) for _ in range(members)]))
    counts = [draw(st.lists(st.integers(0, m), min_size=days, max_size=days)) for m in size]
    return np.array(of), np.array(size), np.array(counts)


@cache
def somebody() -> Problem:
    return compile_problem(resolve(roster(1), policy()))


@settings(max_examples=150)
@given(seats())
def test_dealing_keeps_head_counts_and_every_run_of_days_even(
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    of, size, remote = drawn
    days = remote.shape[1]
    dealt = deal(Folding(replace(somebody(), size=size), of), remote)
    # A Boolean per day: nobody has two seats on a day.
    assert dealt.dtype == bool
    assert dealt.shape == (len(of), days)
    for number, members in enumerate(size):
        seats_of = dealt[of == number]
        assert (seats_of.sum(axis=0) == remote[number]).all()
        for first in range(days):
            for last in range(first, days):
                each, total = (
                    x[..., first : last + 1].sum(axis=-1) for x in (seats_of, remote[number])
                )
                assert set(each.tolist()) <= {total // members, -(-total // members)}


# ---------------------------------------------------------------- blocks


@settings(max_examples=40)
@given(instances("small"))
def test_blocks_hold_each_cell_exactly_once_and_in_order(instance: Instance) -> None:
    problem = simplify(compiled(instance))
    blocks = split(problem)
    times = np.zeros(problem.shape, dtype=int)
    for block in blocks:
        assert block.problem.shape == (len(block.rows), block.last - block.first + 1)
        times[block.rows, block.first : block.last + 1] += 1
    assert (times == 1).all()
    corners = [(block.rows[0], block.first) for block in blocks]
    assert corners == sorted(corners)


def corners_of_blocks(*rules: dict[str, object], **settings_: object) -> list[tuple[int, int, int]]:
    """ASN, first and last day of each block: 2 + 2 ASN in two OPDs, two weeks."""
    who = roster([{"opd": "X"}, {"opd": "X"}, {"opd": "Y"}, {"opd": "Y"}])
    terms = policy(*rules, end="2026-01-16", **settings_)
    blocks = split(simplify(compile_problem(resolve(who, terms))))
    return [(len(block.rows), block.first, block.last) for block in blocks]


def test_what_couples_makes_one_block() -> None:
    days, half = goals("remote_days"), {"kind": "max_remote", "share": 0.5}
    # The weekly cap of 4 couples the days of a week, the OPD's half its ASN.
    assert corners_of_blocks(half, objectives=days) == [(2, 0, 4), (2, 5, 9)] * 2
    # Fairness couples all days, a bound over everybody all ASN.
    assert corners_of_blocks(half) == [(2, 0, 9)] * 2
    assert corners_of_blocks(half | {"by": []}) == [(4, 0, 9)]
    # A run of days goes over the weekend.
    runs = {"kind": "max_consecutive", "remote": 2}
    assert corners_of_blocks(half, runs, objectives=days) == [(2, 0, 9)] * 2
