"""Answers to the problems of set 01, from their statements alone."""

import numpy as np

from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from tests.wrong_answers import added_to

WRONG, RIGHT = {}, {}
wrong, right = added_to(WRONG), added_to(RIGHT)

# --- pb-F1.1 · risks by hand ----------------------------------------------------------------------

wrong(
    "pb_F1_1",
    "by_hand",
    ("squares", [1.6, 1.0, 1.8, 1.0], r"square|distance|mean"),
    ("means_for_medians", [1.2, 0.8, 1.8, 1.0], r"mean|middle|median|whole"),
    ("bags_and_machine_swapped", [0.8, 1.2, 1, 2], r"order|swap|exchange|first"),
    ("places_swapped", [1.2, 0.8, 1, 2], r"order|swap|exchange|bags"),
    ("sum_of_five", [6, 0.8, 2, 1], r"mean|sum|divide|five"),
    ("risk_without_weights", [1.2, 1.0, 2, 1], r"probabilit|weigh|alike|often"),
    ("the_most_probable", [1.2, 0.8, 2, 0], r"probable|likel|half|middle|median|cost"),
    ("signed", [-0.8, 0.0, 2, 1], r"distance|sign|negative|abs"),
    ("the_same_for_both", [1.2, 0.8, 2, 2], r"lowest risk|machine|half|probabilit|bags"),
)
right(
    "pb_F1_1",
    "by_hand",
    ("a_tuple", (1.2, 0.8, 2, 1)),
    ("sums", np.array([6 / 5, 0.4 + 0.2 + 2 * 0.1, 2.0, 1.0])),
)

wrong(
    "pb_F1_1",
    "risks",
    (
        "squares",
        lambda phi, y, v, p: [np.mean((phi - y) ** 2), np.sum(p * (phi - v) ** 2)],
        r"square|distance",
    ),
    (
        "signed",
        lambda phi, y, v, p: [np.mean(phi - y), np.sum(p * (phi - v))],
        r"sign|distance|abs|cancel|negative",
    ),
    (
        "abs_last",
        lambda phi, y, v, p: [abs(np.mean(phi - y)), abs(np.sum(p * (phi - v)))],
        r"each|cancel|first|distance|mean",
    ),
    (
        "sums",
        lambda phi, y, v, p: [np.sum(np.abs(phi - y)), np.sum(p * np.abs(phi - v))],
        r"mean|sum|divide|number of",
    ),
    (
        "without_probabilities",
        lambda phi, y, v, p: [np.mean(np.abs(phi - y)), np.mean(np.abs(phi - v))],
        r"probabilit|weigh|alike|equally",
    ),
    (
        "mean_of_the_weighted",
        lambda phi, y, v, p: [np.mean(np.abs(phi - y)), np.mean(p * np.abs(phi - v))],
        r"sum|mean|divide|add up",
    ),
    (
        "swapped",
        lambda phi, y, v, p: [np.sum(p * np.abs(phi - v)), np.mean(np.abs(phi - y))],
        r"order|swap|exchange|first|other way",
    ),
    (
        "the_sample_twice",
        lambda phi, y, v, p: [np.mean(np.abs(phi - y))] * 2,
        r"both|sample|probabilit|second",
    ),
    (
        "medians",
        lambda phi, y, v, p: [np.median(np.abs(phi - y)), np.sum(p * np.abs(phi - v))],
        r"mean|median",
    ),
    ("only_the_risk", lambda phi, y, v, p: np.sum(p * np.abs(phi - v)), r"two|shape|number"),
)
right(
    "pb_F1_1",
    "risks",
    (
        "averages",
        lambda phi, y, v, p: (np.abs(y - phi).mean(), np.average(np.abs(v - phi), weights=p)),
    ),
    (
        "loops",
        lambda phi, y, v, p: [
            sum(abs(phi - each) for each in y) / len(y),
            sum(share * abs(phi - each) for each, share in zip(v, p)),
        ],
    ),
    (
        "vectors",
        lambda phi, y, v, p: np.array([np.linalg.norm(y - phi, 1) / y.size, np.abs(v - phi) @ p]),
    ),
)

# --- pb-F1.2 · margins and surrogates -------------------------------------------------------------


def of_class(z, y):
    return z[np.arange(len(y)), y]


def others(z, y, gone):
    z = np.array(z, float)
    z[np.arange(len(y)), y] = gone
    return z


def softmax(z):
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


