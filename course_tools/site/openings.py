"""Where pages open a demo: read from the cells of a notebook."""

import ast
from typing import NamedTuple

from lessons import demos, predictions
from lessons.stage.demo import Demo


class Opening(NamedTuple):
    """A demo, the settings at which a page opens it, and where an answer to a question moves it.

    tried : settings, one for each choice of the question, in their order
    """

    demo: Demo
    settings: dict
    tried: tuple = ()


def opened(cell, chapter):
    """The Opening that a code cell shows, None where it shows none."""
    try:
        *_, last = ast.parse(cell.source).body
    except (SyntaxError, ValueError):
        return None
    match last:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(room), name), [], keywords)):
            pass
        case _:
            return None
    if room == "demos" and name in demos.ALL:
        demo = demos.ALL[name]
        changed = {each.arg: ast.literal_eval(each.value) for each in keywords}
        return Opening(demo, demo.defaults() | changed)
    asked = predictions.ALL.get(chapter, {}).get(name) if room == "predict" else None
    if asked is None or asked.demo is None:
        return None
    tried = tuple(asked.settings(choice) for choice in asked.choices)
    return Opening(asked.demo, asked.settings(), tried)


def asked_of(demo, openings):
    """The settings at which a demo is shown: those around which its controls move, its presets and
    where pages open it; and those to which an answer moves it."""
    mine = [each for each in openings if each.demo is demo]
    opened = [each.settings for each in mine]
    bases = [demo.defaults(), *demo.preset_settings().values(), *opened]
    return _each_once(bases), _each_once([tried for each in mine for tried in each.tried])


def _each_once(several):
    return tuple({tuple(settings.items()): settings for settings in several}.values())
