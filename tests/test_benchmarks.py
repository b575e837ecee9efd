"""The benchmarks: their clocks, their instances, their peers, and the smoke run."""

import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import asocio, axes, crossing, growth, phases
from benchmarks.__main__ import main
from benchmarks.contenders import CONTENDERS, Answer
from benchmarks.equal_time import Match, assess, measure_match
from benchmarks.instances import INSTANCES, Task
from benchmarks.measurement import Stopwatch, race
from benchmarks.peers import plain, timefold
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


def idle(task: Task, *, proven: bool) -> Answer:
    """Nobody is remote: few remote days, and the best fairness that there is."""
    instance = plain.Instance(task)
    remote = instance.free & False
    return Answer(proven, instance.value(remote), lambda: instance.frame(remote))


def test_an_unproven_answer_better_than_a_proven_one_fails_loudly() -> None:
    task, both = answers("city", proven=False)
    found = {"liar": idle(task, proven=True), "honest": both["wrong"]}
    with pytest.raises(DisagreementError, match=r"honest.* better than .*liar"):
        judge(task, found)


def test_an_unproven_answer_where_none_is_said_to_be_fails_loudly() -> None:
    task, both = answers("city", proven=False)
    with pytest.raises(DisagreementError, match="better than"):
        judge(task, {"liar": Answer(True, None, pd.DataFrame), "honest": both["wrong"]})


def test_an_unproven_answer_that_is_worse_passes() -> None:
    """It is the fairest, but the first objective counts first."""
    task, both = answers("city")
    found = {"right": both["right"], "idle": idle(task, proven=False)}
    assert found["idle"].values is not None
    assert both["right"].values is not None
    assert found["idle"].values["fairness"] < both["right"].values["fairness"]
    assert judge(task, found) == both["right"].values


def test_methods_are_watched_and_put_back() -> None:
    watch, before = Stopwatch(), pd.DataFrame.copy
    with watch.watching({"copy": ["pandas:DataFrame.copy"]}):
        assert pd.DataFrame({"a": [1]}).copy()["a"].tolist() == [1]
    assert pd.DataFrame.copy is before
    assert list(watch.seconds) == ["copy"]


