"""What people write as TOML or JSON: read and checked as a whole, written back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import ValidationError

from rotasi.errors import PolicyError, Problem
from rotasi.messages import _
from rotasi.policy.file_errors import explain_problems
from rotasi.policy.limits import check_values
from rotasi.policy.parsing import load_file
from rotasi.rules.base import Model
from rotasi.support.arguments import checked
from rotasi.support.types import PathName


class Document(Model):
    """A model that lists everything that is wrong when it is made, and knows its files."""

    #: What messages call it.
    called: ClassVar[str]

    def __init__(self, **data: Any) -> None:
        if problems := check_values(data):
            raise self._error(problems)
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise self._error(explain_problems(error, type(self))) from None

    @classmethod
    def model_validate(cls, obj: Any, **_options: Any) -> Self:
        """Make one from a mapping of the structure of its file.

        Parameters
        ----------
        obj : mapping, or an object of this class

        Raises
        ------
        PolicyError
            With every problem found.
        """
        if isinstance(obj, Mapping):
            if not all(isinstance(key, str) for key in obj):
                raise cls._error([Problem(_("write its keys as text"))])
            return cls(**obj)
        if isinstance(obj, cls):
            return obj
        raise cls._error([Problem(_("write a table of keys and values"))])

    @classmethod
    @checked
    def read(cls, path: PathName) -> Self:
        """Read one from a TOML or JSON file.

        Parameters
        ----------
        path : path
            Ends in ``.toml`` or ``.json``.

        Raises
        ------
        PolicyError
            If the file cannot be read or parsed, or with every problem in it.
        """
        try:
            table = load_file(Path(path))
        except PolicyError as error:
            raise cls._error(error.problems) from None
        return cls.model_validate(table)

    def to_dict(self) -> dict[str, Any]:
        """The structure of its file, defaults left out, dates as dates."""
        return self.model_dump(by_alias=True, exclude_defaults=True)

    def to_json(self) -> str:
        """The same as JSON text."""
        return self.model_dump_json(by_alias=True, exclude_defaults=True, indent=2)

    def to_toml(self) -> str:
        """The same as TOML text.

        Raises
        ------
        ImportError
            If tomli-w is missing: ``pip install "rotasi[cli]"``.
        """
        try:
            import tomli_w
        except ImportError as error:
            raise ImportError('writing TOML needs tomli-w: pip install "rotasi[cli]"') from error
        return tomli_w.dumps(self.to_dict(), multiline_strings=False)

    @classmethod
    def _error(cls, problems: Iterable[Problem]) -> PolicyError:
        return PolicyError([replace(problem, table=cls.called) for problem in problems])
