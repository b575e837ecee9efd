"""Waiting for what runs elsewhere, in steps short enough to notice Ctrl-C."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import TypeVar

HEARTBEAT = 0.2  # seconds between two chances to notice it

T = TypeVar("T")


def wait_a_beat(running: Iterable[Future[T]]) -> set[Future[T]]:
    """Those that have ended, as soon as one has, or none after a while."""
    return wait(running, timeout=HEARTBEAT, return_when=FIRST_COMPLETED).done
