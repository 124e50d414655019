"""Answers to the problems beyond the sources (pb-F2.1 to pb-F7.3), from their statements alone."""

import numpy as np

from course_lib.losses import BinaryCrossEntropy, LeastSquares
from course_lib.models import Gabor, Logistic
from tests.wrong_answers import added_to, collected

PROBLEMS = "2_1 2_2 3_1 3_2 4_1 5_1 5_2 5_3 6_1 6_2 6_3 7_1 7_2 7_3".split()
WRONG, RIGHT, wrong, right = collected(*(f"pb_F{number}" for number in PROBLEMS))


add = added_to(WRONG)


# --- pb-F2.1 · how many steps does a rate need ----------------------------------------------------


def steps_of(factor, share, whole=np.ceil):
    """The steps after which `factor` to their power is `share`; without end from 1 on."""
    if factor >= 1:
        return np.inf
    return 1 if factor == 0 else whole(np.log(share) / np.log(factor))


add(
    "pb_F2_1",
    "steps",
    (
        "rounded_down",
        lambda c, a, s: steps_of(abs(1 - a * c), s, np.floor),
        r"round|whole|too few|one step|up",
    ),
    (
        "to_the_nearest",
        lambda c, a, s: steps_of(abs(1 - a * c), s, np.round),
        r"round|whole|too few|up",
    ),
    (
        "one_more_than_down",
        lambda c, a, s: steps_of(abs(1 - a * c), s, lambda x: np.floor(x) + 1),
        r"at most|exact|one too many|equal|already",
    ),
    ("not_whole", lambda c, a, s: steps_of(abs(1 - a * c), s, lambda x: x), r"whole"),
    (
        "without_the_size",
        lambda c, a, s: np.ceil(np.log(s) / np.log(1 - a * c)),
        r"jump|side|sign|size|negative|overshoot|over the",
    ),
    (
        "never_beyond_a_half",
        lambda c, a, s: np.inf if a * c > 1 else steps_of(abs(1 - a * c), s),
        r"jump|side|over|still|comes closer|2",
    ),
    (
        "without_end",
        lambda c, a, s: np.ceil(np.log(s) / np.log(abs(1 - a * c))),
        r"inf|diverge|never|away|grow|no number",
    ),
    ("without_the_curvature", lambda c, a, s: steps_of(abs(1 - a), s), r"curvature"),
    ("with_twice_the_curvature", lambda c, a, s: steps_of(abs(1 - 2 * a * c), s), r"2|twice|slope"),
    (
        "share_of_the_loss",
        lambda c, a, s: steps_of((1 - a * c) ** 2, s),
        r"loss|square|distance",
    ),
    (
        "as_if_small",
        lambda c, a, s: np.ceil(-np.log(s) / (a * c)),
        r"approximat|small|exp|1 -",
    ),
    (
        "zero_at_once",
        lambda c, a, s: 0 if abs(1 - a * c) == 0 else steps_of(abs(1 - a * c), s),
        r"one step|1 step|single step|at least",
    ),
    (
        "quotient_upside_down",
        lambda c, a, s: np.ceil(np.log(abs(1 - a * c)) / np.log(s)),
        r"upside",
    ),
)


@wrong("pb_F2_1", "steps", r"cap|enough|more steps|1000|give up|limit|patien|inf")
def gives_up_at_a_thousand(curvature, learning_rate, share):
    for n in range(1, 1001):
        if abs(1 - learning_rate * curvature) ** n <= share * (1 + 1e-12):
            return n
    return np.inf


@wrong("pb_F2_1", "steps", r"at most|exact|equal|one too many")
def walks_until_below(curvature, learning_rate, share):
    distance, n = 1.0, 0
    factor = abs(1 - learning_rate * curvature)
    if factor >= 1:
        return np.inf
    while distance >= share * (1 - 1e-12):
        distance, n = factor * distance, n + 1
    return n


# --- pb-F2.2 · the wave, fitted -------------------------------------------------------------------


def descent_of_wave(x, y, start, steps=100, rate=0.05):
    loss, phi = LeastSquares(Gabor(), x, y), np.array(start, float)
    for _ in range(steps):
        phi = phi - rate * loss.gradient(phi)
    return phi


def wave_starts(n, seed=0):
    return np.random.default_rng(seed).uniform([-10, 2.5], [10, 22.5], (n, 2))


def best_of_starts(x, y, steps=250, n=12):
    loss = LeastSquares(Gabor(), x, y)
    return min((descent_of_wave(x, y, start, steps) for start in wave_starts(n)), key=loss)


add(
    "pb_F2_2",
    "fit",
    ("from_the_corner", lambda x, y: descent_of_wave(x, y, [-10, 2.5]), r"start|valley|minim"),
    ("from_start_2", lambda x, y: descent_of_wave(x, y, [5, 9.4]), r"start|valley|minim"),
    (
        "hardly_a_step",
        lambda x, y: descent_of_wave(x, y, [0.5, 15.0], steps=3, rate=0.01),
        r"step|arriv|still falls|gradient|slope|further",
    ),
    (
        "too_long_steps",
        lambda x, y: descent_of_wave(x, y, [0.5, 15.0], steps=60, rate=5.0),
        r"rate|diverg|too long|finite|box|between",
    ),
    (
        "uphill",
        lambda x, y: descent_of_wave(x, y, [0.5, 15.0], steps=60, rate=-0.05),
        r"uphill|sign|highest|maximum|rate|box|between|start|valley",
    ),
    (
        "any_of_the_starts",
        lambda x, y: descent_of_wave(x, y, wave_starts(3)[2]),
        r"start|valley|min",
    ),
    (
        "a_coarse_grid",
        lambda x, y: min(
            (
                np.array([a, b])
                for a in np.linspace(-10, 10, 11)
                for b in np.linspace(2.5, 22.5, 11)
            ),
            key=LeastSquares(Gabor(), x, y),
        ),
        r"step|descen|arriv|slope|gradient|near|still falls",
    ),
    (
        "the_other_way_round",
        lambda x, y: descent_of_wave(x, y, [0.5, 15.0], 300)[::-1],
        r"order|swap|changed places|first|between|box",
    ),
    (
        "the_loss",
        lambda x, y: LeastSquares(Gabor(), x, y)(descent_of_wave(x, y, [0.5, 15.0], 30)),
        r"shape|two|parameters|numbers",
    ),
    (
        "the_path",
        lambda x, y: [descent_of_wave(x, y, [0.5, 15.0], steps) for steps in (0, 10, 30)],
        r"shape|two|parameters|last",
    ),
    (
        "by_heart",
        lambda x, y: [0.0, 16.6],
        r"these examples|other|draw|noise|arriv|slope|step|gradient",
    ),
    ("nothing", lambda x, y: None, r"None|return"),
)


