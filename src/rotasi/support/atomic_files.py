"""Files written whole or not at all: whatever fails, what was there before is untouched."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rotasi.errors import OutputError
from rotasi.messages import _
from rotasi.support.places import explain_refusal, resolve_place

if TYPE_CHECKING:
    from rotasi.support.types import PathName

_SCRATCH = re.compile(r"(\..*)\.[0-9a-f]{16}(?:\.\w+)?")  # what `_scratch_file` and `_folder` name

#: Whether an entry of a folder is of what is written there, so that it may be replaced.
Belongs = Callable[[Path], bool]

_HIDDEN = re.compile(r"\..*|Thumbs\.db|desktop\.ini", re.IGNORECASE)


@contextmanager
def writing(path: PathName, *, force: bool = False) -> Iterator[Path]:
    """Give a temporary file to write to, which becomes `path` at the end of the ``with`` block.

    Parameters
    ----------
    path : path
        The file to make; its folder must exist.
    force : bool
        Replace a file that is there already.

    Yields
    ------
    Path
        An empty file in the same folder and with the same suffix, removed again if anything fails.

    Raises
    ------
    OutputError
        If the file is there already, or cannot be written.
    """
    check_file(path, force=force)
    with as_output_error(path):
        target = resolve_place(path)
        scratch = _scratch_file(target)
        try:
            yield scratch
            _put(scratch, target, force=force)
        finally:
            scratch.unlink(missing_ok=True)


@contextmanager
def writing_folder(path: PathName, *, belongs: Belongs, force: bool = False) -> Iterator[Path]:
    """Give a temporary folder to fill, which becomes `path` as a whole or not at all.

    Parameters
    ----------
    path : path
        The folder to make; its parent must exist.
    belongs : callable
        Whether a file or folder in one that is there already is of what is replaced.
    force : bool
        Replace a folder that is there already, all of it: nothing of the old one is left beside
        the new. One that holds anything else is refused, lest somebody lose it.

    Yields
    ------
    Path
        An empty folder on the same file system, removed again if anything fails.

    Raises
    ------
    OutputError
        If the folder holds something already that may not be replaced, or cannot be written.
    """
    check_folder(path, belongs=belongs, force=force)
    with as_output_error(path):
        target = resolve_place(path)
        scratch = _scratch_folder(target)
        try:
            yield scratch
            check_folder(target, belongs=belongs, force=force)  # somebody may have filled it
            _put_folder(scratch, target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def check_file(path: PathName, *, force: bool = False) -> None:
    """Raise `OutputError` if a file cannot be written here; ask before long work, not after."""
    with as_output_error(path):
        target = resolve_place(path)
        if target.is_dir():
            raise OutputError(_("{path} is a folder; name a file").format(path=path))
        if target.exists() and not target.is_file():
            raise OutputError(_("{path} is no ordinary file; name another").format(path=path))
        if target.exists() and not force:
            text = _(
                "{path} exists already; name another file or ask for it to be replaced (force)"
            )
            raise OutputError(text.format(path=path))
        _check_writable(target.parent)


def check_folder(path: PathName, *, belongs: Belongs, force: bool = False) -> None:
    """Raise `OutputError` if a folder cannot be written here; ask before long work, not after.

    Parameters
    ----------
    path : path
    belongs : callable
        As for `writing_folder`.
    force : bool
    """
    with as_output_error(path):
        target = resolve_place(path)
        if target.exists() and not target.is_dir():
            raise OutputError(_("{path} is a file; name a folder").format(path=path))
        _check_writable(target if target.exists() else target.parent)
        if _list(target) and not force:
            text = _(
                "the folder {path} is not empty; name another folder or ask for its files to be "
                "replaced (force)"
            )
            raise OutputError(text.format(path=path))
        strangers = [name for name in _list(target) if not belongs(target / name)]
    refuse_strangers(path, strangers)


def refuse_strangers(path: PathName, names: Sequence[str]) -> None:
    """Raise `OutputError` if a folder that is replaced holds what is of somebody else."""
    if names:
        text = _(
            "the folder {path} is replaced as a whole, and {name} in it is not of what is "
            "replaced; move it elsewhere or name another folder"
        )
        raise OutputError(text.format(path=path, name=names[0]))


def resolve_target(path: PathName) -> Path:
    """A place to write to as an absolute path; `OutputError` if there is no such place."""
    with as_output_error(path):
        return resolve_place(path)


def make_parents(path: PathName) -> None:
    """Make the folders that a file or folder is to lie in."""
    with as_output_error(path):
        resolve_place(path).parent.mkdir(parents=True, exist_ok=True)


def _check_writable(folder: Path) -> None:
    if not folder.is_dir():
        text = _("the folder {path} does not exist; make it first")
        raise OutputError(text.format(path=folder))
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise OutputError(_("no permission to write to {path}").format(path=folder))


@contextmanager
def as_output_error(path: PathName) -> Iterator[None]:
    """Have errors of the system say that a path cannot be written."""
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        text = _("cannot write {path}: {reason}; nothing was changed")
        raise OutputError(text.format(path=path, reason=explain_refusal(error))) from error


def link_or_copy(path: Path, other: Path) -> None:
    """Have a file at another place too; as files are replaced and never changed, a link will do."""
    try:
        other.hardlink_to(path)
    except OSError:
        shutil.copy2(path, other)


def remove_scratch(folder: Path, names: Iterable[str]) -> None:
    """Remove what a process that was killed has left in the making.

    Parameters
    ----------
    folder : Path
    names : iterable of str
        Of the files, without suffixes, and folders that were to be made.
    """
    known = {f".{name}" for name in names}
    for path in folder.iterdir():
        found = _SCRATCH.fullmatch(path.name)
        if found is not None and found[1] in known:
            _remove(path)


def is_scratch(name: str) -> bool:
    """Whether a file or folder is called as what is in the making."""
    return _SCRATCH.fullmatch(name) is not None


def _scratch_file(target: Path) -> Path:
    # Unlike those of `tempfile`, readable by whom the umask allows, as any other file is.
    scratch = target.with_name(f".{target.stem}.{secrets.token_hex(8)}{target.suffix}")
    scratch.touch(mode=0o666, exist_ok=False)
    return scratch


def _scratch_folder(target: Path) -> Path:
    # Inside a folder that is there already: that may be the root of a file system of its own.
    parent = target if target.exists() else target.parent
    scratch = parent / f".{target.name}.{secrets.token_hex(8)}"
    scratch.mkdir()
    return scratch


def _put(scratch: Path, target: Path, *, force: bool) -> None:
    _sync(scratch)
    check_file(target, force=force)  # somebody may have made it meanwhile
    if target.exists():
        shutil.copymode(target, scratch)
    scratch.replace(target)
    _sync(target.parent)


def _put_folder(scratch: Path, target: Path) -> None:
    for path in scratch.rglob("*"):
        _sync(path)
    if target.exists():
        exchange(scratch, target, _list(target))
        for leftover in set(_find_scratches(target)) - {scratch}:
            shutil.rmtree(leftover, ignore_errors=True)
    else:
        scratch.rename(target)
    _sync(target)
    _sync(target.parent)


def exchange(scratch: Path, target: Path, gone: Iterable[str] = ()) -> None:
    """Move new files in and old ones of the same names out; undo all of it on an error.

    Parameters
    ----------
    scratch : Path
        A folder on the same file system. Its files are moved by their names, in order.
    target : Path
        A folder that exists.
    gone : iterable of str
        Further files of it that go.
    """
    new = sorted(file.name for file in scratch.iterdir())
    aside = _scratch_folder(target)
    try:
        for name in sorted({*gone} - {*new}):
            (target / name).rename(aside / name)
        for name in new:
            if (target / name).exists():
                (target / name).rename(aside / name)
            (scratch / name).rename(target / name)
    except BaseException:
        _restore(target, aside, [name for name in new if not (scratch / name).exists()])
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _restore(target: Path, aside: Path, added: Iterable[str]) -> None:
    for name in added:
        _remove(target / name)
    for old in aside.iterdir():
        old.replace(target / old.name)
    aside.rmdir()


def _list(folder: Path) -> list[str]:
    """Names of what people see in a folder, if there is one; systems and tools hide their own."""
    found = folder.iterdir() if folder.exists() else ()
    return sorted(file.name for file in found if not _HIDDEN.fullmatch(file.name))


def _find_scratches(target: Path) -> list[Path]:
    """Temporary folders, also those that runs which were killed have left."""
    shape = re.compile(re.escape(f".{target.name}.") + "[0-9a-f]{16}")
    return [file for file in target.iterdir() if shape.fullmatch(file.name)]


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Have the system put a file or a folder's entries on disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
