"""Wrong and right answers to pb-6.10 and pb-C2, written from their statements alone."""

import math

import numpy as np

from tests.wrong_answers import collected

WRONG, RIGHT, wrong, right = collected("pb_6_10", "pb_C2")


# pb-6.10, weights


@wrong("pb_6_10", "weights", r"oldest|order|revers|newest first")
def weights_newest_first(t, beta):
    return (1 - beta) * beta ** np.arange(t + 1)


@wrong("pb_6_10", "weights", r"1 - beta|share|in full|scaled")
def weights_without_the_share(t, beta):
    return beta ** np.arange(t, -1, -1.0)


@wrong("pb_6_10", "weights", r"swap|exchange|role|changed places")
def weights_swapped(t, beta):
    return beta * (1 - beta) ** np.arange(t, -1, -1.0)


@wrong("pb_6_10", "weights", r"one step|newest|too (far|old)|once too often|factor")
def weights_a_step_late(t, beta):
    return (1 - beta) * beta ** np.arange(t + 1, 0, -1.0)


@wrong("pb_6_10", "weights", r"t \+ 1|shape|entries|missing")
def weights_one_too_few(t, beta):
    return (1 - beta) * beta ** np.arange(t - 1, -1, -1.0)


@wrong("pb_6_10", "weights", r"normali|sum|add up|divid|average")
def weights_normalised(t, beta):
    w = beta ** np.arange(t, -1, -1.0)
    return w / w.sum()


@wrong("pb_6_10", "weights", r"oldest|m_0|begin|start|zero|first")
def weights_from_the_first_gradient(t, beta):
    w = (1 - beta) * beta ** np.arange(t, -1, -1.0)
    w[0] = beta**t
    return w


@wrong("pb_6_10", "weights", r"equal|alike|same weight|older")
def weights_equal(t, beta):
    return np.ones(t + 1) / (t + 1)


@wrong("pb_6_10", "weights", r"shape|entries|m_0|t \+ 1|too many|beginning")
def weights_with_m_0(t, beta):
    w = (1 - beta) * beta ** np.arange(t + 1, -1, -1.0)
    w[0] = beta ** (t + 1)
    return w


@wrong("pb_6_10", "weights", r"1 - beta|power")
def weights_power_of_the_whole(t, beta):
    return ((1 - beta) * beta) ** np.arange(t, -1, -1.0)


@wrong("pb_6_10", "weights", r"1 - beta|power")
def weights_by_1_minus_beta(t, beta):
    return (1 - beta) ** np.arange(t, -1, -1.0)


@wrong("pb_6_10", "weights", r"shape")
def weights_as_a_column(t, beta):
    return ((1 - beta) * beta ** np.arange(t, -1, -1.0))[:, None]


@wrong("pb_6_10", "weights", r"1 - beta|1 - β|precedence|brackets|parenthes")
def weights_brackets_lost(t, beta):
    return np.array([1 - beta * beta ** (t - i) for i in range(t + 1)])


@wrong("pb_6_10", "weights", r"power|beta|product|times")
def weights_multiply_for_power(t, beta):
    return (1 - beta) * beta * np.arange(t, -1, -1.0)


@right("pb_6_10", "weights")
def weights_by_the_recursion(t, beta):
    w = []
    for _ in range(t + 1):
        w = [beta * x for x in w] + [1 - beta]
    return w


@right("pb_6_10", "weights")
def weights_by_unit_gradients(t, beta):
    m = np.zeros(t + 1)
    for g in np.eye(t + 1):
        m = beta * m + (1 - beta) * g
    return m


@right("pb_6_10", "weights")
def weights_by_differences(t, beta):
    return -np.diff(np.append(beta ** np.arange(t + 1.0, 0, -1), 1.0), prepend=0)[1:] * -1


# pb-6.10, by_age


@wrong("pb_6_10", "by_age", r"1 - beta|share|multiply it when")
def by_age_without_the_share(k, beta):
    return beta ** np.asarray(k, float)


@wrong("pb_6_10", "by_age", r"newest|age 0|one step|once too often|k \+ 1")
def by_age_a_step_late(k, beta):
    return (1 - beta) * beta ** (np.asarray(k) + 1.0)


