"""Every command that is printed for Windows can be pasted there, into PowerShell (5.1 as well) or into
both shells: fixes of problem pages, what checks add to them, `connect`, hints, the line for scripts.
"""

import ast
import re
import sys
from pathlib import Path

import pytest

from localai_setup.checks.setup import setup_server_gone
from localai_setup.commands import completion
from localai_setup.diagnosis.choosing import fitting
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.diagnosis.windows_commands import spelled
from localai_setup.model.finding import Fix, Where
from localai_setup.model.model_server import ServerPlace
from localai_setup.recipes.apps import apps
from localai_setup.ui import doctortext, fixwords, shellwords

from .known import PROBLEMS

pytestmark = pytest.mark.quick
HERE = Surroundings(system="windows", wsl=False, container=False)
PACKAGE = Path(__file__).parent.parent / "localai_setup"
#: Programs that Windows does not have, and words of POSIX' shells.
NOT_THERE = set(
    "sudo ls cat rm cp mv chmod chown ln touch grep sed awk head tail tee kill pkill which command "
    "export unset env source uname id getent systemctl journalctl modprobe apt apt-get dnf pacman "
    "zypper brew launchctl python3 pip3 sh bash zsh fg bg xargs nproc free df du lscpu lspci unzip".split()
)
#: What holds for Windows PowerShell 5.1 and cmd where a command is none of PowerShell's own.
WRONG = {
    "joined by && or ||, which PowerShell 5.1 lacks": r" (?:&&|\|\|) ",
    "a device of Linux": r"/dev/(?:null|dri|kfd)\b",
    "a line that goes on": r"\\$",
    "a variable before the command": r"^[A-Z_]+=\S* ",
    "a variable of POSIX": r"\$[A-Z_]+\b(?!:)(?<!\$HOME)(?<!\$PROFILE)(?<!\$LASTEXITCODE)|\$\{",
    "`~`, which only PowerShell's own commands take": r"(?:^|\s)~/",
    "curl, which is another program in PowerShell 5.1": r"(?:^|[|;] ?)curl ",
    "a program below a folder with /, which cmd cannot start": r"^\.?[\w.-]*/\S+",
    "text in quotes within quotes, which PowerShell 5.1 drops": r"""^(?![A-Z][a-z]+-).*'[^']*"[^']*'""",
}
#: Engines that run on Linux alone: their commands are typed where they run.
ONLY_ON_LINUX = ("vllm ",)


def faults(command):
    if command.startswith(ONLY_ON_LINUX):
        return []
    # what a Linux inside is given is its own affair
    own = re.sub(r"^wsl .*? -e bash -c \".*\"$", "wsl", command)
    own = re.sub(r"^((?:docker|podman)(?: compose)? (?:exec|run) .*)$", "docker", own)
    first = own.split(maxsplit=1)[0]
    found = [words for words, pattern in WRONG.items() if re.search(pattern, own)]
    return [f"{first} is not there", *found] if first in NOT_THERE else found


@pytest.mark.parametrize(
    "command",
    [
        "sudo apt install x", "ls -l MODEL.gguf", "curl -s http://127.0.0.1", "cat x | head", "a && b",
        "X=1 ollama serve", "ollama serve 2>/dev/null", "uv venv ~/llm", "build/bin/llama-server",
        """some.exe -d '{"a": 1}'""", "docker-machine $USER", "echo ${X}", "fg",
    ],
)  # fmt: skip
def test_a_command_for_another_shell_is_noticed(command):
    assert faults(command)


def shown(name):
    """The fixes of a problem as they are printed on Windows."""
    problem = PROBLEMS[name].problem
    if problem.systems and "windows" not in problem.systems:
        return []
    fixes = fitting(HERE, problem.fixes)
    # without one for Windows those of others are shown, as they are
    return [one for one in fixes if not one.where.systems or "windows" in one.where.systems]


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_the_fixes_of_a_problem_can_be_pasted_on_windows(name):
    for fix in shown(name):
        wrong = {one: faults(one) for one in (*fix.commands, fix.proof) if one and faults(one)}
        assert not wrong, fix.text


def test_enough_is_looked_at():
    commands = [one for name in PROBLEMS for fix in shown(name) for one in fix.commands]
    assert len(commands) > 500
    assert sum(bool(fix.shell) for name in PROBLEMS for fix in shown(name)) > 60


@pytest.mark.parametrize(
    ("command", "there", "shell"),
    [
        ("curl -s http://127.0.0.1:8080/health", "curl.exe -s http://127.0.0.1:8080/health", ""),
        ("build/bin/llama-server --version", r".\build\bin\Release\llama-server --version", ""),
        ("llama.cpp/build/bin/llama-server", r".\llama.cpp\build\bin\Release\llama-server", ""),
        ("docker exec a curl -s b", "docker exec a curl -s b", ""),
        ("ollama show --modelfile a > Modelfile", "ollama show --modelfile a > Modelfile", ""),
        ("echo 'FROM ./x' > Modelfile", "echo 'FROM ./x' > Modelfile", "PowerShell"),
        ('setx OLLAMA_HOST "127.0.0.1"', 'setx OLLAMA_HOST "127.0.0.1"', ""),
        ("$env:A='b'; ollama serve", "$env:A='b'; ollama serve", "PowerShell"),
        ("Get-PSDrive -PSProvider FileSystem", "Get-PSDrive -PSProvider FileSystem", "PowerShell"),
        ("netstat -ano | findstr :8080", "netstat -ano | findstr :8080", ""),
        ("shutdown /r /t 60", "shutdown /r /t 60", ""),
    ],
)
def test_a_command_is_spelled_as_windows_shells_take_it(command, there, shell):
    fix = spelled(Fix("x", (command,)))
    assert (fix.commands, fix.shell) == ((there,), shell)
    assert spelled(Fix("x", ("ollama ps",), proof=command)).proof == there


