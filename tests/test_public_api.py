"""What was promised stays: names and parameters, and files that an earlier version wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from public_api import describe

import rotasi

VERSIONS = sorted(path for path in (Path(__file__).parent / "versions").iterdir())

#: Names that came later than the first version.
ADDED = {"ArgumentError", "RuleError", "register", "rules", "testing"}


def missing(before: Any, now: Any, place: str = "") -> list[str]:
    """Places at which something is gone or differs; what has come since is no matter."""
    if isinstance(before, dict) and isinstance(now, dict):
        gone = [f"{place}/{key}" for key in before if key not in now]
        return gone + [
            each
            for key in before
            if key in now
            for each in missing(before[key], now[key], f"{place}/{key}")
        ]
    if isinstance(before, list) and isinstance(now, list) and now[: len(before)] == before:
        added = [each for each in now[len(before) :] if "=" not in each and "[var" not in each]
        return [f"{place}: {added} are required now"] if added else []
    return [] if before == now else [f"{place}: {before} is {now} now"]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.name)
def test_everything_public_is_still_there(version: Path) -> None:
    before = json.loads((version / "public_api.json").read_text("utf-8"))
    assert len(before["names"]) > 40
    assert missing(before, describe()) == []


def test_every_name_is_listed_or_known_to_be_new() -> None:
    before = json.loads((VERSIONS[0] / "public_api.json").read_text("utf-8"))["names"]
    assert set(rotasi.__all__) == set(before) | ADDED


def test_what_is_gone_is_noticed() -> None:
    before = {"solve": ["roster", "policy"], "codes": {"DONE": 0}}
    assert missing(before, {"solve": ["roster", "policy", "seed=0"], "codes": {"DONE": 0}}) == []
    assert missing(before, {"solve": ["roster"], "codes": {"DONE": 1}}) == [
        "/solve: ['roster', 'policy'] is ['roster'] now",
        "/codes/DONE: 0 is 1 now",
    ]
    assert missing(before, {"solve": ["roster", "policy", "who"]}) == [
        "/codes",
        "/solve: ['who'] are required now",
    ]


@pytest.mark.parametrize("folder", ["schedule", "revised"])
@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.name)
def test_folders_of_earlier_versions_are_read_with_their_proof(version: Path, folder: str) -> None:
    schedule = rotasi.Schedule.read(version / folder)
    written = json.loads((version / folder / "provenance.json").read_text("utf-8"))
    assert schedule.status == "OPTIMAL"
    assert schedule.objectives["value"].tolist() == [
        each["value"] for each in written["objectives"]
    ]
    assert rotasi.verify(schedule, schedule.roster, schedule.policy)
    assert len(schedule.groups()) > 0


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.name)
def test_a_folder_is_written_as_it_was(version: Path, tmp_path: Path) -> None:
    rotasi.Schedule.read(version / "schedule").write(tmp_path / "again")
    files = [path for path in (version / "schedule").rglob("*") if path.is_file()]
    assert len(files) > 8
    for path in files:
        again = tmp_path / "again" / path.relative_to(version / "schedule")
        assert again.read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.name)
def test_policies_of_earlier_versions_are_the_same(version: Path) -> None:
    policy, other = (rotasi.Policy.read(version / f"policy.{kind}") for kind in ("toml", "json"))
    written = json.loads((version / "schedule" / "provenance.json").read_text("utf-8"))
    assert policy.hash() == other.hash() == written["provenance"]["policy"]
