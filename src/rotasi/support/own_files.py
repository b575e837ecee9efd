"""Files that are read again by whoever wrote them: by then anything may stand in their place."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

from rotasi.errors import InputError
from rotasi.messages import _
from rotasi.support.guard import guard
from rotasi.support.places import may_never_end


def read_ordinary(path: Path) -> bytes:
    """The bytes of a file; a pipe or a device, which may have no end, is not waited for.

    Raises
    ------
    OSError
        If it is one, or the system refuses.
    """
    if may_never_end(path):
        raise OSError(errno.EINVAL, _("it is a pipe or a device; put a file in its place"))
    return path.read_bytes()


def read_fields(path: Path) -> dict[str, Any]:
    """The fields of a JSON object; none if the file is damaged.

    Raises
    ------
    OSError
        If there is no such file, or it may not be read.
    """
    try:
        found = guard(lambda: json.loads(read_ordinary(path)), lambda _error: InputError([]))
    except InputError:
        return {}
    return found if isinstance(found, dict) else {}
