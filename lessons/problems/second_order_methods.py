"""Problems for notebook 10: steps that know the curvature (pb-G2, pb-F10.1 to pb-F10.5)."""

import numpy as np

from course_lib.datasets import gabor_data
from course_lib.descent import descend
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.optimizers import Newton, RegularizedNewton
from course_lib.surfaces import Himmelblau
from lessons.marking.answers import StepLimit
from lessons.marking.outcomes import WalkPart, astray
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Problem
from lessons.marking.shown import show_value

# --- pb-G2 ----------------------------------------------------------------------------------------


def _matrix(rng, eigenvalues):
    """A symmetric matrix with nearly these eigenvalues, along axes of its own."""
    axes, _ = np.linalg.qr(rng.normal(size=(len(eigenvalues),) * 2))
    matrix = (axes * eigenvalues @ axes.T).round(1)
    return (matrix + matrix.T) / 2


def _hessians(rng):
    """To do by hand: eigenvalues −1 and 3. Then of every kind, none of them near zero."""
    return [
        np.array([[1.0, 2.0], [2.0, 1.0]]),
        np.array([[3.0, 1.0], [1.0, 3.0]]),
        _matrix(rng, rng.uniform(2, 9, 3)),
        _matrix(rng, np.append(rng.uniform(2, 9, 2), rng.uniform(-9, -4))),
        _matrix(rng, rng.uniform(-9, -2, 2)),
    ]


def _points(rng):
    by_hand = {"phi": np.array([1.0, 2.0]), "g": np.array([3.0, 0.0])}
    first, *others = _hessians(rng)
    drawn = [{"phi": rng.normal(0, 3, len(H)).round(1), "g": rng.normal(0, 3, len(H)).round(1),
              "H": H} for H in others]  # fmt: skip
    return [by_hand | {"H": first}, *drawn]


def _with_margin(rng):
    """Margins on both sides of the smallest eigenvalue of a bowl."""
    margins = (2.0, 4.0, *rng.uniform(0.5, 1.5, 3).round(1))
    return [given | {"margin": margin} for given, margin in zip(_points(rng), margins, strict=True)]


def _lowest(H):
    return np.linalg.eigvalsh(H)[0]


def _newton(phi, g, H):
    return phi - np.linalg.solve(H, g)


def _lifted(phi, g, H, lift):
    return _newton(phi, g, H + lift * np.eye(len(phi)))


def _damped(phi, g, H, margin):
    return _lifted(phi, g, H, margin - _lowest(H) if _lowest(H) <= 0 else 0)


def _by_absolute_curvatures(phi, g, H, margin=None):
    curvatures, axes = np.linalg.eigh(H)
    return phi - axes @ ((axes.T @ g) / np.abs(curvatures))


