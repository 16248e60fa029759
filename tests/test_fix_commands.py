"""Commands of fixes can be pasted, and say themselves what they need and cost."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from localai_setup.model.finding import Fix, Where
from localai_setup.problems.dangers import UNSAVED_WORK, with_dangers
from localai_setup.problems.page import PageFix
from localai_setup.problems.remedies import expanded, remedies
from localai_setup.recipes.strict_yaml import RecipeError

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
        (("curl -fsSL https://ollama.com/install.sh | sh",), True, False),
        (("sh ollama-install.sh",), True, False),
        (("curl -LsSf https://astral.sh/uv/install.sh | sh",), False, False),
        (("echo sudoku", "ls reboot", "wsl.exe --shutdown", "docker restart x"), False, False),
    ],
)
def test_commands_show_what_they_need(commands, root, reboot):
    fix = with_dangers(Fix("x", commands))
    assert (fix.needs_root, fix.reboot) == (root, reboot)
    assert fix.loses == (UNSAVED_WORK if reboot else "")


def opened(command: str) -> bool:
    """vLLM listens to the whole network by itself, without a key; a container hands out what -p names."""
    if not re.search(r"\bvllm serve (?!-)", command) or "--host 127.0.0.1" in command:
        return False
    return not command.startswith("docker run ") or bool(re.search(r" -p |--net", command))


def test_no_command_opens_a_server_of_vllm_to_the_network():
    fixes = [(name, fix) for name, page in PAGES.items() for fix in page.fixes]
    assert sum("vllm serve " in one for _, fix in fixes for one in fix.commands) > 30
    assert not [(name, one) for name, fix in fixes for one in fix.commands if opened(one)]
    assert opened("X=0 vllm serve a/b --dtype half")
    assert opened("docker run -p 8000:8000 v vllm serve a/b")
    assert not opened("vllm serve --help=all")


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


def use(remedy: str, /, **values: str) -> PageFix:
    return PageFix("Do it.", proof="ollama ps", remedy=remedy, values=values)


@pytest.mark.parametrize("name", sorted(remedies()))
def test_a_remedy_is_used_and_has_a_way_for_each_system_that_it_knows(name):
    """Two variants for the same machines would be shown beside each other."""
    assert any(fix.remedy == name for page in PAGES.values() for fix in page.fixes)
    places = [one.where for one in remedies()[name].fixes]
    assert len(set(places)) == len(places)


def test_a_remedy_takes_the_values_of_the_page():
    setting = use("ollama-setting", variable="OLLAMA_HOST", value="0.0.0.0 b", name="host")
    service, by_hand, mac, windows = expanded(setting)
    assert 'Environment="OLLAMA_HOST=0.0.0.0 b"' in service.commands[1]
    assert by_hand.commands == ("OLLAMA_HOST='0.0.0.0 b' ollama serve",)
    assert windows.commands == ('setx OLLAMA_HOST "0.0.0.0 b"',)
    assert mac.commands[0] == "launchctl setenv OLLAMA_HOST '0.0.0.0 b'"
    only = replace(setting, where=Where(systems=("macos",)))
    assert expanded(only) == (mac,)


@pytest.mark.parametrize(
    ("fix", "words"),
    [
        (use("ollama-seting"), "did you mean `ollama-setting`?"),
        (use("boot-parameter"), "takes no `proof`"),
        (use("ollama-setting", variable="X", value="1"), "needs `name`"),
        (use("restart", add="x"), "takes no `add`"),
    ],
)
def test_a_wrong_use_of_a_remedy_is_named(fix, words):
    with pytest.raises(RecipeError, match=re.escape(words)):
        expanded(fix)
