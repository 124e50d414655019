"""The equations that the stepper shows, held to the steps that the library takes."""

import ast

import numpy as np
import pytest

from course_lib import optimizers
from course_lib.descent import descend
from course_lib.optimizers import Adam
from lessons import demos
from lessons.demos import step_by_step
from lessons.experiments import formulas
from lessons.experiments.equations import EQUATIONS
from lessons.experiments.formulas import ATOM, Numbers, RuleEquation, Symbols
from lessons.experiments.step_by_step import lines_of, work_out

WITHOUT = {"BFGS", "ConjugateGradient", "HalveOnStall", "LBFGS", "SVRG"}
"""The rules that have no equation: their step is not one formula."""

each_rule = pytest.mark.parametrize("rule", EQUATIONS)
SETTINGS = {"learning_rate": 0.003, "beta": 0.8, "gamma": 0.95}


def disagreements(equation, surface="Rosenbrock", steps=(0, 1, 2, 3, 8, 30)):
    """The lines whose last value is not the library's, and the arrays of the state in no line."""
    made = equation.rule_at(**SETTINGS)
    place = step_by_step.SURFACES[surface]
    phi, state, found = np.array(place.start), made.init(np.array(place.start)), set()
    for t in range(max(steps) + 1):
        before = phi, state
        phi, state = made.step(*before, place.loss, t)
        if t not in steps:
            continue
        taken = {"phi": phi, **equation.named(state)}
        told = {}
        for entry in work_out(equation, made, place.loss, *before, t):
            if entry.value is not None:
                told[entry.line.name] = entry.value
        unchanged = equation.named(before[1])
        for name, value in taken.items():
            shown = told.get(name, unchanged.get(name))
            if not np.allclose(shown, value, rtol=1e-9, atol=1e-12):
                found.add(name)
    return found


def test_every_rule_of_the_library_has_its_equation_or_is_named_here():
    shown = {type(equation.rule_at(0.1)).__name__ for equation in EQUATIONS.values()}
    assert shown | WITHOUT == set(optimizers.__all__) and not shown & WITHOUT


def test_the_damping_that_is_written_as_one_over_the_rate_is_that():
    rule = EQUATIONS["Newton, regularised"].rule_at(0.25)
    assert (Symbols().name("damping")[0], rule.damping) == (r"\alpha^{-1}", 4.0)


@each_rule
@pytest.mark.parametrize("surface", ["Rosenbrock", "Gabor loss"])
def test_every_line_gives_what_the_library_has_after_the_step(rule, surface):
    assert disagreements(EQUATIONS[rule], surface) == set()


@pytest.mark.parametrize(
    "rule, right, wrong, parts_at",
    [
        ("momentum", "(1 - beta) * g", "g", {"m", "phi"}),
        ("Nesterov", "alpha * beta * m", "alpha * m", {"m", "phi"}),
        ("Adam", "sqrt(v_hat) + epsilon", "sqrt(v_hat + 0.1)", {"phi"}),
        ("AMSGrad", "maximum(v_max, v)", "v", {"v_max", "phi"}),
        ("RAdam", "alpha * r * m_hat", "alpha * m_hat", {"phi"}),
        ("SWATS", "(t > 0)", "(t > 99)", {"m", "rate", "switched"}),
        ("Newton, regularised", "maximum(-lowest(H), 0)", "0.1", {"phi"}),
    ],
)
def test_a_wrong_line_is_found(rule, right, wrong, parts_at):
    equation = EQUATIONS[rule]
    assert right in equation.program
    broken = equation._replace(program=equation.program.replace(right, wrong))
    assert disagreements(broken) == parts_at


@each_rule
def test_the_gradient_is_measured_where_the_library_measures_it(rule):
    worked, _ = step_by_step.worked_step(rule, "Rosenbrock", 0.001, 0.8, 0.95, 5)
    _, steps = step_by_step.steps_taken(rule, "Rosenbrock", 0.001, 0.8, 0.95)
    made, equation = EQUATIONS[rule].rule_at(0.001, beta=0.8, gamma=0.95), EQUATIONS[rule]
    own = work_out(equation, made, step_by_step.SURFACES["Rosenbrock"].loss, steps[4].phi,
                   steps[4].state, 5)  # fmt: skip
    slopes = [entry.value for entry in own if entry.line.name == "g"]
    np.testing.assert_allclose(slopes[0], steps[5].gradient, rtol=1e-12)
    shown = {entry.line.name: entry.value for entry in worked if entry.value is not None}
    np.testing.assert_array_equal(shown["g"], steps[5].gradient)
    np.testing.assert_array_equal(shown["phi"], steps[5].phi)


class InPython(Numbers):
    """The lines as they are written, but with every digit and in Python's signs."""

    times = " * "
    calls = {
        name: (f"{name}({', '.join(['%s'] * count)})", 0, ATOM)
        for name, count in {"sqrt": 1, "sign": 1, "abs": 1, "slope": 1, "curvature": 1,
                            "lowest": 1, "maximum": 2, "dot": 2, "solve": 2}.items()
    }  # fmt: skip

    def name(self, name):
        return f"array({np.asarray(self.known[name]).tolist()})", ATOM

    def power(self, base, exponent):
        return f"{base}**{self.write(exponent, ATOM)}"