wrong(
    "pb_F1_2",
    "margins",
    (
        "largest_of_all",
        lambda z, y: of_class(z, y) - z.max(axis=1),
        r"other|right class|itself|above 0|positive",
    ),
    (
        "upside_down",
        lambda z, y: others(z, y, -np.inf).max(axis=1) - of_class(z, y),
        r"sign|minus|other way",
    ),
    (
        "mean_of_the_others",
        lambda z, y: of_class(z, y) - (z.sum(axis=1) - of_class(z, y)) / (z.shape[1] - 1),
        r"largest|mean|strongest",
    ),
    (
        "smallest_of_the_others",
        lambda z, y: of_class(z, y) - others(z, y, np.inf).min(axis=1),
        r"largest|smallest|lowest|strongest",
    ),
    (
        "zero_in_its_place",
        lambda z, y: of_class(z, y) - others(z, y, 0.0).max(axis=1),
        r"below 0|negative|0 in|zero|-inf",
    ),
    (
        "first_less_second",
        lambda z, y: np.sort(z, axis=1)[:, -1] - np.sort(z, axis=1)[:, -2],
        r"right class|wrong|negative|largest two",
    ),
    (
        "of_probabilities",
        lambda z, y: of_class(softmax(z), y) - others(softmax(z), y, 0).max(axis=1),
        r"probabilit|z itself|softmax",
    ),
    (
        "a_column_for_each",
        lambda z, y: z[:, y] - z.max(axis=1),
        r"shape|\(I,\)|row|each example",
    ),
    ("only_its_z", of_class, r"other|largest|less|rival"),
    (
        "right_or_not",
        lambda z, y: z.argmax(axis=1) == y,
        r"by how much|number|how far|True|whether",
    ),
    (
        "the_next_class",
        lambda z, y: of_class(z, y) - of_class(z, (y + 1) % z.shape[1]),
        r"largest|other|next",
    ),
)
right(
    "pb_F1_2",
    "margins",
    (
        "a_loop",
        lambda z, y: [row[k] - max(np.delete(row, k)) for row, k in zip(z, y)],
    ),
    (
        "masked",
        lambda z, y: (
            of_class(z, y) - np.where(np.arange(z.shape[1]) == y[:, None], -np.inf, z).max(axis=1)
        ),
    ),
    (
        "sorted",
        lambda z, y: np.where(
            np.sort(z)[:, -1] == of_class(z, y),
            of_class(z, y) - np.sort(z)[:, -2],
            of_class(z, y) - np.sort(z)[:, -1],
        ),
    ),
)


def three(errors, costs, hinges):
    return [np.mean(errors), np.mean(costs), np.mean(hinges)]


def bits(m):
    return np.logaddexp(0, -m) / np.log(2)


def hinge(m):
    return np.maximum(0, 1 - m)


def naive_bits(m):
    with np.errstate(over="ignore"):
        return np.log2(1 + np.exp(-m))


