"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from rotasi.errors import OutputError
from rotasi.support.atomic_files import check_file, check_folder, writing, writing_folder


def contents(folder: Path) -> dict[str, str]:
    """Texts of all files of a folder, hidden ones and those of its folders included."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in paths}


class TestWriting:
    def test_makes_the_file(self, tmp_path: Path) -> None:
        with writing(tmp_path / "a.csv") as scratch:
            scratch.write_text("new")
        assert contents(tmp_path) == {"a.csv": "new"}

    def test_keeps_the_suffix_and_the_folder(self, tmp_path: Path) -> None:
        with writing(tmp_path / "a.csv.gz") as scratch:
            assert scratch.suffix == ".gz"
            assert scratch.parent == tmp_path

    def test_nothing_is_seen_before_the_end(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("old")
        with writing(tmp_path / "a.csv", force=True) as scratch:
            scratch.write_text("new")
            assert (tmp_path / "a.csv").read_text() == "old"
        assert contents(tmp_path) == {"a.csv": "new"}

    @pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt()])
    def test_an_error_leaves_the_old_file(self, tmp_path: Path, error: BaseException) -> None:
        (tmp_path / "a.csv").write_text("old")
        with pytest.raises(type(error)):
            write(tmp_path / "a.csv", "half", fail_with(error), force=True)
        assert contents(tmp_path) == {"a.csv": "old"}

    def test_a_full_disk_is_an_output_error(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("old")
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with pytest.raises(OutputError, match=r"a\.csv: No space left on device") as caught:
            write(tmp_path / "a.csv", "half", fail_with(full), force=True)
        assert caught.value.__cause__ is full
        assert contents(tmp_path) == {"a.csv": "old"}

    def test_refuses_to_overwrite(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("old")
        with pytest.raises(OutputError, match="exists already"), writing(tmp_path / "a.csv"):
            pytest.fail("entered the block")
        assert contents(tmp_path) == {"a.csv": "old"}

    def test_refuses_what_appeared_meanwhile(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        with pytest.raises(OutputError, match="exists already"):
            write(path, "ours", lambda: path.write_text("theirs"))
        assert contents(tmp_path) == {"a.csv": "theirs"}

    def test_two_at_once_do_not_meet(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        with writing(path, force=True) as first, writing(path, force=True) as second:
            first.write_text("first")
            second.write_text("second")
        assert contents(tmp_path) == {"a.csv": "first"}

    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "real.csv").write_text("old")
        (tmp_path / "link.csv").symlink_to("real.csv")
        with writing(tmp_path / "link.csv", force=True) as scratch:
            scratch.write_text("new")
        assert (tmp_path / "link.csv").is_symlink()
        assert (tmp_path / "real.csv").read_text() == "new"

    def test_permissions_are_those_of_any_file(self, tmp_path: Path) -> None:
        (tmp_path / "plain").touch()
        with writing(tmp_path / "a.csv"):
            pass
        assert mode(tmp_path / "a.csv") == mode(tmp_path / "plain")

    def test_permissions_of_the_old_file_stay(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").touch()
        (tmp_path / "a.csv").chmod(0o640)
        with writing(tmp_path / "a.csv", force=True):
            pass
        assert mode(tmp_path / "a.csv") == 0o640

    def test_a_missing_folder(self, tmp_path: Path) -> None:
        with pytest.raises(OutputError, match=r"none does not exist; make it first"):
            check_file(tmp_path / "none" / "a.csv")

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(OutputError, match="is a folder"):
            check_file(tmp_path, force=True)


class TestWritingFolder:
    def test_makes_the_folder(self, tmp_path: Path) -> None:
        with writing_folder(tmp_path / "out", belongs=anything) as scratch:
            (scratch / "a.csv").write_text("a")
            (scratch / "b.csv").write_text("b")
            assert not (tmp_path / "out").exists()
        assert contents(tmp_path) == {"out/a.csv": "a", "out/b.csv": "b"}

    def test_fills_an_empty_folder(self, tmp_path: Path) -> None:
        with writing_folder(tmp_path, belongs=anything) as scratch:
            (scratch / "a.csv").write_text("a")
        assert contents(tmp_path) == {"a.csv": "a"}
        assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]

    def test_an_error_leaves_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="stop"):
            write_folder(tmp_path / "out", {"a.csv": "a"}, fail_with(ValueError("stop")))
        assert list(tmp_path.iterdir()) == []

    def test_refuses_a_folder_that_holds_something(self, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").write_text("mine")
        with pytest.raises(OutputError, match="not empty"):
            write_folder(tmp_path, {}, lambda: pytest.fail("entered the block"))

    def test_force_replaces_folders_whole(self, tmp_path: Path) -> None:
        fill(tmp_path, {"c/x.csv": "old"})
        write_folder(tmp_path, {"c/y.csv": "new"}, lambda: None, force=True)
        assert contents(tmp_path) == {"c/y.csv": "new"}

    def test_force_replaces_it_as_a_whole(self, tmp_path: Path) -> None:
        fill(tmp_path, {"a.csv": "old", "c/x.csv": "old", "z.csv": "old"})
        write_folder(tmp_path, {"a.csv": "new", "b.csv": "b"}, lambda: None, force=True)
        assert contents(tmp_path) == {"a.csv": "new", "b.csv": "b"}
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]

    def test_what_does_not_belong_there_is_not_lost(self, tmp_path: Path) -> None:
        fill(tmp_path, {"a.csv": "old", "mine.txt": "mine"})
        message = r"mine\.txt in it is not of what is replaced"
        writing = writing_folder(tmp_path, belongs=is_table, force=True)
        with pytest.raises(OutputError, match=message), writing:
            pytest.fail("entered the block")
        assert contents(tmp_path) == {"a.csv": "old", "mine.txt": "mine"}

    @pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", ".git/config"])
    def test_what_systems_hide_stays(self, tmp_path: Path, name: str) -> None:
        fill(tmp_path, {"a.csv": "old", name: "theirs"})
        with writing_folder(tmp_path, belongs=is_table, force=True) as scratch:
            fill(scratch, {"b.csv": "new"})
        assert contents(tmp_path) == {"b.csv": "new", name: "theirs"}

    def test_what_a_killed_run_left_is_taken_away(self, tmp_path: Path) -> None:
        fill(tmp_path / "out", {f".out.{'0a' * 8}/names.csv": "old", "a.csv": "old"})
        write_folder(tmp_path / "out", {"b.csv": "new"}, lambda: None, force=True)
        assert contents(tmp_path) == {"out/b.csv": "new"}

    @pytest.mark.parametrize("failing", range(1, 8))
    def test_a_failing_exchange_is_undone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
    ) -> None:
        before = {"b.csv": "old b", "c/x.csv": "old x", "c/y.csv": "old y", "d.csv": "old d"}
        fill(tmp_path, before)
        after = dict.fromkeys(["a/x.csv", "b.csv", "c/y.csv", "d.csv"], "new")
        with pytest.raises(OutputError, match="nothing was changed"):
            write_folder(tmp_path, after, lambda: fail_at_rename(failing, monkeypatch), force=True)
        assert contents(tmp_path) == before
        assert sorted(path.name for path in tmp_path.iterdir()) == ["b.csv", "c", "d.csv"]

    def test_a_file_is_no_folder(self, tmp_path: Path) -> None:
        (tmp_path / "out").touch()
        with pytest.raises(OutputError, match="is a file"):
            check_folder(tmp_path / "out", force=True, belongs=anything)

    def test_a_missing_parent(self, tmp_path: Path) -> None:
        with pytest.raises(OutputError, match="does not exist"):
            check_folder(tmp_path / "none" / "out", belongs=anything)


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotasi.support.atomic_files.os.access", lambda *_: False)
    with pytest.raises(OutputError, match="no permission"):
        check_file(tmp_path / "a.csv")


def write(path: Path, text: str, then: Callable[[], object], *, force: bool = False) -> None:
    """Write a file, with something that happens before it is done."""
    with writing(path, force=force) as scratch:
        scratch.write_text(text)
        then()


def write_folder(
    path: Path, texts: dict[str, str], then: Callable[[], object], *, force: bool = False
) -> None:
    """Write a folder, with something that happens before it is done."""
    with writing_folder(path, belongs=anything, force=force) as scratch:
        fill(scratch, texts)
        then()


def anything(_entry: Path) -> bool:
    return True


def is_table(entry: Path) -> bool:
    return entry.suffix == ".csv"


def fill(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def fail_with(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def fail_at_rename(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the n-th renaming from now on fail, as on a broken disk."""
    rename = Path.rename
    calls = iter(range(1, 100))

    def failing(path: Path, target: Path) -> Path:
        if next(calls) == number:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)


def test_what_is_no_ordinary_file_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OutputError, match="no ordinary file"):
        check_file(pipe, force=True)
    assert pipe.is_fifo()


@pytest.mark.parametrize("force", [False, True])
def test_what_somebody_puts_there_meanwhile_is_not_lost(tmp_path: Path, force: bool) -> None:
    target = tmp_path / "out"
    made = writing_folder(target, belongs=lambda _entry: False, force=force)
    (made.__enter__() / "new.txt").write_text("new", encoding="utf-8")
    target.mkdir()
    (target / "other.txt").write_text("other", encoding="utf-8")
    with pytest.raises(OutputError):
        made.__exit__(None, None, None)
    assert (target / "other.txt").read_text(encoding="utf-8") == "other"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
