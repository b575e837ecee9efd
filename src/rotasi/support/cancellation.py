"""One token that asks all work to end, and the signals that ask it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stoppable(Protocol):
    """A search that runs."""

    def stop_search(self) -> None:
        """Ask it to end."""
        ...


class Cancellation:
    """Whether somebody has asked to stop. Passed down to all who work, who end with what they have.

    Attributes
    ----------
    asked : bool
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[Stoppable] = set()
        self.asked = False

    def ask(self) -> None:
        """Ask everybody to end: searches that run are stopped, others do not begin."""
        self.asked = True
        with self._lock:
            for search in self._running:
                search.stop_search()

    @contextmanager
    def stopping(self, search: Stoppable) -> Iterator[None]:
        """Have a search end when asked, as long as it runs."""
        with self._lock:
            self._running.add(search)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(search)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: only note it, since the lock may be held; raise the second time.

        Whoever waits for the searches calls `ask` when they see it.
        """
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


@contextmanager
def interruptible(*signals: signal.Signals) -> Iterator[Cancellation]:
    """Have signals ask for the end inside the ``with`` block, and do afterwards what they did.

    Only in the main thread, where Python handles signals, and only for those that would raise
    `KeyboardInterrupt`: what the program ignores or handles in a way of its own stays so. Inside
    another such block the token is the outer one's.

    Parameters
    ----------
    *signals : Signals
        SIGINT if none is given.

    Yields
    ------
    Cancellation
    """
    if threading.current_thread() is not threading.main_thread():
        yield Cancellation()
        return
    handlers = {each: signal.getsignal(each) for each in _SIGNALS}
    outer = [handler for handler in handlers.values() if isinstance(handler, Cancellation)]
    if outer:
        yield outer[0]
        return
    cancellation = Cancellation()
    wanted = signals or (signal.SIGINT,)
    taken = [each for each in wanted if handlers[each] is signal.default_int_handler]
    for each in taken:
        signal.signal(each, cancellation)
    try:
        yield cancellation
    finally:
        for each in taken:
            signal.signal(each, signal.default_int_handler)
