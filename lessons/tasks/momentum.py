"""Tasks of notebook 06, "your turn": averages, borders, the best pair, a look ahead repaired."""

import numpy as np

from course_lib.descent import descend
from course_lib.optimizers import Momentum, Nesterov, NesterovAsPrinted, VelocityMomentum
from course_lib.surfaces import Quadratic
from lessons.experiments.momentum import roots, settled
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception
from lessons.marking.paths import PatientGradient
from lessons.marking.problem import Task

# --- gradients that turn round --------------------------------------------------------------------


def _shares(rng):
    return [{"beta": beta} for beta in (0.5, 0.0, 0.9, round(rng.uniform(0.1, 0.8), 2))]


turning = Task(
    name="turning",
    title="Gradients that turn round",
    parts=(
        FunctionPart(
            name="length",
            right=lambda beta: (1 - beta) / (1 + beta),
            inputs=_shares,
            result="the length in units of α|g|",
            misconceptions=(
                Misconception(
                    lambda beta: 1 / (1 + beta),
                    "That is the velocity form. In equation 6.11 a new gradient is scaled by 1 − β "
                    "before it is added.",
                ),
                Misconception(
                    lambda beta: 1 - beta,
                    "That is the first step. Later the average comes from the other side, and a "
                    "part of the new gradient goes into turning it round.",
                ),
                Misconception(
                    lambda beta: (1 + beta) / (1 - beta),
                    "Upside down: that would be longer than without momentum.",
                ),
                Misconception(
                    lambda beta: -(1 - beta) / (1 + beta),
                    "Right but for its sign: a length is not negative.",
                ),
                Misconception(
                    lambda beta: 1.0 + 0 * beta,
                    "That is for gradients all alike: there the average has the *same* sign before "
                    "and after. Here it has the opposite one.",
                ),
            ),
        ),
    ),
    hints=(
        "Let the average be −c before the step. Which gradient comes, and what is the average "
        "after it?",
        "It must be +c: c = β · (−c) + (1 − β) · 1, in units of |g|. Solve for c.",
    ),
)

# --- half of its weight ---------------------------------------------------------------------------


def _half_life(beta):
    if not 0 < beta < 1:
        return False, f"β = {beta:.4g} is no share: it lies between 0 and 1."
    steps = np.log(0.5) / np.log(beta)
    after = f"{round(steps, 1):g}"
    told = f"With β = {beta:.4g} half of a gradient's weight is left after {after} steps."
    if abs(steps - 10) <= 0.5:
        return True, told
    return False, f"{told} The memory is too {'long' if steps > 10 else 'short'}."


half_life = Task(
    name="half_life",
    title="A memory of ten steps",
    parts=(
        SettingPart(
            name="beta",
            outcome=_half_life,
            misconceptions=(
                Misconception(
                    0.5,
                    "With β = 0.5 a single step halves the weight. Ten of them shall.",
                ),
                Misconception(
                    0.95,
                    "0.95 is 1 − 0.5/10, as if each step took away the same amount. Each takes "
                    "away the same *share*: after ten steps 0.6 of the weight is left.",
                ),
                Misconception(
                    0.9,
                    "0.9 is 1 − 1/10: after ten steps it leaves 0.35 of the weight, not half.",
                ),
            ),
        ),
    ),
    hints=(
        "Each step multiplies all that the average holds by β. And ten steps?",
        "Solve β¹⁰ = ½.",
    ),
)

# --- at a larger rate -----------------------------------------------------------------------------


def _settles(beta):
    if not 0 <= beta < 1:
        return False, f"β = {beta:.4g} is no share: it lies between 0 and 1."
    count = settled(Momentum(1.3, beta))
    told = f"With α = 1.3 and β = {beta:.4g}, {count} of 100 runs settle."
    if count >= 95:
        return True, told
    if beta < 0.92:
        return False, f"{told} The noise of the batches still gets through: average over more."
    return False, f"{told} The ball is so heavy that it still swings: average over less."


