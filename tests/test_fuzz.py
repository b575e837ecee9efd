"""The campaign in small; that it would find a bug; that it leaves no rule out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fuzz import hostile
from fuzz.__main__ import main
from fuzz.campaign import GAVE_UP, MISMATCH, Plan, Tally, ask, run
from fuzz.coverage import features
from fuzz.drawing import draw_family
from fuzz.relations import RELATIONS
from fuzz.report import summarise
from fuzz.shrinking import shrink
from fuzz.trial import Trial
from helpers import Instance, people, terms
from saved import found_by, read

from rotasi import solver
from rotasi.engine.reductions import decomposition
from rotasi.errors import RosterError
from rotasi.model.status import Status
from rotasi.rules import KINDS, Objective, Quota, Rule
from rotasi.rules.headcount import PresenceRule
from rotasi.rules.individual import MaxConsecutive
from rotasi.tables.roster import Roster

SMOKE, DRAWN = 76, 250

pytestmark = pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")


def test_a_small_campaign_finds_nothing(tmp_path: Path) -> None:
    tally = run(Plan(seed=1, corpus=tmp_path), range(SMOKE))
    assert tally.mismatches == []
    assert set(tally.outcomes) == set(RELATIONS)
    assert tally.outcomes["mip"].total() == SMOKE
    assert tally.outcomes["mip"]["OPTIMAL"] > SMOKE // 2
    assert tally.outcomes["mip"]["INFEASIBLE"] > SMOKE // 20
    assert tally.outcomes["mip"][GAVE_UP] == 0
    assert list(tmp_path.iterdir()) == []


def test_instances_have_every_kind_and_every_parameter() -> None:
    """A new kind or parameter fails here until the oracle or `fuzz.drawing` draws it."""
    seen = set()
    for number in range(DRAWN):
        for instance in draw_family(random.Random(number), ("small", "tiny")[number % 2], 2):
            seen |= features(instance)
    wanted = {f"rule {kind} {force}" for kind in models(Rule) for force in ("hard", "soft")}
    wanted |= {f"objective {kind}" for kind in models(Objective)}
    wanted |= set(parameters(Rule, "rule")) | set(parameters(Objective, "objective"))
    wanted |= {f"table {name}" for name in ("leave", "wishes", "pins", "previous")}
    wanted |= {"policy workdays", "policy weekly_cap", "policy opd_services"}
    wanted |= {f"holidays {key}" for key in ("country", "extra", "workdays")}
    assert wanted - {name.partition("=")[0] for name in seen} == set()
    assert len(models(Rule)) + len(models(Objective)) == len(KINDS)


def models(base: type) -> dict[str, Any]:
    """The classes of a base by their kind."""
    return {kind: model for kind, model in KINDS.items() if issubclass(model, base)}


def parameters(base: type, what: str) -> Iterator[str]:
    """The parameters of each kind that decide something, as features are called."""
    shared = {"kind", "penalty", "rank", "id", "text", "source", "proposed_by"}
    for kind, model in models(base).items():
        names = {field.alias or name for name, field in model.model_fields.items()}
        yield from (f"{what} {kind} {name}" for name in names - shared)


# -------------------------------------------------------------------- planted bugs


def loose_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares are rounded down where they must be rounded up, by solver and verifier alike."""
    monkeypatch.setattr(PresenceRule, "at_least", PresenceRule.at_most)