pb_G2 = Problem(
    id="pb-G2",
    title="Newton's step, and how much damping it needs",
    text=r"""
You stand at $\phi$, shape `(P,)`, with the gradient $\mathbf g$, shape `(P,)`, and the Hessian
$\mathbf H$, shape `(P, P)`, which has no eigenvalue 0.

1. `newton(phi, g, H)`: the point that a full step of Newton's method leads to.
2. `smallest_lambda(H)`: the border between the λ ≥ 0 for which $\mathbf H+\lambda\mathbf I$ is
   positive definite and those for which it is not; 0 where $\mathbf H$ is positive definite
   already.
3. `damped(phi, g, H, margin)`: the point that a *damped* step leads to. Where $\mathbf H$ is
   positive definite, however small its smallest eigenvalue, that is Newton's own step. Elsewhere
   take $\mathbf H+\lambda\mathbf I$ in place of $\mathbf H$, with the λ for which its smallest
   eigenvalue is `margin`, a number above zero.
""",
    parts=(
        FunctionPart(
            name="newton",
            out_of=1,
            right=_newton,
            inputs=_points,
            result="the point",
            misconceptions=(
                Misconception(
                    lambda phi, g, H: phi + np.linalg.solve(H, g),
                    "The sign: the slope at the end of the step, g + H d, is to be zero.",
                ),
                Misconception(
                    lambda phi, g, H: -np.linalg.solve(H, g),
                    "That is the step. The *point* it leads to is asked for.",
                ),
                Misconception(
                    lambda phi, g, H: phi - H @ g,
                    "You multiply by the Hessian, where Newton's method solves with it.",
                ),
                Misconception(
                    lambda phi, g, H: phi - g / np.diag(H),
                    "You divide each slope by its own second derivative, and leave out the mixed "
                    "ones.",
                ),
                Misconception(
                    lambda phi, g, H: phi - (1 / H) @ g,
                    "1/H takes one over each entry. That is not the inverse of a matrix.",
                ),
                Misconception(
                    lambda phi, g, H: phi - g, "That is gradient descent with the rate 1."
                ),
            ),
        ),
        FunctionPart(
            name="smallest_lambda",
            out_of=1,
            right=lambda H: max(0.0, -_lowest(H)),
            inputs=lambda rng: [{"H": H} for H in _hessians(rng)],
            result="the smallest λ",
            misconceptions=(
                Misconception(
                    lambda H: -_lowest(H),
                    "Right where some eigenvalue is negative. Where all are positive nothing needs "
                    "to be added, and λ is not below zero.",
                ),
                Misconception(
                    _lowest,
                    "That is the smallest eigenvalue. How much must be added until it is zero?",
                ),
                Misconception(
                    lambda H: np.abs(_lowest(H)),
                    "Right where some eigenvalue is negative. Where all are positive nothing needs "
                    "to be added.",
                ),
                Misconception(
                    lambda H: np.abs(np.linalg.eigvalsh(H)).max(),
                    "That is the largest eigenvalue in size. It would be enough, but less is, too.",
                ),
                Misconception(
                    lambda H: max(0.0, -np.diag(H).min()),
                    "You look at the diagonal. Its entries are no eigenvalues unless all others "
                    "are zero.",
                ),
                Misconception(
                    lambda H: max(0.0, -np.linalg.eigvalsh(H)[-1]),
                    "That lifts the largest eigenvalue to zero. The smallest must be lifted, too.",
                ),
            ),
        ),
        FunctionPart(
            name="damped",
            out_of=2,
            right=_damped,
            inputs=_with_margin,
            result="the point",
            misconceptions=(
                Misconception(
                    lambda phi, g, H, margin: _newton(phi, g, H),
                    "That is Newton's own step everywhere: where an eigenvalue is negative it is "
                    "drawn to saddles and hilltops.",
                ),
                Misconception(
                    lambda phi, g, H, margin: _lifted(phi, g, H, margin + max(0, -_lowest(H))),
                    "Right where some eigenvalue is negative. Where none is, you add the margin "
                    "all the same; the step there is to be Newton's own.",
                ),
                Misconception(
                    lambda phi, g, H, margin: _lifted(phi, g, H, margin),
                    "You add the margin to H as it is. First the smallest eigenvalue must be "
                    "lifted to zero, where it is negative.",
                ),
                Misconception(
                    lambda phi, g, H, margin: _lifted(phi, g, H, max(0, margin - _lowest(H))),
                    "Right where some eigenvalue is negative. Where H is positive definite, though "
                    "its smallest eigenvalue is below the margin, the step is to be Newton's own.",
                ),
                Misconception(
                    lambda phi, g, H, margin: _lifted(phi, g, H, margin - _lowest(H)),
                    "Right where some eigenvalue is negative. Where H is positive definite, yours "
                    "changes it: there the step is to be Newton's own.",
                ),
                Misconception(
                    _by_absolute_curvatures,
                    "You turn the negative eigenvalues around. A good rule, too; but here the same "
                    "λ is added to all of them.",
                ),
                Misconception(
                    lambda phi, g, H, margin: (
                        _lifted(phi, g, H, -_lowest(H) - margin)
                        if _lowest(H) < 0
                        else _newton(phi, g, H)
                    ),
                    "Your λ leaves the smallest eigenvalue at −margin, below zero.",
                ),
            ),
        ),
    ),
    hints=(
        "Newton's step d solves H d = −g: `np.linalg.solve` solves such equations.",
        "Every eigenvalue of H + λI is one of H, plus λ. `np.linalg.eigvalsh(H)` returns those of "
        "H, the smallest first.",
        "For the third, two cases: is the smallest eigenvalue above zero? If not, which λ makes "
        "margin of it? `np.eye(len(phi))` is I.",
    ),
)

# --- pb-F10.1 -------------------------------------------------------------------------------------


def _slopes(rng):
    by_hand = {"g": np.array([2.0, 4.0]), "H": np.array([[2.0, 0.0], [0.0, -4.0]])}
    _, *others = _hessians(rng)
    return [by_hand, *({"g": rng.normal(0, 3, len(H)).round(1), "H": H} for H in others)]


_MIN, _MAX, _NOWHERE = "minimum", "maximum", "nowhere"
_STAYS_RIGHT = "from any φ > 0 the first step leads to 1 or beyond it. Which of the two is at 1?"
_STAYS_LEFT = "from any φ < 0 the first step leads to −1 or beyond it. Which of the two is at −1?"
_MOVES = "the curvature 6 φ is not zero there, so the step is defined."


def _reached(right, wrong):
    reason = _STAYS_RIGHT if right == _MIN else _STAYS_LEFT
    return Choice(right, {wrong: reason, _NOWHERE: _MOVES})


