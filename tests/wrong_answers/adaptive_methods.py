"""Wrong and right answers to pb-C3 and pb-G3, written from their statements alone."""

import numpy as np

WRONG, RIGHT = {"pb_C3": [], "pb_G3": []}, {"pb_C3": [], "pb_G3": []}


def add_to(table, problem, part, *cause):
    """The decorated answer goes into `table`, under its own name."""

    def add(function):
        table[problem].append((part, function.__name__, function, *cause))
        return function

    return add


def path_of(start, steps):
    """The path that begins at `start` and makes these steps."""
    return np.cumsum([np.asarray(start, float), *steps], axis=0)


def adagrad(cause):
    """An AdaGrad with a mistake: the decorated function takes (g, squares so far, epsilon)."""

    def add(step):
        def answer(gradients, start, learning_rate, epsilon):
            seen = np.zeros_like(gradients[:1])
            steps = []
            for t in range(len(gradients)):
                seen = gradients[: t + 1]
                steps.append(-learning_rate * step(gradients[t], seen, epsilon))
            return path_of(start, steps)

        answer.__name__ = step.__name__
        return add_to(WRONG, "pb_C3", "adagrad", cause)(answer)

    return add


@adagrad(r"epsilon|root")
def adagrad_epsilon_in_the_root(g, seen, epsilon):
    return g / np.sqrt((seen**2).sum(0) + epsilon)


@adagrad(r"squar")
def adagrad_of_sizes(g, seen, epsilon):
    return g / (np.sqrt(np.abs(seen).sum(0)) + epsilon)


@adagrad(r"root")
def adagrad_without_the_root(g, seen, epsilon):
    return g / ((seen**2).sum(0) + epsilon)


@adagrad(r"before|old v|newest|first (add|the)|not yet|late")
def adagrad_before_the_newest(g, seen, epsilon):
    return g / (np.sqrt((seen[:-1] ** 2).sum(0)) + epsilon)


@adagrad(r"entry by entry|each parameter|norm|one rate|all parameters")
def adagrad_of_the_norm(g, seen, epsilon):
    return g / (np.sqrt((seen**2).sum()) + epsilon)


@adagrad(r"mean|average|sum")
def adagrad_mean(g, seen, epsilon):
    return g / (np.sqrt((seen**2).mean(0)) + epsilon)


@adagrad(r"sum|before|earlier|past|accumul|add|only")
def adagrad_newest_only(g, seen, epsilon):
    return g / (np.sqrt(g**2) + epsilon)


@adagrad(r"square.*sum|sum.*square|cancel|first square|before")
def adagrad_square_of_the_sum(g, seen, epsilon):
    return g / (np.sqrt(seen.sum(0) ** 2) + epsilon)


@adagrad(r"uphill|sign|minus|up")
def adagrad_uphill(g, seen, epsilon):
    return -g / (np.sqrt((seen**2).sum(0)) + epsilon)


@adagrad(r"epsilon")
def adagrad_guarded_without_epsilon(g, seen, epsilon):
    v = (seen**2).sum(0)
    return np.where(v > 0, g / np.sqrt(np.where(v > 0, v, 1)), 0)


@adagrad(r"epsilon|NaN|nan|not a number")
def adagrad_without_epsilon(g, seen, epsilon):
    return g / np.sqrt((seen**2).sum(0))


@adagrad(r"epsilon|root")
def adagrad_epsilon_in_the_root_float32(g, seen, epsilon):
    return (g / np.sqrt((seen**2).sum(0) + epsilon)).astype(np.float32)


@adagrad(r"0\.1|zero|start|begin")
def adagrad_starts_at_a_tenth(g, seen, epsilon):
    return g / (np.sqrt(0.1 + (seen**2).sum(0)) + epsilon)


@adagrad(r"gradient|times|numerator|multipl")
def adagrad_sign_only(g, seen, epsilon):
    return np.sign(g) / (np.sqrt((seen**2).sum(0)) + epsilon)