at_a_larger_rate = Task(
    name="at_a_larger_rate",
    title="95 runs of 100",
    parts=(
        SettingPart(
            name="beta",
            outcome=_settles,
            misconceptions=(
                Misconception(
                    0.9,
                    "That one is in the table: 89 of 100. A little more averaging, and it is done.",
                ),
            ),
        ),
    ),
    hints=("Below 0.9 the noise gets through, near 1 the path swings. Try what lies between.",),
)

# --- the border -----------------------------------------------------------------------------------


def _runs_at(alpha):
    if not 0 < alpha < 100:
        return False, f"A rate of {alpha:.4g} is none to try: it lies between 0 and 100."

    def comes_closer(rate):
        path = descend(Quadratic([4.0]), [1.0], VelocityMomentum(rate, 0.5), 400, keep="last")
        return bool(np.abs(path.final[0]) < 1)

    told = f"I tried 400 steps at 0.98 and at 1.02 times {alpha:.4g}:"
    if not comes_closer(0.98 * alpha):
        return False, f"{told} both run away. The border lies lower."
    if comes_closer(1.02 * alpha):
        return False, f"{told} both come closer. The border lies higher."
    return True, f"{told} the first comes closer, the second runs away. That is the border."


border = Task(
    name="border",
    title="The border, with momentum",
    parts=(
        SettingPart(
            name="alpha",
            outcome=_runs_at,
            misconceptions=(
                Misconception(
                    0.5,
                    "2/λ is the border of gradient descent. Momentum moves it: put r = −1 into the "
                    "equation.",
                ),
                Misconception(3.0, "That is αλ at the border. Divide it by the curvature, 4."),
                Misconception(
                    0.25,
                    "You have 2(1 − β)/λ: one of the signs has slipped. With r = −1 the middle "
                    "term changes its sign.",
                ),
            ),
        ),
    ),
    hints=(
        "At the border the path jumps from side to side for ever: r = −1.",
        "r² = 1, so the equation says 1 + (1 + β − αλ) + β = 0. Solve for αλ, then for α.",
    ),
)

# --- three runs -----------------------------------------------------------------------------------

_WORSE_CREEP = "it comes closer by the same small share at each step, on one side: it creeps."

heavier_or_lighter = Task(
    name="heavier_or_lighter",
    title="Heavier or lighter?",
    parts=(
        ChoicesPart(
            name="change",
            choices={
                "a": Choice(
                    "raise beta",
                    {
                        "lower beta": f"{_WORSE_CREEP} With less momentum it creeps more slowly.",
                        "lower alpha": f"{_WORSE_CREEP} Shorter steps make it slower still.",
                    },
                ),
                "b": Choice(
                    "lower beta",
                    {
                        "raise beta": "it swings, and its swings shrink by √β a step: nearer to 1 "
                        "they last longer.",
                        "lower alpha": "it swings, and its swings shrink by √β a step, whatever "
                        "the rate is.",
                    },
                ),
                "c": Choice(
                    "lower alpha",
                    {
                        "raise beta": "its first step leads from 1 to −3.5, so αλ is 4.5. No β "
                        "below 1 bears more than 4.",
                        "lower beta": "less momentum lowers the border of stability further.",
                    },
                ),
                "d": Choice(
                    "lower beta",
                    {
                        "raise beta": "it swings, quickly: its steps lead to one side twice and "
                        "then to the other. Its swings shrink by √β a step, and more slowly near "
                        "1.",
                        "lower alpha": "it swings more slowly then, but the swings shrink by √β a "
                        "step as before.",
                    },
                ),
            },
        ),
    ),
    hints=(
        "Which of them creep, which swing, and which run away?",
        "At first the velocity is zero, so the first step is that of gradient descent, and tells "
        "you αλ.",
    ),
)

# --- a ball with a mass ---------------------------------------------------------------------------


def _balls(rng):
    drawn = [
        {
            "mass": round(rng.uniform(1, 9), 1),
            "friction": round(rng.uniform(0.1, 2), 1),
            "tau": round(rng.uniform(0.05, 0.4), 2),
        }
        for _ in range(3)
    ]
    return [{"mass": 8.0, "friction": 2.0, "tau": 0.5}, *drawn]


def _of_a_ball(mass, friction, tau):
    return np.array([tau**2 / mass, 1 - friction * tau / mass])


