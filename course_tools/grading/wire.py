"""Values on their way into the sandbox and out: frames of JSON, the bytes of arrays behind it.

Both ends use this module, each its own copy. Nothing is pickled, and what is read can only become
plain data: numbers, text, arrays of numbers, lists, tuples, dicts, a random generator. Everything
else crosses as a reference that its owner keeps.
"""

import json
import math
import struct

import numpy as np
from numpy.random import PCG64, Generator

MAX_TEXT, MAX_ARRAYS = 1 << 20, 4 << 20
"""Bytes of one frame: of its JSON, and of all its arrays together."""
MAX_NODES, MAX_DEPTH, MAX_AXES, MAX_INTEGER = 50_000, 30, 16, 1 << 256
METHODS = "__call__", "gradient", "hessian"
"""What a student's function may ask of an object that it is given."""
DTYPES = {
    "|b1",
    "|i1",
    "|u1",
    *(f"<{kind}" for kind in "i2 i4 i8 u2 u4 u8 f2 f4 f8 c8 c16".split()),
}


class Broken(Exception):
    """What came is not of this form, is too large, or nothing came at all."""


def pack(value, buffers, refer):
    """The value as JSON can hold it; the bytes of its arrays are appended to `buffers`.

    refer : what is no data -> a dict that stands for it
    """
    return _pack(value, buffers, refer, 0)


def _pack(value, buffers, refer, depth):
    def inside(items):
        return [_pack(item, buffers, refer, depth + 1) for item in items]

    if depth > MAX_DEPTH:
        raise Broken("nested too deep")
    kind = type(value)
    if value is None or kind in (bool, float, str) or (kind is int and abs(value) < MAX_INTEGER):
        return value
    if value is ...:
        return {"stub": True}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.str in DTYPES:
        if value.ndim > MAX_AXES or value.nbytes > MAX_ARRAYS:
            raise Broken("too many axes, or too large an array")
        buffers.append(value.tobytes())
        shape = list(value.shape) if isinstance(value, np.ndarray) else None
        return {"array": [value.dtype.str, shape, len(buffers) - 1]}
    if kind in (list, tuple):
        return {kind.__name__: inside(value)}
    if kind is dict:
        return {"dict": [inside(pair) for pair in value.items()]}
    if kind is Generator and type(value.bit_generator) is PCG64:
        state = value.bit_generator.state
        return {"generator": [*state["state"].values(), state["has_uint32"], state["uinteger"]]}
    return refer(value)


def unpack(node, buffers, refer):
    """The value that was packed.

    refer : the dict that stands for something -> that; it may raise Broken
    """
    try:
        return _Unpacking(buffers, refer)(node, 0)
    except (TypeError, ValueError, KeyError, IndexError, OverflowError) as error:
        raise Broken(f"not a value: {type(error).__name__}") from None


class _Unpacking:
    def __init__(self, buffers, refer):
        self.buffers, self.refer, self.nodes = buffers, refer, 0

    def __call__(self, node, depth):
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise Broken("too many values, or nested too deep")
        if not isinstance(node, dict):
            return self._scalar(node)
        match node:
            case {"stub": True}:
                return ...
            case {"complex": [real, imag]}:
                return complex(float(real), float(imag))
            case {"array": [str(dtype), shape, int(index)]} if dtype in DTYPES and index >= 0:
                return self._array(dtype, shape, self.buffers[index])
            case {"list": list(items)}:
                return [self(item, depth + 1) for item in items]
            case {"tuple": list(items)}:
                return tuple(self(item, depth + 1) for item in items)
            case {"dict": list(pairs)}:
                return {self(key, depth + 1): self(value, depth + 1) for key, value in pairs}
            case {"generator": [int(state), int(inc), int(has), int(last)]}:
                return _generator(state, inc, has, last)
        return self.refer(node)

    def _scalar(self, node):
        if type(node) is int and abs(node) >= MAX_INTEGER:
            raise Broken("too large an integer")
        if node is None or type(node) in (bool, int, float, str):
            return node
        raise Broken("no value")

    def _array(self, dtype, shape, data):
        array = np.frombuffer(data, dtype)
        if array.dtype == bool:
            array = array.view(np.uint8) != 0  # whatever byte stands for true
        if shape is None:
            return array[0]
        if len(shape) > MAX_AXES or not all(type(n) is int and n >= 0 for n in shape):
            raise Broken("no shape")
        return array.reshape(shape).copy()


