"""The schedule: its tables, its way to disk and back, and what it shows of itself."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from helpers import MONDAY, day, history, people, policy, roster, rows, written

import rotasi
from rotasi import Schedule
from rotasi.errors import InfeasibleError, OutputError, RosterError, TimeLimitError
from rotasi.schedule.folder import SCHEMA
from rotasi.schedule.result import BLOCK_COLUMNS, OBJECTIVE_COLUMNS

HALF = {"kind": "max_remote", "share": 0.5}


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    """Four people in two OPDs, one on leave on Tuesday; half of each OPD may be remote."""
    who = people([{"opd": "Y"}, {"opd": "X"}, {"opd": "X"}, {"opd": "Y"}]).assign(nip=list("dcba"))
    given = roster(who, leave=[("c", 1, 1)])
    return rotasi.solve(
        given, policy(HALF, name="<b>Uji</b>"), previous=history(c="HH..", z="H.."), workers=1
    )


class TestTables:
    def test_to_frame_has_a_row_per_asn_and_workday_in_the_roster_s_order(
        self, schedule: Schedule
    ) -> None:
        frame = schedule.to_frame()
        assert list(frame) == ["nip", "opd", "date", "status"]
        assert frame["nip"].tolist() == [nip for nip in "dcba" for _ in range(5)]
        assert frame["date"].dt.date.tolist() == [day(n) for n in range(5)] * 4
        assert frame["opd"].tolist() == ["Y"] * 5 + ["X"] * 10 + ["Y"] * 5
        assert set(frame["status"]) == {"WFO", "WFH", "LEAVE"}
        assert frame.index.equals(pd.RangeIndex(20))

    def test_to_frame_has_types(self, schedule: Schedule) -> None:
        frame = schedule.to_frame()
        assert pd.api.types.is_datetime64_any_dtype(frame["date"])
        for column in ("nip", "opd", "status"):
            assert pd.api.types.is_string_dtype(frame[column])

    def test_to_grid_says_the_same(self, schedule: Schedule) -> None:
        grid = schedule.to_grid()
        assert grid.index.name == "nip"
        assert grid.index.tolist() == list("dcba")
        assert [column.date() for column in grid.columns] == [day(n) for n in range(5)]
        frame = schedule.to_frame()
        pivot = frame.pivot_table(index="nip", columns="date", values="status", aggfunc="first")
        assert (pivot.loc[grid.index].to_numpy() == grid.to_numpy()).all()
        assert grid.loc["c"].iloc[1] == "LEAVE"

    def test_changing_a_table_changes_no_schedule(self, schedule: Schedule) -> None:
        kept = written(schedule)
        frame, grid = schedule.to_frame(), schedule.to_grid()
        frame["status"] = "WFO"
        grid.iloc[:, :] = "WFO"
        assert written(schedule) == kept

    def test_objectives(self, schedule: Schedule) -> None:
        table = schedule.objectives
        assert list(table) == OBJECTIVE_COLUMNS == ["kind", "value", "bound", "gap", "proven"]
        assert table["kind"].tolist() == ["remote_days", "wishes", "fairness"]
        # One of two a day in each OPD, but on Tuesday b alone: half of one is none. 5 + 4.
        # Y shares 5 days as 3 + 2; c has 2 of the past: 2 + 2 and 2, or 2 + 1 and 3.
        assert table["value"].tolist() == [9, 0, 9 + 4 + 9 + 9]
        assert table["bound"].tolist() == table["value"].tolist()
        assert table["gap"].tolist() == [0, 0, 0]
        assert table["proven"].tolist() == [True] * 3

    def test_blocks_have_a_row_per_block_and_objective(self, schedule: Schedule) -> None:
        table = schedule.blocks
        assert list(table) == BLOCK_COLUMNS
        assert len(table) == 2 * 3
        assert set(table["opds"]) == {"X", "Y"}
        assert table["asn"].tolist() == [2] * 6
        assert table["start"].tolist() == [MONDAY] * 6
        assert table["end"].tolist() == [day(4)] * 6
        assert set(table["status"]) == {"OPTIMAL"}
        sums = table.groupby("kind", sort=False)["value"].sum()
        assert sums.tolist() == schedule.objectives["value"].tolist()

    def test_summary_counts_per_opd(self, schedule: Schedule) -> None:
        table = schedule.summary().set_index("opd")
        assert table.loc["X", ["asn", "eligible", "remote_days", "leave_days"]].tolist() == [
            2,
            2,
            4,
            1,
        ]
        assert table.loc["X", "remote_share"] == pytest.approx(4 / 9)
        assert table["least_on_site"].tolist() == [0.5, 0.5]

    def test_provenance(self, schedule: Schedule) -> None:
        found = schedule.provenance
        assert found["roster"] == schedule.roster.hash()
        assert found["policy"] == schedule.policy.hash()
        assert {"rotasi", "ortools", "python"} <= set(found["versions"])
        assert (found["seed"], found["time_limit"], found["workers"]) == (0, None, 1)
        assert (found["interrupted"], found["notices"]) == (False, [])
        json.dumps(found)


class TestRepr:
    def test_is_short_and_has_no_names(self, schedule: Schedule) -> None:
        assert repr(schedule) == (
            "<Schedule: OPTIMAL, 4 ASN × 5 workdays; remote_days 9, wishes 0, fairness 31>"
        )

    def test_html_is_escaped_and_has_no_names(self, schedule: Schedule) -> None:
        shown = schedule._repr_html_()
        assert "&lt;b&gt;Uji&lt;/b&gt;" in shown
        assert "<b>" not in shown
        assert "OPTIMAL" in shown
        assert shown.count("<tr>") == shown.count("</tr>") == 4


class TestOnDisk:
    def test_a_folder_is_replaced_as_a_whole(self, schedule: Schedule, tmp_path: Path) -> None:
        schedule.write(tmp_path / "a")
        schedule.write(tmp_path / "b")
        (tmp_path / "b" / "groups.csv").write_text("rule,nip,group\n")
        (tmp_path / "b" / "previous.csv").write_text("nip,date,status\n")
        schedule.write(tmp_path / "b", force=True)
        assert names_in(tmp_path / "a") == names_in(tmp_path / "b")

    @pytest.mark.parametrize("name", ["mine.txt", "roster/mine.csv", "policy.toml"])
    def test_what_somebody_put_into_it_is_not_lost(
        self, schedule: Schedule, tmp_path: Path, name: str
    ) -> None:
        schedule.write(tmp_path / "a")
        (tmp_path / "a" / name).write_text("mine")
        with pytest.raises(OutputError, match="in it is not of what is replaced"):
            schedule.write(tmp_path / "a", force=True)
        assert (tmp_path / "a" / name).read_text() == "mine"

    def test_a_roster_of_somebodys_own_is_not_lost(
        self, schedule: Schedule, tmp_path: Path
    ) -> None:
        schedule.roster.write(tmp_path / "roster")
        (tmp_path / "policy.json").write_text(schedule.policy.to_json())
        with pytest.raises(OutputError, match=r"policy\.json in it is not of what is replaced"):
            schedule.write(tmp_path, force=True)

    def test_write_and_read(self, schedule: Schedule, tmp_path: Path) -> None:
        schedule.write(tmp_path / "out")
        again = Schedule.read(tmp_path / "out")
        pd.testing.assert_frame_equal(again.to_frame(), schedule.to_frame())
        pd.testing.assert_frame_equal(again.objectives, schedule.objectives)
        # What a run took differs from run to run, and is not written.
        assert again.blocks["seconds"].isna().all()
        pd.testing.assert_frame_equal(
            again.blocks.drop(columns="seconds"), schedule.blocks.drop(columns="seconds")
        )
        assert again.status == "OPTIMAL"
        assert again.policy == schedule.policy
        assert again.roster.hash() == schedule.roster.hash()
        lasting = set(schedule.provenance) - {"seconds_verifying", "workers"}
        assert again.provenance == json.loads(
            json.dumps({name: schedule.provenance[name] for name in lasting})
        )
        assert repr(again) == repr(schedule)
        assert rotasi.verify(again, again.roster, again.policy)
        # Previous came along: its remote days are in the fairness.
        assert again.previous is not None
        assert again.to_frame().equals(schedule.to_frame())

    def test_the_folder_has_what_people_open(self, schedule: Schedule, tmp_path: Path) -> None:
        schedule.write(tmp_path / "out")
        names = {path.name for path in (tmp_path / "out").iterdir()}
        assert names == {
            "schedule.csv",
            "grid.csv",
            "summary.csv",
            "objectives.csv",
            "blocks.csv",
            "policy.json",
            "provenance.json",
            "previous.csv",
            "roster",
        }
        grid = pd.read_csv(tmp_path / "out" / "grid.csv", dtype=str)
        assert list(grid)[:3] == ["nip", "opd", "2026-01-05"]

    def test_csv_and_parquet_have_a_schema_version(
        self, schedule: Schedule, tmp_path: Path
    ) -> None:
        schedule.to_csv(tmp_path / "s.csv")
        schedule.to_parquet(tmp_path / "s.parquet")
        for frame in (
            pd.read_csv(tmp_path / "s.csv", dtype=str),
            pd.read_parquet(tmp_path / "s.parquet"),
        ):
            assert list(frame) == ["nip", "opd", "date", "status", "schema"]
            assert set(frame["schema"].astype(int)) == {SCHEMA}
            assert rotasi.verify(frame, schedule.roster, schedule.policy, schedule.previous)

    def test_nothing_is_overwritten_unasked(self, schedule: Schedule, tmp_path: Path) -> None:
        for write, name in (
            (schedule.write, "out"),
            (schedule.to_csv, "a.csv"),
            (schedule.to_parquet, "a.parquet"),
        ):
            write(tmp_path / name)
            with pytest.raises(OutputError):
                write(tmp_path / name)
            write(tmp_path / name, force=True)

    def test_it_is_read_where_it_was_written_by_the_home_folder(
        self, schedule: Schedule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        schedule.write("~/plan")
        assert Schedule.read("~/plan").to_frame().equals(schedule.to_frame())

    def test_a_home_folder_of_nobody_is_told(self) -> None:
        with pytest.raises(RosterError, match="no such home folder"):
            Schedule.read("~nobody-of-this-name/plan")

    def test_an_edited_schedule_is_no_longer_proven(
        self, schedule: Schedule, tmp_path: Path
    ) -> None:
        schedule.write(tmp_path / "out")
        path = tmp_path / "out" / "schedule.csv"
        table = pd.read_csv(path, dtype=str)
        table.loc[table["status"] == "WFH", "status"] = "WFO"
        table.to_csv(path, index=False)
        with pytest.warns(rotasi.RotasiWarning, match="written: the schedule, the values"):
            again = Schedule.read(tmp_path / "out")
        assert again.status == "FEASIBLE"
        assert again.objectives["value"].tolist() == [0, 0, 4]
        assert not again.objectives["proven"].any()

    def test_labels_written_by_hand_are_read(self, schedule: Schedule, tmp_path: Path) -> None:
        schedule.write(tmp_path / "out")
        path = tmp_path / "out" / "schedule.csv"
        path.write_text(path.read_text().replace("LEAVE", "CUTI"))
        assert Schedule.read(tmp_path / "out").to_frame().equals(schedule.to_frame())

    @pytest.mark.parametrize(
        "name", ["provenance.json", "schedule.csv", "policy.json", "previous.csv"]
    )
    def test_a_folder_that_lacks_a_file(
        self, schedule: Schedule, tmp_path: Path, name: str
    ) -> None:
        schedule.write(tmp_path / "out")
        (tmp_path / "out" / name).unlink()
        with pytest.raises((RosterError, rotasi.PolicyError)):
            Schedule.read(tmp_path / "out")

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"schema": 1}', '{"schema": "x"}'])
    def test_a_damaged_record(self, schedule: Schedule, tmp_path: Path, text: str) -> None:
        schedule.write(tmp_path / "out")
        (tmp_path / "out" / "provenance.json").write_text(text)
        with pytest.raises(RosterError):
            Schedule.read(tmp_path / "out")

    def test_a_record_of_the_future(self, schedule: Schedule, tmp_path: Path) -> None:
        schedule.write(tmp_path / "out")
        path = tmp_path / "out" / "provenance.json"
        path.write_text(path.read_text().replace(f'"schema": {SCHEMA}', f'"schema": {SCHEMA + 1}'))
        with pytest.raises(RosterError, match="update rotasi"):
            Schedule.read(tmp_path / "out")


class TestFromFrame:
    def test_a_valid_table_is_feasible_and_not_proven(self) -> None:
        given = Schedule.from_frame(rows(a="HO", b="OH"), roster(2), policy(HALF, end=day(1)))
        assert given.status == "FEASIBLE"
        assert given.objectives["value"].tolist() == [2, 0, 2]
        assert not given.objectives["proven"].any()
        assert written(given) == {"a": "HO", "b": "OH"}

    def test_its_frame_comes_back_in_order(self, schedule: Schedule) -> None:
        frame = schedule.to_frame()
        shuffled = frame.sample(frac=1, random_state=1)
        again = Schedule.from_frame(shuffled, schedule.roster, schedule.policy, schedule.previous)
        assert again.to_frame().equals(frame)
        assert again.objectives["value"].tolist() == schedule.objectives["value"].tolist()

    def test_a_table_that_breaks_a_rule_can_be_looked_at(self) -> None:
        given = Schedule.from_frame(rows(a="HH", b="HO"), roster(2), policy(HALF, end=day(1)))
        assert given.status == "UNKNOWN"
        assert len(given.to_frame()) == 4
        assert not rotasi.verify(given, given.roster, given.policy)

    @pytest.mark.parametrize(
        ("frame", "count"),
        [(rows(a="HO", b="O."), 1), (rows(a="HO", b="OO", c="OO"), 2), (rows(a="HOO", b="OO"), 1)],
        ids=["missing", "unknown NIP", "no workday"],
    )
    def test_rows_must_be_whole(self, frame: pd.DataFrame, count: int) -> None:
        with pytest.raises(RosterError) as caught:
            Schedule.from_frame(frame, roster(2), policy(end=day(1)))
        assert len(caught.value.problems) == count


class TestWithoutASolution:
    @pytest.fixture
    def infeasible(self) -> Schedule:
        """X has two people and needs three; Y can be solved."""
        who = roster([{"opd": "X"}, {"opd": "X"}, {"opd": "Y"}, {"opd": "Y"}])
        rule = {"kind": "min_on_site", "count": 3, "scope": {"opd": ["X"]}}
        return rotasi.solve(who, policy(rule), workers=1)

    def test_says_so(self, infeasible: Schedule) -> None:
        assert infeasible.status == "INFEASIBLE"
        assert "INFEASIBLE" in repr(infeasible)
        assert "INFEASIBLE" in infeasible._repr_html_()

    def test_raises_for_its_status_and_for_its_tables(self, infeasible: Schedule) -> None:
        for table in ("raise_for_status", "to_frame", "to_grid", "summary"):
            with pytest.raises(InfeasibleError, match=r"X \(2026-01-05 – 2026-01-09\)"):
                getattr(infeasible, table)()

    def test_writes_nothing(self, infeasible: Schedule, tmp_path: Path) -> None:
        for write, name in ((infeasible.write, "out"), (infeasible.to_csv, "s.csv")):
            with pytest.raises(InfeasibleError):
                write(tmp_path / name)
        assert list(tmp_path.iterdir()) == []

    def test_partial_has_the_other_blocks(self, infeasible: Schedule) -> None:
        frame = infeasible.partial()
        assert frame["nip"].unique().tolist() == ["c", "d"]
        assert len(frame) == 2 * 5
        assert set(frame["status"]) <= {"WFO", "WFH"}

    def test_blocks_tell_which(self, infeasible: Schedule) -> None:
        status = infeasible.blocks.groupby("opds")["status"].agg(set).to_dict()
        assert status == {"X": {"INFEASIBLE"}, "Y": {"OPTIMAL"}}

    def test_objectives_claim_nothing(self, infeasible: Schedule) -> None:
        table = infeasible.objectives
        assert table["kind"].tolist() == ["remote_days", "wishes", "fairness"]
        assert table["value"].isna().all()
        assert table["bound"].isna().all()
        assert not table["proven"].any()

    def test_out_of_time(self) -> None:
        """Groups that cross need a search, and there is no time for one."""
        schedule = rotasi.solve(*crossing(), time_limit=1e-9, workers=1)
        assert schedule.status == "UNKNOWN"
        for table in ("raise_for_status", "to_frame", "to_grid"):
            with pytest.raises(TimeLimitError, match="time ran out"):
                getattr(schedule, table)()
        assert len(schedule.partial()) == 0


def crossing() -> tuple[rotasi.Roster, rotasi.Policy]:
    """Units and sites that cross, with runs over days: no flow proves it, and nobody may stay."""
    who = [{"unit": unit, "site": site} for unit in "UV" for site in "AB" for _ in range(2)]
    rules = [
        {"kind": "min_remote", "by": ["unit"], "count": 1},
        {"kind": "min_remote", "by": ["site"], "count": 1},
        {"kind": "max_consecutive", "remote": 1},
    ]
    return roster(who), policy(*rules)


def names_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
