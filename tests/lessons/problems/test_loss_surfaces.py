"""The problems of chapter 04: right answers, mistakes, what they say, and what they say it with."""

import re

import numpy as np
import pytest

from course_lib.surfaces import CosineWave, fig_6_11_losses
from lessons.marking.parts import FunctionPart
from lessons.problems import pb_6_2, pb_6_3, pb_6_4, pb_6_6, pb_6_11, pb_P1
from tests.lessons.answers import centred, mistakes, told

WRONG, mistake = mistakes()

FUNCTIONS = {
    f"{problem.id}:{part.name}": part
    for problem in (pb_6_2, pb_6_3, pb_6_4)
    for part in problem.parts
    if isinstance(part, FunctionPart)
}

# --- Answers --------------------------------------------------------------------------------------


def hessian_by_outer_products(x):
    return sum(2 * np.outer([1, one], [1, one]) for one in x).tolist()


def gabor_gradient_by_two_terms(phi, x, y):
    u = phi[0] + 0.06 * phi[1] * x
    bell = np.exp(-(u**2) / 32)
    slope = np.cos(u) * bell + np.sin(u) * bell * (-2 * u / 32)
    return [sum(2 * (np.sin(u) * bell - y) * slope * inner) for inner in (1, 0.06 * x)]


def gabor_gradient_by_differences(phi, x, y):
    def loss(phi):
        u = phi[0] + 0.06 * phi[1] * x
        return np.sum((np.sin(u) * np.exp(-(u**2) / 32) - y) ** 2)

    return centred(loss, phi, 1e-5)


def gabor_by_layers(phi, x, y):
    """The residual, and the slope of the model in its phase."""
    u = phi[0] + 0.06 * phi[1] * x
    bell = np.exp(-(u**2) / 32)
    return np.sin(u) * bell - y, (np.cos(u) - u / 16 * np.sin(u)) * bell


@mistake(pb_6_3, "gradient", "no influence")
def without_the_residual(phi, x, y):
    _, slope = gabor_by_layers(phi, x, y)
    return [2 * slope.sum(), 2 * (slope * 0.06 * x).sum()]


@mistake(pb_6_3, "gradient", "product of two sums")
def sums_multiplied(phi, x, y):
    residual, slope = gabor_by_layers(phi, x, y)
    share = 2 * residual * slope
    return [share.sum(), share.sum() * (0.06 * x).sum()]


@mistake(pb_6_3, "gradient", "add up the residuals")
def residuals_added_first(phi, x, y):
    residual, slope = gabor_by_layers(phi, x, y)
    return [2 * residual.sum() * slope.sum(), 2 * residual.sum() * (slope * 0.06 * x).sum()]


mistake(pb_P1, "minima", "multiplied by x, which is negative there")([-1.0])
mistake(pb_6_11, "float32", "in bytes: divide by 2**30")(4e12)
mistake(pb_6_11, "float64", "in bytes: divide by 2**30")(8e12)

CURVES = {"a": True, "b": False, "c": False}
POINTS = {
    1: "neither", 2: "global minimum", 3: "global minimum", 4: "neither",
    5: "local minimum", 6: "neither", 7: "global minimum",
}  # fmt: skip

RIGHT = {
    "pb-6.6:convex": [CURVES, {"c": 0 > 1, "b": np.bool_(False), "a": np.bool_(True)}],
    "pb-6.6:points": [POINTS, {key: f" {kind.upper()} " for key, kind in POINTS.items()}],
    "pb-P1:minima": [[-0.274, 1.09], np.array([1.0906, -0.2739]), (1.0908, -0.2742, -0.2738)],
    "pb-P1:lowest": [1.09, np.float64(1.0907)],
    "pb-P1:kinds": [{"x**3": "degenerate", "x**2 - y**2": "Saddle"}],
    "pb-P1:eigenvalues": [[-2, 2], (-2.0, 2.0), np.array([-2, 2])],
    "pb-6.2:hessian": [hessian_by_outer_products, lambda x: np.array(hessian_by_outer_products(x))],
    "pb-6.2:trace": [
        lambda x: 2 * (1 + x**2).sum(),
        lambda x: np.trace(hessian_by_outer_products(x)),
    ],
    "pb-6.2:determinant": [
        lambda x: np.linalg.det(hessian_by_outer_products(x)),
        lambda x: (2 * len(x)) ** 2 * np.var(x),
        lambda x: 4 * (len(x) * (x**2).sum() - x.sum() ** 2),
    ],
    "pb-6.2:flat": ["all x equal", " All x equal"],
    "pb-6.3:gradient": [gabor_gradient_by_two_terms, gabor_gradient_by_differences],
    "pb-6.11:shape": [(1_000_000, 1_000_000), [1e6, 1e6]],
    "pb-6.11:distinct": [500_000_500_000, 10**6 * (10**6 + 1) / 2],
    "pb-6.11:float32": [3725.29, 4e12 / 2**30],
    "pb-6.11:float64": [7450.58, 8e12 / 2**30],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-6.6": (r"global minimum|curve [abc] is", "point 2 is the global minimum"),
    "pb-P1": (r"\b1\.09|-0\.274\b", "it lies at 1.090"),
    "pb-6.2": (r"2 ?I\b|2 ?len|Σ ?x|x\*\*2\b|\\sum", "the corner is 2 I"),
    "pb-6.3": (r"u ?/ ?16|cos|2 ?\*", "it is cos u - u/16 sin u"),
    "pb-6.11": (r"3725|7450|500[ ,_]?000[ ,_]?500|10\*\*6", "about 3725"),
}


