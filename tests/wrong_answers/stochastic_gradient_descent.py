"""Wrong and right answers to pb-6.9 and pb-P3, written from their statements alone."""

import functools

import numpy as np

from tests.wrong_answers import collected

WRONG, RIGHT, wrong, right = collected("pb_6_9", "pb_P3")


# pb-6.9, numbers

for label, part, answer, cause in [
    ("even_counts_examples", "even", 20_000, r"examples"),
    ("even_batches_an_epoch", "even", 5, r"(batches|steps) (in|of|an|per|make)"),
    ("even_forgets_the_batch", "even", 10, r"batch|(one|single) example"),
    ("even_steps_per_batch", "even", 50, r"batch"),
    ("ragged_counts_examples", "ragged", 153, r"examples|last batch|smaller"),
    ("ragged_is_not_whole", "ragged", 142.857, r"whole|not finished"),
    ("ragged_rounds_up", "ragged", 143, r"begun|finished|not.*whole|round"),
    ("ragged_drops", "ragged", 166, r"smaller|last batch|left|dropped"),
    ("ragged_batches_an_epoch", "ragged", 7, r"(batches|steps) (in|of|an|per|make)"),
    ("dropped_keeps", "dropped", 142, r"smaller|last batch|left|ragged"),
    ("dropped_rounds_up", "dropped", 167, r"begun|finished|whole|round"),
    ("dropped_is_not_whole", "dropped", 166.667, r"whole|not finished"),
    ("dropped_counts_examples", "dropped", 153, r"examples|smaller|last batch"),
    ("worth_two_decimals", "worth", 153.85, r"decimal"),
    ("worth_one_decimal", "worth", 153.8, r"decimal"),
    ("worth_whole", "worth", 153, r"decimal|whole"),
    ("worth_rounded_whole", "worth", 154, r"decimal|whole"),
    ("worth_cut_off", "worth", 153.84, r"decimal"),
    ("worth_as_dealt", "worth", 142.857, r"smaller|7 batches|left|with.* replacement"),
    ("worth_counts_examples", "worth", 20_000, r"130|divide"),
    ("worth_by_the_first_data_set", "worth", 200, r"130|100"),
    ("worth_upside_down", "worth", 0.0065, r"upside|the other way|130 by|turned|divide"),
]:
    WRONG["pb_6_9"].append((part, label, answer, cause))


@wrong("pb_6_9", "epochs", r"examples|last batch|smaller|left")
def epochs_count_examples(steps, n_examples, batch_size):
    return steps * batch_size // n_examples


@wrong("pb_6_9", "epochs", r"smaller|last batch|left")
def epochs_drop_the_last_batch(steps, n_examples, batch_size):
    return steps // max(n_examples // batch_size, 1)


@wrong("pb_6_9", "epochs", r"ZeroDivision|larger than|exceed|more than|smaller|last batch")
def epochs_drop_the_last_batch_and_divide_by_zero(steps, n_examples, batch_size):
    return steps // (n_examples // batch_size)


@wrong("pb_6_9", "epochs", r"finish|begun|whole")
def epochs_begun(steps, n_examples, batch_size):
    return int(np.ceil(steps / np.ceil(n_examples / batch_size)))


@wrong("pb_6_9", "epochs", r"whole|finish|round")
def epochs_with_a_fraction(steps, n_examples, batch_size):
    return steps / np.ceil(n_examples / batch_size)


