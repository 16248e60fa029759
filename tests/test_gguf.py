"""Headers that lie are refused with the reason, in bounded memory and time; others survive anything."""

import random
import struct
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localai_setup.fit import gguf
from localai_setup.fit.gguf import Header, HeaderRefusedError, parse
from localai_setup.fit.gguf_ranges import read_header as by_ranges
from localai_setup.fit.memory import estimate
from localai_setup.model.settings import ServerSettings
from localai_setup.fit.shape import block, number, shape
from localai_setup.machine.keeping.gguf_file import read_header
from localai_setup.model.errors import LocalaiError

from .gguf_files import build, entry, numbers, tensor_list, text

HEADER, DATA_BYTES = build(numbers(), tensor_list())
HUGE = 1 << 60
COUNTS = HEADER[:8]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (7, 7), (0, 0), (2**40 - 1, 2**40 - 1), ([3, 9, 4], 9), ([3.7, 2], 3), (2.9, 2), ([], 5),
        (2**40, None), (-(2**40), None), ([1, 2**40], None), ("7", None), ([1, "2"], None), (None, None),
    ],
)  # fmt: skip
def test_a_number_of_a_header_is_whole_the_largest_and_no_absurdity(value, found):
    header = Header({"count": value}, {}, ())
    if found is None:
        with pytest.raises(HeaderRefusedError, match="count is not a usable number"):
            number(header, "count")
    else:
        assert number(header, "count", 5) == found
    assert number(header, "missing", 5) == 5
    assert number(header, "missing") == 0


@pytest.mark.parametrize(
    ("name", "layer"),
    [("blk.7.attn_q.weight", 7), ("blk.0.x", 0), ("token_embd.weight", -1), ("blk.x.y", -1),
     ("blk", -1), ("per_layer_model_proj.weight", 0), ("per_layer_token_embd.weight", -1), ("v.blk.3.x", -1)],
)  # fmt: skip
def test_the_layer_of_a_tensor_is_in_its_name(name, layer):
    assert block(name) == layer


def lying(**changes):
    return build(numbers() | changes, tensor_list())[0]


def with_entry(raw):
    return COUNTS + struct.pack("<QQ", 0, 1) + raw


def with_tensor(raw):
    return COUNTS + struct.pack("<QQ", 1, 0) + raw


LIES = {
    "2^60 tensors": (COUNTS + struct.pack("<QQ", HUGE, 1), "tensors"),
    "2^60 entries": (COUNTS + struct.pack("<QQ", 1, HUGE), "metadata entries"),
    "a key of 2^60 bytes": (with_entry(struct.pack("<Q", HUGE)), "bytes in one text"),
    "a text of 2^60 bytes": (
        with_entry(text("a") + struct.pack("<IQ", 8, HUGE)),
        "bytes in one text",
    ),
    "2^60 items": (with_entry(text("a") + struct.pack("<IIQ", 9, 4, HUGE)), "items"),
    "2^24 texts": (with_entry(text("a") + struct.pack("<IIQ", 9, 8, 1 << 24)), "16777216 texts"),
    "2^20 texts that are not there": (
        with_entry(text("a") + struct.pack("<IIQ", 9, 8, 1 << 20)),
        "past its end",
    ),
    "a list of lists": (with_entry(text("a") + struct.pack("<IIQ", 9, 9, 1)), "unknown type 9"),
    "an unknown value type": (with_entry(text("a") + struct.pack("<I", 99)), "type 99"),
    "cut off": (HEADER[:200], "ends in the middle"),
    "not GGUF": (b"PK\3\4" + HEADER[4:], "letters GGUF"),
    "empty": (b"", "ends in the middle"),
    "big-endian": (build(numbers(), tensor_list(), order=">")[0], "big-endian"),
    "version 1": (build(numbers(), tensor_list(), version=1)[0], "version 1"),
    "a second part": (lying(**{"split.count": 3, "split.no": 1}), "part 1"),
    "2^32 dimensions": (with_tensor(text("a") + struct.pack("<I", 2**32 - 1)), "dimensions"),
    "dimensions of 2^60": (
        with_tensor(text("a") + struct.pack("<IQQIQ", 2, HUGE, HUGE, 0, 0)),
        "impossible size",
    ),
    "no values": (with_tensor(text("a") + struct.pack("<IQIQ", 1, 0, 0, 0)), "impossible size"),
    "an unknown tensor type": (
        with_tensor(text("a") + struct.pack("<IQIQ", 1, 32, 77, 0)),
        "unknown type 77",
    ),
    "a tensor twice": (build({}, [("a", (256,)), ("a", (256,))])[0], "twice"),
    "a key twice": (
        COUNTS + struct.pack("<QQ", 0, 2) + entry("a", 1) + entry("a", 2),
        "stands in it twice",
    ),
    "an alignment of 7": (lying(**{"general.alignment": 7}), "alignment"),
}

#: A header that is believed would cost hours or all of memory.
GENEROUS_SECONDS = 20


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_refused_with_its_reason(name):
    data, words = LIES[name]
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(HeaderRefusedError) as caught:
        parse(data, len(data) + DATA_BYTES)
    assert time.perf_counter() - began < GENEROUS_SECONDS
    assert tracemalloc.get_traced_memory()[1] < 2 << 20
    tracemalloc.stop()
    assert words in str(caught.value)