def _ball_but(alpha=lambda m, c, t: t**2 / m, beta=lambda m, c, t: 1 - c * t / m):
    return lambda mass, friction, tau: np.array(
        [alpha(mass, friction, tau), beta(mass, friction, tau)]
    )


ball = Task(
    name="ball",
    title="A ball with a mass",
    parts=(
        FunctionPart(
            name="settings",
            right=_of_a_ball,
            inputs=_balls,
            result="the pair (α, β)",
            components=("alpha", "beta"),
            misconceptions=(
                Misconception(
                    lambda mass, friction, tau: _of_a_ball(mass, friction, tau)[::-1],
                    "The two have changed places: α first, then β.",
                ),
                Misconception(
                    _ball_but(alpha=lambda m, c, t: t / m),
                    "That is what the slope adds to w. The velocity v of the rule is a way, τ w: "
                    "how far the ball gets in one time step.",
                ),
                Misconception(
                    _ball_but(alpha=lambda m, c, t: t**2),
                    "Your α has no mass in it: a heavy ball is slower to follow the slope.",
                ),
                Misconception(
                    _ball_but(beta=lambda m, c, t: 1 - c * t),
                    "Your β has no mass in it: friction slows a heavy ball less.",
                ),
                Misconception(
                    _ball_but(beta=lambda m, c, t: c * t / m),
                    "That is the share that friction takes. β is the share that is left.",
                ),
                Misconception(
                    _ball_but(beta=lambda m, c, t: 1 - c / m),
                    "Your β has no τ in it: the shorter the time, the less friction takes.",
                ),
                Misconception(
                    _ball_but(beta=lambda m, c, t: 1 - c * t**2 / m),
                    "Friction changes w by −τ c w / m. Multiplied by τ that is −(τ c / m) v: one τ "
                    "has gone into v.",
                ),
                Misconception(
                    _ball_but(lambda m, c, t: t / m, lambda m, c, t: 1 - c * t),
                    "Write both lines for v = τ w: then the slope stands there with τ²/m, and "
                    "friction with τ/m.",
                ),
            ),
        ),
    ),
    hints=(
        "Multiply the line for w by τ, and write v wherever τ w stands.",
        "v ← v − (τ c / m) v − (τ² / m) ∂L/∂φ: what stands before v, and what before the slope?",
    ),
)

# --- the best pair --------------------------------------------------------------------------------

FLAT, STEEP = 1.0, 25.0


def _left(alpha, beta):
    """What a step leaves in the long run along the flat and the steep axis."""
    rates = alpha * np.array([FLAT, STEEP])
    return np.abs(roots(VelocityMomentum, beta, rates)).max(axis=0)


def _pair(alpha, beta):
    if alpha <= 0 or not 0 <= beta < 1:
        return False, f"α = {alpha:.4g}, β = {beta:.4g}: expected α above 0, and β from 0 to 1."
    flat, steep = _left(alpha, beta)
    told = (
        f"In the long run a step leaves {flat:.3g} of the distance along the flat axis and "
        f"{steep:.3g} along the steep one."
    )
    if max(flat, steep) <= 0.7:
        return True, f"{told} Gradient descent at its best leaves {24 / 26:.3g} along both."
    if steep >= 1:
        return False, f"{told} That runs away."
    if np.allclose([flat, steep], np.sqrt(beta)):
        return False, f"{told} Both swing, and √β is left: β can be smaller, as long as both do."
    if np.isclose(flat, steep):
        return False, f"{told} Neither swings yet: both gain from more momentum."
    slower = "flat" if flat > steep else "steep"
    return False, f"{told} The {slower} axis is the slower one."


