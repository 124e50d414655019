"""Text of students and of the course as HTML that can do nothing: no script, no link, no picture.

Formulas become MathML here, so that a page is read without a network; what is no formula that can
be shown stands as it was typed.
"""

import html
import re
import xml.etree.ElementTree as ElementTree

import mistune
from latex2mathml.converter import convert

LONGEST = 20_000
"""Characters that are still read as Markdown."""
MATHML = "http://www.w3.org/1998/Math/MathML"
TAGS = set(
    "math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle mpadded mphantom msub msup "
    "msubsup munder mover munderover mtable mtr mtd mmultiscripts".split()
)
ATTRIBUTES = set(
    "display mathvariant stretchy fence form separator lspace rspace minsize maxsize symmetric "
    "largeop movablelimits accent width height depth linethickness columnalign rowspacing "
    "columnspacing scriptlevel displaystyle linebreak xmlns".split()
)
HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ max-width: 50em; margin: 2em auto; padding: 0 1em; font: 1em/1.5 sans-serif; }}
pre {{ overflow-x: auto; padding: 0.5em; border: 1px solid #8c8c8c; }}
table {{ border-collapse: collapse; }}
td, th {{ padding: 0.2em 0.8em 0.2em 0; text-align: left; vertical-align: top; }}
</style>
</head>
<body>
"""


def page(title, *parts):
    """A page of its own: offline, and with nothing in it that runs."""
    return HEAD.format(title=html.escape(title)) + "\n".join(parts) + "\n</body>\n</html>\n"


def text(source):
    """Markdown with formulas as HTML.

    >>> text("Is $a < b$? <script>no</script> [see](http://example.org)")
    '<p>Is <math ...<mi>a</mi><mo>&lt;</mo>...</math>? &lt;script&gt;no... see (http://example.org)</p>\\n'
    """
    if len(source) > LONGEST:
        return code(source)
    try:
        return mistune.create_markdown(renderer=_Inert(escape=True), plugins=["math", "table"])(
            source
        )
    except RecursionError:
        return code(source)


def code(source):
    """Text as it stands."""
    return f"<pre>{html.escape(source)}</pre>"


def formula(tex, display="inline"):
    """TeX as MathML; as it was typed where that is not possible or not safe."""
    typed = f"<code>{html.escape(tex.strip())}</code>"
    if len(tex) > LONGEST // 10:
        return typed
    try:
        root = ElementTree.fromstring(convert(tex, display=display))
    except Exception:  # the converter raises anything on TeX that is none
        return typed
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{MATHML}}}")
        if element.tag not in TAGS or not element.attrib.keys() <= ATTRIBUTES:
            return typed
    return ElementTree.tostring(root, encoding="unicode")


class _Inert(mistune.HTMLRenderer):
    """Markdown without what could load or run anything."""

    def link(self, text, url, title=None):
        return f"{text} ({html.escape(url)})" if text != html.escape(url) else text

    def image(self, text, url, title=None):
        return f"{text} ({html.escape(url)})"

    def heading(self, text, level, **attributes):
        return f"<p><strong>{text}</strong></p>\n"

    def block_code(self, source, info=None):
        return code(source) + "\n"

    def inline_math(self, tex):
        return formula(tex)

    def block_math(self, tex):
        return f"<p>{formula(tex, 'block')}</p>\n"


def sentence(line):
    """A sentence of a verdict; what stands between backticks is code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(line))
