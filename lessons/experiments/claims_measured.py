"""What the claims of notebook 14 and the fair race both need: how narrow a minimum is."""

import numpy as np

from course_lib.gradient_check import hessian_vector_product


def largest_curvature(loss, phi, rounds=30):
    """The Hessian's largest eigenvalue, per example, by power iteration: (*ensemble,)."""
    v = np.random.default_rng(0).standard_normal(phi.shape)
    for _ in range(rounds):
        v /= np.linalg.norm(v, axis=-1, keepdims=True)
        v, before = hessian_vector_product(loss, phi, v, h=1e-4), v
    return (before * v).sum(axis=-1) / loss.n_examples
