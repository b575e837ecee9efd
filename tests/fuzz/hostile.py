"""Many mutated files: each is read, or refused by one error that tells people what is wrong.

A child process reads them, so that one that ends it, takes memory or never returns is noticed.
"""

from __future__ import annotations

import random
import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import rotasi
from rotasi.errors import PolicyError, RosterError
from rotasi.tables.readers import read_frame

from .mutations import mutate_policy, mutate_workbook

SECONDS, MEGABYTES = 10.0, 1_500  # what a file may take
LONGEST = 100_000  # characters of an error
KINDS = ("workbook", "policy")


@dataclass(frozen=True)
class Outcome:
    """What came of a file: read, refused, or what is wrong with how it was refused."""

    kind: str
    number: int
    said: str
    wrong: str
    seconds: float
    megabytes: float


@dataclass
class Tally:
    """What a campaign met."""

    said: Counter[str] = field(default_factory=Counter)
    wrong: list[Outcome] = field(default_factory=list)
    slowest: dict[str, Outcome] = field(default_factory=dict)
    largest: dict[str, Outcome] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Take in what came of a file."""
        kind = outcome.kind
        self.said[f"{kind}: {outcome.said}"] += 1
        if outcome.wrong:
            self.wrong.append(outcome)
        self.slowest[kind] = max(
            self.slowest.get(kind, outcome), outcome, key=lambda each: each.seconds
        )
        self.largest[kind] = max(
            self.largest.get(kind, outcome), outcome, key=lambda each: each.megabytes
        )


def draw(seed: int, kind: str, number: int) -> tuple[bytes, str]:
    """A file and its suffix; the same for the same numbers."""
    rng = random.Random(f"{seed} {kind} {number}")
    return (mutate_workbook(rng), ".xlsx") if kind == "workbook" else mutate_policy(rng)


def attempt(kind: str, path: Path) -> tuple[str, str]:
    """What is said of a file, and what is wrong with that."""
    read, own = (_read_workbook, RosterError) if kind == "workbook" else (_read_policy, PolicyError)
    try:
        read(path)
    except own as error:
        return f"{own.__name__}", _judge(error)
    except BaseException as error:  # noqa: BLE001, whatever is raised is what is looked for
        return "not ours", f"{type(error).__name__}: {str(error)[:300]}"
    return "read", ""


def _read_workbook(path: Path) -> None:
    read_frame(path, "roster")
    rotasi.Roster.read(path).hash()


def _read_policy(path: Path) -> None:
    policy = rotasi.Policy.read(path)
    again = rotasi.Policy.model_validate(policy.to_dict())
    if again.hash() != policy.hash() or not policy.to_toml() or not policy.to_json():
        raise AssertionError("it does not come back")
    repr(policy)


def _judge(error: Exception) -> str:
    """What is wrong with an error: too long, not to be encoded, or about a person."""
    text = str(error)
    text.encode("utf-8", "replace")
    if len(text) > LONGEST:
        return f"an error of {len(text)} characters"
    return "an error that tells a name" if "Nama " in text else ""


def read_all(seed: int, jobs: Iterable[tuple[str, int]]) -> Iterator[Outcome]:
    """Read files here and now."""
    warnings.simplefilter("ignore")
    with TemporaryDirectory() as folder:
        for kind, number in jobs:
            data, suffix = draw(seed, kind, number)
            path = Path(folder) / f"a{suffix}"
            path.write_bytes(data)
            _forget_peak()
            before, begin = _peak(), time.monotonic()
            said, wrong = _within(SECONDS, lambda kind=kind, path=path: attempt(kind, path))
            seconds, megabytes = time.monotonic() - begin, max(_peak() - before, 0.0)
            if seconds > SECONDS:
                wrong = wrong or f"{seconds:.1f} s"
            if megabytes > MEGABYTES:
                wrong = wrong or f"{megabytes:.0f} MB"
            yield Outcome(kind, number, said, wrong, seconds, megabytes)


def _within(seconds: float, ask: Callable[[], tuple[str, str]]) -> tuple[str, str]:
    """What is answered in time; later an exception cuts in, as far as Python is running."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 2 * seconds)
    try:
        return ask()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _forget_peak() -> None:
    with suppress(OSError):  # then the peak is that of all files so far
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """Megabytes that this process has had at most since `_forget_peak`."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else ()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _serve(seed: int, jobs: list[tuple[str, int]], pipe: Connection) -> None:
    for outcome in read_all(seed, jobs):
        pipe.send(outcome)


def conduct(seed: int, total: int, progress: Callable[[int, Tally], None]) -> Tally:
    """Read `total` files of each kind in a child process; one that it dies of is noted."""
    jobs = [(kind, number) for number in range(total) for kind in KINDS]
    tally, done = Tally(), 0
    while done < len(jobs):
        for outcome in _in_child(seed, jobs[done:]):
            tally.add(outcome)
            done += 1
            if done % 1000 == 0:
                progress(done, tally)
    return tally


def _in_child(seed: int, jobs: list[tuple[str, int]]) -> Iterator[Outcome]:
    context = get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_serve, args=(seed, jobs, theirs))
    child.start()
    theirs.close()
    answered = 0
    try:
        while answered < len(jobs):
            begin = time.monotonic()
            if not mine.poll(60):
                break
            try:
                yield mine.recv()
            except EOFError:
                break
            answered += 1
        if answered < len(jobs):
            kind, number = jobs[answered]
            seconds = time.monotonic() - begin
            yield Outcome(kind, number, "not ours", "the process died or hangs", seconds, 0.0)
    finally:
        child.kill()
        child.join()


def run(total: int, seed: int, corpus: Path) -> int:
    """Conduct a campaign, tell what it met, and save the files that are wrong; 1 if any is."""
    begin = time.monotonic()

    def progress(done: int, tally: Tally) -> None:
        print(f"{done:,} files, {len(tally.wrong)} wrong", file=sys.stderr, flush=True)

    tally = conduct(seed, total, progress)
    for said, count in sorted(tally.said.items()):
        print(f"{count:8,} {said}")
    for kind in tally.slowest:
        slow, large = tally.slowest[kind], tally.largest[kind]
        print(f"{kind}: slowest {slow.seconds:.2f} s (file {slow.number}), "
              f"most memory {large.megabytes:.0f} MB (file {large.number})")  # fmt: skip
    print(f"{len(tally.wrong)} wrong")
    for outcome in tally.wrong:
        data, suffix = draw(seed, outcome.kind, outcome.number)
        corpus.mkdir(parents=True, exist_ok=True)
        path = corpus / f"{outcome.kind}-{seed}-{outcome.number}{suffix}"
        path.write_bytes(data)
        print(f"{path}: {outcome.wrong}")
    print(f"{time.monotonic() - begin:.0f} s on one process")
    return int(bool(tally.wrong))
