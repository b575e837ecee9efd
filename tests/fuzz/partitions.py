"""Nations in parts: whoever stands in a readable file is in the results once, or a file is named.

What happens while a nation is solved is drawn too: files that change, interruptions, a second run,
another period, callbacks that fail, results that are damaged.
"""

from __future__ import annotations

import json
import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from nations import Inline, Meddling

import rotasi
from rotasi.errors import RotasiError

from .campaign import MISMATCH, Plan, Tally
from .nation import PLANTS, Nation, as_bytes, count_people
from .trial import agree, demand

MOST_PLANTS = 2
ERRORS = (ValueError, TimeoutError, ConnectionError, BrokenPipeError, RuntimeError, KeyError)


def run(plan: Plan, numbers: Iterable[int]) -> Tally:
    """Try the nations of these numbers, here and now; relations of a plan may name what happens."""
    tally, events = Tally(), [name for name in plan.relations if name in EVENTS]
    for number in numbers:
        name, outcome, features, said = try_nation(plan.seed, number, events or list(EVENTS))
        tally.count(name, outcome)
        tally.sizes["nation"] += 1
        tally.features.update(features)
        if outcome == MISMATCH:
            tally.mismatches.append(f"{name}, nation {number} of seed {plan.seed}\n    {said}")
    return tally


def try_nation(seed: int, number: int, events: Sequence[str]) -> tuple[str, str, set[str], str]:
    """What happened, what came of it, what the nation had, and in words what does not hold."""
    rng = random.Random(f"nation {seed} {number}")
    name = rng.choice(events)
    with TemporaryDirectory() as folder:
        nation = Nation(rng, Path(folder).resolve())
        quiet = rng.random() < 0.5
        nation.plant(*([] if quiet else rng.sample(list(PLANTS), rng.randint(1, MOST_PLANTS))))
        try:
            return name, Run(nation, Path(folder).resolve() / "out").go(name), nation.features, ""
        except Exception as error:  # noqa: BLE001, whatever is raised is what is looked for
            return name, MISMATCH, nation.features, f"{type(error).__name__}: {error}"


class Run:
    """A nation that is solved, and what happens to it.

    Parameters
    ----------
    nation : Nation
    out : Path
    """

    def __init__(self, nation: Nation, out: Path) -> None:
        self.nation, self.out, self.rng = nation, out, nation.rng
        self.policy = rotasi.Policy.model_validate(nation.whole[1])
        self.warned: list[str] = []
        self.solved, self.was_whole = 0, False

    def go(self, event: str) -> str:
        """Let it happen; unless the dataset is refused, and rightly, everybody is there at last."""
        try:
            outcome = EVENTS[event](self)
        except RotasiError as error:
            return self.judge(error)
        demand(not self.nation.refused, f"not refused: {self.nation.refused}")
        return outcome

    def solve(self, crew: Inline | None = None, **options: Any) -> rotasi.Summary:
        """Solve it, part after part."""
        crew = crew or Inline()
        settings = {"executor": crew, "workers": 1, "previous": self.nation.past} | options
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                summary = rotasi.solve_partitions(
                    self.nation.source, self.policy, self.out, **settings
                )
                self.was_whole = True
                return summary
            finally:
                self.solved = crew.count
                self.warned = [str(warning.message) for warning in caught]

    def judge(self, error: RotasiError) -> str:
        """Whether a refusal names one of the files for which it may be, and nothing was solved."""
        text = str(error)
        if self.nation.refused:
            named = [name for name in self.nation.refused if name in text]
            demand(bool(named), f"{text} names none of {self.nation.refused}")
        else:
            rightly = self.nation.coupled and isinstance(error, rotasi.PolicyError)
            demand(rightly and "has members in the parts" in text, f"refused without need: {text}")
        whole = (self.out / "summary.json").exists()
        demand(self.was_whole or not whole, "a refused run is whole")
        return "refused"

    def check(self, summary: rotasi.Summary) -> str:
        """Everybody once, each part with the days and values that it has alone, and all told."""
        people = count_people(self.nation.source)
        demand(set(people.values()) <= {1}, "somebody in two files is not noticed")
        for name in self.nation.told:
            demand(any(name in text for text in self.warned), f"{name} is not told: {self.warned}")
        sums: Counter[str] = Counter()
        met: set[str] = set()
        agree("parts", set(summary.partitions["part"]), set(self.nation.parts))
        for part, status in zip(
            summary.partitions["part"], summary.partitions["status"], strict=True
        ):
            alone = self.alone(part)
            agree(f"status of {part}", status, str(alone.status))
            met |= set(alone.roster.employees["nip"])
            if alone.complete:
                found = pd.read_parquet(self.out / "schedule" / f"{part}.parquet").astype(str)
                agree(f"days of {part}", rows_of(found), rows_of(alone.to_frame().astype(str)))
                sums.update(dict(enumerate(alone.objectives["value"])))
        agree("people", set(people), met)
        agree("ASN", int(summary.partitions["asn"].sum()), people.total())
        if summary.status == "OPTIMAL":
            agree(
                "values", [sums[n] for n in range(len(sums))], summary.objectives["value"].tolist()
            )
        told = json.loads((self.out / "summary.json").read_text("utf-8"))
        agree("status", told["status"], str(summary.status))
        names = {path.stem for path in (self.out / "schedule").iterdir()}
        demand(names <= set(self.nation.parts), f"files of others: {names}")
        return str(summary.status)

    def alone(self, part: str) -> rotasi.Schedule:
        """A part solved as any roster is."""
        tables, _policy, past = self.nation.parts[part]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            roster = rotasi.Roster.from_frame(**tables)
            return rotasi.solve(roster, self.policy, previous=past, workers=1)

    def snapshot(self) -> dict[str, bytes]:
        """The files that people see."""
        paths = [path for path in self.out.rglob("*") if path.is_file()]
        named = {path.relative_to(self.out).as_posix(): path for path in paths}
        return {name: path.read_bytes() for name, path in named.items() if name[0] != "."}

    def loosened(self) -> None:
        """Another policy for the same nation."""
        cap = self.policy.weekly_cap
        self.policy = self.policy.model_copy(update={"weekly_cap": cap - 1 if cap else cap + 1})


