"""Instances on disk: whatever made a test fail is kept, and run again from then on.

A file is one instance in full, a row a line: `tests/corpus/<found by>-<hash of content>.json`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from helpers import Instance

CORPUS = Path(__file__).parent / "corpus"
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@contextmanager
def saving(instance: Instance, found_by: str, folder: Path | None = None) -> Iterator[None]:
    """Write the instance to a file if what is inside fails, and say so in the failure."""
    try:
        yield
    except Exception as error:
        path = save(instance, found_by, folder or CORPUS)
        error.add_note(f"the instance is saved as {path}; test_corpus.py runs it from now on")
        raise


@contextmanager
def saving_smallest(
    instance: Instance, found_by: str, folder: Path | None = None
) -> Iterator[None]:
    """The same under Hypothesis: one file for all that it tries, the smallest example last."""
    try:
        yield
    except Exception as error:
        path = save(instance, found_by, folder or CORPUS, f"{slug(found_by)}.json")
        error.add_note(f"the smallest instance is saved as {path}")
        raise


def save(instance: Instance, found_by: str, folder: Path, name: str | None = None) -> Path:
    """Write an instance, named after who found it and its content."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"{slug(found_by)}-{fingerprint(instance)}.json")
    path.write_text(written(instance, found_by), encoding="utf-8")
    return path


def slug(text: str) -> str:
    """A text as part of a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def fingerprint(instance: Instance) -> str:
    """Eight digits that are the same for the same content."""
    return hashlib.sha256(written(instance, "").encode()).hexdigest()[:8]


def written(instance: Instance, found_by: str) -> str:
    """An instance as JSON, one line per row and per rule."""
    tables, policy, previous = instance
    parts = {"found_by": json.dumps(found_by, ensure_ascii=False)}
    parts["policy"] = _policy(policy)
    parts["tables"] = _braces({name: _table(table) for name, table in tables.items()}, 1)
    parts["previous"] = "null" if previous is None else _table(previous, 1)
    return _braces(parts, 0) + "\n"


def read(path: Path) -> Instance:
    """An instance from its file."""
    found = json.loads(path.read_text(encoding="utf-8"), object_hook=_dates)
    tables = {name: _frame(table) for name, table in found["tables"].items()}
    previous = found["previous"]
    return tables, found["policy"], None if previous is None else _frame(previous)


def found_by(path: Path) -> str:
    """Who found the instance of a file, and what it shows."""
    return str(json.loads(path.read_text(encoding="utf-8"))["found_by"])


def _policy(policy: Mapping[str, Any]) -> str:
    lists = {"rules", "objectives"}
    return _braces(
        {key: _lines(rows, 2) if key in lists else _line(rows) for key, rows in policy.items()}, 1
    )


def _table(table: pd.DataFrame, depth: int = 2) -> str:
    rows = [[_cell(cell) for cell in row] for row in table.itertuples(index=False, name=None)]
    parts = {"columns": _line(list(table.columns)), "rows": _lines(rows, depth + 1)}
    return _braces(parts, depth)


def _cell(cell: Any) -> Any:
    if not isinstance(cell, str) and pd.isna(cell):
        return None
    if isinstance(cell, dt.datetime):  # also a Timestamp
        return cell.date()
    return cell.item() if hasattr(cell, "item") else cell


def _braces(parts: Mapping[str, str], depth: int) -> str:
    inner = ",\n".join(
        f"{' ' * (depth + 1)}{json.dumps(key)}: {text}" for key, text in parts.items()
    )
    return f"{{\n{inner}\n{' ' * depth}}}" if parts else "{}"


def _lines(rows: Any, depth: int) -> str:
    inner = ",\n".join(" " * (depth + 1) + _line(row) for row in rows)
    return f"[\n{inner}\n{' ' * depth}]" if rows else "[]"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    """Dates as ISO texts, numbers of NumPy as Python's."""
    return value.isoformat()[:10] if isinstance(value, dt.date) else value.item()


def _frame(table: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(_dated(table["rows"]), columns=table["columns"], dtype=object)


def _dates(found: dict[str, Any]) -> dict[str, Any]:
    return {key: _dated(value) for key, value in found.items()}


def _dated(value: Any) -> Any:
    """ISO texts as dates, also inside lists."""
    if isinstance(value, list):
        return [_dated(part) for part in value]
    if isinstance(value, str) and DATE.fullmatch(value):
        return dt.date.fromisoformat(value)
    return value
