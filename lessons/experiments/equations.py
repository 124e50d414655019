"""Every rule as the lines of its equation, as data.

    m = beta * m + (1 - beta) * g
    phi = phi - alpha * m

Such a program is an account of a step, in the names of chapter 6; the step itself is taken by the
library. A name stands for its old value until a line has changed it. `slope(phi)` is ∂L[φ]/∂φ. A
comparison such as `(a > 0)` is 1 where it holds and 0 elsewhere; a line after `if …:` counts only
where the condition holds.
"""

import inspect
from functools import partial
from typing import NamedTuple

from course_lib import optimizers as rules


class Equation(NamedTuple):
    """A rule of the library, and its lines.

    rule : takes a learning rate, and perhaps beta and gamma
    program : the lines
    state : the name of the state, where that is one array
    """

    rule: object
    program: str
    state: str | None = None

    def rule_at(self, learning_rate, **settings):
        """The rule at this rate, with those of the other settings that it has."""
        has = inspect.signature(self.rule).parameters
        settings = {name: value for name, value in settings.items() if name in has}
        return self.rule(learning_rate=learning_rate, **settings)

    def named(self, state):
        """A state of the rule as a dict: each of its arrays by name."""
        if hasattr(state, "_asdict"):
            return state._asdict()
        return {} if state is None else {self.state: state}


def cautious(learning_rate, beta=0.7):
    """Delta-bar-delta whose rates rise by a tenth of the first: it has no rise of its own scale."""
    return rules.DeltaBarDelta(learning_rate, beta, increase=learning_rate / 10)


def lifted(learning_rate):
    """Regularised Newton with the damping 1 / α: for a small α close to gradient descent with α."""
    return rules.RegularizedNewton(damping=1 / learning_rate)


MOMENTS = """
    g = slope(phi)
    m = beta * m + (1 - beta) * g
    v = gamma * v + (1 - gamma) * g**2
"""
ADAM = (
    MOMENTS
    + """
    m_hat = m / (1 - beta**(t + 1))
    v_hat = v / (1 - gamma**(t + 1))
"""
)

