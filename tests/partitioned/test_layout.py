"""What lies in a dataset's folder is read, refused, or told: nobody is lost to a name."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from helpers import day, policy
from nations import Inline, employees, rows, write

import rotasi
from rotasi.messages import use_language
from rotasi.partitioned import dataset, layout

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

Change = Callable[[Path], object]
LINKS = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX")


def people(opd: str) -> pd.DataFrame:
    return employees(opd, size=2)


def put(path: Path, opd: str = "B") -> Path:
    """Write the employees of an OPD, whatever the name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        people(opd).to_csv(path, index=False)
    else:
        path.write_bytes(people(opd).to_parquet(index=False))
    return path


def solve(source: Path) -> rotasi.Summary:
    target = source.parent / "out"
    return rotasi.solve_partitions(source, policy(), target, executor=Inline())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "nation", x={"employees": people("A")})


@pytest.mark.parametrize("name", ["y.parquet", "y.PARQUET", "y.Parquet", "y.pq", "y.PQ", "y/1.PQ"])
def test_parquet_is_read_however_its_suffix_is_written(source: Path, name: str) -> None:
    put(source / "employees" / name)
    assert list(solve(source).partitions["part"]) == ["x", "y"]
    assert set(rows(source.parent / "out")["nip"]) == {"A0", "A1", "B0", "B1"}


@pytest.mark.parametrize(
    "name",
    [
        "y.csv",
        "y.CSV",
        "_y.parquet",
        ".y.parquet",
        "y.parquet.gz",
        "y.parquet.bak",
        "y.parquet~",
        "y.parq",
        "y.txt",
        "y",
        "_y/1.parquet",
        ".y/1.parquet",
        "_delta_log/y.json",
        "year=2026/y=1/1.parquet",
        "y/_1.parquet",
        "y/1.csv",
        "y/.1.pq",
    ],
)
def test_what_may_hold_somebody_and_is_not_read_is_refused_by_name(source: Path, name: str) -> None:
    put(source / "employees" / name)
    with pytest.raises(rotasi.RosterError) as caught:
        solve(source)
    assert f"employees/{name} is not read" in str(caught.value)
    assert not (source.parent / "out").exists()


@LINKS
@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.symlink_to("nowhere.parquet"),
        getattr(os, "mkfifo", None),
        lambda path: (
            (path.parent / "z").mkdir() or (path.parent / "z" / path.name).symlink_to("..")
        ),
    ],
    ids=["broken link", "pipe", "link to a folder"],
)
def test_what_cannot_be_looked_into_is_refused(source: Path, make: Change) -> None:
    make(source / "employees" / "y.parquet")
    with pytest.raises(rotasi.RosterError, match=r"y\.parquet is not read"):
        solve(source)


@LINKS
def test_links_to_files_and_folders_are_read(source: Path, tmp_path: Path) -> None:
    (source / "employees" / "y.parquet").symlink_to(put(tmp_path / "elsewhere.bin", "B"))
    put(tmp_path / "else" / "1.parquet", "C")
    (source / "employees" / "opd=C").symlink_to(tmp_path / "else", target_is_directory=True)
    assert list(solve(source).partitions["asn"]) == [2, 2, 2]


@pytest.mark.parametrize("other", ["x/1.parquet", "x.pq", "x.PARQUET", "X.parquet"])
def test_names_that_do_not_tell_parts_apart_are_refused(source: Path, other: str) -> None:
    """The results of one would overwrite those of the other, here or on another system."""
    if (source / "employees" / "X.PARQUET").exists():
        pytest.skip("this file system takes upper and lower case for one")
    put(source / "employees" / other)
    with pytest.raises(rotasi.RosterError, match=r"are one part by their names") as caught:
        solve(source)
    assert other.partition("/")[0] in str(caught.value)
    assert "x.parquet" in str(caught.value)


@pytest.mark.parametrize("name", ["y" * 230, "y\nz"])
def test_names_that_cannot_be_kept_are_refused(source: Path, name: str) -> None:
    put(source / "employees" / f"{name}.parquet")
    with pytest.raises(rotasi.RosterError, match="cannot be kept"):
        solve(source)


@LINKS
def test_so_are_names_that_are_no_text(source: Path) -> None:
    shutil.copy(put(source / "b"), os.fsencode(source / "employees") + b"/\xff.parquet")
    (source / "b").unlink()
    with pytest.raises(rotasi.RosterError, match=r"udcff.* cannot be kept"):
        solve(source)


