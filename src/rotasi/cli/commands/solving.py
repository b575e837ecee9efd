"""The commands that decide: `demo`, `solve` and `revise`."""

from __future__ import annotations

import shlex
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import typer

import rotasi
from rotasi import presets
from rotasi.cli import console
from rotasi.cli.commands import options as of
from rotasi.cli.commands.reading import check_out, read_policy, read_previous, read_roster
from rotasi.cli.display.schedules import show_changes, show_files, show_schedule
from rotasi.cli.exit_codes import Exit
from rotasi.errors import InfeasibleError, OutputError
from rotasi.messages import _
from rotasi.schedule.folder import belongs
from rotasi.support.atomic_files import check_folder
from rotasi.support.cancellation import interruptible


def demo(
    n_asn: of.Size = 12_000,
    out: of.DemoPath = Path("demo-output"),
    seed: of.Seed = 0,
    force: of.Force = False,
    as_json: of.Json = False,
    lang: of.Lang = None,
) -> None:
    """Make a city and solve it under Bekasi's draft policy."""
    del lang
    check_folder(out, belongs=belongs, force=force)
    with console.noticing():
        roster = rotasi.datasets.city(n_asn, seed)
        decide = partial(rotasi.solve, roster, presets.bekasi_2026(), seed=seed)
        _arrange(decide, out, force=force, as_json=as_json)
    again = shlex.join(
        ["rotasi", "verify", str(out / "roster"), str(out), "--policy", str(out / "policy.json")]
    )
    console.tell(_("to check it again: {command}").format(command=again))


def solve(
    roster: of.RosterPath,
    policy: of.PolicyName,
    out: of.OutPath,
    previous: of.PreviousPath = None,
    time_limit: of.Seconds = None,
    workers: of.Workers = None,
    seed: of.Seed = 0,
    force: of.Force = False,
    as_json: of.Json = False,
    lang: of.Lang = None,
) -> None:
    """Solve a roster under a policy, and write the schedule."""
    del lang
    check_out(out, [roster, previous], belongs=belongs, force=force)
    with console.noticing(), _pointing_to_explain(roster, policy, previous):
        decide = partial(
            rotasi.solve,
            read_roster(roster),
            read_policy(policy),
            previous=read_previous(previous),
            time_limit=time_limit,
            workers=workers,
            seed=seed,
        )
        _arrange(decide, out, force=force, as_json=as_json)


def revise(
    folder: of.FolderPath,
    roster: of.RosterPath,
    from_day: of.FromDay,
    out: of.OutPath,
    policy: of.NewPolicyName = None,
    time_limit: of.Seconds = None,
    workers: of.Workers = None,
    seed: of.Seed = 0,
    force: of.Force = False,
    as_json: of.Json = False,
    lang: of.Lang = None,
) -> None:
    """Revise a schedule that is in force, and write the new one."""
    del lang
    check_out(out, [folder, roster], belongs=belongs, force=force)
    with console.noticing():
        before = rotasi.Schedule.read(folder)
        decide = partial(
            rotasi.revise,
            before,
            read_roster(roster),
            before.policy if policy is None else read_policy(policy),
            from_day,
            time_limit=time_limit,
            workers=workers,
            seed=seed,
        )
        _arrange(decide, out, force=force, as_json=as_json, before=before)


def _arrange(
    decide: Callable[..., rotasi.Schedule],
    out: Path,
    *,
    force: bool,
    as_json: bool,
    before: rotasi.Schedule | None = None,
) -> None:
    """Decide, write and show."""
    begin = time.monotonic()
    with interruptible(signal.SIGINT, signal.SIGTERM) as interruption:
        with console.watching() as progress:
            schedule = decide(progress=progress)
        _write(schedule, out, force=force)
    seconds = time.monotonic() - begin
    interrupted = bool(schedule.provenance["interrupted"]) or interruption.asked
    changes = None if before is None else before.diff(schedule)
    if as_json:
        outline = _outline(schedule, out, seconds)
        console.show_json(
            outline if changes is None else outline | {"changes": console.records(changes)}
        )
    else:
        show_schedule(schedule, seconds)
        if changes is not None:
            show_changes(changes, schedule.policy)
        show_files(out)
    if interrupted:
        console.tell(_("interrupted: this is the best roster so far"))
        raise typer.Exit(Exit.INTERRUPTED)


def _write(schedule: rotasi.Schedule, out: Path, *, force: bool) -> None:
    """Write a schedule; one that cannot be written there is not lost after a long search."""
    try:
        schedule.write(out, force=force)
    except OutputError:
        with suppress(OSError):
            _save_elsewhere(schedule)
        raise


def _save_elsewhere(schedule: rotasi.Schedule) -> None:
    refuge = Path(mkdtemp(prefix="rotasi-"))
    try:
        schedule.write(refuge)
    except OutputError:
        refuge.rmdir()
    else:
        console.tell(_("the schedule was saved to {path} instead").format(path=refuge))


def _outline(schedule: rotasi.Schedule, out: Path, seconds: float) -> dict[str, Any]:
    return {
        "status": str(schedule.status),
        "folder": str(out),
        "seconds": round(seconds, 3),
        "objectives": console.records(schedule.objectives),
        "summary": console.records(schedule.summary()),
        "provenance": dict(schedule.provenance),
    }


@contextmanager
def _pointing_to_explain(roster: Path, policy: str, previous: Path | None) -> Iterator[None]:
    """Name the command that knows ways out where there is no roster."""
    try:
        yield
    except InfeasibleError as error:
        more = [] if previous is None else ["--previous", str(previous)]
        command = shlex.join(["rotasi", "explain", str(roster), "--policy", policy, *more])
        text = _("which rules collide, and ways out: {command}")
        error.add_note(text.format(command=command))
        raise