EQUATIONS = {
    "gradient descent": Equation(rules.GradientDescent, """
        g = slope(phi)
        phi = phi - alpha * g
    """),
    "momentum": Equation(rules.Momentum, """
        g = slope(phi)
        m = beta * m + (1 - beta) * g
        phi = phi - alpha * m
    """, "m"),
    "momentum, velocity form": Equation(rules.VelocityMomentum, """
        g = slope(phi)
        v = beta * v - alpha * g
        phi = phi + v
    """, "v"),
    "momentum, buffer form": Equation(rules.BufferMomentum, """
        g = slope(phi)
        if t == 0: b = g
        if t > 0: b = beta * b + g
        phi = phi - alpha * b
    """, "b"),
    "Nesterov": Equation(rules.Nesterov, """
        ahead = phi - alpha * beta * m
        g = slope(ahead)
        m = beta * m + (1 - beta) * g
        phi = phi - alpha * m
    """, "m"),
    "Nesterov, as printed": Equation(rules.NesterovAsPrinted, """
        ahead = phi - alpha * m
        g = slope(ahead)
        m = beta * m + (1 - beta) * g
        phi = phi - alpha * m
    """, "m"),
    "Nesterov, velocity form": Equation(rules.VelocityNesterov, """
        ahead = phi + beta * v
        g = slope(ahead)
        v = beta * v - alpha * g
        phi = phi + v
    """, "v"),
    "Nesterov, rewritten": Equation(rules.RewrittenNesterov, """
        g = slope(phi)
        v_next = beta * v - alpha * g
        phi = phi - beta * v + (1 + beta) * v_next
        v = v_next
    """, "v"),
    "normalised gradient": Equation(rules.NormalizedGradient, """
        g = slope(phi)
        m = g
        v = g**2
        phi = phi - alpha * m / (sqrt(v) + epsilon)
    """),
    "delta-bar-delta": Equation(cautious, """
        g = slope(phi)
        agreement = average * g
        lowered = rates - decrease * rates * (agreement < 0)
        rates = lowered + increase * (agreement > 0)
        phi = phi - rates * g
        average = beta * average + (1 - beta) * g
    """),
    "AdaGrad": Equation(rules.AdaGrad, """
        g = slope(phi)
        v = v + g**2
        phi = phi - alpha * g / (sqrt(v) + epsilon)
    """, "v"),
    "RMSProp": Equation(rules.RMSProp, """
        g = slope(phi)
        v = gamma * v + (1 - gamma) * g**2
        phi = phi - alpha * g / (sqrt(v) + epsilon)
    """),
    "RMSProp, centred": Equation(partial(rules.RMSProp, centered=True), """
        g = slope(phi)
        m = gamma * m + (1 - gamma) * g
        v = gamma * v + (1 - gamma) * g**2
        spread = maximum(v - m**2, 0)
        phi = phi - alpha * g / (sqrt(spread) + epsilon)
    """),
    "RMSProp, Nesterov": Equation(rules.RMSPropNesterov, """
        ahead = phi + beta * u
        g = slope(ahead)
        v = gamma * v + (1 - gamma) * g**2
        u = beta * u - alpha * g / (sqrt(v) + epsilon)
        phi = phi + u
    """),
    "AdaDelta": Equation(rules.AdaDelta, """
        g = slope(phi)
        v = gamma * v + (1 - gamma) * g**2
        delta = sqrt(u + epsilon) * g / sqrt(v + epsilon)
        u = gamma * u + (1 - gamma) * delta**2
        phi = phi - alpha * delta
    """),
    "Adam": Equation(rules.Adam, ADAM + """
        phi = phi - alpha * m_hat / (sqrt(v_hat) + epsilon)
    """),
    "AdamW": Equation(rules.AdamW, ADAM + """
        decay = alpha * weight_decay * phi
        phi = phi - alpha * m_hat / (sqrt(v_hat) + epsilon) - decay
    """),
    "AMSGrad": Equation(rules.AMSGrad, MOMENTS + """
        v_max = maximum(v_max, v)
        phi = phi - alpha * m / (sqrt(v_max) + epsilon)
    """),
    "YOGI": Equation(rules.Yogi, """
        g = slope(phi)
        m = beta * m + (1 - beta) * g
        v = v - (1 - gamma) * sign(v - g**2) * g**2
        m_hat = m / (1 - beta**(t + 1))
        v_hat = v / (1 - gamma**(t + 1))
        phi = phi - alpha * m_hat / (sqrt(v_hat) + epsilon)
    """),
    "NAdam": Equation(rules.NAdam, MOMENTS + """
        product = beta * product
        m_hat = beta * m / (1 - beta * product) + (1 - beta) * g / (1 - product)
        v_hat = v / (1 - gamma**(t + 1))
        phi = phi - alpha * m_hat / (sqrt(v_hat) + epsilon)
    """),
    "RAdam": Equation(rules.RAdam, ADAM + """
        rho_inf = 2 / (1 - gamma) - 1
        rho = rho_inf - 2 * (t + 1) * gamma**(t + 1) / (1 - gamma**(t + 1))
        if rho > threshold: r = sqrt((rho-4)*(rho-2)*rho_inf / ((rho_inf-4)*(rho_inf-2)*rho))
        if rho > threshold: phi = phi - alpha * r * m_hat / (sqrt(v_hat) + epsilon)
        if rho <= threshold: phi = phi - alpha * m_hat
    """),
    "SWATS": Equation(partial(rules.SWATS, tolerance=1e-3), MOMENTS + """
        m_hat = m / (1 - beta**(t + 1))
        p = -alpha * sqrt(1 - gamma**(t + 1)) * m_hat / (sqrt(v) + epsilon)
        if not switched: phi = phi + p
        if switched: phi = phi - rate * m
        matching = -dot(p, p) / dot(p, g)
        mean_rate = gamma * mean_rate + (1 - gamma) * matching
        unbiased = mean_rate / (1 - gamma**(t + 1))
        settled = (abs(unbiased - matching) < tolerance) * (unbiased > 0) * (t > 0) * (not switched)
        if settled: rate = unbiased
        if settled: m = 0
        if settled: switched = 1
    """),
    "Newton": Equation(rules.Newton, """
        g = slope(phi)
        H = curvature(phi)
        phi = phi - alpha * solve(H, g)
    """),
    "Newton, regularised": Equation(lifted, """
        g = slope(phi)
        H = curvature(phi)
        lift = damping + maximum(-lowest(H), 0)
        A = H + lift * I
        phi = phi - solve(A, g)
    """),
}  # fmt: skip
"""By name. Left out are the rules whose step is not one formula. BFGS, conjugate gradients and
L-BFGS search along a line; halve-on-stall leaves the step to another rule, and takes its rate from
a validation loss; SVRG is gradient descent where there are no batches, as here."""
