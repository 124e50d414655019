"""Tasks of notebook 09, "your turn": a tent, a step of the backward pass, and starts."""

import numpy as np

from course_lib.models import ShallowNetwork
from lessons.experiments.initialisation import bump_loss, deep_network, fit_bump
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Task

# --- a tent ---------------------------------------------------------------------------------------

ACROSS = np.linspace(-3, 3, 61)


def _tent(*phi):
    tent, line = np.maximum(0, 1 - np.abs(ACROSS)), ShallowNetwork()(ACROSS, np.array(phi))
    gaps = np.abs(line - tent)
    if gaps.max() < 1e-6:
        return True, "Three hinges make a tent: up by 1, down by 2, and level again."
    worst = gaps.argmax()
    at, yours, right = ACROSS[worst], line[worst], tent[worst]
    return False, (
        f"Between -3 and 3 yours is farthest from the tent at x = {at:.1f}: {yours:.4g}, where "
        f"the tent is {abs(right):.4g}."
    )


tent = Task(
    name="tent",
    title="A tent of three hinges",
    parts=(
        SettingPart(
            name="phi",
            count=10,
            outcome=_tent,
            misconceptions=(
                Misconception(
                    [0, 1, -1, 0, 1, 1, 0, 1, 0, 0],
                    "Up with a slope of 1 from -1 on, and level from 0 on: unit 2 has to take "
                    "away the rise of unit 1 *and* go down.",
                ),
                Misconception(
                    [0, 1, -2, 0, 1, 1, 0, 1, -1, 1],
                    "Right as far as x = 1. From there on it goes down for ever: the third unit "
                    "has to stop that.",
                ),
                Misconception(
                    [0, 1, -1, -1, 1, 1, 0, 1, -1, 1],
                    "Each unit stays on to the right of its joint, so its weight is the *change* "
                    "of the slope there, not the slope itself.",
                ),
            ),
        ),
    ),
    hints=(
        "Take all three θ_d1 as 1. Then unit d is on to the right of −θ_d0: where do you need the "
        "three joints?",
        "From left to right the slopes of the tent are 0, 1, −1 and 0. Each joint adds φ_d to the "
        "slope.",
    ),
)

# --- one layer back -------------------------------------------------------------------------------


def _delta(delta, weights, z):
    return (delta @ weights.T) * (1 - np.tanh(z) ** 2)


def _delta_inputs(rng):
    by_hand = {
        "delta": np.array([[-4.0]]),
        "weights": np.array([[-1.0], [0.5]]),
        "z": np.array([[0.6, -1.1]]),
    }
    drawn = []
    for examples, before, after in ((3, 2, 4), (1, 3, 3), (5, 4, 1)):
        shapes = {"delta": (examples, after), "weights": (before, after), "z": (examples, before)}
        drawn.append({name: rng.normal(size=shape).round(1) for name, shape in shapes.items()})
    return [by_hand, *drawn]


one_layer_back = Task(
    name="one_layer_back",
    title="One layer back",
    parts=(
        FunctionPart(
            name="delta",
            right=_delta,
            inputs=_delta_inputs,
            result="δ of the layer before",
            misconceptions=(
                Misconception(
                    lambda delta, weights, z: delta @ weights.T,
                    "This has come back through the weights, but not through the slope of tanh.",
                ),
                Misconception(
                    lambda delta, weights, z: (delta @ weights.T) * np.tanh(z),
                    "You multiply by h itself. The chain rule asks for its slope.",
                ),
                Misconception(
                    lambda delta, weights, z: (delta @ weights.T) * (1 - z**2),
                    "The slope of tanh is 1 less the square of h, not of z.",
                ),
                Misconception(
                    lambda delta, weights, z: (delta @ weights.T) * (1 - np.tanh(z)),
                    "The slope of tanh is 1 less the *square* of h.",
                ),
                Misconception(
                    lambda delta, weights, z: (delta @ weights.T) * (z > 0),
                    "That is the slope of relu. The units here are tanh.",
                ),
            ),
        ),
    ),
    hints=(
        "The equation for δ of the layer before has two factors: what comes back through the "
        "weights, and the slope of the activation.",
        "`@` multiplies matrices, `.T` transposes, and `*` multiplies number by number. The slope "
        "of tanh is 1 − tanh².",
    ),
)

