"""What Sphinx is taught for the site: formulas as they are written, anchors as JupyterLab makes
them, and on every page where it can be run."""

import re

BRANCH = "main"
START = "notebooks/00_start_here"
NUMBER = re.compile(r"^[\d.]+ ")


def setup(app):
    """Called by Sphinx."""
    app.add_config_value("course_repository", "", "html")
    app.registry.html_block_math_renderers["mathjax"] = (display_formula, None)
    app.connect("html-page-context", add_launch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def display_formula(self, node):
    r"""A displayed formula for MathJax as it stands in the source.

    Sphinx would put one that holds ``\\`` into `split`, in which no \tag may stand.
    """
    from docutils.nodes import SkipNode

    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    self.body.append(rf"\[{self.encode(node.astext())}\]</div>")
    raise SkipNode


def anchor(heading):
    """The anchor of a heading, as links between notebooks name it: without the heading's number.

    >>> anchor("3. Bracketing: closing in")
    'Bracketing:-closing-in'
    """
    return NUMBER.sub("", heading).replace(" ", "-")


def add_launch(app, pagename, templatename, context, doctree):
    """Let the template of a page know how the page can be run."""
    is_notebook = app.env.doc2path(pagename).suffix == ".ipynb" if doctree else False
    context["launch"] = ways(f"{pagename if is_notebook else START}.ipynb", app.config)
    context["launch_is_start"] = not is_notebook


def ways(notebook, config):
    """The ways to run a notebook: (name, address or None, what was tested of it)."""
    place = config.course_repository.removeprefix("https://github.com/")
    binder = f"https://mybinder.org/v2/gh/{place}/{BRANCH}?urlpath=lab/tree/{notebook}"
    colab = f"https://colab.research.google.com/github/{place}/blob/{BRANCH}/{notebook}"
    return [
        ("Binder", binder if place else None, BINDER),
        ("Colab", colab if place else None, COLAB.format(place=place or "OWNER/NAME")),
        ("Download", notebook, DOWNLOAD),
    ]


BINDER = (
    "Opens JupyterLab with the course installed; the first start takes minutes. Tested: that the "
    "file it reads, environment.yml, installs what the course needs, and that repo2docker accepts "
    "it. Not tested: Binder itself."
)
COLAB = (
    'First run <code>%pip install "fitting-models[lessons] @ git+https://github.com/{place}"</code>'
    " in a cell of its own. Tested, elsewhere: that this installs the course without JupyterLab, "
    "and that with ipywidgets 7.7 a demo shows its still picture. Not tested: Colab itself."
)
DOWNLOAD = (
    "The notebook, to be opened in JupyterLab where the course is installed. Tested: every cell of "
    "every chapter is executed, and its text compared, on Linux."
)
