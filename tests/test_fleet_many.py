"""A thousand machines in one report: in a minute on two cores, and in the memory of a hundred."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

resource = pytest.importorskip("resource", reason="resource usage is read as on POSIX")
ROOT = Path(__file__).parent.parent
RECORDINGS = sorted((ROOT / "tests/machines").glob("*/recording.json"))
#: of processor time, on two cores
LIMIT_SECONDS = 120
#: peak memory of a thousand machines, in that of a hundred
FLAT = 1.25

pytestmark = [pytest.mark.real, pytest.mark.timeout(1800)]


def machines(folder, count):
    """So many recordings made of the fixtures; no two have the same memory free."""
    folder.mkdir()
    for number in range(count):
        text = RECORDINGS[number % len(RECORDINGS)].read_text("utf-8")
        text = re.sub(r"(MemAvailable: +)\d+(\d{3})", rf"\g<1>{6000 + number}\2", text)
        (folder / f"pc-{number:04}.json").write_text(text)
    return folder


def judged(folder):
    """The report, its seconds of processor time, and the peak memory of any of its processes until now."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "localai_setup", "fleet", "report", str(folder), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout), seconds, after.ru_maxrss


def test_a_thousand_machines_are_judged_in_a_minute_and_in_flat_memory(tmp_path):
    few, _, small = judged(machines(tmp_path / "few", 100))
    many, seconds, large = judged(machines(tmp_path / "many", 1000))
    print(f"{seconds:.1f} s of processor time, {os.cpu_count()} cores; {small} and {large} KiB")
    assert len(few["machines"]) == 100 and len(many["machines"]) == 1000
    assert seconds < LIMIT_SECONDS
    assert large < small * FLAT
    half_updated = [one for one in many["problems"] if one["id"] == "nvidia-driver-half-updated"]
    assert len(half_updated[0]["machines"]) == len(
        [n for n in range(1000) if "half-updated" in RECORDINGS[n % len(RECORDINGS)].parent.name]
    )
    assert not [one for one in many["machines"] if one["state"] == "failed"]
