"""The code of a Mac, with a Mac's programs around it: what each asks, what is made of it, where things go.

Nothing here ran on a Mac: see `fake_mac.py` for what that leaves open.
"""

import contextlib
import io
import json
import sys

import pytest

from localai_setup.guard import run_guarded
from localai_setup.model.errors import Exit
from localai_setup.ui import console

from . import machines
from .accept import printed
from .fake_mac import mac, readings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its programs are shell scripts")
MACS = [one for one in machines.own() if '"system": "Darwin"' in one.read_text(encoding="utf-8")]
AIR = machines.FOLDER / "macbook-air-m2-16gb" / "recording.json"
INTEL = machines.FOLDER / "macbook-pro-2019-intel" / "recording.json"
#: Facts that are asked of the network, or of files that only a set-up has.
NOT_COMPARED = ("network", "setup", "disk", "ollama")


def typed(*arguments):
    """Exit code and everything that is printed, in the folders that a Mac has."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        console.out.cache_clear()
        console.err.cache_clear()
        code = run_guarded(list(arguments))
    console.out.cache_clear()
    console.err.cache_clear()
    return code, output.getvalue()


def with_sysctl(answers, *replacements):
    """The same Mac with other values in `sysctl -a`."""
    text = answers["command:sysctl -a"]["stdout"]
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return answers | {"command:sysctl -a": answers["command:sysctl -a"] | {"stdout": text}}


@pytest.mark.parametrize("recording", MACS, ids=machines.name)
def test_a_mac_is_asked_what_its_recording_was_asked(recording, tmp_path):
    """The live way and the recorded way find the same machine."""
    replayed = json.loads(printed("detect", "--json", "--replay", str(recording)))
    with mac(readings(recording), tmp_path):
        live = json.loads(printed("detect", "--json"))
    for name in replayed.keys() - set(NOT_COMPARED):
        assert live[name] == replayed[name], name


@pytest.mark.parametrize(
    ("recording", "engine"), [(AIR, "macos-arm64"), (INTEL, "macos-x64")], ids=["apple", "intel"]
)
def test_each_kind_of_mac_gets_its_engine_in_the_folders_of_a_mac(recording, engine, tmp_path):
    with mac(readings(recording), tmp_path) as home:
        code, text = typed("plan", "--for", "starter", "--offline", "--json")
    assert code == Exit.OK, text
    plan = json.loads(text[text.index("{") :])
    assert engine in json.dumps(plan)
    assert str(home / "Library/Application Support/localai") in json.dumps(plan)
    assert not (home / ".local").exists()
    assert not (home / "Library").exists()  # a plan writes nothing


def test_a_python_for_intel_on_an_apple_chip_is_named_before_anything_is_fetched(tmp_path):
    answers = with_sysctl(
        readings(AIR),
        ("sysctl.proc_translated: 0", "sysctl.proc_translated: 1"),
        ("brand_string: Apple M2", "brand_string: VirtualApple @ 2.50GHz"),
    )
    answers["command:uname -m"] = answers["command:uname -m"] | {"stdout": "x86_64\n"}
    uname = json.loads(answers["call:platform.uname"]["text"]) | {"machine": "x86_64"}
    answers["call:platform.uname"] = {"status": "text", "text": json.dumps(uname)}
    with mac(answers, tmp_path):
        code, text = typed("doctor", "--offline")
    assert code == Exit.PROBLEM
    assert "Python on this Mac is the Intel version, in emulation." in text
    elsewhere = tmp_path / "mac.json"
    complete = json.loads(AIR.read_text(encoding="utf-8")) | {"readings": answers}
    elsewhere.write_text(json.dumps(complete), encoding="utf-8")
    assert "this Python runs translated (Rosetta)" in printed("plan", "--replay", str(elsewhere))


@pytest.mark.parametrize(
    ("limit", "gib"),
    [("", 10.7), ("iogpu.wired_limit_mb: 0", 10.7), ("iogpu.wired_limit_mb: 14336", 14.0)],
)
def test_the_limit_of_memory_that_metal_may_use_is_the_one_that_is_set(limit, gib, tmp_path):
    answers = with_sysctl(readings(AIR), ("hw.memsize:", f"{limit}\nhw.memsize:"))
    with mac(answers, tmp_path):
        _, text = typed("detect")
    assert f"GPU        Apple M2, {gib:.1f} GB" in text


def test_a_macos_that_no_build_is_for_is_told_with_its_number(tmp_path):
    answers = readings(AIR)
    answers["command:sw_vers -productVersion"] = answers["command:uname -m"] | {
        "stdout": "12.7.6\n"
    }
    with mac(answers, tmp_path):
        code, text = typed("plan", "--for", "starter", "--offline", "--why")
    assert code == Exit.NOTHING_FITS
    assert "macOS 13.0" in text
    assert "12.7.6" in text


def test_programs_that_do_not_answer_leave_facts_unknown_and_end_nothing(tmp_path):
    silent = {
        key: {"status": "missing"} if key.startswith("command:") else answer
        for key, answer in readings(AIR).items()
    }
    with mac(silent, tmp_path):
        code, text = typed("detect")
    assert code == Exit.OK
    assert "Processor  aarch64, 8 cores" in text
    assert "Memory     16.0 GB" in text


def test_a_mac_can_be_recorded_and_looked_at_elsewhere(tmp_path):
    recording = tmp_path / "mac.json"
    with mac(readings(AIR), tmp_path / "mac"):
        code, text = typed("record", str(recording), "--offline")
    assert code == Exit.OK, text
    assert "/Users/ada" not in recording.read_text(encoding="utf-8")
    assert "Apple M2, 10.7 GB" in printed("detect", "--replay", str(recording))
