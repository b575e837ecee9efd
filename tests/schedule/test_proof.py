"""A proof counts for what it was made for, and a damaged folder is told by file and place."""

from __future__ import annotations

import json
import random
import re
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import crossing, day, history, people, policy, roster

import rotasi
from rotasi import PolicyError, RosterError, Schedule
from rotasi.schedule.proof import hash_grid

HALF = {"kind": "max_remote", "share": 0.5}
TURNS = {"kind": "rotation_groups", "groups": 2, "id": "turns"}


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    """Four people who take turns, with a past; two may be remote on a day."""
    given = roster(people(4, name="Siti"), leave=[("c", 1, 1)])
    return rotasi.solve(
        given, policy(HALF, TURNS, name="Uji"), previous=history(c="HH..", d="H..."), workers=1
    )


@pytest.fixture
def folder(schedule: Schedule, tmp_path: Path) -> Path:
    schedule.write(tmp_path / "out")
    return tmp_path / "out"


def change(folder: Path, edit: Callable[[Any], None]) -> None:
    """Edit the record of a folder."""
    path = folder / "provenance.json"
    record = json.loads(path.read_text("utf-8"))
    edit(record)
    path.write_text(json.dumps(record), "utf-8")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def doubt(folder: Path) -> str:
    """Read a folder that is not to be believed; what is said about it."""
    with pytest.warns(rotasi.RotasiWarning, match="nothing is proven") as told:
        again = Schedule.read(folder)
    assert again.status in ("FEASIBLE", "UNKNOWN")
    assert not again.objectives["proven"].any()
    assert again.objectives["bound"].isna().all()
    report = rotasi.verify(again, again.roster, again.policy)
    assert again.objectives["value"].tolist() == report.objectives["value"].tolist()
    (text,) = {str(each.message) for each in told}
    assert again.provenance["notices"] == [text]
    return text


def first(record: Any) -> Any:
    return record["objectives"][0]