pair = Task(
    name="pair",
    title="The best pair",
    parts=(
        SettingPart(
            name="pair",
            count=2,
            outcome=_pair,
            misconceptions=(
                Misconception(
                    (2 / 26, (24 / 26) ** 2),
                    "You take the curvatures themselves, as for gradient descent. The corner has "
                    "their square roots.",
                ),
                Misconception(
                    (1 / 9, 2 / 3),
                    "Your α is right. 2/3 is 1 − √(αλ) along the flat axis: the corner has its "
                    "square.",
                ),
                Misconception(
                    (1 / 3, 4 / 9),
                    "1/3 is √α. Your β is right.",
                ),
            ),
        ),
    ),
    hints=(
        "Put both axes at their corner: 1 − √β = √α · 1 for the flat one, 1 + √β = √α · 5 for the "
        "steep one.",
        "Add the two equations: that gives √α. Put it into either of them for √β.",
    ),
)

# --- looking ahead --------------------------------------------------------------------------------


def _steps_to_take(rng):
    """By hand; the step of figure 6.8; and drawn ones."""

    def step(curvatures, phi, m, alpha, beta, formula):
        gradient = PatientGradient(Quadratic(curvatures), 1, formula)
        phi, m = np.array(phi), np.array(m)
        return {"phi": phi, "m": m, "gradient": gradient, "alpha": alpha, "beta": beta}

    drawn = [rng.normal(size=2).round(1) for _ in range(2)]
    return [
        step((1.0, 2.0), [4.0, 2.0], [2.0, 4.0], 0.5, 0.5, "[φ₀, 2φ₁]"),
        step((0.5, 4.0), [-1.3, -0.35], [-1.25, -1.375], 0.8, 0.75, "[0.5φ₀, 4φ₁]"),
        step((1.0, 2.0), *drawn, 0.1, 0.9, "[φ₀, 2φ₁]"),
        step((1.0, 2.0), [4.0, 2.0], [1.0, -1.0], 0.2, 0.0, "[φ₀, 2φ₁]"),
    ]


def _of_rule(rule):
    def step(phi, m, gradient, alpha, beta):
        return np.array(rule(alpha, beta).step(phi, m, gradient.loss, 1))

    return step


def _mistaken(look=lambda m, alpha, beta: -alpha * beta * m, new=lambda beta: 1 - beta, ahead=0):
    """A step that looks elsewhere, weighs the gradient otherwise, or goes on from ahead."""

    def step(phi, m, gradient, alpha, beta):
        seen = phi + look(m, alpha, beta)
        m = beta * m + new(beta) * gradient(seen)
        return np.array([(seen if ahead else phi) - alpha * m, m])

    return step


_nesterov = _of_rule(Nesterov)

look_ahead = Task(
    name="look_ahead",
    title="Equation 6.12, repaired",
    parts=(
        FunctionPart(
            name="step",
            right=_nesterov,
            inputs=_steps_to_take,
            result="the pair (phi, m)",
            misconceptions=(
                Misconception(
                    _of_rule(NesterovAsPrinted),
                    "That is the equation as printed: with β = 0 it still looks ahead. Which part "
                    "of the old average survives the step?",
                ),
                Misconception(
                    _of_rule(Momentum),
                    "Your gradient is taken at phi itself: that is plain momentum.",
                ),
                Misconception(
                    _mistaken(lambda m, alpha, beta: alpha * beta * m),
                    "You look back: the average points uphill, and the step goes against it.",
                ),
                Misconception(
                    _mistaken(lambda m, alpha, beta: -beta * m),
                    "The old direction leads α times that far: the step is α m.",
                ),
                Misconception(
                    _mistaken(lambda m, alpha, beta: -alpha * (1 - beta) * m),
                    "You look ahead by the share 1 − β. The share of the old average that "
                    "survives is β.",
                ),
                Misconception(
                    _mistaken(new=lambda beta: 1.0),
                    "The look ahead is right. But the new gradient counts with 1 − β here.",
                ),
                Misconception(
                    _mistaken(ahead=1),
                    "You step from the point you looked at. It is there for its gradient alone: "
                    "the step starts at phi, and m holds the old direction already.",
                ),
                Misconception(
                    lambda *given: _nesterov(*given)[::-1],
                    "Both are right, but they have changed places: phi comes first.",
                ),
            ),
        ),
    ),
    hints=(
        "Leave the gradient out: m becomes β m. Where does the step then lead from phi?",
        "Three lines: the new m, with the gradient taken at that place; the new phi; and "
        "`return phi, m`.",
    ),
)
