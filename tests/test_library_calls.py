"""py-cpuinfo, psutil and GPUtil: asked where they help, believed as far as they tell, and never trusted to
come back.
"""

import json
import os
import sys
import time

import psutil
import pytest

from localai_setup import survey
from localai_setup.cputext import libraries
from localai_setup.machine.asking import calls, gpu_calls, processor_calls
from localai_setup.model.reading import Failed, Missing, Readings, Text
from localai_setup.model.source import Call
from localai_setup.probes import cpu, gpus, memory
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.memory import Memory
from localai_setup.sightings import dxgi, windows_video

GPUTIL = Call("gputil")
WINDOWS = {"call:platform.uname": Text('{"system": "Windows", "machine": "AMD64"}')}
MAC = {"call:platform.uname": Text('{"system": "Darwin", "machine": "arm64"}')}
LINUX = {"call:platform.uname": Text('{"system": "Linux"}'), "file:/proc/cpuinfo": Text("x")}


def asked(readings: dict, when: str) -> set[str]:
    return {source.key for source in getattr(cpu, when)(Readings(readings))}


def test_the_libraries_are_asked_where_the_system_does_not_answer():
    both = {"call:cpuinfo.get_cpu_info", "call:psutil.counts"}
    assert both <= asked(WINDOWS, "follow_up")
    assert not both & asked(LINUX, "follow_up")
    assert not both & asked(MAC, "follow_up")
    assert both == asked({**MAC, "command:sysctl -a": Missing()}, "afterwards")
    assert not asked({**MAC, "command:sysctl -a": Text("hw.ncpu: 8\n")}, "afterwards")
    assert libraries.COUNTS in memory.follow_up(Readings(WINDOWS))
    assert libraries.COUNTS not in memory.follow_up(Readings({"file:/proc/meminfo": Text("x")}))


@pytest.mark.skipif(sys.platform != "linux", reason="compared with Linux' own files")
def test_they_tell_what_linux_tells_of_this_machine(monkeypatch):
    monkeypatch.setattr(processor_calls, "LIMIT_SECONDS", 120.0)
    own = survey.read(_this_machine(), [cpu, memory])
    reported = {
        source.key: calls.answer(source) for source in (libraries.CPUINFO, libraries.COUNTS)
    }
    found = survey.facts(Readings({**WINDOWS, **reported}), [cpu, memory])
    here = survey.facts(own, [cpu, memory])
    assert found[Cpu].arch == here[Cpu].arch
    assert found[Cpu].level == here[Cpu].level
    assert found[Memory].total_mib == pytest.approx(here[Memory].total_mib, rel=0.01)
    assert found[Cpu].logical_cores >= here[Cpu].logical_cores


def test_memory_is_told_where_the_counters_of_the_swap_are_switched_off(monkeypatch):
    """As psutil says it on a Windows without performance counters."""

    def refuse():
        raise RuntimeError("PdhAddEnglishCounterW failed. Performance counters may be disabled.")

    monkeypatch.setattr(psutil, "swap_memory", refuse)
    reported = calls.answer(libraries.COUNTS)
    found = survey.facts(Readings({**WINDOWS, "call:psutil.counts": reported}), [memory])[Memory]
    assert found.total_mib
    assert found.swap_mib is None


@pytest.mark.parametrize(
    ("kind", "arch"),
    [
        ("Intel64 Family 6 Model 143 Stepping 8", "x86_64"),
        ("AMD64 Family 25 Model 116 Stepping 1", "x86_64"),
        ("ARMv8 (64-bit) Family 8 Model 1 Revision 201", "aarch64"),
    ],
)
def test_the_registry_tells_the_processor_where_the_library_is_too_slow(kind, arch):
    reported = {"name": "A  Processor ", "kind": kind, "logical_cores": 16}
    readings = {**WINDOWS, "call:cpuinfo.get_cpu_info": Failed("late", "timed-out")}
    readings["call:registry.processor"] = Text(json.dumps(reported))
    found = survey.facts(Readings(readings), [cpu])[Cpu]
    assert (found.model, found.arch, found.logical_cores) == ("A Processor", arch, 16)
    assert libraries.REGISTRY in cpu.follow_up(Readings(WINDOWS))
    assert libraries.REGISTRY not in cpu.follow_up(Readings(MAC))


@pytest.mark.parametrize(
    ("flags", "level"),
    [
        (["ssse3", "sse4_1", "sse4_2", "avx", "avx2"], "x86-64-v3"),
        (["ssse3", "sse4_1", "sse4_2", "avx"], "x86-64-v2"),
        ([], None),
        (None, None),
    ],
)
def test_six_instruction_sets_imply_those_that_came_with_them(flags, level):
    reported = {"name": "A", "kind": "AMD64 Family 25", "logical_cores": 16, "flags": flags}
    found = survey.facts(
        Readings({**WINDOWS, "call:registry.processor": Text(json.dumps(reported))}), [cpu]
    )[Cpu]
    assert found.level == level
    assert (found.features is None) == (level is None)
    assert ("fma" in (found.features or ())) == (level == "x86-64-v3")


