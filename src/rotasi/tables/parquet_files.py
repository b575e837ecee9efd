"""Parquet files, whose few bytes may stand for any number of rows and for texts of any length."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.support.guard import guard
from rotasi.tables.raw_rows import check_width

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet

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
    _rows, frame = unpack(path, table)
    named = [name is not None for name in frame.index.names]
    frame = frame.reset_index(drop=not any(named))
    return frame.set_axis(range(2, len(frame) + 2), axis=0)


def unpack(
    source: Path | bytes,
    table: str,
    columns: Collection[str] | None = None,
    most_rows: int = _MOST_ROWS,
    **how: bool,
) -> tuple[int, pd.DataFrame]:
    """Read columns of a Parquet file, and how many rows it says it has.

    Parameters
    ----------
    source : Path or bytes
    table : str
        Name of the table, for messages.
    columns : collection of str, optional
        All if left out; those that the file lacks are left out too.
    most_rows : int
    **how
        Go to ``pyarrow.Table.to_pandas``.

    Raises
    ------
    RosterError, ImportError
        As of `read_parquet`.
    """
    refusal = RosterError([Problem(_("this is no Parquet file that can be read"), table)])

    def read() -> tuple[int, pd.DataFrame]:
        packed, schema = _read(source, table, columns, most_rows)
        return len(packed), packed.cast(schema).to_pandas(use_threads=False, **how)

    return guard(read, lambda _error: refusal)


def _read(
    source: Path | bytes, table: str, columns: Collection[str] | None, most_rows: int
) -> tuple[pa.Table, pa.Schema]:
    """What is wanted of a file, of a size that can be asked for, and how it is to be unpacked."""
    import pyarrow as pa

    with _open(source) as file:
        check_width(file.metadata.num_columns, table)
        fields = [each for each in file.schema_arrow if columns is None or each.name in columns]
        _check_rows(file.metadata.num_rows, len(fields), most_rows, table)
        schema = pa.schema(fields, file.schema_arrow.metadata)
    # A text that repeats is kept once, until it is known what all of them take.
    with _open(source, read_dictionary=_list_texts(schema)) as file:
        packed = file.read(schema.names, use_threads=False)
    packed.validate(full=True)
    _check_bytes(packed, table)
    return packed, schema


def _open(source: Path | bytes, **how: Any) -> parquet.ParquetFile:
    # One file as it is: a dataset would guess columns from the names of the folders above.
    import pyarrow as pa
    from pyarrow import parquet

    return parquet.ParquetFile(
        pa.BufferReader(source) if isinstance(source, bytes) else source, **how
    )


def _check_rows(rows: int, columns: int, most_rows: int, table: str) -> None:
    if rows > most_rows or rows * columns > _MOST_CELLS:
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
