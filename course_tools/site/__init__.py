"""The course as a web site: pages made from the saved notebooks. No cell is executed, and no page
asks anything of another server.

`beforehand` draws the demos, so that they live without a kernel; `sources` writes what Sphinx
reads, `asking` the questions that answer on the page; `extension` is what Sphinx is taught besides.
"""

import re
import shutil
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

from course_tools.site import beforehand, sources
from lessons.stage import screen

HERE = Path(__file__).parent
SHARED = [str(screen.HERE / name) for name in ("painter.js", "touch.js")]
"""What shows and touches a picture, here as in JupyterLab."""
MATHJAX = ("tex-chtml.js", "input/tex/extensions", "output/chtml/fonts/woff-v2")
"""What of MathJax the pages load: TeX read, and set with fonts of its own."""


def build(root, output, work, repository=None, names=None):
    """Write the site of the course in the folder `root` to the folder `output`.

    work : a folder for what is kept from one build to the next; with the same one, only pages whose
        source has changed are made again, and only demos are drawn whose code has
    repository : where the course can be had, "https://github.com/OWNER/NAME", for the buttons that
        open a page elsewhere and for links to files that are no pages; without it both are off
    names : of the demos that are drawn, so that they live without a kernel; all by default

    Returns what Sphinx has warned of, a list of lines: empty where all is well.
    """
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    alive = beforehand.draw(root, output / sources.DEMOS, work / sources.DEMOS, names)
    pages = sources.write(root, work / "pages", repository, alive)
    warnings = StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            srcdir=work / "pages",
            confdir=None,
            outdir=output,
            doctreedir=work / "doctrees",
            buildername="html",
            confoverrides=settings(work, repository),
            status=None,
            warning=warnings,
        )
        app.build()
    for page in pages:
        if page.endswith(".ipynb"):
            shutil.copyfile(root / page, output / page)
    return warnings.getvalue().splitlines()


def named_repository(root):
    """The address of the repository that CITATION.cff names, None where it names none."""
    cited = (root / "CITATION.cff").read_text("utf-8")
    found = re.search(r"^repository-code: *[\"']?([^\s\"']+)", cited, re.MULTILINE)
    return found and found[1]


def settings(work, repository):
    """The configuration of Sphinx, by name."""
    return {
        "project": "Fitting Models",
        "author": "The Fitting Models authors",
        "copyright": "The Fitting Models authors; text and pictures CC BY 4.0, code MIT",
        "language": "en",
        "extensions": ["myst_nb", "sphinx.ext.githubpages", "course_tools.site.extension"],
        "exclude_patterns": [],
        "course_repository": repository or "",
        "templates_path": [str(HERE / "templates")],
        # The notebooks are shown as they were saved. A test holds them to what they print.
        "nb_execution_mode": "off",
        "nb_code_prompt_show": "Show {type}",
        "nb_code_prompt_hide": "Hide {type}",
        "nb_render_markdown_format": "myst",
        "nb_ipywidgets_js": {},  # by default from elsewhere
        "myst_enable_extensions": ["dollarmath"],
        "myst_heading_anchors": 3,
        "myst_heading_slug_func": "course_tools.site.extension.anchor",
        "html_theme": "sphinx_book_theme",
        "html_title": "Fitting Models",
        "html_theme_options": {
            "use_download_button": False,  # it offers a copy of the source, which there is not
            "show_navbar_depth": 1,
            "show_toc_level": 2,
            "navbar_persistent": [],  # a second field to search in
        },
        "html_context": {"default_mode": "auto"},  # light or dark as the reader's system is
        "html_favicon": str(HERE / "favicon.svg"),
        # Or what the pages are made from would lie beside them.
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_use_index": False,
        "html_static_path": [str(HERE / "static"), *SHARED, str(mathjax(work / "static"))],
        "html_css_files": ["site.css"],
        "html_js_files": [
            *((name, {"defer": "defer"}) for name in ("asking.js", "formulas.js")),
            ("demos.js", {"type": "module"}),
        ],
        "mathjax_path": "mathjax/tex-chtml.js",
        # Its menu would make each formula a stop for the Tab key.
        "mathjax3_config": {"options": {"enableMenu": False}},
    }


def mathjax(folder):
    """A folder that holds what the pages load of MathJax, below the name "mathjax".

    It comes from the wheel sphinx-mathjax-offline, whose extension would copy all 24 MB of it.
    """
    (installed,) = find_spec("sphinx-mathjax-offline").submodule_search_locations
    for name in MATHJAX:
        source, place = Path(installed, "static/mathjax", name), folder / "mathjax" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            shutil.copytree(source, place) if source.is_dir() else shutil.copyfile(source, place)
    return folder