@pytest.mark.skipif(sys.platform != "win32", reason="Windows' own registry")
def test_windows_registry_names_the_processor_of_this_machine():
    reported = json.loads(calls.answer(libraries.REGISTRY).text)
    assert reported["name"].strip()
    assert reported["logical_cores"] == psutil.cpu_count()


def test_windows_own_list_of_cards_is_asked_first_and_powershell_where_it_is_silent():
    assert dxgi.ADAPTERS in gpus.follow_up(Readings(WINDOWS))
    assert windows_video.POWERSHELL not in gpus.follow_up(Readings(WINDOWS))
    assert windows_video.POWERSHELL in gpus.afterwards(Readings(WINDOWS))
    answered = Readings({**WINDOWS, "call:dxgi.adapters": Text("[]")})
    assert not gpus.afterwards(answered)
    assert not gpus.afterwards(Readings(LINUX))


@pytest.mark.parametrize("text", ['[3, null, {"vendor_id": "x", "flags": []}]', "{}", "[", "null"])
def test_an_odd_list_of_cards_tells_no_card(text):
    readings = Readings({**WINDOWS, "call:dxgi.adapters": Text(text)})
    found = survey.facts(readings, [gpus, memory])
    assert not found.crashed
    assert not found[gpus.Gpus].gpus


def test_the_list_of_cards_is_a_list_or_a_failed_reading_never_a_crash():
    reported = calls.answer(dxgi.ADAPTERS)
    assert isinstance(reported, Failed) or isinstance(json.loads(reported.text), list)


def _this_machine():
    from localai_setup.machine.asking.live import LiveMachine

    return LiveMachine()


def test_a_library_that_hangs_is_a_reading_that_failed(monkeypatch):
    monkeypatch.setattr(processor_calls, "LIMIT_SECONDS", 0.3)
    monkeypatch.setattr(processor_calls, "CPUINFO", "import time; time.sleep(600)")
    began = time.monotonic()
    reading = calls.answer(libraries.CPUINFO)
    assert (type(reading), reading.kind) == (Failed, "timed-out")
    assert time.monotonic() - began < 240  # far from the end of the library, whatever else runs


@pytest.mark.parametrize(
    "script", ["raise OSError('no')", "print('no json')", "import os; os.abort()"]
)
def test_a_library_that_fails_or_crashes_is_a_reading_that_failed(monkeypatch, script):
    monkeypatch.setattr(processor_calls, "CPUINFO", script)
    assert isinstance(calls.answer(libraries.CPUINFO), Failed)


ODD = ['{"flags": 3, "brand_raw": [], "count": true}', '{"flags": [null, 5, "avx2"]}', "[1]", "{"]


@pytest.mark.parametrize("text", ODD)
def test_odd_answers_tell_nothing_more_than_they_hold(text):
    readings = Readings({**WINDOWS, "call:cpuinfo.get_cpu_info": Text(text)})
    found = survey.facts(readings, [cpu, memory])
    assert not found.crashed
    assert found[Cpu].features in (None, ("avx2",))
    assert (found[Cpu].model, found[Cpu].logical_cores) == (None, None)


@pytest.fixture
def nvidia_smi(tmp_path, monkeypatch):
    """A tool that prints what GPUtil asks it for, field by field."""
    if sys.platform == "win32":
        pytest.skip("the shim is a shell script")
    card = "0, GPU-0, 3, 12288, 811, 11477, 580.95.05, NVIDIA GeForce RTX 3060, 0, Off, Off, 41"
    shim = tmp_path / "nvidia-smi"
    shim.write_text(f"#!/bin/sh\necho '{card}'\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")


def test_gputil_tells_the_card_on_every_python(nvidia_smi, monkeypatch):
    """From Python 3.12 on it needs setuptools, which brings the distutils that it imports."""
    monkeypatch.setattr(gpu_calls, "LIMIT_SECONDS", 120.0)
    (card,) = json.loads(calls.answer(GPUTIL).text)
    assert card == {
        "index": 0, "name": "NVIDIA GeForce RTX 3060", "total_mib": 12288.0, "used_mib": 811.0,
        "driver": "580.95.05",
    }  # fmt: skip


def test_gputil_without_distutils_is_a_reading_that_failed(monkeypatch):
    monkeypatch.setattr(gpu_calls, "LIMIT_SECONDS", 120.0)
    block = "import sys; sys.modules['distutils'] = None\n"
    monkeypatch.setattr(gpu_calls, "GPUTIL", block + gpu_calls.GPUTIL)
    reading = calls.answer(GPUTIL)
    assert isinstance(reading, Failed)
    assert "distutils" in reading.reason