@wrong("pb_6_10", "by_age", r"newest|age 0|one step|k - 1|once too")
def by_age_a_step_early(k, beta):
    return (1 - beta) * beta ** (np.asarray(k) - 1.0)


@wrong("pb_6_10", "by_age", r"swap|exchange|role|changed places")
def by_age_swapped(k, beta):
    return beta * (1 - beta) ** np.asarray(k, float)


@wrong("pb_6_10", "by_age", r"TypeError|array")
def by_age_of_one_number(k, beta):
    return (1 - beta) * math.pow(beta, k)


@wrong("pb_6_10", "by_age", r"sum|array|shape|each age")
def by_age_summed(k, beta):
    return float(np.sum((1 - beta) * beta ** np.asarray(k, float)))


@wrong("pb_6_10", "by_age", r"ages|arange|positions|any|k itself|order|index")
def by_age_of_positions(k, beta):
    return (1 - beta) * beta ** np.arange(len(k))


@wrong("pb_6_10", "by_age", r"old|order|newest|revers|newer")
def by_age_reversed(k, beta):
    k = np.asarray(k)
    return (1 - beta) * beta ** (k.max() - k + 0.0)


@wrong("pb_6_10", "by_age", r"sum|all|total|brackets|one weight|1 - beta")
def by_age_all_weights_so_far(k, beta):
    return 1 - beta ** (np.asarray(k) + 1.0)


@wrong("pb_6_10", "by_age", r"brackets|1 - beta|product|times")
def by_age_brackets_lost(k, beta):
    return 1 - beta * beta ** np.asarray(k, float)


@wrong("pb_6_10", "by_age", r"1 - beta|power|swap")
def by_age_of_1_minus_beta(k, beta):
    return (1 - beta) ** np.asarray(k, float)


@wrong("pb_6_10", "by_age", r"grow|sign|minus|negative|older")
def by_age_growing(k, beta):
    return (1 - beta) * beta ** -np.asarray(k, float)


@wrong("pb_6_10", "by_age", r"power|times|product")
def by_age_multiply_for_power(k, beta):
    return (1 - beta) * beta * np.asarray(k)


@wrong("pb_6_10", "by_age", r"exp|approx|only|near|close")
def by_age_exponential(k, beta):
    return (1 - beta) * np.exp(-(1 - beta) * np.asarray(k))


@right("pb_6_10", "by_age")
def by_age_a_list(k, beta):
    return [beta**a - beta ** (a + 1) for a in k]


@right("pb_6_10", "by_age")
def by_age_by_power(k, beta):
    return np.power(beta, np.asarray(k, float)) * (1 - beta)


# pb-6.10, total and limit


@wrong("pb_6_10", "total", r"one|t \+ 1|too few|count")
def total_one_too_few(t, beta):
    return 1 - beta**t


@wrong("pb_6_10", "total", r"one|t \+ 1|too many|count")
def total_one_too_many(t, beta):
    return 1 - beta ** (t + 2)


@wrong("pb_6_10", "total", r"infinite|limit|long run|below 1|less than 1|never reach")
def total_always_1(t, beta):
    return 1.0


@wrong("pb_6_10", "total", r"1 - beta|share|factor")
def total_without_the_share(t, beta):
    return (1 - beta ** (t + 1)) / (1 - beta)


@wrong("pb_6_10", "total", r"infinite|limit|1 - beta|share")
def total_of_the_infinite_series(t, beta):
    return 1 / (1 - beta)


@wrong("pb_6_10", "total", r"missing|m_0|left|1 less|1 -|less than 1|rest")
def total_what_is_missing(t, beta):
    return beta ** (t + 1)


@wrong("pb_6_10", "total", r"sign|minus|more than 1|above 1")
def total_sign(t, beta):
    return 1 + beta ** (t + 1)


@wrong("pb_6_10", "total", r"swap|power|changed places")
def total_swapped(t, beta):
    return 1 - (1 - beta) ** (t + 1)


@wrong("pb_6_10", "total", r"newest|one weight|oldest|sum|all")
def total_of_the_oldest(t, beta):
    return (1 - beta) * beta**t


