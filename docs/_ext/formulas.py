"""Formulas as MathML: no script, no font from elsewhere, the colour of the text around."""

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def convert(node: nodes.Element, *, as_block: bool = False) -> str:
    # docutils knows \ldots only.
    return tex2mathml(node.astext().replace(r"\dots", r"\ldots"), as_block=as_block)


def write_inline(page: HTML5Translator, node: nodes.math) -> None:
    page.body.append(convert(node))
    raise nodes.SkipNode


def write_block(page: HTML5Translator, node: nodes.math_block) -> None:
    page.body.append(f'<div class="formula">{convert(node, as_block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (write_inline, None), (write_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
