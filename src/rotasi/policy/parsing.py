"""What a TOML or JSON file holds, whatever its bytes are: a structure, or one error."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from rotasi.errors import PolicyError
from rotasi.messages import _
from rotasi.policy.file_errors import at
from rotasi.policy.limits import MOST_VALUES
from rotasi.support.guard import guard
from rotasi.support.places import find_file, reading

#: The largest policy known has some kilobytes; more is another file by mistake.
_MOST_BYTES = 10 * 1024**2
#: What sets values apart; texts hold some too, so that there may be a few for each value.
_SIGNS = "=,[{"
#: Rules, clauses and what they hold; more take a parser long.
_MOST_TABLES = 20_000
_TABLE = re.compile(r"\n[ \t]*+\[")
_LONGEST_KEY = 100  # characters that a message shows
#: A dotted key of 17 parts. Reading a key takes time by the square of its parts.
_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![^\s\[{{,])(?:{_PART}[ \t]*+\.[ \t]*+){{16}}")


class _FlawError(ValueError):
    """What is wrong with a file, worded already."""


def load_file(path: Path) -> object:
    """What a TOML or JSON file holds.

    Raises
    ------
    PolicyError
        If it cannot be read or parsed.
    """
    with reading(path, "policy", PolicyError), find_file(path).open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        message = _("the file is larger than {limit} MB; is it another one?")
        raise PolicyError([at(path.name, message.format(limit=_MOST_BYTES // 1024**2))])
    return guard(
        lambda: _parse(data, path.suffix.lower()),
        lambda error: PolicyError([at(path.name, _tell(error))]),
    )


def _parse(data: bytes, suffix: str) -> object:
    text = data.decode("utf-8-sig")
    tables = [] if suffix == ".json" else _TABLE.findall(text)
    if len(tables) > _MOST_TABLES or sum(map(text.count, _SIGNS)) > 4 * MOST_VALUES:
        raise _FlawError(_("it holds far more than a policy; is it another one?"))
    if suffix == ".json":
        return json.loads(text, object_pairs_hook=_refuse_doubles)
    if _LONG_KEY.search(text):
        raise RecursionError
    return tomllib.loads(text)


def _tell(error: BaseException) -> str:
    """What a parser stumbled over, in words for people."""
    if isinstance(error, UnicodeDecodeError):
        return _("the file is not UTF-8 text; save it as UTF-8")
    if isinstance(error, RecursionError):
        return _("the file is not valid: its lists and tables are nested too deeply")
    worded = isinstance(error, tomllib.TOMLDecodeError | json.JSONDecodeError | _FlawError)
    reason = str(error) if worded else _("a value in it cannot be read")
    return _("the file is not valid: {reason}").format(reason=reason)


def _refuse_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its keys, each of which stands once, as TOML demands by itself."""
    doubled = [key for key, count in Counter(key for key, _value in pairs).items() if count > 1]
    if doubled:
        text = _("the key {key} stands twice; keep one")
        raise _FlawError(text.format(key=doubled[0][:_LONGEST_KEY]))
    return dict(pairs)