@wrong("pb_6_10", "total", r"array|number|shape|sum")
def total_running(t, beta):
    return np.cumsum((1 - beta) * beta ** np.arange(t + 1.0))


@right("pb_6_10", "total")
def total_by_expm1(t, beta):
    return -np.expm1((t + 1) * np.log(beta))


@right("pb_6_10", "total")
def total_by_a_sum(t, beta):
    return sum((1 - beta) * beta**k for k in range(t + 1))


WRONG["pb_6_10"] += [
    ("limit", "limit_always_1", "is always 1", r"first|1 - beta|m_0|t = 0|start|below"),
    ("limit", "limit_0", "tends to 0", r"each|single|one weight|oldest|beta\^|sum"),
    ("limit", "limit_without_the_share", "tends to 1/(1 - beta)", r"share|factor|in full"),
    (
        "limit",
        "limit_none",
        "grows without limit",
        r"geometric|shrink|share of the next|finite|at most|never",
    ),
    ("limit", "limit_as_a_number", 1, r"tends to|one of|words"),
]


# pb-C2, momentum


def velocity_path(update):
    """The path of `update(gradient, phi, v, rate, beta, first_rate) -> (phi, v)`."""

    def run(gradient, start, rates, beta):
        phi, v = np.array(start, float), np.zeros(len(start))
        path = [phi]
        for rate in rates:
            phi, v = update(gradient, phi, v, rate, beta, rates[0])
            path.append(phi)
        return np.array(path)

    return run


def wrong_update(problem, part, cause):
    """The decorated update is a wrong one; the answer is the path that it makes."""

    def add(update):
        run = velocity_path(update)
        run.__name__ = update.__name__
        return wrong(problem, part, cause)(run)

    return add


@wrong_update("pb_C2", "momentum", r"6\.11|average|1 - beta")
def momentum_as_in_611(gradient, phi, m, rate, beta, first):
    m = beta * m + (1 - beta) * gradient(phi)
    return phi - rate * m, m


@wrong_update("pb_C2", "momentum", r"rate|torch|outside|whole velocity")
def momentum_as_torch(gradient, phi, v, rate, beta, first):
    v = beta * v + gradient(phi)
    return phi - rate * v, v


@wrong_update("pb_C2", "momentum", r"old velocity|new velocity|before|first the velocity")
def momentum_moves_by_the_old_velocity(gradient, phi, v, rate, beta, first):
    return phi + v, beta * v - rate * gradient(phi)


@wrong_update("pb_C2", "momentum", r"uphill|sign|minus|up")
def momentum_uphill(gradient, phi, v, rate, beta, first):
    v = beta * v + rate * gradient(phi)
    return phi + v, v


@wrong_update("pb_C2", "momentum", r"1 - beta")
def momentum_with_both_shares(gradient, phi, v, rate, beta, first):
    v = beta * v - (1 - beta) * rate * gradient(phi)
    return phi + v, v


@wrong_update("pb_C2", "momentum", r"1 - beta|swap|friction")
def momentum_keeps_1_minus_beta(gradient, phi, v, rate, beta, first):
    v = (1 - beta) * v - rate * gradient(phi)
    return phi + v, v


@wrong_update("pb_C2", "momentum", r"rate")
def momentum_first_rate_only(gradient, phi, v, rate, beta, first):
    v = beta * v - first * gradient(phi)
    return phi + v, v


@wrong_update("pb_C2", "momentum", r"velocity|beta|plain|gradient descent")
def momentum_forgets_the_velocity(gradient, phi, v, rate, beta, first):
    return phi - rate * gradient(phi), v


@wrong_update("pb_C2", "momentum", r"brackets|gradient by beta|both|also")
def momentum_beta_on_both(gradient, phi, v, rate, beta, first):
    v = beta * (v - rate * gradient(phi))
    return phi + v, v


@wrong_update("pb_C2", "momentum", r"beta|friction|never|grows")
def momentum_without_friction(gradient, phi, v, rate, beta, first):
    v = v - rate * gradient(phi)
    return phi + v, v


