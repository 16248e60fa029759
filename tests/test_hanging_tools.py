"""Tools on PATH that hang, crash, print rubbish or only to stderr cost little and prove nothing."""

import os
import sys
import time

import psutil
import pytest

from localai_setup import sightings, survey
from localai_setup.machine.asking.live import LiveMachine
from localai_setup.model.reading import Failed, Missing, Text
from localai_setup.model.source import Command, Source, Stat

#: Seconds, and the mark of this test's own processes: others may run beside it.
HANG = f"601.{os.getpid()}"
SHIMS = {
    "hangs": f"sleep {HANG}\n",
    "hangs with a child that holds its output": f"sleep {HANG} & sleep {HANG}\n",
    "hangs in what it left behind": f"sleep {HANG} &\n",
    "trickles": "while true; do echo x; sleep 0.2; done\n",
    "crashes": "kill -SEGV $$\n",
    "rubbish": "head -c 5000 /dev/urandom\n",
    "floods": "head -c 10000000 /dev/zero\n",
    "stderr": "echo 'something is wrong' >&2\nexit 9\n",
    "empty": "exit 0\n",
}
HANGING = [kind for kind in SHIMS if kind.startswith("hangs") or kind == "trickles"]
#: Far from a program that hangs, whatever else the machine does; benchmarks/speed.py measures an idle one.
GENEROUS_SECONDS = 240.0


def tools():
    """Every program that any probe asks, found in the data: a new one is covered by itself."""
    listed = [vars(module) for module in (*survey.probes(), *sightings.formats())]
    values = [value for names in listed for value in names.values()]
    values += [one for value in values if isinstance(value, tuple) for one in value]
    values += [
        one
        for module in sightings.formats()
        for sources in getattr(module, "FOLLOW_UP", {}).values()
        for one in sources
    ]
    return sorted({one.argv[0] for one in values if isinstance(one, Command)})


class MachineWithCards(LiveMachine):
    """This one, and it has device files of both vendors, so that all their tools are asked."""

    def ask(self, source: Source):
        if source in (Stat("/dev/nvidiactl"), Stat("/dev/kfd")):
            return {source.key: Text("crw-rw-rw- root root")}
        return super().ask(source)


def test_the_tools_are_found_in_the_data():
    assert {"nvidia-smi", "rocminfo", "rocm-smi", "lspci", "clinfo", "ss", "dmesg"} < set(tools())


@pytest.mark.skipif(sys.platform == "win32", reason="the shims are shell scripts")
@pytest.mark.parametrize("kind", SHIMS)
def test_detect_answers_in_time_and_names_no_gpu(tmp_path, monkeypatch, kind):
    for tool in tools():
        shim = tmp_path / tool
        shim.write_text(f"#!/bin/sh\n{SHIMS[kind]}")
        shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    started = time.monotonic()
    readings = survey.read(MachineWithCards())
    took = time.monotonic() - started
    asked = {key: one for key, one in readings.by_key.items() if key.startswith("command:")}
    assert "command:nvidia-smi -q -x" in asked
    assert not any(isinstance(one, Missing) for one in asked.values())
    if kind in HANGING:
        late = {key for key, one in asked.items() if isinstance(one, Failed)}
        assert late == set(asked)
        assert {one.kind for one in asked.values()} == {"timed-out"}
        left = [p for p in psutil.process_iter(["cmdline"]) if HANG in (p.info["cmdline"] or ())]
        # killed they are; on a busy machine they take a moment to go
        assert not psutil.wait_procs(left, timeout=30)[1]
    facts = survey.facts(readings)
    assert not facts.crashed
    from localai_setup.probes.gpus import Gpus

    assert facts[Gpus].gpus == () or facts.unknown()
    assert took < GENEROUS_SECONDS