@add_to(WRONG, "pb_C3", "adagrad", r"start|T \+ 1|shape")
def adagrad_without_the_start(gradients, start, learning_rate, epsilon):
    v = np.cumsum(gradients**2, axis=0)
    return start - np.cumsum(learning_rate * gradients / (np.sqrt(v) + epsilon), axis=0)


@add_to(WRONG, "pb_C3", "adagrad", r"copy|same array|in place|every row|all.*same")
def adagrad_one_array_many_times(gradients, start, learning_rate, epsilon):
    phi, v = np.array(start, float), np.zeros(len(start))
    path = [phi]
    for g in gradients:
        v += g**2
        phi -= learning_rate * g / (np.sqrt(v) + epsilon)
        path.append(phi)
    return np.array(path)


@add_to(WRONG, "pb_C3", "adagrad", r"path|last|shape")
def adagrad_the_last_point(gradients, start, learning_rate, epsilon):
    v = np.cumsum(gradients**2, axis=0)
    return start - np.sum(learning_rate * gradients / (np.sqrt(v) + epsilon), axis=0)


@add_to(RIGHT, "pb_C3", "adagrad")
def adagrad_by_sums(gradients, start, learning_rate, epsilon):
    v = np.cumsum(gradients**2, axis=0)
    return np.vstack(
        [start, start - np.cumsum(learning_rate * gradients / (v**0.5 + epsilon), axis=0)]
    )


@add_to(RIGHT, "pb_C3", "adagrad")
def adagrad_by_numbers(gradients, start, learning_rate, epsilon):
    path, v = [list(map(float, start))], [0.0] * len(start)
    for g in gradients:
        v = [a + b * b for a, b in zip(v, g, strict=True)]
        path.append(
            [
                p - learning_rate * b / (a**0.5 + epsilon)
                for p, a, b in zip(path[-1], v, g, strict=True)
            ]
        )
    return path


# pb-C3, rmsprop


def rmsprop(cause):
    """An RMSProp with a mistake: (g, v, gamma, epsilon, t) -> (step, v)."""

    def add(rule):
        def answer(gradients, start, learning_rate, gamma, epsilon):
            v, steps = np.zeros(len(start)), []
            for t, g in enumerate(gradients):
                step, v = rule(g, v, gamma, epsilon, t)
                steps.append(-learning_rate * step)
            return path_of(start, steps)

        answer.__name__ = rule.__name__
        return add_to(WRONG, "pb_C3", "rmsprop", cause)(answer)

    return add


@rmsprop(r"swap|exchange|changed places")
def rmsprop_swapped(g, v, gamma, epsilon, t):
    v = (1 - gamma) * v + gamma * g**2
    return g / (np.sqrt(v) + epsilon), v


@rmsprop(r"epsilon|root")
def rmsprop_epsilon_in_the_root(g, v, gamma, epsilon, t):
    v = gamma * v + (1 - gamma) * g**2
    return g / np.sqrt(v + epsilon), v


@rmsprop(r"epsilon|root")
def rmsprop_squared_epsilon_in_the_root(g, v, gamma, epsilon, t):
    v = gamma * v + (1 - gamma) * g**2
    return g / np.sqrt(v + epsilon**2), v


@rmsprop(r"1 - gamma|share")
def rmsprop_without_the_share(g, v, gamma, epsilon, t):
    v = gamma * v + g**2
    return g / (np.sqrt(v) + epsilon), v


@rmsprop(r"correct|Adam|gamma\^")
def rmsprop_corrected(g, v, gamma, epsilon, t):
    v = gamma * v + (1 - gamma) * g**2
    return g / (np.sqrt(v / (1 - gamma ** (t + 1))) + epsilon), v


@rmsprop(r"squar")
def rmsprop_of_sizes(g, v, gamma, epsilon, t):
    v = gamma * v + (1 - gamma) * np.abs(g)
    return g / (np.sqrt(v) + epsilon), v


