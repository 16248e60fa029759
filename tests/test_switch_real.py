"""Switching to another model and back, with the real engine; what is broken leaves the old one serving."""

import shutil

import pytest

from .test_upgrade_real import STARTER, broken_copy, left_serving

pytestmark = [pytest.mark.real, pytest.mark.e2e]


@pytest.mark.timeout(900)
def test_another_model_and_back_are_proved_by_answers(localai, tmp_path):
    assert localai("switch", "starter").returncode == 1
    assert localai("init", *STARTER).returncode == 0
    before = localai.json("status")
    second = tmp_path / "second.gguf"
    shutil.copy(before["model_file"], second)
    assert localai("switch").returncode == 4
    assert localai("switch", str(second)).returncode == 4
    planned = localai.json("switch", str(second), "--dry-run")
    assert (planned["schema"], planned["switched"]) == ("localai.switch/1", False)
    assert planned["downloads"] == []
    assert left_serving(localai, before)
    done = localai.json("switch", str(second), "--yes")
    assert done["switched"] and done["answer"]
    assert done["previous"]["model"] == "smollm2-135m"
    now = localai.json("status")
    assert (now["running"], now["model"]) == (True, "second")
    assert localai.json("switch", "--back", "--yes")["answer"]
    assert left_serving(localai, before)
    assert localai("switch", str(broken_copy(localai, tmp_path / "bad.gguf")), "--yes").returncode
    assert left_serving(localai, before)