def rows_of(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """Rows that can be compared."""
    return sorted(frame[["nip", "opd", "date", "status"]].itertuples(index=False, name=None))


def interrupting(after: int) -> Callable[[rotasi.Progress], None]:
    """A callback that ends the run after some parts."""

    def interrupt(news: rotasi.Progress) -> None:
        if news.done > after:
            raise KeyboardInterrupt

    return interrupt


def put_back(path: Path, content: bytes | None) -> None:
    """Have a file as it was, or not at all."""
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


def refuse(what: str, kind: type[RotasiError], run: Callable[[], object]) -> str:
    """Demand an error of ours; gives its text."""
    try:
        run()
    except kind as error:
        return str(error)
    raise AssertionError(f"not refused: {what}")


# -------------------------------------------------------------------- what happens


def nothing(run: Run) -> str:
    """It is solved; the second time nothing is left to do."""
    outcome = run.check(run.solve())
    before = run.snapshot()
    run.check(run.solve())
    agree("parts solved again", run.solved, 0)
    after = run.snapshot()
    days = {name for name in before if name.startswith("schedule/")}
    demand(all(before[name] == after[name] for name in days), "other bytes the second time")
    return outcome


def interrupted(run: Run) -> str:
    """It is interrupted and goes on."""
    after = run.rng.randrange(len(run.nation.parts))
    try:
        run.solve(progress=interrupting(after))
    except KeyboardInterrupt:
        demand(not (run.out / "summary.json").exists(), "an interrupted run is whole")
    outcome = run.check(run.solve())
    agree("parts solved again", run.solved, len(run.nation.parts) - after - 1)
    return outcome


def changed(run: Run) -> str:
    """A file of a part is another one when it is solved: damaged, or with a row less."""
    path = run.rng.choice(run.nation.paths[run.rng.choice(sorted(run.nation.parts))])
    damaged = run.rng.random() < 0.3

    def change() -> None:
        table = pd.read_parquet(path, partitioning=None)
        again = table.iloc[:-1] if len(table) > 1 else table.assign(more="more")
        path.write_bytes(b"PAR1 gone" if damaged else as_bytes(again))

    return _noticed(run, change, path)


def came(run: Run) -> str:
    """A part comes while others are at work."""
    place = run.nation.source / run.nation.folders["employees"] / "late.parquet"
    return _noticed(run, lambda: run.nation.put(str(place)), place)


def went(run: Run) -> str:
    """A file of a part goes."""
    path = run.rng.choice(run.nation.paths[run.rng.choice(sorted(run.nation.parts))])
    return _noticed(run, path.unlink, path)


def _noticed(run: Run, change: Callable[[], object], path: Path) -> str:
    """A change between the survey and the end is told; put right, everybody is there."""
    content = path.read_bytes() if path.exists() else None
    done = []

    def meddle() -> None:
        change()
        done.append(path)

    def meddle_late(_news: rotasi.Progress) -> None:
        if not done:
            meddle()

    try:
        if run.rng.random() < 0.3:  # when a part is solved, be it the one that changes
            run.solve(progress=meddle_late)
        else:
            run.solve(Meddling(meddle))
    except RotasiError as error:
        if not done:
            raise
        demand(path.name in str(error), f"{error} does not name {path.name}")
        demand(not (run.out / "summary.json").exists(), "a run that was cheated is whole")
    else:
        raise AssertionError(f"a change of {path.name} is not noticed")
    put_back(path, content)
    return f"noticed, then {run.check(run.solve())}"


def second_run(run: Run) -> str:
    """Another run begins while this one is at work."""
    said = []

    def meddle() -> None:
        said.append(refuse("a second run", rotasi.OutputError, lambda: run.solve(force=True)))

    summary = run.solve(Meddling(meddle))
    demand("another run" in said[0], said[0])
    return f"one refused, {run.check(summary)}"


def another_period(run: Run) -> str:
    """The results of another policy replace these only when asked, and only whole."""
    run.check(run.solve())
    before = run.snapshot()
    run.loosened()
    refuse("another policy", rotasi.OutputError, run.solve)
    agree("files", run.snapshot() == before, True)
    try:
        run.solve(force=True, progress=interrupting(run.rng.randrange(len(run.nation.parts))))
    except KeyboardInterrupt:
        agree("files", run.snapshot() == before, True)
    return run.check(run.solve(force=True))


def edited(run: Run) -> str:
    """A part more in a nation that was solved; interrupted, the old results stay."""
    run.check(run.solve())
    before = run.snapshot()
    path = run.nation.add_part(run.nation.newcomers())
    run.nation.features.add(f"edited {path.suffix}")
    try:
        run.solve(progress=interrupting(run.rng.randrange(len(run.nation.parts))))
    except KeyboardInterrupt:
        agree("files", run.snapshot() == before, True)
    return run.check(run.solve())


def fewer(run: Run) -> str:
    """A part less in a nation that was solved."""
    run.check(run.solve())
    run.nation.add_part(run.nation.newcomers())
    run.check(run.solve())
    name = list(run.nation.parts)[-1]
    run.nation.paths[name][0].unlink()
    del run.nation.parts[name]
    demand(name in refuse("fewer parts", rotasi.OutputError, run.solve), "the part is not named")
    outcome = run.check(run.solve(force=True))
    agree("parts solved again", run.solved, 0)
    return outcome


def failing_callback(run: Run) -> str:
    """Whatever a callback raises, the run goes on."""
    error = run.rng.choice(ERRORS)

    def fail(_news: rotasi.Progress) -> None:
        raise error("no bar today")

    return run.check(run.solve(progress=fail))


def damaged_results(run: Run) -> str:
    """A file of the results is damaged, or gone: its part is solved again."""
    run.check(run.solve())
    paths = [path for name in ("schedule", "records") for path in (run.out / name).iterdir()]
    path = run.rng.choice(sorted(paths))
    path.write_bytes(path.read_bytes()[:-1]) if run.rng.random() < 0.5 else path.unlink()
    outcome = run.check(run.solve())
    agree("parts solved again", run.solved, 1)
    return outcome


def previous_is_target(run: Run) -> str:
    """The target is given as the previous schedule too, or lies beside or inside."""
    outcome = run.check(run.solve())
    before = run.snapshot()
    previous = run.rng.choice([run.out, run.out / "schedule", run.out.parent])
    said = refuse(
        "a target that is read",
        rotasi.OutputError,
        lambda: run.solve(previous=previous, force=True),
    )
    demand("previous schedule" in said, said)
    agree("files", run.snapshot() == before, True)
    return outcome


def past_changed(run: Run) -> str:
    """The previous schedule is another when a part is solved."""
    if run.nation.past is None:
        return nothing(run)
    path = run.rng.choice(sorted(run.nation.past.iterdir()))
    past = pd.read_parquet(path)
    changed = past.assign(status=["WFO" if each == "WFH" else "WFH" for each in past["status"]])
    return _noticed(run, lambda: path.write_bytes(as_bytes(changed)), path)


EVENTS: dict[str, Callable[[Run], str]] = {
    "nothing": nothing,
    "interrupted": interrupted,
    "changed": changed,
    "came": came,
    "went": went,
    "second run": second_run,
    "another period": another_period,
    "edited": edited,
    "fewer": fewer,
    "callback": failing_callback,
    "damaged": damaged_results,
    "no own past": previous_is_target,
    "past changed": past_changed,
}
