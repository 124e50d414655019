"""Show the library's own code beside the equation it implements (floor 5)."""

import inspect
import textwrap
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A piece of the library's code: where it lives, and its text."""

    place: str
    code: str

    def __repr__(self):
        return f"# {self.place}\n{self.code}"

    def _repr_markdown_(self):
        return f"`{self.place}`\n\n```python\n{self.code}\n```"


def show_source(thing):
    """The code of a function, method or class, as it runs here: text and code cannot drift.

    Docstrings are left out; `help(thing)` shows them.

    >>> from course_lib.models import Linear
    >>> show_source(Linear.__call__)
    # course_lib/models.py: Linear.__call__
    def __call__(self, x, phi):
        phi0, phi1 = _two_parameters(phi)
        return phi0 + phi1 * np.asarray(x, phi0.dtype)
    """
    code = textwrap.dedent(inspect.getsource(thing)).rstrip()
    return Source(
        f"{thing.__module__.replace('.', '/')}.py: {thing.__qualname__}", _without_docstring(code)
    )


def _without_docstring(code):
    """Drop the first docstring: everything from the first triple quotes to the next."""
    start = code.find('"""')
    if start < 0:
        return code
    end = code.index('"""', start + 3) + 3
    return code[:start].rstrip() + "\n" + code[end:].lstrip("\n")
