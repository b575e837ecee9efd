"""A lock on a folder, so that two do not write to it at once; it ends with whoever holds it."""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rotasi.errors import OutputError
from rotasi.messages import _
from rotasi.support.atomic_files import check_file
from rotasi.support.own_files import read_fields

_log = logging.getLogger(__name__)

_held: set[int] = set()  # descriptors of the locks that are held here


def _let_go() -> None:
    """A process that was forked holds no lock: it may outlive the one that does."""
    while _held:
        os.close(_held.pop())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)

_FAR = 2**30  # a byte that nobody reads: on Windows a locked one cannot be


@dataclass(frozen=True)
class Holder:
    """Who holds a lock: written into its file, for people and for those who work for them.

    Parameters
    ----------
    token : str
        Another one each time.
    process : int
    host : str
    """

    token: str
    process: int
    host: str

    def may_live(self) -> bool:
        """Whether the process may be there still."""
        if self.host != socket.gethostname() or os.name == "nt":
            return True  # nobody can tell from here
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True


@dataclass(frozen=True)
class Permit:
    """What shows in any process, on any machine, that a lock is held by whom it was."""

    path: str
    token: str

    def is_valid(self) -> bool:
        """Whether the lock is held still by the same."""
        holder = _read(Path(self.path))
        return holder is not None and holder.token == self.token


@contextmanager
def locking(path: Path) -> Iterator[Permit]:
    """Hold a lock inside the ``with`` block.

    The system frees it when the process ends, however that happens. Where a file system has no
    locks, what is written in the file decides.

    Parameters
    ----------
    path : Path
        Its file; the folder must exist.

    Raises
    ------
    OutputError
        If somebody else holds it, or there can be no such file.
    """
    check_file(path, force=True)  # a pipe would be waited for
    descriptor = _acquire(path)
    _held.add(descriptor)
    try:
        before = _read(path)
        if before is not None:
            text = "process %d on %s ended without finishing what it wrote to %s; this goes on"
            _log.warning(text, before.process, before.host, path.parent)
        holder = Holder(secrets.token_hex(8), os.getpid(), socket.gethostname())
        _write(descriptor, json.dumps(asdict(holder)))
        yield Permit(str(path), holder.token)
    finally:
        _release(descriptor, path)


def _acquire(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(descriptor, path)
            if _is_of(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # whoever held it has removed the file meanwhile


def _lock(descriptor: int, path: Path) -> None:
    holder = _read(path)
    try:
        _ask_system(descriptor)
    except (BlockingIOError, PermissionError) as error:
        raise _refuse(path, holder) from error
    except OSError as error:  # there are no locks on this file system
        if holder is not None and holder.may_live():
            raise _refuse(path, holder) from error


def _refuse(path: Path, holder: Holder | None) -> OutputError:
    text = _(
        "another run writes to {path} (process {process} on {host}); wait for it or choose another "
        "folder. If no such run is at work, remove {file} and try again"
    )
    process, host = ("?", "?") if holder is None else (holder.process, holder.host)
    return OutputError(text.format(path=path.parent, process=process, host=host, file=path))


def _ask_system(descriptor: int) -> None:
    """Have the system lock the file; it raises if somebody else has it, in this process too."""
    if os.name == "nt":
        import msvcrt

        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_of(descriptor: int, path: Path) -> bool:
    """Whether the open file is still the one at the path."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _read(path: Path) -> Holder | None:
    try:
        return Holder(**read_fields(path))
    except (OSError, TypeError):
        return None  # nobody yet, or it is being written


def _write(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, text.encode())


def _release(descriptor: int, path: Path) -> None:
    try:
        if os.name != "nt":
            path.unlink(missing_ok=True)  # while it is held: nobody's next one is removed
        else:
            os.ftruncate(descriptor, 0)
    except OSError as error:
        _log.warning("the lock %s cannot be removed: %s", path, error.strerror)
    finally:
        _held.discard(descriptor)
        os.close(descriptor)
