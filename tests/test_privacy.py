"""No NIP, name or kind of leave where nobody has asked for it: logs, reprs, warnings, errors.

Asked for are the frames of a roster, schedule, report, ledger and accountability, the files that
`write` and `to_csv` make, the values of problems (``Problem.value``, for programs), the NIPs of a
conflict (``Conflict.nips``), and the table of violations that ``rotasi verify`` shows.
"""

from __future__ import annotations

import gc
import io
import logging
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import crossing, day, policy

import rotasi
from rotasi import Policy, Roster, Schedule
from rotasi.cli.main import main
from rotasi.instance.resolve import resolve

NIPS = ["198503152010011001", "197912012005012002", "199007072015011003", "199911112022012004"]
NAMES = ["Rahayuningtyas", "Wirahadikusumah", "Suryadiningrat", "Tjokroaminoto"]
KINDS = ["melahirkan-xq", "sakit-keras-xq"]
SECRETS = [*NIPS, *NAMES, *KINDS]
#: Also cut, changed to numbers, or hashed without a key.
PATTERN = re.compile("|".join([*(nip[:10] for nip in NIPS), *NAMES, *KINDS]), re.IGNORECASE)

UNITS = ["Arsip", "Umum", "Umum", "Umum"]
RULES: list[dict[str, Any]] = [
    {"kind": "max_remote", "by": ["unit"], "share": 0.5},
    {"kind": "rotation_groups", "groups": 2, "scope": {"unit": ["Umum"]}},
    {"kind": "min_on_site", "by": ["name"], "count": 1, "if_short": "cap", "penalty": 1},
    {"kind": "never_remote", "scope": {"nip": [NIPS[3]]}},
]


class Output:
    """Everything that came out, by where it came out."""

    def __init__(self) -> None:
        self.told: dict[str, str] = {}

    def add(self, place: str, text: object) -> None:
        self.told[place] = self.told.get(place, "") + f"{text}\n"

    def check(self) -> None:
        """Fail, and say where, if anything of it is personal."""
        found = {
            place: sorted(set(PATTERN.findall(text)))
            for place, text in self.told.items()
            if PATTERN.search(text)
        }
        assert found == {}


class Everything(logging.Handler):
    """Keep each record as it is formatted, with the text of its exception, and as it is."""

    def __init__(self, output: Output) -> None:
        super().__init__(logging.DEBUG)
        self.output = output

    def emit(self, record: logging.LogRecord) -> None:
        self.output.add("log", logging.Formatter("%(name)s %(message)s").format(record))
        self.output.add("log, raw", vars(record) | {"exc_info": None})


@contextmanager
def watching() -> Iterator[Output]:
    """Everything that comes out inside the block: streams, logs and warnings."""
    output, root = Output(), logging.getLogger()
    handler, level = Everything(output), root.level
    streams = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with (
            warnings.catch_warnings(record=True) as caught,
            redirect_stdout(streams["stdout"]),
            redirect_stderr(streams["stderr"]),
        ):
            warnings.simplefilter("always")
            yield output
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    for name, stream in streams.items():
        output.add(name, stream.getvalue())
    for warning in caught:
        output.add("warnings", f"{warning.message} {warning.message!r}")


def add_error(output: Output, place: str, error: BaseException) -> None:
    """All that a traceback, a log or a crash reporter shows of an error and those behind it."""
    output.add(place, "".join(traceback.format_exception(error)))
    seen: list[BaseException | None] = []
    while error is not None and error not in seen:
        notes = getattr(error, "__notes__", [])
        output.add(place, f"{error} {error!r} {notes} {error.args!r}")
        seen.append(error)
        error = error.__cause__ or error.__context__  # type: ignore[assignment]


def tables() -> dict[str, pd.DataFrame]:
    who = {"nip": NIPS, "name": NAMES, "opd": ["Dinkes", *["Damkar"] * 3], "unit": UNITS}
    return {
        "employees": pd.DataFrame(who | {"applied": ["ya"] * 4}),
        "leave": pd.DataFrame(
            {"nip": NIPS[:2], "start": [day(0)] * 2, "end": [day(1)] * 2, "kind": KINDS}
        ),
        "wishes": pd.DataFrame({"nip": NIPS[2:], "weekday": ["Mon", "Tue"]}),
        "pins": pd.DataFrame({"nip": NIPS[2:3], "date": [day(4)], "status": ["WFO"]}),
    }


def roster() -> Roster:
    return Roster.from_frame(**tables())