@right("pb_F2_2", "fit")
def wave_by_many_starts(x, y):
    return best_of_starts(x, y)


@right("pb_F2_2", "fit")
def wave_by_a_grid_and_a_descent(x, y):
    loss = LeastSquares(Gabor(), x, y)
    points = [[a, b] for a in np.linspace(-10, 10, 21) for b in np.linspace(2.5, 22.5, 21)]
    return descent_of_wave(x, y, min(points, key=loss), 200).tolist()


# --- pb-F3.1 · backtracking -----------------------------------------------------------------------


def backtracking(keeps, first=lambda rate, shrink: rate, following=None, gives=None):
    """A backtracking with a mistake, which gives up after 200 trials.

    keeps : (f, phi, g, rate, share) -> whether to take the rate
    """
    following = following or (lambda rate, shrink, first_rate, k: rate * shrink)
    gives = gives or (lambda rate, before, phi, g: rate)

    def answer(f, phi, gradient, first_rate, shrink, share):
        before = rate = first(first_rate, shrink)
        for k in range(200):
            if keeps(f, phi, gradient, rate, share):
                break
            before, rate = rate, following(rate, shrink, first_rate, k)
        return gives(rate, before, phi, gradient)

    return answer


def kept(f, phi, g, rate, share):
    return f(phi - rate * g) <= f(phi) - share * rate * (g @ g)


add(
    "pb_F3_1",
    "rate",
    (
        "any_decrease",
        backtracking(lambda f, p, g, a, c: f(p - a * g) < f(p)),
        r"share|any|promise|c\b",
    ),
    (
        "length_not_squared",
        backtracking(lambda f, p, g, a, c: f(p - a * g) <= f(p) - c * a * np.linalg.norm(g)),
        r"square|length",
    ),
    (
        "promise_without_the_rate",
        backtracking(lambda f, p, g, a, c: f(p - a * g) <= f(p) - c * (g @ g)),
        r"alpha|rate",
    ),
    (
        "promise_without_the_share",
        backtracking(lambda f, p, g, a, c: f(p - a * g) <= f(p) - a * (g @ g)),
        r"share|whole|c\b",
    ),
    (
        "the_rest_of_the_promise",
        backtracking(lambda f, p, g, a, c: f(p - a * g) <= f(p) - (1 - c) * a * (g @ g)),
        r"share|1 - c|rest",
    ),
    (
        "the_last_refused",
        backtracking(kept, gives=lambda r, b, p, g: b),
        r"refused|before|not keep",
    ),
    (
        "never_the_first",
        backtracking(kept, first=lambda rate, shrink: shrink * rate),
        r"first",
    ),
    (
        "one_further",
        backtracking(kept, following=lambda r, s, f, k: r * s, gives=lambda r, b, p, g: r * 0.5),
        r"first|further|already|too small|once more|earlier|shrink",
    ),
    (
        "shrinks_by_subtraction",
        backtracking(kept, following=lambda r, s, f, k: max(r - s * f, 1e-9)),
        r"multipl|times|subtract",
    ),
    (
        "shrinks_faster_and_faster",
        backtracking(kept, following=lambda r, s, f, k: r * s ** (k + 1)),
        r"power|s alpha|each|times|once|skip",
    ),
    (
        "shrinks_by_halves",
        backtracking(kept, following=lambda r, s, f, k: r / 2),
        r"shrink|half|halv|\bs\b",
    ),
    (
        "uphill",
        backtracking(lambda f, p, g, a, c: f(p + a * g) <= f(p) - c * a * (g @ g)),
        r"uphill|sign|minus|downhill|wrong way",
    ),
    (
        "the_new_point",
        backtracking(kept, gives=lambda r, b, p, g: p - r * g),
        r"rate|number|shape",
    ),
    (
        "promise_upside_down",
        backtracking(lambda f, p, g, a, c: f(p - a * g) >= f(p) - c * a * (g @ g)),
        r"refuse|keeps|turned|other way|<=|≤|side",
    ),
)


@wrong("pb_F3_1", "rate", r"first|lowest|best")
def the_best_of_the_rates(f, phi, gradient, first_rate, shrink, share):
    return min((first_rate * shrink**k for k in range(60)), key=lambda a: f(phi - a * gradient))


@wrong("pb_F3_1", "rate", r"slope|here|phi|new point|old|gradient")
def the_promise_of_the_first_rate(f, phi, gradient, first_rate, shrink, share):
    promise, rate = first_rate * (gradient @ gradient), first_rate
    for _ in range(200):
        if f(phi - rate * gradient) <= f(phi) - share * promise:
            break
        rate = shrink * rate
    return rate


