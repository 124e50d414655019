"""Show the library's own code beside the equation it implements."""

import ast
import inspect
import textwrap
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """Pieces of the library's code, by where they live."""

    pieces: dict

    def __repr__(self):
        return "\n\n".join(f"# {place}\n{code}" for place, code in self.pieces.items())

    def _repr_markdown_(self):
        return "\n\n".join(
            f"`{place}`\n\n```python\n{code}\n```" for place, code in self.pieces.items()
        )


def show_source(*things):
    """The code of functions, methods or classes, as it runs here: text and code cannot drift.

    Docstrings and types are left out; `help(thing)` shows them.

    >>> from course_lib.losses import LeastSquares
    >>> show_source(LeastSquares.share)
    # course_lib/losses/least_squares.py: LeastSquares.share
    @staticmethod
    def share(f, y):
        return (f - y) ** 2
    """
    return Source({_place(thing): _code(thing) for thing in things})


def _place(thing):
    return f"{thing.__module__.replace('.', '/')}.py: {thing.__qualname__}"


def _code(thing):
    return _without_types(_without_docstring(textwrap.dedent(inspect.getsource(thing)).rstrip()))


def _without_docstring(code):
    """Drop the first docstring: everything from the first triple quotes to the next."""
    start = code.find('"""')
    if start < 0:
        return code
    end = code.index('"""', start + 3) + 3
    return code[:start].rstrip() + "\n" + code[end:].lstrip("\n")


def _without_types(code):
    """Drop `: type` after the arguments of functions, and `-> type` after their parentheses."""
    lines = code.encode().split(b"\n")  # the columns of a syntax tree count bytes
    pieces = []
    for function in filter(_is_function, ast.walk(ast.parse(code))):
        arguments = function.args
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            if argument.annotation:
                start = argument.col_offset + len(argument.arg.encode())
                pieces.append((argument.lineno, start, argument.end_col_offset))
        if function.returns:
            start = function.returns.col_offset - len(" -> ")
            pieces.append((function.returns.lineno, start, function.returns.end_col_offset))
    for line, start, end in sorted(pieces, reverse=True):
        rest = lines[line - 1][end:]
        default = rest.startswith(b" = ")  # written without spaces where there is no type
        lines[line - 1] = lines[line - 1][:start] + (b"=" + rest[3:] if default else rest)
    return b"\n".join(lines).decode()


def _is_function(node):
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
