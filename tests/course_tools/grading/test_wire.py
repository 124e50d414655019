"""Values that cross the border come back as they were, and nothing else comes across."""

import io
import json
import struct

import numpy as np
import pytest

from course_tools.grading import wire


def crossed(value):
    """The value after a frame has carried it."""
    buffers, stream = [], io.BytesIO()
    node = wire.pack(value, buffers, refuse)
    wire.send(stream, {"value": node}, buffers)
    stream.seek(0)
    head, buffers = wire.receive(stream)
    return wire.unpack(head["value"], buffers, refuse)


def refuse(value):
    raise wire.Broken("refused")


VALUES = [
    None, True, 3, -(1 << 200), 0.1, np.inf, -0.0, "φ", ..., 1 + 2j,
    [1, (2, "a"), {"b": [3]}], (), {1: 2, (3, 4): None}, {"array": [1], "complex": 2},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_data_comes_back_as_it_was(value):
    assert crossed(value) == value
    assert type(crossed(value)) is type(value)


@pytest.mark.parametrize("dtype", sorted(wire.DTYPES))
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3)])
def test_arrays_come_back_as_they_were(dtype, shape):
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    back = crossed(array)
    assert back.dtype == array.dtype and back.shape == shape and (back == array).all()
    assert back.flags.writeable


def test_a_number_of_numpy_stays_one():
    assert type(crossed(np.float32(0.5))) is np.float32
    assert np.isnan(crossed(np.nan))


def test_a_generator_goes_on_where_it_was():
    rng = np.random.default_rng(3)
    rng.integers(10, dtype=np.uint32)  # leaves half of a draw behind
    assert (crossed(rng).integers(10, size=9) == rng.integers(10, size=9)).all()


@pytest.mark.parametrize("value", [object(), len, {1, 2}, b"bytes", 1 << 300, np.array([None])])
def test_what_is_no_data_is_referred(value):
    assert wire.pack([value], [], lambda it: {"object": it is value}) == {
        "list": [{"object": True}]
    }


def deep(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("value", [deep(100), [0] * 600_000, np.zeros(1 << 20), "a" * (1 << 21)])
def test_what_is_too_large_does_not_leave(value):
    with pytest.raises(wire.Broken):
        crossed(value)


@pytest.mark.parametrize("node", [
    {"array": ["<f8", [2], 0]}, {"array": ["<f8", [-1], 0]}, {"array": ["<f8", [1], 5]},
    {"array": ["<f8", [1], -1]}, {"array": ["|O", [1], 0]}, {"array": ["<f8", [1] * 20, 0]},
    {"array": ["<f8", 1, 0]}, {"array": ["<M8[s]", [1], 0]}, {"array": ["<f8", ["1"], 0]},
    {"generator": [1, 2]}, {"generator": [-1, -1, -1, -1]}, {"generator": ["1", 1, 1, 1]},
    {"dict": [[[], 1]]}, {"dict": [[{"list": []}, 1]]}, {"dict": [1]}, {"complex": ["a", 1]},
    {"list": 3}, {"unknown": 1}, [1], {}, 1 << 300,
    {"list": [0] * 60_000}, {"tuple": [deep(1)]},
], ids=lambda node: repr(node)[:40])  # fmt: skip
def test_what_is_malformed_is_refused(node):
    with pytest.raises(wire.Broken):
        wire.unpack(node, [np.ones(1).tobytes()], refuse)


def test_deep_values_are_refused():
    node = 1
    for _ in range(100):
        node = {"list": [node]}
    with pytest.raises(wire.Broken):
        wire.unpack(node, [], refuse)


def frame(text, tail=b""):
    data = text if isinstance(text, bytes) else json.dumps(text).encode()
    return struct.pack("<I", len(data)) + data + tail


def short(ask, method, axes, *shape, tail=b""):
    return struct.pack(f"<IIBB{len(shape)}I", (1 << 32) - 1, ask, method, axes, *shape) + tail


@pytest.mark.parametrize("numbers", [
    np.float64(-0.0), np.float64("nan"), np.array(2.5), np.arange(3.0), np.ones((2, 3)).T,
])  # fmt: skip
def test_numbers_cross_in_a_short_frame(numbers):
    assert wire.is_short(numbers)
    stream = io.BytesIO()
    wire.send(stream, {"ask": 7, "name": "gradient", "numbers": numbers})
    assert len(stream.getvalue()) < 50 + numbers.nbytes
    stream.seek(0)
    head, buffers = wire.receive(stream)
    assert (head["ask"], head["name"], buffers) == (7, "gradient", [])
    same = head["numbers"]
    assert (type(same), same.shape) == (type(numbers), numbers.shape)
    assert np.array_equal(same, numbers, equal_nan=True)
    if same.ndim:
        same += 1  # whoever asked may change it


@pytest.mark.parametrize("value", [
    1, 1.0, True, "a", None, [1.0], np.arange(3), np.array([]), np.zeros((0, 1 << 40)),
    np.ones(2, ">f8"), np.float32(1), np.zeros((1,) * 17), np.zeros(1 << 20), np.ma.ones(2),
], ids=repr)  # fmt: skip
def test_all_else_needs_a_whole_frame(value):
    assert not wire.is_short(value)


@pytest.mark.parametrize("data", [
    b"", b"\0", struct.pack("<I", 2**32 - 1), frame(b"not JSON"), frame(b"\xff\xfe"), frame({}),
    frame([{}]), frame([{}, [-1]]), frame([{}, [1 << 40]]), frame([{}, ["1"]]), frame([{}, [True]]),
    frame([{}, [8]], b"\0"), frame([1, []]), frame(b"[" * 100_000), frame([{}, [0] * 60_000]),
    frame(b"[{}, [" + b"9" * 5000 + b"]]"),
    short(0, 0, 1), short(0, 0, 1, 2), short(0, 9, 0, tail=bytes(8)), short(0, 0, 99, *[1] * 99),
    short(0, 0, 1, 1 << 31), short(0, 0, 2, 0, 1 << 31), short(0, 0, 255, tail=bytes(7)),
    short(0, 0, 16, 0, *[(1 << 32) - 1] * 15),
], ids=lambda data: repr(data[:24]))  # fmt: skip
def test_a_frame_that_is_none_is_refused(data):
    with pytest.raises(wire.Broken):
        wire.receive(io.BytesIO(data))
