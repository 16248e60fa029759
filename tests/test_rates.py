"""How fast a download may be: read from a flag or the environment, told, and held."""

import json
import threading
import time
from pathlib import Path

import pytest

from localai_setup.machine.fetching import pace
from localai_setup.model import rates
from localai_setup.model.errors import Exit, LocalaiError

MACHINES = Path(__file__).parent / "machines"
MB = 1024**2
RIGHT = {
    "500k": 512e3,
    "2M": 2 * MB,
    "1.5 MB/s": 1.5 * MB,
    "1g": 1024 * MB,
    "2000": 2000,
    "64kB": 65536,
}
WRONG = ["", "0", "fast", "-2M", "2T", "900", "1e6", "2 M M", "NaN", "0.5k"]


@pytest.mark.parametrize(("text", "expected"), RIGHT.items())
def test_a_rate(text, expected):
    assert rates.parse(text, "--max-rate") == expected


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_rate_is_named(text):
    with pytest.raises(LocalaiError, match=r"--max-rate") as caught:
        rates.parse(text, "--max-rate")
    assert caught.value.exit_code == Exit.USAGE


def test_words():
    assert [rates.duration_words(one) for one in (40, 960, 9000)] == ["40 s", "16 min", "2.5 h"]


def test_the_flag_goes_before_the_variable(monkeypatch):
    assert pace.requested().rate is None
    monkeypatch.setenv(pace.VARIABLE, "1M")
    assert pace.requested().rate == MB
    assert pace.requested("2M").rate == 2 * MB


def test_several_connections_share_the_rate():
    """Four threads take 50 KB pieces for a while; what was allowed is what they took."""
    held, stopped, taken = pace.Pace(1e6), threading.Event(), []

    def take():
        while not held.wait(50_000, stopped):
            taken.append(50_000)

    began = time.monotonic()
    threads = [threading.Thread(target=take) for _ in range(4)]
    for one in threads:
        one.start()
    time.sleep(0.6)
    stopped.set()
    for one in threads:
        one.join()
    allowed = 1e6 * (time.monotonic() - began + pace.CATCH_UP_SECONDS)
    assert sum(taken) <= allowed + 4 * 50_000


def test_the_plan_tells_how_long_it_takes(localai):
    machine = MACHINES / "desktop-2x-rtx-3090" / "recording.json"
    request = ("plan", "--for", "chat", "--replay", str(machine), "--max-rate")
    assert "or more, at 2.0 MB/s at most" in localai(*request, "2M").stdout
    document = json.loads(localai(*request, "2M", "--json").stdout)
    expected = document["choice"]["download_bytes"] / (2 * MB)
    assert document["download_seconds"] == pytest.approx(expected, abs=0.1)
    assert localai(*request, "fast").returncode == Exit.USAGE
    # pip fetches it, at its own rate
    starter = localai("plan", "--for", "starter", "--max-rate", "1M")
    assert "at most" not in starter.stdout and starter.returncode == 0
