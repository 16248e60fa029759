"""Which port is free on a Mac that is to lend, as `lsof` tells it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from localai_setup.machine.lending import far

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it runs in a POSIX shell")
LOOK = Path(far.__file__).with_name("look.sh")


@pytest.mark.parametrize(
    ("printed", "port"),
    [
        ("rpc 12 me 5u IPv4 0x1 0t0 TCP *:25052 (LISTEN)", 25053),
        ("rpc 12 me 5u IPv4 0x1 0t0 TCP 10.0.0.1:25052->10.0.0.2:443 (ESTABLISHED)", 25053),
        ("rpc 12 me 5u IPv6 0x1 0t0 TCP [::1]:25052", 25053),
        ("rpc 12 me 5u IPv4 0x1 0t0 TCP 10.0.0.1:50000->10.0.0.2:25052 (ESTABLISHED)", 25052),
        ("", 25052),
    ],
    ids=["listens", "goes out", "bound", "the other machine's", "nothing"],
)
def test_a_port_is_taken_where_it_is_this_machines_end(tmp_path, printed, port):
    lsof = tmp_path / "lsof"
    lsof.write_text(f'#!/bin/sh\necho "lsof: a warning" >&2\necho "{printed}"\n', encoding="utf-8")
    lsof.chmod(0o700)
    # without what Linux has, `lsof` is asked
    script = LOOK.read_text(encoding="utf-8").replace("/proc/net/tcp", str(tmp_path / "none"))
    looked = subprocess.run(
        ["sh", "-c", f'PATH="{tmp_path}:$PATH" HOME="{tmp_path}"\n{script}', "sh", "id", "build", "mark", "25052"],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert looked.stdout.split()[-1] == str(port)
    assert "lsof" not in looked.stderr