# --- The inputs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", FUNCTIONS)
def test_inputs_are_short_enough_to_copy(key):
    for given in FUNCTIONS[key].inputs(np.random.default_rng(3)):
        for name, value in given.items():
            np.testing.assert_array_equal(value, np.round(value, 1), err_msg=name)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_first_inputs_show_every_known_mistake(key):
    """Whatever is known to go wrong goes wrong on inputs that can be worked by hand."""
    part = FUNCTIONS[key]
    by_hand = part.inputs(np.random.default_rng(3))[:2]
    for known in part.misconceptions:
        right = [np.asarray(part.right(**given), float) for given in by_hand]
        wrong = [np.asarray(known.answer(*given.values()), float) for given in by_hand]
        assert any(
            one.shape != other.shape or not np.allclose(one, other)
            for one, other in zip(right, wrong, strict=True)
        ), known.message


# --- What is said ---------------------------------------------------------------------------------


def test_minima_are_judged_one_by_one():
    def judged(minima):
        verdict = pb_P1.verdict(minima=minima)
        return verdict.points, str(verdict)

    points, message = judged([1.0906])
    assert points == 1 and "there are more minima" in message
    for rough in (-0.27, -0.273, 1.0885, 1.092):
        points, message = judged([rough])
        assert points == 0 and f"to three decimals: at {rough} the slope" in message
        assert pb_P1.verdict(lowest=rough).points == 0
    points, message = judged([-0.2739, 1.0906, 0.2739])
    assert points == 1 and "a maximum" in message
    assert "a maximum" in judged([0.27])[1]
    points, message = judged(np.linspace(-1, 2, 100))
    assert points == 0
    assert "At 0.5 the slope of the curve is -1.6, not zero" in judged([0.5])[1]


def test_chords_in_the_messages_lie_as_the_messages_say():
    """b: the chord between the minima is below the curve; c: so is the one from 6 to 7."""
    for panel, one, other in (("b", 3, 5), ("c", 6, 7)):
        marked = fig_6_11_losses()[panel]
        ends = np.array([marked.points[one], marked.points[other]])
        middle = ends.mean()
        assert marked.loss.value(middle) > marked.loss.value(ends).mean(), panel


def test_hint_on_the_curves_runs():
    code = re.findall(r"`(.*?)`", pb_6_6.hints[1])
    loss = eval(code[0], {"fig_6_11_losses": fig_6_11_losses})
    x = eval(code[-1], {"np": np})
    assert code[1:-1] == [".value(x)", ".slope(x)", ".curvature(x)"]
    for name in ("value", "slope", "curvature"):
        assert getattr(loss, name)(x).shape == x.shape


@pytest.mark.parametrize("place", [-0.9, -0.3, 0.1, 1.05, 1.0915, 1.99])
def test_wrong_place_is_told_the_slope_there(place):
    for part in ("minima", "lowest"):
        message = told(pb_P1, **{part: place})
        stated = float(re.search(r"slope of the curve is (-?[\d.]+)", message)[1])
        assert stated == pytest.approx(CosineWave().slope(place), rel=0.05)


def test_pairs_of_place_and_value_are_told_so():
    assert "the places x alone" in told(pb_P1, minima=[(-0.274, -0.179), (1.09, -1.047)])
    assert "One place was asked for" in told(pb_P1, lowest=(1.09, -1.047))


def test_one_parameter_more_is_another_hessian():
    assert "two parameters in pb-6.2" in told(pb_6_11, shape=(1_000_001, 1_000_001))


def test_memory_is_told_in_bytes_an_entry():
    """What 12 bytes a number would take, and what nobody would."""
    assert "12 bytes each" in told(pb_6_11, float32=12e12 / 2**30)
    assert "TiB" in told(pb_6_11, float32=3.64)


def test_sum_and_product_of_wrong_eigenvalues_are_told():
    message = told(pb_P1, eigenvalues=[-3, 1])
    assert "the sum -2 and the product -3" in message


def test_gradient_of_one_example_is_shown_layer_by_layer():
    """A counterexample lets a student compare the phase, the model, the residual, the slope."""
    message = told(pb_6_3, gradient=lambda phi, x, y: [np.sum(x), 0.0])
    assert "phi = [1, 10], x = [5], y = [0.5]" in message
    numbers = dict(
        re.findall(r"(\S[^,=]*) = (-?[\d.]+)(?:,|\.$)", message.split("On the way: ")[1])
    )
    u, f, residual, slope = map(float, numbers.values())
    assert u == 1 + 0.06 * 10 * 5
    assert f == pytest.approx(np.sin(u) * np.exp(-(u**2) / 32), rel=1e-5)
    assert residual == pytest.approx(f - 0.5, rel=1e-5)
    right = FUNCTIONS["pb-6.3:gradient"].right(*map(np.array, ([1.0, 10.0], [5.0], [0.5])))
    assert 2 * residual * slope == pytest.approx(right[0], rel=1e-4)


@pytest.mark.parametrize("change", [np.float32, lambda g: g + 1e-13, lambda g: g * (1 + 1e-9)])
def test_swapped_entries_of_the_gabor_gradient_are_seen_in_any_precision(change):
    right = FUNCTIONS["pb-6.3:gradient"].right
    message = told(pb_6_3, gradient=lambda *data: change(right(*data)[::-1]))
    assert "changed places" in message