def show(output: Output, *things: object) -> None:
    """What a notebook, a print or a debugger shows of public objects."""
    for thing in things:
        name = type(thing).__name__
        output.add(name, f"{thing!r} {thing}")
        if hasattr(thing, "_repr_html_"):
            output.add(f"{name} as HTML", thing._repr_html_())


def fail(output: Output, place: str, call: Callable[[], object], kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        call()
    add_error(output, place, caught.value)


def test_the_pattern_finds_what_it_should() -> None:
    for secret in SECRETS:
        output = Output()
        output.add("here", f"x{secret}x")
        with pytest.raises(AssertionError, match="here"):
            output.check()


def test_a_solve_and_all_that_it_makes() -> None:
    with watching() as output:
        given, terms = roster(), policy(*RULES)
        schedule = rotasi.solve(
            given, terms, workers=1, verbose=True, progress=lambda news: show(output, news)
        )
        assert schedule.status == "OPTIMAL"
        show(output, given, schedule, rotasi.verify(schedule, given, terms), schedule.instance)
        show(output, dict(schedule.provenance), schedule.objectives, schedule.blocks)
        output.add("all", [schedule, [given], {"report": schedule.instance.facts}])
        attendance = pd.DataFrame({"nip": NIPS[:1], "time": [day(0)], "place": ["home"]})
        reports = pd.DataFrame(
            {"nip": NIPS[:1], "date": [day(0)], "submitted": ["ya"], "items": [1]}
        )
        show(output, rotasi.accountability(schedule, attendance, reports))
        show(output, rotasi.estimate(given, terms))
        show(output, rotasi.compare(given, {"one": terms}, workers=1), schedule.summary())
    assert "blocks decided" in output.told["log"]
    assert "blocks decided" in output.told["stderr"]
    output.check()


def test_a_solve_without_a_solution() -> None:
    rules = [
        {"kind": "min_on_site", "by": ["unit", "name"], "count": 2},
        {"kind": "quota", "max_days": 2, "min_days": 2, "scope": {"name": NAMES[:1]}},
        {"kind": "no_remote_day", "weekdays": ["Wed", "Thu", "Fri"], "scope": {"nip": NIPS[:1]}},
        {"kind": "fixed_remote_day", "weekdays": ["Fri"]},
    ]
    with watching() as output:
        schedule = rotasi.solve(roster(), policy(*rules), workers=1)
        assert schedule.status == "INFEASIBLE"
        assert schedule.conflicts
        show(output, schedule, *schedule.conflicts, list(schedule.conflicts))
        output.add("texts", [conflict.text for conflict in schedule.conflicts])
        fail(output, "InfeasibleError", schedule.to_frame, rotasi.InfeasibleError)
    output.check()


def test_a_solve_that_runs_out_of_time() -> None:
    given, terms = crossing(30)
    who = given.employees.assign(nip=[f"{NIPS[0][:-3]}{n:03}" for n in range(30)], name=NAMES[0])
    with watching() as output:
        schedule = rotasi.solve(Roster.from_frame(who), terms, workers=1, time_limit=1e-9)
        show(output, schedule)
        if schedule.status == "UNKNOWN":
            fail(output, "TimeLimitError", schedule.to_frame, rotasi.TimeLimitError)
    assert schedule.status in ("UNKNOWN", "FEASIBLE")
    output.check()


def test_a_verification_with_violations() -> None:
    given, terms = roster(), policy(*RULES)
    frame = rotasi.solve(given, terms, workers=1).to_frame().assign(status="WFH")
    frame = pd.concat([frame, frame.tail(2), frame.tail(1).assign(nip="x" + NAMES[0])])
    with watching() as output:
        report = rotasi.verify(frame, given, terms)
        assert set(report.violations["nip"]) >= set(NIPS)
        show(output, report)
        output.add("texts", report.violations["text"].tolist())
        output.add("groups", report.violations["group"].tolist())
        fail(
            output,
            "Schedule.from_frame",
            lambda: Schedule.from_frame(frame, given, terms),
            rotasi.RosterError,
        )
    assert "violation of" in output.told["log"]
    output.check()


def bad_tables() -> Iterator[tuple[str, dict[str, pd.DataFrame]]]:
    """Everything that can be wrong about people, and what comes of it in wrong columns."""
    good = tables()
    who, away = good["employees"], good["leave"]
    yield "twice", good | {"employees": pd.concat([who, who])}
    yield "as numbers", good | {"employees": who.assign(nip=who["nip"].astype(float))}
    yield "unknown", good | {"employees": who.head(1)}
    yield "reversed", good | {"leave": away.assign(end=day(-9))}
    yield "in the wrong columns", good | {"employees": who.assign(joined=NIPS, disciplined=NIPS)}
    yield "no dates", good | {"leave": away.assign(start=NIPS[0], end=NIPS[1])}
    yield "no statuses", good | {"pins": good["pins"].assign(status=NIPS[0])}
    yield "no weights", good | {"wishes": good["wishes"].assign(weight=NIPS[:2], weekday=NIPS[0])}
    yield "characters", good | {"employees": who.assign(name=[name + "\0" for name in NAMES])}
    halves = pd.Series([name + "\ud800" for name in NAMES], dtype=object)
    yield "surrogates", good | {"employees": who.assign(name=halves)}
    yield "no columns", good | {"leave": away.rename(columns={"start": "begin"})}
    yield "as index", good | {"employees": who.set_index("nip")}
    yield "as headings", good | {"employees": who.set_axis([*NIPS, NAMES[0]], axis=1)}


@pytest.mark.parametrize("name", [name for name, _given in bad_tables()])
def test_tables_that_cannot_be_used(name: str) -> None:
    given = dict(bad_tables())[name]
    with watching() as output:
        fail(output, name, lambda: Roster.from_frame(**given), rotasi.RosterError)
    output.check()


def bad_files() -> dict[str, bytes]:
    head, row = "nip;opd;name\n", f"{NIPS[0]};X;{NAMES[0]}\n"
    return {
        "ragged": f"{head}{row}{NIPS[1]};{NAMES[1]}\n".encode(),
        "quoted": f'{head}{row}{NIPS[1]};X;"{NAMES[1]}\n'.encode(),
        "encoded": f"{head}{row}{NIPS[1]};X;{NAMES[1]}é\n".encode("cp1252"),
        "utf-16": f"{head}{row}".encode("utf-16"),
        "nul": f"{head}{row}{NIPS[1]};X;{NAMES[1]}\0\n".encode(),
        "workbook": b"PK\x03\x04" + row.encode(),
        "unnamed": f"nip;opd;\n{row}".encode(),
        "empty": b"",
        "without headings": f"{row}{row}".encode(),
    }


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("name", bad_files())
def test_files_that_cannot_be_read(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / f"employees.{suffix}"
    path.write_bytes(bad_files()[name])
    with watching() as output:
        fail(output, name, lambda: Roster.read(path), rotasi.RosterError)
        fail(output, name, lambda: Roster.read(tmp_path), rotasi.RosterError)
    output.check()


def test_a_policy_that_names_people(tmp_path: Path) -> None:
    scopes: list[Any] = [{"nip": NIPS[0]}, {"name": [NAMES[0], None]}, {"nip": [[NIPS[1]]]}, NIPS]
    bad = [{"kind": "never_remote", "scope": scope} for scope in scopes]
    bad += [{"kind": "never_remote", "except": scope} for scope in scopes]
    text = f'start = 2026-01-05\nend = 2026-01-09\n[[rules]]\nscope = {{ nip = ["{NIPS[0]}" }}\n'
    (tmp_path / "policy.toml").write_text(text)
    (tmp_path / "latin.toml").write_bytes(f"name = '{NAMES[0]} é'".encode("cp1252"))
    near = [NIPS[0][:-1] + "9", NAMES[0][:-1]]
    with watching() as output:
        fail(output, "policy", lambda: policy(*bad), rotasi.PolicyError)
        for name in ("policy.toml", "latin.toml"):
            fail(output, name, lambda n=name: Policy.read(tmp_path / n), rotasi.PolicyError)
        for column, value in zip(("nip", "name"), near, strict=True):
            rule = {"kind": "never_remote", "scope": {column: [value]}}
            show(output, rotasi.solve(roster(), policy(rule), workers=1).provenance["notices"])
    assert "reaches nobody" in output.told["warnings"]
    del output.told["warnings"]  # of the call itself, in which the near names stand
    output.check()


def test_a_hint_tells_of_nobody() -> None:
    """Values that one ASN alone has, such as an address, are no names of groups."""
    who = tables()["employees"].assign(surel=[f"{name}@bekasi.go.id" for name in NAMES], kode="XX")
    scopes = [{"surel": [f"{NAMES[0]}@bekasi.go.di"]}, {"kode": ["XXX"]}]
    rules = [{"kind": "never_remote", "scope": scope} for scope in scopes]
    with pytest.warns(rotasi.RotasiWarning) as caught:
        rotasi.solve(Roster.from_frame(who), policy(*rules), workers=1)
    assert [str(each.message) for each in caught] == [
        "rule never_remote-1 reaches nobody",
        "rule never_remote-2 reaches nobody (did you mean 'XX'?)",
    ]


def test_a_previous_roster_that_cannot_be_read() -> None:
    good = pd.DataFrame({"nip": NIPS, "date": day(-3), "status": "WFH"})
    with watching() as output:
        for column, value in (("status", NAMES[0]), ("date", NIPS[0])):
            frame = good.assign(**{column: value})
            fail(
                output,
                column,
                lambda f=frame: rotasi.solve(roster(), policy(), previous=f, workers=1),
                rotasi.RosterError,
            )
        twice = pd.concat([good, good.assign(status="WFO")])
        fail(output, "twice", lambda: resolve(roster(), policy(), twice), rotasi.RosterError)
    output.check()


def test_the_commands(tmp_path: Path) -> None:
    """Only the table of violations, which is asked for, says who."""
    given, terms = roster(), policy(*RULES)
    given.write(tmp_path / "roster")
    (tmp_path / "policy.json").write_text(terms.to_json(), encoding="utf-8")
    bad = tmp_path / "bad"
    bad.mkdir()
    pd.concat([given.employees] * 2).to_csv(bad / "employees.csv", index=False)
    infeasible = policy({"kind": "min_on_site", "by": ["name"], "count": 2})
    (tmp_path / "never.json").write_text(infeasible.to_json(), encoding="utf-8")
    rest = ["--policy", str(tmp_path / "policy.json")]
    out = str(tmp_path / "out")
    with watching() as output:
        assert run("solve", str(tmp_path / "roster"), *rest, "--out", out) == 0
        assert run("solve", str(tmp_path / "roster"), *rest, "--out", out, "--force", "--json") == 0
        assert run("verify", str(tmp_path / "roster"), out, *rest) == 0
        assert run("solve", str(bad), *rest, "--out", str(tmp_path / "other")) == 2
        never = ["--policy", str(tmp_path / "never.json"), "--out", str(tmp_path / "never")]
        assert run("solve", str(tmp_path / "roster"), *never) == 3
    assert "OPTIMAL" in output.told["stdout"]
    assert "problems" in output.told["stderr"]
    output.check()


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


def test_a_bug_tells_its_place_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(*_all: object, **_more: object) -> None:
        raise KeyError(NIPS[0], NAMES[0])

    roster().write(tmp_path / "roster")
    (tmp_path / "policy.json").write_text(policy().to_json(), encoding="utf-8")
    monkeypatch.setattr(rotasi, "solve", burst)
    arguments = ["--policy", str(tmp_path / "policy.json"), "--out", str(tmp_path / "out")]
    with watching() as output:
        assert run("solve", str(tmp_path / "roster"), *arguments) == 5
    assert "KeyError" in output.told["stderr"]
    output.check()


def test_a_progress_bar_that_fails() -> None:
    """The log holds the traceback of the bar, not what rotasi works on."""

    def burst(news: rotasi.Progress) -> None:
        raise RuntimeError(f"no room for {news}")

    with watching() as output:
        rotasi.solve(roster(), policy(*RULES), workers=1, progress=burst)
    assert "RuntimeError" in output.told["log"]
    output.check()


def test_no_file_is_left_but_those_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch, out = tmp_path / "scratch", tmp_path / "out"
    scratch.mkdir()
    monkeypatch.chdir(scratch)
    for name in ("TMPDIR", "TEMP", "TMP", "HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(scratch))
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    schedule = rotasi.solve(roster(), policy(*RULES), workers=1)
    schedule.write(out)
    gc.collect()
    assert list(scratch.rglob("*")) == []
    assert not [path for path in out.rglob("*") if path.name.startswith(".")]
    assert not PATTERN.search((out / "provenance.json").read_text("utf-8"))
    assert not [path for path in out.rglob("*") if PATTERN.search(path.name)]


def test_sys_hooks_are_left_alone() -> None:
    hooks = sys.excepthook, sys.unraisablehook, warnings.showwarning
    rotasi.solve(roster(), policy(), workers=1)
    assert hooks == (sys.excepthook, sys.unraisablehook, warnings.showwarning)
