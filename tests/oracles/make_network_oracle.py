"""What torch gives for the losses of our models: value, gradient, Hessian (not of perceptrons).

    python -m tests.oracles.make_network_oracle    where torch is installed: writes networks.json

`CASES` holds the inputs of each case and the same loss written in torch, differentiated by its
autograd. The tests compare our losses with `recorded()`, and with `answers` where torch runs.
"""

import json
from functools import partial
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("networks.json")


def answers(name):
    """What torch gives in a case, computed now, in float64."""
    import torch

    x, y, phi, loss = CASES[name]
    x, y, phi = (torch.tensor(array, dtype=torch.float64) for array in (x, y, phi))
    of_phi = partial(loss, torch, x, y)
    given = {
        "value": of_phi(phi).item(),
        "gradient": torch.autograd.functional.jacobian(of_phi, phi).tolist(),
    }
    if not name.startswith("perceptron"):
        given["hessian"] = torch.autograd.functional.hessian(of_phi, phi).tolist()
    return given


def recorded():
    """The answers as they were written, by the names of the cases."""
    return json.loads(FILE.read_text(encoding="utf-8"))["answers"]


def squares(predict, torch, x, y, phi):
    return torch.nn.functional.mse_loss(predict(torch, x, phi), y, reduction="sum")


def cross_entropy(log_odds, torch, x, y, phi):
    logits = log_odds(torch, x, phi)
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, y, reduction="sum")


def softmax_cross_entropy(logits, torch, x, y, phi):
    labels = y.to(torch.int64)
    return torch.nn.functional.cross_entropy(logits(torch, x, phi), labels, reduction="sum")


def line(torch, x, phi):
    return torch.nn.functional.linear(x.reshape(len(x), -1), phi[None, 1:], phi[:1])[:, 0]


def probability(torch, x, phi):
    return torch.sigmoid(line(torch, x, phi))


def shallow(torch, x, phi):
    thetas = phi[4:].reshape(3, 2)
    hidden = torch.relu(torch.nn.functional.linear(x[:, None], thetas[:, 1:], thetas[:, 0]))
    return torch.nn.functional.linear(hidden, phi[None, 1:4], phi[:1])[:, 0]


def perceptron(sizes, activation, torch, x, phi):
    """torch keeps the weights of a layer as (n_out, n_in): the transpose of ours."""
    h = x.reshape(len(x), -1)
    for layer, (n_in, n_out) in enumerate(zip(sizes, sizes[1:])):
        weights, biases, phi = torch.split(
            phi, [n_in * n_out, n_out, len(phi) - (n_in + 1) * n_out]
        )
        if layer > 0 and activation != "identity":
            h = getattr(torch, activation)(h)
        h = torch.nn.functional.linear(h, weights.reshape(n_in, n_out).T, biases)
    return h[:, 0] if sizes[-1] == 1 else h


def drawn(seed, n_inputs, n_parameters, labels=0, n_outputs=1, n=9):
    """The inputs of one case: x, y (one of so many labels, or numbers) and phi."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n if n_inputs == 1 else (n, n_inputs))
    y = rng.standard_normal(n if n_outputs == 1 else (n, n_outputs))
    y = rng.integers(0, labels, n) if labels else y
    return x, y, rng.standard_normal(n_parameters)


def network(seed, sizes, activation, loss=squares):
    """A case of a perceptron."""
    n_parameters = sum((n_in + 1) * n_out for n_in, n_out in zip(sizes, sizes[1:]))
    labels = {cross_entropy: 2, softmax_cross_entropy: sizes[-1]}.get(loss, 0)
    inputs = drawn(seed, sizes[0], n_parameters, labels, sizes[-1])
    return *inputs, partial(loss, partial(perceptron, sizes, activation))


CASES = {
    "logistic": (*drawn(1, 1, 2, labels=2), partial(cross_entropy, line)),
    "logistic of 4 inputs": (*drawn(2, 4, 5, labels=2), partial(cross_entropy, line)),
    "logistic, margins up to 1e4": (
        np.array([-1e4, -50.0, -5.0, -0.1, 0.0, 0.1, 5.0, 50.0, 1e4] * 2),
        np.repeat([0, 1], 9),
        np.array([0.0, 1.0]),
        partial(cross_entropy, line),
    ),
    "probability by least squares": (
        *drawn(3, 1, 2, labels=2),
        partial(squares, probability),
    ),
    "shallow network": (*drawn(4, 1, 10), partial(squares, shallow)),
    "shallow network at its kinks": (  # one unit is at 0 for each x
        np.array([0.0, 1.0, 2.0]),
        np.array([1.0, -1.0, 0.5]),
        np.array([0.3, 1.0, -2.0, 0.5, 0.0, 1.0, -2.0, 2.0, 1.0, -0.5]),
        partial(squares, shallow),
    ),
    "perceptron, relu": network(5, (2, 4, 3, 1), "relu"),
    "perceptron, tanh": network(6, (1, 4, 2, 1), "tanh"),
    "perceptron, sigmoid": network(7, (3, 4, 1), "sigmoid"),
    "perceptron, identity": network(8, (2, 2, 1, 1, 1), "identity"),
    "perceptron, cross-entropy": network(9, (2, 5, 1), "tanh", cross_entropy),
    "perceptron of 3 outputs": network(10, (2, 4, 3), "tanh"),
    "perceptron, linear autoencoder": network(11, (4, 2, 4), "identity"),
    "perceptron, softmax": network(12, (2, 5, 4), "relu", softmax_cross_entropy),
    "perceptron, softmax without hidden units": network(13, (3, 3), "relu", softmax_cross_entropy),
    "perceptron, softmax, margins up to 1e4": (
        np.array([-1e4, -800.0, -5.0, 0.0, 5.0, 800.0, 1e4] * 3),
        np.repeat([0, 1, 2], 7),
        np.array([1.0, -1.0, 0.0, 0.0, 0.0, 0.0]),
        partial(softmax_cross_entropy, partial(perceptron, (1, 3), "identity")),
    ),
}


if __name__ == "__main__":
    import torch

    version = torch.__version__.partition("+")[0]
    record = {"torch": version, "answers": {name: answers(name) for name in CASES}}
    FILE.write_text(json.dumps(record) + "\n", encoding="utf-8")
    print(f"{len(CASES)} cases, {FILE.stat().st_size} bytes, torch {version}")