wrong(
    "pb_F1_2",
    "losses",
    ("zero_is_right", lambda m: three(m < 0, bits(m), hinge(m)), r"exactly 0|margin of 0|zero"),
    (
        "natural_logarithm",
        lambda m: three(m <= 0, np.logaddexp(0, -m), hinge(m)),
        r"log|base|log_2|log2|natural",
    ),
    (
        "overflow",
        lambda m: three(m <= 0, naive_bits(m), hinge(m)),
        r"overflow|large|beyond|inf|1000|finite",
    ),
    (
        "hinge_without_1",
        lambda m: three(m <= 0, bits(m), np.maximum(0, -m)),
        r"hinge|1 - m|margin of 1",
    ),
    (
        "hinge_of_plus_m",
        lambda m: three(m <= 0, bits(m), np.maximum(0, 1 + m)),
        r"hinge|sign|right side|minus",
    ),
    (
        "sums",
        lambda m: [np.sum(m <= 0), np.sum(bits(m)), np.sum(hinge(m))],
        r"mean|sum|share|divide",
    ),
    (
        "share_that_is_right",
        lambda m: three(m > 0, bits(m), hinge(m)),
        r"errors|right|wrong|1 less",
    ),
    (
        "sign_in_the_exponent",
        lambda m: three(m <= 0, bits(-m), hinge(m)),
        r"sign|e\^|exponent|minus|grow|rises",
    ),
    (
        "hinge_squared",
        lambda m: three(m <= 0, bits(m), hinge(m) ** 2),
        r"square",
    ),
    (
        "powers_of_two",
        lambda m: three(m <= 0, np.logaddexp2(0, -m), hinge(m)),
        r"2\^|power|base|log|e\^",
    ),
    (
        "clipped_exponent",
        lambda m: three(m <= 0, np.log2(1 + np.exp(np.clip(-m, -50, 50))), hinge(m)),
        r"large|clip|1000|cut|grow|beyond",
    ),
    (
        "forgets_the_base_where_negative",
        lambda m: three(m <= 0, np.maximum(0, -m) + np.log2(1 + np.exp(-np.abs(m))), hinge(m)),
        r"log|base|negative|divide",
    ),
    (
        "order",
        lambda m: three(bits(m), m <= 0, hinge(m)),
        r"order|share of errors|first|swap|exchange",
    ),
    (
        "for_each_margin",
        lambda m: np.array([m <= 0, bits(m), hinge(m)]),
        r"shape|mean|three numbers",
    ),
)
right(
    "pb_F1_2",
    "losses",
    (
        "by_cases",
        lambda m: three(
            m <= 0,
            np.where(
                m > 0,
                np.log1p(np.exp(-np.abs(m))) / np.log(2),
                -m / np.log(2) + np.log2(1 + np.exp(-np.abs(m))),
            ),
            (1 - m) * (m < 1),
        ),
    ),
    (
        "base_two",
        lambda m: (np.mean(m <= 0), np.logaddexp2(0, -m * np.log2(np.e)).mean(), hinge(m).mean()),
    ),
    (
        "counted",
        lambda m: [
            sum(m <= 0) / len(m),
            sum(bits(m)) / len(m),
            sum(max(0, 1 - a) for a in m) / len(m),
        ],
    ),
)

# --- pb-F1.3 · which goal is improved -------------------------------------------------------------

GOALS = dict(zip("abcdef", ("both", "optimisation", "learning", "neither", "neither", "learning")))

wrong(
    "pb_F1_3",
    "goals",
    ("a_by_the_loss", GOALS | {"a": "optimisation"}, r"errors|32|27"),
    ("a_learning", GOALS | {"a": "learning"}, r"training loss|minimised|0.01"),
    ("b_both", GOALS | {"b": "both"}, r"errors|rose|31|read no better"),
    ("c_neither", GOALS | {"c": "neither"}, r"errors|22|fewer|what is wanted"),
    ("c_both", GOALS | {"c": "both"}, r"training loss|rose|0.06"),
    ("d_optimisation", GOALS | {"d": "optimisation"}, r"same parameters|parameters"),
    ("d_both", GOALS | {"d": "both"}, r"same parameters|parameters|same"),
    ("e_optimisation", GOALS | {"e": "optimisation"}, r"rose|loss|0.70"),
    ("f_both", GOALS | {"f": "both"}, r"other|different examples|training loss|compar|more"),
    ("f_neither", GOALS | {"f": "neither"}, r"errors|fewer|15|what is wanted"),
)
right("pb_F1_3", "goals", ("capitals", {key: goal.capitalize() for key, goal in GOALS.items()}))

# --- pb-F1.4 · how many more examples -------------------------------------------------------------

wrong(
    "pb_F1_4",
    "more",
    ("in_all", [5000, 500], r"more|already|50 "),
    ("swapped", [450, 4950], r"order|swap|square|distance"),
    ("tenfold_both", [450, 450], r"root|square|hundred|distance"),
    ("hundredfold_both", [4950, 4950], r"square|excess|ten"),
    ("root_of_ten", [108, 450], r"root|square|hundred"),
    ("factors", [100, 10], r"more|throws|times|factor"),
    ("one_of_them_in_all", [4950, 500], r"more|already|50 "),
    ("added_to", [5050, 550], r"more|less|minus|already"),
)
right("pb_F1_4", "more", ("computed", (50 * 99, 50 * 9)), ("floats", [4950.0, 450.0]))


def line_of(n, error):
    return np.polyfit(np.log(n), np.log(error), 1)


def reached(slope, offset, target, whole=np.ceil):
    if slope >= 0:
        return np.inf
    return whole(round(float(np.exp((np.log(target) - offset) / slope)), 6))


def without_the_case(n, error, target):
    slope, offset = line_of(n, error)
    return np.ceil(np.exp((np.log(target) - offset) / slope))


def axes_swapped(n, error, target):
    slope, offset = np.polyfit(np.log(error), np.log(n), 1)
    return np.inf if slope >= 0 else np.ceil(np.exp(offset + slope * np.log(target)))


