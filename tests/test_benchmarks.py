"""The benchmarks: their clocks, their instances, their peers, and the smoke run."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks import phases
from benchmarks.__main__ import main
from benchmarks.contenders import CONTENDERS, Answer
from benchmarks.instances import INSTANCES
from benchmarks.measurement import Stopwatch, race
from benchmarks.peers import plain
from benchmarks.report import render
from benchmarks.runs import PLANS, DisagreementError, judge

CITIES = ["city", "city4", "hard_city"]


def ticking(*seconds: float) -> Callable[[], float]:
    """A clock that shows these times, one per look."""
    return iter(seconds).__next__


@pytest.fixture(scope="module")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("smoke")
    assert main(["--smoke", "--out", str(folder)]) == 0
    assert (folder / "results.md").read_text(encoding="utf-8").count("\n") > len(INSTANCES)
    result: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return result


def test_smoke_runs_every_instance_through_every_phase(smoke: dict[str, Any]) -> None:
    assert [entry["instance"] for entry in smoke["phases"]] == list(INSTANCES)
    for entry in smoke["phases"]:
        assert list(entry["seconds"]) == list(phases.PHASES)
        assert min(entry["seconds"].values()) >= 0
        assert entry["seconds"]["read"] > 0
        assert entry["status"] == "OPTIMAL"
        assert entry["blocks"] == {"OPTIMAL": sum(entry["blocks"].values())}


def test_smoke_contenders_prove_the_same_values(smoke: dict[str, Any]) -> None:
    assert [entry["instance"] for entry in smoke["races"]] == list(INSTANCES)
    for entry in smoke["races"]:
        assert len(entry["contenders"]) >= 4
        for found in entry["contenders"].values():
            assert found["proven"]
            assert found["median"] in found["seconds"]
            assert 0 < found["cpu_median"] < math.inf
            assert found["values"] == entry["values"]


def test_results_name_no_machine(smoke: dict[str, Any]) -> None:
    assert set(smoke["machine"]) == {
        "processor", "cores", "load", "system", "python", "versions",
    }  # fmt: skip
    assert "rotasi" in smoke["machine"]["versions"]
    assert "| rotasi" in render(smoke)


def test_no_phase_is_left_unmeasured(smoke: dict[str, Any]) -> None:
    """A function that a phase names and that is no longer called would hide its time in `rest`."""
    for name in set(phases.PHASES) - {"read", "write"}:
        assert any(entry["seconds"][name] > 0 for entry in smoke["phases"]), name


@pytest.mark.parametrize("name", INSTANCES)
def test_instances_are_the_same_for_the_same_seed(name: str) -> None:
    one, two, other = (INSTANCES[name].task(200, seed).tables for seed in (0, 0, 1))
    for table in one:
        pd.testing.assert_frame_equal(one[table], two[table])
    assert not one["wishes"].equals(other["wishes"])


@pytest.mark.parametrize("name", CITIES)
def test_cities_are_what_they_promise(name: str) -> None:
    task = INSTANCES[name].task(12_000)
    instance = plain.Instance(task)
    assert len(instance.days) == 20
    assert task.tables["employees"]["opd"].nunique() == 45
    assert len(task.tables["employees"]) == 12_000
    assert instance.eligible.mean() == pytest.approx(0.75, abs=0.01)
    assert instance.on_leave.mean() == pytest.approx(0.03, abs=0.003)
    assert task.tables["wishes"]["nip"].nunique() == 12_000


def test_hardly_two_asn_of_the_city_are_alike() -> None:
    instance = plain.Instance(INSTANCES["city"].task(12_000))
    rows = pd.DataFrame(instance.wishes[instance.eligible])
    assert len(rows.drop_duplicates()) > 0.95 * len(rows)


def test_opds_are_uneven_in_the_same_way_at_every_size() -> None:
    shares = [
        INSTANCES["city"].task(size).tables["employees"]["opd"].value_counts().max() / size * opds
        for size, opds in ((12_000, 45), (48_000, 180))
    ]
    assert shares[0] > 3
    assert shares[1] == pytest.approx(shares[0], rel=0.1)


@pytest.mark.parametrize("name", CITIES)
def test_plain_model_is_split_where_no_rule_couples(name: str) -> None:
    instance = plain.Instance(INSTANCES[name].task(4_000))
    opds, parts = instance.employees["opd"], pd.Series(instance.part)
    assert len(pd.DataFrame({"opd": opds, "part": parts}).drop_duplicates()) == opds.nunique()
    tied = 6 if name == "hard_city" else 0  # two buildings with four OPDs each
    assert parts.nunique() == opds.nunique() - tied


def test_time_in_a_phase_inside_another_counts_once() -> None:
    watch = Stopwatch(ticking(0, 1, 4, 10))
    with watch.phase("outer"), watch.phase("inner"):
        pass
    assert watch.seconds == {"inner": 3, "outer": 7}


def test_watched_functions_are_put_back() -> None:
    watch, before = Stopwatch(), math.floor
    with watch.watching({"down": ["math:floor"], "up": ["math:ceil"]}):
        assert math.floor(1.5) == 1
    assert math.floor is before
    assert list(watch.seconds) == ["down"]


def test_watching_a_function_that_has_moved_fails_and_puts_the_others_back() -> None:
    before = math.floor
    with (
        pytest.raises(AttributeError, match="ceiling"),
        Stopwatch().watching({"down": ["math:floor"], "up": ["math:ceiling"]}),
    ):
        pass
    assert math.floor is before


def test_contenders_run_in_turns() -> None:
    order: list[str] = []
    runners = {name: (lambda name=name: order.append(name)) for name in "ab"}
    times = race(runners, rounds=3, budget=math.inf)
    assert "".join(order) == "ababab"
    assert [len(entry.seconds) for entry in times.values()] == [3, 3]


def test_no_round_begins_after_the_budget() -> None:
    times = race({"a": lambda: None}, 5, budget=10, clock=ticking(0, 1, 8, 9, 10, 13, 14))
    assert times["a"].seconds == [7, 3]
    assert times["a"].median == 5


def answers(task_name: str, **changes: object) -> tuple[Any, dict[str, Answer]]:
    """A task, the answer that rotasi gives, and the same with changes."""
    task = INSTANCES[task_name].task(40)
    right = CONTENDERS["rotasi"](task, 60)()
    wrong = {"proven": True, "values": right.values, "frame": right.frame} | changes
    return task, {"right": right, "wrong": Answer(**wrong)}  # type: ignore[arg-type]


def test_equal_answers_pass() -> None:
    task, both = answers("city")
    assert judge(task, both) == both["right"].values


def test_a_contender_without_an_answer_is_no_disagreement() -> None:
    task, both = answers("city", proven=False, values=None)
    assert judge(task, both) == both["right"].values


def test_a_wrong_claim_fails_loudly() -> None:
    task, _ = answers("city")
    _, both = answers("city", values={"remote_days": 1, "wishes": 1, "fairness": 1})
    with pytest.raises(DisagreementError, match="is worth"):
        judge(task, both)


def test_proven_values_that_differ_fail_loudly() -> None:
    task = INSTANCES["city"].task(40)
    nobody = plain.Instance(task)
    remote = nobody.free & False
    idle = Answer(True, nobody.value(remote), lambda: nobody.frame(remote))
    both = {"right": CONTENDERS["rotasi"](task, 60)(), "idle": idle}
    with pytest.raises(DisagreementError, match="proven values differ"):
        judge(task, both)


def test_a_roster_that_breaks_a_rule_fails_loudly() -> None:
    task = INSTANCES["city"].task(40)
    instance = plain.Instance(task)
    everybody = Answer(True, {}, lambda: instance.frame(instance.free))
    with pytest.raises(DisagreementError, match=r"breaks .*quota"):
        judge(task, {"greedy": everybody})


def test_a_disagreement_ends_the_command_with_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def disagree(*_: object) -> None:
        raise DisagreementError("somebody is wrong")

    monkeypatch.setattr("benchmarks.__main__.measure", disagree)
    assert main(["--smoke", "--out", str(tmp_path)]) == 1
    assert "somebody is wrong" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_every_plan_names_known_instances_and_contenders() -> None:
    for plan in PLANS.values():
        assert {it.instance for it in plan.races} | set(plan.phases) <= set(INSTANCES)
        assert {name for it in plan.races for name in it.contenders} <= set(CONTENDERS)
        assert all("rotasi" in it.contenders for it in plan.races)


@pytest.mark.parametrize("name", CITIES)
def test_plain_cp_sat_finds_the_same(name: str) -> None:
    task = INSTANCES[name].task(90)
    found = {key: CONTENDERS[key](task, 60)() for key in ("rotasi", "CP-SAT, whole")}
    assert all(answer.proven for answer in found.values())
    assert judge(task, found) == found["rotasi"].values
