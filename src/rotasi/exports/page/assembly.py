"""Template, style, script and data put together as one file that nothing outside adds to."""

from __future__ import annotations

import html
import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import Any

_FOLDER = Path(__file__).parent
_SCRIPTS = ("base.js", "overview.js", "grid.js", "day.js", "person.js", "ledger.js", "page.js")
#: What ends a script, begins a comment or an entity, or is no plain text to some parser.
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


def assemble(data: dict[str, Any]) -> str:
    """Put a page together.

    Parameters
    ----------
    data : dict
        What `Content` gives.

    Returns
    -------
    str
        HTML; the same for the same data.
    """
    style = _read("page.css")
    script = "\n".join(map(_read, _SCRIPTS))
    return Template(_read("page.html")).substitute(
        language=data["language"],
        title=html.escape(data["title"]),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        data=write_safely(data),
    )


def write_safely(data: object) -> str:
    """JSON in ASCII that is inert inside a ``script`` element, whatever names it holds."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.translate(_UNSAFE)


@cache
def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """By which a browser knows the only script and style that may take effect."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
