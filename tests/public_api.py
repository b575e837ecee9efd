"""What users and other systems may rely on, as one document: names, parameters, kinds, codes."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from dataclasses import fields, is_dataclass
from enum import Enum
from types import ModuleType
from typing import Any

import rotasi

#: Of what Python itself adds to classes, nothing is listed.
_PUBLIC = re.compile(r"[^_]\w*")


def describe() -> dict[str, Any]:
    """The public interface of this version."""
    return {
        "names": {name: describe_object(getattr(rotasi, name)) for name in rotasi.__all__},
        "kinds": {kind: describe_model(cls) for kind, cls in list_kinds().items()},
        "policy": describe_model(rotasi.Policy),
        "exit_codes": exit_codes(),
        "commands": commands(),
    }


def describe_object(given: Any) -> Any:
    """A function by its parameters, a class by its members, a module by what it exports."""
    if isinstance(given, ModuleType):
        names = getattr(given, "__all__", None) or [
            name for name, value in vars(given).items() if is_own(name, value, given.__name__)
        ]
        return {name: describe_object(getattr(given, name)) for name in sorted(names)}
    if inspect.isclass(given):
        return describe_class(given)
    is_type = hasattr(given, "__origin__")  # such as an array of flags
    return describe_call(given) if callable(given) and not is_type else type(given).__name__


def is_own(name: str, value: Any, module: str) -> bool:
    """Whether a module defines a public function or class itself."""
    own = getattr(value, "__module__", None) == module
    return bool(_PUBLIC.fullmatch(name)) and own and callable(value)


def describe_call(function: Any) -> list[str]:
    """Parameters with their kind and default; annotations are words for people."""
    return [
        str(parameter.replace(annotation=inspect.Parameter.empty))
        + f" [{parameter.kind.name.lower()}]"
        for parameter in inspect.signature(function).parameters.values()
    ]


def describe_class(cls: type) -> dict[str, Any]:
    """Bases that users catch, fields, properties and methods of a class."""
    found: dict[str, Any] = {
        "bases": sorted(base.__name__ for base in cls.__mro__[1:] if issubclass(base, Exception))
    }
    if issubclass(cls, Enum):
        return found | {"members": {each.name: each.value for each in cls}}
    if is_dataclass(cls):
        # How a schedule keeps what it was resolved to is not promised.
        found["fields"] = sorted({each.name for each in fields(cls)} - {"case", "instance"})
    members = {}
    for name in sorted(filter(_PUBLIC.fullmatch, dir(cls))):
        value = inspect.getattr_static(cls, name)
        if isinstance(value, property):
            members[name] = "property"
        elif getattr(value, "__module__", "").startswith("rotasi") and not inspect.isclass(value):
            members[name] = describe_call(getattr(cls, name))
    return found | {"members": members}


def list_kinds() -> dict[str, Any]:
    """Classes of rules and objectives by their kind."""
    from rotasi.rules import KINDS

    return dict(KINDS)


def describe_model(model: Any) -> dict[str, Any]:
    """Keys of a table of a policy, with their defaults."""
    return {
        field.alias or name: "required" if field.is_required() else repr(field.default)
        for name, field in model.model_fields.items()
    }


def exit_codes() -> dict[str, int]:
    """Exit codes of the command line."""
    try:
        from rotasi.cli.exit_codes import Exit
    except ImportError:
        from rotasi.exits import Exit  # of the first version
    return {each.name: int(each) for each in Exit}


def commands() -> dict[str, list[str]]:
    """Options and arguments of each command, in a fresh process: they are made when loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _LIST_COMMANDS],
        env={"PYTHONPATH": ":".join(sys.path), "ROTASI_LANGUAGE": "en"},
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


_LIST_COMMANDS = """
import json, typer
try:
    from rotasi.cli.commands import app
except ImportError:
    from rotasi.commands import app  # of the first version
group = typer.main.get_command(app)
print(json.dumps({
    name: sorted("/".join([*each.opts, *each.secondary_opts]) for each in command.params)
    for name, command in group.commands.items()
}))
"""


if __name__ == "__main__":
    print(json.dumps(describe(), indent=1, sort_keys=True))
