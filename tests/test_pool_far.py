"""What a pool asks and does on the other machines: who it would be there, how long it waits, what holds a port."""

import hashlib
import os
import shutil
import socket
import sys
import time
from pathlib import Path

import pytest

from localai_setup import cli
from localai_setup.machine.fleet import ssh as fleet_ssh
from localai_setup.machine.lending import far as far_machine
from localai_setup.machine.running import _pool_keeper, bounded
from localai_setup.model.errors import LocalaiError
from tests.test_pool_hostile import LENDER, SCRIPTS
from tests.test_pool_up import first_port, going_out, home  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="its scripts read /proc here")


def lent(tmp_path, words, port):
    """How it ends with a program that says these words and ends, where it is to lend at this port."""
    build = tmp_path / "b1-cpu"
    build.mkdir()
    (build / "complete").write_text("mark")
    program = build / "rpc-server"
    program.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 127\n")
    program.chmod(0o755)
    sums = hashlib.sha256(program.read_bytes()).hexdigest()
    (build / "files.sha256").write_text(f"{sums}  ./rpc-server\n")
    script = tmp_path / "lend.sh"
    script.write_text((SCRIPTS / "lend.sh").read_text())
    code = hashlib.sha256(b"mark").hexdigest()
    command = ["sh", str(script), "b1-cpu", code, str(port)]
    link = _pool_keeper.Link("desk", command, _pool_keeper.LENDS)
    process = link.spawn()
    link.watched(process)
    return link.ended, link.why


def test_a_program_that_lacks_a_library_says_so_last_of_all(tmp_path):
    words = "error while loading shared libraries: libgomp.so.1: cannot open shared object file"
    assert lent(tmp_path, words, 50999) == (70, words)


def test_a_connection_that_took_the_port_in_between_is_named(tmp_path, first_port):  # noqa: F811
    """Nobody listens there, so that the look at the port sees nothing, and the program cannot have it."""
    port = first_port + 90
    with going_out(port):
        code, why = lent(tmp_path, "Failed to create server socket", port)
    assert (code, _pool_keeper.MEANINGS[code]) == (67, "port-taken")
    assert f"port {port} was taken" in why


def test_a_connection_that_was_closed_holds_no_port(tmp_path, first_port):  # noqa: F811
    """It stays in the system's table for a minute (TIME_WAIT), and a program may listen there."""
    port = first_port + 91
    with socket.create_server(("127.0.0.1", 0)) as server:
        here = socket.create_connection(server.getsockname(), source_address=("127.0.0.1", port))
        there = server.accept()[0]
        here.close()
        there.close()
    assert lent(tmp_path, "another reason", port) == (70, "another reason")


#: what `ssh -G` prints → whether it logs in as root
USERS = [
    ("host desk\nuser root\nhostname 10.0.0.2", True),
    ("host desk\nuser anna\nhostname root", False),
    ("unknown option -- G", False),
]


@pytest.mark.quick
@pytest.mark.parametrize(("printed", "is_root"), USERS)
def test_nobody_lends_as_root_by_the_settings_of_ssh(home, tmp_path, monkeypatch, printed, is_root):  # noqa: F811
    ssh = tmp_path / "bin/ssh"
    ssh.parent.mkdir()
    ssh.write_text(f"#!/bin/sh\n[ \"$1\" = -G ] && printf '{printed}\n'\nexit 255\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(LocalaiError) as refused:
        cli.run(["pool", "up", "--yes", "--members", "desk"])
    assert ("desk would lend as root" in refused.value.what) is is_root
    assert ("`User` in its settings" in refused.value.why) is is_root


@pytest.mark.skipif(shutil.which("ssh") is None, reason="asks the ssh that is here")
def test_the_user_is_the_one_that_ssh_itself_would_take(tmp_path, monkeypatch):
    config = tmp_path / "config"
    config.write_text("Host desk\n  User root\nHost lab\n  User anna\n")
    program = tmp_path / "bin/ssh"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {config} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    assert [fleet_ssh.user_of(one) for one in ("desk", "lab", "root@lab")] == [
        "root",
        "anna",
        "root",
    ]


#: how the other side takes what is sent → whether it is waited for
TAKES = [
    ("while head -c 30000 | grep -q .; do sleep 0.3; done; echo done", True),
    ("head -c 30000 >/dev/null; sleep 60", False),
]


@pytest.mark.parametrize(("script", "is_waited_for"), TAKES)
def test_who_takes_slowly_is_waited_for_and_who_takes_nothing_is_not(
    tmp_path, script, is_waited_for
):
    """Each piece comes well within the time, all of them do not."""
    file = tmp_path / "archive"
    file.write_bytes(b"line\n" * 60_000)
    began = time.monotonic()
    with file.open("rb") as sent:
        if is_waited_for:
            assert bounded.run(["sh", "-c", script], 1.5, sent=sent)[0] == b"done\n"
            assert time.monotonic() - began > 2
        else:
            with pytest.raises(bounded.TooLateError):
                bounded.run(["sh", "-c", script], 1.5, sent=sent)
            assert time.monotonic() - began < 10


@pytest.mark.quick
def test_a_machine_that_takes_nothing_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(far_machine, "PUSH_SECONDS", 0.3)
    ssh = tmp_path / "ssh"
    ssh.write_text("#!/bin/sh\nexec sleep 60\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(
        LocalaiError, match="desk could not be used: it took nothing more of what was sent"
    ):
        far_machine.bring("c0ffee", LENDER, [Path(__file__)])