@right("pb_F3_1", "rate")
def by_powers(f, phi, gradient, first_rate, shrink, share):
    k, slope = 0, np.sum(gradient**2)
    while (
        f(phi - first_rate * shrink**k * gradient) > f(phi) - share * first_rate * shrink**k * slope
    ):
        k += 1
    return first_rate * shrink**k


# --- pb-F3.2 · a descent that nobody has to give a rate -------------------------------------------


def searched(loss, start, steps=80, first=1.0, share=0.3, forward=2.0):
    phi, rate = np.array(start, float), first
    for _ in range(steps):
        g = loss.gradient(phi)
        if not g @ g:
            break
        rate *= forward
        for _ in range(60):
            if loss(phi - rate * g) <= loss(phi) - share * rate * (g @ g):
                break
            rate /= 2
        phi = phi - rate * g
    return phi


def fixed(rate, steps):
    def answer(loss, start):
        phi = np.array(start, float)
        for _ in range(steps):
            phi = phi - rate * loss.gradient(phi)
        return phi

    return answer


def by_a_fine_grid(loss, start):
    phi = np.array(start, float)
    for _ in range(400):
        g = loss.gradient(phi)
        phi = min((phi - a * g for a in np.geomspace(1e-7, 1, 200)), key=loss)
    return phi


def of_a_fixed_length(loss, start):
    phi = np.array(start, float)
    for _ in range(300):
        g = loss.gradient(phi)
        phi = phi - 0.5 * g / np.linalg.norm(g)
    return phi


def searched_once(loss, start):
    phi = np.array(start, float)
    g, rate = loss.gradient(phi), 1.0
    while loss(phi - rate * g) > loss(phi) - 0.01 * rate * (g @ g):
        rate /= 2
    return fixed(4 * rate, 300)(loss, start)


add(
    "pb_F3_2",
    "fit",
    ("a_fixed_rate", fixed(0.02, 400), r"rate|diverg|steep|search|too long|runs away"),
    ("a_tiny_rate", fixed(1e-7, 400), r"step|rate|left|short|far|creep"),
    ("too_many_gradients", fixed(1e-4, 1000), r"gradient"),
    ("too_many_values", by_a_fine_grid, r"value"),
    ("steps_of_one_length", of_a_fixed_length, r"length|hop|settle|rate|step"),
    ("searched_once", searched_once, r"every step|rate|once|diverg|runs away"),
    ("few_steps", lambda loss, start: searched(loss, start, steps=2), r"step|left|far"),
    ("the_start", lambda loss, start: start, r"start|left|step|moved"),
    ("the_loss", lambda loss, start: loss(searched(loss, start)), r"shape|two|parameters|numbers"),
    ("the_path", lambda loss, start: [start, searched(loss, start)], r"shape|two|parameters|last"),
    ("uphill", fixed(-1e-6, 100), r"uphill|sign|rate|higher|away|more than"),
    ("no_return", lambda loss, start: None, r"None|return"),
)


@right("pb_F3_2", "fit")
def line_by_backtracking(loss, start):
    return searched(loss, start)


@right("pb_F3_2", "fit")
def line_by_the_curvature(loss, start):
    """On a bowl the curvature along the gradient follows from two values: an exact search."""
    phi = np.array(start, float)
    for _ in range(450):
        g = loss.gradient(phi)
        if not (slope := g @ g) > 1e-18:
            break
        t = 1e-3 / np.sqrt(slope)
        bend = 2 * (loss(phi - t * g) - loss(phi) + t * slope) / t**2
        phi = phi - slope / bend * g
    return phi


# --- pb-F4.1 · probabilities, whatever the units --------------------------------------------------


def classes(x, y, steps=800, rate=0.3, start=(0.0, 0.0)):
    loss, phi = BinaryCrossEntropy(Logistic(), x, y), np.array(start)
    for _ in range(steps):
        phi = phi - rate / len(x) * 4 * loss.gradient(phi)
    return phi


def standardised(x, y, back, **settings):
    middle, spread = x.mean(), x.std()
    intercept, slope = classes((x - middle) / spread, y, **settings)
    return back(intercept, slope, middle, spread)


def rightly_back(intercept, slope, middle, spread):
    return np.array([intercept - slope * middle / spread, slope / spread])


def squares(x, y):
    slope, intercept = np.polyfit(x, y, 1)
    return np.array([intercept, slope])


add(
    "pb_F4_1",
    "fit",
    ("one_rate", lambda x, y: classes(x, y), r"unit|scale|curv|rate|eigen"),
    ("a_tiny_rate", lambda x, y: classes(x, y, rate=1e-4), r"rate|step|unit|scale|arriv|left|far"),
    (
        "not_back",
        lambda x, y: standardised(x, y, lambda i, s, m, d: np.array([i, s])),
        r"back|unit|scal|original",
    ),
    (
        "only_the_slope_back",
        lambda x, y: standardised(x, y, lambda i, s, m, d: np.array([i, s / d])),
        r"intercept|phi_0|back|mean|middle|shift",
    ),
    (
        "intercept_shifted_the_other_way",
        lambda x, y: standardised(x, y, lambda i, s, m, d: np.array([i + s * m / d, s / d])),
        r"intercept|phi_0|sign|back|middle|mean",
    ),
    (
        "intercept_by_the_slope_in_units",
        lambda x, y: standardised(x, y, lambda i, s, m, d: np.array([i - s * m, s / d])),
        r"intercept|phi_0|back|spread|divid",
    ),
    (
        "multiplied_back",
        lambda x, y: standardised(x, y, lambda i, s, m, d: np.array([i - s * d * m, s * d])),
        r"divid|back|spread|phi_1",
    ),
    (
        "only_centred",
        lambda x, y: (lambda p: np.array([p[0] - p[1] * x.mean(), p[1]]))(
            classes(x - x.mean(), y, steps=300)
        ),
        r"unit|scale|spread|rate|divid|curv",
    ),
    ("least_squares", squares, r"squares|loss|probabil|cross|logarithm|flat"),
    (
        "the_other_way_round",
        lambda x, y: standardised(x, y, rightly_back)[::-1],
        r"order|swap|places",
    ),
    ("the_other_class", lambda x, y: -standardised(x, y, rightly_back), r"sign|class|other way"),
    (
        "few_steps",
        lambda x, y: standardised(x, y, rightly_back, steps=3, rate=0.1),
        r"step|arriv|left|far|flat",
    ),
    (
        "the_probabilities",
        lambda x, y: 1 / (1 + np.exp(-x)),
        r"shape|two|parameters|numbers",
    ),
    ("uphill", lambda x, y: classes(x, y, steps=50, rate=-0.05), r"uphill|sign|class|other way"),
)