def test_a_whole_header_is_read():
    found = parse(HEADER, len(HEADER) + DATA_BYTES)
    assert found.metadata["llama.block_count"] == 4
    assert len(found.tensors) == 10
    assert found.tensors[-1].offset + found.tensors[-1].bytes <= DATA_BYTES


def test_tensors_beyond_the_file_are_a_download_cut_short(tmp_path):
    path = tmp_path / "short.gguf"
    path.write_bytes(HEADER + bytes(DATA_BYTES - 100))
    with pytest.raises(LocalaiError) as caught:
        read_header(path)
    assert "cut short" in caught.value.what
    assert "download it again" in caught.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"llama.block_count": 2**32 - 1},
        {"llama.embedding_length": 0},
        {"llama.block_count": "many"},
        {"llama.attention.head_count": 3.4e38},
        {"general.architecture": "none"},
        {"llama.attention.head_count_kv": []},
    ],
)
def test_impossible_numbers_are_refused_or_bounded(changes):
    header = parse(lying(**changes))
    began = time.perf_counter()
    try:
        found = estimate(shape(header), ServerSettings(context=4096))
    except HeaderRefusedError:
        return
    assert found.total_mib >= 0
    assert time.perf_counter() - began < GENEROUS_SECONDS


def survives(data):
    """Whatever the bytes are: a header whose memory can be worked out, or a refusal."""
    try:
        header = parse(data)
        assert isinstance(header, Header)
        estimate(shape(header), ServerSettings(context=4096, gpu_layers=3))
    except HeaderRefusedError:
        return


@settings(max_examples=150, deadline=1000)
@given(st.binary(max_size=600), st.booleans())
def test_any_bytes_are_read_or_refused(data, begun):
    survives(HEADER[:24] + data if begun else data)


@settings(max_examples=300, deadline=1000)
@given(st.integers(0, len(HEADER) - 1), st.binary(min_size=1, max_size=9))
def test_a_damaged_header_is_read_or_refused(at, damage):
    survives(HEADER[:at] + damage + HEADER[at + len(damage) :])


def split(folder, numbers_of_parts=(0, 1), count=2):
    tensors = tensor_list()
    for at, number in enumerate(numbers_of_parts):
        reported = (numbers() if at == 0 else {}) | {"split.count": count, "split.no": number}
        header, size = build(reported, tensors[at::count])
        (folder / f"m-{at + 1:05}-of-{count:05}.gguf").write_bytes(header + bytes(size))
    return folder / f"m-00001-of-{count:05}.gguf"


def test_the_first_part_stands_for_the_whole_model(tmp_path):
    assert len(read_header(split(tmp_path)).tensors) == 10


@pytest.mark.parametrize(
    ("parts", "words"), [((0,), "not there"), ((0, 0), "not all in order"), ((1, 0), "in order")]
)
def test_parts_that_do_not_belong_together_are_refused(tmp_path, parts, words):
    with pytest.raises(LocalaiError) as caught:
        read_header(split(tmp_path, parts))
    assert words in caught.value.what


def test_the_second_part_alone_is_refused(tmp_path):
    split(tmp_path)
    with pytest.raises(LocalaiError) as caught:
        read_header(tmp_path / "m-00002-of-00002.gguf")
    assert "part 1" in caught.value.what


def far_away(vocab=150_000, **extra):
    """A header of some megabytes with a vocabulary in it, and weights after it."""
    words = [f"tok{number}" for number in range(vocab)]
    merges = [f"t{number} k{number}" for number in range(vocab)]
    reported = numbers() | {
        "tokenizer.ggml.tokens": words,
        "tokenizer.ggml.token_type": [1] * vocab,
        "tokenizer.ggml.merges": merges,
        "tokenizer.chat_template": "{{ messages }}" * 400,
        **extra,
    }
    header, size = build(reported, tensor_list())
    return header, header + random.Random(1).randbytes(size)


def counted(data):
    taken = []

    def read(first, count):
        taken.append(count)
        return data[first : first + count]

    return read, taken


def test_a_vocabulary_is_passed_over():
    header, data = far_away()
    assert len(header) > 5 << 20
    read, taken = counted(data)
    found = by_ranges(read, len(data))
    complete = parse(data, len(data))
    assert found.tensors == complete.tensors
    assert found.lengths["tokenizer.ggml.tokens"] == 150_000
    assert sum(taken) < 700_000
    assert len(taken) < 14
    place = ServerSettings(context=4096)
    assert estimate(shape(found), place) == estimate(shape(complete), place)


def test_numbers_after_the_vocabulary_are_not_missed():
    _, data = far_away(20_000, **{"llama.attention.key_length": 96})
    read, _ = counted(data)
    assert by_ranges(read, len(data)).metadata["llama.attention.key_length"] == 96


def test_a_sparse_file_is_read_from_start_to_end():
    header, data = far_away(20_000)
    hole = header + bytes(len(data) - len(header))
    read, _ = counted(hole)
    assert len(by_ranges(read, len(hole)).tensors) == 10


@pytest.mark.parametrize("limit", ["MOST_KEPT_BYTES", "MOST_TEXTS"])
def test_a_header_of_endless_texts_is_refused_before_it_fills_the_memory(monkeypatch, limit):
    monkeypatch.setattr(gguf, limit, 2000)
    begin, _ = build(
        numbers()
        | {f"general.note{at}": "x" * 100 for at in range(30)}
        | {f"general.list{at}": ["y"] * 500 for at in range(8)},
        tensor_list(),
    )
    with pytest.raises(HeaderRefusedError, match="texts"):
        gguf.parse(begin)