def _generator(state, inc, has, last):
    bits = PCG64()
    bits.state = {
        "bit_generator": "PCG64",
        "state": {"state": state, "inc": inc},
        "has_uint32": has,
        "uinteger": last,
    }
    return Generator(bits)


# --- frames -----------------------------------------------------------------------------------

_SHORT, _LENGTH, _ASKED = 0xFFFFFFFF, struct.Struct("<I"), struct.Struct("<IIBB")
_FLOAT, _SCALAR = np.dtype("<f8"), 0xFF


def is_short(value):
    """Whether a value is what a short frame holds: one float64, or an array of some."""
    if type(value) is np.ndarray and value.dtype == _FLOAT:
        return value.ndim <= MAX_AXES and 0 < value.nbytes <= MAX_ARRAYS
    return type(value) is np.float64


def send(stream, head, buffers=()):
    """Write one frame: `head` is a dict that JSON can hold.

    Where it has "numbers", for which `is_short` holds, the frame is one without JSON that holds
    them, "ask" and "name" alone: an answer may ask a loss thousands of times.
    """
    if "numbers" in head:
        stream.write(_short_frame(head["numbers"], head.get("ask", 0), head.get("name")))
        stream.flush()
        return
    text = json.dumps([head, [len(data) for data in buffers]]).encode()
    if len(text) > MAX_TEXT or sum(map(len, buffers)) > MAX_ARRAYS:
        raise Broken("too large")
    stream.write(b"".join([_LENGTH.pack(len(text)), text, *buffers]))
    stream.flush()


def _short_frame(numbers, ask, name):
    shape = numbers.shape if isinstance(numbers, np.ndarray) else ()
    axes = len(shape) if isinstance(numbers, np.ndarray) else _SCALAR
    method = METHODS.index(name) if name else 0
    frame = _ASKED.pack(_SHORT, ask, method, axes), struct.pack(f"<{len(shape)}I", *shape)
    return b"".join([*frame, numbers.tobytes()])


def receive(stream):
    """Read one frame: the head and the buffers. Broken if it is none, or if the stream ends."""
    (length,) = _LENGTH.unpack(_read(stream, _LENGTH.size))
    if length == _SHORT:
        return _receive_short(stream), []
    if length > MAX_TEXT:
        raise Broken("too much text")
    try:
        match json.loads(_read(stream, length)):
            case [dict(head), list(sizes)] if all(type(n) is int and n >= 0 for n in sizes):
                if sum(sizes) > MAX_ARRAYS or len(sizes) > MAX_NODES:
                    raise Broken("arrays too large")
                return head, [_read(stream, size) for size in sizes]
    except (ValueError, RecursionError):
        pass
    raise Broken("no frame")


def _receive_short(stream):
    rest = _read(stream, _ASKED.size - _LENGTH.size)
    ask, method, axes = struct.unpack("<IBB", rest)
    if method >= len(METHODS) or MAX_AXES < axes != _SCALAR:
        raise Broken("no short frame")
    if axes == _SCALAR:
        numbers = np.frombuffer(_read(stream, _FLOAT.itemsize), _FLOAT)[0]
    else:
        shape = struct.unpack(f"<{axes}I", _read(stream, 4 * axes))
        size = math.prod(shape) * _FLOAT.itemsize
        if not 0 < size <= MAX_ARRAYS:
            raise Broken("no array, or too large a one")
        numbers = np.frombuffer(bytearray(_read(stream, size)), _FLOAT).reshape(shape)
    return {"ask": ask, "name": METHODS[method], "numbers": numbers}


def _read(stream, size):
    data = stream.read(size)
    if len(data) < size:
        raise Broken("its process has ended")
    return data