pb_F10_1 = Problem(
    id="pb-F10.1",
    title="Which flat point does Newton's method reach?",
    text=r"""
1. `change(g, H)`: on a *quadratic* surface, from a place where its gradient is $\mathbf g$ and its
   Hessian $\mathbf H$, a full step of Newton's method is taken. By how much does the loss change
   (new less old)? It may be positive.
2. The curve $\phi^3-3\phi$ has a maximum at −1 and a minimum at 1. `first`: where does Newton's
   first step lead from $\phi=0.1$?
3. `reached`: what does Newton's method reach on that curve, step after step, from each of the
   starts 3, 0.01, 0, −0.01 and −40: the `"minimum"`, the `"maximum"`, or `"nowhere"` (there is no
   step)? Work it out; an answer may occur several times.
""",
    parts=(
        FunctionPart(
            name="change",
            out_of=2,
            right=lambda g, H: -g @ np.linalg.solve(H, g) / 2,
            inputs=_slopes,
            result="the change",
            misconceptions=(
                Misconception(
                    lambda g, H: g @ np.linalg.solve(H, g) / 2,
                    "The sign: on a bowl the loss falls, so there the change is negative.",
                ),
                Misconception(
                    lambda g, H: -g @ np.linalg.solve(H, g),
                    "That is what the slope alone promises. The curvature takes back half of it.",
                ),
                Misconception(
                    lambda g, H: -g @ H @ g / 2,
                    "The step is −H⁻¹g: put it into gᵀd + ½ dᵀHd.",
                ),
                Misconception(
                    lambda g, H: g @ np.linalg.solve(H, g) * -1.5,
                    "gᵀd is −gᵀH⁻¹g, and ½ dᵀHd is *plus* one half of that product.",
                ),
                Misconception(
                    lambda g, H: -np.abs(g @ np.linalg.solve(H, g)) / 2,
                    "Right where the loss falls. Newton's step may lead uphill: the sign tells.",
                ),
            ),
        ),
        ValuePart(
            name="first",
            out_of=1,
            right=5.05,
            misconceptions=(
                Misconception(-4.85, "The sign: φ *minus* slope over curvature."),
                Misconception(4.95, "That is the length of the step. Where does it lead?"),
                Misconception(
                    -1.682,
                    "You multiply by the curvature where Newton's method divides by it.",
                ),
                Misconception(1, "There it ends, after some steps. Where is it after the first?"),
                Misconception(
                    10, "The second derivative of φ³ is 6φ: you divide by half the curvature."
                ),
                Misconception(
                    3.07, "That is a step down the slope, at the rate 1. Divide by the curvature."
                ),
                Misconception(
                    -0.001 / 1.485,
                    "That is Newton's step to a *root* of the curve: the value over the slope. "
                    "Here the slope is to become zero.",
                ),
                Misconception(4.6, "The slope is 3φ² − 3: your φ is not squared."),
                Misconception(
                    -1, "That is the maximum, and on the other side. Which way does the step go?"
                ),
            ),
        ),
        ChoicesPart(
            name="reached",
            out_of=2,
            choices={
                3: _reached(_MIN, _MAX),
                0.01: _reached(_MIN, _MAX),
                0: Choice(
                    _NOWHERE,
                    {
                        _MIN: "at 0 the curvature 6 φ is zero: what is the step?",
                        _MAX: "at 0 the curvature 6 φ is zero: what is the step?",
                    },
                ),
                -0.01: _reached(_MAX, _MIN),
                -40: _reached(_MAX, _MIN),
            },
        ),
    ),
    hints=(
        "On a quadratic surface the change along d is gᵀd + ½ dᵀHd, exactly. Newton's step solves "
        "H d = −g.",
        "The slope of φ³ − 3φ is 3φ² − 3, its curvature 6φ. Write φ less their quotient as one "
        "fraction.",
        "(φ² + 1)/(2φ) has the sign of φ, and for φ > 0 it is never below 1. (Why? (φ − 1)² ≥ 0.)",
    ),
)

# --- pb-F10.2 -------------------------------------------------------------------------------------


def _lessons(rng):
    """By hand from the identity; then estimates that are right in size, and a useless lesson."""
    by_hand = {"C": np.eye(2), "s": np.array([1.0, 0.0]), "y": np.array([2.0, 1.0])}

    def drawn(size):
        s = rng.normal(size=size).round(1)
        y = (_matrix(rng, rng.uniform(1, 5, size)) @ s).round(2)
        return {"C": _matrix(rng, rng.uniform(0.5, 3, size)), "s": s, "y": y}

    taught = [drawn(2), drawn(3), drawn(4)]
    useless = drawn(2)
    return [by_hand, *taught, useless | {"y": -useless["s"].round(1)}]


def _parts(C, s, y):
    rho = 1 / (s @ y)
    return rho, np.eye(len(s)) - rho * np.outer(y, s)


