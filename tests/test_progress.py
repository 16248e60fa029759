"""What a person sees while a step works."""

from __future__ import annotations

import sys
import io

import pytest
from rich.console import Console

from localai_setup.model.progress import Progress
from localai_setup.ui import console, progress

REPORTED = (
    Progress("checking m.gguf", 50e6, 100e6),
    Progress("checking m.gguf", 100e6, 100e6),
    Progress("loading the model"),
)


def last_lines(monkeypatch, *, terminal: bool, width: int = 90, reported=REPORTED) -> list[str]:
    """The line that stood there after each report."""
    out = io.StringIO()
    monkeypatch.setenv("TERM", "xterm" if terminal else "dumb")
    shown = Console(file=out, force_terminal=terminal, width=width, color_system=None)
    monkeypatch.setattr(console, "err", lambda: shown)
    lines = []
    with progress.shown() as report:
        for one in reported:
            report(one)
            if terminal:
                report.bar.refresh()
            lines.append(out.getvalue().splitlines()[-1])
    return lines


def test_the_bytes_of_one_thing_are_not_shown_with_the_next(monkeypatch) -> None:
    half, complete, loading = last_lines(monkeypatch, terminal=True)
    assert "checking m.gguf" in half and "48 MB of 95 MB" in half
    assert "95 MB of 95 MB" in complete
    assert "loading the model" in loading and "MB" not in loading


def test_what_is_no_download_counts_no_bytes_and_has_no_rate(monkeypatch) -> None:
    monkeypatch.setattr(progress, "UPDATE_SECONDS", 0)
    reported = [
        Progress("training", 3 * n, 50, f"step {3 * n} of 50, loss 1.20") for n in range(1, 5)
    ]
    for line in last_lines(monkeypatch, terminal=True, reported=reported):
        assert "of 50, loss 1.20" in line
        assert "bytes" not in line and "B/s" not in line


@pytest.mark.parametrize("width", [40, 60, 79, 80])
def test_a_narrow_terminal_keeps_the_total(monkeypatch, width) -> None:
    long = Progress("fetching Qwen3-30B-A3B-Instruct-2507-Q4_K_M.gguf", 1234.5e6, 18_600e6)
    [line] = last_lines(monkeypatch, terminal=True, width=width, reported=[long])
    assert "1.15 GB of 17.32 GB" in line
    assert "fetching" in line
    assert len(line.removeprefix("\x1b[2K").rstrip()) <= width


def test_without_a_terminal_each_thing_is_said_once(monkeypatch) -> None:
    lines = last_lines(monkeypatch, terminal=False)
    assert lines == ["  checking m.gguf", "  checking m.gguf", "  loading the model"]


def test_a_program_that_runs_is_watched_until_its_end():
    """Without it an installation would stand still on the screen for a minute."""
    from localai_setup.machine.running.processes import Processes

    seen = []
    script = "import time; print('begun', flush=True); time.sleep(1); print('done')"
    done = Processes().run_watched([sys.executable, "-c", script], 20, lambda: seen.append(1))
    assert done.exit_code == 0
    assert done.stdout.split() == ["begun", "done"]
    assert len(seen) >= 2


def test_the_time_left_is_steady_where_bytes_come_in_bursts(monkeypatch) -> None:
    """Ten seconds of nothing after five at 30 MB/s, told 200 times a second: 10 MB/s on the average."""
    clock, done, total = [0.0], 0.0, 1e9
    shown = Console(file=io.StringIO(), force_terminal=True, width=90, get_time=lambda: clock[0])
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(console, "err", lambda: shown)
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    estimates = []
    with progress.shown() as report:
        for tick in range(12_000):
            clock[0] = tick / 200
            done += 30e6 / 200 if tick % 3000 < 1000 else 0
            report(Progress("m.gguf", done, total))
            if tick > 6_000:
                estimates.append((report.bar.tasks[0].time_remaining, (total - done) / 10e6))
    ratios = [left / expected for left, expected in estimates]
    assert 0.6 < min(ratios) <= max(ratios) < 1.4


def test_the_time_left_is_told_once(monkeypatch) -> None:
    """By the detail where that tells it; two estimates beside each other do not agree."""
    words = "step 2 of 50, about 48 min left, loss 0.12"
    step = Progress("training", 2, 50, words)
    (line,) = last_lines(monkeypatch, terminal=True, width=80, reported=[step])
    assert words in line
    assert ":" not in line.split(words)[-1]


#: what `tune` reports without a size beside it
TUNING = (
    "fetching the trainer",
    "trying a few steps",
    "loading the trainer",
    "starting the server",
)


@pytest.mark.parametrize("what", TUNING)
def test_what_is_done_is_shown_whole_on_a_usual_terminal(what, monkeypatch) -> None:
    (line,) = last_lines(monkeypatch, terminal=True, width=80, reported=[Progress(what)])
    assert what in line
