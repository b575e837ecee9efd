"""Every example in a public docstring does what it says."""

from __future__ import annotations

import doctest
import inspect

import pytest

import rotasi

PUBLIC = sorted(
    name
    for name in rotasi.__all__
    if inspect.isclass(getattr(rotasi, name)) or inspect.isfunction(getattr(rotasi, name))
)
WITH_EXAMPLES = [
    test
    for name in PUBLIC
    for test in doctest.DocTestFinder().find(getattr(rotasi, name), name)
    if test.examples
]


def test_many_have_one() -> None:
    assert len(WITH_EXAMPLES) >= 20


@pytest.mark.parametrize("test", WITH_EXAMPLES, ids=lambda test: test.name)
@pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")
def test_it_does_what_it_says(
    test: doctest.DocTest, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=said.append)
    assert not said, "".join(said)
