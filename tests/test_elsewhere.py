"""Pages of another system or engine than the text's come last, and what only quotes a message breaks nothing."""

from __future__ import annotations

import pytest

from localai_setup.commands._suggesting import Report
from localai_setup.diagnosis.elsewhere import ENGINES, SYSTEMS, is_elsewhere
from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.quoting import is_quoted
from localai_setup.diagnosis.surroundings import Surroundings

from .known import KNOWN, PROBLEMS

NOTHING = Surroundings()
MESSAGE = "Torch not compiled with CUDA enabled"
SOURCE = f"""\
import torch

def check(device):
    # {MESSAGE}
    if not torch.cuda.is_available():
        raise RuntimeError("{MESSAGE}")
"""
LOG = f"""\
commit 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567
Author: Anna <anna@example.org>
Date:   Mon Jan 5 10:00:00 2026 +0100

    Say more on "{MESSAGE}"
"""
RUN = f"""\
Traceback (most recent call last):
  File "check.py", line 7, in <module>
    raise RuntimeError("{MESSAGE}")
RuntimeError: {MESSAGE}
"""


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_where_the_text_names_nothing_no_page_is_elsewhere(name: str) -> None:
    assert not is_elsewhere(PROBLEMS[name], NOTHING)


@pytest.mark.parametrize("start", [*ENGINES, *SYSTEMS])
def test_every_beginning_is_one_of_a_page(start: str) -> None:
    assert any(name.startswith(start) for name in PROBLEMS)


@pytest.mark.parametrize(
    ("name", "around", "expected"),
    [
        ("ollama-port-taken", Surroundings(engines=frozenset(["vllm"])), True),
        ("ollama-port-taken", Surroundings(engines=frozenset(["vllm", "ollama"])), False),
        ("windows-file-in-use", Surroundings(system="linux"), True),
        ("windows-file-in-use", Surroundings(system="windows"), False),
        ("wsl-systemd-off", Surroundings(system="linux", wsl=False), True),
        ("wsl-systemd-off", Surroundings(system="windows"), False),
        ("disk-full-models-dir", Surroundings("macos", engines=frozenset(["mlx"])), False),
    ],
)
def test_a_page_is_elsewhere_where_the_text_names_another(
    name: str, around: Surroundings, expected: bool
) -> None:
    assert is_elsewhere(PROBLEMS[name], around) is expected


@pytest.mark.parametrize(("text", "expected"), [(SOURCE, True), (LOG, True), (RUN, False)])
def test_source_and_a_log_of_changes_quote(text: str, expected: bool) -> None:
    assert is_quoted(text.splitlines()) is expected


@pytest.mark.parametrize("text", [SOURCE, LOG])
def test_what_is_quoted_is_only_possibly_broken(text: str) -> None:
    found = explain(text.splitlines(), NOTHING, KNOWN).found
    assert found
    assert {(one.status, one.confidence) for one in found} == {("info", "possible")}


def test_a_source_with_the_error_of_its_run_is_broken() -> None:
    found = explain(f"{SOURCE}\n{RUN}".splitlines(), NOTHING, KNOWN).found
    assert found[0].status == "fail"


@pytest.mark.parametrize("system", ["linux", "macos", "windows"])
def test_the_readers_system_drops_no_page_where_the_text_names_none(system: str) -> None:
    text = "The scheduled task that starts it after sign-in ends at once since the update, why?"
    report = Report(text, KNOWN, NOTHING, Surroundings(system=system))
    assert report.weighed == Report(text, KNOWN, NOTHING, NOTHING).weighed
    assert any(name.startswith("windows-") for name in report.weighed)
