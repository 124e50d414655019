"""What torch and optax do with the sequence of gradients, in float64."""

from contextlib import contextmanager
from importlib.metadata import version

import numpy as np

from .sequence import STEPS, gradients, validation


def run(case):
    """What the case's peer gives, computed now: an array with STEPS rows."""
    return RUNS[case.peer, case.what](case.theirs)


def versions(peer):
    """The versions of a peer and of what it computes with, in words."""
    return ", ".join(f"{name} {version(name)}" for name in PACKAGES[peer])


PACKAGES = {"torch": ("torch",), "optax": ("optax", "jax")}


def torch_points(optimizer):
    """The parameters (STEPS, P) after each step of an optimizer, written as in torch.optim."""
    import torch

    def clipped(optimizer, max_norm):
        @optimizer.register_step_pre_hook
        def clip(*_):
            torch.nn.utils.clip_grad_norm_(params, max_norm)

        return optimizer

    def scheduled(optimizer, scheduler, **settings):
        scheduler = scheduler(optimizer, **settings)
        optimizer.register_step_post_hook(lambda *_: scheduler.step())
        return optimizer

    def watched(optimizer, **settings):
        scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **settings)
        optimizer.register_step_pre_hook(lambda *_: scheduler.step(validation(params[0].detach())))
        return optimizer

    with _torch_in_float64(torch):
        params = [torch.nn.Parameter(torch.zeros(gradients().shape[1]))]
        ours = {"params": params, "clipped": clipped, "scheduled": scheduled, "watched": watched}
        names = vars(torch.optim) | vars(torch.optim.lr_scheduler) | ours
        optimizer = eval(optimizer, names)
        points = []
        for gradient in gradients()[:STEPS]:
            params[0].grad = torch.tensor(gradient)
            optimizer.step()
            points.append(params[0].detach().numpy().copy())
    return np.array(points)


def torch_rates(scheduler):
    """The rates (STEPS,) of a scheduler on top of rate 1, as in torch.optim.lr_scheduler."""
    import torch

    with _torch_in_float64(torch):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
        scheduler = eval(scheduler, vars(torch.optim.lr_scheduler) | {"optimizer": optimizer})
        rates = []
        for _ in range(STEPS):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return np.array(rates)


@contextmanager
def _torch_in_float64(torch):
    """NAdam keeps a product in torch's default type, which is float32 unless told otherwise."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def optax_points(optimizer):
    """The parameters (STEPS, P) after each step of an optimizer, written as in optax."""
    import jax
    import optax

    def in_float64(schedule):
        # optax counts steps in int32, and divides those to float32 whatever jax is told.
        return lambda count: schedule(count.astype("float64"))

    def step(carry, gradient):
        params, state = carry
        updates, state = optimizer.update(gradient, state, params, value=validation(params))
        params = optax.apply_updates(params, updates)
        return (params, state), params

    with jax.enable_x64(True):
        optimizer = eval(optimizer, vars(optax) | {"in_float64": in_float64})
        optimizer = optax.with_extra_args_support(optimizer)  # most have no use for the value
        start = jax.numpy.zeros(gradients().shape[1])
        sequence = jax.numpy.asarray(gradients()[:STEPS])
        _, points = jax.lax.scan(step, (start, optimizer.init(start)), sequence)
        return np.asarray(points)


def optax_rates(schedule):
    """The rates (STEPS,) of a schedule, written as in optax."""
    import jax
    import optax

    with jax.enable_x64(True):
        schedule = eval(schedule, vars(optax).copy())
        return np.array([float(schedule(t)) for t in range(STEPS)])


RUNS = {
    ("torch", "points"): torch_points,
    ("torch", "rates"): torch_rates,
    ("optax", "points"): optax_points,
    ("optax", "rates"): optax_rates,
}
