"""A search in a process of its own: what kills it costs one search, not the run."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from rotasi.engine.solvers.cpsat.question import Question, Reply
from rotasi.messages import mark

#: Seconds that a search may overrun before its process is killed.
_GRACE = 0.5

#: Seconds between two signs of life of a process, and how many it may miss in a row. Generous: one
#: that starts on a crowded machine says nothing for a while.
_BEAT, _MISSED = 1.0, 60
_SILENT = mark("no sign of life")

#: Part of the machine's memory that one search may take.
_SHARE = 0.8


class Apart:
    """One search in a process of its own, as `question.Solver` is one in this process.

    Parameters
    ----------
    question : Question
    seconds : float or None
        When to stop it; a little later its process is killed.
    memory : int, optional
        Bytes of address space that it may take; most of this machine's memory if left out.

    Attributes
    ----------
    loss : str or None
        What ended a process that was lost: the name of a signal, its exit code, or its silence.

    Raises
    ------
    OSError
        If no process can be started here.
    """

    def __init__(
        self, question: Question, seconds: float | None, memory: int | None = None
    ) -> None:
        self._question, self._memory = question, memory or _most_memory()
        self.loss: str | None = None
        self._best, self._finished = Reply("UNKNOWN"), False
        self._lock, self._stopped, self._ended = threading.Lock(), False, False
        self._timers: list[threading.Timer] = []
        self._missed, self._silent, self._over = 0, False, threading.Event()
        self._process = start_worker()
        if seconds is not None:
            self._later(seconds, self.stop_search)

    def solve(self) -> Reply:
        """Wait for the end, and give the best that was heard."""
        threading.Thread(target=self._watch, daemon=True).start()
        try:
            self._ask()
            self._listen()
        finally:
            code = self._end()
            if not (self._finished or self._stopped):
                self.loss = _SILENT if self._silent else _name(code)
        return self._best

    def stop_search(self) -> None:
        """Ask the search to end; one that does not is killed."""
        with self._lock:
            if self._ended or self._stopped:
                return
            self._stopped = True
            self._later(_GRACE, self._process.kill)
        with suppress(OSError):
            self._input.close()

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def _ask(self) -> None:
        # Who has been stopped or has died meanwhile does not read on; listening tells.
        with suppress(OSError, ValueError):
            pickle.dump((self._memory, _BEAT), self._input)
            pickle.dump(self._question, self._input)
            self._input.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while not self._finished:
            try:
                reply, self._finished = pickle.load(self._process.stdout)
            except (EOFError, pickle.UnpicklingError, OSError):
                break  # it died, perhaps in the middle of an answer
            self._hear(reply)

    def _hear(self, reply: Reply | None) -> None:
        self._missed = 0
        if reply is not None and (reply.values is not None or reply.is_final):
            self._best = reply

    def _watch(self) -> None:
        """Kill a process that gives no sign of life.

        Beats of our own are counted, not seconds: while the machine sleeps, nobody misses any.
        """
        while not self._over.wait(_BEAT):
            self._missed += 1
            if self._missed > _MISSED:
                self._silent = True
                self._process.kill()
                return

    def _end(self) -> int:
        with self._lock:
            self._ended = True
        self._over.set()
        for timer in self._timers:
            timer.cancel()
        if not self._finished and self._process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.1)  # it may be dying of something worth telling
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(OSError, ValueError):
                pipe.close()
        return self._process.wait()

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), do)
        timer.daemon = True
        self._timers.append(timer)
        timer.start()


def is_possible() -> bool:
    """Whether this program can start Python: one frozen into an executable starts itself."""
    return bool(sys.executable) and not getattr(sys, "frozen", False)


def start_worker() -> subprocess.Popen[bytes]:
    """Start a process that answers one question."""
    home = Path(__file__).parents[4]
    path = [str(Path(entry).absolute()) for entry in (*sys.path, str(home))]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "rotasi.engine.solvers.cpsat.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path)},
        process_group=None if sys.platform == "win32" else 0,  # Ctrl-C is for the parent alone
    )


def _most_memory() -> int | None:
    try:
        return int(_SHARE * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return None


def _name(code: int) -> str:
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"exit {code}"
