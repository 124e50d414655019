"""Predictions of notebook 03: how far a step goes, and how it meets the next."""

from lessons.asking.prediction import Prediction
from lessons.demos.gradient_descent import fig_6_1
from lessons.demos.line_search import backtracking, fig_6_10, zigzag

rates = Prediction(
    name="rates",
    text=r"""
Above, each step goes as far along its gradient as pays off: it has a rate $\alpha$ of its own. What
do the rates of the first five steps do, on the way to the bottom?
""",
    choices={
        "they grow, since the gradient gets shorter": "It does, and the steps shrink with it. But "
        "the rate *multiplies* the gradient: that the gradient is short says nothing of the rate.",
        "they shrink, since the bottom is near": "A step is the rate times the gradient, and the "
        "gradient shrinks by itself. The rate has no need to.",
        "they take turns between two values": "Yes: 0.147, 0.0223, 0.147, … at whatever height. "
        "What counts is where a step leads: along the valley a long one pays, across it a short "
        "one.",
        "they are all the same": "One rate for all is what you set by hand in notebook 02. Here "
        "long steps and short ones take turns, more so than their gradients.",
    },
    right="they take turns between two values",
    demo=fig_6_1,
    setting={"steps": 5},
    answered_by=("03-rates", "03-rates-why"),
)

which_part = Prediction(
    name="which_part",
    text=r"""
Walk downhill from $a$ to some point $d$, and put $b$ and $c$ between them: $a < b < c < d$. The
line has one valley, and you find $L[b] < L[c]$. In which part can the lowest point *not* be?
""",
    choices={
        "between a and b": "It can: the valley may lie just before b.",
        "between b and c": "It can: b is lower than c, but further on it may be lower still.",
        "between c and d": "Yes: at c the loss is already rising, and with one valley it does not "
        "fall again.",
        "in none of them for sure": "There is one: if the loss is higher at c than at b, it is "
        "rising at c.",
    },
    right="between c and d",
    demo=fig_6_10,
    answered_by=("03-bracket-why",),
)

four_steps = Prediction(
    name="four_steps",
    text=r"""
In figure 6.1 four steps with a line search come near the minimum: of the excess loss, the loss
above its lowest, less than a hundredth is left. Is that so from other starts and for other draws?
""",
    choices={
        "from hardly any": "It is more than a lucky picture: long valleys spoil it, and this bowl "
        "is only a mild one.",
        "from about half": "Closer to three in four. (But from *this* start only on about one draw "
        "in six: the figure is a kind one.)",
        "from about three in four": "Yes. But the worst start of a draw keeps about a third of "
        "the excess loss: section 4 says which that is.",
        "from nearly all": "From about one in four, more than that is left, and from the worst "
        "start of a draw about a third.",
    },
    right="from about three in four",
    answered_by=("03-cl-1", "03-cl-1-why"),
)

greedy = Prediction(
    name="greedy",
    text=r"""
On the line of figure 6.10 a search tries the distance 8, then 0.7 of it, and so on. With $c = 0.2$
it accepts the fourth trial, at 2.74. Raise $c$ to 0.9. How long is the step that is accepted now?
""",
    choices={
        "longer: it has to gain more": "It has to gain more *for its length*. The longer the step, "
        "the more the tangent promises, and the further the curve falls behind.",
        "as long as before": "At 2.74 the loss has fallen by less than a quarter of the "
        "promise. That is enough for 0.2, not for 0.9.",
        "shorter": "Yes, 1.34: near the start the curve still follows its tangent. A share near 1 "
        "allows only short steps, a share near 0 almost any.",
    },
    right="shorter",
    demo=backtracking,
    setting={"sufficient": 0.2},
    tried={
        choice: {"sufficient": 0.9}
        for choice in ("longer: it has to gain more", "as long as before", "shorter")
    },
    answered_by=("03-backtracking-why",),
)

