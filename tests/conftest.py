"""What all tests share."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from rotasi.rules import KINDS

# Slow machines fail no test, and everybody draws the same examples.
settings.register_profile("rotasi", deadline=None, derandomize=True)
settings.load_profile("rotasi")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in English, whatever the machine speaks."""
    monkeypatch.setenv("ROTASI_LANGUAGE", "en")
    for name in [name for name in os.environ if name.startswith("LC_") or name == "LANG"]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """Forget after every test the rules that it registered."""
    with KINDS.kept():
        yield


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Leave the library's logger as it was found, whatever a page or example does to it."""
    logger = logging.getLogger("rotasi")
    before = logger.level, list(logger.handlers)
    yield
    logger.setLevel(before[0])
    logger.handlers[:] = before[1]
