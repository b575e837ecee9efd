"""A table that lies in a folder of its own does not go missing in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import people

import rotasi


@pytest.mark.parametrize("name", ["leave", "Leave", "WISHES", "pins.parquet"])
def test_a_folder_of_the_name_of_a_table_is_refused(tmp_path: Path, name: str) -> None:
    people(2).to_csv(tmp_path / "employees.csv", index=False)
    (tmp_path / name).mkdir()
    (tmp_path / name / "1.csv").write_text("nip,start,end\na,2026-01-05,2026-01-05\n")
    with pytest.raises(rotasi.RosterError, match=f"{name} is a folder; save the table as one file"):
        rotasi.Roster.read(tmp_path)


def test_a_dataset_in_parts_is_named_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "employees").mkdir()
    with pytest.raises(rotasi.RosterError, match=r"employees is a folder; .* solve_partitions"):
        rotasi.Roster.read(tmp_path)


def test_a_folder_beside_a_table_of_its_name_is_left_alone(tmp_path: Path) -> None:
    people(2).to_csv(tmp_path / "employees.csv", index=False)
    (tmp_path / "employees").mkdir()
    assert len(rotasi.Roster.read(tmp_path)) == 2
