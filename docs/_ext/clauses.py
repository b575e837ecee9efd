"""What the classes of rules and objectives say of themselves: parameters, unit, use in presets.

``{clause} quota`` stands on the page of a kind. Types and meanings are those of the docstrings,
defaults those of the fields; the unit of a soft rule is what its `audit` counts.
"""

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from docutils import nodes
from pydantic.fields import FieldInfo
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from rotasi import presets
from rotasi.rules import KINDS, Objective, Rule
from rotasi.testing.documentation import read_docstring

_UNIT = re.compile(r"; a unit is (.+?)\.(?:\s|$)", re.DOTALL)


@dataclass(frozen=True)
class Parameter:
    """A key of a clause, in words."""

    key: str
    type: str
    default: str
    meaning: str


def write_type(words: str) -> str:
    """A type in words; values to choose from as a file holds them."""
    values = re.findall(r'"[^"]+"', words) if words.startswith("{") else []
    return " or ".join(f"`{value}`" for value in values) or words


def write_default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    nothing = field.default in (None, [], {})
    return "optional" if nothing else f"default `{json.dumps(field.default)}`"


def find_parameters(kind: str) -> Iterator[Parameter]:
    """The parameters of a kind beside those that all rules take."""
    clause = KINDS[kind]
    words = read_docstring(clause)
    for name, field in clause.model_fields.items():
        key = field.alias or name
        if key != "kind" and name not in Rule.model_fields:
            yield Parameter(key, write_type(words[key][0]), write_default(field), words[key][1])


def find_unit(kind: str) -> str | None:
    """What the penalty of a soft rule is the price of; None for an objective."""
    clause = KINDS[kind]
    if issubclass(clause, Objective):
        return None
    (unit,) = _UNIT.findall(inspect.getdoc(clause.audit) or "")
    return " ".join(unit.split())


def describe(kind: str) -> str:
    """The table of a kind, and its unit, as Markdown."""
    rows = [
        f"| `{each.key}` | {each.type}, {each.default}<br>{each.meaning} |"
        for each in find_parameters(kind)
    ]
    lines = ["| key | meaning |", "| --- | --- |", *rows]
    parts = ["\n".join(lines) if rows else "", write_common(kind, bool(rows)), write_use(kind)]
    return "\n\n".join(part for part in parts if part)


def write_common(kind: str, has_own: bool) -> str:
    """What comes from being a rule: the common keys, and the unit of the penalty."""
    unit = find_unit(kind)
    if unit is None:
        return "" if has_own else "It takes no parameters."
    common = "[what every rule takes](../rules.md#what-every-rule-takes)"
    keys = f"And {common}." if has_own else f"It takes {common}, and nothing else."
    return f"{keys}\n\n**Unit when soft:** {unit}."


def write_use(kind: str) -> str:
    """The presets that have the clause unless told otherwise."""
    names = [name for name, kinds in find_kinds().items() if kind in kinds]
    links = [f"[`{name}`](../presets/{name}.md)" for name in names]
    return f"**In the presets:** {' · '.join(links)}" if links else "No preset has it."


@cache
def find_kinds() -> dict[str, set[str]]:
    """Kinds of rules and objectives by preset."""
    policies = {name: presets.load(name) for name in presets.NAMES}
    return {
        name: {clause.kind for clause in (*policy.rules, *policy.objectives)}
        for name, policy in policies.items()
    }


class Clause(SphinxDirective):
    """The parameters of a kind and its unit."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(describe(self.arguments[0]))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("clause", Clause)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