# --- what parts three units -----------------------------------------------------------------------


def _parted(*outgoing):
    network = bump_loss().model
    start = np.full(network.n_parameters, 0.5)
    network.unravel(start)[1].weights[:, 0] = outgoing
    path = fit_bump(start)
    into = network.unravel(path.final)[0].weights[0]
    told = (
        f"After 500 steps the weights into the units are "
        f"{', '.join(f'{weight:.2f}' for weight in into)}, and the loss is {path.final_loss:.3g}."
    )
    if np.ptp(into) < 1e-6:
        return False, f"{told} Three units that are equal in everything stay equal."
    if np.diff(np.sort(into)).min() < 1e-6:
        return False, f"{told} Two of them are still equal in everything, and work as one."
    if path.final_loss > 1:
        return False, f"{told} They do differ, but 500 steps from there have not made a bump."
    return True, f"{told} The weights into them were all equal: those out of them parted them."


part_them = Task(
    name="part_them",
    title="What parts three units",
    parts=(SettingPart(name="outgoing", count=3, outcome=_parted),),
    hints=(
        "The δ of a unit is what comes back, times its outgoing weight. When do three units get "
        "three different δ?",
        "A bump is a step up and a step down: give two outgoing weights of opposite signs.",
    ),
)

# --- the variance that keeps a signal -------------------------------------------------------------


def _variance_inputs(rng):
    first = {"m": 20, "share": 0.25}
    drawn = [
        {"m": int(rng.integers(5, 200)), "share": round(float(rng.uniform(0.1, 1)), 2)}
        for _ in range(3)
    ]
    return [first, *drawn]


right_variance = Task(
    name="right_variance",
    title="The variance that keeps a signal",
    parts=(
        FunctionPart(
            name="variance",
            right=lambda m, share: 1 / (m * share),
            inputs=_variance_inputs,
            result="the variance",
            misconceptions=(
                Misconception(
                    lambda m, share: 1 / m,
                    "That keeps the signal where the activation passes all of it on.",
                ),
                Misconception(
                    lambda m, share: 2 / m,
                    "That is right for relu, which passes on a half. Here the share is given.",
                ),
                Misconception(
                    lambda m, share: share / m,
                    "An activation that passes on less needs *larger* weights, not smaller ones.",
                ),
                Misconception(
                    lambda m, share: 1 / np.sqrt(m * share),
                    "That is the standard deviation of the weights. The variance is its square.",
                ),
                Misconception(
                    lambda m, share: 1 / (m * share**2),
                    "The share is one of mean squares already: do not square it again.",
                ),
            ),
        ),
    ),
    hints=(
        "One layer multiplies the mean square by m v s. What must that be?",
        "Solve m v s = 1 for v.",
    ),
)

# --- a network for digits -------------------------------------------------------------------------

FUNNEL = (64, 256, 32, 10)


def _factor(of):
    return np.prod([of(m, n) for m, n in zip(FUNNEL, FUNNEL[1:], strict=False)])


funnel = Task(
    name="funnel",
    title="Glorot between unequal layers",
    parts=(
        ValuePart(
            name="factor",
            right=_factor(lambda m, n: 2 * m / (m + n)),
            relative_tolerance=0.006,
            misconceptions=(
                Misconception(
                    _factor(lambda m, n: 2 * n / (m + n)),
                    "That is the way back: forwards a sum has m terms, backwards n.",
                ),
                Misconception(
                    1.0, "It would be 1 if all layers were of the same size. Take them in turn."
                ),
                Misconception(
                    2 * 64 / (64 + 10),
                    "The layers between count as well: multiply the factors of all three.",
                ),
                Misconception(
                    _factor(lambda m, n: m / (m + n)),
                    "Each of your three factors lacks a 2: the variance is 2/(m + n).",
                ),
                Misconception(
                    sum(2 * m / (m + n) for m, n in zip(FUNNEL, FUNNEL[1:], strict=False)),
                    "You add the three factors up. Each layer multiplies what it gets.",
                ),
            ),
        ),
    ),
    hints=(
        "A layer multiplies the mean square by m v. Put in Glorot's v.",
        "Three layers: 64 → 256, 256 → 32 and 32 → 10. The first factor is 128/320.",
    ),
)

