"""Tables whose whole numbers stay whole where some are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from rotasi.support.types import Frame


def make_frame(
    rows: Iterable[Sequence[object] | Mapping[str, object]], columns: Sequence[str]
) -> Frame:
    """Make a table of rows; pandas alone makes 7.0 of a 7 that stands beside nothing.

    Parameters
    ----------
    rows : iterable of sequences, or of mappings by column
    columns : sequence of str

    Returns
    -------
    DataFrame
        A column with gaps holds what is there as it is, and None.

    Examples
    --------
    >>> make_frame([("a", 7), ("b", None)], ["kind", "bound"])["bound"].tolist()
    [7, None]
    """
    frame = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    return frame.assign(**{name: _settle(frame[name]) for name in columns})


def _settle(column: pd.Series) -> pd.Series:
    missing = column.isna()
    return column.where(~missing, None) if missing.any() else column.infer_objects()