@right("pb_F4_1", "fit")
def classes_in_standard_units(x, y):
    return standardised(x, y, rightly_back)


# --- pb-F5.1 · a watch that halves too often ------------------------------------------------------


def watch(
    keeps_best=True, exceeds=True, resets=True, early=False, ties=False, factor=0.5, forgets=False,
    counts_from=0, once=False,
):  # fmt: skip
    """The rule, with mistakes switched on."""

    def answer(losses, initial, patience):
        best, bad, rate, used = np.inf, 0, initial, []
        for loss in losses:
            if early:
                used.append(rate)
            bad = 0 if loss < best or (ties and loss == best) else bad + 1
            best = min(best, loss) if keeps_best else loss
            if bad > patience if exceeds else bad >= patience:
                rate = initial * factor if once else rate * factor
                bad = counts_from if resets else bad
                best = np.inf if forgets else best
            if not early:
                used.append(rate)
        return np.array(used)

    return answer


add(
    "pb_F5_1",
    "rates",
    ("as_it_was", watch(False, False, False), r"lowest|all before|exceed|count|0 again"),
    ("two_faults_left_exceeds_resets", watch(True, False, False), r"exceed|patience|count|again"),
    ("two_faults_left_best_resets", watch(False, True, False), r"lowest|all|count|again"),
    ("two_faults_left_best_exceeds", watch(False, False, True), r"lowest|all|exceed|patience"),
    ("the_last_for_the_best", watch(keeps_best=False), r"lowest|all before|last|one before"),
    ("at_the_patience", watch(exceeds=False), r"exceed|patience|more than"),
    ("halves_on_and_on", watch(resets=False), r"count|again|from 0|every"),
    ("a_look_too_late", watch(early=True), r"after|before|late"),
    ("ties_are_new_bests", watch(ties=True), r"equal|lower|tie|as low"),
    ("a_tenth", watch(factor=0.1), r"half|halve|tenth"),
    ("forgets_the_best", watch(forgets=True), r"best|all before|lowest|forget"),
    ("counts_from_one", watch(counts_from=1), r"count|from 0|0\b"),
    ("halves_once", watch(once=True), r"once|again|every|initial|first rate"),
    (
        "the_last_rate",
        lambda losses, i, p: watch()(losses, i, p)[-1],
        r"shape|each|array|every|numbers",
    ),
    ("never", lambda losses, i, p: np.full(len(losses), i), r"halve|never|falls"),
)

RIGHT["pb_F5_1"] += [("rates", "a_list", lambda losses, i, p: watch()(losses, i, p).tolist())]


@right("pb_F5_1", "rates")
def by_the_place_of_the_best(losses, initial, patience):
    used, rate, since, best = [], initial, 0, np.inf
    for k, loss in enumerate(losses):
        if loss < best:
            best, since = loss, k
        if k - since > patience:
            rate, since = rate / 2, k
        used.append(rate)
    return used


# --- pb-F5.2 · rates by calculation ---------------------------------------------------------------


def excess(c, s, start, a, n):
    keep = (1 - a * c) ** 2
    square = start**2
    for _ in range(int(n)):
        square = keep * square + a**2 * s**2
    return c * square / 2


def excess_but(keep=None, adds=None, first=None, last=None, more=0):
    """The recursion with one of its pieces replaced."""
    keep = keep or (lambda a, c: (1 - a * c) ** 2)
    adds = adds or (lambda a, c, s: a**2 * s**2)
    last = last or (lambda square, c: c * square / 2)

    def answer(c, s, start, a, n):
        square = first(start) if first else start**2
        for _ in range(int(n) + more):
            square = keep(a, c) * square + adds(a, c, s)
        return last(square, c)

    return answer


add(
    "pb_F5_2",
    "excess",
    (
        "as_in_the_chapter",
        lambda c, s, p, a, n: excess(1, 1, p, a, n),
        r"curvature|noise|lambda|1\b",
    ),
    (
        "keeps_as_in_the_chapter",
        excess_but(keep=lambda a, c: (1 - a) ** 2),
        r"curvature|lambda",
    ),
    ("noise_not_squared", excess_but(adds=lambda a, c, s: a**2 * s), r"square|varian|noise"),
    ("rate_not_squared", excess_but(adds=lambda a, c, s: a * s**2), r"rate|alpha|square"),
    (
        "curvature_in_the_noise",
        excess_but(adds=lambda a, c, s: (a * c * s) ** 2),
        r"noise|curvature|slope",
    ),
    ("not_halved", excess_but(last=lambda v, c: c * v), r"half|/ ?2|lambda|factor"),
    ("without_the_curvature", excess_but(last=lambda v, c: v / 2), r"curvature|lambda|loss"),
    ("the_mean_square", excess_but(last=lambda v, c: v), r"loss|half|lambda|square"),
    ("keeps_not_squared", excess_but(keep=lambda a, c: 1 - a * c), r"square"),
    ("start_not_squared", excess_but(first=lambda p: p), r"start|square"),
    ("no_noise", excess_but(adds=lambda a, c, s: 0), r"noise|chance"),
    ("from_the_minimum", excess_but(first=lambda p: 0.0), r"start"),
    ("a_step_too_many", excess_but(more=1), r"step"),
    ("a_step_too_few", excess_but(more=-1), r"step"),
    (
        "the_plateau",
        lambda c, s, p, a, n: c * (a * s) ** 2 / (1 - (1 - a * c) ** 2) / 2,
        r"plateau|long run|start|steps",
    ),
)


