"""A submission rebuilt from the set as it was handed out: nothing that was written is lost.

Each cell of the set stands in it once. Answers are found by their grade id, then by their cell id,
then by what they say or define, then by where they stand. What the student added stays where it
was. Of several copies of an answer the last that was filled in has its place, and the others run
before it, as in a kernel; a written answer is all that was written.
"""

import ast
import re
import warnings
from collections import defaultdict
from dataclasses import dataclass, field, replace

from course_tools.grading.jobs import Cell
from course_tools.grading.reading import Found, NeedsAttention, read_cells, sides
from course_tools.grading.sets import PROMPT, defined

FENCE = re.compile(r"^```.*$", re.MULTILINE)
NO_PYTHON = re.compile(r"^(```|[%!]).*$", re.MULTILINE)
"""Lines of Markdown and of IPython."""
DEFINES = re.compile(r"^(?:def|class) +(\w+)|^(\w+) *=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class Rebuilt:
    """What a submission holds.

    cells : the code to execute in order, each check of the set at its place
    written : by grade id, "" where there is no answer
    attention : by grade id of what earns points, why a person has to look
    notes : what had to be repaired, in words
    """

    cells: tuple[Cell, ...]
    written: dict[str, str]
    attention: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def repair(data, exercise_set):
    """The Rebuilt submission in the bytes of a file.

    Raises
    ------
    NeedsAttention
        If no notebook of this set is in them.
    """
    versions = [rebuild(cells, exercise_set) for cells in read_cells(data)]
    return versions[0] if len(versions) == 1 else merged(*versions, exercise_set)


def rebuild(found, exercise_set):
    """The Rebuilt submission of cells that were found."""
    found, undecided = decided(parted(found, exercise_set), exercise_set)
    owners = recognised(found, exercise_set)
    if not any(owner and owner.problem for owner in owners):  # every set has a header
        raise NeedsAttention(f"no cell of {exercise_set.name} is in it{_about(found)}")
    builder = _Builder(exercise_set, found, owners)
    builder.walk()
    builder.fill_in()
    attention = {
        cell.name: "two versions of the answer, from a merge that was left undecided"
        for cell in exercise_set.graded
        if undecided & {cell.name, *(c.name for c in _answers(cell, exercise_set))}
    }
    notes = tuple(dict.fromkeys(builder.notes))
    return Rebuilt(tuple(builder.cells), builder.texts(), attention, notes)


def parted(found, exercise_set):
    """The cells, but each written answer that was merged into another cell taken out of it."""
    claimed = {cell.grade_id for cell in found} | {cell.cell_id for cell in found}
    for written in exercise_set.written:
        if written.name not in claimed:
            found = [part for cell in found for part in _parts(cell, written)]
    return found


def _parts(found, written):
    before, question, answer = found.source.partition(written.question)
    if not question or not before.strip():
        return [found]
    return [replace(found, source=before.rstrip()), Found("text", question + answer, written.name)]


def _about(found):
    titles = [c.source.splitlines()[0] for c in found if c.source.startswith("#")]
    return f"; it begins with {titles[0][:60]!r}" if titles else ""


def _answers(cell, exercise_set):
    return exercise_set.answers_of(cell) if cell.role == "check" else ()


# --- Which cell is which ----------------------------------------------------------------------


def recognised(found, exercise_set):
    """For each cell that was found, the set's cell that it is, or None.

    A cell whose ids say nothing is known by its content, if no other is that cell by its id, or
    if it is but the template once more.
    """
    known = exercise_set.by_name
    owners = [known.get(cell.grade_id) or known.get(cell.cell_id) for cell in found]
    taken = {owner.name for owner in owners if owner}
    for index, cell in enumerate(found):
        if owners[index] is None:
            alike_ones = [one for one in exercise_set.cells if alike(cell, one)]
            free = [one for one in alike_ones if one.name not in taken]
            copied = [one for one in alike_ones if not filled_in(cell, one)]
            owners[index] = next(iter((*free, *copied)), None)
    return owners


def alike(found, cell):
    """Whether a cell that was found says, asks or defines what one of the set does."""
    text = _words(found.source)
    if cell.role == "statement":
        return _words(cell.source.split("\n")[0]) == _words(found.source.lstrip().split("\n")[0])
    if cell.role == "written":
        return _words(cell.question)[:80] in text
    if cell.role == "code":
        return cell.names <= names_in(found.source)
    return _words(cell.source) == text


def _words(text):
    return " ".join(text.split())


def names_in(source):
    """The names that some code defines, or seems to, where it cannot be parsed."""
    source = NO_PYTHON.sub("", source)
    try:
        with warnings.catch_warnings(action="ignore"):  # of what is no good style
            return defined(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {name for pair in DEFINES.findall(source) for name in pair if name}


def filled_in(found, cell):
    """Whether an answer cell holds more than its template, or than a piece of that."""
    if _words(FENCE.sub("", found.source)) in _words(cell.source):
        return False
    return cell.role != "code" or _definitions(found.source) != _definitions(cell.source)


def _definitions(source):
    """What the top level of some code defines, in a form that can be compared."""
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(NO_PYTHON.sub("", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    return [ast.dump(node) for node in tree.body if defined(ast.Module([node], []))]


# --- Putting it together ------------------------------------------------------------------------


class _Builder:
    """Walks through what was found, in the student's order, and collects cells and texts."""

    def __init__(self, exercise_set, found, owners):
        self.set, self.found, self.owners = exercise_set, found, owners
        self.cells, self.notes = [], []
        self.written = defaultdict(list)
        self.place = self._places()

    def _places(self):
        """Which of several copies of a cell has its place: by name, an index."""
        place = {}
        for index, (found, owner) in enumerate(zip(self.found, self.owners)):
            if not owner:
                continue
            if owner.name in place:
                self.notes.append(f"{owner.name} was there more than once")
            if owner.name not in place or owner.role == "check" or filled_in(found, owner):
                place[owner.name] = index
        return place

    def walk(self):
        for index, (found, owner) in enumerate(zip(self.found, self.owners)):
            if owner is None:
                self._own(found, index)
            elif owner.role in ("code", "given", "check"):
                self._code(found, owner, has_place=self.place[owner.name] == index)
            else:
                self._text(found, owner, index)

    def _own(self, found, index):
        """A cell of the student's own: code is executed, a text may belong to a written answer."""
        if found.kind == "code":
            self.cells.append(Cell(None, found.source))
        else:
            self._hand_to_reader(found.source, index)

    def _code(self, found, owner, has_place):
        source = FENCE.sub("", found.source) if found.kind == "text" else found.source
        if owner.role == "code":
            if has_place or filled_in(found, owner):
                self.cells.append(Cell(owner.name if has_place else None, source))
            return
        if extra := added(source, owner.source):
            self.cells.append(Cell(None, extra))
            self.notes.append(f"{owner.name} had been changed")
        if has_place:
            self.cells.append(Cell(owner.name, owner.source))

    def _text(self, found, owner, index):
        """A statement or a written answer: what was added to the words of the set is kept."""
        extra = added(found.source, owner.source if owner.role == "statement" else owner.question)
        if owner.role == "written":
            self.written[owner.name].append(extra)
        elif extra and names_in(extra):
            self.cells.append(Cell(None, extra))
        else:
            self._hand_to_reader(extra, index)

    def _hand_to_reader(self, text, index):
        """A text that stands by itself belongs to the written answer next to it, or else to the
        one of its problem, if there is one."""
        owner = self.owners[index]
        before = next((one for one in reversed(self.owners[:index]) if one), None)
        after = next((one for one in self.owners[index + 1 :] if one), None)
        beside = [after] if owner else [before, after]
        problem = (owner or before or self.set.cells[0]).problem
        of_it = [cell for cell in self.set.written if cell.problem == problem]
        written = [cell for cell in (*beside, *of_it) if cell and cell.role == "written"]
        if written and text.strip():
            self.written[written[0].name].append(text.strip())
            self.notes.append(f"{written[0].name} was found in another cell")

    def fill_in(self):
        """Put what is missing where it stands in the set, and every check after its answers."""
        for position, cell in enumerate(self.set.cells):
            if cell.name in self.place or cell.role == "statement":
                continue
            if cell.role == "code" and cell.names <= self._defined_elsewhere():
                self.notes.append(f"{cell.name} was found in another cell")
                continue
            if not self.written[cell.name]:
                self.notes.append(f"{cell.name} was missing")
            if cell.kind == "code":
                before = {one.name for one in self.set.cells[:position]}
                self._insert(Cell(cell.name, cell.source), self._indices(before))
        for check in self.set.cells:
            if check.role == "check":
                self._settle(check)

    def _defined_elsewhere(self):
        """The names that cells define whose place it is not to do so."""
        names = set()
        for cell in self.cells:
            owner = self.set.by_name.get(cell.grade_id)
            names |= names_in(cell.source) - (owner.names if owner else set())
        return names

    def _settle(self, check):
        """Move a check behind the answers that it asks for, wherever the student gave them."""
        answers = self.set.answers_of(check)
        wanted = set().union(*(answer.names for answer in answers))
        [own] = self._indices({check.name})
        cell = self.cells.pop(own)
        after = self._indices({answer.name for answer in answers})
        if not any(self._is_filled_in(index) for index in after):
            after += [self._first_that_defines(name) for name in wanted]
        self._insert(cell, [own - 1, *after])

    def _first_that_defines(self, name):
        """The first of the student's own cells that defines a name, -1 where none does."""
        own_code = [i for i in self._indices({None}) if name in names_in(self.cells[i].source)]
        return min(own_code, default=-1)

    def _is_filled_in(self, index):
        cell = self.cells[index]
        return filled_in(cell, self.set.by_name[cell.grade_id])

    def _indices(self, names):
        return [index for index, cell in enumerate(self.cells) if cell.grade_id in names]

    def _insert(self, cell, after):
        self.cells.insert(max(after, default=-1) + 1, cell)

    def texts(self):
        """By grade id, all different texts of a written answer, as one."""
        return {
            cell.name: "\n\n".join(text for text in dict.fromkeys(self.written[cell.name]) if text)
            for cell in self.set.written
        }


def added(source, template):
    """What stands in a changed cell besides the words that it was handed out with.

    >>> added("Why?\\n\\nBecause.", "Why?")
    'Because.'
    """
    if template in source:
        rest = source.replace(template, "", 1)
    else:
        handed_out = {_words(line) for line in template.splitlines()}
        rest = "\n".join(line for line in source.splitlines() if _words(line) not in handed_out)
    return rest.replace(PROMPT, "").strip("\n").rstrip()


# --- Merges that were left undecided --------------------------------------------------------------


def decided(found, exercise_set):
    """Cells without the marks of a conflict, and the names of those where both sides differ."""
    cells, undecided = [], set()
    for cell in found:
        ours, theirs = (replace(cell, source=text) for text in sides(cell.source + "\n"))
        if ours.source == theirs.source:
            cells.append(replace(cell, source=ours.source.removesuffix("\n")))
            continue
        [owner] = recognised([ours], exercise_set)
        if cell.kind == "text":  # a reader sees both
            ours = replace(cell, source=f"{ours.source}\n{theirs.source}")
        elif owner is None:
            undecided |= exercise_set.by_name.keys()
        elif not filled_in(ours, owner):
            ours = theirs
        elif filled_in(theirs, owner):
            undecided.add(owner.name)
        cells.append(ours)
    return cells, undecided


def merged(ours, theirs, exercise_set):
    """One submission of two sides: an answer that only one of them has, and attention where the
    two differ."""
    attention = dict(ours.attention | theirs.attention)
    first, second = (_sources(side) for side in (ours, theirs))
    taken = {}
    for cell in exercise_set.graded:
        names = [answer.name for answer in _answers(cell, exercise_set)] or [cell.name]
        for name in names:
            template = exercise_set.by_name[name]
            if first.get(name) == second.get(name) or _is_template(second.get(name), template):
                continue
            if _is_template(first.get(name), template):
                taken[name] = second[name]
            else:
                attention[cell.name] = "two versions of the answer, from an undecided merge"
    own = [{cell.source for cell in side.cells if not cell.grade_id} for side in (ours, theirs)]
    if own[1] - own[0]:
        sentence = "an undecided merge, in which both sides have cells of their own"
        attention |= {cell.name: sentence for cell in exercise_set.graded}
    cells = tuple(
        replace(cell, source=taken.get(cell.grade_id, cell.source)) for cell in ours.cells
    )
    written = {name: taken.get(name, text) for name, text in ours.written.items()}
    notes = tuple(dict.fromkeys((*ours.notes, *theirs.notes, "a merge had been left undecided")))
    return Rebuilt(cells, written, attention, notes)


def _sources(side):
    return side.written | {cell.grade_id: cell.source for cell in side.cells if cell.grade_id}


def _is_template(source, cell):
    return not source or not filled_in(Cell(None, source), cell)
