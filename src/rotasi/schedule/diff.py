"""One roster held against another, and carried on into the next."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rotasi.instance.previous import read_rows, read_statuses
from rotasi.model.facts import STATUSES
from rotasi.policy.document import Policy
from rotasi.support.types import Frame


def find_changes(before: Frame, after: Frame, nips: pd.Series) -> Frame:
    """ASN-days on which two rosters differ.

    Parameters
    ----------
    before, after : DataFrame of nip, opd, date, status
    nips : Series of str
        Every ASN of either, in the order wanted; of doubled ones the first counts.

    Returns
    -------
    DataFrame of nip, opd, date, before, after
        A status is empty where a roster has no row; the OPD is that of `after` where it has one.
    """
    both = before.merge(after, on=["nip", "date"], how="outer", suffixes=("_before", "_after"))
    old, new = both["status_before"].fillna(""), both["status_after"].fillna("")
    found = pd.DataFrame(
        {
            "nip": both["nip"],
            "opd": both["opd_after"].fillna(both["opd_before"]),
            "date": both["date"],
            "before": old,
            "after": new,
        }
    )[old != new]
    place = pd.Index(nips.unique()).get_indexer(found["nip"])
    order = np.lexsort((found["date"].to_numpy(), place))
    return found.iloc[order].reset_index(drop=True)


def carry_on(previous: Frame, own: Frame, policy: Policy) -> Frame:
    """The rows of a previous roster before the period, as codes, and those of the period."""
    rows = read_rows(previous, "previous")
    codes = np.array(STATUSES, dtype=object)[read_statuses(rows["status"], policy)]
    earlier = rows.assign(status=codes)[rows["date"] < pd.Timestamp(policy.start)]
    return pd.concat([earlier, own], ignore_index=True)
