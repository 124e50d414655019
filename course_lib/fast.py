"""What is here for speed alone: the rest of the library reads the same without it (floor 1)."""

import os
import sys

import numpy as np

# Numbers in one temporary array. With more of them they leave the cache; with fewer, two threads
# spend their time on handing each other the interpreter's lock.
BLOCK = 2**17
# An array this large that comes and goes teaches Linux's allocator to keep the memory of smaller
# ones. It would hand back each temporary of a block, and the next would wait for fresh pages.
np.empty(2**24, np.uint8)
HALF, ONE = np.array(0.5), np.array(1.0)  # NumPy takes twice as long over Python's numbers
THREADS = 1 if sys.platform == "emscripten" else os.cpu_count() or 1  # a browser has no threads


def sin_and_cos(u):
    """The sine and the cosine of an array, together.

    From t = tan(u/2), where sin u = 2t/(1 + t²) and cos u = 1 - t sin u: within 5e-16, and three
    times as fast, since NumPy computes float64 tangents many at a time but not sines. Its float32
    sines are fast as they are.

    >>> sin_and_cos(np.array([0.0, np.pi]))[0].round(15)
    array([0., 0.])
    """
    if u.dtype == np.float32:
        return np.sin(u), np.cos(u)
    t = np.tan(HALF * u)
    sine = (t + t) / (ONE + t * t)
    return sine, ONE - t * sine


def in_blocks(function, phi, width):
    """function(phi) over an ensemble (*ensemble, P), a block of members at a time, on every core.

    function : takes (N, P) and returns an array with N in front, each member by itself
    width : how many numbers a member needs in each temporary array

    >>> in_blocks(lambda phi: phi.sum(axis=-1), np.ones((300, 400, 2)), width=28).shape
    (300, 400)
    """
    if phi.ndim == 1 or phi.size * width <= BLOCK:  # one member, or one block or less
        return function(phi)
    members, block = phi.size // phi.shape[-1], max(1, BLOCK // width)
    flat = phi.reshape(members, -1)
    first = function(flat[:block])
    out = np.empty((members, *first.shape[1:]), first.dtype)
    out[:block] = first
    errors = np.geterr()  # each thread has its own

    def work(starts):
        with np.errstate(**errors):
            for start in starts:
                out[start : start + block] = function(flat[start : start + block])

    starts = range(block, members, block)
    threads = min(THREADS, len(starts) // 4)  # a thread has to earn what it costs to start
    if threads < 2:
        work(starts)
    else:
        from concurrent.futures import ThreadPoolExecutor  # slow to import, and seldom needed

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, [starts[i::threads] for i in range(threads)]))
    return out.reshape(*phi.shape[:-1], *out.shape[1:])
