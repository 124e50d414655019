"""What is here for speed alone: the rest of the library reads the same without it."""

import math
import os
import sys

import numpy as np

# Bytes in one temporary array. With more of them they leave the cache; with fewer, two threads
# spend their time on handing each other the interpreter's lock.
BLOCK = 2**20
# An array this large that comes and goes teaches Linux's allocator to keep the memory of smaller
# ones. It would hand back each temporary of a block, and the next would wait for fresh pages.
np.empty(2**24, np.uint8)
THREADS = 1 if sys.platform == "emscripten" else os.cpu_count() or 1  # a browser has no threads
# Over more numbers BLAS would wake its threads, which keep the cores busy for a while.
FEW = 5000
# NumPy takes twice as long over Python's numbers.
ONE, HALF, SIXTEENTH, MINUS_32ND = (np.array(number) for number in (1.0, 1 / 2, 1 / 16, -1 / 32))


def sine(u):
    """The sine of an array.

    As 2t / (1 + t²) with t = tan(u/2): within 3e-16, and many times as fast, since NumPy computes
    float64 tangents many at a time but not sines. Its float32 sines are fast as they are.

    >>> sine(np.array([0.0, np.pi])).round(15)
    array([0., 0.])
    """
    if u.dtype == np.float32:
        return np.sin(u)
    t = np.tan(HALF * u)
    return (t + t) / (ONE + t * t)


def wave_and_slope(u):
    """f = sin u · exp(-u²/32) and f' = cos u · exp(-u²/32) - u/16 f, of an array u.

    With t = tan(u/2) again cos u = 1 - t sin u, and so f' = exp(-u²/32) - (t + u/16) f.
    """
    if u.dtype == np.float32:
        f, slope, bell = np.sin(u), np.cos(u), np.exp(-1 / 32 * (u * u))
        f *= bell
        slope *= bell
        slope -= 1 / 16 * u * f
        return f, slope
    t = np.tan(HALF * u)
    f = (t + t) / (ONE + t * t)
    slope = np.exp(MINUS_32ND * (u * u))
    f *= slope
    t += SIXTEENTH * u
    t *= f
    slope -= t
    return f, slope


def line(phi, x):
    """φ₀ + φ₁ x of parameters (*ensemble, 2) and inputs (I,): shape (*ensemble, I).

    In memory the members lie side by side, example after example: a few long rows, faster than many
    short ones.

    >>> line(np.array([1.0, 0.5]), np.array([0.0, 2.0]))
    array([1., 2.])
    """
    if phi.ndim == 1:
        return phi[..., 0] + phi[..., 1] * x  # with `...` they are arrays, faster than numbers
    phi = np.asfortranarray(phi)
    out = np.multiply(phi[..., 1:], x, order="F")
    out += phi[..., :1]
    return out


def sums_in_order(weights, x):
    """Σᵢ wᵢ [1, xᵢ] of weights (*ensemble, I) and inputs (I,): shape (*ensemble, 2).

    Term after term, so that a member gets the same bits alone and among any others.

    >>> sums_in_order(np.array([1.0, 1.0]), np.array([0.0, 2.0]))
    array([2., 2.])
    """
    out = np.empty((*weights.shape[:-1], 2), weights.dtype)
    out[..., 0] = _sum_in_order(weights)
    out[..., 1] = _sum_in_order(weights * x)
    return out


def _sum_in_order(terms):
    if terms.size == terms.shape[-1]:  # one member, whose terms `sum` would take in another order
        return np.add.accumulate(terms, axis=-1)[..., -1]
    return np.asfortranarray(terms).sum(axis=-1)


def within(bound, size):
    """A test of arrays of one size: is no entry nan, or beyond the bound? (Near it, it may say no.)

    >>> within(10.0, size=2)(np.array([1.0, -2.0])), within(10.0, size=2)(np.array([1.0, np.nan]))
    (True, False)
    """
    if size < FEW:
        square = bound**2
        return lambda phi: bool(np.vdot(phi, phi) <= square)
    return lambda phi: bool(phi.max() <= bound and phi.min() >= -bound)


def finite(array):
    """Is every entry of an array finite? (Where the sum of the squares is not, it may say no.)

    >>> finite(np.array([1.0, 2.0])), finite(np.array([np.inf, 1.0]))
    (True, False)
    """
    return math.isfinite(np.vdot(array, array) if array.size < FEW else array.max() - array.min())


def in_blocks(function, phi, width):
    """function(phi) over an ensemble (*ensemble, P), a block of members at a time, on every core.

    function : takes (N, P) and returns an array with N in front, each member by itself
    width : how many numbers a member needs in each temporary array

    >>> in_blocks(lambda phi: phi.sum(axis=-1), np.ones((300, 400, 2)), width=28).shape
    (300, 400)
    """
    members, most = math.prod(phi.shape[:-1]), max(1, BLOCK // (width * phi.itemsize))
    if members <= most:
        return function(phi)
    threads = min(THREADS, math.ceil(members / most))
    n_blocks = threads * math.ceil(members / most / threads)  # as many for each thread
    blocks = np.array_split(phi.reshape(members, -1), min(members, n_blocks))
    parts, queue = [None] * len(blocks), iter(enumerate(blocks))  # a free thread takes the next
    errors = np.geterr()  # each thread has its own

    def work():
        with np.errstate(**errors):
            for place, block in queue:
                parts[place] = function(block)

    if threads == 1:
        work()
    else:
        from concurrent.futures import ThreadPoolExecutor  # slow to import, and seldom needed

        with ThreadPoolExecutor(threads - 1) as pool:
            others = [pool.submit(work) for _ in range(threads - 1)]
            work()
        for other in others:
            other.result()  # raises what was raised there
    parts = np.concatenate(parts)
    return parts.reshape(*phi.shape[:-1], *parts.shape[1:])
