"""The engine against an independent model and another solver, tier by tier."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from helpers import unpack
from oracle.checker import judge
from oracle.facts import Case
from oracle.instances import random_instance
from oracle.mip import solve as solve_mip

import rotasi

CHUNKS, SIZE = 16, 20  # 320 rosters

pytestmark = pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")


def judged(case: Case, frame: pd.DataFrame) -> list[tuple[str, int]]:
    """What the checker says of a schedule that must be valid."""
    days = frame["date"].dt.date
    judgement = judge(
        case, dict(zip(zip(frame["nip"], days, strict=True), frame["status"], strict=True))
    )
    assert judgement.ok, judgement.violated
    return judgement.values


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_tier_has_the_value_that_the_mip_proves(chunk: int) -> None:
    found = {"OPTIMAL": 0, "INFEASIBLE": 0}
    for seed in range(chunk * SIZE, (chunk + 1) * SIZE):
        instance = random_instance(random.Random(1_000_000 + seed), "small")
        case = Case(*instance)
        answer = solve_mip(case)
        roster, policy, previous = unpack(instance)
        schedule = rotasi.solve(roster, policy, previous=previous, workers=1)
        assert schedule.status == answer.status, seed
        found[answer.status] += 1
        if answer.status == "OPTIMAL":
            table = schedule.objectives
            values = list(zip(table["kind"], table["value"], strict=True))
            assert values == answer.values == judged(case, schedule.to_frame()), seed
            assert table["proven"].all()
            assert table["bound"].tolist() == table["value"].tolist()
    # Both answers are met in every chunk.
    assert found["OPTIMAL"] >= SIZE // 2
    assert found["INFEASIBLE"] >= 1
