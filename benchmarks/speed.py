"""How fast the library is: every figure a ratio to a peer, measured in turns in one run.

    python -m benchmarks.speed           # all of it, about five minutes; writes docs/speed.md

Each is measured twice: with all that the processor can do, and as on a laptop, whose processor has
no vectors longer than AVX2's: NumPy and its peers are told then to use no longer ones.

The exit status is 1 if a ratio misses its goal. Needs torch and JAX: `pip install torch jax`.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tracemalloc
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from timeit import repeat

import numpy as np
import torch

from benchmarks import speed_peers as peers
from course_lib.batches import Minibatches
from course_lib.datasets import gabor_data
from course_lib.descent import descend
from course_lib.fast import wave_and_slope
from course_lib.grids import parameter_grid
from course_lib.losses import BinaryCrossEntropy, LeastSquares
from course_lib.models import Gabor, Linear, Logistic
from course_lib.optimizers import Adam, GradientDescent

REPORT = Path(__file__).parents[1] / "docs" / "speed.md"
ROUNDS = 7
BOX = ((-10.0, 10.0), (2.5, 22.5))
RULES = {"SGD": GradientDescent, "Adam": Adam}
LAPTOP = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR AVX512F AVX512CD AVX512_SKX",
    "OPENBLAS_CORETYPE": "Haswell",
    "ATEN_CPU_CAPABILITY": "avx2",  # torch
    "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",  # JAX
}
PROCESSORS = {"All that this processor can do": {}, "As on a laptop: AVX2": LAPTOP}


@dataclass(frozen=True)
class Row:
    """One line of the table: medians in milliseconds, and the smallest ratio that will do."""

    work: str
    peer: str
    ours: float
    theirs: float
    goal: float
    spread: float

    @property
    def ratio(self):
        return self.theirs / self.ours

    def __str__(self):
        verdict = "" if self.ratio >= self.goal else " (missed)"
        return (
            f"| {self.work} | {self.peer} | {self.ours:.3g} | {self.theirs:.3g} | "
            f"{self.ratio:.1f}{verdict} | {self.goal:g} | {100 * self.spread:.0f} % |"
        )


def compare(work, ours, others, unit=1.0):
    """Time ours and each peer in turns, ROUNDS times after a warm-up, and yield the Rows.

    others : by the peer's name, what to call and the goal; unit : how many of them a call does
    """
    calls = {"ours": ours} | {name: call for name, (call, _) in others.items()}
    times = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(ROUNDS):
        for name, call in calls.items():
            start = perf_counter()
            call()
            times[name].append(1e3 * (perf_counter() - start) / unit)
    median = {name: statistics.median(values) for name, values in times.items()}
    low, _, high = statistics.quantiles(times["ours"], n=4)
    for name, (_, goal) in others.items():
        yield Row(work, name, median["ours"], median[name], goal, (high - low) / median["ours"])


def one_step():
    """A step with two parameters: gradient, update, and for us the loop and the path as well."""
    (x, y), start, steps = gabor_data(), [1.0, 12.0], 500
    loss = LeastSquares(Gabor(), x, y)
    theirs = partial(peers.torch_gabor_steps, x, y, start)
    torch.set_num_threads(1)  # its best for so little work
    for rule in RULES:
        yield from compare(
            f"one step of {rule}, two-parameter Gabor",
            partial(descend, loss, start, RULES[rule](0.001), steps),
            {
                "torch, analytic gradient": (partial(theirs, rule, 0.001, steps, False), 4),
                "torch, autograd": (partial(theirs, rule, 0.001, steps, True), 8),
            },
            unit=steps,
        )


def basin_map(dtype):
    """200 x 200 starts, 200 steps, 28 points."""
    x, y = (array.astype(dtype) for array in gabor_data())
    loss = LeastSquares(Gabor(), x, y)
    starts = parameter_grid(BOX, 200).astype(dtype).reshape(-1, 2)
    torch.set_num_threads(os.cpu_count())
    for rule, rate in (("SGD", 0.1), ("Adam", 0.1)):
        times = {}
        for block in (500, 2000, 8000, len(starts)):  # its best layout on this machine
            begin = perf_counter()
            peers.torch_basin(x, y, starts, rule, rate, 20, block)
            times[block] = perf_counter() - begin
        block = min(times, key=times.get)
        yield from compare(
            f"basin map of {rule}, {np.dtype(dtype)}",
            partial(descend, loss, starts, RULES[rule](rate), 200, keep="last"),
            {
                f"torch, {torch.get_num_threads()} threads, blocks of {block}": (
                    partial(peers.torch_basin, x, y, starts, rule, rate, 200, block),
                    1,
                ),
                "JAX, jit": (peers.jax_basin(x, y, starts, rule, dtype(rate), 200), 1),
            },
        )


def heat_map():
    """400 x 400 losses of 28 points."""
    x, y = gabor_data()
    grid = parameter_grid(BOX, 400)
    loss = LeastSquares(Gabor(), x, y)
    plain = partial(peers.numpy_heat, x, y, grid)
    np.testing.assert_allclose(loss(grid), plain(), rtol=1e-12)
    yield from compare("heat map, 400 x 400", partial(loss, grid), {"NumPy, one pass": (plain, 3)})


def logistic_epoch():
    """100,000 examples of 10 inputs, batches of 32."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100_000, 10))
    y = (rng.random(100_000) < 1 / (1 + np.exp(-x @ rng.normal(size=10)))).astype(float)
    loss = BinaryCrossEntropy(Logistic(Linear(10)), x, y)
    steps = 100_000 // 32
    ours = partial(descend, loss, np.zeros(11))
    theirs = partial(peers.torch_logistic_epoch, x, y)
    torch.set_num_threads(1)  # its best for so little work
    for rule in RULES:
        yield from compare(
            f"logistic regression, one epoch of {rule}",
            partial(ours, RULES[rule](0.01), steps, Minibatches(32, 0), keep="last"),
            {"torch, analytic gradient": (partial(theirs, rule, 0.01, 32, 0), 2)},
        )