@wrong_update("pb_C2", "momentum", r"Nesterov|look|where it (is|stands)")
def momentum_is_nesterov(gradient, phi, v, rate, beta, first):
    v = beta * v - rate * gradient(phi + beta * v)
    return phi + v, v


@wrong_update("pb_C2", "momentum", r"twice|once")
def momentum_steps_twice(gradient, phi, v, rate, beta, first):
    v = beta * v - rate * gradient(phi)
    return phi + v - rate * gradient(phi), v


@wrong("pb_C2", "momentum", r"start")
def momentum_gradient_at_the_start(gradient, start, rates, beta):
    return velocity_path(
        lambda g, phi, v, rate, beta, _: (
            phi + beta * v - rate * gradient(start),
            beta * v - rate * gradient(start),
        )
    )(gradient, start, rates, beta)


@wrong("pb_C2", "momentum", r"start|shape|T \+ 1")
def momentum_without_the_start(gradient, start, rates, beta):
    phi, v, path = np.array(start, float), 0, []
    for rate in rates:
        v = beta * v - rate * gradient(phi)
        phi = phi + v
        path.append(phi)
    return np.array(path)


@wrong("pb_C2", "momentum", r"path|shape|last")
def momentum_the_last_point(gradient, start, rates, beta):
    phi, v = np.array(start, float), 0
    for rate in rates:
        v = beta * v - rate * gradient(phi)
        phi = phi + v
    return phi


@wrong("pb_C2", "momentum", r"copy|same array|in place|all.*same|every row")
def momentum_one_array_many_times(gradient, start, rates, beta):
    phi, v, path = np.array(start, float), np.zeros(len(start)), []
    path.append(phi)
    for rate in rates:
        v = beta * v - rate * gradient(phi)
        phi += v
        path.append(phi)
    return np.array(path)


@wrong("pb_C2", "momentum", r"velocit")
def momentum_path_of_velocities(gradient, start, rates, beta):
    phi, v = np.array(start, float), np.zeros(len(start))
    path = [v]
    for rate in rates:
        v = beta * v - rate * gradient(phi)
        phi = phi + v
        path.append(v)
    return np.array(path)


@wrong("pb_C2", "momentum", r"start|add|from where")
def momentum_always_from_the_start(gradient, start, rates, beta):
    phi, v = np.array(start, float), np.zeros(len(start))
    path = [phi]
    for rate in rates:
        v = beta * v - rate * gradient(phi)
        phi = start + v
        path.append(phi)
    return np.array(path)


@wrong("pb_C2", "momentum", r"array of rates|rates|shape|each step|one rate")
def momentum_all_rates_at_once(gradient, start, rates, beta):
    phi, v = np.array(start, float), np.zeros(len(start))
    path = [phi]
    for _ in rates:
        v = beta * v - rates * gradient(phi)
        phi = phi + v
        path.append(phi)
    return np.array(path)


@wrong("pb_C2", "momentum", r"first step|start.*velocity|v = 0|from v")
def momentum_starts_with_the_gradient(gradient, start, rates, beta):
    phi, v = np.array(start, float), -rates[0] * gradient(np.array(start, float))
    path = [phi]
    for rate in rates:
        v = beta * v - rate * gradient(phi)
        phi = phi + v
        path.append(phi)
    return np.array(path)


@right("pb_C2", "momentum")
def momentum_by_differences(gradient, start, rates, beta):
    path = [np.asarray(start), start - rates[0] * gradient(start)]
    for rate in rates[1:]:
        path.append(path[-1] + beta * (path[-1] - path[-2]) - rate * gradient(path[-1]))
    return path


@right("pb_C2", "momentum")
def momentum_into_an_array(gradient, start, rates, beta):
    path, v = np.zeros((len(rates) + 1, len(start))), np.zeros_like(start)
    path[0] = start
    for t in range(len(rates)):
        v *= beta
        v -= rates[t] * gradient(path[t])
        path[t + 1] = path[t] + v
    return path


# pb-C2, nesterov


@wrong("pb_C2", "nesterov", r"look|at which")
def nesterov_looks_ahead(gradient, start, rates, beta):
    phi, v = np.array(start, float), np.zeros(len(start))
    path = [phi]
    for rate in rates:
        v = beta * v - rate * gradient(phi + beta * v)
        phi = phi + v
        path.append(phi + beta * v)
    return np.array(path)


