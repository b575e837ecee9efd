"""Versions of rotasi and of what it stands on, for reports of errors."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TextIO

from rotasi.messages import _
from rotasi.support.arguments import checked

#: Extras for those who develop rotasi.
_NOT_FOR_USERS = {"dev"}
_REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)(?:\[.*?\])?.*?(?:extra == ['\"](?P<extra>\w+)['\"])?$"
)


def read_versions(packages: Iterable[str]) -> dict[str, str]:
    """Installed versions by package; those that are not installed are left out.

    Parameters
    ----------
    packages : iterable of str
    """
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def read_python() -> str:
    """The version of Python, such as 3.11.4."""
    return ".".join(map(str, sys.version_info[:3]))


@checked
def show_versions(file: TextIO | None = None) -> None:
    """Print the versions of rotasi, Python, the system, the solvers and all dependencies.

    Parameters
    ----------
    file : text file, optional
        Left out: standard output.

    Examples
    --------
    >>> import rotasi
    >>> rotasi.show_versions()  # doctest: +SKIP
    rotasi        0.1.0
    python        3.11.4
    """
    needed, optional = _list_dependencies()
    installed = read_versions(["rotasi", *needed, *optional])
    system = {
        "python": f"{read_python()} ({platform.python_implementation()})",
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "solvers": f"CP-SAT, GLOP, HiGHS (OR-Tools {installed.get('ortools', '?')})",
    }
    lines = {"rotasi": installed.get("rotasi", "?")} | system
    lines |= {name: installed.get(name, _("missing")) for name in needed}
    lines |= {
        name: installed.get(name, _("not installed; for the extra {extra}").format(extra=extra))
        for name, extra in optional.items()
    }
    width = max(map(len, lines)) + 2
    text = "".join(f"{name:{width}}{found}\n" for name, found in lines.items())
    (file or sys.stdout).write(text)


def _list_dependencies() -> tuple[list[str], dict[str, str]]:
    """What rotasi needs, and what its extras need beside, by extra."""
    needed: list[str] = []
    optional: dict[str, str] = {}
    for requirement in requires("rotasi") or ():
        match = _REQUIREMENT.match(requirement)
        if match is None or match["name"] == "rotasi":
            continue
        if match["extra"] is None:
            needed.append(match["name"])
        elif match["extra"] not in _NOT_FOR_USERS:
            optional.setdefault(match["name"], match["extra"])
    return sorted(needed), optional
