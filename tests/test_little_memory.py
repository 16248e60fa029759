"""Where an account may use little memory, programs are asked in it as far as it goes, and what failed is said so."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest

from localai_setup.machine.running import bounded

LIMITED = """
import resource, threading
resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))
from localai_setup.machine.running import heaps
heaps.share_one()
over, begun = threading.Event(), threading.Barrier(4)
def work():
    held = [bytes(1000) for _ in range(100)]
    begun.wait()
    over.wait()
for _ in range(3): threading.Thread(target=work, daemon=True).start()
begun.wait()
print(sum(1 for line in open("/proc/self/maps") if "---p" in line and size(line) > 32 << 20))
over.set()
"""
SIZE = """
def size(line):
    first, _, last = line.split()[0].partition("-")
    return int(last, 16) - int(first, 16)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="heaps of glibc")
def test_threads_reserve_no_heap_of_their_own_under_a_limit():
    done = subprocess.run(
        [sys.executable, "-c", SIZE + LIMITED], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == 0


def test_what_a_program_printed_and_no_memory_held_is_an_error_of_the_system(monkeypatch):
    def read(_reader):
        raise MemoryError

    monkeypatch.setattr(bounded._Reader, "_read", read)
    with pytest.raises(OSError) as caught:
        bounded.run([sys.executable, "-c", "print('hello')"], 30.0)
    assert caught.value.errno == errno.ENOMEM


def test_what_is_longer_than_a_piece_is_read_whole():
    out, _, _ = bounded.run([sys.executable, "-c", "print('x' * 300_000)"], 30.0)
    assert len(out.split()[0]) == 300_000
