"""What the command line shows: tables on standard output, news on standard error."""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

import rotasi
from rotasi.errors import RotasiWarning
from rotasi.messages import _, number, plural, printable

#: Rows of a long table that are shown; the others are in the JSON.
SHOWN = 20

_ITEM = re.compile(r"( *(?:-|\d+\.)? ?)(.*)")


def show_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Iterable[int] = (),
    whole: Iterable[int] = (),
) -> None:
    """Print a table; columns of `numbers` end right, they and `whole` ones fold last."""
    cells = [[_clean(cell) for cell in row] for row in rows]
    right, stiff = set(numbers), {*numbers, *whole}
    screen = _screen()
    if _is_wide([list(map(_clean, headings)), *cells], screen.width):
        headings = [
            "\n".join(heading.split()) if place in right else heading
            for place, heading in enumerate(headings)
        ]
    table = Table(box=box.SIMPLE_HEAD)
    for place, heading in enumerate(headings):
        table.add_column(
            _clean(heading),
            justify="right" if place in right else "left",
            overflow="fold",
            no_wrap=place in stiff,
        )
    for row in cells:
        table.add_row(*row)
    screen.print(table)


def show_text(text: str) -> None:
    """Print a text as it is."""
    print(text, end="")  # noqa: T201


def show_json(content: object) -> None:
    """Print a value as JSON."""
    text = json.dumps(content, ensure_ascii=False, indent=2, default=_as_json)
    print(text)  # noqa: T201


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame for JSON."""
    days = frame.select_dtypes("datetime").apply(lambda column: column.dt.strftime("%Y-%m-%d"))
    known = frame.assign(**days).astype(object).where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in known.to_dict("records")]


def say(text: str) -> None:
    """Print a line; on a terminal it is folded between words."""
    _screen().print(_clean(text), soft_wrap=not sys.stdout.isatty())


def say_item(text: str) -> None:
    """Print a line of a list; on a terminal what does not fit hangs below the text."""
    sign, words = _split_sign(text)
    if not sign or not sys.stdout.isatty():
        say(sign + words)
        return
    grid = Table.grid()
    grid.add_column(width=len(sign), no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(sign, _clean(words))
    _screen().print(grid)


def say_rest(count: int) -> None:
    """Tell how many rows of a long table were not shown."""
    rest = count - SHOWN
    if rest > 0:
        text = plural("and {count} more: see --json", "and {count} more: see --json", rest)
        say(text.format(count=number(rest)))


def tell(text: str) -> None:
    """Print a line of news, apart from the results."""
    # A bar that is being drawn lets what is printed pass above it, but no second console.
    print(printable(text), file=sys.stderr)  # noqa: T201


def tell_written(path: Path | None) -> None:
    """Tell where the results were written, if they were."""
    if path is not None:
        tell(_("written to {path}").format(path=path))


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Show that something is under way of which nobody knows how long it takes."""
    if not sys.stderr.isatty():
        yield
        return
    columns = TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(SpinnerColumn(), *columns, console=Console(stderr=True), transient=True) as bar:
        bar.add_task(text, total=None)
        yield


@contextmanager
def watching() -> Iterator[Callable[[rotasi.Progress], None] | None]:
    """Show a bar that fills as blocks end; on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(
        *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(_("solving"), total=None)
        yield lambda news: bar.update(task, completed=news.done, total=news.total)


@contextmanager
def noticing() -> Iterator[None]:
    """Tell warnings, and an interruption before the end, in plain lines."""

    def show(message: Warning | str, *_where: object) -> None:
        tell(_("note: {text}").format(text=message))

    with warnings.catch_warnings():
        warnings.simplefilter("always", RotasiWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        try:
            yield
        except KeyboardInterrupt:
            tell(_("interrupted before there was a result"))
            raise


def _is_wide(rows: Sequence[Sequence[Text]], width: int) -> bool:
    """Whether a table does not fit without folding; each column has three blanks."""
    columns = zip(*rows, strict=True)
    needed: int = sum(max(cell.cell_len for cell in column) + 3 for column in columns)
    return needed >= width


def _split_sign(text: str) -> tuple[str, str]:
    """The sign of a list's item with its indent, and the words behind it."""
    found = _ITEM.fullmatch(text)
    return (found[1], found[2]) if found else ("", text)


def _screen() -> Console:
    # Where nobody looks, nothing need be folded into the width of a terminal.
    return Console(width=None if sys.stdout.isatty() else 160)


def _clean(text: object) -> Text:
    """Text of a file as text: no markup of rich, and nothing that a terminal would obey."""
    return Text(printable(str(text)))


def _as_json(value: object) -> object:
    """Numbers of NumPy as numbers, dates and the like as text."""
    return value.item() if hasattr(value, "item") else str(value)
