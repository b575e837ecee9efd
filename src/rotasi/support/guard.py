"""The door for foreign bytes: whatever a parser makes of them ends in one error of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rotasi.errors import InputError, RotasiError

T = TypeVar("T")


def guard(read: Callable[[], T], refuse: Callable[[BaseException], InputError]) -> T:
    """Turn what a parser raises over bytes that nobody foresaw into an error that tells people.

    Limits come first: a guard cannot catch a machine without memory, nor hours. The parser's own
    error does not go along: it may hold the whole file, and names of people in it.

    Parameters
    ----------
    read : callable
        Parses.
    refuse : callable
        Makes the error: which file cannot be read, and what to do.

    Raises
    ------
    InputError
        The one made. Errors of ours pass, as do missing packages and what the system refuses.
    """
    try:
        return read()
    except (RotasiError, ImportError):
        raise
    except Exception as error:
        # Parsers may fail in any way. An OSError with a number is the system's, and none of theirs.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        refusal = refuse(error)
    except BaseException as error:
        # What panics in Rust goes past `Exception`, and has no class to import.
        if type(error).__name__ != "PanicException":
            raise
        refusal = refuse(error)
    raise refusal
