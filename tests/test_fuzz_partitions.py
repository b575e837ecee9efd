"""The campaign of nations in small, and that it would find a bug."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fuzz.__main__ import main
from fuzz.campaign import Plan, Tally
from fuzz.partitions import run

from rotasi.partitioned import layout, preflight, target
from rotasi.partitioned import run as execution
from rotasi.partitioned.dataset import File
from rotasi.partitioned.layout import Layout
from rotasi.support import locks

pytest.importorskip("pyarrow.parquet")


def test_a_small_campaign_finds_nothing(tmp_path: Path) -> None:
    tally = run(Plan(seed=1, corpus=tmp_path), range(4))
    assert tally.mismatches == []
    assert len(tally.outcomes) > 2


def test_the_command_runs_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def conduct(plan: Plan, total: int, _processes: int, _progress: Any, campaign: Any) -> Tally:
        return campaign(plan, range(total))

    monkeypatch.setattr("fuzz.__main__.conduct", conduct)
    assert main(["1", "--seed", "3", "--partitions"]) == 0
    assert "1 instances: nation 1" in capsys.readouterr().out


# -------------------------------------------------------------------- planted bugs


def other_suffixes_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only files that end in .parquet are seen at all."""
    monkeypatch.setattr(layout, "_READ", frozenset({".parquet"}))
    monkeypatch.setattr(Layout, "check", lambda _self: [])


def files_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was surveyed is taken for what is solved."""
    monkeypatch.setattr(File, "load", lambda self: Path(self.path).read_bytes())


def results_replaced_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run writes over whole results of the same policy."""
    monkeypatch.setattr(target, "is_whole", lambda _root: False)


def no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody gets the lock."""
    monkeypatch.setattr(locks, "_ask_system", lambda _descriptor: None)


def previous_may_be_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether a folder is read and written."""
    monkeypatch.setattr(execution, "check_apart", lambda *_paths: None)
    monkeypatch.setattr(execution, "check_files", lambda *_paths: None)


def callbacks_that_cost_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a callback raises is taken for the part's."""
    monkeypatch.setattr(execution, "tolerant", lambda progress: progress)


def doubles_overlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody in two parts is solved twice."""
    monkeypatch.setattr(preflight, "_check_people", lambda *_all: None)


Bug = Callable[[pytest.MonkeyPatch], None]
BUGS: list[tuple[Bug, str, int]] = [  # with the number from which to look, which saves time
    (other_suffixes_passed_over, "interrupted", 0),
    (files_believed, "changed", 0),
    (results_replaced_one_by_one, "edited", 0),
    (no_lock, "second run", 0),
    (previous_may_be_the_target, "no own past", 0),
    (callbacks_that_cost_the_run, "callback", 0),
    (doubles_overlooked, "interrupted", 46),
]


@pytest.mark.parametrize(
    ("bug", "event", "first"), BUGS, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_planted_bug_is_found(
    bug: Bug, event: str, first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bug(monkeypatch)
    plan = Plan(seed=1, corpus=tmp_path, relations=(event,))
    numbers = range(first, first + 80)
    found = next(filter(None, (run(plan, [number]).mismatches for number in numbers)))
    assert found[0].startswith(f"{event}, nation ")