def import_time():
    """Milliseconds of NumPy, of the library above it, and of two rules above those."""

    def seconds(program):
        begin = perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True)
        return perf_counter() - begin

    rooms = "descent, optimizers, critical_points, gradient_check, batches, networks, diagnostics"
    lines = [
        "import numpy",
        f"from course_lib import {rooms}",
        "from course_lib.optimizers import Adam, GradientDescent",
    ]
    programs = ["; ".join(lines[: n + 1]) for n in range(3)]  # each in a fresh interpreter
    times = np.array([[seconds(program) for program in programs] for _ in range(2 * ROUNDS)])
    return np.diff(1e3 * np.median(times, axis=0), prepend=0)


def memory_of_a_basin_map():
    """The peak of what NumPy allocates, in MB."""
    starts = parameter_grid(BOX, 200)
    loss = LeastSquares(Gabor(), *gabor_data())
    tracemalloc.start()
    descend(loss, starts, Adam(0.1), 5, keep="last")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def float32_strays(rule):
    """How many of 40,000 float32 descents end more than 1e-3 from the float64 ones."""
    starts = parameter_grid(BOX, 200)
    loss = LeastSquares(Gabor(), *gabor_data())
    ends = [
        descend(loss, starts.astype(dtype), RULES[rule](0.1), 200, keep="last").final
        for dtype in (np.float32, np.float64)
    ]
    return int((np.abs(ends[0] - ends[1]).max(axis=-1) > 1e-3).sum())


def pieces_of_a_wave():
    """Nanoseconds a number: the wave of the Gabor model with its slope, and the tangent in it."""
    u = np.random.default_rng(0).uniform(-20, 20, 2**15)
    calls = {"wave": wave_and_slope, "tangent": np.tan}
    return {name: 1e9 * min(repeat(partial(f, u), number=20, repeat=ROUNDS)) / 20 / len(u)
            for name, f in calls.items()}  # fmt: skip


