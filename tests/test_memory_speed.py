"""The speed of main memory: measured in time, kept, and used for what the processor computes."""

import sys
import time

import pytest

from localai_setup.commands import _memory_speed
from localai_setup.fit import processor
from localai_setup.fit.speed import READ_SHARE, Cores, cpu_gbps
from localai_setup.machine.keeping import memory_speed as kept
from localai_setup.machine.running import memory_speed
from localai_setup.match import Wish, match
from localai_setup.model.facts import Facts
from localai_setup.model.measurement import MemorySpeed

from .test_match import RECIPES, machine


@pytest.fixture
def idle(monkeypatch):
    monkeypatch.setattr(memory_speed, "_is_busy", lambda: False)


@pytest.mark.skipif(sys.platform == "win32", reason="not measured on Windows")
@pytest.mark.usefixtures("idle")
def test_it_is_measured_or_nothing_is_told(monkeypatch):
    monkeypatch.setattr(memory_speed, "LEAST_SHARE_OF_TIME", 0.0)
    monkeypatch.setattr(memory_speed, "FILL_SECONDS", 5.0)
    monkeypatch.setattr(memory_speed, "ALL_SECONDS", 10.0)
    monkeypatch.setattr(memory_speed, "MOST_MIB", 64)
    monkeypatch.setattr(memory_speed, "_best_pass", one_pass(memory_speed._best_pass))
    assert 0.05 < memory_speed.read_gbps(2) < 5000


def one_pass(best_pass):
    """The same with a time that lets one pass through, however slow this machine is."""

    def bounded(library, pool, parts, began):
        memory_speed.ALL_SECONDS = time.perf_counter() - began + 0.01
        return best_pass(library, pool, parts, began)

    return bounded


@pytest.mark.skipif(sys.platform == "win32", reason="not measured on Windows")
def test_a_busy_machine_is_not_asked(monkeypatch):
    monkeypatch.setattr(memory_speed.os, "getloadavg", lambda: (1000.0, 0.0, 0.0))
    monkeypatch.setattr(memory_speed, "_measured", lambda _: 20.0)
    assert memory_speed.read_gbps(2) is None
    monkeypatch.setattr(memory_speed.os, "getloadavg", lambda: (0.0, 0.0, 0.0))
    assert memory_speed.read_gbps(2) == 20.0


@pytest.mark.usefixtures("idle")
def test_where_a_core_waits_for_others_nothing_is_told(monkeypatch):
    monkeypatch.setattr(memory_speed, "LEAST_SHARE_OF_TIME", 1.1)
    assert memory_speed.read_gbps(1) is None


@pytest.mark.usefixtures("idle")
def test_where_memory_comes_too_slowly_nothing_is_told(monkeypatch):
    monkeypatch.setattr(memory_speed, "FILL_SECONDS", 0.0)
    assert memory_speed.read_gbps(1) is None


def test_it_is_measured_once_for_a_machine(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(kept, "path", lambda: tmp_path / "memory-speed.json")
    monkeypatch.setattr(memory_speed, "read_gbps", lambda threads: asked.append(threads) or 20.0)
    assert kept.gbps(4, 16000) == kept.gbps(4, 16000) == 20.0
    assert asked == [4]
    kept.gbps(8, 16000)
    kept.gbps(8, 32000)
    assert asked == [4, 8, 8]
    kept.path().write_text('{"gbps": "fast"}', encoding="utf-8")
    kept.gbps(4, 16000)
    assert asked == [4, 8, 8, 4]


def test_a_dry_run_makes_no_folder_for_it(monkeypatch, tmp_path):
    monkeypatch.setattr(kept, "path", lambda: tmp_path / "none" / "memory-speed.json")
    monkeypatch.setattr(memory_speed, "read_gbps", lambda _: 20.0)
    assert kept.gbps(4, 16000) == 20.0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("free_mib", "asked"), [(800, False), (8000, True)])
def test_little_free_memory_is_left_alone(monkeypatch, free_mib, asked):
    monkeypatch.setattr(kept, "gbps", lambda *_: 20.0)
    facts = _memory_speed.measured(machine(16384, free_mib))
    assert (facts.get(MemorySpeed) is not None) is asked


def test_what_was_measured_takes_the_place_of_what_is_assumed():
    assert cpu_gbps(Cores(8, "x86-64-v3", read_gbps=30.0))[1] == READ_SHARE * 30.0
    assert cpu_gbps(Cores(8, "x86-64-v3", 100.0, 30.0))[1] == READ_SHARE * 30.0
    facts = machine(32768)
    assert processor.cores(facts).read_gbps is None
    known = Facts({**facts.by_type, MemorySpeed: MemorySpeed(30.0)})
    speed = match(known, RECIPES, Wish("chat", "qwen3.5-4b")).choice.speed
    assert "30 GB/s, measured here" in speed.basis
    assert speed.high / speed.low < 1.8
    assumed = match(facts, RECIPES, Wish("chat", "qwen3.5-4b")).choice.speed
    assert assumed.high / assumed.low > speed.high / speed.low
