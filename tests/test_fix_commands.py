"""Commands of fixes can be pasted, and say themselves what they need and cost."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from localai_setup.model.finding import Fix
from localai_setup.problems.dangers import UNSAVED_WORK, with_dangers

from .known import PAGES, PROBLEMS

pytestmark = pytest.mark.quick
#: systems and what stands in Windows' own fixes
WINDOWS = ("windows",)


@pytest.mark.parametrize(
    ("commands", "root", "reboot"),
    [
        (("sudo apt install x",), True, False),
        (("echo x | sudo tee /etc/x", "sudo reboot"), True, True),
        (("lsblk -dpno NAME | xargs -n1 sudo smartctl -H",), True, False),
        (("sudo poweroff",), True, True),
        (("shutdown /r /t 0",), False, True),
        (("sudo shutdown -r now",), True, True),
        (("Restart-Computer",), False, True),
        (("curl -fsSL https://ollama.com/install.sh | OLLAMA_VERSION=0.24.0 sh",), True, False),
        (("echo sudoku", "ls reboot", "wsl.exe --shutdown", "docker restart x"), False, False),
    ],
)
def test_commands_show_what_they_need(commands, root, reboot):
    fix = with_dangers(Fix("x", commands))
    assert (fix.needs_root, fix.reboot) == (root, reboot)
    assert fix.loses == (UNSAVED_WORK if reboot else "")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_does_not_repeat_what_its_commands_show(name):
    """A flag on the page is for what a person does by hand, or for Windows, which has no sudo."""
    for fix in PAGES[name].fixes:
        bare = with_dangers(Fix(fix.text, fix.commands))
        assert not (bare.needs_root and fix.needs_root), fix.text
        assert not (bare.reboot and fix.reboot), fix.text
        assert not (bare.reboot and fix.loses == UNSAVED_WORK), fix.text


@pytest.mark.skipif(not shutil.which("bash"), reason="commands are for a POSIX shell")
@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_a_shell_can_read_every_command(name):
    """Each by itself, for each system and family: people paste them one by one."""
    commands = dict.fromkeys(
        command
        for fix in PROBLEMS[name].problem.fixes
        for command in (*fix.commands, fix.proof)
        if command and fix.where.systems != WINDOWS
    )
    script = "\n".join(f"f() {{\n{command}\n}}" for command in commands)
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
