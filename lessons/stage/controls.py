"""The controls of a slider demo: which values a setting may take, and its widget.

Every control has a `label`, a `default`, and `positions`, how many it has. Its methods: `widget()`
makes the ipywidgets control, `shown(widget)` is what stands in the panel for it, `read(value)` is
the setting meant by a value from the browser, `said(value)` is a setting in words, `at(position)`
is the setting at a position, counted from 0, `position(setting)` the position nearest to a setting,
and `ends()` lists the settings at both ends, or all where they are few.
"""

import math
from dataclasses import dataclass, field

import ipywidgets as widgets


@dataclass(frozen=True)
class Control:
    """What all controls share."""

    label: str

    def read(self, value):
        """The value itself."""
        return value

    def shown(self, widget):
        """What stands in the panel for the widget: itself, unless something goes beside it."""
        return widget

    def said(self, value):
        """A setting in words."""
        return str(value)

    def _widget(self, kind, **options):
        return kind(
            value=self.default, description=self.label, style={"description_width": "175px"},
            layout={"width": "425px"}, **options,
        )  # fmt: skip


@dataclass(frozen=True)
class Range(Control):
    """Numbers from `low` to `high` in steps, the default and every preset among them."""

    low: float
    high: float
    step: float
    default: float
    along: str = field(default="", kw_only=True)
    """Where in the picture the setting is a coordinate and can be dragged: "a.x" if it is the x of
    the axes called "a", "ab.y" if it is the y of both "a" and "b"; "" if it is none."""

    @property
    def positions(self):
        """How many there are."""
        return round((self.high - self.low) / self.step) + 1

    def at(self, position):
        """The setting at a position, counted from 0."""
        return self.read(self.value_of(self.low + position * self.step))

    def nearest(self, number):
        """The setting at the position nearest to a number, such as one pointed at in the picture.

        What is beyond an end is taken for the end.
        """
        return self.at(self.position(number))

    def position(self, number):
        """The position nearest to a number, counted from 0."""
        position = round((self.place_of(number) - self.low) / self.step)
        return min(max(position, 0), self.positions - 1)

    def value_of(self, place):
        """The number that stands at a place between `low` and `high`."""
        return place

    def place_of(self, number):
        """The place between `low` and `high`, or beyond them, at which a number stands."""
        return number

    def said(self, value):
        """A setting in words: the number with the digits that matter."""
        digits = f"{value:,.0f}" if value == round(value) else f"{value:g}"
        return digits.replace("-", "−")

    def _slider(self, kind, **options):
        return self._widget(kind, min=self.low, max=self.high, step=self.step, **options)


@dataclass(frozen=True)
class Slider(Range):
    """A number between `low` and `high`, in steps; a whole number if all of them are."""

    def widget(self):
        """A slider, set to the default."""
        numbers = (self.low, self.high, self.step, self.default)
        if all(isinstance(number, int) for number in numbers):
            return self._slider(widgets.IntSlider)
        return self._slider(widgets.FloatSlider, readout_format=".3g")

    def read(self, value):
        """The number meant by a value from the browser, whose arithmetic makes 0.6 0.5999..."""
        return round(value, 6)

    def ends(self):
        """The lowest and the highest."""
        return [self.low, self.high]


@dataclass(frozen=True)
class Player(Slider):
    """A whole number that can also be played, like a film, from low to high."""

    interval: int = 150
    """Milliseconds from one picture to the next, at least."""

    def shown(self, widget):
        """The slider, and buttons that move it."""
        play = widgets.Play(
            value=self.default, min=self.low, max=self.high, step=self.step,
            interval=self.interval, show_repeat=False,
        )  # fmt: skip
        # Linked in the browser, so that frames that come too fast are dropped as in a drag.
        both = widgets.HBox([widget, play])
        both.links = [widgets.jslink((play, "value"), (widget, "value"))]
        return both


@dataclass(frozen=True)
class LogSlider(Range):
    """A positive number whose power of ten moves in steps, from 10**low to 10**high.

    It is read to two digits: 0.05 and not 10**-1.3.
    """

    def widget(self):
        """A slider, set to the default."""
        return self._slider(widgets.FloatLogSlider, base=10, readout_format=".2g")

    def read(self, value):
        """The number meant by a value from the browser."""
        return float(f"{value:.2g}")

    def ends(self):
        """The lowest and the highest."""
        return [self.read(10.0**power) for power in (self.low, self.high)]

    def value_of(self, place):
        """The number of a power of ten."""
        return 10.0**place

    def place_of(self, number):
        """The power of ten of a number; of none that is positive, below the lowest."""
        return math.log10(number) if number > 0 else self.low - self.step


@dataclass(frozen=True)
class Switch(Control):
    """On or off."""

    default: bool
    positions = 2

    def at(self, position):
        """Off at 0, on at 1."""
        return bool(position)

    def position(self, setting):
        """0 for off, 1 for on."""
        return int(setting)

    def said(self, value):
        """A setting in words."""
        return "on" if value else "off"

    def widget(self):
        """A checkbox, set to the default."""
        return self._widget(widgets.Checkbox)

    def ends(self):
        """Both positions."""
        return [False, True]


@dataclass(frozen=True)
class Choice(Control):
    """One of several words, or of several numbers."""

    options: tuple
    default: str | int

    @property
    def positions(self):
        """How many there are."""
        return len(self.options)

    def at(self, position):
        """The option at a position, counted from 0."""
        return self.options[position]

    def position(self, setting):
        """Where an option stands, counted from 0."""
        return self.options.index(setting)

    def widget(self):
        """A drop-down list, set to the default."""
        return self._widget(widgets.Dropdown, options=self.options)

    def ends(self):
        """Every option."""
        return list(self.options)
