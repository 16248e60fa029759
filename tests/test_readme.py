"""README's first command, as it stands there, on a fresh copy with an empty home and no environment."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "*.egg-info", "__pycache__", ".*_cache")


@pytest.mark.e2e
@pytest.mark.network
@pytest.mark.timeout(1260)
@pytest.mark.skipif(sys.platform == "win32", reason="the command is for a POSIX shell")
def test_the_first_command_ends_with_an_answer(tmp_path):
    checkout, home = tmp_path / "checkout", tmp_path / "home"
    shutil.copytree(ROOT, checkout, ignore=NOT_COPIED)
    home.mkdir()
    command = re.findall(r"```sh\n(.*?)\n```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)[
        0
    ]
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("LOCALAI_", "XDG_", "VIRTUAL_"))
    }
    environment = {**kept, "HOME": str(home), "HF_ENDPOINT": "http://127.0.0.1:9"}
    run = {"cwd": checkout, "env": environment, "capture_output": True, "text": True}
    try:
        done = subprocess.run(["bash", "-c", f"{command} --yes"], timeout=1200, **run)
        assert done.returncode == 0, done.stderr
        assert "Answered: " in done.stdout
    finally:
        subprocess.run([".venv/bin/localai", "uninstall", "--yes"], check=False, **run)
    assert not (home / ".local" / "share" / "localai").exists()