def _updated(C, s, y):
    if s @ y <= 0:
        return C
    rho, V = _parts(C, s, y)
    return V.T @ C @ V + rho * np.outer(s, s)


def _unguarded(C, s, y):
    rho, V = _parts(C, s, y)
    return V.T @ C @ V + rho * np.outer(s, s)


def _where_it_teaches(rule):
    """A mistaken update, with its guard and without."""
    return lambda C, s, y: rule(C, s, y) if s @ y > 0 else C


def _swapped(C, s, y):
    rho, V = _parts(C, s, y)
    return V @ C @ V.T + rho * np.outer(s, s)


def _without_the_last(C, s, y):
    _, V = _parts(C, s, y)
    return V.T @ C @ V


def _without_rho(C, s, y):
    _, V = _parts(C, s, y)
    return V.T @ C @ V + np.outer(s, s)


def _dfp(C, s, y):
    Cy = C @ y
    return C - np.outer(Cy, Cy) / (y @ Cy) + np.outer(s, s) / (s @ y)


def _of_the_hessian(C, s, y):
    Cs = C @ s
    return C - np.outer(Cs, Cs) / (s @ Cs) + np.outer(y, y) / (s @ y)


def _rank_one(C, s, y):
    miss = s - C @ y
    return C + np.outer(miss, miss) / (miss @ y)


def _known(rule, message):
    return Misconception(_where_it_teaches(rule), message, also=(rule,))


_NO_SECANT, _NOT_SYMMETRIC = "breaks the secant equation", "not symmetric"
_INDEFINITE, _POSSIBLE = "not positive definite", "possible"
_PROPERTIES = {
    _NO_SECANT: "it does: work out C y, and compare it with s.",
    _NOT_SYMMETRIC: "it is: compare the two entries off the diagonal.",
    _INDEFINITE: "so it is, but another of the list is true as well, and comes before it.",
    _POSSIBLE: "C y is s. But compare the entries off the diagonal, and find the determinant.",
}


def _property(right):
    reasons = {name: told for name, told in _PROPERTIES.items() if name != right}
    if _NO_SECANT in reasons:
        reasons[_NO_SECANT] = "work out C y: it *is* s."
    if _INDEFINITE in reasons and right != _NOT_SYMMETRIC:
        reasons[_INDEFINITE] = "trace and determinant are positive, so both eigenvalues are."
    return Choice(right, reasons)