def not_of_logarithms(n, error, target):
    slope, offset = np.polyfit(n, error, 1)
    return np.inf if slope >= 0 else np.ceil((target - offset) / slope)


def base_ten_and_e(n, error, target):
    slope, offset = np.polyfit(np.log10(n), np.log10(error), 1)
    return np.inf if slope >= 0 else np.ceil(np.exp((np.log10(target) - offset) / slope))


def only_the_ends(n, error, target):
    slope = np.log(error[-1] / error[0]) / np.log(n[-1] / n[0])
    return reached(slope, np.log(error[0]) - slope * np.log(n[0]), target)


def from_the_last(n, error, target):
    slope = line_of(n, error)[0]
    return reached(slope, np.log(error[-1]) - slope * np.log(n[-1]), target)


def a_root(n, error, target):
    """As if every error fell with the root of n."""
    return np.ceil(np.exp(2 * (np.mean(np.log(error) + np.log(n) / 2) - np.log(target))))


wrong(
    "pb_F1_4",
    "needed",
    ("down", lambda n, e, t: reached(*line_of(n, e), t, np.floor), r"round|up|at most|smallest"),
    ("to_the_nearest", lambda n, e, t: reached(*line_of(n, e), t, np.round), r"round|up|nearest"),
    ("not_whole", lambda n, e, t: reached(*line_of(n, e), t, float), r"whole|round"),
    ("without_the_case", without_the_case, r"inf|fall|ris|never"),
    ("axes_swapped", axes_swapped, r"swap|against|axes|other way|regress"),
    ("not_of_logarithms", not_of_logarithms, r"log"),
    ("base_ten_and_e", base_ten_and_e, r"log|base|10"),
    ("only_the_ends", only_the_ends, r"all|least squares|two|ends"),
    ("from_the_last", from_the_last, r"line|last|fitted|all"),
    ("a_root", a_root, r"power|slope|root|measure"),
    (
        "how_many_more",
        lambda n, e, t: reached(*line_of(n, e), t) - max(n),
        r"in all|more|already|subtract|number of examples",
    ),
    (
        "zero_where_it_never_falls",
        lambda n, e, t: 0 if line_of(n, e)[0] >= 0 else reached(*line_of(n, e), t),
        r"inf|never|no number",
    ),
)


def normal_equations(n, error, target):
    x, y = np.log(n), np.log(error)
    slope = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    if slope >= 0:
        return float("inf")
    return int(np.ceil(np.exp(x.mean() + (np.log(target) - y.mean()) / slope) - 1e-9))


def by_lstsq(n, error, target):
    rows = np.stack([np.ones(len(n)), -np.log(n)], axis=1)
    (log_c, p), *_ = np.linalg.lstsq(rows, np.log(error), rcond=None)
    return np.ceil((np.exp(log_c) / target) ** (1 / p) * (1 - 1e-12)) if p > 0 else np.inf


right("pb_F1_4", "needed", ("normal_equations", normal_equations), ("by_lstsq", by_lstsq))

# --- pb-F1.5 · a stopping rule --------------------------------------------------------------------


def stopped(losses, excess, ends=None, kept=None, bar=None):
    """The rule, with other ideas of when it ends, what is kept, and what a loss is held to."""
    ends = ends or (lambda loss, bar: loss > bar)
    bar = bar or (lambda before, now, excess: (1 + excess) * np.min(before))
    for t in range(1, len(losses)):
        if ends(losses[t], bar(losses[:t], losses[t], excess)):
            break
    else:
        t = len(losses) - 1
    return [kept(losses, t) if kept else int(np.argmin(losses[: t + 1])), t]


