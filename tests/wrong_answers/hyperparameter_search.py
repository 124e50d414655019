"""Answers to the problems of set 12, from their statements alone."""

import math
import re

import numpy as np

from tests.wrong_answers import added_to

WRONG, RIGHT = {}, {}
wrong, right = added_to(WRONG), added_to(RIGHT)

# --- pb-F12.1 · among the best five per cent ------------------------------------------------------

wrong(
    "pb_F12_1",
    "chance",
    ("none_of_them", lambda n, share: (1 - share) ** n, r"none|at least|1 less|opposite"),
    ("all_of_them", lambda n, share: share**n, r"all|at least|one of"),
    ("added_up", lambda n, share: n * share, r"add|twice|overlap|above 1|several|both"),
    ("added_up_to_1", lambda n, share: min(1.0, n * share), r"add|twice|overlap|several|both"),
    (
        "exactly_one",
        lambda n, share: n * share * (1 - share) ** (n - 1),
        r"exactly|at least|more than one|two",
    ),
    ("one_draw", lambda n, share: share, r"\bn\b|draws|depend|one draw"),
    ("powers_of_n", lambda n, share: 1 - share**n, r"1 - share|1 −|each|not good|all"),
    ("one_more", lambda n, share: 1 - (1 - share) ** (n + 1), r"one|draws|n\b"),
    ("per_cent", lambda n, share: 100 * (1 - (1 - share) ** n), r"per cent|100|%|between 0 and 1"),
    ("limit", lambda n, share: 1 - np.exp(-n * share), r"approximat|nearly|exact|small"),
    ("share_over_n", lambda n, share: 1 - (1 - share / n) ** n, r"divide|share|each"),
)


def added_over_draws(n, share):
    return sum(share * (1 - share) ** k for k in range(int(n)))


right(
    "pb_F12_1",
    "chance",
    ("first_good_one", added_over_draws),
    ("logarithm", lambda n, share: -math.expm1(n * math.log1p(-share))),
)


def needed(share, sure, whole=math.ceil):
    return whole(round(math.log(1 - sure) / math.log(1 - share), 9))


wrong(
    "pb_F12_1",
    "needed",
    ("down", lambda s, p: needed(s, p, math.floor), r"round|up|one more|too few|at least"),
    ("nearest", lambda s, p: needed(s, p, round), r"round|up|too few|at least"),
    ("not_whole", lambda s, p: math.log(1 - p) / math.log(1 - s), r"whole"),
    (
        "sure_itself",
        lambda s, p: math.ceil(math.log(p) / math.log(1 - s)),
        r"1 - sure|1 −|fail|none",
    ),
    (
        "share_itself",
        lambda s, p: math.ceil(math.log(1 - p) / math.log(s)),
        r"1 - share|1 −|not good|miss",
    ),
    (
        "upside_down",
        lambda s, p: math.ceil(math.log(1 - s) / math.log(1 - p)),
        r"upside|divide|other way",
    ),
    ("divided", lambda s, p: math.ceil(p / s), r"add|overlap|twice|n times|several"),
    ("one_over", lambda s, p: math.ceil(1 / s), r"sure|depend|average"),
    ("one_too_many", lambda s, p: needed(s, p, math.floor) + 2, r"one|too many|fewer|smallest"),
    ("small_share", lambda s, p: math.ceil(-math.log(1 - p) / s), r"approximat|small|log|exact"),
    ("at_most_a_thousand", lambda s, p: min(1000, needed(s, p)), r"more|1000|give up|limit|enough"),
)


def by_search(share, sure):
    n = 1
    while 1 - (1 - share) ** n < sure - 1e-12:
        n += 1
    return n