@wrong("pb_C2", "nesterov", r"look|at which")
def nesterov_in_the_point_ahead(gradient, start, rates, beta):
    ahead, v = np.array(start, float), np.zeros(len(start))
    path = [ahead]
    for rate in rates:
        g = gradient(ahead)
        v_new = beta * v - rate * g
        ahead = ahead - beta * v + (1 + beta) * v_new
        v = v_new
        path.append(ahead)
    return np.array(path)


@wrong_update("pb_C2", "nesterov", r"beta|friction|share")
def nesterov_the_whole_velocity(gradient, phi, v, rate, beta, first):
    v = beta * v - rate * gradient(phi + v)
    return phi + v, v


@wrong_update("pb_C2", "nesterov", r"back|sign|minus|ahead")
def nesterov_looks_back(gradient, phi, v, rate, beta, first):
    v = beta * v - rate * gradient(phi - beta * v)
    return phi + v, v


@wrong_update("pb_C2", "nesterov", r"momentum|ahead|where it (is|stands)|at phi")
def nesterov_is_momentum(gradient, phi, v, rate, beta, first):
    v = beta * v - rate * gradient(phi)
    return phi + v, v


@wrong_update("pb_C2", "nesterov", r"6\.12|average|1 - beta")
def nesterov_as_in_612(gradient, phi, m, rate, beta, first):
    m = beta * m + (1 - beta) * gradient(phi - rate * beta * m)
    return phi - rate * m, m


@wrong_update("pb_C2", "nesterov", r"6\.12|average|1 - beta")
def nesterov_as_printed_in_612(gradient, phi, m, rate, beta, first):
    m = beta * m + (1 - beta) * gradient(phi - rate * m)
    return phi - rate * m, m


@wrong_update("pb_C2", "nesterov", r"torch|look|ahead|points")
def nesterov_as_torch(gradient, phi, v, rate, beta, first):
    g = gradient(phi)
    v = beta * v + g
    return phi - rate * (g + beta * v), v


@wrong_update("pb_C2", "nesterov", r"twice|look|once|from where|old velocity")
def nesterov_goes_on_from_ahead(gradient, phi, v, rate, beta, first):
    ahead = phi + beta * v
    v = beta * v - rate * gradient(ahead)
    return ahead + v, v


@wrong_update("pb_C2", "nesterov", r"velocity|beta|share|both")
def nesterov_forgets_the_old_velocity(gradient, phi, v, rate, beta, first):
    v = -rate * gradient(phi + beta * v)
    return phi + v, v


@wrong_update("pb_C2", "nesterov", r"rate|torch|outside|old velocity|scal")
def nesterov_rate_outside(gradient, phi, v, rate, beta, first):
    v = beta * v + gradient(phi - rate * beta * v)
    return phi - rate * v, v


@wrong_update("pb_C2", "nesterov", r"new velocity|after|old velocity|gradient step")
def nesterov_looks_ahead_with_the_new_velocity(gradient, phi, v, rate, beta, first):
    trial = beta * v - rate * gradient(phi)
    v = beta * v - rate * gradient(phi + trial)
    return phi + v, v


@wrong_update("pb_C2", "nesterov", r"rate|look|velocity|step")
def nesterov_scales_the_look_by_the_rate(gradient, phi, v, rate, beta, first):
    v = beta * v - rate * gradient(phi + rate * beta * v)
    return phi + v, v


@wrong_update("pb_C2", "nesterov", r"uphill|sign|minus|up")
def nesterov_uphill(gradient, phi, v, rate, beta, first):
    v = beta * v + rate * gradient(phi + beta * v)
    return phi + v, v


@wrong_update("pb_C2", "nesterov", r"rate")
def nesterov_first_rate_only(gradient, phi, v, rate, beta, first):
    v = beta * v - first * gradient(phi + beta * v)
    return phi + v, v


@wrong_update("pb_C2", "nesterov", r"average|both|add|sum|only|once")
def nesterov_adds_both_gradients(gradient, phi, v, rate, beta, first):
    v = beta * v - rate * (gradient(phi) + gradient(phi + beta * v)) / 2
    return phi + v, v


