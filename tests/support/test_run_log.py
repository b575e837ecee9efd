"""What is told on the way costs no answer."""

from __future__ import annotations

import io

import pytest
from helpers import policy, roster

import rotasi


class Closed(io.StringIO):
    """A screen that nobody looks at any more."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


@pytest.mark.parametrize(
    "error",
    [BrokenPipeError(), ValueError("I/O operation on closed file"), OSError(28, "No space left")],
    ids=repr,
)
def test_a_screen_that_is_gone_costs_no_answer(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", Closed(error))
    assert rotasi.solve(roster(2), policy(), workers=1, verbose=True).status == "OPTIMAL"
