"""Of which policy and dataset results are."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rotasi.support.own_files import read_fields


@dataclass(frozen=True)
class Origin:
    """Of which policy and dataset results are.

    Parameters
    ----------
    policy : str
        Its hash.
    source : str
        Hash of the dataset's path.
    content : str
        Hash of the dataset.
    """

    policy: str
    source: str
    content: str

    def is_that_of(self, other: Origin | None) -> bool:
        """Whether both are the same, be the dataset moved or edited."""
        if other is None or self.policy != other.policy:
            return False
        return self.source == other.source or self.content == other.content


def make_origin(policy: str, source: Path, content: Iterable[str]) -> Origin:
    """Put together the origin of results.

    Parameters
    ----------
    policy : str
        Its hash.
    source : Path
    content : iterable of str
        Hashes of the parts.
    """
    digests = (hashlib.sha256(text.encode()) for text in (os.fsdecode(source), "\n".join(content)))
    return Origin(policy, *(digest.hexdigest() for digest in digests))


def read_origin(path: Path) -> Origin | None:
    """The origin that was written to a file; None if that is damaged.

    Raises
    ------
    OSError
        If it may not be read.
    """
    try:
        return Origin(**read_fields(path))
    except TypeError:
        return None
