"""The server that works now gives its memory to the next one: what is chosen does not depend on it."""

import os
from dataclasses import replace
from types import SimpleNamespace

import psutil
import pytest

from localai_setup import state
from localai_setup.commands import _own_server
from localai_setup.machine.running import held_memory
from localai_setup.model.facts import Facts
from localai_setup.model.server import Running
from localai_setup.probes.gpus import Gpu, Gpus
from localai_setup.probes.memory import Memory

from .test_state import DOCUMENT
from .wine import unlike_wine

CURRENT = replace(state.from_document(DOCUMENT), predicted_total_mib=3000.0)
ON_CARD = replace(CURRENT, settings=replace(CURRENT.settings, gpu_layers=99))
CARD = Gpu("nvidia", "A", 8192, used_mib=3500.0)


def freed(monkeypatch, current, private, *, runs=True, available=9000.0):
    monkeypatch.setattr(held_memory, "private_mib", lambda _pid: private)
    running = Running(7, 0.0, 43110, "") if runs else None
    bench = SimpleNamespace(serving=SimpleNamespace(running=lambda _place: running))
    facts = Facts({Memory: Memory(16384, available), Gpus: Gpus((CARD,))})
    found = _own_server.memory_freed(facts, current, bench)
    return found.get(Memory).available_mib, found.get(Gpus).gpus[0].used_mib


@pytest.mark.parametrize(
    ("current", "private", "more", "available", "used"),
    [
        (CURRENT, 500.0, {}, 9500.0, 3500.0),
        (CURRENT, None, {}, 12000.0, 3500.0),
        (ON_CARD, 500.0, {}, 9500.0, 500.0),
        (ON_CARD, None, {}, 9000.0, 500.0),
        (CURRENT, 9000.0, {}, 16384.0, 3500.0),
        (CURRENT, 500.0, {"runs": False}, 9000.0, 3500.0),
        (None, 500.0, {}, 9000.0, 3500.0),
        (CURRENT, 500.0, {"available": None}, None, 3500.0),
    ],
    ids=["measured", "planned", "card", "card-unmeasured", "never-more-than-there-is", "stopped",
         "nothing-set-up", "unknown"],
)  # fmt: skip
def test_what_our_server_holds_is_free_for_the_next(
    monkeypatch, current, private, more, available, used
):
    assert freed(monkeypatch, current, private, **more) == (available, used)


@unlike_wine("does not know what pages a process has for itself")
def test_a_process_tells_what_it_has_for_itself():
    before = held_memory.private_mib(os.getpid())
    kept = bytearray(os.urandom(1 << 20) * 64)
    after = held_memory.private_mib(os.getpid())
    assert 50 < after - before < 200
    assert len(kept) == 64 << 20
    assert held_memory.private_mib(2**30) is None


def test_what_is_available_is_a_part_of_main_memory():
    assert 0 < held_memory.available_mib() < psutil.virtual_memory().total / 2**20