class TestBelief:
    def test_what_nobody_touched_is_proven(self, schedule: Schedule, folder: Path) -> None:
        again = Schedule.read(folder)
        assert again.status == "OPTIMAL"
        assert again.provenance["proof"] == schedule.provenance["proof"]
        again.write(folder.parent / "again")
        assert Schedule.read(folder.parent / "again").status == "OPTIMAL"

    def test_what_was_cut_short_keeps_its_bounds(self, tmp_path: Path) -> None:
        cut = rotasi.solve(*crossing(40), workers=1, time_limit=0.1)
        assert cut.status == "FEASIBLE"
        cut.write(tmp_path / "out")
        again = Schedule.read(tmp_path / "out")
        pd.testing.assert_frame_equal(again.objectives, cut.objectives, check_dtype=False)
        assert again.status == "FEASIBLE"
        assert again.provenance["proof"] == cut.provenance["proof"]

    def test_a_revision_is_proven(self, schedule: Schedule, tmp_path: Path) -> None:
        later = roster(people(4, name="Siti"), leave=[("c", 1, 1), ("a", 4, 4)])
        rotasi.revise(schedule, later, schedule.policy, day(2), workers=1).write(tmp_path / "new")
        assert Schedule.read(tmp_path / "new").status == "OPTIMAL"
        change(tmp_path / "new", lambda record: record["provenance"]["revises"].update(edition=7))
        assert "the record of the proof" in doubt(tmp_path / "new")

    @pytest.mark.parametrize(
        "edit",
        [
            lambda record: first(record).update(value=99, bound=99),
            lambda record: first(record).update(value=None, bound=None),
            lambda record: record.update(objectives=record["objectives"][1:]),
            lambda record: record.update(objectives=record["objectives"][::-1]),
        ],
    )
    def test_values_are_the_verifiers(self, folder: Path, edit: Callable[[Any], None]) -> None:
        change(folder, edit)
        assert "the values of the objectives" in doubt(folder)

    @pytest.mark.parametrize(
        "edit",
        [
            lambda record: first(record).update(bound=1),
            lambda record: first(record).update(proven=False),
            lambda record: record.update(status="INFEASIBLE"),
        ],
    )
    def test_bounds_fit_the_status(self, folder: Path, edit: Callable[[Any], None]) -> None:
        change(folder, edit)
        assert "the status or the bounds" in doubt(folder)

    @pytest.mark.parametrize(
        "edit",
        [
            lambda record: record.update(status="FEASIBLE"),
            lambda record: record["blocks"][0].update(value=1),
            lambda record: record["blocks"].pop(),
            lambda record: record["provenance"].update(seed=5),
            lambda record: record["provenance"].update(proof="0" * 64),
            lambda record: record["provenance"].update(cross_check="OPTIMAL"),
        ],
    )
    def test_the_record_is_sealed(self, folder: Path, edit: Callable[[Any], None]) -> None:
        change(folder, edit)
        assert "the record of the proof" in doubt(folder)

    def test_a_proof_that_was_claimed_for_a_table(self, schedule: Schedule, tmp_path: Path) -> None:
        """Of a table nothing is proven, and so it is written and read."""
        made = Schedule.from_frame(schedule.to_frame(), schedule.roster, policy(HALF))
        made.write(tmp_path / "out")
        assert Schedule.read(tmp_path / "out").status == "FEASIBLE"
        change(tmp_path / "out", lambda record: record.update(status="OPTIMAL"))
        assert "the status or the bounds" in doubt(tmp_path / "out")

    def test_a_proof_without_a_seal_for_what_nobody_solved(
        self, schedule: Schedule, tmp_path: Path
    ) -> None:
        """A table that somebody made, whose record is raised to an optimum."""
        given = schedule.roster, schedule.policy
        plain = schedule.to_frame().assign(status="WFO")
        Schedule.from_frame(plain, *given).write(tmp_path / "plan")
        path = tmp_path / "plan" / "provenance.json"
        record = json.loads(path.read_text("utf-8"))
        record["status"] = "OPTIMAL"
        for each in record["objectives"]:
            each.update(bound=each["value"], gap=0, proven=True)
        path.write_text(json.dumps(record), "utf-8")
        with pytest.warns(rotasi.RotasiWarning, match="nothing is proven"):
            found = Schedule.read(tmp_path / "plan")
        assert found.status != "OPTIMAL"

    def test_another_schedule_with_its_hash_put_right(
        self, schedule: Schedule, folder: Path
    ) -> None:
        other = schedule.to_frame()
        grid = schedule.to_grid()
        another = next(nip for nip in "bcd" if (grid.loc[nip] != grid.loc["a"]).sum() > 1)
        swapped = {"a": another, another: "a"}
        other["nip"] = other["nip"].map(lambda nip: swapped.get(nip, nip))
        other = other.replace({"status": {"LEAVE": "WFO"}})
        other.loc[(other["nip"] == "c") & (other["date"].dt.date == day(1)), "status"] = "LEAVE"
        other.sort_values(["nip", "date"]).to_csv(folder / "schedule.csv", index=False)
        with pytest.warns(rotasi.RotasiWarning):
            grid = Schedule.read(folder).grid
        change(folder, lambda record: record.update(grid=hash_grid(grid)))
        doubt(folder)

    def test_another_roster_with_its_hash_put_right(self, folder: Path) -> None:
        """What held c back is gone, and the schedule and its values are the same."""
        (folder / "roster" / "wishes.csv").write_text("nip,date,weekday,weight\na,,Sun,3\n")
        found = rotasi.Roster.read(folder / "roster").hash()
        assert "the roster" in doubt(folder)
        change(folder, lambda record: record["provenance"].update(roster=found))
        doubt(folder)

    def test_another_policy_with_its_hash_put_right(self, folder: Path) -> None:
        replace(folder / "policy.json", '"share": 0.5', '"share": 0.75')
        found = rotasi.Policy.read(folder / "policy.json").hash()
        assert "the policy" in doubt(folder)
        change(folder, lambda record: record["provenance"].update(policy=found))
        doubt(folder)

    def test_another_past(self, folder: Path) -> None:
        """Whose days on site count for nothing that is computed."""
        path = folder / "previous.csv"
        path.write_text(path.read_text("utf-8") + "a,2026-01-02,WFO\n", "utf-8")
        assert "the previous roster" in doubt(folder)

    def test_other_groups(self, folder: Path) -> None:
        path = folder / "groups.csv"
        text = path.read_text("utf-8")
        path.write_text(text.replace("/ 1", "/ 9").replace("/ 2", "/ 1").replace("/ 9", "/ 2"))
        assert "the groups" in doubt(folder)

    def test_a_schedule_that_breaks_a_rule(self, schedule: Schedule, folder: Path) -> None:
        table = schedule.to_frame()
        table.loc[table["status"] == "WFO", "status"] = "WFH"
        table.to_csv(folder / "schedule.csv", index=False)
        assert "a hard rule, which it breaks" in doubt(folder)


DEEP = "[" * 100_000 + "]" * 100_000