@wrong("pb_6_9", "epochs", r"finish|begun|round|whole")
def epochs_rounded(steps, n_examples, batch_size):
    return round(steps / -(-n_examples // batch_size))


@wrong("pb_6_9", "epochs", r"answer is 0|no epoch|none")
def epochs_never_0(steps, n_examples, batch_size):
    return max(1, steps // -(-n_examples // batch_size))


@wrong(
    "pb_6_9", "epochs", r"larger than|exceed|more than|bigger|whole data|all the examples|one batch"
)
def epochs_0_for_a_large_batch(steps, n_examples, batch_size):
    if batch_size > n_examples:
        return 0
    return steps // -(-n_examples // batch_size)


@wrong("pb_6_9", "epochs", r"divide|even|no.*left|whole batches")
def epochs_always_one_batch_more(steps, n_examples, batch_size):
    return steps // (n_examples // batch_size + 1)


@wrong("pb_6_9", "epochs", r"batches (in|of|an|per)|steps (in|of|an|per)")
def epochs_batches_an_epoch(steps, n_examples, batch_size):
    return -(-n_examples // batch_size)


@wrong("pb_6_9", "epochs", r"(one|single) example|whole batch")
def epochs_forget_the_batch(steps, n_examples, batch_size):
    return steps // n_examples


@wrong("pb_6_9", "epochs", r"argument|same|whatever")
def epochs_of_the_example(steps, n_examples, batch_size):
    return 1000 // 7


@wrong("pb_6_9", "epochs", r"one step|finish|begun|last step")
def epochs_one_step_short(steps, n_examples, batch_size):
    return (steps - 1) // -(-n_examples // batch_size)


@wrong("pb_6_9", "epochs", r"one step|finish|begun|step more")
def epochs_one_step_more(steps, n_examples, batch_size):
    return (steps + 1) // -(-n_examples // batch_size)


@wrong("pb_6_9", "epochs", r"smaller|last batch|left|round")
def epochs_round_the_batches(steps, n_examples, batch_size):
    return steps // max(1, round(n_examples / batch_size))


@wrong("pb_6_9", "epochs", r"multiply|divide")
def epochs_multiply(steps, n_examples, batch_size):
    return steps * -(-n_examples // batch_size)


@right("pb_6_9", "epochs")
def epochs_by_a_loop(steps, n_examples, batch_size):
    done, left = 0, n_examples
    for _ in range(steps):
        left -= batch_size
        if left <= 0:
            done, left = done + 1, n_examples
    return done


@right("pb_6_9", "epochs")
def epochs_by_numpy(steps, n_examples, batch_size):
    return np.floor(steps / np.ceil(n_examples / batch_size))


@right("pb_6_9", "epochs")
def epochs_by_divmod(steps, n_examples, batch_size):
    batches, rest = divmod(n_examples, batch_size)
    return steps // (batches + (rest > 0))


RIGHT["pb_6_9"] += [
    ("even", "even_as_float", 200.0),
    ("ragged", "ragged_by_numpy", np.floor(1000 / np.ceil(130 / 20))),
    ("worth", "worth_exact", 1000 * 20 / 130),
    ("worth", "worth_rounded", 153.846),
]


# pb-P3, deal


def cut(order, batch_size):
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


@wrong(
    "pb_P3", "deal", r"(not|un)\w* (equally )?(likely|often)|bias|too often|too rarely|more often"
)
def deal_swap_with_any(n_examples, batch_size, rng):
    order = np.arange(n_examples)
    for i in range(n_examples):
        j = rng.integers(0, n_examples)
        order[[i, j]] = order[[j, i]]
    return cut(order, batch_size)


@wrong("pb_P3", "deal", r"place|never|stay|own|likely|often")
def deal_by_a_single_cycle(n_examples, batch_size, rng):
    order = np.arange(n_examples)
    for i in range(n_examples - 1, 0, -1):
        j = rng.integers(0, i)
        order[[i, j]] = order[[j, i]]
    return cut(order, batch_size)


@wrong("pb_P3", "deal", r"likely|often|bias|rarely|never|can it move|every time|excluded")
def deal_swap_never_the_last(n_examples, batch_size, rng):
    order = np.arange(n_examples)
    for i in range(n_examples - 2):
        j = rng.integers(i, n_examples - 1)
        order[[i, j]] = order[[j, i]]
    return cut(order, batch_size)


@wrong("pb_P3", "deal", r"likely|often|bias|rarely|place")
def deal_random_transpositions(n_examples, batch_size, rng):
    order = np.arange(n_examples)
    for _ in range(n_examples):
        i, j = rng.integers(0, n_examples, 2)
        order[[i, j]] = order[[j, i]]
    return cut(order, batch_size)


@wrong("pb_P3", "deal", r"likely|often|bias|rarely|place|together|neighbour|follow")
def deal_sort_by_a_coin(n_examples, batch_size, rng):
    order = sorted(range(n_examples), key=functools.cmp_to_key(lambda a, b: rng.random() - 0.5))
    return cut(np.array(order), batch_size)


@wrong("pb_P3", "deal", r"neighbour|follow|together|cut|cycl|order|turn")
def deal_cuts_the_deck(n_examples, batch_size, rng):
    return cut(np.roll(np.arange(n_examples), rng.integers(n_examples)), batch_size)


@wrong("pb_P3", "deal", r"together|same batch|neighbour|batches.*order")
def deal_shuffles_the_batches(n_examples, batch_size, rng):
    batches = cut(np.arange(n_examples), batch_size)
    short = [batches.pop()] if len(batches[-1]) < batch_size else []
    return [batches[i] for i in rng.permutation(len(batches))] + short


@wrong("pb_P3", "deal", r"same (batch|examples)|within|inside|together|which batch|first batch")
def deal_shuffles_within_batches(n_examples, batch_size, rng):
    return [rng.permutation(b) for b in cut(np.arange(n_examples), batch_size)]


@right("pb_P3", "deal")
def deal_sorts_each_batch(n_examples, batch_size, rng):
    return [np.sort(b) for b in cut(rng.permutation(n_examples), batch_size)]


@wrong("pb_P3", "deal", r"shuffle|order|random|every time|same")
def deal_without_shuffling(n_examples, batch_size, rng):
    return cut(np.arange(n_examples), batch_size)


@wrong("pb_P3", "deal", r"rng|seed|generator|same")
def deal_with_a_seed_of_its_own(n_examples, batch_size, rng):
    return cut(np.random.default_rng(0).permutation(n_examples), batch_size)


@wrong("pb_P3", "deal", r"rng|generator")
def deal_by_the_global_state(n_examples, batch_size, rng):
    return cut(np.random.permutation(n_examples), batch_size)  # noqa: NPY002


@wrong("pb_P3", "deal", r"twice|more than once|once|replacement|missing")
def deal_with_replacement(n_examples, batch_size, rng):
    return cut(rng.integers(0, n_examples, n_examples), batch_size)


@wrong("pb_P3", "deal", r"left|last batch|missing|dropped|smaller")
def deal_drops_the_last(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    full = n_examples // batch_size
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(full)]


@wrong("pb_P3", "deal", r"size|entries|even|batch_size")
def deal_evens_out(n_examples, batch_size, rng):
    return np.array_split(rng.permutation(n_examples), -(-n_examples // batch_size))


@wrong("pb_P3", "deal", r"from 0|from 1|\b0\b|n_examples")
def deal_counts_from_1(n_examples, batch_size, rng):
    return cut(1 + rng.permutation(n_examples), batch_size)


@wrong("pb_P3", "deal", r"list|batches|cut|one array|entries|size")
def deal_returns_the_order(n_examples, batch_size, rng):
    return rng.permutation(n_examples)


@wrong("pb_P3", "deal", r"TypeError|None|shuffle")
def deal_by_what_shuffle_returns(n_examples, batch_size, rng):
    order = rng.shuffle(np.arange(n_examples))
    return cut(order, batch_size)


@wrong("pb_P3", "deal", r"twice|more than once|last batch|left|filled|entries")
def deal_fills_the_last_up(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return cut(np.resize(order, -(-n_examples // batch_size) * batch_size), batch_size)


@wrong("pb_P3", "deal", r"last|first|size|entries")
def deal_short_batch_first(n_examples, batch_size, rng):
    order, rest = rng.permutation(n_examples), n_examples % batch_size
    return ([order[:rest]] if rest else []) + cut(order[rest:], batch_size)


@wrong("pb_P3", "deal", r"size|entries|batch_size|number of batches")
def deal_that_many_batches(n_examples, batch_size, rng):
    return np.array_split(rng.permutation(n_examples), batch_size)


@wrong("pb_P3", "deal", r"whole number|float|integer|type")
def deal_floats(n_examples, batch_size, rng):
    return cut(rng.permutation(n_examples) + 0.5, batch_size)


@wrong("pb_P3", "deal", r"None|return")
def deal_forgets_to_return(n_examples, batch_size, rng):
    cut(rng.permutation(n_examples), batch_size)


@right("pb_P3", "deal")
def deal_by_keys(n_examples, batch_size, rng):
    return cut(np.argsort(rng.random(n_examples)), batch_size)


@right("pb_P3", "deal")
def deal_by_shuffle(n_examples, batch_size, rng):
    order = list(range(n_examples))
    rng.shuffle(order)
    return cut(order, batch_size)


@right("pb_P3", "deal")
def deal_by_choice(n_examples, batch_size, rng):
    left, batches = np.arange(n_examples), []
    while len(left):
        batch = rng.choice(left, min(batch_size, len(left)), replace=False)
        batches.append(batch)
        left = np.setdiff1d(left, batch)
    return batches


@right("pb_P3", "deal")
def deal_by_swaps(n_examples, batch_size, rng):
    order = np.arange(n_examples)
    for i in range(n_examples):
        j = rng.integers(i, n_examples)
        order[[i, j]] = order[[j, i]]
    return tuple(cut(order, batch_size))


@right("pb_P3", "deal")
def deal_by_array_split(n_examples, batch_size, rng):
    return np.split(rng.permutation(n_examples), np.arange(batch_size, n_examples, batch_size))


# pb-P3, draw


@wrong("pb_P3", "draw", r"replacement|twice|repeat")
def draw_without_replacement(n_examples, batch_size, rng):
    return rng.choice(n_examples, batch_size, replace=False)


@wrong("pb_P3", "draw", r"never 0|\b0\b.*never|never.*\b0\b|\b0\b")
def draw_never_0(n_examples, batch_size, rng):
    return rng.integers(1, n_examples, batch_size)


@wrong("pb_P3", "draw", r"\b0\b|n_examples|outside|from 1|too large")
def draw_from_1_to_n(n_examples, batch_size, rng):
    return rng.integers(1, n_examples + 1, batch_size)


@wrong("pb_P3", "draw", r"last|never")
def draw_never_the_last(n_examples, batch_size, rng):
    return rng.integers(0, n_examples - 1, batch_size)


@wrong("pb_P3", "draw", r"outside|n_examples|too large|range|from 0")
def draw_one_too_many(n_examples, batch_size, rng):
    return rng.integers(0, n_examples, batch_size, endpoint=True)


@wrong("pb_P3", "draw", r"same|each.*itself|others|one index|repeat")
def draw_one_for_all(n_examples, batch_size, rng):
    return np.repeat(rng.integers(n_examples), batch_size)


@wrong("pb_P3", "draw", r"follow|neighbour|row|others|next|one after")
def draw_a_run(n_examples, batch_size, rng):
    return (rng.integers(n_examples) + np.arange(batch_size)) % n_examples


@wrong("pb_P3", "draw", r"rng|generator")
def draw_by_the_global_state(n_examples, batch_size, rng):
    return np.random.randint(0, n_examples, batch_size)  # noqa: NPY002


@wrong("pb_P3", "draw", r"rng|seed|generator|same")
def draw_with_a_seed_of_its_own(n_examples, batch_size, rng):
    return np.random.default_rng(42).integers(0, n_examples, batch_size)


@wrong("pb_P3", "draw", r"round|half|ends|first and")
def draw_by_rounding(n_examples, batch_size, rng):
    return np.round(rng.random(batch_size) * (n_examples - 1)).astype(int)


@wrong("pb_P3", "draw", r"last|never")
def draw_by_cutting_n_less_1(n_examples, batch_size, rng):
    return (rng.random(batch_size) * (n_examples - 1)).astype(int)


@wrong("pb_P3", "draw", r"never.*\b0\b|\b0\b")
def draw_by_rounding_up(n_examples, batch_size, rng):
    return np.ceil(rng.random(batch_size) * (n_examples - 1)).astype(int)


@right("pb_P3", "draw")
def draw_sorted(n_examples, batch_size, rng):
    return np.sort(rng.integers(0, n_examples, batch_size))


@wrong("pb_P3", "draw", r"one batch|entries|size|batch_size|shape")
def draw_all_of_them(n_examples, batch_size, rng):
    return rng.integers(0, n_examples, n_examples)


@wrong("pb_P3", "draw", r"single|list of indices|one number|array")
def draw_only_one(n_examples, batch_size, rng):
    return rng.integers(0, n_examples)


@wrong("pb_P3", "draw", r"n_examples|entries|swap|shape|batch_size|arguments")
def draw_with_arguments_swapped(n_examples, batch_size, rng):
    return rng.integers(batch_size, size=n_examples)


@wrong("pb_P3", "draw", r"whole|integer|fraction")
def draw_fractions(n_examples, batch_size, rng):
    return rng.random(batch_size) * n_examples


@wrong("pb_P3", "draw", r"likely|often|middle|rarely")
def draw_from_a_bell(n_examples, batch_size, rng):
    return np.clip(
        rng.normal(n_examples / 2, n_examples / 4, batch_size), 0, n_examples - 1
    ).astype(int)


@wrong("pb_P3", "draw", r"likely|often|rarely")
def draw_by_remainder(n_examples, batch_size, rng):
    return rng.integers(0, 2 * n_examples - 1, batch_size) % n_examples


@wrong("pb_P3", "draw", r"others|previous|same|twice|repeat|before|neighbour|replacement")
def draw_never_twice_running(n_examples, batch_size, rng):
    batch = [rng.integers(n_examples)]
    while len(batch) < batch_size:
        new = rng.integers(n_examples)
        if new != batch[-1]:
            batch.append(new)
    return np.array(batch)


@wrong("pb_P3", "draw", r"one batch|list|epoch|replacement")
def draw_deals(n_examples, batch_size, rng):
    return cut(rng.permutation(n_examples), batch_size)


@wrong("pb_P3", "draw", r"likely|often|rarely|smaller|larger")
def draw_squared(n_examples, batch_size, rng):
    return (rng.random(batch_size) ** 2 * n_examples).astype(int)


@right("pb_P3", "draw")
def draw_by_choice(n_examples, batch_size, rng):
    return rng.choice(n_examples, batch_size)


@right("pb_P3", "draw")
def draw_by_cutting(n_examples, batch_size, rng):
    return np.floor(rng.random(batch_size) * n_examples).astype(int)


@right("pb_P3", "draw")
def draw_by_permutations(n_examples, batch_size, rng):
    return np.array([rng.permutation(n_examples)[0] for _ in range(batch_size)])


@right("pb_P3", "draw")
def draw_a_list(n_examples, batch_size, rng):
    return [int(rng.integers(n_examples)) for _ in range(batch_size)]


@wrong("pb_P3", "draw", r"float|integer")
def draw_whole_floats(n_examples, batch_size, rng):
    return np.floor(rng.uniform(0, n_examples, batch_size))


# pb-P3, estimate


@wrong("pb_P3", "estimate", r"sum.*(batch|only)|n_examples|scale|I/B")
def estimate_sum_of_the_batch(gradients, n_examples):
    return gradients.sum(axis=0)


@wrong("pb_P3", "estimate", r"mean|average|n_examples")
def estimate_mean(gradients, n_examples):
    return gradients.mean(axis=0)


@wrong("pb_P3", "estimate", r"batch|B\b|divide|too large")
def estimate_sum_times_n(gradients, n_examples):
    return n_examples * gradients.sum(axis=0)


@wrong("pb_P3", "estimate", r"upside|the other way|turned|B/I|I/B|instead")
def estimate_upside_down(gradients, n_examples):
    return len(gradients) / n_examples * gradients.sum(axis=0)


@wrong("pb_P3", "estimate", r"axis|row|column|shape")
def estimate_along_the_rows(gradients, n_examples):
    return n_examples * gradients.mean(axis=1)


@wrong("pb_P3", "estimate", r"shape|axis|each parameter|one number")
def estimate_mean_of_everything(gradients, n_examples):
    return n_examples * np.mean(gradients)


@wrong("pb_P3", "estimate", r"B - 1|less 1|one less|variance")
def estimate_by_b_less_1(gradients, n_examples):
    return n_examples / max(len(gradients) - 1, 1) * gradients.sum(axis=0)


@wrong("pb_P3", "estimate", r"column|number of parameters|\bP\b|rows")
def estimate_by_columns(gradients, n_examples):
    return n_examples / gradients.shape[1] * gradients.sum(axis=0)


@wrong("pb_P3", "estimate", r"entries|size|parameters|\bP\b|rows")
def estimate_by_all_entries(gradients, n_examples):
    return n_examples / gradients.size * gradients.sum(axis=0)


@wrong("pb_P3", "estimate", r"whole|//|integer|rounded|cut off")
def estimate_by_whole_batches(gradients, n_examples):
    return n_examples // len(gradients) * gradients.sum(axis=0)


@wrong("pb_P3", "estimate", r"median|middle")
def estimate_median(gradients, n_examples):
    return n_examples * np.median(gradients, axis=0)


@wrong("pb_P3", "estimate", r"shape")
def estimate_keeps_the_axis(gradients, n_examples):
    return n_examples * gradients.mean(axis=0, keepdims=True)


@wrong("pb_P3", "estimate", r"20|fixed|rows|batch")
def estimate_batches_of_20(gradients, n_examples):
    return n_examples / 20 * gradients.sum(axis=0)


@wrong("pb_P3", "estimate", r"sign|minus|descent|step")
def estimate_downhill(gradients, n_examples):
    return -n_examples * gradients.mean(axis=0)


@wrong("pb_P3", "estimate", r"sum|row|each|add|shape")
def estimate_scales_the_rows(gradients, n_examples):
    return n_examples / len(gradients) * gradients


@right("pb_P3", "estimate")
def estimate_by_a_loop(gradients, n_examples):
    total = np.zeros(gradients.shape[1])
    for row in gradients:
        total += row
    return [n_examples * x / len(gradients) for x in total]


@right("pb_P3", "estimate")
def estimate_by_a_product(gradients, n_examples):
    return np.ones(len(gradients)) @ gradients / (len(gradients) / n_examples)


RIGHT_UNBIASED = {
    "sum": False,
    "scaled, without": True,
    "scaled, with": True,
    "scaled, fixed": False,
}

for label, change, cause in [
    ("sum_is_unbiased", {"sum": True}, r"B/I|too small|share|smaller|batch.*of"),
    (
        "with_is_biased",
        {"scaled, with": False},
        r"equally likely|each (draw|row)|how often|on average",
    ),
    (
        "without_is_biased",
        {"scaled, without": False},
        r"equally (likely|often)|every example|how likely",
    ),
    ("fixed_is_unbiased", {"scaled, fixed": True}, r"same|first|never|chance|random"),
    ("all_unbiased", dict.fromkeys(RIGHT_UNBIASED, True), r"sum|fixed"),
    ("none_unbiased", dict.fromkeys(RIGHT_UNBIASED, False), r"with"),
    ("unbiased_left_open", {"sum": ...}, r"sum"),
    ("unbiased_in_words", {"sum": "biased"}, r"True.*False|False.*True"),
]:
    WRONG["pb_P3"].append(("unbiased", label, RIGHT_UNBIASED | change, cause))
WRONG["pb_P3"].append(
    ("unbiased", "unbiased_without_a_key", {"sum": False, "scaled, with": True}, r"without|fixed")
)
RIGHT["pb_P3"] += [
    ("unbiased", "unbiased_as_numbers", {k: int(v) for k, v in RIGHT_UNBIASED.items()}),
    ("unbiased", "unbiased_by_numpy", {k: np.bool_(v) for k, v in RIGHT_UNBIASED.items()}),
]
