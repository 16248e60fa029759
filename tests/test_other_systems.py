"""Systems that hardly anybody runs a model on: which engine they get, or why none, before anything is fetched.

Each is a recording of a machine with the answers changed that tell its system.
"""

import json
from pathlib import Path

import pytest

from localai_setup.model.errors import Exit

FOLDER = Path(__file__).parent / "machines"


def text(words):
    return {"status": "text", "text": words}


def printed(words):
    return {"status": "text", "stdout": words, "stderr": "", "exit_code": 0}


ALPINE = {
    "file:/etc/os-release": text('NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\n'),
    "command:ldd --version": {
        "status": "text",
        "stdout": "",
        "stderr": "musl libc (x86_64)\nVersion 1.2.5\nDynamic Program Loader\n",
        "exit_code": 1,
    },
}
MUSL = "it needs glibc, and this system has musl 1.2.5"
WINDOWS_ARM = {
    "call:platform.uname": text(
        '{"machine": "ARM64", "python": "3.13.1", "release": "11", "system": "Windows"}'
    ),
    "command:uname -m": {"status": "missing"},
    "call:cpuinfo.get_cpu_info": {"status": "missing"},
}
REFUSED = [
    ("container-with-6gb-limit", ALPINE, MUSL),
    ("raspberry-pi-5-8gb", ALPINE, MUSL),
    ("laptop-rtx-3060-windows", WINDOWS_ARM, "No build of llama.cpp"),
]
#: macOS 13 is the oldest that the wheel is for
SERVED = [
    ("raspberry-pi-5-8gb", {}, "xllamacpp-2026.10.11549-linux-arm64"),
    ("macbook-air-m2-16gb", {}, "xllamacpp-2026.10.11549-macos-arm64"),
    (
        "macbook-air-m2-16gb",
        {"command:sw_vers -productVersion": printed("13.0\n")},
        "xllamacpp-2026.10.11549-macos-arm64",
    ),
    ("macbook-pro-2019-intel", {}, "xllamacpp-2026.10.11549-macos-x64"),
    ("laptop-rtx-3060-windows", {}, "win-cuda"),
]


@pytest.fixture
def plan(localai, tmp_path):
    def of(machine, changes, *more):
        recording = json.loads((FOLDER / machine / "recording.json").read_text(encoding="utf-8"))
        recording["readings"] |= changes
        path = tmp_path / "machine.json"
        path.write_text(json.dumps(recording), encoding="utf-8")
        return localai("plan", "--replay", str(path), "--for", "starter", *more)

    return of


@pytest.mark.parametrize(("machine", "changes", "why"), REFUSED)
def test_where_no_engine_runs_it_is_told_before_anything_is_fetched(plan, machine, changes, why):
    done = plan(machine, changes)
    assert done.returncode == Exit.NOTHING_FITS
    assert why in done.stderr.splitlines()[0]
    assert "Nothing was fetched." in done.stderr
    assert "llama-server" in done.stderr
    assert "Close other programs" not in done.stderr


@pytest.mark.parametrize(("machine", "changes", "engine"), SERVED)
def test_where_one_runs_it_is_named(plan, machine, changes, engine):
    done = plan(machine, changes, "--json")
    assert done.returncode == Exit.OK, done.stderr
    assert engine in done.stdout
