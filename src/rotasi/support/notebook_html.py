"""Tables that notebooks show: HTML without scripts, in which every text is text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from numbers import Integral

import pandas as pd

from rotasi.messages import number, plural

#: Rows of a table, without its headings; the rest is counted.
SHOWN = 19


def show_table(caption: str, headings: Sequence[str], rows: Sequence[Iterable[object]]) -> str:
    """Lay out a table as HTML: its first rows, and how many there are beyond.

    Parameters
    ----------
    caption : str
    headings : sequence of str
    rows : sequence of rows
        Numbers are written as people write them and stand to the right; None and NA stay empty.

    Returns
    -------
    str
        One ``<table>``, and a ``<p>`` where rows are left out; all texts escaped.

    Examples
    --------
    >>> show_table("a & b", ["OPD", "ASN"], [["<Setda>", 1200]])
    '<table><caption>a &amp; b</caption><thead><tr><th>OPD</th><th>ASN</th></tr></thead>\
<tbody><tr><td>&lt;Setda&gt;</td><td style="text-align:right">1,200</td></tr></tbody></table>'
    """
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(map(_show_cell, row))}</tr>" for row in islice(rows, SHOWN))
    table = (
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
    return table + show_rest(len(rows) - SHOWN)


def show_rest(count: int) -> str:
    """A paragraph that counts the rows left out; nothing where there are none."""
    if count <= 0:
        return ""
    text = plural("and {count} more row", "and {count} more rows", count)
    return show_text(text.format(count=number(count)))


def show_text(text: str) -> str:
    """A paragraph as HTML."""
    return f"<p>{escape(text)}</p>"


def _show_cell(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return "<td></td>"
    if isinstance(value, Integral) and not isinstance(value, bool):
        return f'<td style="text-align:right">{number(int(value))}</td>'
    return f"<td>{escape(str(value))}</td>"