@wrong("pb_F5_2", "excess", r"chance|random|exact|calculat|mean over|simulat|digits")
def by_a_hundred_runs(curvature, noise, start, rate, steps):
    rng, phi = np.random.default_rng(0), np.full(100, float(start))
    for _ in range(int(steps)):
        phi = phi - rate * (curvature * phi + noise * rng.normal(size=100))
    return np.mean(curvature * phi**2 / 2)


RIGHT["pb_F5_2"] += [
    ("excess", "by_a_loop", excess),
    (
        "excess",
        "in_closed_form",
        lambda c, s, p, a, n: (
            c / 2
            * (
                (1 - a * c) ** (2 * n) * p**2
                + a**2 * s**2 * (1 - (1 - a * c) ** (2 * n)) / (1 - (1 - a * c) ** 2)
            )
        ),
    ),
]  # fmt: skip


def lowest_of(judge, grid=lambda c: np.linspace(0, 2 / c, 2001)[1:-1]):
    def answer(c, s, start, n):
        rates = grid(c)
        return rates[np.argmin([judge(c, s, start, a, n) for a in rates])]

    return answer


def coarse(c):
    return np.linspace(0, 2 / c, 201)[1:-1]


add(
    "pb_F5_2",
    "rate",
    ("one_over_the_curvature", lambda c, s, p, n: 1 / c, r"noise|one step|high|curvature"),
    ("the_border", lambda c, s, p, n: 2 / c, r"border|2 ?/|diverg|below|never"),
    ("tiny", lambda c, s, p, n: 1e-3 / c, r"low|start|slow|arriv|travel|small"),
    ("in_the_long_run", lambda c, s, p, n: 1 / (c * n), r"steps|low|high|excess|left"),
    (
        "without_noise",
        lowest_of(lambda c, s, p, a, n: excess(c, 0, p, a, min(n, 60)), coarse),
        r"noise|high",
    ),
    (
        "the_lowest_plateau",
        lowest_of(lambda c, s, p, a, n: (a * s) ** 2 / (1 - (1 - a * c) ** 2), coarse),
        r"start|low|slow|arriv|travel|plateau|small",
    ),
    (
        "the_excess_itself",
        lambda c, s, p, n: min(excess(c, s, p, a, n) for a in coarse(c)),
        r"rate|excess",
    ),
    (
        "the_place_on_the_grid",
        lambda c, s, p, n: int(np.argmin([excess(c, s, p, a, n) for a in coarse(c)])),
        r"rate|index|place|between|above|below|2",
    ),
    (
        "rates_below_one",
        lowest_of(excess, lambda c: [1 / c, 1.5 / c, 1.9 / c]),
        r"low|high|noise|excess|left",
    ),
)
add(
    "pb_F5_2",
    "c",
    ("the_border", 1.0, r"border|fall|infinit|grow|1/"),
    ("as_for_curvature_1", 1.0000001, r"border|curvature|infinit|1/"),
    ("upside_down", 0.5, r"curvature|border|larger|1/|small"),
    ("twice", 4.0, r"large|noise|high|deriv"),
    ("a_root", np.sqrt(2), r"too|small|square|root|deriv"),
    ("large", 10.0, r"large|noise|high"),
    ("of_the_chapter", 0.6, r"small|border|curvature"),
)

# --- pb-F5.3 · a line on a budget of gradients ----------------------------------------------------


def line_on_budget(rates, size=8, steps=None, sign=-1, only=None):
    def answer(pulls, n_examples, budget, luck):
        rng, phi = np.random.default_rng(luck), np.zeros(2)
        n = steps or budget // size
        for t in range(n):
            batch = rng.integers(0, only or n_examples, size)
            phi = phi + sign * rates(t, n) / size * pulls(phi, batch)
        return phi

    return answer


add(
    "pb_F5_3",
    "fit",
    ("a_fixed_rate", line_on_budget(lambda t, n: 0.1), r"rate|fall|noise|hover|plateau|quiet"),
    ("a_small_fixed_rate", line_on_budget(lambda t, n: 1e-3), r"arriv|low|rate|far|travel|slow"),
    (
        "twenty_whole_gradients",
        line_on_budget(lambda t, n: 0.1, size=200),
        r"whole|batch|20|few|step|arriv",
    ),
    (
        "one_over_t",
        line_on_budget(lambda t, n: 0.05 / (t + 1)),
        r"arriv|fast|early|soon|travel|far|low",
    ),
    (
        "beyond_the_budget",
        line_on_budget(lambda t, n: 0.1, size=10, steps=401),
        r"budget|4000",
    ),
    (
        "uphill",
        line_on_budget(lambda t, n: 0.05, sign=1, steps=40),
        r"uphill|sign|away|grow|diverg",
    ),
    (
        "half_of_the_examples",
        line_on_budget(lambda t, n: 0.2 * (1 - t / n), only=100),
        r"all|examples|other|half|indices|never",
    ),
    (
        "one_example",
        line_on_budget(lambda t, n: 0.1 * (1 - t / n), size=1, only=1, steps=300),
        r"all|examples|other|one|indices|never",
    ),
    (
        "far_too_long_steps",
        line_on_budget(lambda t, n: 50.0, steps=60),
        r"rate|diverg|long|finite|high",
    ),
    (
        "nothing_done",
        lambda pulls, n, budget, luck: np.zeros(2),
        r"start|asked|gradient|none|moved|arriv",
    ),
    (
        "the_path",
        lambda pulls, n, budget, luck: np.zeros((3, 2)),
        r"shape|two|parameters|last",
    ),
    (
        "one_step",
        lambda pulls, n, budget, luck: -pulls(np.zeros(2), np.arange(n)) / n,
        r"step|arriv|budget|left|far|asked|used",
    ),
)


