"""What is not of ours in and around a target: it is named, and never lost."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from helpers import day, policy
from nations import Inline, employees, write

import rotasi

pytest.importorskip("pyarrow.parquet")

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX")
JANUARY = policy({"kind": "min_on_site", "share": 0.5})
FEBRUARY = policy({"kind": "min_on_site", "share": 0.5}, start=day(28), end=day(32))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "nation", p={"employees": employees("A", size=3)})


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def solve(source: Path, terms: rotasi.Policy, target: Path, **options: object) -> rotasi.Summary:
    return rotasi.solve_partitions(source, terms, target, executor=Inline(), **options)  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def put(path: Path, text: str = "mine") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


# -------------------------------------------------------------------- a dataset in the target


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize("place", [".next", "schedule", ".out.0123456789abcdef", ".next/deep/er"])
def test_a_dataset_in_what_is_replaced_is_refused(
    source: Path, out: Path, place: str, *, force: bool
) -> None:
    shutil.copytree(source, out / place)
    before = contents(out)
    with pytest.raises(rotasi.OutputError, match=r"p\.parquet lies in .*out, which is written"):
        solve(out / place, JANUARY, out, force=force)
    assert contents(out) == before


@POSIX
@pytest.mark.parametrize("place", [".next", ".next/schedule"])
def test_so_is_a_previous_schedule_by_whatever_links(
    source: Path, out: Path, tmp_path: Path, place: str
) -> None:
    solve(source, JANUARY, tmp_path / "jan")
    (out / place).parent.mkdir(parents=True)
    (out / place).symlink_to(tmp_path / "jan")
    before = contents(tmp_path)
    with pytest.raises(rotasi.OutputError, match="is the previous schedule"):
        solve(source, FEBRUARY, out, previous=tmp_path / "jan", force=True)
    assert contents(tmp_path) == before


# -------------------------------------------------------------------- files of others

INSIDE = [
    "schedule/README.txt",
    "schedule/sub/k.parquet",
    "records/notes.txt",
    "records/k.parquet",
    "blocks/.mine/k.txt",
    "groups/.secret",
]


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize("name", INSIDE)
def test_files_of_others_in_the_results_are_refused_by_name(
    source: Path, out: Path, name: str, *, force: bool
) -> None:
    solve(source, JANUARY, out)
    put(out / name)
    before = contents(out)
    folder, first = name.split("/")[:2]
    expected = rf"{folder} is replaced as a whole, and {first} in it"
    with pytest.raises(rotasi.OutputError, match=expected):
        solve(source, FEBRUARY, out, force=force)
    assert contents(out) == before


@pytest.mark.parametrize("name", ["employees/x.parquet", "notes.txt", *INSIDE])
def test_new_results_are_not_put_beside_files_of_others(source: Path, out: Path, name: str) -> None:
    solve(source, JANUARY, out)
    put(out / ".next" / name)
    before = contents(out)
    with pytest.raises(rotasi.OutputError, match="is replaced as a whole, and"):
        solve(source, FEBRUARY, out, force=True)
    assert contents(out) == before
    (out / "summary.json").unlink()  # the same call goes on, and clears what nobody needs
    solve(source, JANUARY, out)
    assert (out / ".next" / name).read_text() == "mine"


def test_what_seems_whole_is_not_moved_with_files_of_others(source: Path, out: Path) -> None:
    solve(source, JANUARY, out)
    put(out / ".next" / "summary.json", "{}")
    put(out / ".next" / "employees" / "x.parquet")
    before = contents(out)
    with pytest.raises(rotasi.OutputError, match="and employees in it is not of what"):
        solve(source, JANUARY, out, force=True)
    assert contents(out) == before


def test_files_that_come_while_a_run_is_at_work_are_kept(source: Path, out: Path) -> None:
    """The new results wait until they are moved."""
    solve(source, JANUARY, out)
    path = out / "schedule" / "README.txt"
    with pytest.raises(rotasi.OutputError, match=r"README\.txt in it is not"):
        solve(source, FEBRUARY, out, force=True, progress=lambda _news: put(path))
    assert path.read_text() == "mine"
    path.unlink()
    assert solve(source, FEBRUARY, out).partitions["kept"].all()


@pytest.mark.parametrize("name", ["run.json", "summary.json", "partitions.parquet"])
def test_files_that_are_called_as_ours_are_not_replaced_without_force(
    source: Path, out: Path, name: str
) -> None:
    put(out / name, "{}")
    with pytest.raises(rotasi.OutputError, match=r"another policy or dataset.*\(force\)"):
        solve(source, JANUARY, out)
    assert contents(out) == {name: b"{}"}
    assert solve(source, JANUARY, out, force=True).status == "OPTIMAL"


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini", "._p.parquet", ".nfs01"])
def test_what_systems_leave_is_nobodys(source: Path, out: Path, name: str) -> None:
    solve(source, JANUARY, out)
    put(out / "schedule" / name)
    put(out / "records" / ".gitkeep", "")
    assert solve(source, FEBRUARY, out, force=True).status == "OPTIMAL"


def test_a_target_may_be_called_as_what_waits(source: Path, tmp_path: Path) -> None:
    put(tmp_path / ".next" / "notes.txt")
    solve(source, JANUARY, tmp_path / ".next")
    solve(source, FEBRUARY, tmp_path / ".next", force=True)
    assert (tmp_path / ".next" / "notes.txt").read_text() == "mine"