pb_F10_2 = Problem(
    id="pb-F10.2",
    title="One lesson of BFGS",
    text=r"""
$\mathbf C$, shape `(P, P)`, is an estimate of the inverse Hessian. A step $\mathbf s$ has changed
the gradient by $\mathbf y$, both of shape `(P,)`.

1. `update(C, s, y)`: the estimate after this lesson, by the equation of BFGS,
$$\mathbf C\leftarrow(\mathbf I-\rho\,\mathbf s\,\mathbf y^\top)\,\mathbf C\,
(\mathbf I-\rho\,\mathbf y\,\mathbf s^\top)+\rho\,\mathbf s\,\mathbf s^\top,\qquad
\rho=\frac1{\mathbf s^\top\mathbf y}.$$
   Where $\mathbf s^\top\mathbf y\le0$ the step has met no positive curvature: then return
   $\mathbf C$ as it is.
2. `first`: the new estimate from $\mathbf C=\mathbf I$, $\mathbf s=[1,0]$ and $\mathbf y=[2,1]$,
   by hand, as a list of two rows.
3. `which`: four programs print an estimate after that same lesson, each from some positive
   definite $\mathbf C$ of its own:
   a $\begin{bmatrix}1&0\\0&1\end{bmatrix}$,
   b $\begin{bmatrix}1&-1\\-1&2\end{bmatrix}$,
   c $\begin{bmatrix}0.5&0\\1&-2\end{bmatrix}$,
   d $\begin{bmatrix}0&1\\1&-2\end{bmatrix}$.
   For each: is it `"possible"`, or the *first* of these that is true:
   `"breaks the secant equation"`, `"not symmetric"`, `"not positive definite"`?
""",
    parts=(
        FunctionPart(
            name="update",
            out_of=2,
            right=_updated,
            inputs=_lessons,
            result="the new estimate",
            misconceptions=(
                Misconception(
                    _unguarded,
                    "Right where sᵀy is positive. Where it is not, the estimate is to stay as it "
                    "is.",
                ),
                _known(
                    _swapped,
                    "The two brackets have changed places. s yᵀ is in the first, y sᵀ in the "
                    "last; `np.outer(a, b)` is a bᵀ.",
                ),
                _known(_without_the_last, "The last term, ρ s sᵀ, is missing."),
                _known(_without_rho, "The last term is ρ s sᵀ: its ρ is missing."),
                _known(
                    _dfp,
                    "That is the rule of Davidon, Fletcher and Powell. It meets the secant "
                    "equation, too, but another one was asked for.",
                ),
                _known(
                    _of_the_hessian,
                    "That is how BFGS would update an estimate of the Hessian itself. C estimates "
                    "its *inverse*.",
                ),
                _known(
                    _rank_one,
                    "That is the simpler rule with one outer product, from the chapter.",
                ),
            ),
        ),
        ValuePart(
            name="first",
            out_of=1,
            right=((0.75, -0.5), (-0.5, 1.0)),
            misconceptions=(
                Misconception(((0.25, -0.5), (-0.5, 1.0)), "The last term, ρ s sᵀ, is missing."),
                Misconception(((1.25, -0.5), (-0.5, 1.0)), "The last term is ρ s sᵀ, and ρ is ½."),
                Misconception(
                    ((0.75, 0.5), (0.5, 1.0)), "The brackets are I *minus* ρ s yᵀ, and its like."
                ),
                Misconception(((11, -2), (-2, 1)), "You take sᵀy for ρ. It is one over that."),
                Misconception(
                    ((1, 0), (0, 1)),
                    "That is the old estimate. It makes [2, 1] of y, where s = [1, 0] should be.",
                ),
                Misconception(
                    ((0.5, 0), (0, 0)),
                    "That is the last term alone. What the brackets leave of C is missing.",
                ),
                Misconception(
                    ((0.5, 0), (0, 1)),
                    "It makes [1, 1] of y, where s = [1, 0] should be: the entries off the "
                    "diagonal are missing.",
                ),
                Misconception(
                    ((0.5, 0.0), (0.0, 1.25)),
                    "The two brackets have changed places: s yᵀ is in the first.",
                ),
            ),
        ),
        ChoicesPart(
            name="which",
            out_of=2,
            choices={
                "a": Choice(
                    _NO_SECANT,
                    {
                        _NOT_SYMMETRIC: "it is symmetric. And what is C y?",
                        _INDEFINITE: "it is positive definite. And what is C y?",
                        _POSSIBLE: "what is C y? After the lesson it must be s.",
                    },
                ),
                "b": _property(_POSSIBLE),
                "c": _property(_NOT_SYMMETRIC),
                "d": _property(_INDEFINITE),
            },
        ),
    ),
    hints=(
        "`np.outer(s, y)` is the matrix s yᵀ, and `s @ y` the number sᵀy. First ρ, then one "
        "bracket; the other is its transpose.",
        "By hand: ρ = ½. Write down both brackets as matrices, and multiply them.",
        "The secant equation is C y = s. Check it with y = [2, 1], then symmetry, then trace and "
        "determinant.",
    ),
)

# --- pb-F10.3 -------------------------------------------------------------------------------------


def _sizes(rng):
    drawn = [{"P": int(P), "pairs": int(m)}
             for P, m in zip(rng.integers(200, 90_000, 3), rng.integers(3, 30, 3))]  # fmt: skip
    return [{"P": 10, "pairs": 3}, *drawn]


def _bytes(P, pairs, newton=None, bfgs=None, lbfgs=None):
    counts = newton or P**2, bfgs or P**2, lbfgs or 2 * pairs * P
    return [8.0 * count for count in counts]


