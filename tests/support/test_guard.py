"""What parsers raise ends in one error; what the system refuses keeps its own."""

from __future__ import annotations

import pytest

from rotasi.errors import Problem, RosterError
from rotasi.support.guard import guard


def fail(error: BaseException) -> None:
    def read() -> None:
        raise error

    guard(read, lambda _error: RosterError([Problem("damaged")]))


@pytest.mark.parametrize("error", [ValueError(), RecursionError(), OSError("thrift of a parser")])
def test_what_a_parser_raises_is_refused_without_its_words(error: Exception) -> None:
    with pytest.raises(RosterError, match="damaged") as met:
        fail(error)
    assert met.value.__cause__ is met.value.__context__ is None


@pytest.mark.parametrize(
    "error", [PermissionError(13, "denied"), ImportError(), KeyboardInterrupt()]
)
def test_what_no_parser_says_passes(error: BaseException) -> None:
    with pytest.raises(type(error)) as met:
        fail(error)
    assert met.value is error