turn = Prediction(
    name="turn",
    text=r"""
An exact line search goes down a long valley in a zig-zag. At which angle does each step set off
from the one before?
""",
    choices={
        "the longer the valley, the sharper": "It looks so where the two axes are scaled "
        "differently. Here they are scaled alike: measure it at other values of κ.",
        "at a right angle, in any valley": "Yes. What differs from valley to valley is how long "
        "the steps are, not how they turn.",
        "the longer the valley, the wider": "The steps shrink from one to the next, but the turns "
        "between them stay as they are: look at other values of κ.",
    },
    right="at a right angle, in any valley",
    demo=zigzag,
    tried={
        "the longer the valley, the sharper": {"conditioning": 3.0, "start_angle": 18},
        "the longer the valley, the wider": {"conditioning": 3.0, "start_angle": 18},
    },
    answered_by=("03-cl-3", "03-cl-3-why"),
)

worst_start = Prediction(
    name="worst_start",
    text=r"""
On a bowl of conditioning $\kappa = 10$ (curvature 1 along $\phi_0$, 10 along $\phi_1$) the exact
search starts from a point on a circle around the minimum. From which does it need the most steps
until a millionth of its loss is left?
""",
    choices={
        "from the steep axis": "There the gradient points straight at the minimum, and one step is "
        "enough. One degree beside it, two or three do.",
        "from half-way between the axes": "From 45° the first step gets rid of nine tenths of the "
        "loss: the gradient points almost along the steep axis.",
        "from near the flat axis": "Yes, from about 6°. On the flat axis itself one step would "
        "do; a little beside it, the gradient points at neither.",
        "it is the same from all": "Try the slider: along an axis a single step arrives.",
    },
    right="from near the flat axis",
    demo=zigzag,
    setting={"conditioning": 10.0, "start_angle": 20},
    tried={
        "from the steep axis": {"start_angle": 89},
        "from half-way between the axes": {"start_angle": 45},
        "from near the flat axis": {"start_angle": 6},
    },
    answered_by=("03-worst-why",),
)

half_way = Prediction(
    name="half_way",
    text=r"""
A long valley, $\kappa = 30$, and its worst start: the exact search needs 104 steps until a
millionth of the loss is left. Now stop every step *half-way* to the lowest point of its line. That
takes …
""",
    choices={
        "about 200 steps": "It would if the way were straight. But the next step need not turn at "
        "a right angle now, and sets off in a better direction.",
        "104 steps again": "Each step by itself gains less, since it stops early; but the next one "
        "starts from a better place.",
        "about 50 steps": "Yes, 51. The exact search is greedy: the best step now leaves a bad "
        "place to go on from.",
    },
    right="about 50 steps",
    demo=zigzag,
    setting={"conditioning": 30.0, "start_angle": 2},
    tried={
        choice: {"method": "half the exact step"}
        for choice in ("about 200 steps", "104 steps again", "about 50 steps")
    },
    answered_by=("03-half-why", "03-rules"),
)

longer_bracket = Prediction(
    name="longer_bracket",
    text=r"""
The line of figure 6.10, continued, has a deep dip at distance 1.7, and shallower ones at 8.5, 9.8
and 14.5. A search with a first bracket of 8 ends in the deep dip. One of 16 finds a loss of 10.4 at
5.3, and of 5.4 at 10.7; at 8.9 it is 4.6, and at 12.4 it is 8.9. Where does this search end?
""",
    choices={
        "at 1.7, the deepest of them": "It lies in [0, 5.3], and that part is dropped at once, "
        "since the loss is lower at 10.7 than at 5.3. Between its points a search sees nothing.",
        "at 8.5 or 9.8, in the middle": "Yes, at 8.5. The first stage drops [0, 5.3], and the deep "
        "dip with it; the second one drops [12.4, 16].",
        "at 14.5, the furthest of them": "The first stage keeps [5.3, 16]. Its thirds are 8.9 and "
        "12.4, and 8.9 is the lower: so [12.4, 16] is dropped.",
    },
    right="at 8.5 or 9.8, in the middle",
    answered_by=("03-fooled", "03-fooled-why"),
)