right(
    "pb_F12_1",
    "needed",
    ("by_search", by_search),
    ("numpy", lambda s, p: np.ceil(np.log1p(-p) / np.log1p(-s) - 1e-9)),
)
wrong(
    "pb_F12_1",
    "n95",
    ("down", 58, r"round|up|one more|few|too low"),
    ("divided", 19, r"add|overlap|n times|several|good|expected"),
    ("one_over", 20, r"sure|average|64|likely|half"),
    ("not_whole", 58.4, r"whole"),
    ("half", 14, r"half|95|median|sure"),
    ("small_share", 60, r"approximat|small|exact|one too many|fewer|already"),
)
wrong(
    "pb_F12_1",
    "place",
    ("one_of_49", 1 / 49, r"49|50|between|gaps|integral"),
    ("half", 0.5, r"best|lowest|one draw|middle|single"),
    ("five_per_cent", 0.05, r"integral|50|gap|draws|average"),
    ("median", 1 - 0.5 ** (1 / 49), r"median|mean|average"),
    ("per_cent", 2, r"share|per cent|between 0 and 1"),
    ("other_end", 0.98, r"best|lowest|other end|1 -"),
    ("chance", 1 - 0.95**49, r"place|share|integral|chance|probability"),
)
right("pb_F12_1", "n95", ("whole", 59.0))
right("pb_F12_1", "place", ("computed", 1 / 50))

# --- pb-F12.2 · how many folds --------------------------------------------------------------------


def phi(z):
    return (1 + math.erf(z / math.sqrt(2))) / 2


wrong(
    "pb_F12_2",
    "wrong",
    ("one_fold", lambda g, s, k: phi(-g / s), r"fold|mean|root"),
    ("not_the_root", lambda g, s, k: phi(-g * k / s), r"root|√|square"),
    ("sign", lambda g, s, k: phi(g * math.sqrt(k) / s), r"sign|better|right|below|other"),
    (
        "wider_by_folds",
        lambda g, s, k: phi(-g / (s * math.sqrt(k))),
        r"narrow|smaller|root|more folds|less",
    ),
    ("upside_down", lambda g, s, k: phi(-s / (g * math.sqrt(k))), r"upside|divide|spread"),
    ("variance", lambda g, s, k: phi(-g * math.sqrt(k) / s**2), r"square|deviation|variance"),
    ("two_sided", lambda g, s, k: 2 * phi(-g * math.sqrt(k) / s), r"twice|two|one side|half"),
    ("most_of_the_folds", lambda g, s, k: phi(-g / s) ** k, r"each|mean|all folds|every fold"),
    (
        "without_the_2",
        lambda g, s, k: (1 + math.erf(-g * math.sqrt(k) / s)) / 2,
        r"√2|sqrt|2|Φ|Phi",
    ),
    (
        "not_halved",
        lambda g, s, k: 1 + math.erf(-g * math.sqrt(k) / s / math.sqrt(2)),
        r"half|twice|2",
    ),
    (
        "density",
        lambda g, s, k: math.exp(-g * g * k / s / s / 2) / math.sqrt(2 * math.pi),
        r"density|Φ|Phi|probability|below",
    ),
    (
        "two_settings",
        lambda g, s, k: phi(-g * math.sqrt(k) / (s * math.sqrt(2))),
        r"√2|two|difference|already",
    ),
)
right(
    "pb_F12_2",
    "wrong",
    ("erfc", lambda g, s, k: 0.5 * math.erfc(g / (s / k**0.5) / 2**0.5)),
    ("one_less", lambda g, s, k: 1 - phi(math.sqrt(k) * g / s)),
)
wrong(
    "pb_F12_2",
    "folds",
    ("down", 24, r"round|up|one more|few|at least|too many"),
    ("not_whole", 24.35, r"whole|round"),
    ("without_the_quantile", 9, r"1\.645|16|5 %|Φ|Phi"),
    ("not_squared", 5, r"square|root"),
    ("at_2", 36, r"1\.645|1\.96|two|side|5"),
    ("both_sides", 35, r"1\.645|1\.96|two|side|5"),
    ("quantile_not_squared", 15, r"square|1\.645"),
)
wrong(
    "pb_F12_2",
    "images",
    ("one_fold", 200, r"nine|9|root"),
    ("root_of_nine", 600, r"root|square|nine|3"),
    ("squared", 16200, r"root|square|nine|more than was"),
    ("for_25", 5000, r"nine|9"),
    ("eight_more", 1600, r"in all|more|nine"),
)
wrong(
    "pb_F12_2",
    "found",
    ("with_900", 1 - 0.99**900, r"nine|100|fold|each|settings"),
    ("added_up", 1.0, r"add|overlap|100|sure|several"),
    ("five_per_cent", 1 - 0.95**100, r"1 %|0\.01|best"),
    ("none", 0.99**100, r"none|at least|1 less"),
    ("one_setting", 0.01, r"100|settings|one"),
    ("two_digits", 0.63, r"digit|decimal"),
    ("limit", 1 - math.exp(-1), r"approximat|digit|limit|exact|decimals"),
)
right("pb_F12_2", "folds", ("whole", 25.0))
right("pb_F12_2", "images", ("product", 9 * 200))
right("pb_F12_2", "found", ("computed", 1 - 0.99**100), ("three_digits", 0.634))

