"""Executors on which long work survives lost workers, here or on other machines."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from importlib.metadata import version
from multiprocessing import current_process, get_context, parent_process
from secrets import token_hex
from typing import Any, Protocol, runtime_checkable

from rotasi.errors import RotasiError
from rotasi.messages import _

#: How often a task is given out again after its worker was lost.
RETRIES = 2

#: What must be alike everywhere for the same inputs to give the same bytes.
_COMPARED = ("rotasi", "ortools")

_LOST = (CancelledError, BrokenProcessPool, ConnectionError)


@runtime_checkable
class HasExecutor(Protocol):
    """Anything that gives an executor: a `distributed.Client`."""

    def get_executor(self) -> Executor:
        """Give the executor."""
        ...


class VersionError(RotasiError):
    """A worker runs other versions than the program that asks it."""


class WorkerError(RotasiError):
    """Every worker that took some parts was lost, also when each was the only one at work.

    Parameters
    ----------
    parts : sequence of str
    """

    def __init__(self, parts: Sequence[str]) -> None:
        super().__init__(tuple(parts))
        self.parts = tuple(parts)

    def __str__(self) -> str:
        text = _(
            "every worker that took these parts was lost, perhaps for want of memory, or of "
            'if __name__ == "__main__": in the program: {parts}; '
            "all others are finished, and the same call goes on from there"
        )
        return text.format(parts=", ".join(self.parts))


class StartError(WorkerError):
    """No worker can be started from the program as it is."""

    def __init__(self) -> None:
        super().__init__(())

    def __str__(self) -> str:
        return _(
            "no worker can start: each runs the program's file first. Save the program as a file "
            "(it cannot come from standard input), and put the call under "
            'if __name__ == "__main__": there; or give an executor'
        )


class SteadyExecutor(Executor):
    """Runs tasks on another executor, again where a worker was lost, with versions compared.

    Parameters
    ----------
    executor : Executor or distributed.Client
        Somebody else's; it is left running.
    """

    def __init__(self, executor: Executor | HasExecutor) -> None:
        self._token = token_hex(8)
        self._executor = executor if isinstance(executor, Executor) else executor.get_executor()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function on a worker.

        Returns
        -------
        Future
            Fails with `VersionError` if rotasi or OR-Tools differ there, and as the other
            executor's does once the retries are used up.
        """
        outer: Future[Any] = Future()
        self._try(outer, 0, fn, args, kwargs)
        return outer

    def _try(self, outer: Future[Any], attempt: int, *task: Any) -> None:
        if outer.cancelled():
            return
        try:
            # dask takes calls with equal arguments for one, and may know its result already.
            mark = (self._token, attempt)
            inner = self._executor.submit(_run, list_own_versions(), mark, *task)
        except Exception as error:  # noqa: BLE001 - whoever waits shall hear of it
            outer.set_exception(error)
            return
        outer.add_done_callback(lambda done: inner.cancel() if done.cancelled() else None)
        inner.add_done_callback(lambda done: self._pass_on(done, outer, attempt, *task))

    def _pass_on(self, inner: Future[Any], outer: Future[Any], attempt: int, *task: Any) -> None:
        error = CancelledError() if inner.cancelled() else inner.exception()
        if error is not None and attempt < RETRIES and is_lost(error):
            self._try(outer, attempt + 1, *task)
        elif outer.set_running_or_notify_cancel():
            if error is None:
                outer.set_result(inner.result())
            else:
                outer.set_exception(error)


class ProcessExecutor(Executor):
    """Processes on this machine, started afresh when one of them dies.

    Parameters
    ----------
    workers : int
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        # Whoever forks a process with threads, as OR-Tools has them, forks their locks too.
        self._context = get_context("spawn")
        self._has_begun = self._context.RawValue("b", 0)
        self._pool = self._start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function in one of the processes."""
        with self._lock:
            try:
                return self._pool.submit(fn, *args, **kwargs)
            except BrokenProcessPool:
                if not self._has_begun.value:
                    raise StartError from None
                self._pool = self._start()
                return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes when they have done what they are at."""
        self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._workers, self._context, _prepare, (self._has_begun,))


def demand_main_guard() -> None:
    """Raise `StartError` in a process that runs a script again instead of its task."""
    if getattr(current_process(), "_inheriting", False):
        raise StartError


def _prepare(has_begun: Any) -> None:
    """Leave Ctrl-C to the parent, which waits for what is at work, end with it, use one core."""
    import signal

    has_begun.value = 1
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import pyarrow as pa

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pa.set_cpu_count(1)


def _end_with_parent() -> None:
    """Nobody would hear what is found, and the process would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@cache
def list_own_versions() -> tuple[str, ...]:
    """Versions here of what must be alike everywhere."""
    return tuple(version(package) for package in _COMPARED)


def _run(
    wanted: tuple[str, ...],
    _mark: tuple[str, int],
    fn: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Run a task on a worker, if its versions are those of the program that asks."""
    for package, ours, theirs in zip(_COMPARED, wanted, list_own_versions(), strict=True):
        if ours != theirs:
            text = _("a worker has {package} {theirs}, here is {ours}; install the same there")
            raise VersionError(text.format(package=package, theirs=theirs, ours=ours))
    return fn(*args, **kwargs)


def is_lost(error: BaseException) -> bool:
    """Whether an error tells of a lost worker rather than of the task."""
    # Those of dask are known by their package, which need not be installed.
    packages = {cls.__module__.partition(".")[0] for cls in type(error).__mro__}
    return isinstance(error, _LOST) or "distributed" in packages