def measured_with(settings):
    """The rows, and the pieces of a wave, as a process measures them that starts with these
    settings in its environment."""
    command = [sys.executable, "-m", "benchmarks.speed", "rows"]
    printed = subprocess.run(command, env=os.environ | settings, check=True, stdout=subprocess.PIPE)
    rows, pieces = json.loads(printed.stdout.splitlines()[-1])
    return [Row(**row) for row in rows], pieces


def print_measured():
    """Measure with what this process may use of the processor, and print it as JSON."""
    rows = [
        *one_step(), *basin_map(np.float64), *basin_map(np.float32), *heat_map(),
        *logistic_epoch(),
    ]  # fmt: skip
    print(json.dumps([[asdict(row) for row in rows], pieces_of_a_wave()]))


def table(processor, rows):
    """Rows as Markdown, below what they were measured with."""
    return "\n".join(
        [
            f"## {processor}\n",
            "| work | peer | ours ms | peer ms | peer / ours | goal | noise |",
            "|---|---|--:|--:|--:|--:|--:|",
            *map(str, rows),
        ]
    )


def main():
    """Measure, print and write the report; the return value is the exit status."""
    load = os.getloadavg()[0]
    measured = {processor: measured_with(settings) for processor, settings in PROCESSORS.items()}
    (_, whole), (_, laptop) = measured.values()
    numpy_alone, above, rules = import_time()
    peak = memory_of_a_basin_map()
    strays = {rule: float32_strays(rule) for rule in RULES}
    tables = "\n\n".join(table(name, rows) for name, (rows, _) in measured.items())
    text = f"""# How fast the library is

Written by `python -m benchmarks.speed`. Each row times the course and its peer in turns, {ROUNDS}
times each after a warm-up; the figures are medians in milliseconds (for one step: of one step), and
the last column is the middle half of our own times, as a share of the median: the noise. The
second table is of the same work on the same machine, without the vectors that laptops lack.

{tables}

## Where AVX2 falls behind

A basin map in float64 computes hardly anything but waves, sin u exp(-u²/32), and their slopes. Of
the {laptop["wave"]:.0f} ns that one takes with AVX2, the tangent from which it gets sine and cosine
takes {laptop["tangent"]:.0f}: NumPy leaves it to the C library there, number by number. With all of
this processor a wave takes {whole["wave"]:.1f} ns and its tangent {whole["tangent"]:.1f}, as many
are computed at once. torch and XLA bring sines of their own for AVX2; a library that is NumPy
alone would have to compose one of NumPy's multiplications. The best that was tried, a table and
the sum of two angles, made a wave a fifth faster. That does not reach them, and it changes the
last digit of every path that was recorded; so it was left.

## The rest

* Importing `course_lib`, its larger modules, takes {above:.0f} ms above `import numpy`
  ({numpy_alone:.0f} ms); the goal is at most 30 ms. A rule is imported when it is first asked for:
  gradient descent and Adam take {rules:.0f} ms more.
* A basin map of Adam in float64 holds at most {peak:.0f} MB at a time; the goal is 200 MB.
* In float32, {strays["SGD"]:,} (SGD) and {strays["Adam"]:,} (Adam) of 40,000 starts end more than
  0.001 from where float64 ends: starts on the ridges between two valleys, and with Adam the starts
  whose steps have not settled after 200.

Measured on {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__},
torch {version("torch")}, JAX {version("jax")}; the load was {load:.1f} before the start.
"""
    REPORT.write_text(text, encoding="utf-8")
    print(text)
    missed = any(row.ratio < row.goal for rows, _ in measured.values() for row in rows)
    return int(missed or above > 30 or peak > 200)


if __name__ == "__main__":
    sys.exit(print_measured() if sys.argv[1:] == ["rows"] else main())