# --- a start for tanh -----------------------------------------------------------------------------


def _tanh_gain(gain):
    if not 0 < gain <= 100:
        return False, f"{gain:.4g} is none to try: take a number above 0, and at most 100."
    kept, ratios = [], []
    for seed in (0, 1, 2):
        network, phi, x, sizes = deep_network("tanh", float(gain), 8, seed)
        first, *_, last = ((h**2).mean() for h in network.activations(x, phi))
        kept.append(np.sqrt(last / first))
        ratios.append(sizes[0] / sizes[-2])
    kept, ratio = (float(np.exp(np.mean(np.log(each)))) for each in (kept, ratios))
    told = (
        f"With Glorot's weights times {gain:.4g} the activations of layer 8 have {kept:.2g} of the "
        f"size of those of layer 1, and the gradient of the first weights is {ratio:.2g} times "
        "that of the eighth (means over three draws)."
    )
    if kept < 0.7:
        return False, f"{told} The signal still fades: larger weights carry it farther."
    if not 0.5 < ratio < 2:
        return False, f"{told} Now the gradients are no longer level: that is too much."
    return True, f"{told} PyTorch recommends 5/3 for tanh."


tanh_gain = Task(
    name="tanh_gain",
    title="A start for tanh",
    parts=(
        SettingPart(
            name="gain",
            outcome=_tanh_gain,
            misconceptions=(
                Misconception(
                    1.0,
                    "As Glorot's they are: in layer 8 less than a half is left. Tanh takes a "
                    "little in every layer, and the weights must make up for it.",
                ),
            ),
        ),
    ),
    hints=(
        "In the demo move the factor up from 1 until the histograms of layers 1 and 8 look alike.",
        "Somewhat above 1. At 2 the gradients grow on their way back.",
    ),
)

# --- the output's bias ----------------------------------------------------------------------------


def _log_odds(y):
    return np.log(y.mean() / (1 - y.mean()))


def _labels(rng):
    drawn = [(rng.random(n) < p).astype(float) for n, p in ((8, 0.3), (20, 0.7), (40, 0.2))]
    for labels in drawn:
        labels[:2] = 0, 1  # both classes
    return [{"y": np.array([0.0, 0.0, 1.0, 0.0, 0.0])}, *({"y": labels} for labels in drawn)]


output_bias = Task(
    name="output_bias",
    title="A first guess in the output's bias",
    parts=(
        FunctionPart(
            name="bias",
            right=_log_odds,
            inputs=_labels,
            result="the bias",
            misconceptions=(
                Misconception(
                    lambda y: y.mean(),
                    "That is the probability itself. The bias goes through the sigmoid first: "
                    "which number does the sigmoid turn into it?",
                ),
                Misconception(
                    lambda y: np.log(y.mean()),
                    "The exponential of this is the probability. Here it is the sigmoid of the "
                    "bias.",
                ),
                Misconception(
                    lambda y: y.mean() / (1 - y.mean()),
                    "Those are the odds. The bias is their logarithm.",
                ),
                Misconception(
                    lambda y: -_log_odds(y),
                    "The sign: with this bias the network gives class 0 the share of class 1.",
                ),
                Misconception(
                    lambda y: 1 / (1 + np.exp(-y.mean())),
                    "You apply the sigmoid to the share. It is the other way round: the sigmoid "
                    "of the bias is to be the share.",
                ),
            ),
        ),
    ),
    hints=(
        "With small weights the network's output is its bias b, and its probability 1/(1 + e⁻ᵇ). "
        "What should that be?",
        "Let p be the share of ones. Solve p = 1/(1 + e⁻ᵇ) for b.",
    ),
)

