"""The mistakes that can be planted into the functions that draw a demo.

One mistake is one change to the syntax tree of one function. What frames a picture (limits, ticks,
titles, legends) and how a thing looks (sizes, layers) is left alone, and so are returned texts.
"""

import ast
import copy
import importlib
import inspect
import pkgutil
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType
from typing import NamedTuple

import lessons.demos
import lessons.experiments
from lessons.stage import maps, style

PLACES = (lessons.demos, lessons.experiments)
ROOMS = {
    name: importlib.import_module(name)
    for place in PLACES
    for _, name, _ in pkgutil.iter_modules(place.__path__, f"{place.__name__}.")
} | {room.__name__: room for room in (style, maps)}
"""The modules whose functions draw demos, or compute what they draw."""

# By the name of the method of Axes: which of its arguments are its two coordinates.
COORDINATES = dict.fromkeys(
    ("plot", "scatter", "step", "contour", "contourf", "pcolormesh", "plot_surface", "bar", "barh",
     "text", "stem", "quiver", "arrow", "fill", "errorbar", "hist2d", "annotate", "axline"),
    (0, 1),
) | dict.fromkeys(("vlines", "hlines", "fill_between", "fill_betweenx"), (1, 2))  # fmt: skip
MAPS = {"imshow": 0, "contour": 2, "contourf": 2, "pcolormesh": 2, "plot_surface": 2,
        "heat_map": 2, "regions": 2}  # fmt: skip
"""Which argument is a map of two parameters."""
LINES = ("axhline", "axvline", "axhspan", "axvspan", "add_collection", "add_patch", "add_artist")
POINTS = ("points", "point", "params", "path", "paths", "shown")
"""The names of arguments that are points (…, 2)."""
FRAME = ("legend", "tick_params", "view_init", "locator_params", "minorticks_off", "axis", "grid")
LOOKS = ("zorder", "lw", "ms", "mew", "alpha", "size", "fontsize", "xytext", "levels", "linewidths",
         "width", "edgecolors", "va", "ha", "rcount", "ccount", "vmin", "vmax")  # fmt: skip
WHOLE = ("seed", "steps", "step")
"""Arguments that are whole numbers, with a neighbour."""


class Mistake(NamedTuple):
    """One change to a function: `tree` is the whole function with it."""

    function: object
    kind: str
    line: int
    before: str
    after: str
    tree: ast.AST

    def plant(self):
        """Put the changed function in the place of the right one, wherever it is known."""
        module = ast.fix_missing_locations(ast.Module([self.tree], []))
        made = {}
        file = inspect.getsourcefile(self.function)
        exec(compile(module, file, "exec"), self.function.__globals__, made)
        self.function.__code__ = made[self.tree.name].__code__

    def __str__(self):
        file = inspect.getsourcefile(self.function).rpartition("lessons/")[2]
        return f"{file}:{self.line}  {self.kind}  {self.before}  →  {self.after}"


def mistakes(picture, settings):
    """Every mistake that can be planted into the functions that draw a picture, bottom up.

    settings : its defaults, which tell the whole numbers among them
    """
    whole = {name for name, value in settings.items() if type(value) is int}
    functions = dict.fromkeys(each for layer in picture.layers for each in reached(layer))
    for function in functions:
        yield from _of(function, function in picture.layers[1:], whole | set(WHOLE))


# --- the functions ----------------------------------------------------------------------------


def reached(function):
    """A function and those of the rooms that it calls, by the names in its code."""
    found, waiting = {}, [function]
    while waiting:
        each = waiting.pop(0)
        if not callable(each):
            continue
        each = inspect.unwrap(each)
        if not isinstance(each, FunctionType) or each in found:
            continue
        if each is not function and each.__module__ not in ROOMS:
            continue
        found[each] = None
        names, known = _names(each.__code__), each.__globals__
        modules = [known[name] for name in names if isinstance(known.get(name), ModuleType)]
        waiting += [known[name] for name in names if name in known]
        waiting += [vars(room)[name] for room in modules for name in names
                    if room in ROOMS.values() and name in vars(room)]  # fmt: skip
    return list(found)


