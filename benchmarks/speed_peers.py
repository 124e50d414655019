"""The same work in torch, JAX and plain NumPy: what benchmarks.speed compares the course with.

Each peer is written as somebody who knows it well would write it for speed.
"""

import jax
import jax.numpy as jnp
import numpy as np
import torch

jax.config.update("jax_enable_x64", True)

TORCH = {
    "SGD": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate),
    "Adam": lambda parameters, rate: torch.optim.Adam(parameters, lr=rate),
}


def torch_gabor_steps(x, y, start, rule, rate, steps, autograd):
    """Steps of torch.optim on the two-parameter Gabor loss."""
    scaled, y = torch.as_tensor(0.06 * x), torch.as_tensor(y)
    phi = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = TORCH[rule]([phi], rate)
    for _ in range(steps):
        if autograd:
            optimizer.zero_grad()
            u = phi[0] + phi[1] * scaled
            ((torch.sin(u) * torch.exp(u * u / -32) - y) ** 2).sum().backward()
        else:
            with torch.no_grad():
                u = phi[0] + phi[1] * scaled
                bell = torch.exp(u * u / -32)
                value = torch.sin(u) * bell
                weights = 2 * (value - y) * (torch.cos(u) * bell - u / 16 * value)
                phi.grad = torch.stack([weights.sum(), weights @ scaled])
        optimizer.step()
    return phi.detach().numpy()


def torch_basin(x, y, starts, rule, rate, steps, block):
    """Where each start ends; blocks of starts keep torch's temporaries in the cache."""
    scaled, y = torch.as_tensor(0.06 * x), torch.as_tensor(y)
    rows = torch.stack([torch.ones_like(scaled), scaled], dim=1)
    ends = []
    with torch.no_grad():
        for phi in torch.as_tensor(starts).split(block):
            phi = phi.clone()
            optimizer = TORCH[rule]([phi], rate)
            for _ in range(steps):
                u = phi[:, :1] + phi[:, 1:] * scaled
                bell = torch.exp(u * u / -32)
                value = torch.sin(u) * bell
                slope = torch.cos(u).mul_(bell).sub_(u.div_(16).mul_(value))
                phi.grad = value.sub_(y).mul_(slope) @ (2 * rows)
                optimizer.step()
            ends.append(phi)
    return torch.cat(ends).numpy()


def jax_basin(x, y, starts, rule, rate, steps):
    """Where each start ends, the whole descent compiled; returns a function to call again."""
    scaled, y = jnp.asarray(0.06 * x), jnp.asarray(y)
    beta, gamma, epsilon = 0.9, 0.999, 1e-8

    def gradient(phi):
        u = phi[:, :1] + phi[:, 1:] * scaled
        bell = jnp.exp(u * u / -32)
        value = jnp.sin(u) * bell
        weights = 2 * (value - y) * (jnp.cos(u) * bell - u / 16 * value)
        return jnp.stack([weights.sum(1), weights @ scaled], axis=1)

    def sgd(t, carry):
        phi, m, v = carry
        return phi - rate * gradient(phi), m, v

    def adam(t, carry):
        phi, m, v = carry
        g = gradient(phi)
        m, v = beta * m + (1 - beta) * g, gamma * v + (1 - gamma) * g * g
        power = (t + 1).astype(phi.dtype)
        m_hat, v_hat = m / (1 - beta**power), v / (1 - gamma**power)
        return phi - rate * m_hat / (jnp.sqrt(v_hat) + epsilon), m, v

    @jax.jit
    def run(phi):
        zero = jnp.zeros_like(phi)
        step = {"SGD": sgd, "Adam": adam}[rule]
        return jax.lax.fori_loop(0, steps, step, (phi, zero, zero))[0]

    starts = jnp.asarray(starts)
    return lambda: np.asarray(run(starts))


def numpy_heat(x, y, grid):
    """The Gabor loss on a grid, in one plain pass."""
    u = grid[..., :1] + 0.06 * grid[..., 1:] * x
    return ((np.sin(u) * np.exp(-(u**2) / 32) - y) ** 2).sum(axis=-1)


def torch_logistic_epoch(x, y, rule, rate, batch_size, seed):
    """One epoch of logistic regression with an analytic gradient, the batches in random order."""
    rows = torch.cat([torch.ones(len(x), 1, dtype=torch.float64), torch.as_tensor(x)], dim=1)
    y = torch.as_tensor(y)
    phi = torch.zeros(rows.shape[1], dtype=torch.float64)
    optimizer = TORCH[rule]([phi], rate)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        for batch in order.split(batch_size):
            chosen = rows[batch]
            phi.grad = (torch.sigmoid(chosen @ phi) - y[batch]) @ chosen
            optimizer.step()
    return phi.numpy()
