"""A question that is answered before anything shows the answer: commit, then see.

    jump_over = Prediction(
        name="jump_over",
        text="You are at φ = −4 on the parabola φ². At which rate does the path first *jump over*?",
        choices={
            "0.4": "There the first step lands at −0.8, on the same side.",
            "0.5": "Yes: one step lands exactly on 0. Any more, and it lands beyond.",
        },
        right="0.5",
        demo=rate_regimes,
        setting={"learning_rate": 0.3},
        tried={"0.4": {"learning_rate": 0.4}, "0.5": {"learning_rate": 0.5}},
        answered_by=("02-rates-why",),
    )

`markdown` is the cell that asks, for every reader; below it `jump_over()` shows the choices as
buttons, and after a choice what there is to say to it and the demo.
"""

from dataclasses import dataclass, field

from lessons.asking.choices import Choices
from lessons.marking.parts import Choice
from lessons.stage.demo import Demo


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """A question with a few answers to choose from, one of them right. Worth no points.

    name : the Python name in the notebook, and the id of the cell that shows the choices
    text : the question, Markdown
    choices : by answer, what to say to it; two to five
    right : the right one of them
    demo, setting : the demo that decides it, if one does, and its settings that the question names;
        the others are at their defaults
    tried : by answer, the settings that try it, where these differ
    answered_by : the ids of the notebook's cells that answer it, all of them further down
    """

    name: str
    text: str
    choices: dict
    right: str
    answered_by: tuple[str, ...]
    demo: Demo | None = None
    setting: dict = field(default_factory=dict)
    tried: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.right not in self.choices:
            raise ValueError(f"right = {self.right!r}, expected one of {list(self.choices)}")
        if unknown := sorted(self.tried.keys() - self.choices.keys()):
            raise ValueError(f"tried has {unknown}, expected some of {list(self.choices)}")

    @property
    def markdown(self):
        """The cell that asks: the question, its choices, and the answer in a fold."""
        choices = "\n".join(f"- {choice}" for choice in self.choices)
        return (
            f"**Predict.** {self.text.strip()}\n\n{choices}\n\n"
            f"<details><summary>Answer</summary>\n\n**{self.right}** "
            f"{self.choices[self.right]}\n</details>"
        )

    def reply(self, choice):
        """(right, sentence): what to say to a choice."""
        wrong = {c: told for c, told in self.choices.items() if c != self.right}
        reason = Choice(self.right, wrong).reason(choice)
        return reason is None, self.choices[self.right] if reason is None else reason

    def settings(self, choice=None):
        """All settings of the demo, at the question's or at those that try a choice."""
        return self.demo.defaults() | self.setting | self.tried.get(choice, {})

    def opened(self):
        """The demo's panel at the question's setting."""
        return self.demo(**self.settings())

    def __call__(self):
        """The live panel."""
        return Choices(self)
