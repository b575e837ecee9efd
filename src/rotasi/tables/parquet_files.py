"""Parquet files, whose few bytes may stand for any number of rows and for texts of any length."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.support.guard import guard
from rotasi.tables.raw_rows import check_width

if TYPE_CHECKING:
    import pyarrow as pa

#: Of one file; Indonesia has some five million ASN, and is read part by part.
_MOST_ROWS, _MOST_CELLS, _MOST_BYTES = 10_000_000, 100_000_000, 1024**3


def read_parquet(path: Path, table: str) -> pd.DataFrame:
    """Read a Parquet file, with the row numbers as index that a spreadsheet would show.

    Parameters
    ----------
    path : Path
    table : str
        Name of the table, for messages.

    Raises
    ------
    RosterError
        If it is none, or unpacks to more than memory should be asked for.
    ImportError
        If pyarrow is missing.
    """
    refusal = RosterError([Problem(_("this is no Parquet file that can be read"), table)])
    frame = guard(lambda: _unpack(path, table), lambda _error: refusal)
    named = [name is not None for name in frame.index.names]
    frame = frame.reset_index(drop=not any(named))
    return frame.set_axis(range(2, len(frame) + 2), axis=0)


def _unpack(path: Path, table: str) -> pd.DataFrame:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        check_width(file.metadata.num_columns, table)
        _check_rows(file.metadata.num_rows, file.metadata.num_columns, table)
        schema: pa.Schema = file.schema_arrow
    # A text that repeats is kept once, until it is known what all of them take.
    with parquet.ParquetFile(path, read_dictionary=_list_texts(schema)) as file:
        packed = file.read()
    packed.validate(full=True)
    _check_bytes(packed, table)
    frame: pd.DataFrame = packed.cast(schema).to_pandas()
    return frame


def _check_rows(rows: int, columns: int, table: str) -> None:
    if rows > _MOST_ROWS or rows * columns > _MOST_CELLS:
        text = _("the table has {count} rows, more than one file should; split it")
        raise RosterError([Problem(text.format(count=rows), table)])


def _list_texts(schema: pa.Schema) -> list[str]:
    """Columns that hold texts of any length."""
    from pyarrow import types

    kinds = (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    return [field.name for field in schema if any(is_kind(field.type) for is_kind in kinds)]


def _check_bytes(packed: pa.Table, table: str) -> None:
    size = sum(_count_bytes(chunk) for column in packed.columns for chunk in column.chunks)
    if size > _MOST_BYTES:
        text = _("the table unpacks to {size} MB, more than {limit}; is it another file?")
        limit = _MOST_BYTES // 1024**2
        raise RosterError([Problem(text.format(size=size // 1024**2, limit=limit), table)])


def _count_bytes(chunk: pa.Array) -> int:
    """What a part of a column takes when each row has a text of its own."""
    import pyarrow as pa
    from pyarrow import compute

    if not isinstance(chunk, pa.DictionaryArray) or pa.types.is_primitive(chunk.type.value_type):
        return int(chunk.nbytes)
    lengths = compute.binary_length(chunk.dictionary).take(chunk.indices)
    return int(compute.sum(lengths).as_py() or 0)