@right("pb_F5_3", "fit")
def line_by_three_whole_gradients(pulls, n_examples, budget, luck):
    """The gradient of a line's loss is affine: three of them tell where it is zero."""
    every = np.arange(n_examples)
    here, *columns = (pulls(np.array(phi), every) for phi in ([0.0, 0], [1.0, 0], [0.0, 1]))
    return np.linalg.solve(np.column_stack(columns) - here[:, None], -here)


# --- pb-F6.1 · what a step leaves -----------------------------------------------------------------


def roots(total, product):
    return np.roots([1, -total, product])


def sizes(total, product, pick=lambda r: np.abs(r).max()):
    return pick(roots(total, product))


def momentum_roots(a, b, c):
    return 1 + b - a * c, b


def nesterov_roots(a, b, c):
    return (1 - a * c) * (1 + b), (1 - a * c) * b


def of_largest(r):
    return r[np.argmax(np.abs(r))]


for part, equation, name in (
    ("momentum", momentum_roots, "momentum"),
    ("nesterov", nesterov_roots, "nesterov"),
):
    add(
        "pb_F6_1",
        part,
        (
            f"{name}_smaller_root",
            lambda a, b, c, equation=equation: np.abs(roots(*equation(a, b, c))).min(),
            r"larger|long run|smaller|decides",
        ),
        (
            f"{name}_with_its_sign",
            lambda a, b, c, equation=equation: float(of_largest(roots(*equation(a, b, c))).real),
            r"size|sign|negative|\|r\||share",
        ),
        (
            f"{name}_real_part",
            lambda a, b, c, equation=equation: np.abs(roots(*equation(a, b, c)).real).max(),
            r"complex|imaginary|size|real",
        ),
        (
            f"{name}_only_the_plus",
            lambda a, b, c, equation=equation: (
                lambda t, p: abs((t + np.sqrt(complex(t * t - 4 * p))) / 2)
            )(*equation(a, b, c)),
            r"both|minus|other|negative|larger|side to side",
        ),
        (
            f"{name}_squared",
            lambda a, b, c, equation=equation: sizes(*equation(a, b, c)) ** 2,
            r"square|loss|distance",
        ),
        (
            f"{name}_both_roots",
            lambda a, b, c, equation=equation: np.abs(roots(*equation(a, b, c))),
            r"shape|number|larger",
        ),
    )

add(
    "pb_F6_1",
    "momentum",
    ("always_swings", lambda a, b, c: np.sqrt(b), r"swing|complex|real|creep"),
    (
        "averaged_form",
        lambda a, b, c: sizes(1 + b - (1 - b) * a * c, b),
        r"1 - beta|average|velocity form",
    ),
    ("descent", lambda a, b, c: abs(1 - a * c), r"beta|gradient descent|momentum"),
    ("sign_of_the_rate", lambda a, b, c: sizes(1 + b + a * c, b), r"sign|minus|uphill"),
    ("without_the_curvature", lambda a, b, c: sizes(1 + b - a, b), r"curvature|lambda"),
    ("nans_where_it_swings", lambda a, b, c: (
        (1 + b - a * c + np.sqrt((1 + b - a * c) ** 2 - 4 * b)) / 2
    ), r"swing|complex|nan|negative|root"),
)  # fmt: skip
add(
    "pb_F6_1",
    "nesterov",
    ("as_momentum", lambda a, b, c: sizes(*momentum_roots(a, b, c)), r"momentum|ahead|where"),
    ("always_swings", lambda a, b, c: np.sqrt(b), r"swing|complex|real|creep|product"),
    (
        "ahead_by_the_whole_velocity",
        lambda a, b, c: sizes(1 + b - 2 * a * c, b - a * c),
        r"friction|beta|whole|share|ahead",
    ),
    (
        "looks_back",
        lambda a, b, c: sizes(1 + b - a * c * (1 - b), b * (1 + a * c)),
        r"sign|ahead|back|minus|plus",
    ),
    ("descent", lambda a, b, c: abs(1 - a * c), r"beta|gradient descent|momentum|velocity"),
    (
        "only_the_middle_ahead",
        lambda a, b, c: sizes((1 - a * c) * (1 + b), b),
        r"product|last|ahead|old velocity|beta|both",
    ),
)

# --- pb-F6.2 · the settings, read off a run -------------------------------------------------------


def settings(phi):
    """From φ₂ = (1 + β − ρ) φ₁ − β φ₀, once more a step later."""
    phi = np.asarray(phi, float)
    (total, beta), *_ = np.linalg.lstsq(
        np.column_stack([phi[1:-1], -phi[:-2]]), phi[2:], rcond=None
    )
    return beta, 1 + beta - total


def settings_but(change):
    return lambda phi: change(*settings(phi))


def from_rest(phi):
    rate = 1 - phi[1] / phi[0]
    beta = (phi[2] - phi[1] + rate * phi[1]) / (phi[1] - phi[0])
    return beta, rate


