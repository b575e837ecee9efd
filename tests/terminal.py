"""Commands run in this process, as a shell would."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from rotasi.cli import main as cli

EMPLOYEES = "nip,opd,service\n000123,Bappeda,\n000124,Bappeda,\n000125,Disdukcapil,frontline\n"
POLICY = """
start = 2026-01-05
end = 2026-01-06

[[rules]]
kind = "never_remote"
scope = {service = ["frontline"]}

[[rules]]
kind = "min_on_site"
count = 1
text = "No OPD is ever empty"
"""
LOGS = "nip,time,place\n000123,2026-01-05 07:30,home\n000125,2026-01-05 07:25,home\n"
REPORTS = "nip,date,submitted,items\n000123,2026-01-05,yes,3\n"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*arguments: object, feed: bytes = b"") -> Ended:
    """Run a command in the folder that is current."""
    out, err = StringIO(), StringIO()
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        feeding(feed),
        pytest.raises(SystemExit) as end,
    ):
        cli.main([str(argument) for argument in arguments])
    return Ended(int(end.value.code or 0), out.getvalue(), err.getvalue())


def run_line(line: str, *more: str) -> Ended:
    """Run a line of a shell: ``rotasi``, its arguments, perhaps ``<`` and a file."""
    command, _, source = line.partition(" < ")
    program, *arguments = shlex.split(command)
    assert program == "rotasi"
    return run(*arguments, *more, feed=Path(source).read_bytes() if source else b"")


@contextmanager
def feeding(data: bytes) -> Iterator[None]:
    """Have bytes on standard input."""
    kept = sys.stdin
    sys.stdin = TextIOWrapper(BytesIO(data), encoding="utf-8")
    try:
        yield
    finally:
        sys.stdin = kept


def furnish(folder: Path) -> None:
    """Lay out the files that the examples of the commands name."""
    (folder / "roster").mkdir()
    for name, text in {
        "roster/employees.csv": EMPLOYEES,
        "employees.csv": EMPLOYEES,
        "policy.toml": POLICY,
        "logs.csv": LOGS,
        "reports.csv": REPORTS,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
