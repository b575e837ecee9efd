"""Menus of pages that merging cannot break: none is missed, and none need be there yet."""

import re
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.directives.other import TocTree


class Menu(TocTree):
    """A toctree of those of the named pages that there are."""

    def run(self) -> list[nodes.Node]:
        self.content = StringList(self.find_pages(), source="")
        return super().run() if self.content else []

    def find_pages(self) -> list[str]:
        return [name for name in self.content if name in self.env.found_docs]


class Others(Menu):
    """A menu of the pages of this folder that no other menu of the same page names."""

    def find_pages(self) -> list[str]:
        page = Path(self.env.doc2path(self.env.docname)).read_text("utf-8")
        named = set(re.findall(r"^[\w/-]+$", page, re.MULTILINE))
        found = {name for name in self.env.found_docs if "/" not in name}
        return sorted(found - named - {self.env.docname})


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("menu", Menu)
    app.add_directive("others", Others)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
