"""The folder of the results: whose they are, who writes there, and how new ones take their place.

A folder that holds whole results is left alone until others are whole too: those are written to a
folder inside it, and exchanged for the old ones in the end.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

from rotasi.errors import OutputError
from rotasi.messages import _, mark
from rotasi.partitioned.layout import list_entries, name_table
from rotasi.partitioned.origin import Origin, read_origin
from rotasi.partitioned.results import (
    FILES,
    FOLDERS,
    NEXT,
    RUN,
    check_own,
    find_results,
    has_strangers,
    is_empty,
    is_whole,
    list_parts,
    list_records,
    read_key,
)
from rotasi.support.atomic_files import (
    as_output_error,
    exchange,
    is_scratch,
    remove_scratch,
    writing,
)
from rotasi.support.locks import Permit, locking
from rotasi.support.places import explain_refusal
from rotasi.support.text import list_first

_LOCK = ".lock"
_REPLACED = mark(
    "{path} holds results of another policy or dataset; choose another folder, or ask for them to "
    "be replaced (force)"
)


class Target:
    """The folder of the results, held for one run.

    Parameters
    ----------
    root : Path
    origin : Origin
        Of the run.
    permit : Permit
        For those who write on its behalf.

    Attributes
    ----------
    place : Path
        Where results go: the folder, or one inside it as long as it holds what they replace.
    has_others : bool
        Whether the folder holds parts that the run lacks; known once `check` was called.
    """

    def __init__(self, root: Path, origin: Origin, permit: Permit) -> None:
        self.root, self.origin, self.permit = root, origin, permit
        self.place = root
        self.has_others = self._may_go_on = False

    def check(self, names: Sequence[str], keys: Collection[str], *, force: bool) -> None:
        """Refuse what must not be replaced.

        Parameters
        ----------
        names : sequence of str
            Parts of the run.
        keys : collection of str
            What decides the result of each.
        force : bool
            Replace results of others, in the end.
        """
        check_own(self.root)
        remove_scratch(self.root, (self.root.name, *(Path(name).stem for name in FILES)))
        others = sorted(list_parts(self.root) - set(names))
        ours = is_empty(self.root) or self._is_ours(self.root, keys)
        self.has_others = bool(others)
        self._may_go_on = ours and not others and not is_whole(self.root)
        if force:
            return
        if not ours:
            raise OutputError(_(_REPLACED).format(path=self.root))
        if others:
            text = _(
                "{path} holds parts that the source lacks: {parts}; choose another folder, or ask "
                "for them to be replaced (force)"
            )
            raise OutputError(text.format(path=self.root, parts=list_first(others)))

    def begin(self, names: Sequence[str], *, all_done: bool, force: bool) -> None:
        """Make the folders to write to.

        Parameters
        ----------
        names : sequence of str
            Parts of the run; of others, nothing that was left unfinished stays.
        all_done : bool
            Whether the folder holds all results of the run already.
        force : bool
            Drop what another run has left unfinished.
        """
        if not (self._may_go_on or (all_done and not self.has_others)):
            self.place = self.root / NEXT
            check_own(self.place, alone=True)
            if list_parts(self.place) and not self._is_ours(self.place):
                if not force:
                    raise OutputError(_(_REPLACED).format(path=self.place))
                shutil.rmtree(self.place)
        for path in find_results(self.place):
            if path.stem not in names:
                path.unlink()
        for folder in FOLDERS:
            (self.place / folder).mkdir(parents=True, exist_ok=True)
        with writing(self.place / RUN, force=True) as scratch:
            scratch.write_text(json.dumps(asdict(self.origin), indent=1), encoding="utf-8")

    def finish(self, names: Sequence[str]) -> None:
        """Let what is whole now take its place."""
        with as_output_error(self.root):
            for folder in FOLDERS:
                remove_scratch(self.place / folder, names)
            if self.place != self.root:
                _install(self.root)
            else:
                self._clear(self.root / NEXT)

    def _clear(self, place: Path) -> None:
        """Remove what an earlier run began, and nobody needs."""
        if not has_strangers(place) and (not list_parts(place) or self._is_ours(place)):
            shutil.rmtree(place, ignore_errors=True)

    def _is_ours(self, folder: Path, keys: Collection[str] = ()) -> bool:
        """Whether results are of the run's policy and dataset; keys tell if nothing else does."""
        run = folder / RUN
        if run.exists():
            with _reading(run):
                return self.origin.is_that_of(read_origin(run))
        found = []
        for record in list_records(folder):
            with _reading(record):
                found.append(read_key(record))
        return bool(found) and all(key in keys for key in found)


@contextmanager
def opening(root: Path, origin: Origin) -> Iterator[Target]:
    """Hold the folder for a run.

    Parameters
    ----------
    root : Path
        Made if it is not there.
    origin : Origin

    Raises
    ------
    OutputError
        If it cannot be written, or another run is at it.
    """
    with ExitStack() as stack:
        with as_output_error(root):
            root.mkdir(parents=True, exist_ok=True)
            permit = stack.enter_context(locking(root / _LOCK))
            if is_whole(root / NEXT):  # a run was stopped while its results took their place
                _install(root)
        yield Target(root, origin, permit)


def check_apart(target: Path, source: Path, previous: Path | None) -> None:
    """Refuse a target that would be read and written at the same time.

    Parameters
    ----------
    target, source : Path
    previous : Path or None

    Raises
    ------
    OutputError
    """
    entries = list_entries(source) if source.is_dir() else []
    tables = [entry for entry in entries if name_table(entry) is not None]
    if _is_same(target, source) or any(_is_within(target, table) for table in tables):
        text = _("{path} is the dataset, or lies in a table of it; choose another folder")
        raise OutputError(text.format(path=target))
    if previous is None:
        return
    written = [target, *(target / folder for folder in (*FOLDERS, NEXT))]
    written += [target / NEXT / folder for folder in FOLDERS]
    read = [previous, previous / "schedule"]
    if any(_is_within(a, b) or _is_within(b, a) for a in written for b in read):
        text = _(
            "{path} is the previous schedule, or one lies in the other: it would be replaced while "
            "it is read; choose another folder"
        )
        raise OutputError(text.format(path=target))


def check_files(target: Path, paths: Iterable[str]) -> None:
    """Refuse a target whose own files are to be read, by whatever links."""
    root = Path(os.path.realpath(target))
    written = {Path(os.path.realpath(target / folder)) for folder in (*FOLDERS, NEXT)}
    for path in paths:
        above = Path(os.path.realpath(path)).parents
        # What seems to be left of a run that was killed is removed.
        left = any(folder.parent == root and is_scratch(folder.name) for folder in above)
        if left or not written.isdisjoint(above):
            text = _("{file} lies in {path}, which is written; choose another folder")
            raise OutputError(text.format(file=Path(path).name, path=target))


def _is_within(path: Path, folder: Path) -> bool:
    return any(_is_same(each, folder) for each in (path, *path.parents))


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)  # whatever links and spellings lead there
    except OSError:
        return one.resolve() == other.resolve()


def _install(root: Path) -> None:
    """Exchange old results for new ones; the summary comes last, and says that there is more."""
    check_own(root)
    check_own(root / NEXT, alone=True)
    exchange(root / NEXT, root)
    (root / NEXT).rmdir()


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Have what cannot be read of earlier results tell so: whose they are, nobody knows."""
    try:
        yield
    except OSError as error:
        text = _("{path} cannot be read: {reason}")
        raise OutputError(text.format(path=path, reason=explain_refusal(error))) from error