# --- gates ----------------------------------------------------------------------------------------


def _gates(bias):
    gate = 1 / (1 + np.exp(-np.clip(bias, -500, 500)))
    left = gate**20
    told = f"With a bias of {bias:.4g} a gate lets {gate:.4g} through, and twenty {left:.3g}."
    if abs(left - 0.5) <= 0.01:
        return True, told
    return False, f"{told} That is {'less' if left < 0.5 else 'more'} than a half."


open_gates = Task(
    name="open_gates",
    title="Twenty gates in a row",
    parts=(
        SettingPart(
            name="bias",
            outcome=_gates,
            misconceptions=(
                Misconception(
                    0.0, "With a bias of 0 every gate is half open, and a millionth gets through."
                ),
                Misconception(
                    0.5 ** (1 / 20),
                    "That is how far each gate must be open. Which bias does the sigmoid turn "
                    "into it?",
                ),
            ),
        ),
    ),
    hints=(
        "Each gate lets g through, twenty let g²⁰. Which g makes that a half?",
        "g is the 20th root of ½, near 0.966. Then solve g = 1/(1 + e⁻ᵇ) for b.",
    ),
)

# --- a first layer from elsewhere -----------------------------------------------------------------


def _grafted(phi, donor, n_in, n_hidden):
    """phi with the numbers of the donor's first layer; by how many is the mistake to make."""
    return _replaced(phi, donor, (n_in + 1) * n_hidden)


def _replaced(phi, donor, count):
    count = min(count, len(phi), len(donor))
    return np.concatenate([donor[:count], phi[count:]])


def _graft_inputs(rng):
    by_hand = {"phi": np.arange(1.0, 10.0), "donor": -np.arange(1.0, 8.0), "n_in": 1, "n_hidden": 2}
    inputs = [by_hand]
    for n_in, hidden, out, other in ((2, 3, 1, 2), (3, 2, 2, 1), (1, 4, 3, 1)):
        sizes = [(n_in + 1) * hidden + (hidden + 1) * n for n in (out, other)]
        phi, donor = (rng.normal(size=size).round(1) for size in sizes)
        inputs.append({"phi": phi, "donor": donor, "n_in": n_in, "n_hidden": hidden})
    return inputs


graft = Task(
    name="graft",
    title="A first layer from elsewhere",
    parts=(
        FunctionPart(
            name="start",
            right=_grafted,
            inputs=_graft_inputs,
            result="the start",
            misconceptions=(
                Misconception(
                    lambda phi, donor, n_in, n_hidden: _replaced(phi, donor, n_in * n_hidden),
                    "The weights of the first layer come from the donor; its biases, which lie "
                    "right behind them, do not yet.",
                ),
                Misconception(
                    lambda phi, donor, n_in, n_hidden: _replaced(phi, donor, n_hidden),
                    "Each unit has n_in weights and a bias: that is more numbers than units.",
                ),
                Misconception(
                    lambda phi, donor, n_in, n_hidden: phi,
                    "Nothing has come from the donor.",
                ),
                Misconception(
                    lambda phi, donor, n_in, n_hidden: np.concatenate(
                        [phi[: (n_in + 1) * n_hidden], donor[(n_in + 1) * n_hidden :]]
                    ),
                    "The other way round: the first layer is the donor's, the rest that of phi.",
                ),
                Misconception(
                    lambda phi, donor, n_in, n_hidden: _replaced(phi, donor, len(phi)),
                    "More than the first layer has come from the donor: the layers after it are "
                    "for another task.",
                ),
            ),
        ),
    ),
    hints=(
        "The parameters lie flat: first all weights into the hidden units, then their biases, then "
        "the rest. How many numbers are the first two?",
        "Copy phi, and put the first (n_in + 1) · n_hidden numbers of the donor in their place.",
    ),
)
