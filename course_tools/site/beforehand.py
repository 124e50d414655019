"""All demos of the pages drawn beforehand, each again only when its code has changed."""

import ast
import hashlib
import json
import os
import shutil
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

from course_tools.chapters import topic
from course_tools.notebooks import read
from course_tools.site import baking, openings
from lessons import demos

OURS = ("course_lib.", "lessons.", "course_tools.site.")
DATA = "*.json", "*.npz"
NOT_DRAWN = "lessons.demos", "lessons.stage.panel"
"""What imports every demo, and what is around a picture."""


def draw(root, output, work, names=None):
    """Draw the demos that the notebooks of `root` show, and return the names of those that fit.

    Their files come to `output`; in `work` they are kept for the next build.
    """
    shown = shown_in(root)
    wanted = {each.demo.name for each in shown}
    if names is not None:
        wanted &= {*names}
    asked = {name: openings.asked_of(demos.ALL[name], shown) for name in sorted(wanted)}
    work.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        under_way = [
            pool.submit(_bake, work, name, settings)
            for name, settings in asked.items()
            if not is_kept(work, name, settings)
        ]
        for done in as_completed(under_way):
            done.result()
    alive = [name for name in asked if report(work, name)["fits"]]
    output.mkdir(parents=True, exist_ok=True)
    for name in alive:
        for kind in ("opening", "rest"):
            kept, place = work / f"{name}.{kind}", output / f"{name}.{kind}"
            if not place.exists() or place.read_bytes() != kept.read_bytes():
                shutil.copyfile(kept, place)
    return alive


def shown_in(root):
    """The Openings of all notebooks."""
    paths = sorted(root.glob("notebooks/*.ipynb"))
    cells = [(cell, topic(path)) for path in paths for cell in read(path).cells]
    found = [openings.opened(*each) for each in cells if each[0].cell_type == "code"]
    return [each for each in found if each]


def report(work, name):
    """What is kept of a demo: its hash, whether it fits, and its figures."""
    return json.loads((work / f"{name}.json").read_text("utf-8"))


def is_kept(work, name, asked):
    """Whether what is kept of a demo was made by the code as it is."""
    try:
        return report(work, name)["made_by"] == made_by(name, asked)
    except FileNotFoundError:
        return False


def made_by(name, asked):
    """A hash of all that a demo's lists depend on.

    asked : the settings that are asked of it, `openings.asked_of`
    """
    module = demos.ALL[name].layers[0].__module__
    sources = [place.read_bytes() for place in sorted(_sources(module))]
    versions = [version(each) for each in ("numpy", "matplotlib")]
    return hashlib.sha256(repr([asked, versions, *sources]).encode()).hexdigest()


def _bake(work, name, asked):
    kept = {"made_by": made_by(name, asked), "fits": True}
    try:
        baked = baking.bake(demos.ALL[name], *asked)
    except baking.TooLarge as error:
        kept |= {"fits": False, "why": str(error)}
    else:
        (work / f"{name}.opening").write_bytes(baked.opening)
        (work / f"{name}.rest").write_bytes(baked.rest)
        kept |= baked.figures
    (work / f"{name}.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")


def _sources(module):
    """The files of a module, of ours that it imports, and what lies beside them as data."""
    found, left = set(), [module, "course_tools.site.baking"]
    while left:
        module = left.pop()
        if module in found or module in NOT_DRAWN or not module.startswith(OURS):
            continue
        found.add(module)
        left += _imported(module)
    places = {Path(find_spec(module).origin) for module in found}
    beside = {data for place in places for kind in DATA for data in place.parent.glob(kind)}
    others = {data for data in beside if data.with_suffix(".py").exists()}  # some module's own
    return places | (beside - others) | {o for o in others if o.with_suffix(".py") in places}


@cache
def _imported(module):
    """What a module imports, and the packages it is in."""
    spec = find_spec(module)
    names = [module.rpartition(".")[0]]
    for node in ast.walk(ast.parse(Path(spec.origin).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.startswith(OURS) and _is_module(name)]


def _is_module(name):
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
