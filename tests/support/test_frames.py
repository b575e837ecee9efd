"""Tables in which whole numbers stay whole."""

from __future__ import annotations

from rotasi.support.frames import make_frame


def test_numbers_beside_nothing_stay_whole() -> None:
    frame = make_frame([("a", 2**60 + 1, None), ("b", None, None)], ["kind", "value", "bound"])
    assert frame["value"].tolist() == [2**60 + 1, None]
    assert frame["bound"].tolist() == [None, None]
    assert frame.to_csv(index=False).splitlines()[1:] == [f"a,{2**60 + 1},", "b,,"]


def test_whole_columns_have_types_and_absence_has_many_names() -> None:
    rows = [{"kind": "a", "value": 7, "proven": True}, {"kind": "b", "value": 8, "proven": False}]
    frame = make_frame(rows, ["kind", "value", "proven"])
    assert [str(kind) for kind in frame.dtypes] == ["str", "int64", "bool"]
    missing = make_frame([{"bound": float("nan")}, {"bound": 3}, {}], ["bound"])
    assert missing["bound"].tolist() == [None, 3, None]


def test_no_rows_make_an_empty_table() -> None:
    assert make_frame([], ["kind", "value"]).columns.tolist() == ["kind", "value"]