def _names(code):
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    return dict.fromkeys([*code.co_names, *(name for each in inner for name in _names(each))])


@lru_cache
def _file(path):
    with open(path, encoding="utf-8") as source:
        return ast.parse(source.read())


def _tree(function):
    first = function.__code__.co_firstlineno
    for node in ast.walk(_file(inspect.getsourcefile(function))):
        if isinstance(node, ast.FunctionDef):
            if min([node.lineno, *(each.lineno for each in node.decorator_list)]) == first:
                bare = copy.deepcopy(node)
                bare.decorator_list = []
                return bare
    return None  # made by a function: no code of its own in the file


# --- the changes ------------------------------------------------------------------------------


def _of(function, is_layer, whole):
    tree = _tree(function)
    if tree is None or function.__code__.co_freevars:
        return
    nodes = list(ast.walk(tree))
    for kind, old, new in _changes(tree, function, is_layer, whole):
        changed = copy.deepcopy(tree)
        place = list(ast.walk(changed))[nodes.index(old)]
        if place is changed:
            changed.body = copy.deepcopy(new)
        else:
            _Replace(place, copy.deepcopy(new)).visit(changed)
        line = old.body[0].lineno if old is tree else old.lineno
        before = f"def {tree.name}" if old is tree else ast.unparse(old)
        shown = new if isinstance(new, list) else [new]
        after = "\n".join(map(ast.unparse, shown[:1]))
        yield Mistake(function, kind, line, _short(before), _short(after), changed)


