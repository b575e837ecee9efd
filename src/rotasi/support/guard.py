"""The door for foreign bytes: whatever a parser makes of them ends in one error of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rotasi.errors import InputError, RotasiError


@contextmanager
def guarding(refuse: Callable[[BaseException], InputError]) -> Iterator[None]:
    """Turn what a parser raises over bytes that nobody foresaw into an error that tells people.

    Limits come first: a guard cannot catch a machine without memory, nor hours.

    Parameters
    ----------
    refuse : callable
        Makes the error: which file cannot be read, and what to do.

    Raises
    ------
    InputError
        The one made. Errors of ours pass, as do missing packages and what the system refuses.
    """
    try:
        yield
    except (RotasiError, ImportError, OSError):
        raise
    except Exception as error:
        raise refuse(error) from error
    except BaseException as error:
        # What panics in Rust goes past `Exception`, and has no class to import.
        if type(error).__name__ != "PanicException":
            raise
        raise refuse(error) from error
