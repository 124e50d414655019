"""A slider demo, declared once: from it come the live panel, the static twin and the sweep.

    @demo(
        "ab",                                   # panels of the picture, and its size in inches
        size=(9, 3.5),
        title="A line fitted by 30 steps",
        alt="Two rows at learning rates ...",
        controls={
            "seed": Slider("seed", 0, 20, 1, 0),
            "learning_rate": LogSlider(...),
            "start": Slider("start", 0.0, 1.0, 0.1, 0.5, along="a.x"),  # it can be dragged there
        },
        presets={"crawls": {"learning_rate": 0.001}, "succeeds": {"learning_rate": 0.1}},
    )
    def example(axes):                          # the stage: axes, labels, limits
        axes["a"].set(xlim=(0, 1), xlabel="x")

    @example.layer
    def points(axes, seed):                     # scenery: redrawn when the seed changes
        ...

    @example.layer
    def path(axes, seed, learning_rate):        # actors: redrawn with every slider
        ...
        return "the key numbers, as text"

`example()` is the panel. A test compares the names of the settings with those of the controls.
"""

from lessons.stage.panel import Panel
from lessons.stage.picture import Picture


def demo(panels, size, *, title, alt, controls, presets, solid=()):
    """Decorate the function that draws the stage, and get a Demo.

    panels, size, solid : as in `Picture`
    title, alt, controls, presets : as in `Demo`
    """
    return lambda stage: Demo(stage, panels, size, solid, title, alt, controls, presets)


class Demo(Picture):
    """A picture with sliders: call it for its live panel.

    title : what one sees, in a few words
    alt : the static twin in words, for readers who do not see it
    controls : by setting, a Slider, LogSlider, Player, Switch or Choice
    presets : by name, the settings that differ from the defaults; the twin shows at least one

    `handles` is what can be dragged in the picture: by coordinate, such as "a.x", each setting that
    lies along it with its lowest and highest value. Two may share one where their ranges are apart.
    """

    def __init__(self, stage, panels, size, solid, title, alt, controls, presets):
        super().__init__(stage, panels, size, solid)
        self.title, self.alt, self.controls, self.presets = title, alt, controls, presets
        self.handles = self._handles()

    def __repr__(self):
        return f"<demo {self.name}({', '.join(self.settings)})>"

    def _handles(self):
        handles = {}
        for name, control in self.controls.items():
            for coordinate in self._coordinates(name, getattr(control, "along", "")):
                here = [name, *control.ends()]
                for other, low, high in handles.setdefault(coordinate, []):
                    if here[1] <= high and low <= here[2]:
                        raise ValueError(
                            f"along is {control.along!r} for {name}, but {other} lies along "
                            f"{coordinate!r} too, expected ranges that are apart"
                        )
                handles[coordinate].append(here)
        return handles

    def _coordinates(self, name, along):
        """The coordinates that the `along` of a control names; ValueError where there is none."""
        if not along:
            return []
        flat = sorted({*self.panels} - {*self.solid, *";. \n"})
        panels, _, side = along.partition(".")
        if side not in ("x", "y") or not panels or {*panels} - {*flat}:
            raise ValueError(
                f"along is {along!r} for {name}, expected one or more of the axes {flat}, and then "
                "'.x' or '.y'"
            )
        return [f"{panel}.{side}" for panel in panels]

    def defaults(self):
        """Every setting at its default."""
        return {name: control.default for name, control in self.controls.items()}

    def preset_settings(self):
        """The settings of each preset, whole."""
        return {name: self.defaults() | changed for name, changed in self.presets.items()}

    def told(self, settings):
        """The settings in words: what stands beside each control."""
        said = [f"{c.label}: {c.said(settings[name])}" for name, c in self.controls.items()]
        return "; ".join(each.replace(" ", "\N{NO-BREAK SPACE}") for each in said)

    def sweep(self):
        """Settings to try: defaults, presets, each control at its ends, all of them at theirs."""
        defaults = self.defaults()
        yield defaults
        yield from self.preset_settings().values()
        ends = {name: control.ends() for name, control in self.controls.items()}
        for name, values in ends.items():
            for value in values:
                yield defaults | {name: value}
        for end in (0, -1):
            yield {name: values[end] for name, values in ends.items()}

    def __call__(self, **settings):
        """The live panel, opened at some settings; without a kernel, the picture at these alone, or
        at each preset if there are none. ValueError for a setting that there is not."""
        return Panel(self, **settings)