@right("pb_C2", "nesterov")
def nesterov_by_differences(gradient, start, rates, beta):
    path = [np.asarray(start, float)]
    before = path[0]
    for rate in rates:
        ahead = path[-1] + beta * (path[-1] - before)
        before = path[-1]
        path.append(ahead - rate * gradient(ahead))
    return np.array(path)


# pb-C2, translate and same

for label, answer, cause in [
    ("translate_keeps_the_rate", lambda a, b, m: (a, -a * m), r"1 - beta|rate"),
    ("translate_keeps_the_average", lambda a, b, m: (a * (1 - b), m), r"velocity|-alpha|alpha"),
    ("translate_sign", lambda a, b, m: (a * (1 - b), a * m), r"sign|minus|down|opposite"),
    (
        "translate_share_twice",
        lambda a, b, m: (a * (1 - b), -a * (1 - b) * m),
        r"share|1 - beta|velocity",
    ),
    (
        "translate_divides",
        lambda a, b, m: (a / (1 - b), -a * m),
        r"larger|divid|multipl|other way|invers",
    ),
    ("translate_beta", lambda a, b, m: (a * b, -a * m), r"1 - beta|share"),
    (
        "translate_order",
        lambda a, b, m: (-a * m, a * (1 - b)),
        r"order|swap|first the rate|changed places|comes first",
    ),
    ("translate_without_alpha", lambda a, b, m: (a * (1 - b), -m), r"alpha|rate|steps, not"),
    (
        "translate_friction_at_once",
        lambda a, b, m: (a * (1 - b), -a * b * m),
        r"beta|friction|step",
    ),
    (
        "translate_negative_rate",
        lambda a, b, m: (-a * (1 - b), -a * m),
        r"sign|negative|minus|positive",
    ),
    ("translate_from_rest", lambda a, b, m: (a * (1 - b), 0.0), r"average|come|m\b|rest"),
    ("translate_only_the_rate", lambda a, b, m: a * (1 - b), r"pair|two"),
    ("translate_by_the_rate", lambda a, b, m: (a * (1 - b), -m / a), r"alpha|divid|times"),
    (
        "translate_velocity_back",
        lambda a, b, m: (a * (1 - b), -a * m / (1 - b)),
        r"1 - beta|velocity",
    ),
]:
    WRONG["pb_C2"].append(("translate", label, answer, cause))
RIGHT["pb_C2"] += [
    ("translate", "translate_a_list", lambda a, b, m: [a - a * b, -(m * a)]),
    ("translate", "translate_an_array", lambda a, b, m: np.array([a * (1 - b), -a * m])),
    (
        "translate",
        "translate_arrays",
        lambda a, b, m: (np.array([a * (1 - b)]), np.array([-a * m])),
    ),
]

RIGHT_SAME = {
    "6.11": "same",
    "6.11, falling rate": "different",
    "6.12, corrected": "same",
    "6.12, as printed": "different",
}
for label, change, cause in [
    ("same_611_different", {"6.11": "different"}, r"6\.11"),
    ("same_falling", {"6.11, falling rate": "same"}, r"falling|old (rate|gradients)|past|earlier"),
    ("same_corrected_different", {"6.12, corrected": "different"}, r"corrected|look|beta"),
    ("same_printed", {"6.12, as printed": "same"}, r"printed|beta|look|farther|further"),
    ("same_everywhere", dict.fromkeys(RIGHT_SAME, "same"), r"falling|printed"),
    ("different_everywhere", dict.fromkeys(RIGHT_SAME, "different"), r"6\.11|corrected"),
    (
        "same_as_bool",
        {k: v == "same" for k, v in RIGHT_SAME.items()},
        r"\"same\"|'same'|same.*different",
    ),
    ("same_left_open", {"6.11": ...}, r"6\.11"),
    (
        "same_exchanged",
        {"6.12, corrected": "different", "6.12, as printed": "same"},
        r"corrected|printed",
    ),
]:
    WRONG["pb_C2"].append(("same", label, RIGHT_SAME | change, cause))