pb_F10_3 = Problem(
    id="pb-F10.3",
    title="What fits into 16 GB?",
    text=r"""
Count 8 bytes a number, and of each rule only what is largest: Newton's method has to hold the
Hessian, BFGS its estimate, and L-BFGS its pairs $(\mathbf s,\mathbf y)$.

1. `memory(P, pairs)`: the bytes that each of them holds for $P$ parameters, a list of three numbers
   in that order.
2. `largest`: the largest whole number of parameters that fits into 16 GB, that is,
   $16\cdot10^9$ bytes, a list of three numbers: with a whole matrix; with only one half of a
   symmetric matrix, its diagonal included; with 10 pairs.
""",
    parts=(
        FunctionPart(
            name="memory",
            out_of=2,
            right=_bytes,
            inputs=_sizes,
            result="the memory",
            components=("Newton", "BFGS", "L-BFGS"),
            misconceptions=(
                Misconception(
                    lambda P, pairs: _bytes(P, pairs, lbfgs=pairs * P),
                    "A pair is two vectors, s and y.",
                ),
                Misconception(
                    lambda P, pairs: np.array(_bytes(P, pairs)) / 8,
                    "These are numbers, not bytes: each takes 8.",
                ),
                Misconception(
                    lambda P, pairs: np.array(_bytes(P, pairs)) / 2,
                    "At 4 bytes a number. Here each takes 8.",
                ),
                Misconception(
                    lambda P, pairs: _bytes(P, pairs, bfgs=2 * P),
                    "BFGS learns from vectors, but keeps what it has learnt as a matrix.",
                ),
                Misconception(
                    lambda P, pairs: _bytes(P, pairs, bfgs=2 * P**2),
                    "BFGS keeps one matrix, the estimate of the inverse; the Hessian it never has.",
                ),
                Misconception(
                    lambda P, pairs: _bytes(P, pairs, lbfgs=2 * pairs),
                    "Each of the vectors of L-BFGS has P numbers.",
                ),
                Misconception(
                    lambda P, pairs: _bytes(P, pairs, newton=P, bfgs=P),
                    "A matrix of P rows and P columns has P² numbers.",
                ),
            ),
        ),
        ValuePart(
            name="largest",
            out_of=2,
            right=(44_721, 63_245, 100_000_000),
            misconceptions=(
                Misconception(
                    (np.sqrt(2e9), (np.sqrt(1 + 1.6e10) - 1) / 2, 1e8),
                    "Right as numbers; only whole parameters fit.",
                ),
                Misconception(
                    (44_721, 63_245, 200_000_000),
                    "The matrices are right. A pair is two vectors.",
                ),
                Misconception(
                    (44_721, 89_442, 100_000_000),
                    "The second: half the numbers do not mean twice the parameters. Their number "
                    "goes with the square.",
                ),
                Misconception(
                    (44_722, 63_246, 100_000_000), "One more than fits: round down, not up."
                ),
                Misconception(
                    (126_491, 178_885, 800_000_000),
                    "These are for 16 · 10⁹ *numbers*. Each of them takes 8 bytes.",
                ),
                Misconception(
                    (44_721, 22_360, 100_000_000),
                    "The second: with half a matrix *more* parameters fit, not fewer.",
                ),
                Misconception(
                    (44_721, 63_246, 100_000_000),
                    "The second is one too many: one half *with the diagonal* has P(P + 1)/2 "
                    "numbers.",
                ),
                Misconception(
                    (46_340, 65_535, 107_374_182),
                    "That is 16 GiB, of 2³⁰ bytes each. Here a GB is 10⁹ bytes.",
                ),
            ),
        ),
    ),
    hints=(
        "A matrix has P² numbers, a vector P, and a pair is two vectors.",
        "16 · 10⁹ bytes are 2 · 10⁹ numbers. For a whole matrix: the largest P with P² ≤ 2 · 10⁹.",
        "One half of a symmetric matrix and its diagonal are 1 + 2 + … + P = P(P + 1)/2 numbers.",
    ),
)

# --- pb-F10.4 -------------------------------------------------------------------------------------

_LIFT, _LARGER, _SMALLER, _LEAVE = "lift", "larger λ", "smaller λ", "leave"
_NOT_LIFT = "no curvature at its end is negative: there is nothing to lift."
_NO_LAMBDA = "it has no λ to change."
_NOT_LEFT = (
    "where it ends the slope is zero, and yet the loss bends down: more steps change nothing."
)


def _cure(right, **reasons):
    names = {"lift": _LIFT, "larger": _LARGER, "smaller": _SMALLER, "leave": _LEAVE}
    return Choice(right, {names[name]: reason for name, reason in reasons.items()})


pb_F10_4 = Problem(
    id="pb-F10.4",
    title="Five runs on the couch",
    text=r"""
Five runs on losses of two parameters, with the rule of each. *Newton* is plain; *λ = …* is the
regularised rule of the chapter, which lifts a negative smallest curvature to zero and then adds λ.

| run | rule | loss after 0, 1, 2, 3, 4 steps | gradient at the end | curvatures at the end |
|---|---|---|--:|---|
| a | Newton | 81.3, 66.2, 67.7, 67.7, 67.7 | 6e-07 | −31.7 and 75.5 |
| b | λ = 1 | 14.2, 2.15e+04, 3.23e+16, then out of range | 3e+15 | −2.17e+11 and 2.27e+14 |
| c | λ = 100 | 0.703, 0.661, 0.624, 0.59, 0.56 | 1.7 | 2.67 and 14.3 |
| d | Newton | 59.8, 2.92, 0.0207, 2.75e-06, 6.4e-14 | 3e-06 | 25.7 and 82.3 |
| e | Newton | 170, 182, 182, 182, 182 | 1e-09 | −45.6 and −16.1 |

`cures`: what would you do to each? `"lift"` (put the regularised rule in place of the plain one),
a `"larger λ"`, a `"smaller λ"`, or `"leave"` it as it is. An answer may occur several times, or not
at all.
""",
    parts=(
        ChoicesPart(
            name="cures",
            out_of=5,
            choices={
                "a": _cure(_LIFT, larger=_NO_LAMBDA, smaller=_NO_LAMBDA, leave=_NOT_LEFT),
                "b": _cure(
                    _LARGER,
                    lift="its rule does that already. What is wrong is the length of its steps.",
                    smaller="the smaller λ, the longer the step along the lifted axis: it leaps "
                    "too far already.",
                    leave="it has run out of range.",
                ),
                "c": _cure(
                    _SMALLER,
                    lift=_NOT_LIFT,
                    larger="the larger λ, the shorter the steps: these are too short already.",
                    leave="with curvatures of 2.67 and 14.3 a bowl is at hand, and the loss falls "
                    "by a twentieth a step.",
                ),
                "d": _cure(_LEAVE, lift=_NOT_LIFT, larger=_NO_LAMBDA, smaller=_NO_LAMBDA),
                "e": _cure(_LIFT, larger=_NO_LAMBDA, smaller=_NO_LAMBDA, leave=_NOT_LEFT),
            },
            why="A saddle and a hilltop betray themselves by a negative curvature, a small λ by "
            "its leap, a large one by a slow fall; and a square that follows a square is Newton's "
            "method at its best.",
        ),
    ),
    hints=(
        "First: has it come to rest? Then the curvatures say on what kind of point.",
        "If not: do its steps lead too far, or hardly anywhere?",
    ),
)

