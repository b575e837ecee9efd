"""One token that asks all work to end, and the signals that ask it."""

from __future__ import annotations

import signal
import threading

import pytest

from rotasi.support.cancellation import Cancellation, interruptible


class Search:
    """A search that notes how often it was asked to end."""

    def __init__(self) -> None:
        self.asked = 0

    def stop_search(self) -> None:
        self.asked += 1


def test_searches_that_run_are_stopped() -> None:
    cancellation, running, ended = Cancellation(), Search(), Search()
    with cancellation.stopping(running):
        with cancellation.stopping(ended):
            pass
        cancellation.ask()
    assert (cancellation.asked, running.asked, ended.asked) == (True, 1, 0)


def test_a_search_that_fails_is_forgotten() -> None:
    cancellation, search = Cancellation(), Search()
    with pytest.raises(RuntimeError), cancellation.stopping(search):
        raise RuntimeError
    cancellation.ask()
    assert search.asked == 0


def test_a_signal_only_notes_it_and_the_second_raises() -> None:
    cancellation, search = Cancellation(), Search()
    with cancellation.stopping(search):
        cancellation(signal.SIGINT, None)
        assert (cancellation.asked, search.asked) == (True, 0)
        with pytest.raises(KeyboardInterrupt):
            cancellation(signal.SIGINT, None)


def test_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruptible() as cancellation:
        assert signal.getsignal(signal.SIGINT) is cancellation
        with interruptible() as inner:
            assert inner is cancellation
        assert signal.getsignal(signal.SIGINT) is cancellation
    assert signal.getsignal(signal.SIGINT) is before


def test_what_a_program_handles_itself_stays_so() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible() as cancellation:
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            assert not cancellation.asked
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_get_a_token_and_no_handler() -> None:
    found: list[bool] = []

    def work() -> None:
        with interruptible() as cancellation:
            found.append(signal.getsignal(signal.SIGINT) is cancellation)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [False]
