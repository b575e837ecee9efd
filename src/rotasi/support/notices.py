"""Warnings that point at the line of whoever called rotasi, however deep inside they come up."""

from __future__ import annotations

import contextlib
import sys
import warnings
from pathlib import Path

from rotasi.errors import RotasiWarning

_OURS = str(Path(__file__).parents[1])
_BETWEEN = contextlib.__file__  # decorators of ours are made there


def give_notice(text: str) -> None:
    """Warn of something that is allowed but probably not meant."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith((_OURS, _BETWEEN)):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, RotasiWarning, stacklevel=level)
