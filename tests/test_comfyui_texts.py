"""A text of ComfyUI speaks of PyTorch too, and its own steps are not left out for that."""

from __future__ import annotations

import pytest

from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.surroundings import Surroundings

from .known import KNOWN

pytestmark = pytest.mark.quick
PORTABLE = "D:\\ComfyUI\\python_embeded\\python.exe\n"
#: problem → what PyTorch prints for it
TEXTS = {
    "nvidia-gpu-too-new-for-build": (
        "NVIDIA GeForce RTX 5080 with CUDA capability sm_120 is not compatible with the current "
        "PyTorch installation."
    ),
    "python-torchvision-mismatch": "PyTorch 2.9\nRuntimeError: operator torchvision::nms does not exist",
}


@pytest.mark.parametrize(("problem", "text"), TEXTS.items(), ids=TEXTS)
def test_the_portable_one_is_given_its_own_step_first(problem, text):
    found = {one.id: one for one in explain(PORTABLE + text, Surroundings("windows"), KNOWN).found}
    commands = [command for fix in found[problem].fixes for command in fix.commands]
    assert commands[0].startswith(".\\python_embeded\\python.exe")
    assert any(command.startswith("python -m pip") for command in commands)
    assert not any("ollama" in command for command in commands)
