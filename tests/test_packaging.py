"""What is shipped, what is locked, and what an import loads."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
SHIPPED = [
    "rotasi/py.typed",
    "rotasi/locale/id/LC_MESSAGES/rotasi.mo",
    "rotasi/locale/id/LC_MESSAGES/rotasi.po",
    "rotasi/exports/page/page.html",
    "rotasi/exports/page/page.css",
    "rotasi/exports/page/page.js",
]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return table


@pytest.fixture(scope="module")
def lock() -> str:
    return (ROOT / "requirements" / "dev.txt").read_text()


def test_the_wheel_holds_the_package(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    sources = {
        path.relative_to(ROOT / "src").as_posix()
        for pattern in ("*.py", "*.js")
        for path in ROOT.glob(f"src/**/{pattern}")
    }
    assert sources.union(SHIPPED) <= set(names)


def test_every_dependency_is_locked(project: dict[str, Any], lock: str) -> None:
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", lock, re.MULTILINE))
    for requirement in map(Requirement, wanted):
        name = canonicalize_name(requirement.name)
        assert name == "rotasi" or requirement.specifier.contains(locked[name]), requirement


def test_the_lock_has_hashes_and_no_addresses(lock: str) -> None:
    pins = re.findall(r"^[a-z0-9-]+==", lock, re.MULTILINE)
    hashed = re.findall(r"^[a-z0-9-]+==.*\\\n +--hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
    assert len(pins) == len(hashed) > 20
    assert "://" not in lock


def test_an_import_loads_no_solver() -> None:
    heavy = ["ortools", "typer", "rich", "pyarrow.parquet", "python_calamine", "scipy"]
    code = f"import sys, rotasi; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
