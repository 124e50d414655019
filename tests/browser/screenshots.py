"""Pictures of the notebooks, for looking at: `python -m tests.browser.screenshots OUTDIR`.

Each notebook is run in JupyterLab and taken page by page, then each of its panels alone:
OUTDIR/1280/02_gradient_descent/page_01.png, OUTDIR/1280/02_gradient_descent/fig_6_1.png.
"""

import argparse
import tempfile
from pathlib import Path

from course_tools.lab import HEIGHT, WIDTH, browser, server
from lessons import demos

from .shown import SHOWN


def main():
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="OUTDIR", type=Path)
    parser.add_argument("notebooks", nargs="*", default=list(SHOWN), help="all by default")
    parser.add_argument("--width", type=int, default=WIDTH, help=f"in pixels, {WIDTH} by default")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        with server(Path(temporary)) as lab, browser() as chromium:
            for path in arguments.notebooks:
                notebook = lab.open(chromium, path, width=arguments.width)
                notebook.run_all()
                folder = arguments.folder / str(arguments.width) / Path(path).stem
                take_pages(notebook, folder)
                take_panels(notebook, SHOWN.get(path, {}).values(), folder)
                notebook.close()


def take_pages(notebook, folder):
    """The whole notebook, one screenful after the other."""
    scroller = notebook.page.locator(".jp-WindowedPanel-outer")
    notebook.select(0)
    for number in range(1, 100):
        top = (number - 1) * (HEIGHT - 200)
        reached = scroller.evaluate("(node, top) => (node.scrollTop = top, node.scrollTop)", top)
        notebook.wait_for_paint()
        notebook.page.screenshot(path=folder / f"page_{number:02d}.png")
        if reached < top:
            break


def take_panels(notebook, names, folder):
    """Each panel alone, as it opens, in a page with room for the tallest."""
    notebook.page.set_viewport_size(notebook.page.viewport_size | {"height": 2 * HEIGHT})
    for name in names:
        panel = notebook.panel(demos.ALL[name].name)
        panel.settle()
        panel.root.screenshot(path=folder / f"{name}.png")


if __name__ == "__main__":
    main()
