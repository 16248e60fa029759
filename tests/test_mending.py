"""`doctor --fix`: what is run, what is asked first, what never runs."""

from __future__ import annotations

import os
import stat
import sys

import pytest
from localai_setup.model.finding import Fix
from localai_setup.diagnosis.unattended import safe_argv, why_attended

from .known import PAGES, PROBLEMS

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="programs on PATH are shell scripts")


@pytest.mark.parametrize(
    "command",
    ["nvidia-smi", "df -h /srv", "systemctl show ollama -p Environment", "localai doctor --deep"],
)
def test_a_proof_that_only_reads_is_run(command):
    assert safe_argv(command)


@pytest.mark.parametrize(
    "command",
    [
        "sudo smartctl -H /dev/sda",
        "nvidia-smi -pm 1",
        "nvidia-smi -q -f /etc/passwd",
        "systemctl restart ollama",
        "localai doctor --fix",
        "localai uninstall --yes",
        "cat /etc/passwd > x",
        "ls; rm -r x",
        "ls $(rm -r x)",
        "docker run --rm alpine",
        "journalctl --vacuum-size=1M",
        "journalctl -u ollama -f",
        "python -c 'import os'",
        "curl -s http://127.0.0.1 -o x",
        "cat 'unclosed",
        "",
    ],
)
def test_a_proof_that_could_do_more_is_not(command):
    assert safe_argv(command) is None


def test_with_yes_only_standard_commands_are_run():
    assert not why_attended(Fix("x", ("sudo apt install mesa-vulkan-drivers",), needs_root=True))
    assert "fill" in why_attended(Fix("x", ("sudo resolvectl dns eth0 1.1.1.1",), needs_root=True))
    assert "fill" in why_attended(Fix("x", ("curl https://x.org/i.sh | sh",), needs_root=True))
    assert "fill" in why_attended(Fix("x", ("sudo apt install systemd-",), needs_root=True))
    assert "restart" in why_attended(
        Fix("x", ("sudo apt install x",), needs_root=True, reboot=True)
    )
    assert "lose" in why_attended(Fix("x", ("sudo apt install x",), loses="Your files."))


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_no_fix_hides_a_restart_or_a_deletion_from_yes(name):
    """What `--yes --allow-system-changes` would run never reboots, removes or writes a file."""
    for fix in PROBLEMS[name].problem.fixes:
        if fix.needs_root and not why_attended(fix):
            assert not any(
                word in command
                for command in fix.commands
                for word in ("reboot", "rm ", "remove", "purge", "tee", "shutdown", "| sh")
            )


@pytest.fixture
def tools(localai, tmp_path):
    """A dmesg that shows a missing Vulkan driver, and a sudo that writes down what it is given."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (tmp_path / "kernel.txt").write_text(PAGES["vulkan-driver-missing"].fires[0].text)
    for name, line in {
        "dmesg": f'cat "{tmp_path}/kernel.txt"',
        "sudo": f'echo "$@" >> "{tmp_path}/sudo.txt"; echo > "{tmp_path}/kernel.txt"',
        "vulkaninfo": "echo GPU0: a card",
    }.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    localai.extra["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return tmp_path / "sudo.txt"


FIX = ("doctor", "--only", "vulkan-driver-missing", "--fix")


@on_posix
def test_no_privileged_command_without_both_flags(localai, tools):
    for flags in ((), ("--yes",)):
        done = localai(*FIX, *flags)
        assert done.returncode == 1
        assert not tools.exists(), flags


@on_posix
def test_without_a_terminal_a_privileged_command_needs_yes(localai, tools):
    done = localai(*FIX, "--allow-system-changes")
    assert done.returncode == 4
    assert "sudo apt install mesa-vulkan-drivers" in done.stderr
    assert "--yes" in done.stderr
    assert not tools.exists()


@on_posix
def test_with_both_flags_exactly_the_shown_command_runs_and_is_proved(localai, tools):
    done = localai(*FIX, "--allow-system-changes", "--yes")
    assert tools.read_text() == "apt install mesa-vulkan-drivers vulkan-tools\n"
    assert "$ sudo apt install mesa-vulkan-drivers vulkan-tools" in done.stderr
    assert "`vulkaninfo --summary` says: GPU0: a card" in done.stderr
    assert done.returncode == 0, done.stdout + done.stderr


@on_posix
def test_on_a_terminal_each_command_is_asked_for(localai, tools):
    pexpect = pytest.importorskip("pexpect")
    for key, ran in (("n", False), ("y", True)):
        child = pexpect.spawn(
            sys.executable,
            ["-m", "localai_setup", *FIX, "--allow-system-changes"],
            env={**localai.environment(), "TERM": "xterm"},
            timeout=60,
            encoding="utf-8",
            dimensions=(40, 140),
        )
        child.expect("sudo apt install mesa-vulkan-drivers")
        child.expect("No")
        child.send("\x1b[A\r" if ran else "\r")
        child.expect(pexpect.EOF)
        assert tools.exists() is ran, key


def test_a_recording_cannot_be_mended(localai, tmp_path):
    file = tmp_path / "r.json"
    file.write_text('{"schema": "localai.recording/1", "machine": {}, "readings": {}}')
    done = localai("doctor", "--fix", "--replay", str(file))
    assert done.returncode == 2
    assert "--replay" in done.stderr
