"""After `uninstall` a home is what it was, whatever was used of localai meanwhile. With the real engine."""

import json
import os
import shutil
import sys
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import pytest

from localai_setup.machine.running import login_start
from localai_setup.model.proof import AnswerTest
from localai_setup.model.tuning import Adapter, TuningSize

from .test_end_to_end import listing, servers_of

pytestmark = [
    pytest.mark.real,
    pytest.mark.e2e,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform == "win32", reason="programs of a shell stand in for others"),
]
STARTER = ("--yes", "--for", "starter", "--engine", "llama.cpp")
#: what systemd does in a home when a unit is enabled and disabled
SYSTEMCTL = """#!/bin/sh
folder="$HOME/.config/systemd/user"
for unit; do :; done
case "$*" in
*enable*) mkdir -p "$folder/default.target.wants"
    ln -sf "$folder/$unit" "$folder/default.target.wants/$unit" ;;
*disable*) rm -f "$folder/default.target.wants/$unit"
    rmdir "$folder/default.target.wants" 2>/dev/null ;;
esac
exit 0
"""
#: in a container nobody logs in, and some of those who test are in one
ON_A_COMPUTER = f"""import os
real = os.path.exists
os.path.exists = lambda path: path not in {login_start._CONTAINER_MARKS} and real(path)
"""
SETTINGS = ".continue/config.yaml"


@pytest.fixture
def lived_in(localai, tmp_path):
    """The folders that every system has, some of them there; a program whose settings are there, and one
    whose are not; a systemd of the user's own.
    """
    home, programs = localai.home, tmp_path / "programs"
    (home / ".config").mkdir()
    (home / "empty").mkdir()
    (home / SETTINGS).parent.mkdir()
    (home / SETTINGS).write_bytes(b"# mine\\r\\nname: me\\r\\n")
    programs.mkdir()
    (programs / "systemctl").write_text(SYSTEMCTL)
    (programs / "systemctl").chmod(0o755)
    localai.extra |= {"LOCALAI_HOME": "", "PATH": f"{programs}:{os.environ['PATH']}"}
    return localai


def modes(home):
    return {str(path): path.lstat().st_mode for path in home.rglob("*")}


def well(localai, *command):
    done = localai(*command)
    assert done.returncode == 0, (command, done.stdout + done.stderr)
    return done


def taught(localai):
    """An adapter as a training leaves it, and one that was not finished."""
    folder = localai.home / ".local/share/localai/adapters"
    (folder / "mine").mkdir(parents=True)
    (folder / "mine" / "adapter.gguf").write_bytes(b"GGUF")
    size = TuningSize(10**9, 8, 16, 2e-4, 3, 4)
    digest = sha256(b"GGUF").hexdigest()
    record = Adapter(
        "mine", "smollm2-135m", "ab", digest, 4, "2026-11-01", 60, 6, "cd", size, AnswerTest("?")
    )
    (folder / "mine" / "adapter.json").write_text(json.dumps(asdict(record)))
    (folder / "half" / "run").mkdir(parents=True)
    (folder / "half" / "run" / "checkpoint").write_bytes(b"x")
    assert [one["name"] for one in localai.json("tune", "list")["adapters"]] == ["mine"]


def served_a_page(localai):
    page = localai.start("open", "--own-page", "--no-browser")
    try:
        assert page.stdout.readline().startswith("http")
    finally:
        page.terminate()
        page.communicate(timeout=30)


def use(localai, tmp_path):
    """Everything that keeps something."""
    well(localai, "init", *STARTER)
    second = tmp_path / "second.gguf"
    shutil.copy(localai.json("status")["model_file"], second)
    well(localai, "switch", str(second), "--yes")
    well(localai, "models")
    well(localai, "switch", "--back", "--yes")
    well(localai, "chat", "--keep", "a talk", "Hello")
    well(localai, "chat", "--keep", "a talk", "And now?")
    for program in ("continue", "zed", "opencode"):
        well(localai, "connect", program, "--yes")
    well(localai, "disconnect", "opencode", "--yes")
    well(localai, "bench", "--seconds", "1")
    well(localai, "advise", "--task", "summarise", "--data", "personal")
    for shell in ("bash", "zsh", "fish"):
        well(localai, "completion", shell)
    taught(localai)
    served_a_page(localai)
    well(localai, "licences")
    for looking in (["explain", "CUDA error: out of memory"], ["doctor", "--deep"], ["detect"]):
        localai(*looking)
    well(localai, "down")
    well(localai, "up")


def started_at_login(localai, tmp_path):
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "sitecustomize.py").write_text(ON_A_COMPUTER)
    localai.extra["PYTHONPATH"] = str(tmp_path / "python")
    well(localai, "service", "on", "--yes")
    found = localai.json("service", "status")
    assert found["on"] and Path(found["file"]).is_relative_to(localai.home)


def test_whatever_was_used_a_home_is_as_it_was(lived_in, tmp_path):
    before, permissions = listing(lived_in.home), modes(lived_in.home)
    use(lived_in, tmp_path)
    if sys.platform == "linux":
        started_at_login(lived_in, tmp_path)
    done = lived_in.json("uninstall", "--yes")
    assert not servers_of(lived_in.home)
    assert listing(lived_in.home) == before
    assert modes(lived_in.home) == permissions
    assert not [words for words in done["left"] if str(lived_in.home) in words]