add(
    "pb_F6_2",
    "settings",
    ("the_other_way_round", settings_but(lambda b, r: (r, b)), r"order|swap|places|first"),
    (
        "rate_of_the_average",
        settings_but(lambda b, r: (b, r / (1 - b))),
        r"average|1 - beta|velocity",
    ),
    ("rate_damped", settings_but(lambda b, r: (b, r * (1 - b))), r"average|1 - beta|velocity"),
    ("minus_beta", settings_but(lambda b, r: (-b, r)), r"sign|minus|negative"),
    (
        "the_coefficients",
        settings_but(lambda b, r: (1 + b - r, -b)),
        r"coefficient|1 \+ beta|factor|order",
    ),
    ("sum_for_the_rate", settings_but(lambda b, r: (b, 1 + b - r)), r"rate|1 \+ beta|minus"),
    ("rate_without_beta", settings_but(lambda b, r: (b, r - b)), r"beta|rate|1 \+"),
    ("minus_the_rate", settings_but(lambda b, r: (b, -r)), r"sign|minus|negative|uphill"),
    ("from_rest", from_rest, r"rest|velocity|middle|first"),
    ("only_beta", settings_but(lambda b, r: b), r"pair|two|rate"),
    ("descent", lambda phi: (0.0, 1 - phi[1] / phi[0]), r"velocity|momentum|beta|memory|descent"),
    (
        "by_the_ratio_of_steps",
        lambda phi: ((phi[2] - phi[1]) / (phi[1] - phi[0]), 1 - phi[1] / phi[0]),
        r"slope|gradient|both|velocity|rest|step",
    ),
    (
        "by_the_root",
        lambda phi: (abs(phi[-1] / phi[0]) ** (2 / (len(phi) - 1)), settings(phi)[1]),
        r"beta|swing|product|root|two|equation",
    ),
)
RIGHT["pb_F6_2"] += [
    ("settings", "least_squares", settings),
    ("settings", "a_list", lambda phi: list(settings(phi[:4]))),
]

# --- pb-F6.3 · the wave on a budget ---------------------------------------------------------------


def wave(rate, beta, steps=40, gives=lambda path: path[-1]):
    def answer(gradient, start):
        phi, v, path = np.array(start, float), np.zeros(2), [np.array(start, float)]
        for _ in range(steps):
            v = beta * v - rate * gradient(phi)
            phi = phi + v
            path.append(phi)
        return gives(path)

    return answer


add(
    "pb_F6_3",
    "fit",
    ("descent", wave(0.05, 0.0), r"descent|momentum|slow|far|arriv|left|flat"),
    ("descent_too_fast", wave(0.3, 0.0), r"rate|hop|settle|diverg|steep|high|long"),
    ("heavy", wave(0.05, 0.98), r"beta|swing|heavy|friction|settle"),
    ("timid", wave(0.005, 0.5), r"rate|slow|far|arriv|left|low|flat"),
    ("averaged", wave(0.01, 0.7), r"rate|slow|far|arriv|left|low|flat"),
    ("too_many", wave(0.1, 0.65, steps=41), r"40|budget|more than"),
    ("few", wave(0.1, 0.65, steps=4), r"step|gradient|far|arriv|left|budget"),
    ("uphill", wave(-0.05, 0.6, steps=20), r"uphill|sign|away|minim|valley"),
    ("the_path", wave(0.1, 0.65, gives=lambda path: path), r"shape|two|parameters|last"),
    ("the_other_way_round", wave(0.1, 0.65, gives=lambda p: p[-1][::-1]), r"order|swap|places"),
    ("the_start", lambda gradient, start: start, r"start|asked|moved|gradient|far|arriv|left"),
    ("runs_away", wave(3.0, 0.9), r"rate|diverg|away|finite|long|high"),
    ("the_velocity", wave(0.1, 0.65, gives=lambda p: p[-1] - p[-2]), r"velocity|step|where|valley"),
)  # fmt: skip


@right("pb_F6_3", "fit")
def wave_by_nesterov(gradient, start):
    phi, v = np.array(start, float), np.zeros(2)
    for _ in range(40):
        v = 0.75 * v - 0.07 * gradient(phi + 0.75 * v)
        phi = phi + v
    return phi


# --- pb-F7.1 · Adam without its correction --------------------------------------------------------


def length(t, b, g):
    return (1 - b ** (t + 1)) / np.sqrt(1 - g ** (t + 1))


add(
    "pb_F7_1",
    "length",
    ("corrected", lambda t, b, g: 1.0, r"correct"),
    ("a_step_late", lambda t, b, g: length(t - 1, b, g), r"step|before|t \+ 1|one slope"),
    ("without_the_root", lambda t, b, g: (1 - b ** (t + 1)) / (1 - g ** (t + 1)), r"root"),
    ("the_first_for_all", lambda t, b, g: length(0, b, g), r"first|grow|t \+ 1|every|all"),
    ("upside_down", lambda t, b, g: 1 / length(t, b, g), r"upside"),
    (
        "power_of_the_new_share",
        lambda t, b, g: (1 - b) ** (t + 1) / np.sqrt((1 - g) ** (t + 1)),
        r"share|old|1 -|sum|power",
    ),
    (
        "the_old_share",
        lambda t, b, g: b ** (t + 1) / np.sqrt(g ** (t + 1)),
        r"zero|start|rest|1 -|share",
    ),
    ("exchanged", lambda t, b, g: length(t, g, b), r"places|exchang|beta.*gamma|swap"),
    ("only_on_top", lambda t, b, g: 1 - b ** (t + 1), r"divid|v\b|gamma"),
    ("only_below", lambda t, b, g: 1 / np.sqrt(1 - g ** (t + 1)), r"m\b|beta|top"),
    (
        "steps_added_up",
        lambda t, b, g: sum(length(k, b, g) for k in range(int(t) + 1)),
        r"step|sum|way|one",
    ),
    (
        "shares_times_steps",
        lambda t, b, g: (t + 1) * (1 - b) / np.sqrt((t + 1) * (1 - g)),
        r"fade|old|share|power|weight|count",
    ),
)
add(
    "pb_F7_1",
    "gamma",
    ("as_beta", 0.9, r"root|equal|same"),
    ("the_usual", 0.999, r"3\.2|too long|long"),
    ("squared", 0.81, r"new|1 -|share"),
    ("the_new_share", 0.01, r"share|old|1 -|past"),
    ("a_root", np.sqrt(0.9), r"root|new|1 -|share|too"),
    ("one", 1.0, r"1|zero|never|divid|below"),
    ("zero", 0.0, r"no average|small|too|new|memory|zero"),
    ("the_new_share_of_beta", 0.1, r"too|share|new|old|small"),
)

