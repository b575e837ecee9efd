"""The same inputs give the same schedule: in any row order."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from helpers import Instance, unpack
from oracle.instances import random_instance
from saved import saving

import rotasi

pytestmark = pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")


def by_person(schedule: rotasi.Schedule) -> dict[tuple[str, pd.Timestamp], str]:
    frame = schedule.to_frame()
    return dict(zip(zip(frame["nip"], frame["date"], strict=True), frame["status"], strict=True))


def shuffled(instance: Instance, seed: int) -> Instance:
    """The same instance with the rows of every table in another order."""
    tables, terms, previous = instance
    mixed = {name: table.sample(frac=1, random_state=seed) for name, table in tables.items()}
    return mixed, terms, None if previous is None else previous.sample(frac=1, random_state=seed)


@pytest.mark.parametrize("chunk", range(4))
def test_each_asn_has_the_same_days_in_any_row_order(chunk: int) -> None:
    compared = 0
    for seed in range(25 * chunk, 25 * (chunk + 1)):
        instance = random_instance(random.Random(7_000_000 + seed), "small")
        given, terms, previous = unpack(instance)
        one = rotasi.solve(given, terms, previous=previous, workers=1)
        given, terms, previous = unpack(shuffled(instance, seed))
        other = rotasi.solve(given, terms, previous=previous, workers=2)
        with saving(instance, "row order"):
            assert one.status == other.status
            if one.status == "OPTIMAL":
                assert by_person(one) == by_person(other)
                assert one.objectives.equals(other.objectives)
                compared += len(given) > 1
    assert compared >= 12


def test_a_city_has_the_same_days_in_any_row_order() -> None:
    given, terms = rotasi.datasets.city(600), rotasi.presets.bekasi_2026()
    mixed = rotasi.Roster.from_frame(
        given.employees.sample(frac=1, random_state=3),
        leave=given.leave.sample(frac=1, random_state=4),
        wishes=given.wishes.sample(frac=1, random_state=5),
    )
    assert by_person(rotasi.solve(given, terms)) == by_person(rotasi.solve(mixed, terms))
