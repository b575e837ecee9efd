"""Files and folders of the user's place, and what the system says of them, told with advice."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rotasi.errors import InputError, Problem, RotasiError
from rotasi.messages import _, mark

if TYPE_CHECKING:
    from rotasi.support.types import PathName

_RIGHTS = mark("ask its owner for the rights, or choose another place")
_ROOM = mark("free some space, or choose another place")

#: What to do about errors of the system, by their numbers.
_ADVICE = {
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: mark("choose another place"),
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: mark("choose a place that takes larger files"),
    errno.ENAMETOOLONG: mark("choose a shorter name"),
    errno.ELOOP: mark("a link leads back to itself; mend it, or name another place"),
    errno.EISDIR: mark("name a file"),
    errno.ENOTDIR: mark("part of the path is a file and no folder; correct it"),
    errno.ENOENT: mark("correct the path"),
    errno.EMFILE: mark("too many files are open; close some programs"),
    errno.ENFILE: mark("too many files are open; close some programs"),
}


def explain_refusal(error: OSError) -> str:
    """What the system says, and what to do about it."""
    said = error.strerror or type(error).__name__
    advice = _ADVICE.get(error.errno or 0)
    return said if advice is None else f"{said}; {_(advice)}"


def find_place(path: PathName) -> Path:
    """A path with the user's home folder put in where it begins with ``~``.

    Raises
    ------
    OSError
        If there is no such home folder.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise FileNotFoundError(errno.ENOENT, _("there is no such home folder")) from None


def resolve_place(path: PathName) -> Path:
    """The same as an absolute path without links.

    Raises
    ------
    OSError
        If there is no such home folder, or a link leads back to itself.
    """
    place = find_place(path)
    try:
        return place.resolve()
    except RuntimeError:  # what Python says of such links before 3.13
        raise OSError(errno.ELOOP, _("too many links")) from None


def may_never_end(place: Path) -> bool:
    """Whether a pipe, a device or the like stands there, on which a reader may wait for ever."""
    return place.exists() and not (place.is_file() or place.is_dir())


def find_file(path: PathName) -> Path:
    """The same, to read from: nothing that may never end or let others wait.

    Raises
    ------
    OSError
        If there is no such home folder, or a pipe, a device or the like stands there.
    """
    place = find_place(path)
    if may_never_end(place):
        raise OSError(errno.EINVAL, _("it is no ordinary file; name another"))
    return place


def read_bytes(path: PathName, most: int) -> bytes:
    """The content of a file that is not larger than it may be.

    Parameters
    ----------
    path : path
    most : int
        Bytes.

    Raises
    ------
    OSError
        If it is larger, or cannot be read.
    """
    with find_file(path).open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        text = _("the file is larger than {limit} MB; is it another one?")
        raise OSError(errno.EINVAL, text.format(limit=most // 1024**2))
    return content


@contextmanager
def reading(path: PathName, table: str, kind: type[InputError]) -> Iterator[None]:
    """Have what the system refuses end in an error that names the place and what to do.

    Parameters
    ----------
    path : path
        What is read.
    table : str
        What messages call it.
    kind : type
        Of the error.
    """
    try:
        yield
    except RotasiError:
        raise
    except OSError as error:
        text = _("{path} cannot be read: {reason}")
        message = text.format(path=path, reason=explain_refusal(error))
        raise kind([Problem(message, table)]) from error
