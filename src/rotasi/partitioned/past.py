"""An earlier schedule in parts, and which of the parts of today it is the past of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.partitioned.dataset import File, Part
from rotasi.partitioned.layout import Layout, find_parts
from rotasi.partitioned.results import is_whole, list_records, read_key
from rotasi.support.notices import give_notice
from rotasi.support.places import reading
from rotasi.support.text import list_first
from rotasi.tables.schema import read_nip


def attach(parts: Sequence[Part], home: pd.Series, previous: Path) -> list[Part]:
    """Give each part the files with its ASN's past: some may have been in another part then.

    Parameters
    ----------
    parts : sequence of Part
    home : Series of int
        Number of the part of each NIP.
    previous : Path
    """
    past: list[tuple[File, ...]] = [() for _part in parts]
    with reading(previous, "previous", RosterError):
        paths = find_past(previous)
    for path in paths:
        file, frame = File(path).survey(["nip"])
        if "nip" not in frame:
            text = _("{file} has no column nip; give the target of an earlier run")
            raise RosterError([Problem(text.format(file=file.name), "previous")])
        nips, _bad = read_nip(frame["nip"])  # as the past itself is read, part by part
        found = home.index.get_indexer(pd.Index(nips.unique()))
        for number in np.unique(home.to_numpy()[found[found >= 0]]):
            past[number] += (file,)
    return [replace(part, previous=own) for part, own in zip(parts, past, strict=True)]


def find_past(previous: Path) -> list[str]:
    """The files of an earlier schedule in parts.

    Parameters
    ----------
    previous : Path
        The target of an earlier run, or a folder of such files.

    Raises
    ------
    RosterError
        If there are none, the run has not ended, or a file would be passed over.
    """
    inside, layout = previous / "schedule", Layout()
    if inside.is_dir() and (previous / "records").is_dir() and not is_whole(previous):
        message = _("the run that writes {path} has not ended; call it again, then go on from it")
        raise RosterError([Problem(message.format(path=previous.name), "previous")])
    folder = inside if inside.is_dir() else previous
    if folder.is_dir():
        find_parts(folder, "previous", layout)
    for notice in (*layout.check(), *_tell_missing(previous, layout)):
        give_notice(notice)
    if not layout.parts.get("previous"):
        message = _("there is no schedule in parts in {path}").format(path=previous.name)
        raise RosterError([Problem(message, "previous")])
    return [path for files in layout.parts["previous"].values() for path in files]


def _tell_missing(previous: Path, layout: Layout) -> Iterator[str]:
    """Parts of an earlier run without a roster, so without a past, and those in doubt."""
    known = list_records(previous)
    missing = {path.stem for path in known} - layout.parts.get("previous", {}).keys()
    if missing:
        text = _("{path} has no roster for the parts {parts}: nobody in them has a past")
        yield text.format(path=previous.name, parts=list_first(sorted(missing)))
    damaged = [path.stem for path in known if _is_damaged(path)]
    if damaged:
        text = _(
            "records of {path} are damaged: {parts}; nobody knows whether the rosters are what was "
            "solved, so look at them or solve that period again"
        )
        yield text.format(path=previous.name, parts=list_first(damaged))


def _is_damaged(record: Path) -> bool:
    with reading(record, "previous", RosterError):
        return read_key(record) is None
