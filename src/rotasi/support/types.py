"""Names of types that stand everywhere."""

from __future__ import annotations

from os import PathLike

import pandas as pd

Frame = pd.DataFrame
PathName = str | PathLike[str]
