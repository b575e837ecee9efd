"""A process made for one search: a question comes in, better and better answers go out.

The parent writes to standard input and keeps it open. When it is closed, because nobody wants to
wait longer or because the parent is gone, the search ends, and soon after it the process.

Between the answers the process tells that it is at work, beat by beat, as long as it is: a search
may find nothing for hours, but it computes. One that is stopped or waits for itself does not.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_GRACE = 10.0  # seconds that a search may take to end when nobody listens any more
_WORK = 0.001  # part of a beat that counts as work: more than the clocks are wrong by


class _Mouth:
    """Speaks to the parent, one message at a time, from whatever thread.

    Parameters
    ----------
    out : binary file
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._lock = out, threading.Lock()

    def say(self, message: object) -> None:
        """Send a message at once."""
        with self._lock:
            pickle.dump(message, self._out)
            self._out.flush()


def main() -> None:
    """Answer one question."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and closes our input
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever libraries print must not come between the answers
        _answer(sys.stdin.buffer, _Mouth(out))
    os._exit(0)  # the memory of a large search need not be tidied up


def _answer(source: BinaryIO, mouth: _Mouth) -> None:
    memory, beat = pickle.load(source)
    threading.Thread(target=_throb, args=(mouth, beat), daemon=True).start()
    _confine(memory)
    from rotasi.engine.solvers.cpsat.question import Reply, Solver

    def tell(reply: Reply) -> None:
        mouth.say((reply, False))

    solver = Solver(pickle.load(source), tell)
    threading.Thread(target=_watch, args=(source, solver), daemon=True).start()
    mouth.say((solver.solve(), True))  # the last word


def _throb(mouth: _Mouth, beat: float) -> None:
    """Tell the parent, once a beat, that this process has been at work since the last one."""
    done = 0.0
    with suppress(OSError, ValueError):  # nobody listens any more
        while True:
            time.sleep(beat)
            # Of all threads but this one, which would otherwise vouch for the others.
            at_work = time.process_time() - time.thread_time()
            if at_work > done + _WORK * beat:
                mouth.say((None, False))
                done = at_work


def _confine(memory: int | None) -> None:
    """Fail before the machine does: a bound on memory, and first in line if it runs out."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    if memory is not None and sys.platform != "win32":
        import resource

        with suppress(OSError, ValueError):
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            resource.setrlimit(resource.RLIMIT_AS, (memory, hard))


def _watch(source: BinaryIO, solver: object) -> None:
    """End the search when the parent closes our input."""
    source.read()
    end = time.monotonic() + _GRACE
    while time.monotonic() < end:
        solver.stop_search()  # type: ignore[attr-defined]
        time.sleep(0.05)
    os._exit(1)


if __name__ == "__main__":
    main()
