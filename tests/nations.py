"""Datasets in parts, and an executor that runs them in this process."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


class Inline(Executor):
    """Runs what it is given at once, and counts."""

    def __init__(self) -> None:
        self.count = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.count += 1
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whoever asks for the result shall see it
            future.set_exception(error)
        return future


def employees(*opds: str, size: int = 4, **columns: Any) -> pd.DataFrame:
    nips = [f"{opd}{number}" for opd in opds for number in range(size)]
    return pd.DataFrame({"nip": nips, "opd": np.repeat(opds, size)} | columns)


def write(folder: Path, **parts: dict[str, pd.DataFrame]) -> Path:
    """Write parts as a dataset: one Parquet file per table and part."""
    for part, tables in parts.items():
        for name, table in tables.items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            table.to_parquet(folder / name / f"{part}.parquet", index=False)
    return folder


def rows(target: Path) -> pd.DataFrame:
    """The schedule of all parts as text."""
    paths = sorted(target.glob("schedule/*.parquet"))
    return pd.concat([pd.read_parquet(path) for path in paths], ignore_index=True).astype(str)


class Meddling(Inline):
    """Does something between the survey and the first part."""

    def __init__(self, change: Callable[[], object]) -> None:
        super().__init__()
        self.change = change

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if not self.count:
            self.change()
        return super().submit(fn, *args, **kwargs)