wrong(
    "pb_F1_5",
    "stop",
    (
        "at_least",
        lambda x, e: stopped(x, e, ends=lambda loss, bar: loss >= bar),
        r"more than|exactly|equal",
    ),
    (
        "than_the_one_before",
        lambda x, e: stopped(x, e, bar=lambda before, now, e: (1 + e) * before[-1]),
        r"lowest|before|last",
    ),
    (
        "than_the_first",
        lambda x, e: stopped(x, e, bar=lambda before, now, e: (1 + e) * before[0]),
        r"lowest|first",
    ),
    (
        "peeks",
        lambda x, e: stopped(x, e, bar=lambda before, now, e: (1 + e) * np.min(x)),
        r"so far|to come|later|nobody|after",
    ),
    (
        "keeps_the_lowest_of_all",
        lambda x, e: stopped(x, e, kept=lambda x, t: int(np.argmin(x))),
        r"up to the end|after|nobody|later|come",
    ),
    (
        "latest_of_equals",
        lambda x, e: stopped(x, e, kept=lambda x, t: t - int(np.argmin(x[t::-1]))),
        r"earli|equal|first of",
    ),
    ("swapped", lambda x, e: stopped(x, e)[::-1], r"order|swap|exchange|first"),
    (
        "excess_added",
        lambda x, e: stopped(x, e, bar=lambda before, now, e: np.min(before) + e),
        r"times|share|add|relative|tenth of",
    ),
    (
        "excess_alone",
        lambda x, e: stopped(x, e, bar=lambda before, now, e: e * np.min(before)),
        r"1 \+|excess|1\+",
    ),
    ("keeps_the_end", lambda x, e: stopped(x, e, kept=lambda x, t: t), r"lowest|kept|best|end"),
    (
        "keeps_the_one_before",
        lambda x, e: stopped(x, e, kept=lambda x, t: t - 1),
        r"lowest|kept|before",
    ),
    ("from_one", lambda x, e: [t + 1 for t in stopped(x, e)], r"from 0|count"),
    ("never_stops", lambda x, e: [int(np.argmin(x)), len(x) - 1], r"end|first|stop|excess"),
    ("losses", lambda x, e: [x[t] for t in stopped(x, e)], r"epoch|loss|whole"),
)


def accumulated(losses, excess):
    too_high = losses > (1 + excess) * np.minimum.accumulate(losses)
    end = too_high.argmax() if too_high.any() else len(losses) - 1
    return np.array([losses[: end + 1].argmin(), end])


def step_by_step(losses, excess):
    best = 0
    for t, loss in enumerate(losses):
        if loss > losses[best] * (1 + excess):
            return best, t
        if loss < losses[best]:
            best = t
    return best, t


right("pb_F1_5", "stop", ("accumulated", accumulated), ("step_by_step", step_by_step))

# --- pb-F1.6 · digits -----------------------------------------------------------------------------

MODEL = Softmax(MLP((64, 10)))


def trained(x, y, x_validation, y_validation, rate=0.05, steps=200, batch=None, start=0.0):
    loss, rng = SoftmaxCrossEntropy(MODEL, x, y), np.random.default_rng(0)
    phi = start + np.zeros(650)
    held_out = SoftmaxCrossEntropy(MODEL, x_validation, y_validation)
    best, lowest = phi, np.inf
    for step in range(steps):
        part = loss.batch(rng.integers(len(y), size=batch)) if batch else loss
        phi = phi - rate * part.gradient(phi) / part.n_examples
        if step % 10 == 9 and held_out(phi) < lowest:
            best, lowest = phi, held_out(phi)
    return best


wrong(
    "pb_F1_6",
    "train",
    ("zeros", lambda *data: np.zeros(650), r"0|equally|all classes"),
    ("drawn", lambda *data: np.random.default_rng(0).normal(size=650), r"train|learn|lower|wrong"),
    ("too_few_steps", lambda *data: trained(*data, steps=20), r"more|go on|not yet|step"),
    ("too_small_a_rate", lambda *data: trained(*data, rate=1e-4), r"more|go on|not yet|step"),
    ("a_matrix", lambda *data: trained(*data).reshape(65, 10), r"shape|650"),
    (
        "all_that_it_is_given",
        lambda x, y, x_validation, y_validation: trained(
            *(np.concatenate(two) for two in ((x, x_validation), (y, y_validation))),
            x_validation,
            y_validation,
            rate=0.5,
            steps=600,
        ),
        r"validation",
    ),
    (
        "places_swapped",
        lambda x, y, x_validation, y_validation: trained(
            x_validation, y_validation, x, y, rate=0.5, steps=600
        ),
        r"validation|swap|exchange",
    ),
    (
        "the_validation_digits",
        lambda x, y, x_validation, y_validation: trained(
            x, (y + 1) % 10, x_validation, y_validation
        ),
        r"label|wrong|learn|more|go on|y",
    ),
)
right(
    "pb_F1_6",
    "train",
    ("descent", lambda *data: trained(*data, rate=0.5, steps=600)),
    (
        "a_start_that_is_drawn",
        lambda *data: trained(
            *data, rate=0.5, steps=600, start=np.random.default_rng(1).normal(0, 0.2, 650)
        ),
    ),
    ("single_digits", lambda *data: list(trained(*data, rate=0.1, steps=4000, batch=4))),
)
