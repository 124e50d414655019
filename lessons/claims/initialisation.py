"""The claims about where the weights of a network start."""

import numpy as np

from course_lib.batches import Minibatches
from course_lib.descent import descend
from course_lib.initialization import glorot_normal, glorot_uniform
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent
from lessons.experiments.initialisation import bump_loss
from lessons.experiments.reading import reading
from lessons.measuring.claim import CONDITION, FAILS, HOLDS, Finding, claim, mean_of, share_of

# --- cl-31 ------------------------------------------------------------------------------------

APART = 1e-3
RULES = {"gradient descent": GradientDescent(0.005), "Adam": Adam(0.01)}


@claim(
    "cl-31",
    "Units that start with equal weights never differ again",
    source="Deep Learning, section 8.4",
)
def equal_units_stay_equal(networks=40, steps=100, nudge=0.0, seed=0):
    """{networks} networks of three tanh units, drawn with seed {seed}; in each, the three start
    with one weight into them, one bias and one weight out of them. After {steps} steps on a bump,
    how many have weights into the units that differ by more than 0.001? Then the same with
    weights out of the units that are drawn one by one.

    By gradient descent and by Adam. nudge : how far apart the equal weights are after all. On
    paper equal weights stay equal for ever. A computer may round two units differently, and that
    grows: hence so few steps, and a border far above what rounding has become by then.
    """
    loss = bump_loss()
    rng = np.random.default_rng(seed)
    into, bias, out, last = rng.uniform(0.2, 0.8, (4, networks, 1))
    equal = np.concatenate(
        [into + nudge * np.arange(3), bias.repeat(3, 1), out.repeat(3, 1), last], 1
    )
    drawn_out = equal.copy()
    loss.model.unravel(drawn_out)[1].weights[..., 0] = rng.uniform(0.2, 0.8, (networks, 3))
    figures, parted = [], {}
    for name, rule in RULES.items():
        for case, starts in (("all equal", equal), ("only those into them equal", drawn_out)):
            final = descend(loss, starts, rule, steps, keep="last").final
            spread = np.ptp(loss.model.unravel(final)[0].weights[:, 0], axis=-1)
            parted[name, case] = (spread > APART).mean()
            figures.append(share_of(f"part under {name}, {case}", spread > APART))
            if starts is drawn_out:
                figures.append(mean_of(f"how far under {name}", spread))
    stay = max(share for (_, case), share in parted.items() if case == "all equal") == 0
    leave = max(share for (_, case), share in parted.items() if case != "all equal") > 0
    if not stay:
        return Finding(tuple(figures), FAILS, "units that start nearly equal part")
    if not leave:
        return Finding(tuple(figures), HOLDS, "no pair of units has parted")
    why = (
        "the weights out of them must be equal, too: where these differ, so do the gradients that "
        "come back, and one step later the weights into the units"
    )
    return Finding(tuple(figures), CONDITION, why)


# --- cl-32 ------------------------------------------------------------------------------------

LAYERS = {
    "identity, equal layers": ("identity", 10 * (64,)),
    "tanh, equal layers": ("tanh", 10 * (64,)),
    "relu, equal layers": ("relu", 10 * (64,)),
    "identity, each layer half as wide": ("identity", (256, 128, 64, 32, 16)),
}


@claim(
    "cl-32",
    "Glorot's weights give the activations of all layers the same variance",
    source="Deep Learning, section 8.4",
)
def glorot_keeps_the_variance(networks=40, layers=tuple(LAYERS), seed=0):
    """{networks} deep networks with Glorot's weights for each kind of layers, drawn with seed
    {seed}; inputs are normal. By which factor does a layer multiply the mean square of its signal,
    on average?

    It counts as kept from 0.9 to 1.1. The claim holds if it is kept in all kinds of layers, and
    with a condition if it is in some.
    """
    rng = np.random.default_rng(seed)
    figures = [_factor_of(name, networks, rng) for name in layers]
    kept = [figure.what for figure in figures if 0.9 < figure.value < 1.1]
    if len(kept) == len(figures):
        return Finding(tuple(figures), HOLDS, "each layer hands on what it gets")
    if not kept:
        return Finding(tuple(figures), FAILS, "each layer changes it")
    why = f"it is so for {' and '.join(kept)}; the derivation knows no activation and one width"
    return Finding(tuple(figures), CONDITION, why)


def _factor_of(name, networks, rng):
    activation, sizes = LAYERS[name]
    network = MLP((*sizes, 1), activation)
    x = rng.standard_normal((20, sizes[0]))
    z = network.pre_activations(x, glorot_uniform(network, rng, (networks,)))[:-1]
    first, last = ((layer**2).mean(axis=(-2, -1)) for layer in (z[0], z[-1]))
    return mean_of(name, (last / first) ** (1 / (len(z) - 1)))


# --- cl-51 ------------------------------------------------------------------------------------

READER = (64, 32, 32, 10)


@claim(
    "cl-51",
    "It makes no great difference whether first weights are normal or uniform",
    source="Deep Learning, section 8.4",
)
def normal_or_uniform(networks=10, epochs=8, spread=1.0, seed=0):
    """Networks of two hidden layers learn 1000 digits for {epochs} epochs of gradient descent,
    {networks} from each kind of start, drawn with seed {seed}: weights that are normal, as
    Glorot's; uniform with the same variance; and uniform within plus and minus the standard
    deviation of the normal ones. How many new digits do they read wrongly?

    spread : what the uniform weights of the same variance are multiplied by. A difference of less
    than 5 in 100 counts as not great. The claim holds if neither uniform start makes a great one,
    and with a condition if that of the same variance does not.
    """
    network = MLP(READER, "relu")
    train, test = reading(network), reading(network, "test")
    rng = np.random.default_rng(seed)
    normal = glorot_normal(network, rng, (networks,))
    uniform = spread * glorot_uniform(network, rng, (networks,))
    starts = np.stack([normal, uniform, uniform / np.sqrt(3)])
    batches = Minibatches(batch_size=50, rng=rng)
    final = descend(train, starts, GradientDescent(0.002), 20 * epochs, batches, keep="last").final
    wrong = 100 * (1 - test.accuracy(final))
    names = ("normal", "uniform, same variance", "uniform within ± one standard deviation")
    figures = tuple(mean_of(f"{name} (%)", w) for name, w in zip(names, wrong, strict=True))
    one, same, narrow = (figure.value for figure in figures)
    if abs(same - one) >= 5:
        return Finding(figures, FAILS, "the two read differently many digits wrongly")
    if abs(narrow - one) < 5:
        return Finding(figures, HOLDS, "all three learn alike")
    why = "of the same variance; the same number in both formulas is a third of it, and learns late"
    return Finding(figures, CONDITION, why)