class _Replace(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def _short(source):
    words = " ".join(source.split())
    return words if len(words) <= 110 else words[:107] + "…"


def _changes(tree, function, is_layer, whole):
    """Pairs of a node and what takes its place, each with its kind."""
    names = [argument.arg for argument in tree.args.args]
    if is_layer:
        yield "left out", tree, [ast.Pass()]
    for name in names:
        if name in whole:
            yield "neighbouring", tree, [_source(f"{name} = {name} + 1"), *tree.body]
    for one, other in zip(names, names[1:]):
        if is_layer and one[:-1] == other[:-1]:
            yield "neighbouring", tree, [_source(f"{one}, {other} = {other}, {one}"), *tree.body]
    for node in _drawn(tree, is_layer):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if _draws(node.value, function):
                yield "left out", node, ast.Pass()
        elif isinstance(node, ast.Call) and _draws(node, function):
            yield from _of_call(node, function)
        elif isinstance(node, ast.Call):
            yield from _of_other_call(node)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            if not any(_is_text(side) for side in (node.left, node.right)):
                other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
                yield "sign", node, ast.BinOp(node.left, other, node.right)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield "sign", node, node.operand
        elif isinstance(node, ast.Subscript):
            yield from _further(node)
        elif isinstance(node, ast.Attribute) and node.attr == "T":
            yield "transposed", node, node.value


def _drawn(node, is_layer):
    """The nodes below that decide what is shown."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Return) and is_layer:
            continue
        if isinstance(child, ast.Call) and _frames(child):
            continue
        if isinstance(child, ast.JoinedStr | ast.Constant):
            continue
        if isinstance(child, ast.keyword) and child.arg in LOOKS:
            continue
        yield child
        below = child
        if isinstance(child, ast.Subscript) and not isinstance(child.slice, ast.Slice):
            below = child.value  # the index has its own neighbours
            yield below
        yield from _drawn(below, is_layer)


def _frames(call):
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return name in FRAME or name == "set" or name.startswith("set_")


def _called(call, function):
    """The function of ours that is called, if it is one."""
    known = function.__globals__
    if isinstance(call.func, ast.Name):
        found = known.get(call.func.id)
    elif isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        found = getattr(known.get(call.func.value.id), call.func.attr, None)
    else:
        return None
    found = inspect.unwrap(found) if callable(found) else None
    return found if isinstance(found, FunctionType) and found.__module__ in ROOMS else None


def _draws(call, function):
    """Whether a call draws: a method of Axes, or one of our functions that takes axes first."""
    ours = _called(call, function)
    if ours:
        return next(iter(inspect.signature(ours).parameters), "") in ("ax", "axes")
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return name in COORDINATES or name in MAPS or name in LINES


def _of_call(call, function):
    ours = _called(call, function)
    name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
    parameters = list(inspect.signature(ours).parameters) if ours else []
    first, second = COORDINATES.get(name, (None, None)) if not ours else (None, None)
    for i, argument in enumerate(call.args):
        if ours and i == 0 or isinstance(argument, ast.Constant) or _is_text(argument):
            continue
        here = parameters[i] if i < len(parameters) else ""
        if isinstance(argument, ast.Starred):
            yield "transposed", call, _with(call, i, ast.Starred(_flip(argument.value), ast.Load()))
            continue
        if MAPS.get(name) == i and not (isinstance(argument, ast.Attribute)):
            yield "transposed", call, _with(call, i, _expression(f"({ast.unparse(argument)}).T"))
        if here in POINTS or here == "start":
            flip = f"np.flip({ast.unparse(argument)}, -1)"
            yield "transposed", call, _with(call, i, _expression(flip))
        if isinstance(argument, ast.List | ast.Tuple):
            turned = type(argument)(argument.elts[::-1], ast.Load())
            kind = "transposed" if name in ("annotate", "axline") or here in POINTS else "reversed"
            yield kind, call, _with(call, i, turned)
            continue
        yield "reversed", call, _with(call, i, _flip(argument))
        if not isinstance(argument, ast.UnaryOp) and here not in ("bounds", "color", "colors"):
            yield "sign", call, _with(call, i, ast.UnaryOp(ast.USub(), argument))
    if second is not None and len(call.args) > second:
        one, other = call.args[first], call.args[second]
        if not any(isinstance(each, ast.Starred) or _is_text(each) for each in (one, other)):
            if ast.unparse(one) != ast.unparse(other):
                yield "transposed", call, _with(_with(call, first, other), second, one)


def _of_other_call(call):
    """Whole numbers by keyword, and pairs of settings in a tuple."""
    for i, each in enumerate(call.keywords):
        if each.arg in WHOLE:
            changed = copy.copy(call)
            changed.keywords = list(call.keywords)
            more = ast.BinOp(each.value, ast.Add(), ast.Constant(1))
            changed.keywords[i] = ast.keyword(each.arg, more)
            yield "neighbouring", call, changed
    for i, each in enumerate(call.args):
        if isinstance(each, ast.Tuple) and len(each.elts) == 2:
            if all(isinstance(element, ast.Name) for element in each.elts):
                yield "neighbouring", call, _with(call, i, ast.Tuple(each.elts[::-1], ast.Load()))
        if isinstance(each, ast.List) and len(each.elts) == 2:  # np.stack([x, y], axis=-1)
            if isinstance(call.func, ast.Attribute) and "stack" in call.func.attr:
                yield "transposed", call, _with(call, i, ast.List(each.elts[::-1], ast.Load()))


def _further(node):
    """The same subscript with one of its whole numbers one further."""
    index = node.slice
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    for i, part in enumerate(parts):
        for new in _next(part):
            changed = ast.Tuple([*parts[:i], new, *parts[i + 1 :]], ast.Load())
            inner = changed if isinstance(index, ast.Tuple) else new
            yield "neighbouring", node, ast.Subscript(node.value, inner, ast.Load())


def _next(index):
    if isinstance(index, ast.Slice):
        for bound in ("lower", "upper"):
            for new in _next(getattr(index, bound)) if getattr(index, bound) else ():
                changed = copy.copy(index)
                setattr(changed, bound, new)
                yield changed
        return
    try:
        value = ast.literal_eval(index)
    except (ValueError, TypeError):
        return
    if type(value) is int:
        yield ast.Constant({0: 1, 1: 0}.get(value, value + 1 if value >= 0 else value - 1))


def _with(call, i, argument):
    changed = copy.copy(call)
    changed.args = [*call.args[:i], argument, *call.args[i + 1 :]]
    return changed


def _flip(node):
    everything = ast.Slice(None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)))
    return ast.Subscript(node, everything, ast.Load())


def _is_text(node):
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _source(text):
    return ast.parse(text).body[0]


def _expression(text):
    return ast.parse(text, mode="eval").body
