"""Warnings that point at the line of whoever called rotasi, however deep inside they come up."""

from __future__ import annotations

import contextlib
import sys
import warnings
from pathlib import Path

import pydantic

from rotasi.errors import RotasiWarning

#: Where a call is on its way: rotasi, what its decorators are made of, and who reads its models.
_BETWEEN = (
    str(Path(__file__).parents[1]),
    contextlib.__file__,
    str(Path(pydantic.__file__).parent),
)


def give_notice(text: str) -> None:
    """Warn of something that is allowed but probably not meant."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_BETWEEN):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, RotasiWarning, stacklevel=level)