@each_rule
def test_every_line_is_bracketed_as_it_is_meant(rule, monkeypatch):
    """What is written, worked out again, is the value beside it."""
    monkeypatch.setattr(formulas, "in_digits", lambda value: repr(float(value)))
    python = str.maketrans({"−": "-", "≤": "<="})
    for step in (0, 1, 4, 9):
        worked, _ = step_by_step.worked_step(rule, "Rosenbrock", *SETTINGS.values(), step)
        for line, known, value in worked:
            if value is not None:
                text = InPython(known).write(line.formula).translate(python)
                again = eval(text, {"array": np.array, **known})
                np.testing.assert_allclose(again, value, rtol=1e-9, err_msg=text)


def test_lines_in_words():
    known = {"phi": np.array([-7.8, 1.3]), "alpha": 0.5, "beta": 0.9, "epsilon": 1e-8, "t": 2}
    known |= {"m": np.array([-0.39, 2.6]), "v": np.array([0.1521, 6.76]), "rho": -3.0}
    known |= {"g": np.array([1234.5, -1e-7]), "product": np.array([0.81])}
    for formula, numbers, symbols in (
        ("beta * m + (1 - beta) * g", "0.9 · (−0.39, 2.6) + 0.1 · (1230, −1e−7)",
         r"\beta\,m + (1 − \beta)\,g"),
        ("phi - alpha * m / (sqrt(v) + epsilon)",
         "(−7.8, 1.3) − 0.5 · (−0.39, 2.6) / (√(0.152, 6.76) + 1e−8)",
         r"\phi − \alpha\,m / (\sqrt{v} + \epsilon)"),
        ("m / (1 - beta**(t + 1))", "(−0.39, 2.6) / (1 − 0.9³)", r"m / (1 − \beta^{t + 1})"),
        ("-alpha * rho", "−0.5 · (−3)", r"−\alpha\,\rho"),
        ("sqrt(v - m**2)", "√((0.152, 6.76) − (−0.39, 2.6)²)", r"\sqrt{v − m^{2}}"),
        ("beta * (rho > 0)", "0.9 · ((−3) > 0)", r"\beta\,(\rho > 0)"),
        ("1 - product", "1 − 0.81", "1 − P"),
        ("(rho - 4) * (rho - 2)", "((−3) − 4) · ((−3) − 2)", r"(\rho − 4)\,(\rho − 2)"),
    ):  # fmt: skip
        (line,) = lines_of(f"x = {formula}")
        assert Numbers(known).write(line.formula) == numbers
        assert Symbols().write(line.formula) == symbols


def test_a_notebook_shows_the_equation_that_the_table_has():
    momentum = RuleEquation("momentum")
    assert repr(momentum).splitlines()[-1] == "phi = phi - alpha * m"
    assert momentum._repr_latex_() == (
        r"$$\begin{gather*}g = \partial L[\phi] / \partial\phi \\ "
        r"m \leftarrow \beta\,m + (1 − \beta)\,g \\ "
        r"\phi \leftarrow \phi − \alpha\,m\end{gather*}$$"
    )
    assert r"\quad\mathrm{if\ }\rho > 4" in RuleEquation("RAdam")._repr_latex_()
    with pytest.raises(ValueError, match="rule is 'adam', expected one of 'gradient descent', "):
        RuleEquation("adam")


def names_in(rule):
    """Every name in the lines of a rule."""
    nodes = ast.walk(ast.parse("\n".join(map(str.strip, EQUATIONS[rule].program.splitlines()))))
    return {node.id for node in nodes if isinstance(node, ast.Name)} - set(Symbols.calls)


@each_rule
def test_different_things_have_different_symbols(rule):
    symbols = [Symbols().name(name)[0] for name in names_in(rule)]
    assert len(set(symbols)) == len(symbols)


@each_rule
@pytest.mark.parametrize("surface", step_by_step.SURFACES)
def test_every_rule_can_be_shown_on_every_surface_at_any_rate(rule, surface):
    for rate in (1e-4, 10.0):
        _, steps = step_by_step.steps_taken(rule, surface, rate, 0.9, 0.99)
        worked, path = step_by_step.worked_step(rule, surface, rate, 0.9, 0.99, len(steps) - 1)
        assert np.isfinite(path).all()
        assert any(value is not None for _, _, value in worked)


def test_a_rule_that_runs_away_is_shown_until_then_and_it_is_said():
    settings = demos.stepper.defaults() | {
        "rule": "gradient descent", "surface": "Rosenbrock", "learning_rate": 0.1, "step": 40,
    }  # fmt: skip
    text = demos.stepper.draw(**settings)[1]
    assert "Diverged at step" in text
    quiet = demos.stepper.draw(**settings | {"learning_rate": 0.001})[1]
    assert "Diverged" not in quiet


def test_the_arrow_is_the_step_of_the_library():
    settings = {"learning_rate": 0.5, "beta": 0.9, "gamma": 0.99}
    _, path = step_by_step.worked_step("Adam", "badly scaled bowl", *settings.values(), 7)
    place = step_by_step.SURFACES["badly scaled bowl"]
    expected = descend(place.loss, place.start, Adam(*settings.values()), steps=8).params
    np.testing.assert_array_equal(path, expected)
    assert step_by_step.turned(np.array([0.0, -2.0]), np.array([3.0, 0.0])).endswith(
        "by 90° from −g"
    )