def test_marks_and_footers_of_those_who_write_datasets_are_left_alone(source: Path) -> None:
    (source / "employees" / "_SUCCESS").touch()
    assert list(solve(source).partitions["part"]) == ["x"]


@pytest.mark.parametrize("name", ["_metadata", "notes.txt", ".x.parquet.crc", "y/", "leave.md"])
def test_all_else_is_told(source: Path, name: str) -> None:
    folder = source if name == "leave.md" else source / "employees"
    if name.endswith("/"):
        (folder / name).mkdir()
    else:
        (folder / name).write_bytes(b"PAR1" if name == "_metadata" else b"words")
    with pytest.warns(rotasi.RotasiWarning, match=rf"not read, being no table: .*{name}"):
        assert len(solve(source).partitions) == 1


def test_much_is_told_in_one_warning(source: Path) -> None:
    for number in range(9):
        (source / "employees" / f"{number}.txt").write_text("words")
    with pytest.warns(rotasi.RotasiWarning, match=r"0\.txt.*4\.txt, … \(\+4\)") as caught:
        solve(source)
    assert len(caught) == 1


def test_each_of_many_files_is_named(source: Path) -> None:
    for number in range(30):
        (source / "employees" / f"{number}.csv").write_text("words")
    (source / "leave").mkdir()
    (source / "leave" / "x.csv").write_text("words")
    with pytest.raises(rotasi.RosterError) as caught:
        solve(source)
    assert len(caught.value.problems) == 31
    assert "leave: leave/x.csv is not read" in str(caught.value)
    assert "rows like these" not in str(caught.value)


# -------------------------------------------------------------------- beside the tables


def test_a_folder_of_a_table_is_found_in_any_case(source: Path) -> None:
    away = pd.DataFrame({"nip": ["A0"], "start": day(0), "end": day(4)})
    write(source, x={"Leave": away})
    assert solve(source).status == "OPTIMAL"
    found = rows(source.parent / "out")
    assert set(found["status"][found["nip"] == "A0"]) == {"LEAVE"}


def test_two_folders_of_one_table_are_refused(source: Path) -> None:
    away = pd.DataFrame({"nip": ["A0"], "start": day(0), "end": day(4)})
    write(source, x={"Leave": away})
    if (source / "leave").exists():
        pytest.skip("this file system takes upper and lower case for one")
    write(source, x={"leave": away})
    with pytest.raises(rotasi.RosterError, match="several folders hold this table: Leave, leave"):
        solve(source)


@pytest.mark.parametrize("name", ["leaves", "wish", "pin"])
def test_a_folder_that_may_be_meant_for_a_table_is_told(source: Path, name: str) -> None:
    put(source / name / "x.parquet")
    with pytest.warns(rotasi.RotasiWarning, match=f"{name} is not read; if it is the table "):
        solve(source)


@pytest.mark.parametrize(
    "name",
    ["leave.parquet", "Employees.csv", "y.parquet", "notes", "_leave/x.parquet", "pins.xlsx"],
)
def test_tables_beside_the_folders_are_refused(source: Path, name: str) -> None:
    put(source / name)
    with pytest.raises(rotasi.RosterError, match=f"{name} is not read"):
        solve(source)


def test_other_folders_are_told(source: Path) -> None:
    put(source / "payroll" / "y.parquet")
    with pytest.warns(rotasi.RotasiWarning, match="not read, being no table: payroll"):
        solve(source)


def test_the_results_may_lie_in_the_dataset(source: Path) -> None:
    for _again in range(2):
        summary = rotasi.solve_partitions(source, policy(), source / "out", executor=Inline())
    assert summary.partitions["kept"].all()


def test_a_folder_that_cannot_be_listed_says_so(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Path) -> list[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(rotasi.RosterError, match=r"nation cannot be read: Permission denied"):
        solve(source)


@pytest.mark.parametrize("looks", [1, 2])
@pytest.mark.parametrize("folder", [".", "employees"])
def test_a_hidden_file_that_vanishes_meanwhile_holds_nobody(
    source: Path, monkeypatch: pytest.MonkeyPatch, folder: str, looks: int
) -> None:
    """Between any two looks at it, as scratch of those who sync folders does."""
    scratch, found, is_file = source / folder / ".sync", [], Path.is_file

    def look(self: Path) -> bool:
        there = is_file(self)
        if self.name == scratch.name:
            found.append(there)
            if len(found) == looks:
                scratch.unlink()
        return there

    scratch.write_text("words")
    monkeypatch.setattr(Path, "is_file", look)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rotasi.RotasiWarning)
        assert solve(source).status == "OPTIMAL"
    assert not scratch.exists()


