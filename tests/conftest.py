"""What all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# Slow machines fail no test, and everybody draws the same examples.
settings.register_profile("rotasi", deadline=None, derandomize=True)
settings.load_profile("rotasi")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in English, whatever the machine speaks."""
    monkeypatch.setenv("ROTASI_LANGUAGE", "en")
    for name in [name for name in os.environ if name.startswith("LC_") or name == "LANG"]:
        monkeypatch.delenv(name)
