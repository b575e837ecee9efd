"""How the pages of this folder become a site: ``make docs``."""

import sys
import tomllib
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER / "_ext"))

project = "rotasi"
version = release = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text("utf-8"))["project"][
    "version"
]
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "clauses",
    "formulas",
    "links",
    "menus",
]
exclude_patterns = ["_ext", "pictures"]

# Markdown as GitHub reads it.
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4

# Docstrings: single backquotes are code.
default_role = "code"
autodoc_default_options = {"member-order": "bysource"}
autodoc_typehints = "none"  # numpydoc names the types in words
napoleon_google_docstring = False
napoleon_use_rtype = False

# Nothing from elsewhere, and nothing that tells when or where the site was made.
html_theme = "furo"
html_title = "rotasi"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_last_updated_fmt = None
pygments_style = "tango"
pygments_dark_style = "monokai"


def setup(app: Sphinx) -> None:
    app.add_lexer("csv", TextLexer)
