"""Completion in the shells themselves, where they are installed. The script holds all that it offers."""

import re
import shutil
import subprocess
import sys
import time

import pytest
import typer

from localai_setup.cli import app
from localai_setup.cli.described import described
from localai_setup.commands.completion import SHELLS, _values
from localai_setup.ui.completion.words import Words

COMMANDS = described(typer.main.get_command(app))
SCRIPTS = {shell: make(Words(COMMANDS, _values(COMMANDS)), "1") for shell, make in SHELLS.items()}
#: what is typed → what must be offered, and what must not
TYPED = [
    ("localai ini", {"init"}, {"chat"}),
    ("localai init --for co", {"coding"}, {"chat", "--for"}),
    ("localai init --mo", {"--model"}, {"--for"}),
    ("localai init --model smol", {"smollm2-135m"}, {"init"}),
    ("localai plan --engine ", {"ollama", "llama.cpp"}, {"init"}),
    ("localai fit smol", {"smollm2-135m"}, set()),
    ("localai recipes ", {"show", "validate"}, {"init"}),
    ("localai recipes show sta", {"starter"}, {"init"}),
    ("localai connect open", {"opencode", "open-webui"}, {"openings"}),
    ("localai disconnect ", {"zed", "llm"}, {"curl"}),
    ("localai doctor --only setup-port-m", {"setup-port-moved"}, set()),
    ("localai completion ", {"fish", "powershell"}, set()),
]
#: a TAB that takes longer is felt; measured 0.02 s and less
MOST_SECONDS = 0.3


def installed(shell):
    return pytest.param(
        shell, marks=pytest.mark.skipif(not shutil.which(shell), reason=f"there is no {shell} here")
    )


def run(command, script):
    return subprocess.run(command, input=script, capture_output=True, text=True, timeout=60)


def in_bash(typed):
    *before, last = typed.split(" ")
    words = " ".join(f"'{word}'" for word in (*before, last))
    asked = f"COMP_WORDS=({words}); COMP_CWORD={len(before)}; _localai; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    return run(["bash", "--norc"], f"{SCRIPTS['bash']}\n{asked}\n")


def in_zsh(typed):
    """zsh's own `compadd` works in its editor only: here it prints what it is given and matches."""
    *before, last = typed.split(" ")
    words = " ".join(f"'{word}'" for word in (*before, last))
    fake = (
        'compadd() { shift; for one in "$@"; do [[ $one == "$cur"* ]] && print -r -- $one; done }\n'
    )
    fake += "compdef() { : }; _files() { : }\n"
    asked = f"words=({words}); CURRENT={len(before) + 1}; _localai"
    return run(["zsh", "-f"], f"{fake}{SCRIPTS['zsh']}\n{asked}\n")


def in_fish(typed):
    return run(["fish", "--no-config"], f"{SCRIPTS['fish']}\ncomplete -C '{typed}'\n")


ASK = {"bash": in_bash, "zsh": in_zsh, "fish": in_fish}


@pytest.mark.skipif(sys.platform == "win32", reason="the shells of other systems")
@pytest.mark.parametrize("shell", [installed(shell) for shell in ASK])
def test_what_is_typed_is_completed(shell):
    for typed, offered, not_offered in TYPED:
        done = ASK[shell](typed)
        found = {line.split("\t")[0].strip() for line in done.stdout.splitlines()}
        assert offered <= found, (typed, found, done.stderr)
        assert not not_offered & found, typed
        assert not done.stderr, (typed, done.stderr)


@pytest.mark.real
@pytest.mark.skipif(sys.platform == "win32", reason="the shells of other systems")
@pytest.mark.parametrize("shell", [installed("bash"), installed("fish")])
def test_a_tab_is_not_felt(shell):
    """The shell's own start is in it; the quickest of ten, as other programs run beside it."""
    times = []
    for _ in range(10):
        start = time.perf_counter()
        ASK[shell]("localai init --model smol")
        times.append(time.perf_counter() - start)
    assert min(times) < MOST_SECONDS


@pytest.mark.skipif(not shutil.which("zsh"), reason="there is no zsh here")
def test_zsh_completes_in_its_own_editor(tmp_path):
    import pexpect

    (tmp_path / "_localai").write_text(SCRIPTS["zsh"])
    shell = pexpect.spawn("zsh", ["-f"], encoding="utf-8", timeout=120, dimensions=(24, 100))
    shell.sendline(
        f"PS1='ready> '; fpath=({tmp_path} $fpath); autoload -Uz compinit; compinit -u -D"
    )
    shell.expect("ready> ")
    shell.sendline("localai() { print -r -- got: $* }; bindkey '^I' complete-word; print rea''dy2")
    shell.expect("ready2")
    shell.send("localai init --for cod\t")
    shell.expect("coding")
    shell.send("\r")
    shell.expect("got: init --for coding")
    shell.terminate(force=True)


def test_every_command_and_flag_is_in_every_script():
    for shell, script in SCRIPTS.items():
        for command in COMMANDS:
            for word in (*command.words, *Words(COMMANDS, {}).flags(command)):
                bare = word.removeprefix("--")
                assert re.search(rf"(?<![\w]){re.escape(bare)}(?![\w])", script), (shell, word)


def test_an_unknown_shell_is_told_which_there_are(localai):
    done = localai("completion", "tcsh")
    assert done.returncode == 2
    assert "bash, zsh, fish, powershell" in done.stderr