# --- pb-F12.3 · what halving costs ----------------------------------------------------------------


def stages(trials, budget, factor, kept=lambda n, factor: n // factor):
    found = []
    while trials >= 1:
        found.append((trials, budget))
        trials, budget = kept(trials, factor), budget * factor
        if len(found) > 60:
            break
    return found


def anew(*given, **how):
    return sum(n * epochs for n, epochs in stages(*given, **how))


def resumed(*given, **how):
    total, before = 0, 0
    for n, epochs in stages(*given, **how):
        total, before = total + n * (epochs - before), epochs
    return total


def up(n, factor):
    return -(-n // factor) if n > 1 else 0


for part, cost, other in (("anew", anew, resumed), ("resumed", resumed, anew)):
    wrong(
        "pb_F12_3",
        part,
        (
            "the_other_way",
            lambda *g, other=other: other(*g),
            r"again|anew|checkpoint|goes on|first",
        ),
        ("rounded_up", lambda *g, cost=cost: cost(*g, kept=up), r"down|round"),
        (
            "not_rounded",
            lambda *g, cost=cost: cost(*g, kept=lambda n, f: n / f),
            r"down|round|whole",
        ),
        ("first_stage", lambda t, b, f: t * b, r"first|stage|later|kept"),
        ("the_last_alone", lambda *g: stages(*g)[-1][1] * stages(*g)[-1][0], r"all|stage|before"),
        (
            "budget_stays",
            lambda t, b, f: sum(n for n, _ in stages(t, b, f)) * b,
            r"factor|times as many|budget|longer",
        ),
        (
            "without_the_last",
            lambda *g, cost=cost: (
                cost(*g)
                - stages(*g)[-1][0]
                * (
                    stages(*g)[-1][1]
                    - (stages(*g)[-2][1] if cost is resumed and len(stages(*g)) > 1 else 0)
                )
            ),
            r"last|left|single|one",
        ),
        (
            "all_stages_alike",
            lambda t, b, f: t * b * len(stages(t, b, f)),
            r"down|round|each stage|same|kept",
        ),
        (
            "halves",
            lambda t, b, f, cost=cost: cost(t, b, 2),
            r"factor|half|2",
        ),
        (
            "budget_added",
            lambda t, b, f: sum(n * b * (k + 1) for k, (n, _) in enumerate(stages(t, b, f))),
            r"times|factor|add",
        ),
    )


def recursive(trials, budget, factor):
    if trials == 0:
        return 0
    return trials * budget + recursive(trials // factor, budget * factor, factor)


def by_survivors(trials, budget, factor):
    total = trials * budget
    while trials := trials // factor:
        total += trials * budget * (factor - 1)
        budget *= factor
    return float(total)


right("pb_F12_3", "anew", ("recursive", recursive))
right("pb_F12_3", "resumed", ("by_survivors", by_survivors))


def largest(epochs, budget, factor, cost=resumed, fits=lambda cost, epochs: cost <= epochs):
    n = 0
    while fits(cost(n + 1, budget, factor), epochs):
        n += 1
    return n


wrong(
    "pb_F12_3",
    "largest",
    ("anew", lambda e, b, f: largest(e, b, f, anew), r"again|anew|checkpoint|goes on|first"),
    ("first_stage_alone", lambda e, b, f: e // b, r"stage|kept|later|all"),
    ("one_more", lambda e, b, f: largest(e, b, f) + 1, r"one|too many|suffice|most"),
    (
        "fewer_than",
        lambda e, b, f: largest(e, b, f, fits=lambda c, e: c < e),
        r"exactly|suffice|just|equal|too few",
    ),
    ("at_least_one", lambda e, b, f: max(1, largest(e, b, f)), r"0|none|suffice|not enough"),
    (
        "rounded_up",
        lambda e, b, f: largest(e, b, f, lambda *g: resumed(*g, kept=up)),
        r"down|round",
    ),
    (
        "by_a_formula",
        lambda e, b, f: int(e / (b * (1 + (f - 1) * math.log(max(e / b, 1), f)))),
        r"round|try|exact|formula|stage",
    ),
    ("halves", lambda e, b, f: largest(e, b, 2), r"factor|half|2"),
    (
        "powers_of_the_factor",
        lambda e, b, f: f ** max(0, int(math.log(max(largest(e, b, f), 1), f))),
        r"between|power|most|whole|more",
    ),
    ("budget_of_1", lambda e, b, f: largest(e, 1, f), r"budget"),
)


def by_halving(epochs, budget, factor):
    low, high = 0, epochs // budget + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (middle, high) if by_survivors(middle, budget, factor) <= epochs else (low, middle)
        )
    return low


right("pb_F12_3", "largest", ("by_halving", by_halving))
wrong(
    "pb_F12_3",
    "times",
    ("anew", 243**2 / 1458, r"checkpoint|again|goes on|anew"),
    ("upside_down", 1053 / 243**2, r"upside|times as much|divide|other way"),
    ("stages", 6, r"stage|243|long"),
    ("trials", 243, r"halving|costs|1053|divide|more than"),
    ("one_epoch_each", 243 / 1053, r"as long|243|last|epoch"),
    ("product", 243 * 243, r"divide|times|halving"),
    ("without_the_last_stage", 243**2 / (1053 - 162), r"last|stage|one"),
    ("shorter", 243 * 81 / 1053, r"243|last|long|stage"),
)
right("pb_F12_3", "times", ("three_digits", 56.1), ("computed", 59049 / 1053))

# --- pb-F12.4 · what to do next -------------------------------------------------------------------

NEXT = dict(a="widen", b="longer", c="fold", d="log", e="done")
wrong(
    "pb_F12_4",
    "next_step",
    ("a_done", NEXT | {"a": "done"}, r"border|end|0\.01|edge"),
    ("a_longer", NEXT | {"a": "longer"}, r"border|end|0\.01|edge|20"),
    ("b_widen", NEXT | {"b": "widen"}, r"given up|end|border|0\.02|better"),
    ("b_done", NEXT | {"b": "done"}, r"given up|0\.02|4 %|better"),
    ("c_done", NEXT | {"c": "done"}, r"12|fold|11 %|keeps|promis"),
    ("c_widen", NEXT | {"c": "widen"}, r"12|fold|border|end"),
    ("d_widen", NEXT | {"d": "widen"}, r"uniform|log|49|border|end|draw|useless"),
    ("d_fold", NEXT | {"d": "fold"}, r"uniform|log|49|397|large"),
    ("e_fold", NEXT | {"e": "fold"}, r"fresh|4\.2|397|agree|same"),
    ("e_widen", NEXT | {"e": "widen"}, r"middle|border|end|inside|0\.02"),
)
right("pb_F12_4", "next_step", ("capitals", {key: word.upper() for key, word in NEXT.items()}))

# --- pb-F12.5 · a folder of checkpoints -----------------------------------------------------------

PATTERN = re.compile(r"loss-(.+)_trial-(\d+)_epoch-(\d+)\.pickle")


def read(name):
    loss, trial, epoch = PATTERN.fullmatch(name).groups()
    return float(loss), int(trial), int(epoch)


wrong(
    "pb_F12_5",
    "best_trial",
    ("by_name", lambda names: read(min(names))[1], r"letter|number|text|10|sort|string"),
    ("highest", lambda names: max(map(read, names))[1], r"lowest|highest|largest"),
    ("first_of_the_list", lambda names: read(names[0])[1], r"order|lowest|first"),
    ("the_loss", lambda names: min(map(read, names))[0], r"trial|loss|number of"),
    ("its_epoch", lambda names: min(map(read, names))[2], r"trial|epoch|number of"),
    (
        "place_in_the_list",
        lambda names: int(np.argmin([read(n)[0] for n in names])),
        r"place|index|trial|name",
    ),
    (
        "longest_trained",
        lambda names: max(map(read, names), key=lambda r: r[2])[1],
        r"loss|lowest|epoch|last|longest",
    ),
    (
        "whole_numbers_of_the_loss",
        lambda names: min(map(read, names), key=lambda r: int(min(r[0], 1e9)))[1],
        r"decimal|whole|digits|loss",
    ),
    ("smallest_number", lambda names: min(read(n)[1] for n in names), r"loss|lowest|number"),
    (
        "of_last_checkpoints",
        lambda names: min(
            {read(n)[1]: read(n) for n in sorted(names, key=lambda n: read(n)[2])}.values()
        )[1],
        r"best|last|checkpoint|two|both",
    ),
)


def by_splitting(names):
    best = {}
    for name in names:
        loss, trial, _ = (piece.split("-", 1)[1] for piece in name[:-7].split("_"))
        best[int(trial)] = min(float(loss), best.get(int(trial), math.inf))
    return min(best, key=best.get)


right(
    "pb_F12_5",
    "best_trial",
    ("tuples", lambda names: min(map(read, names))[1]),
    ("by_splitting", by_splitting),
)


def epochs_of(names, trial):
    return [read(name)[2] for name in names if read(name)[1] == trial]


wrong(
    "pb_F12_5",
    "goes_on_after",
    (
        "of_its_best",
        lambda names, t: min((read(n) for n in names if read(n)[1] == t), default=(0, 0, 0))[2],
        r"last|best|lowest",
    ),
    (
        "of_its_first",
        lambda names, t: min(epochs_of(names, t), default=0),
        r"last|earl|first|small",
    ),
    ("first_in_the_list", lambda names, t: (epochs_of(names, t) or [0])[0], r"order|last|first"),
    ("last_in_the_list", lambda names, t: (epochs_of(names, t) or [0])[-1], r"order|last|list"),
    ("of_any_trial", lambda names, t: max(read(n)[2] for n in names), r"trial|other|all"),
    ("none_for_none", lambda names, t: max(epochs_of(names, t), default=-1), r"0|none|left"),
    (
        "next_epoch",
        lambda names, t: max(epochs_of(names, t), default=-1) + 1,
        r"after|next|one|trained",
    ),
    ("how_many", lambda names, t: len(epochs_of(names, t)), r"epoch|count|how many|number"),
    (
        "trial_anywhere_in_the_name",
        lambda names, t: max((read(n)[2] for n in names if f"trial-{t}" in n), default=0),
        r"begin|12|trial|other|starts",
    ),
    (
        "as_text",
        lambda names, t: int(max((n[-10:-7] for n in names if read(n)[1] == t), default="0")[:2]),
        r"digit|epoch",
    ),
    ("sum", lambda names, t: sum(epochs_of(names, t)), r"last|sum|add|both"),
)
right(
    "pb_F12_5",
    "goes_on_after",
    ("largest", lambda names, t: max([0, *epochs_of(names, t)])),
    (
        "sorted",
        lambda names, t: ([0] + sorted(int(n[-10:-7]) for n in names if f"_trial-{t}_" in n))[-1],
    ),
)

# --- pb-C4 · from coarse to fine ------------------------------------------------------------------

wrong(
    "pb_C4",
    "spread",
    ("uniform", lambda a, b, s: a + s * (b - a), r"log|factor|uniform|linear"),
    (
        "exponents",
        lambda a, b, s: np.log10(a) + s * (np.log10(b) - np.log10(a)),
        r"power|logarithm|exponent|10",
    ),
    ("bases_mixed", lambda a, b, s: np.exp(np.log10(a) + s * np.log10(b / a)), r"base|10|exp"),
    ("from_the_top", lambda a, b, s: b * (a / b) ** s, r"other way|low|order|first|share 0"),
    ("ratio_times_share", lambda a, b, s: a * (b / a) * s, r"power|share 0|multipl"),
    ("as_many_evenly", lambda a, b, s: np.geomspace(a, b, len(s)), r"shares|given|evenly"),
    ("high_for_the_ratio", lambda a, b, s: a * b**s, r"ratio|b / a|high / low|share 1|divide"),
    ("squares", lambda a, b, s: a + s**2 * (b - a), r"factor|log|square"),
    ("low_forgotten", lambda a, b, s: (b / a) ** s, r"low|share 0|begin|start"),
    ("exp_of_uniform", lambda a, b, s: np.exp(a + s * (b - a)), r"log|logarithm"),
)
right(
    "pb_C4",
    "spread",
    ("powers", lambda a, b, s: 10 ** (np.log10(a) + s * np.log10(b / a))),
    ("weights", lambda a, b, s: np.power(a, 1 - s) * np.power(b, s)),
    ("a_list", lambda a, b, s: [math.exp((1 - t) * math.log(a) + t * math.log(b)) for t in s]),
)


def next_range(rates, losses, low, high, shrink, outer=None, middle=None, width=None):
    """The next range, with other ideas of what is outermost, of the middle and of the width."""
    best = rates[np.argmin(losses)]
    outer = outer or (lambda best, rates, low, high: best in (min(rates), max(rates)))
    full = (width or (lambda a, b: b / a))(low, high)
    ratio = full if outer(best, rates, low, high) else full**shrink
    centre = best if middle is None else middle(best, low, high)
    return np.array([centre / np.sqrt(ratio), centre * np.sqrt(ratio)])


def uniform_middle(rates, losses, low, high, shrink):
    best = rates[np.argmin(losses)]
    width = (high - low) * (1 if best in (min(rates), max(rates)) else shrink)
    return [best - width / 2, best + width / 2]


wrong(
    "pb_C4",
    "next_range",
    (
        "always_shrinks",
        lambda *g: next_range(*g, outer=lambda *a: False),
        r"outermost|lowest|highest|border|beyond|wide",
    ),
    ("never_shrinks", lambda *g: next_range(*g, outer=lambda *a: True), r"shrink|narrow|inside"),
    (
        "at_the_ends_of_the_range",
        lambda *g: next_range(*g, outer=lambda best, r, a, b: best in (a, b)),
        r"tried|low|high|ends",
    ),
    ("uniform", uniform_middle, r"log|factor|middle"),
    (
        "shrinks_the_ratio",
        lambda r, x, a, b, s: (
            next_range(r, x, 1, max(1.0, b / a * s) ** (1 / s), s)
            if r[np.argmin(x)] not in (min(r), max(r))
            else next_range(r, x, a, b, s)
        ),
        r"power|log|ratio|shrink",
    ),
    (
        "kept_inside",
        lambda r, x, a, b, s: np.clip(next_range(r, x, a, b, s), a, b),
        r"beyond|inside|leave|cut|border",
    ),
    (
        "full_width_each_side",
        lambda *g: next_range(*g, width=lambda a, b: (b / a) ** 2),
        r"twice|each side|half|wide",
    ),
    (
        "around_the_old_middle",
        lambda *g: next_range(*g, middle=lambda best, a, b: np.sqrt(a * b)),
        r"best|middle",
    ),
    (
        "highest_loss",
        lambda r, x, a, b, s: next_range(r, -np.asarray(x), a, b, s),
        r"lowest|best|highest",
    ),
    ("order", lambda *g: next_range(*g)[::-1], r"order|low"),
    (
        "best_at_the_lower_end",
        lambda r, x, a, b, s: [
            r[np.argmin(x)],
            next_range(r, x, a, b, s)[1] ** 2 / r[np.argmin(x)],
        ],
        r"middle",
    ),
    (
        "first_or_last",
        lambda r, x, a, b, s: next_range(
            r, x, a, b, s, outer=lambda best, r, a, b: best in (r[0], r[-1])
        ),
        r"order|first|last|sorted|lowest",
    ),
)


def in_exponents(rates, losses, low, high, shrink):
    exponents, k = np.log10(rates), int(np.nanargmin(losses))
    inside = exponents.min() < exponents[k] < exponents.max()
    half = 0.5 * (np.log10(high) - np.log10(low)) * (shrink if inside else 1)
    return 10 ** (exponents[k] + half * np.array([-1, 1]))


def sorted_first(rates, losses, low, high, shrink):
    trials = sorted(zip(losses, rates))
    best = trials[0][1]
    others = [rate for _, rate in trials[1:]]
    between = any(rate < best for rate in others) and any(rate > best for rate in others)
    factor = math.sqrt((high / low) ** (shrink if between else 1))
    return best / factor, best * factor


right("pb_C4", "next_range", ("in_exponents", in_exponents), ("sorted_first", sorted_first))