class TestDamage:
    @pytest.mark.parametrize(
        ("edit", "place"),
        [
            (lambda record: record.update(status="DONE"), "status"),
            (lambda record: record.update(grid=5), "grid"),
            (lambda record: record.update(previous="yes"), "previous"),
            (lambda record: record.update(from_date="soon"), "from_date"),
            (lambda record: record.update(objectives={}), "objectives"),
            (lambda record: record["objectives"].append(5), r"objectives\[3\]"),
            (lambda record: first(record).update(value="many"), r"objectives\[0\].value"),
            (lambda record: first(record).update(proven=1), r"objectives\[0\].proven"),
            (lambda record: first(record).pop("gap"), r"objectives\[0\].gap"),
            (lambda record: record["blocks"][0].update(start="x"), r"blocks\[0\].start"),
            (lambda record: record["blocks"][0].update(asn=[]), r"blocks\[0\].asn"),
            (lambda record: record.update(provenance=[]), "provenance"),
            (lambda record: record["provenance"].pop("roster"), "provenance.roster"),
            (lambda record: record["provenance"].update(notices=3), "provenance.notices"),
            (lambda record: record["provenance"].update(versions=""), "provenance.versions"),
            (lambda record: record["provenance"].update(revises=1), "provenance.revises"),
        ],
    )
    def test_of_the_record_is_placed(
        self, folder: Path, edit: Callable[[Any], None], place: str
    ) -> None:
        change(folder, edit)
        with pytest.raises(RosterError, match=f"^provenance.json, {place}: "):
            Schedule.read(folder)

    @pytest.mark.parametrize(
        ("file", "text", "found"),
        [
            ("provenance.json", DEEP, "^provenance.json: "),
            ("provenance.json", '{"schema": 1, "x": ' + DEEP + "}", "^provenance.json: "),
            ("provenance.json", '{"schema": true}', "^provenance.json: "),
            ("provenance.json", '{"schema": 1' + "0" * 5000 + "}", "^provenance.json: "),
            ("policy.json", DEEP, "^policy.json, .*nested too deeply"),
            ("policy.json", "{}", "policy.json, start: the key is missing"),
            ("schedule.csv", "nip,status\na,WFO\n", "^schedule.csv, date: the column is missing"),
            ("schedule.csv", "", "^schedule.csv: "),
            ("schedule.csv", "nip,date,status\na,x,WFO\n", "^schedule.csv, row 2, date: "),
            ("previous.csv", "nip,date\na,2026-01-02\n", "^previous.csv, status: the column"),
            ("previous.csv", "nip,date,status\na,2026-01-02,X\n", "^previous.csv, row 2, status: "),
            ("groups.csv", "rule,nip\nturns,a\n", "^groups.csv, group: the column is missing"),
            ("groups.csv", "rule,nip,group,nip\n", "^groups.csv, nip: the column stands twice"),
            ("roster/employees.csv", "nip\na\n", "^roster/employees.csv, opd: the column"),
            ("roster/leave.csv", "nip,start,end\na,x,y\n", "roster/leave.csv, row 2, start: "),
        ],
    )
    def test_of_a_file_names_it(self, folder: Path, file: str, text: str, found: str) -> None:
        (folder / file).write_text(text, "utf-8")
        with pytest.raises((RosterError, PolicyError)) as caught:
            Schedule.read(folder)
        assert re.search(found, str(caught.value), re.MULTILINE), str(caught.value)

    def test_of_statuses_is_told(self, folder: Path) -> None:
        replace(folder / "schedule.csv", "WFO", "???")
        with pytest.raises(RosterError, match=r"^schedule.csv: '2026-01-..': the status is none"):
            Schedule.read(folder)

    @pytest.mark.parametrize("group", ["X / 0", "X / 99999999999999999999999", "X / x", ""])
    def test_of_groups_proves_nothing(self, folder: Path, group: str) -> None:
        lines = (folder / "groups.csv").read_text("utf-8").splitlines()
        rows = [lines[0], *(",".join([*line.split(",")[:2], group]) for line in lines[1:])]
        (folder / "groups.csv").write_text("\n".join(rows) + "\n", "utf-8")
        doubt(folder)

    def test_by_chance_ends_in_an_error_of_ours_or_proves_nothing(
        self, schedule: Schedule, folder: Path, tmp_path: Path
    ) -> None:
        names = ["provenance.json", "schedule.csv", "previous.csv", "groups.csv", "policy.json"]
        chance, copy = random.Random(7), tmp_path / "copy"
        for number in range(80):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(folder, copy)
            path = copy / names[number % len(names)]
            path.write_bytes(damage(path.read_bytes(), chance))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    again = Schedule.read(copy)
                except (RosterError, PolicyError):
                    continue
            if again.status == "OPTIMAL":
                pd.testing.assert_frame_equal(again.to_frame(), schedule.to_frame())
                pd.testing.assert_frame_equal(again.objectives, schedule.objectives)


def damage(data: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, left out, doubled or moved."""
    at, size = chance.randrange(len(data)), chance.choice([1, 1, 2, 8, 40])
    cut = data[at : at + size]
    other, typed = chance.randrange(len(data)), chance.choices(b'0123456789-"{}[],.WFHOE', k=size)
    return chance.choice(
        [
            data[:at] + data[at + size :],
            data[:at] + cut + data[at:],
            data[:at] + bytes(typed) + data[at + size :],
            data[:other] + cut + data[other:],
            data[:at],
        ]
    )
