"""Instances that once made a test fail, or might: each is run again from its file."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pandas as pd
import pytest
from fuzz.campaign import MISMATCH, ask
from fuzz.relations import RELATIONS
from fuzz.trial import Trial
from helpers import Instance, people, terms
from oracle.instances import random_instance
from saved import CORPUS, found_by, read, save, saving, saving_smallest, written
from test_rules_exhaustive import check

#: Asked of every instance; and the relation that found it, if one did.
ALWAYS = ("mip", "brute-force", "verify", "row-order")
READINGS = "readings of "
FILES = sorted(CORPUS.glob("*.json"))

pytestmark = pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_saved_instances_hold(path: Path) -> None:
    own = [name for name in RELATIONS if found_by(path) == f"fuzz {name}"]
    trial = Trial(read(path))
    found = {name: ask(name, trial) for name in {*ALWAYS, *own}}
    assert {name: said for name, (outcome, said) in found.items() if outcome == MISMATCH} == {}
    if found_by(path).startswith(READINGS):
        check(found_by(path).removeprefix(READINGS), read(path))
    assert trial.answer.status in ("OPTIMAL", "INFEASIBLE")


def test_the_corpus_is_there() -> None:
    statuses = [Trial(read(path)).answer.status for path in FILES[::4]]
    assert len(FILES) > 20
    assert "OPTIMAL" in statuses


def simple() -> Instance:
    return {"employees": people(2)}, terms({"kind": "quota", "max_days": 1}), None


@pytest.mark.parametrize("seed", range(30))
def test_an_instance_comes_back_from_its_file_as_it_was(seed: int, tmp_path: Path) -> None:
    instance = random_instance(random.Random(seed))
    back = read(save(instance, "some test", tmp_path))
    assert back[1] == dict(instance[1])
    assert (back[2] is None) == (instance[2] is None)
    for name, table in instance[0].items():
        pd.testing.assert_frame_equal(back[0][name], table.astype(object))
    assert written(back, "x") == written(instance, "x")


def test_a_failure_writes_the_instance_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as caught, saving(simple(), "My Test", tmp_path):
        raise AssertionError("values differ")
    (path,) = tmp_path.iterdir()
    assert str(path) in caught.value.__notes__[0]
    assert path.name.startswith("my-test-")
    assert found_by(path) == "My Test"
    assert read(path)[1]["start"] == dt.date(2026, 1, 5)


def test_the_same_failure_is_saved_once_and_success_never(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="again"), saving(simple(), "twice", tmp_path):
            raise ValueError("again")
    with saving(simple(), "never", tmp_path):
        pass
    assert len(list(tmp_path.iterdir())) == 1


def test_of_all_that_hypothesis_tries_one_file_is_left(tmp_path: Path) -> None:
    for count in (3, 2, 1):
        instance = {"employees": people(count)}, terms(), None
        with pytest.raises(AssertionError), saving_smallest(instance, "shrunk", tmp_path):
            raise AssertionError
    (path,) = tmp_path.iterdir()
    assert len(read(path)[0]["employees"]) == 1