# --- pb-F7.2 · a schedule for a budget ------------------------------------------------------------

add(
    "pb_F7_2",
    "rates",
    ("constant_high", lambda n: np.full(n, 0.1), r"hover|constant|fall|settle|rest"),
    ("constant_low", lambda n: np.full(n, 0.002), r"arriv|low|far|travel"),
    ("constant_middle", lambda n: np.full(n, 0.03), r"hover|constant|fall|settle|rest|arriv"),
    ("one_over_t", lambda n: 0.1 / (1 + np.arange(n)), r"arriv|soon|early|travel|far"),
    ("to_zero", lambda n: np.linspace(0.1, 0, n), r"above zero|zero"),
    ("rising", lambda n: np.linspace(1e-3, 0.1, n), r"hover|rise|end|last|settle|fall|rest"),
    ("one_rate", lambda n: 0.05, r"shape|each|numbers|rates"),
    ("one_too_many", lambda n: np.linspace(0.2, 1e-3, n + 1), r"shape|steps|numbers|each"),
    ("negative", lambda n: -np.linspace(0.2, 1e-3, n), r"above zero|negative|sign"),
    ("far_too_high", lambda n: np.linspace(50, 5, n), r"high|hover|long|settle|rest|large"),
    ("quiet_too_early", lambda n: 0.1 * 0.8 ** np.arange(n), r"arriv|soon|early|travel|far"),
    ("for_200_only", lambda n: np.linspace(0.2, 1e-3, 200), r"shape|steps|numbers|each"),
)
RIGHT["pb_F7_2"] += [
    ("rates", "linear", lambda n: 0.2 * (1 - np.arange(n) / n)),
    ("rates", "cosine_as_a_list", lambda n: [
        0.1 * (1 + np.cos(np.pi * t / n)) + 1e-6 for t in range(n)
    ]),
    ("rates", "two_stages", lambda n: np.where(np.arange(n) < n / 2, 0.1, 0.01)),
]  # fmt: skip

# --- pb-F7.3 · raw data, with your own rule -------------------------------------------------------


def adam(rate, steps=2000, scale=True, correct=True, sign=-1, gives=lambda phi, v: phi):
    def answer(gradient, start):
        phi, m, v = np.array(start, float), np.zeros(3), np.zeros(3)
        for t in range(steps):
            g = gradient(phi)
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            mt, vt = (m / (1 - 0.9 ** (t + 1)), v / (1 - 0.999 ** (t + 1))) if correct else (m, v)
            phi = phi + sign * rate(t / steps) * mt / ((np.sqrt(vt) if scale else 1) + 1e-12)
        return gives(phi, v)

    return answer


add(
    "pb_F7_3",
    "train",
    (
        "descent",
        lambda g, s: fixed_descent(g, s, 1e-6, 300),
        r"scale|column|rate|large|small|hop|diverg|narrow|curv",
    ),
    (
        "descent_tiny",
        lambda g, s: fixed_descent(g, s, 1e-9, 300),
        r"scale|column|rate|large|small|way|arriv",
    ),
    ("usual_adam", adam(lambda share: 0.001, 500), r"way|arriv|far|rate|small"),
    ("cools_too_fast", adam(lambda share: 1e-6**share, 300), r"way|arriv|far|rate|soon"),
    ("beyond_the_budget", adam(lambda share: 1.0, 2001), r"2000|budget|more than"),
    ("uphill", adam(lambda share: 1.0, 100, sign=1), r"uphill|sign|away|way|hop|narrow"),
    ("not_divided", adam(lambda share: 0.01, 100, scale=False), r"scale|column|hop|way|away"),
    ("the_start", lambda g, s: s, r"start|asked|moved|way|arriv|far"),
    ("the_gradient", lambda g, s: g(s), r"shape|parameters|gradient|hop|narrow|way|far"),
    ("two_of_three", adam(lambda share: 1.0, 5, gives=lambda phi, v: phi[:2]), r"shape|three|3"),
    ("the_divisor", adam(lambda share: 1.0, 5, gives=lambda phi, v: np.sqrt(v)), r"hop|way|far"),
)  # fmt: skip


def fixed_descent(gradient, start, rate, steps):
    phi = np.array(start, float)
    for _ in range(steps):
        phi = phi - rate * gradient(phi)
    return phi


RIGHT["pb_F7_3"] += [
    ("train", "adam_linear", adam(lambda share: 1.0 * (1 - share) + 1e-4)),
    ("train", "bold_and_constant", adam(lambda share: 30.0, 500)),
]


@right("pb_F7_3", "train")
def by_a_bold_adagrad(gradient, start):
    phi, v = np.array(start, float), np.zeros(3)
    for _ in range(2000):
        g = gradient(phi)
        v += g * g
        phi = phi - 100 * g / (np.sqrt(v) + 1e-12)
    return phi.tolist()
