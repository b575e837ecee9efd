"""Signals that ask to stop: heard once they set a flag, the second time they raise."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Whether somebody has asked to stop; it is the handler of the signals that say so.

    Work that heeds the flag ends at a point of its choice, with what it has.
    """

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Set the flag; raise if it is set: somebody does not want to wait."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


@contextmanager
def interruptible(*signals: signal.Signals) -> Iterator[Interruption]:
    """Have signals set a flag inside the ``with`` block, and do afterwards what they did before.

    Only in the main thread, where Python handles signals, and only for those that would raise
    `KeyboardInterrupt`: what the program ignores or handles in a way of its own stays so. Inside
    another such block the flag is the outer one's.

    Parameters
    ----------
    *signals : Signals
        SIGINT if none is given.

    Yields
    ------
    Interruption
    """
    if threading.current_thread() is not threading.main_thread():
        yield Interruption()
        return
    handlers = {each: signal.getsignal(each) for each in _SIGNALS}
    outer = [handler for handler in handlers.values() if isinstance(handler, Interruption)]
    if outer:
        yield outer[0]
        return
    flag = Interruption()
    wanted = signals or (signal.SIGINT,)
    taken = [each for each in wanted if handlers[each] is signal.default_int_handler]
    for each in taken:
        signal.signal(each, flag)
    try:
        yield flag
    finally:
        for each in taken:
            signal.signal(each, signal.default_int_handler)