def test_crossing_contenders_prove_the_same_value(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(crossing, "_ROUNDS", 1)
    rows = (f"A{n % 2},U{n % 3},R{n % 4},F" for n in range(24))
    text = "\n".join(["agency,unit,role,full_part", *rows])
    (tmp_path / "town.csv").write_text(text, encoding="utf-8")
    assert crossing.main([str(tmp_path), "--out", str(tmp_path / "out.json")]) == 0
    races = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["races"]
    # Each of 4 roles keeps ceil(0.7 × 6) = 5 of its 6 on site: one is remote on each of 5 days.
    assert [(race["instance"], race["values"]) for race in races] == [
        ("town", {"remote_days": 20}),
    ] * 2
    assert all(it["proven"] for race in races for it in race["contenders"].values())
    assert "| HiGHS, folded" in capsys.readouterr().out


# -------------------------------------------------------------------- growth


@given(power=st.floats(-2, 3), scale=st.floats(1e-3, 1e3), n=st.integers(2, 9))
def test_the_exponent_of_a_power_law_is_found(power: float, scale: float, n: int) -> None:
    places = [2**k for k in range(n)]
    found = growth.fit_exponent(places, [scale * x**power for x in places])
    assert found == pytest.approx(power, abs=1e-6)


def test_only_the_upper_half_counts() -> None:
    assert growth.fit_exponent([1, 2, 4, 8, 16], [9, 9, 4, 16, 64]) == pytest.approx(2)


@pytest.mark.parametrize("values", [[0, 0, 0, 0], [5, 5, 0, 5], [5, 5, -1, 5]])
def test_one_point_has_no_exponent(values: list[float]) -> None:
    assert growth.fit_exponent([1, 2, 3, 4], values) is None


def made_up_points() -> list[dict[str, Any]]:
    """Of 1, 2, 4, 8 days: fold grows fastest but is short; then solve; write takes longest."""
    laws = {"write": (100.0, 1), "solve": (1.0, 2), "fold": (1e-6, 3)}
    points = []
    for days in (1, 2, 4, 8):
        own = {name: scale * days**power for name, (scale, power) in laws.items()}
        seconds = dict.fromkeys(phases.PHASES, 0.0) | own
        points.append({"workdays": days, "seconds": seconds, "idle_mib": 50, "peak_mib": 50 + days})
    return points


def test_the_phase_that_grows_fastest_is_named_if_it_matters() -> None:
    found = growth.judge("workdays", made_up_points())
    assert (found["fastest"], found["longest"]) == ("solve", "write")
    powers = {name: round(p, 6) for name, p in found["exponents"].items() if p is not None}
    assert powers.pop("total") == pytest.approx(math.log2((800 + 64) / (400 + 16)), abs=1e-3)
    assert powers == {"write": 1, "solve": 2, "fold": 3, "memory": 1}


def test_unknown_memory_has_no_exponent() -> None:
    points = [point | {"idle_mib": None, "peak_mib": None} for point in made_up_points()]
    found = growth.judge("workdays", points)
    assert found["exponents"]["memory"] is None
    text = growth.render({"axes": [{"axis": "workdays", "points": points, **found}]})
    assert "| memory, MiB | – | – |" in text
    assert "`solve` grows fastest (exponent 2.00); `write` takes most time (93%" in text


@pytest.fixture(scope="module")
def smoke_growth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("growth")
    assert growth.main(["--smoke", "--out", str(folder)]) == 0
    result: dict[str, Any] = json.loads((folder / "growth.json").read_text(encoding="utf-8"))
    assert (folder / "growth.md").read_text(encoding="utf-8") == growth.render(result)
    return result


def test_smoke_grows_along_every_axis(smoke_growth: dict[str, Any]) -> None:
    assert [axis["axis"] for axis in smoke_growth["axes"]] == list(axes.AXES)
    for axis in smoke_growth["axes"]:
        low, high = (point[axis["axis"]] for point in axis["points"])
        assert low < high
        assert {point["status"] for point in axis["points"]} == {"OPTIMAL"}
    rows = growth.render(smoke_growth).splitlines()
    assert [row.split("|")[1].strip() for row in rows if row.startswith("|")][2:] == [
        *phases.PHASES, "total", "memory, MiB",
    ]  # fmt: skip


def test_a_process_is_made_for_a_case() -> None:
    with growth.open_executor(True) as apart, growth.open_executor(False) as here:
        assert here.submit(os.getpid).result() == os.getpid()
        assert apart.submit(os.getpid).result() != os.getpid()


def test_a_longer_city_has_leave_and_wishes_throughout() -> None:
    tables, days = axes.lengthen(2_000, 60)
    leave, wishes = tables["leave"], tables["wishes"]
    assert days == 60
    for first in pd.to_datetime(["2026-02-02", "2026-03-02", "2026-03-30"]):
        month = pd.bdate_range(first, periods=20)
        away = sum(((leave["start"] <= day) & (day <= leave["end"])).sum() for day in month)
        assert away / 20 / 2_000 == pytest.approx(0.03, abs=0.005)
        assert wishes["date"].isin(month).sum() / 2_000 == pytest.approx(1.5, abs=0.1)
    assert (wishes["weekday"] != "").sum() / 2_000 == pytest.approx(1.5, abs=0.1)


def test_so_many_asn_are_alike_as_are_asked_for() -> None:
    tables, _ = axes.pair(300, 4)
    employees = tables["employees"]
    wished = tables["wishes"].astype(str).groupby("nip")[["date", "weekday", "weight"]]
    pattern = employees["nip"].map(wished.apply(lambda own: own.to_csv(index=False)))
    groups = pattern.groupby([employees["opd"], employees["applied"]])
    assert (groups.nunique() == -(-groups.size() // 4)).all()


def test_one_who_is_alike_changes_nothing() -> None:
    tables, plain_city = axes.pair(200, 1)[0], INSTANCES["city"].make(200, 0)
    for name in ("leave", "wishes"):
        columns = list(tables[name])
        pd.testing.assert_frame_equal(
            tables[name].sort_values(columns, ignore_index=True),
            plain_city[name][columns].sort_values(columns, ignore_index=True),
        )


def test_the_same_figures_give_the_same_picture(
    smoke_growth: dict[str, Any], tmp_path: Path
) -> None:
    plots = pytest.importorskip("benchmarks.plots", exc_type=ImportError)
    assert set(plots.COLOURS) == set(phases.PHASES)
    (tmp_path / "growth.json").write_text(json.dumps(smoke_growth), encoding="utf-8")
    for name in ("one.svg", "two.svg"):
        assert plots.main([str(tmp_path / "growth.json"), str(tmp_path / name)]) == 0
    one, two = ((tmp_path / name).read_text(encoding="utf-8") for name in ("one.svg", "two.svg"))
    assert one == two
    assert "<dc:date>" not in one
    assert one.count('id="axes_') == 2 * len(axes.AXES)


def take_first(problem: dict[str, Any]) -> list[int]:
    """The first pattern of every week of a problem that is described for Timefold."""
    return [problem["profiles"][profile][0][0] for _, _, profile in problem["weeks"]]


def test_patterns_keep_quota_and_leave_and_come_best_first() -> None:
    instance = plain.Instance(INSTANCES["city"].task(40))
    weeks, problem = timefold.list_weeks(instance), timefold.describe_weeks(instance)
    assert len(problem["weeks"]) == sum(len(asn) for _, asn in weeks)
    remote = timefold.mark_weeks(instance, take_first(problem))
    assert not (remote & ~instance.free).any()
    for limit, _ in weeks:
        free = instance.free[:, limit.days].sum(axis=1)
        assert (remote[:, limit.days].sum(axis=1) == free.clip(max=2)).all()
    worth = [problem["profiles"][p][1][problem["profiles"][p][0][0]] for *_, p in problem["weeks"]]
    assert instance.value(remote)["wishes"] == sum(worth)


def test_places_of_a_week_are_those_of_its_office() -> None:
    instance = plain.Instance(INSTANCES["city"].task(40))
    problem = timefold.describe_weeks(instance)
    high, group = instance.counts[0].high, instance.counts[0].group
    numbers = [n for n, (_, asn) in enumerate(timefold.list_weeks(instance)) for _ in asn]
    for number, (asn, office, _) in zip(numbers, problem["weeks"], strict=True):
        days = slice(5 * number, 5 * number + 5)
        assert problem["offices"][office] == high[group[asn], days].tolist()


def test_days_come_with_their_quota_and_place_and_the_most_wished_first() -> None:
    instance = plain.Instance(INSTANCES["city"].task(40))
    problem = timefold.describe_days(instance)
    wishes = [wish for *_, wish in problem["days"]]
    assert wishes == sorted(wishes, reverse=True)
    only = timefold.mark_days(instance, [True] + [None] * (len(wishes) - 1))
    assert instance.value(only) == {"remote_days": 1, "wishes": wishes[0], "fairness": 1}
    for number, (asn, quota, place, _) in enumerate(problem["days"]):
        choices = [False] * number + [True] + [False] * (len(wishes) - number - 1)
        ((row, day),) = zip(*timefold.mark_days(instance, choices).nonzero(), strict=True)
        assert (row, 40 * (day // 5) + row) == (asn, quota)
        assert problem["quotas"][quota] == 2
        count = instance.counts[0]
        assert problem["places"][place] == count.high[count.group[asn], day]


def test_rules_that_the_model_for_timefold_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="max_consecutive"):
        timefold.list_weeks(plain.Instance(INSTANCES["hard_city"].task(40)))


def test_problem_and_answer_travel_as_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(command: list[str], folder: str) -> None:
        assert Path(command[-1]).parent == Path(folder)
        problem = json.loads(Path(command[-2]).read_text(encoding="utf-8"))
        assert (problem["model"], problem["limit"]) == ("weeks", 3)
        patterns = [None, *take_first(problem)[1:]]  # the first week was never reached
        Path(command[-1]).write_text(json.dumps(patterns), encoding="utf-8")

    monkeypatch.setattr(timefold, "find_python", lambda: Path("python"))
    monkeypatch.setattr(timefold, "_run", answer)
    instance = plain.Instance(INSTANCES["city"].task(40))
    found = timefold.solve(instance, 3, "weeks")
    whole = timefold.mark_weeks(instance, take_first(timefold.describe_weeks(instance)))
    limit, asn = timefold.list_weeks(instance)[0]
    assert found.remote is not None
    assert not found.proven
    assert whole.sum() - found.remote.sum() == whole[asn[0], limit.days].sum() > 0


def test_a_machine_without_java_goes_on_without_timefold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    said: list[str] = []
    match = measure_match(Match("city", 40), said.append)
    assert len(said) == 1
    assert match["tries"] == []
    assert len(match["absent"]) == 2
    assert all("no `java`" in text for text in match["absent"])
    assert match["values"]["remote_days"] > 0


def test_packages_that_cannot_be_installed_leave_the_peer_absent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A failed attempt must not pass for an environment that is ready."""
    monkeypatch.setattr("shutil.which", lambda _: "java")
    (tmp_path / "file").touch()
    for _ in range(2):
        with pytest.raises(timefold.AbsentPeerError, match="cannot be run"):
            timefold.find_python(tmp_path / "file" / "environment")


def test_a_peer_is_given_at_least_the_time_that_rotasi_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits: list[float] = []

    def prepare(task: Task, limit: float) -> Callable[[], Answer]:
        limits.append(limit)
        return lambda: idle(task, proven=False)

    monkeypatch.setitem(CONTENDERS, "idle", prepare)
    match = measure_match(Match("city", 40, ["idle"], (0, 600)), lambda _: None)
    assert limits == [match["rotasi_seconds"], 600] == [it["seconds"] for it in match["tries"]]
    assert all(it["shares"]["remote_days"] == 0 for it in match["tries"])
    table = _table_of(match)
    assert [row[2:6] for row in table[2:]] == [
        ["rotasi", f"{match['rotasi_seconds']:.2f}", "0", "100"],
        ["idle", f"{match['rotasi_seconds']:.2f}", "0", "0.0"],
        ["idle", "600.00", "0", "0.0"],
    ]


def _table_of(match: dict[str, Any]) -> list[list[str]]:
    machine = {"versions": {}} | dict.fromkeys(("processor", "cores", "load", "python"), "")
    result = {"machine": machine, "races": [], "phases": [], "matches": [match]}
    text = render(result | {"load_after": 0, "peak_mib": 0})
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_rules_that_a_roster_at_equal_time_breaks_are_counted() -> None:
    task = INSTANCES["city"].task(40)
    instance = plain.Instance(task)
    everybody = Answer(False, None, lambda: instance.frame(instance.free))
    found = assess(task, everybody, {"remote_days": 2 * int(instance.free.sum())})
    assert any("quota" in rule and count > 0 for rule, count in found["broken"].items())
    assert found["shares"] == {"remote_days": 50}


def test_the_published_benchmark_is_read_as_its_rules_say(tmp_path: Path) -> None:
    """Two desks, two groups of two: each group has the office for itself when it meets."""
    instance = {
        "Employees": ["E0", "E1", "E2", "E3"],
        "Desks": ["D0", "D1"],
        "Groups": ["G0", "G1"],
        "Employees_G": {"G0": ["E0", "E1"], "G1": ["E2", "E3"]},
        "Days_E": {"E0": ["L"], "E1": ["L", "Mi"], "E2": ["L", "V"], "E3": ["Ma"]},
    }
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(instance), encoding="utf-8")
    row = asocio.measure(path).split(" | ")
    # On Monday three would like two desks; everything else can be had.
    assert row[1:6] == ["4", "OPTIMAL", "6", "5", "True"]