# --- pb-F10.5 -------------------------------------------------------------------------------------

_VALUES, _DERIVATIVES = 5000, 200
_FLAT = 1e-4


class Curved:
    """A loss with gradient and Hessian that may be asked so often, and no more."""

    def __init__(self, loss, shown):
        self.loss, self.shown = loss, shown
        self.left = {"values": _VALUES, "gradients": _DERIVATIVES, "Hessians": _DERIVATIVES}

    def __repr__(self):
        return self.shown

    def __call__(self, phi):
        return self._ask("values", self.loss, phi)

    def gradient(self, phi):
        return self._ask("gradients", self.loss.gradient, phi)

    def hessian(self, phi):
        return self._ask("Hessians", self.loss.hessian, phi)

    def _ask(self, what, ask, phi):
        self.left[what] -= 1
        if self.left[what] < 0:
            raise StepLimit(
                f"With {self.shown}, your function asks for too many {what}. {_VALUES} values, "
                f"{_DERIVATIVES} gradients and {_DERIVATIVES} Hessians are what it may ask for. "
                "Does it stop where the gradient is short enough, or where no rate helps any more?"
            )
        return ask(phi)


class Moved:
    """A loss whose every point lies elsewhere, so that its minima are not known by heart."""

    def __init__(self, loss, by):
        self.loss, self.by = loss, by

    def __call__(self, phi):
        return self.loss(phi - self.by)

    def gradient(self, phi):
        return self.loss.gradient(phi - self.by)

    def hessian(self, phi):
        return self.loss.hessian(phi - self.by)


def _hard_starts(rng):
    """From each of them plain Newton ends on a saddle or on a hilltop."""
    surface = Moved(Himmelblau(), rng.uniform(-3, 3, 2).round(1))
    while True:
        start = (surface.by + rng.uniform(-4, 4, 2)).round(1)
        end = descend(surface, start, Newton(), steps=40, keep="last").final
        if np.linalg.eigvalsh(surface.hessian(end))[0] < 0:
            break
    wave = LeastSquares(Gabor(), *gabor_data())
    return [
        {"loss": Curved(surface, "Himmelblau's surface (moved)"), "start": start},
        {"loss": Curved(wave, "the Gabor loss"), "start": np.array([0.0, 12.0])},
        {"loss": Curved(wave, "the Gabor loss"), "start": np.array([-1.5, 9.8])},
    ]


def _ends_in_a_minimum(given, path):
    loss = given["loss"].loss
    if wrong := astray(path, given["start"]):
        return False, wrong
    slope = float(np.linalg.norm(loss.gradient(path[-1])))
    low, high = np.linalg.eigvalsh(loss.hessian(path[-1]))
    if not slope <= _FLAT:
        return False, f"where you end the gradient is {slope:.2g} long, and {_FLAT} was asked for."
    if max(abs(low), abs(high)) < _LEVEL or abs(low) < 1e-3 * _LEVEL:
        return False, _thrown(path, low, high)
    if low <= 0:
        kind = "maximum" if high < 0 else "saddle"
        return False, (
            f"you end on a {kind}: the curvatures there are {low:.3g} and {high:.3g}. What does "
            "your rule do where one is negative?"
        )
    if wrong := _not_newtons(loss, path):
        return False, wrong
    return True, "From each start you end in a minimum: flat, and both curvatures positive."


_LEVEL = 1e-3
"""Where the largest curvature is below this, the loss is neither a bowl nor a saddle."""


_FAR = 10.0


