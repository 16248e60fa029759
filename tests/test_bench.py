"""Measuring: which depths, when to stop, what is kept, and how it is shown."""

import json
from dataclasses import asdict
from xml.etree import ElementTree

import pytest

from localai_setup.machine.running import measuring
from localai_setup.model.measurement import Measurement, SpeedPoint
from localai_setup.probes.measurements import from_json
from localai_setup.ui import plot

POINTS = (SpeedPoint(32, 120.0, 40.0), SpeedPoint(1024, 100.0, 20.0))
RUN = Measurement("m<&>", "ab", "cpu", 2048, 0, "2026-11-24T06:30:08Z", POINTS, 207.0, 41.0, 160.0)


class Clockwork:
    """A server that reads and writes at fixed rates."""

    def words(self, count):
        return [1] * count

    def complete(self, prompt, *, cached):
        return {"prompt_per_second": 100.0, "predicted_per_second": 1000.0 / len(prompt)}


@pytest.mark.parametrize("context", [16, 64, 512, 2048, 131072])
def test_depths_grow_and_leave_room_for_the_answer(context):
    depths = measuring.depths(context)
    assert depths == sorted(set(depths))
    assert all(depth + measuring.GENERATED_TOKENS < context for depth in depths)


def test_what_would_take_too_long_is_left_out():
    points = list(measuring.points(Clockwork(), [32, 128, 100_000], 5.0, lambda _: None))
    assert [point.depth_tokens for point in points] == [32, 128]
    assert points[0].generate_tps == pytest.approx(1000 / 32)


class Uneven(Clockwork):
    """Each answer is written at another rate; `calls` are (length of the prompt, cached)."""

    def __init__(self, rates):
        self.rates, self.calls = iter(rates), []

    def complete(self, prompt, *, cached):
        self.calls.append((len(prompt), cached))
        return {
            "prompt_per_second": 100.0 + len(self.calls),
            "predicted_per_second": next(self.rates),
        }


def test_a_point_is_the_middle_of_its_rounds_and_only_the_first_reads_anew():
    rates = [7.0, 1.0, 5.0, 30.0, 20.0, 10.0]
    meter, reported = Uneven(rates), []
    found = list(measuring.points(meter, [32, 128], 60.0, reported.append))
    assert measuring.ROUNDS == 3
    assert found == [SpeedPoint(32, 101.0, 5.0), SpeedPoint(128, 104.0, 20.0)]
    first = [(32, False), (32, True), (32, True)]
    assert meter.calls == [*first, (128, True), (128, True), (128, True)]
    assert reported == [32, 128]


def test_a_stored_run_is_read_back_and_a_damaged_one_left_out():
    stored = json.dumps({"runs": [asdict(RUN), {"model": 7}, "x"]})
    assert from_json(stored).runs == (RUN,)
    assert not from_json("[").runs
    assert not from_json('{"runs": [{"points": [{"depth_tokens": "x"}], "left_out": []}]}').runs


def test_a_rate_that_cannot_be_is_not_believed():
    bad = {**asdict(RUN), "points": [{"depth_tokens": 1, "prompt_tps": -1, "generate_tps": 1}]}
    assert not from_json(json.dumps({"runs": [bad]})).runs


def test_bars_fall_with_the_speed():
    lines = plot.bars(POINTS, "#")
    assert [line.count("#") for line in lines] == [plot.BAR_COLUMNS, plot.BAR_COLUMNS // 2]
    assert "40.0" in lines[0]


def test_the_picture_is_xml_and_holds_both_lines():
    text = plot.svg(RUN)
    ElementTree.fromstring(text)
    assert "predicted" in text
    assert "m&lt;&amp;&gt;" in text


def test_a_busy_machine_tells_nothing():
    assert RUN.undisturbed
    assert not Measurement(**{**vars(RUN), "busy_share": 0.6}).undisturbed
