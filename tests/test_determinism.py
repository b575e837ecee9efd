"""The same inputs give the same schedule: in any row order."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

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


WRITE = """
import sys, warnings
import rotasi
from helpers import policy
from pathlib import Path

out, workers = Path(sys.argv[1]), int(sys.argv[2])
given = rotasi.datasets.city(90, seed=2)
terms = policy(
    {"kind": "min_on_site", "share": 0.5},
    {"kind": "max_on_site", "by": ["site"], "share": 0.9, "penalty": 2},
    {"kind": "rotation_groups", "groups": 2, "scope": {"opd": [given.employees["opd"][0]]}},
    {"kind": "max_consecutive", "remote": 2},
)
schedule = rotasi.solve(given, terms, workers=workers)
assert schedule.status == "OPTIMAL"
schedule.write(out / "folder")
schedule.to_csv(out / "long.csv")
schedule.to_parquet(out / "long.parquet")
rotasi.Schedule.read(out / "folder").write(out / "again")
"""


def test_every_file_has_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    """Whatever the hash seed, the number of workers, and the seconds that a run takes."""
    contents = []
    for seed, workers in (("0", 1), ("1", 2), ("random", 1)):
        out = tmp_path / f"{seed}-{workers}"
        out.mkdir()
        path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
        command = [sys.executable, "-c", WRITE, str(out), str(workers)]
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path}
        subprocess.run(command, check=True, env=environment, capture_output=True)
        files = sorted(file for file in out.rglob("*") if file.is_file())
        contents.append({str(file.relative_to(out)): file.read_bytes() for file in files})
    assert {"folder/blocks.csv", "folder/provenance.json", "folder/groups.csv"} <= set(contents[0])
    for other in contents[1:]:
        assert set(other) == set(contents[0])
        assert [name for name in other if other[name] != contents[0][name]] == []
    # What is read back is written as it was.
    inside = {name.removeprefix("again/"): data for name, data in contents[0].items()}
    for name, data in contents[0].items():
        if name.startswith("folder/"):
            assert inside[name.removeprefix("folder/")] == data
