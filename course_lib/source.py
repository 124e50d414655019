"""Show the library's own code beside the equation it implements (floor 5)."""

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

    Docstrings are left out; `help(thing)` shows them.

    >>> from course_lib.losses import LeastSquares
    >>> show_source(LeastSquares.share)
    # course_lib/losses.py: LeastSquares.share
    @staticmethod
    def share(f, y):
        return (f - y) ** 2
    """
    return Source({_place(thing): _code(thing) for thing in things})


def _place(thing):
    return f"{thing.__module__.replace('.', '/')}.py: {thing.__qualname__}"


def _code(thing):
    return _without_docstring(textwrap.dedent(inspect.getsource(thing)).rstrip())


def _without_docstring(code):
    """Drop the first docstring: everything from the first triple quotes to the next."""
    start = code.find('"""')
    if start < 0:
        return code
    end = code.index('"""', start + 3) + 3
    return code[:start].rstrip() + "\n" + code[end:].lstrip("\n")