def _thrown(path, low, high):
    """What is said of an end in the flat outskirts: the step that is to blame is the longest."""
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
    told = (
        f"you end far out at {show_value(path[-1])}, where the loss is flat: the gradient is "
        f"nearly zero, and the curvatures are {low:.2g} and {high:.2g}."
    )
    if np.max(lengths, initial=0) < _FAR:
        return told.replace(" far out", "")
    step = int(lengths.argmax())
    return (
        f"{told} Step {step + 1}, from {show_value(path[step])} to {show_value(path[step + 1])}, "
        f"threw you out: it is {lengths[step]:.3g} long. Where a curvature is lifted to a tiny "
        "margin, the step is huge: take a larger margin, or limit its length."
    )


def _not_newtons(loss, path):
    """What to say of the first step, from where H is positive definite, that goes another way."""
    for number, (here, there) in enumerate(zip(path, path[1:], strict=False), start=1):
        H, step = loss.hessian(here), there - here
        low, high = np.linalg.eigvalsh(H)
        length = np.linalg.norm(step)
        if low <= 1e-6 * high or high <= 0 or length <= 1e-7:
            continue
        newton = np.linalg.solve(H, -loss.gradient(here))
        off = step / length - newton / np.linalg.norm(newton)
        if np.linalg.norm(off) > 1e-3:
            return (
                f"you end in a minimum, but step {number} sets out from {show_value(here)}, where "
                f"H is positive definite (curvatures {low:.3g} and {high:.3g}), and not in the "
                "direction of Newton's own step. Is a λ added there as well?"
            )
    return None


def _walked(loss, start, margin=1.0, steps=60, turn=_damped):
    """A descent with `turn`, as it stands in pb-G2, and backtracking; the path."""
    loss, path = loss.loss, [np.asarray(start, float)]
    for _ in range(steps):
        phi = path[-1]
        g = loss.gradient(phi)
        step, rate = turn(phi, g, loss.hessian(phi), margin) - phi, 1.0
        while loss(phi + rate * step) > loss(phi) + 1e-4 * rate * (g @ step) and rate > 1e-10:
            rate /= 2
        if rate <= 1e-10:
            break
        path.append(phi + rate * step)
    return np.array(path)


def _by(rule, steps=60):
    return lambda loss, start: descend(loss.loss, start, rule, steps=steps).params


pb_F10_5 = Problem(
    id="pb-F10.5",
    title="A second-order descent that ends in a minimum",
    text=r"""
Put it together: `descend_to_a_minimum(loss, start)` returns the path of a descent, shape
`(steps + 1, 2)`: first the start, last a point where the gradient is at most $10^{-4}$ long and
*both* curvatures are positive. The damped step of pb-G2 gives a direction (write it out here:
each answer is checked by itself); where $\mathbf H$ is positive definite it must be Newton's own,
without any λ. See to the length as well, by the backtracking of notebook 03 or by a limit.

`loss(phi)`, `loss.gradient(phi)` and `loss.hessian(phi)` are what there is; your function may ask
for 5000 values, 200 gradients and 200 Hessians. It is tried on Himmelblau's surface, moved to
another place, and twice on the Gabor loss, from starts where plain Newton ends on a saddle or on a
hilltop. Far out the Gabor loss is flat: what a long step throws out there stays there. It need not
be the *lowest* minimum.
""",
    parts=(
        WalkPart(
            name="descent",
            out_of=4,
            right=_walked,
            inputs=_hard_starts,
            result="the path",
            reached=_ends_in_a_minimum,
            misconceptions=(
                Misconception(
                    _by(Newton()),
                    "You end where plain Newton does: on the first surface that is no minimum. "
                    "Make H + λI positive definite before you solve.",
                ),
                Misconception(
                    lambda loss, start: start[None],
                    "You end at the start: is the point that a step leads to kept?",
                ),
                Misconception(
                    _by(RegularizedNewton(1.0), steps=1),
                    "You take a single step, though a damped one: repeat it, with a new gradient "
                    "and a new Hessian.",
                    also=(lambda loss, start: _walked(loss, start, steps=1),),
                ),
                Misconception(
                    lambda loss, start: _walked(loss, start)[:, ::-1],
                    "The two have changed places: φ₀ comes first.",
                ),
                Misconception(
                    lambda loss, start: _walked(loss, start).round(2),
                    "These are minima, rounded to two decimals: too few for a gradient that short.",
                ),
            ),
        ),
    ),
    hints=(
        "Every step: gradient, Hessian, the direction d of the damped step, a rate α, and the new "
        "point φ + α d. Fifty to a hundred steps are plenty.",
        "Backtracking: begin with α = 1 and halve it while L[φ + α d] > L[φ] + 10⁻⁴ α gᵀd. Where "
        "no α helps any more (say below 10⁻¹⁰), you have arrived.",
        "A margin of about 1 is right for these losses: the size of a curvature, and not of a "
        "hundredth of one.",
    ),
)
