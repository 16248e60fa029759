"""Which bytes of a file are fetched by whom, as numbers."""

import pytest

from localai_setup.machine.fetching.blocks import Block
from localai_setup.machine.fetching.segments import LEAST_SPLIT_BYTES, SEGMENT_BYTES, Segments

pytestmark = pytest.mark.quick
MIB = 1024 * 1024


def places(segments):
    return [(one.start, one.end, one.at) for one in segments.items]


def blocks(*pairs):
    return [Block(start, end - start, None) for start, end in pairs]


#: blocks that are there → segments as (start, end, at), all that is there, what is there from the first byte
OF_BLOCKS = [
    ((), [(0, 100, 0)], 0, 0),
    (((0, 100),), [(0, 100, 100)], 100, 100),
    (((0, 30),), [(0, 100, 30)], 30, 30),
    (((0, 30), (30, 40)), [(0, 100, 40)], 40, 40),
    (((20, 30),), [(0, 20, 0), (20, 100, 30)], 10, 0),
    (((0, 10), (50, 60), (90, 100)), [(0, 50, 10), (50, 90, 60), (90, 100, 100)], 30, 10),
]


@pytest.mark.parametrize(("there", "expected", "done", "contiguous"), OF_BLOCKS)
def test_gaps_are_what_is_left(there, expected, done, contiguous):
    segments = Segments.of_blocks(100, blocks(*there))
    assert (places(segments), segments.done, segments.contiguous) == (expected, done, contiguous)


@pytest.mark.parametrize(("have", "at"), [(0, 0), (40, 40), (100, 100), (101, 100)])
def test_in_order_the_first_bytes_are_there(have, at):
    assert places(Segments.in_order(100, have)) == [(0, 100, at)]


def test_the_first_that_nobody_works_on_is_claimed_and_can_be_given_back():
    segments = Segments.of_blocks(100, blocks((20, 30)))
    first, second = segments.claim(), segments.claim()
    assert [(one.start, one.at) for one in (first, second)] == [(0, 0), (20, 30)]
    assert segments.claim() is None
    segments.release(second)
    assert segments.claim() is second
    segments.arrived(first, 15)
    assert (segments.room(first), segments.done, segments.contiguous) == (5, 25, 15)


def test_a_large_file_is_claimed_piece_by_piece_or_alone_as_a_whole():
    total = 4 * SEGMENT_BYTES
    assert Segments.in_order(total, 0).claim(alone=True).end == total
    assert Segments.in_order(total, 0).claim().end == SEGMENT_BYTES
    assert Segments.in_order(100 * total, 0).claim().end == 100 * total // 64
    # a rest that is hardly longer than a piece stays with it
    most = SEGMENT_BYTES + LEAST_SPLIT_BYTES
    assert Segments.in_order(most - 1, 0).claim().end == most - 1
    assert Segments.in_order(most, 0).claim().end == SEGMENT_BYTES


@pytest.mark.parametrize(
    ("total", "halves"),
    [
        (2 * LEAST_SPLIT_BYTES - 1, None),
        (2 * LEAST_SPLIT_BYTES, LEAST_SPLIT_BYTES),
        (32 * MIB, 16 * MIB),
    ],
)
def test_the_largest_rest_that_somebody_works_on_is_halved(total, halves):
    segments = Segments.in_order(total, 0)
    first = segments.claim()
    second = segments.claim()
    assert (second and (second.start, second.end)) == (halves and (halves, total))
    assert first.end == (halves or total)


def test_a_block_that_was_lost_comes_again():
    segments = Segments.in_order(100, 60)
    working = segments.claim()
    (lost,) = blocks((20, 40))
    segments.lose(lost)
    assert places(segments) == [(0, 20, 20), (20, 40, 20), (40, 100, 60)]
    assert segments.items[2] is working
    assert (segments.done, segments.contiguous) == (40, 20)