def test_a_fix_for_another_system_stays_as_it_is():
    fix = Fix("x", ("curl -s 'a'",), where=Where(systems=("linux",)))
    assert spelled(fix) == fix
    assert fitting(Surroundings(system="linux"), (Fix("x", ("curl -s a",)),))[0].commands == (
        "curl -s a",
    )


def test_the_shell_is_named_where_it_matters():
    fix = spelled(Fix("Do it.", ("$env:A='b'; ollama serve",), needs_root=True))
    assert fixwords.in_brackets(fix) == " (needs an administrator, in PowerShell)"
    assert not fixwords.in_brackets(spelled(Fix("Do it.", ("ollama ps",))))


def test_a_server_that_was_started_by_hand_is_started_by_powershell_again():
    place = ServerPlace(11500, models_folder="D:\\Jörg's models")
    fix = setup_server_gone._start(place, "Windows")
    assert fix.commands == (
        "$env:OLLAMA_HOST='127.0.0.1:11500'; $env:OLLAMA_MODELS='D:\\Jörg''s models'; ollama serve",
    )
    assert not faults(fix.commands[0])
    assert spelled(fix).shell == "PowerShell"


POSIX_SHELL = re.compile(r"^export |\\$|^\w+=\S+ ", re.MULTILINE)


@pytest.mark.parametrize("name", sorted(apps()))
def test_what_connect_prints_for_a_shell_has_a_form_for_each_shell_of_windows(name):
    app = apps()[name]
    assert bool(app.powershell) == bool(app.cmd) == bool(POSIX_SHELL.search(app.settings))
    for line in app.powershell.splitlines():
        assert not re.search(r"^export |^set |[\\^]$|(?:^|\s)curl ", line), line
    for line in app.cmd.splitlines():
        assert not re.search(r"^export |\$env:|'|[\\`]$|^set \w+=[\"']", line), line


@pytest.mark.parametrize(
    ("word", "there", "elsewhere"),
    [
        ("qwen3-4b", "qwen3-4b", "qwen3-4b"),
        ("C:\\models\\a.gguf", "C:\\models\\a.gguf", "'C:\\models\\a.gguf'"),
        ("C:\\Users\\Jörg Müller\\a.gguf", '"C:\\Users\\Jörg Müller\\a.gguf"', None),
        ("C:\\Users\\王\\a.gguf", "C:\\Users\\王\\a.gguf", None),
        ("a & b", '"a & b"', "'a & b'"),
        ("a,b", '"a,b"', "a,b"),
        ("C:\\models\\", "C:\\models\\", None),
        ("C:\\my models\\", '"C:\\my models\\\\"', "'C:\\my models\\'"),
        ("\\\\host\\my share\\\\", '"\\\\host\\my share\\\\\\\\"', None),
    ],
)
def test_a_word_of_a_command_is_quoted_for_both_shells_of_windows(
    monkeypatch, word, there, elsewhere
):
    monkeypatch.setattr(sys, "platform", "linux")
    assert elsewhere is None or shellwords.line(["x", word]) == f"x {elsewhere}"
    monkeypatch.setattr(sys, "platform", "win32")
    assert shellwords.line(["x", word]) == f"x {there}"


def backquoted():
    """(place, command) of every sentence in the code; what stands in braces is a word."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [one.value if isinstance(one, ast.Constant) else "X" for one in node.values]
                text = "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            else:
                continue
            for command in re.findall(
                r"`((?:localai|python|py|pip|pipx|uv|hf|ollama|winget|setx) [^`\n]+)`", text
            ):
                yield f"{file.name}:{node.lineno}", command


def test_hints_hold_no_command_that_cmd_or_powershell_takes_otherwise():
    """Single quotes are letters to cmd; the rest is what is wrong in a fix, too."""
    found = list(backquoted())
    assert len(found) > 200
    wrong = {(place, one): faults(one) for place, one in found if faults(one) or "'" in one}
    assert not wrong


def test_the_completion_of_powershell_is_added_to_a_profile_that_may_not_be_there():
    command = completion.PLACES["powershell"]
    assert "New-Item -Force $PROFILE" in command
    assert ">>" not in command, "PowerShell 5.1 adds UTF-16 to a file of another encoding"
    assert not faults(command)


def test_what_to_do_first_names_the_shell():
    finding = type("F", (), {"fixes": (spelled(Fix("Do it.", ("$env:A='b'; c",))),)})()
    assert doctortext._way_out([finding], []) == "What to do first (in PowerShell): $env:A='b'; c"
