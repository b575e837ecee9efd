"""Links to files beside docs/ lead to their pages of the site.

Pages link as GitHub needs it, ``../CONTRIBUTING.md``; and what the site takes over from there,
such as the README, links to ``docs/policy.md``. What has no page, such as a test, is only named.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx

#: Where the site shows a file of the root.
PAGES = {
    "README.md#presets": "presets/README.md",
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
_NAMES = "|".join(re.escape(name) for name in PAGES)
_UPWARDS = re.compile(rf"\]\(((?:\.\./)*)\.\./({_NAMES})")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(((?:\.\./)+[^)#\s]*)[^)]*\)")
_FROM_ROOT = re.compile(rf"\]\((?:docs/|({_NAMES}))")


def mend_page(app: Sphinx, name: str, source: list[str]) -> None:
    folder = (Path(app.srcdir) / name).parent

    def keep_inside(link: re.Match[str]) -> str:
        inside = (folder / link[2]).resolve().is_relative_to(app.srcdir)
        return link[0] if inside else link[1]

    text = _UPWARDS.sub(lambda link: f"]({link[1]}{PAGES[link[2]]}", source[0])
    source[0] = _LINK.sub(keep_inside, text)


def mend_included(_app: Sphinx, _path: Path, _parent: str, source: list[str]) -> None:
    source[0] = _FROM_ROOT.sub(lambda link: f"]({PAGES.get(link[1], '')}", source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", mend_page)
    app.connect("include-read", mend_included)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