def tight_quotas(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver grants a day less than the quota: a valid roster, but not the best."""
    compile_ = Quota.compile

    def compile_less(self: Quota, facts: Any) -> Iterator[Any]:
        less = {"max_days": self.max_days - 1} if self.max_days and not self.min_days else {}
        return compile_(self.model_copy(update=less), facts)

    monkeypatch.setattr(Quota, "compile", compile_less)


def blind_verifier(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier sees no run that is too long."""

    def audit(self: MaxConsecutive, facts: Any, statuses: Any) -> Any:
        return audit_(self.model_copy(update={"remote": 99, "on_site": 99}), facts, statuses)

    audit_ = MaxConsecutive.audit
    monkeypatch.setattr(MaxConsecutive, "audit", audit)


def rows_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several optima, that is taken which the order of the rows suggests."""

    def order(who: Roster) -> np.ndarray:
        return np.arange(len(who))

    monkeypatch.setattr(solver, "_order", order)


def hasty_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was found in time is called optimal."""

    def worst(statuses: Any) -> Status:
        status = worst_(statuses)
        return Status.OPTIMAL if status is Status.FEASIBLE else status

    worst_ = Status.worst
    monkeypatch.setattr(Status, "worst", worst)


def bounds_behind_open_objectives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a block says nothing of an objective, it counts as if it were at its best."""

    def add_up(figures: Any) -> tuple[int, ...]:
        return tuple(map(sum, zip_longest(*figures, fillvalue=0)))

    monkeypatch.setattr(decomposition, "_add_up", add_up)


Bug = Callable[[pytest.MonkeyPatch], None]
BUGS: list[tuple[Bug, str]] = [
    (loose_shares, "mip"),
    (tight_quotas, "mip"),
    (blind_verifier, "verify"),
    (rows_as_they_come, "row-order"),
    (hasty_proof, "time-limit"),
    (bounds_behind_open_objectives, "starving"),
]


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        bug(monkeypatch)
        yield


@pytest.mark.parametrize(
    ("bug", "relation"), BUGS, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_planted_bug_is_found_and_its_instance_kept(
    bug: Bug, relation: str, tmp_path: Path
) -> None:
    plan = Plan(seed=1, corpus=tmp_path, relations=(relation,), shrinking=0.5)
    with planted(bug):
        found = next(filter(None, (run(plan, [number]).mismatches for number in range(400))))
    (path,) = tmp_path.iterdir()
    assert found[0].startswith(f"{relation}, instance ")
    assert str(path) in found[0]
    assert found_by(path) == f"fuzz {relation}"
    # The file alone shows the bug, and that it is mended.
    with planted(bug):
        assert ask(relation, Trial(read(path)))[0] == MISMATCH or relation == "time-limit"
    assert ask(relation, Trial(read(path)))[0] != MISMATCH


def test_what_is_not_needed_to_fail_is_left_out() -> None:
    def fails(instance: Instance) -> bool:
        rules = instance[1].get("rules", [])
        return "b" in set(instance[0]["employees"]["nip"]) and "quota" in {r["kind"] for r in rules}

    rules = [{"kind": kind} for kind in ("never_remote", "quota", "bar_disciplined")]
    instance = {"employees": people("abcdef", unit="U")}, terms(*rules, weekly_cap=2), None
    tables, policy, _previous = shrink(instance, fails, 5)
    assert tables["employees"].to_dict("records") == [{"nip": "b", "opd": "X"}]
    assert policy["rules"] == [{"kind": "quota"}]
    assert "weekly_cap" not in policy


# -------------------------------------------------------------------- the command line


def test_the_command_runs_on_processes_and_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--processes", "1", "--relations", "mip", "nips", "--corpus", str(tmp_path)]
    assert main(["4", "--seed", "3", *options]) == 0
    told = capsys.readouterr()
    assert "4 instances: " in told.out
    assert "mip                  4  " in told.out
    assert "0 mismatches" in told.out
    assert "4 of 4, " in told.err


def test_a_mismatch_is_told_with_its_instance() -> None:
    tally = Tally(mismatches=["mip, instance 7 of seed 0, saved as x.json"])
    assert "1 mismatches\n1. mip, instance 7" in summarise(tally)


def test_replaying_a_file_tells_what_each_relation_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = Plan(seed=1, corpus=tmp_path, relations=("mip",), shrinking=0.5)
    with planted(loose_shares):
        next(filter(None, (run(plan, [number]).mismatches for number in range(400))))
        (path,) = tmp_path.iterdir()
        assert main(["--replay", str(path), "--relations", "mip", "apart"]) == 1
        assert "mip            mismatch: " in capsys.readouterr().out
    assert main(["--replay", str(path), "--relations", "mip"]) == 0


class TestHostileFiles:
    def test_a_small_campaign_finds_nothing(self) -> None:
        jobs = [(kind, number) for number in range(60) for kind in hostile.KINDS]
        tally = hostile.Tally()
        for outcome in hostile.read_all(1, jobs):
            tally.add(outcome)
        assert [outcome.wrong for outcome in tally.wrong] == []
        assert tally.said["workbook: read"] > 5
        assert tally.said["workbook: RosterError"] > 20
        assert tally.said["policy: PolicyError"] > 20

    def test_the_same_numbers_draw_the_same_file(self) -> None:
        for kind in hostile.KINDS:
            assert hostile.draw(3, kind, 5) == hostile.draw(3, kind, 5)
            assert hostile.draw(3, kind, 5) != hostile.draw(4, kind, 5)

    @pytest.mark.parametrize("error", [ValueError("raw"), SystemExit(), RosterError([])])
    def test_it_would_find_an_error_that_is_not_ours(
        self, monkeypatch: pytest.MonkeyPatch, error: BaseException
    ) -> None:
        def fail(*_given: object, **_options: object) -> None:
            raise error

        monkeypatch.setattr("rotasi.policy.formats.load_file", fail)
        (outcome,) = hostile.read_all(1, [("policy", 0)])
        assert outcome.said == "not ours"
        assert type(error).__name__ in outcome.wrong

    def test_a_process_that_dies_is_noted_and_the_next_goes_on(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def serve(_seed: int, jobs: list[tuple[str, int]], pipe: Any) -> None:
            if jobs[0] != ("workbook", 0):
                pipe.send(hostile.Outcome(*jobs[0], "read", "", 0.0, 0.0))

        monkeypatch.setattr(hostile, "_serve", serve)
        monkeypatch.setattr(hostile, "get_context", lambda _way: get_context("fork"))
        tally = hostile.conduct(1, 2, lambda _done, _tally: None)
        assert tally.said["policy: read"] == 2
        assert {outcome.wrong for outcome in tally.wrong} == {"the process died or hangs"}
