"""Numbers of a header at the edge of what a language model can have."""

from dataclasses import replace

import pytest

from localai_setup.fit import gguf
from localai_setup.fit.gguf import Header, HeaderRefusedError
from localai_setup.fit.shape import MOST_LAYERS, shape

from .gguf_files import numbers

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("value", "taken"),
    [(1, 1), (32, 32), (2**20, 2**20), (None, 32), (0, None), (-8, None), (3, None), (2**21, None), (8.0, None), ("8", None)],
)  # fmt: skip
def test_tensors_are_aligned_to_a_power_of_two(value, taken):
    metadata = {} if value is None else {"general.alignment": value}
    if taken:
        assert gguf.alignment(metadata) == taken
    else:
        with pytest.raises(HeaderRefusedError, match="alignment"):
            gguf.alignment(metadata)


#: (layers, width, whether that can be a language model)
SIZES = [
    (1, 1, True), (1, 0, False), (1, 2**24 - 1, True), (1, 2**24, False),
    (0, 256, False), (MOST_LAYERS, 256, True), (MOST_LAYERS + 1, 256, False),
]  # fmt: skip


@pytest.mark.parametrize(("layers", "width", "possible"), SIZES)
def test_which_sizes_a_language_model_can_have(layers, width, possible):
    header = Header(numbers(layers, width), {}, ())
    if possible:
        found = shape(header)
        assert (len(found.layers), found.hidden) == (layers, width)
    else:
        with pytest.raises(HeaderRefusedError, match=f"{layers} layers of width {width}"):
            shape(header)


def test_parts_that_hold_the_same_tensor_are_no_model():
    one, two = gguf.Tensor("a", (1,), 4), gguf.Tensor("b", (1,), 4)
    parts = [Header({"split.count": 2, "split.no": at}, {}, (one,)) for at in (0, 1)]
    with pytest.raises(HeaderRefusedError, match="a tensor stands in two of its parts"):
        gguf.join(parts)
    assert gguf.join([parts[0], replace(parts[1], tensors=(two,))]).tensors == (one, two)