@rmsprop(r"AdaGrad|sum|gamma|forget")
def rmsprop_is_adagrad(g, v, gamma, epsilon, t):
    v = v + g**2
    return g / (np.sqrt(v) + epsilon), v


@rmsprop(r"before|old v|newest|first|late")
def rmsprop_by_the_old_average(g, v, gamma, epsilon, t):
    return g / (np.sqrt(v) + epsilon), gamma * v + (1 - gamma) * g**2


@rmsprop(r"root")
def rmsprop_without_the_root(g, v, gamma, epsilon, t):
    v = gamma * v + (1 - gamma) * g**2
    return g / (v + epsilon), v


@rmsprop(r"first|zero|begin|start")
def rmsprop_starts_with_the_first_square(g, v, gamma, epsilon, t):
    v = g**2 if t == 0 else gamma * v + (1 - gamma) * g**2
    return g / (np.sqrt(v) + epsilon), v


@rmsprop(r"entry by entry|each parameter|norm|all parameters|mean")
def rmsprop_of_the_norm(g, v, gamma, epsilon, t):
    v = gamma * v + (1 - gamma) * np.sum(g**2)
    return g / (np.sqrt(v) + epsilon), v


@rmsprop(r"both|gamma.*\(|bracket|old v|only")
def rmsprop_gamma_on_both(g, v, gamma, epsilon, t):
    v = gamma * (v + (1 - gamma) * g**2)
    return g / (np.sqrt(v) + epsilon), v


@rmsprop(r"epsilon")
def rmsprop_guarded_without_epsilon(g, v, gamma, epsilon, t):
    v = gamma * v + (1 - gamma) * g**2
    return np.divide(g, np.sqrt(v), out=np.zeros_like(g), where=v > 0), v


@rmsprop(r"square|1 - gamma|whole")
def rmsprop_squares_the_share(g, v, gamma, epsilon, t):
    v = gamma * v + ((1 - gamma) * g) ** 2
    return g / (np.sqrt(v) + epsilon), v


@rmsprop(r"uphill|sign|minus|up")
def rmsprop_uphill(g, v, gamma, epsilon, t):
    v = gamma * v + (1 - gamma) * g**2
    return -g / (np.sqrt(v) + epsilon), v


@add_to(RIGHT, "pb_C3", "rmsprop")
def rmsprop_by_a_difference(gradients, start, learning_rate, gamma, epsilon):
    path, v = np.zeros((len(gradients) + 1, len(start))), 0.0
    path[0] = start
    for t in range(len(gradients)):
        v = v + (1 - gamma) * (gradients[t] ** 2 - v)
        path[t + 1] = path[t] - learning_rate * (gradients[t] / (epsilon + v**0.5))
    return path


# pb-C3, adam


def adam(cause):
    """An Adam with a mistake: (g, m, v, beta, gamma, epsilon, t) -> (step, m, v)."""

    def add(rule):
        def answer(gradients, start, learning_rate, beta, gamma, epsilon):
            m, v, steps = np.zeros(len(start)), np.zeros(len(start)), []
            for t, g in enumerate(gradients):
                step, m, v = rule(g, m, v, beta, gamma, epsilon, t)
                steps.append(-learning_rate * step)
            return path_of(start, steps)

        answer.__name__ = rule.__name__
        return add_to(WRONG, "pb_C3", "adam", cause)(answer)

    return add


def averages(g, m, v, beta, gamma):
    return beta * m + (1 - beta) * g, gamma * v + (1 - gamma) * g**2