@pytest.mark.parametrize("time", [1, 2])
def test_folders_that_cannot_be_looked_through_are_told_before_and_after_the_work(
    source: Path, monkeypatch: pytest.MonkeyPatch, time: int
) -> None:
    calls = 0

    def look(*given: object) -> layout.Layout:
        nonlocal calls
        calls += 1
        if calls == time:
            raise PermissionError(13, "Permission denied")
        return layout.find_tables(*given)

    monkeypatch.setattr(dataset, "find_tables", look)
    with pytest.raises(rotasi.RosterError, match=r"nation cannot be read: Permission denied; ask"):
        solve(source)


# -------------------------------------------------------------------- what is read


def test_the_empty_value_of_a_column_in_a_folders_name_is_no_opd(source: Path) -> None:
    folder = source / "employees" / "opd=__HIVE_DEFAULT_PARTITION__"
    folder.mkdir()
    people("B").drop(columns="opd").to_parquet(folder / "1.parquet")
    with pytest.raises(rotasi.RosterError, match="opd: the cell is empty"):
        solve(source)


def test_a_part_without_a_column_that_the_policy_names_is_named(source: Path) -> None:
    write(source, y={"employees": people("B").assign(shift="pagi")})
    terms = policy({"kind": "never_remote", "scope": {"shift": ["pagi"]}})
    with pytest.raises(rotasi.PolicyError, match=r"in the part x: .*has this column"):
        rotasi.solve_partitions(source, terms, source.parent / "out", executor=Inline())


def test_problems_of_parts_are_told_in_the_language_in_use(source: Path) -> None:
    """Threads and processes have a language of their own."""
    write(source, y={"employees": people("B").assign(opd=None)})
    with use_language("id"), pytest.raises(rotasi.RosterError, match="sel kosong"):
        solve(source)
    away = pd.DataFrame({"nip": ["Z"], "start": day(0), "end": day(0)})
    write(source, y={"employees": people("B"), "leave": away})
    with (
        use_language("id"),
        ThreadPoolExecutor(1) as crew,
        pytest.raises(rotasi.RosterError, match="tidak ada pegawai"),
    ):
        rotasi.solve_partitions(source, policy(), source.parent / "out", executor=crew)


def test_a_nip_with_blanks_inside_is_the_same_person(source: Path) -> None:
    write(source, y={"employees": people("B").assign(nip=["A 0", "B1"])})
    with pytest.raises(rotasi.RosterError, match="the same NIP is in the parts x, y"):
        solve(source)


def test_all_that_is_no_parquet_is_named_with_its_folder_before_anything_is_solved(
    source: Path,
) -> None:
    (source / "employees" / "y.parquet").write_bytes(b"PAR1 and no more")
    (source / "employees" / "z.pq").touch()
    (source / "leave").mkdir()
    (source / "leave" / "x.parquet").write_bytes(b"words")
    with pytest.raises(rotasi.RosterError) as caught:
        solve(source)
    for name in ("employees/y.parquet", "employees/z.pq", "leave/x.parquet"):
        assert f"{name}: this is no Parquet file that can be read" in str(caught.value)
    assert not (source.parent / "out").exists()


@pytest.mark.parametrize("table", ["employees", "leave", "previous"])
def test_a_part_of_a_few_bytes_that_stands_for_gigabytes_is_refused(
    source: Path, tmp_path: Path, table: str
) -> None:
    folder = tmp_path / "previous" if table == "previous" else source / table
    folder.mkdir(exist_ok=True)
    texts = pa.DictionaryArray.from_arrays([0] * 20_000, ["x" * 100_000])
    pq.write_table(pa.table({"nip": texts}), folder / "x.parquet", store_schema=False)
    past = folder if table == "previous" else None
    with pytest.raises(rotasi.RosterError, match=f"{table}/x.parquet: the table unpacks to") as met:
        rotasi.solve_partitions(
            source, policy(), tmp_path / "out", previous=past, executor=Inline()
        )
    assert met.value.__cause__ is None


def test_a_panic_of_the_reader_is_told_with_the_file(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What panics in Rust is no `Exception`, and may hold what it read."""

    class PanicException(BaseException):
        pass

    def panic(*_given: object, **_how: object) -> None:
        raise PanicException("A0")

    monkeypatch.setattr(pq, "ParquetFile", panic)
    with pytest.raises(rotasi.RosterError, match=r"employees/x\.parquet: this is no") as met:
        solve(source)
    assert met.value.__cause__ is met.value.__context__ is None
