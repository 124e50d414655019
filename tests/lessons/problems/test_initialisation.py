"""The problem of chapter 09: right answers, mistakes, and what is right but for the kink."""

import numpy as np

from lessons.problems import pb_6_5
from tests.lessons.answers import mistakes

WRONG, mistake = mistakes()


def network_in_a_loop(phi, x):
    by_phi, by_theta = [1], []
    for unit in (1, 2, 3):
        z = phi[2 + 2 * unit] + phi[3 + 2 * unit] * x
        on = z > 0
        by_phi.append(z if on else 0)
        by_theta += [phi[unit] if on else 0, phi[unit] * x if on else 0]
    return by_phi + by_theta


def network_gradient_in_a_loop(phi, x, y):
    total = np.zeros(10)
    for one_x, one_y in zip(x, y, strict=True):
        rows = np.array(network_in_a_loop(phi, one_x))
        total += 2 * (phi[0] + phi[1:4] @ rows[1:4] - one_y) * rows
    return list(total)


@mistake(pb_6_5, "slope", "but at the kink")
def on_at_the_kink(z):
    return np.where(z < 0, 0.0, 1.0)


RIGHT = {
    "pb-6.5:slope": [
        lambda z: np.heaviside(z, 0),
        lambda z: [1 if one > 0 else 0 for one in z],
        lambda z: z > 0,
    ],
    "pb-6.5:derivatives": [
        network_in_a_loop,
        lambda phi, x: np.array(network_in_a_loop(phi, x)),
    ],
    "pb-6.5:gradient": [network_gradient_in_a_loop],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-6.5": (r"φ₁ ?[·*]? ?x|slope ?\*|z > 0|φ[_₁]d? ?a'", "it is φ₁ x where z > 0"),
}


def test_each_right_derivative_earns_its_share():
    verdict = pb_6_5.verdict(
        derivatives=lambda phi, x: np.where(np.arange(10) < 4, network_in_a_loop(phi, x), 7.0)
    )
    assert verdict.points == 2
    assert "Right so far: ∂f/∂φ₀, ∂f/∂φ₁, ∂f/∂φ₂, ∂f/∂φ₃. " in str(verdict)


def test_right_but_for_the_kink_earns_what_is_right_and_is_told_the_convention():
    def on_at_the_kink(phi, x):
        z = phi[4::2] + phi[5::2] * x
        pairs = np.stack([phi[1:4] * (z >= 0), phi[1:4] * (z >= 0) * x], 1)
        return [1, *np.maximum(z, 0), *pairs.ravel()]

    verdict = pb_6_5.verdict(derivatives=on_at_the_kink)
    assert 0 < verdict.points < 5
    assert "the course counts the unit as off" in str(verdict)