@adam(r"t \+ 1|exponent|first step")
def adam_exponent_t(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    with np.errstate(all="ignore"):
        return (m / (1 - beta**t)) / (np.sqrt(v / (1 - gamma**t)) + epsilon), m, v


@adam(r"t \+ 1|exponent|first step")
def adam_exponent_t_guarded(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    n = max(t, 1)
    return (m / (1 - beta**n)) / (np.sqrt(v / (1 - gamma**n)) + epsilon), m, v


@adam(r"t \+ 1|exponent|first step")
def adam_exponent_t_corrected_from_the_second(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    a, b = (m / (1 - beta**t), v / (1 - gamma**t)) if t else (m, v)
    return a / (np.sqrt(b) + epsilon), m, v


@adam(r"t \+ 1|exponent|first step")
def adam_exponent_t_with_a_tiny_number(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return (m / (1 - beta**t + 1e-8)) / (np.sqrt(v / (1 - gamma**t + 1e-8)) + epsilon), m, v


@adam(r"t \+ 1|exponent|ahead|one gradient more")
def adam_exponent_t_plus_2(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return (m / (1 - beta ** (t + 2))) / (np.sqrt(v / (1 - gamma ** (t + 2))) + epsilon), m, v


@adam(r"correct")
def adam_uncorrected(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return m / (np.sqrt(v) + epsilon), m, v


@adam(r"correct.*(v|second|squares)|v.*correct|second")
def adam_corrects_m_only(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return (m / (1 - beta ** (t + 1))) / (np.sqrt(v) + epsilon), m, v


@adam(r"correct.*(m|first|gradients)|m.*correct|first")
def adam_corrects_v_only(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return m / (np.sqrt(v / (1 - gamma ** (t + 1))) + epsilon), m, v


@adam(r"keep|carried|spoil|store|running|copy|copies")
def adam_keeps_the_corrected(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    m, v = m / (1 - beta ** (t + 1)), v / (1 - gamma ** (t + 1))
    return m / (np.sqrt(v) + epsilon), m, v


@adam(r"swap|exchange|changed places")
def adam_swapped(g, m, v, beta, gamma, epsilon, t):
    return adam_step(g, m, v, gamma, beta, epsilon, t)


def adam_step(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return (m / (1 - beta ** (t + 1))) / (np.sqrt(v / (1 - gamma ** (t + 1))) + epsilon), m, v


@adam(r"epsilon|root")
def adam_epsilon_in_the_root(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return (m / (1 - beta ** (t + 1))) / np.sqrt(v / (1 - gamma ** (t + 1)) + epsilon), m, v


@adam(r"epsilon")
def adam_epsilon_before_the_correction(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    factor = np.sqrt(1 - gamma ** (t + 1)) / (1 - beta ** (t + 1))
    return factor * m / (np.sqrt(v) + epsilon), m, v


@adam(r"1 - beta|share")
def adam_m_without_the_share(g, m, v, beta, gamma, epsilon, t):
    _, v = averages(g, m, v, beta, gamma)
    m = beta * m + g
    return (m / (1 - beta ** (t + 1))) / (np.sqrt(v / (1 - gamma ** (t + 1))) + epsilon), m, v


@adam(r"gamma|both averages")
def adam_corrects_both_by_beta(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return (m / (1 - beta ** (t + 1))) / (np.sqrt(v / (1 - beta ** (t + 1))) + epsilon), m, v


@adam(r"power|exponent|times")
def adam_corrects_by_a_product(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    with np.errstate(all="ignore"):
        a, b = m / (1 - beta * (t + 1)), v / (1 - gamma * (t + 1))
        return a / (np.sqrt(np.abs(b)) + epsilon), m, v


@adam(r"power|exponent|every step|t \+ 1")
def adam_corrects_by_a_constant(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return (m / (1 - beta)) / (np.sqrt(v / (1 - gamma)) + epsilon), m, v


@adam(r"root")
def adam_corrects_the_root(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return (m / (1 - beta ** (t + 1))) / (np.sqrt(v) / (1 - gamma ** (t + 1)) + epsilon), m, v


@adam(r"multipl|divid|upside|smaller still")
def adam_multiplies_by_the_correction(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return (m * (1 - beta ** (t + 1))) / (np.sqrt(v * (1 - gamma ** (t + 1))) + epsilon), m, v


@adam(r"root")
def adam_without_the_root(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return (m / (1 - beta ** (t + 1))) / (v / (1 - gamma ** (t + 1)) + epsilon), m, v


@adam(r"momentum|\bm\b|average|gradient itself|newest")
def adam_moves_by_the_gradient(g, m, v, beta, gamma, epsilon, t):
    m, v = averages(g, m, v, beta, gamma)
    return g / (np.sqrt(v / (1 - gamma ** (t + 1))) + epsilon), m, v


@adam(r"square")
def adam_squares_m(g, m, v, beta, gamma, epsilon, t):
    m = beta * m + (1 - beta) * g
    v = gamma * v + (1 - gamma) * m**2
    return (m / (1 - beta ** (t + 1))) / (np.sqrt(v / (1 - gamma ** (t + 1))) + epsilon), m, v


@adam(r"uphill|sign|minus|up")
def adam_uphill(g, m, v, beta, gamma, epsilon, t):
    step, m, v = adam_step(g, m, v, beta, gamma, epsilon, t)
    return -step, m, v


@adam(r"weights|1 - beta|swap|old")
def adam_weights_swapped(g, m, v, beta, gamma, epsilon, t):
    return adam_step(g, m, v, 1 - beta, 1 - gamma, epsilon, t)


@add_to(RIGHT, "pb_C3", "adam")
def adam_as_torch(gradients, start, learning_rate, beta, gamma, epsilon):
    phi, m, v, path = np.array(start, float), 0, 0, [np.array(start, float)]
    for t, g in enumerate(gradients, start=1):
        m, v = m + (1 - beta) * (g - m), gamma * v + (1 - gamma) * g * g
        c1, c2 = 1 - beta**t, 1 - gamma**t
        phi = phi - learning_rate / c1 * m / (np.sqrt(v) / np.sqrt(c2) + epsilon)
        path.append(phi)
    return path


@add_to(RIGHT, "pb_C3", "adam")
def adam_by_running_products(gradients, start, learning_rate, beta, gamma, epsilon):
    phi, m, v, b, c = np.array(start, float), 0, 0, 1.0, 1.0
    path = [phi.copy()]
    for g in gradients:
        m, v, b, c = beta * m + (1 - beta) * g, gamma * v + (1 - gamma) * g**2, b * beta, c * gamma
        phi -= learning_rate * (m / (1 - b)) / (np.sqrt(v / (1 - c)) + epsilon)
        path.append(phi.copy())
    return np.stack(path)


# pb-G3, clip


@add_to(WRONG, "pb_G3", "clip", r"entry|each number|direction")
def clip_the_entries(gradient, max_norm):
    return np.clip(gradient, -max_norm, max_norm)


@add_to(WRONG, "pb_G3", "clip", r"short enough|alone|always|every gradient")
def clip_always(gradient, max_norm):
    return gradient * max_norm / np.linalg.norm(gradient)


@add_to(WRONG, "pb_G3", "clip", r"short|alone|always")
def clip_always_but_zero(gradient, max_norm):
    norm = np.linalg.norm(gradient)
    return gradient if norm == 0 else gradient * max_norm / norm


@add_to(WRONG, "pb_G3", "clip", r"short|alone|always")
def clip_always_with_a_tiny_number(gradient, max_norm):
    return gradient * max_norm / (np.linalg.norm(gradient) + 1e-12)


@add_to(WRONG, "pb_G3", "clip", r"length 1|unit|max_norm")
def clip_to_1(gradient, max_norm):
    norm = np.linalg.norm(gradient)
    return gradient / norm if norm > max_norm else gradient


@add_to(WRONG, "pb_G3", "clip", r"Euclid|sum of|root|norm")
def clip_by_the_sum(gradient, max_norm):
    norm = np.abs(gradient).sum()
    return gradient * max_norm / norm if norm > max_norm else gradient


@add_to(WRONG, "pb_G3", "clip", r"largest|Euclid|norm")
def clip_by_the_largest(gradient, max_norm):
    norm = np.abs(gradient).max()
    return gradient * max_norm / norm if norm > max_norm else gradient


@add_to(WRONG, "pb_G3", "clip", r"root|square")
def clip_by_the_square(gradient, max_norm):
    norm = np.sum(gradient**2)
    return gradient * max_norm / norm if norm > max_norm else gradient


@add_to(WRONG, "pb_G3", "clip", r"mean|Euclid|sum")
def clip_by_the_mean_square(gradient, max_norm):
    norm = np.sqrt(np.mean(gradient**2))
    return gradient * max_norm / norm if norm > max_norm else gradient


@add_to(WRONG, "pb_G3", "clip", r"upside|other way|longer|invers|turned")
def clip_upside_down(gradient, max_norm):
    norm = np.linalg.norm(gradient)
    return gradient * norm / max_norm if norm > max_norm else gradient


@add_to(WRONG, "pb_G3", "clip", r"divide|norm|length")
def clip_forgets_to_divide(gradient, max_norm):
    norm = np.linalg.norm(gradient)
    return gradient * max_norm if norm > max_norm else gradient


@add_to(WRONG, "pb_G3", "clip", r"direction|every entry|all entries|max_norm|the same number")
def clip_fills(gradient, max_norm):
    norm = np.linalg.norm(gradient)
    return np.full_like(gradient, max_norm) if norm > max_norm else gradient


@add_to(WRONG, "pb_G3", "clip", r"array|shape|length|number")
def clip_returns_the_length(gradient, max_norm):
    return min(np.linalg.norm(gradient), max_norm)


@add_to(WRONG, "pb_G3", "clip", r"zero|nan|NaN")
def clip_zero_is_nan(gradient, max_norm):
    with np.errstate(all="ignore"):
        return (
            gradient
            * np.minimum(1, max_norm / np.linalg.norm(gradient))
            * (np.linalg.norm(gradient) / np.linalg.norm(gradient))
        )


@add_to(WRONG, "pb_G3", "clip", r"max_norm|divide|rest|short|shrink")
def clip_divides_by_the_larger(gradient, max_norm):
    return gradient / max(np.linalg.norm(gradient), max_norm)


@add_to(WRONG, "pb_G3", "clip", r"1e-6|tiny|small number|exactly|digits|agree")
def clip_as_torch(gradient, max_norm):
    return gradient * min(1.0, max_norm / (np.linalg.norm(gradient) + 1e-6))


@add_to(WRONG, "pb_G3", "clip", r"zero|throw|away|keep|direction")
def clip_throws_away(gradient, max_norm):
    return gradient if np.linalg.norm(gradient) <= max_norm else 0 * gradient


@add_to(WRONG, "pb_G3", "clip", r"sign|direction|turn|opposite")
def clip_turns_round(gradient, max_norm):
    return -gradient * min(1.0, max_norm / max(np.linalg.norm(gradient), 1e-300))


@add_to(WRONG, "pb_G3", "clip", r"short|shorter|condition|longer|where")
def clip_the_short_ones(gradient, max_norm):
    norm = np.linalg.norm(gradient)
    return gradient * max_norm / norm if 0 < norm < max_norm else gradient


@add_to(WRONG, "pb_G3", "clip", r"sign|direction|negative|size")
def clip_keeps_no_signs(gradient, max_norm):
    return np.abs(gradient) * min(1.0, max_norm / max(np.linalg.norm(gradient), 1e-300))


@add_to(RIGHT, "pb_G3", "clip")
def clip_by_max(gradient, max_norm):
    return np.asarray(gradient) / max(1.0, np.sqrt(gradient @ gradient) / max_norm)


@add_to(RIGHT, "pb_G3", "clip")
def clip_a_list(gradient, max_norm):
    norm = sum(float(g) ** 2 for g in gradient) ** 0.5
    return [g * max_norm / norm for g in gradient] if norm > max_norm else list(gradient)


# pb-G3, clip_each


def lengths(g, axis=-1):
    return np.linalg.norm(g, axis=axis, keepdims=True)


def shrink(g, norm, c):
    return g * np.minimum(1, c / np.maximum(norm, 1e-300))


@add_to(WRONG, "pb_G3", "clip_each", r"by itself|all.*together|whole ensemble|one length|one norm")
def each_by_one_norm(gradients, max_norm):
    return shrink(gradients, np.linalg.norm(gradients), max_norm)


@add_to(WRONG, "pb_G3", "clip_each", r"axis|last")
def each_along_the_first_axis(gradients, max_norm):
    return shrink(gradients, lengths(gradients, 0), max_norm)


@add_to(WRONG, "pb_G3", "clip_each", r"keepdims|axis|broadcast|shape|ValueError")
def each_without_keepdims(gradients, max_norm):
    return shrink(gradients, np.linalg.norm(gradients, axis=-1), max_norm)


@add_to(WRONG, "pb_G3", "clip_each", r"axis|any number|AxisError|last")
def each_along_axis_1(gradients, max_norm):
    return shrink(gradients, lengths(gradients, 1), max_norm)


@add_to(WRONG, "pb_G3", "clip_each", r"entry|direction")
def each_entry(gradients, max_norm):
    return np.clip(gradients, -max_norm, max_norm)


@add_to(WRONG, "pb_G3", "clip_each", r"short|alone|always")
def each_always(gradients, max_norm):
    return gradients * max_norm / np.maximum(lengths(gradients), 1e-300)


@add_to(WRONG, "pb_G3", "clip_each", r"zero|nan|NaN")
def each_zero_is_nan(gradients, max_norm):
    with np.errstate(all="ignore"):
        norm = lengths(gradients)
        return gradients / norm * np.minimum(norm, max_norm)


@add_to(WRONG, "pb_G3", "clip_each", r"shape")
def each_flattened(gradients, max_norm):
    flat = gradients.reshape(-1, gradients.shape[-1])
    return shrink(flat, lengths(flat), max_norm)


@add_to(WRONG, "pb_G3", "clip_each", r"by itself|longest|each")
def each_by_the_longest(gradients, max_norm):
    return shrink(gradients, lengths(gradients).max(), max_norm)


@add_to(WRONG, "pb_G3", "clip_each", r"axes|axis|by itself|last")
def each_of_the_first_axis(gradients, max_norm):
    return np.array([shrink(g, np.linalg.norm(g), max_norm) for g in gradients])


@add_to(WRONG, "pb_G3", "clip_each", r"root|square")
def each_by_the_square(gradients, max_norm):
    return shrink(gradients, (gradients**2).sum(-1, keepdims=True), max_norm)


@add_to(WRONG, "pb_G3", "clip_each", r"Euclid|sum|norm")
def each_by_the_sum(gradients, max_norm):
    return shrink(gradients, np.abs(gradients).sum(-1, keepdims=True), max_norm)


@add_to(WRONG, "pb_G3", "clip_each", r"length 1|unit|max_norm")
def each_to_1(gradients, max_norm):
    norm = lengths(gradients)
    return np.where(norm > max_norm, gradients / np.maximum(norm, 1e-300), gradients)


@add_to(WRONG, "pb_G3", "clip_each", r"by itself|any|all of them|short|each")
def each_if_all_are_long(gradients, max_norm):
    norm = lengths(gradients)
    return gradients * max_norm / norm if np.all(norm > max_norm) else gradients


@add_to(RIGHT, "pb_G3", "clip_each")
def each_in_turn(gradients, max_norm):
    out = np.array(gradients, float)
    for i in np.ndindex(out.shape[:-1]):
        norm = np.linalg.norm(out[i])
        if norm > max_norm:
            out[i] *= max_norm / norm
    return out


@add_to(RIGHT, "pb_G3", "clip_each")
def each_along_an_axis(gradients, max_norm):
    return np.apply_along_axis(lambda g: g / max(1, np.linalg.norm(g) / max_norm), -1, gradients)
