"""A pool whose machines, records and disks mean harm, and one that is interrupted: told in words, nothing left."""

import errno
import hashlib
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from localai_setup import cli
from localai_setup.machine.fleet import ssh as fleet_ssh
from localai_setup.machine.lending import far as far_machine
from localai_setup.machine.lending import pool
from localai_setup.machine.running import _front, _pool_keeper, bounded
from localai_setup.machine.running.answers import Answers
from localai_setup.machine.running.processes import Processes
from localai_setup.model.engine import ReleaseFile
from localai_setup.model.errors import LocalaiError
from localai_setup.model.lending import Lender, PoolSetUp
from localai_setup.model.settings import ServerSettings, StartSettings
from tests.test_pool_up import far, first_port, going_out, home, saved  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="its scripts read /proc here")

PIN = ReleaseFile("o/n", "b1", "f.tar.gz", 1, "0" * 64)
LENDER = Lender("desk", "b1-cpu", (PIN,))
SCRIPTS = Path(far_machine.__file__).parent


def a_pool(**changes):
    start = StartSettings(ServerSettings(4096), "/m.gguf", "m")
    made = PoolSetUp("c0ffee", "llama.cpp", "b1-cpu", ("/p",), start, (LENDER,))
    return replace(made, **changes)


#: what the other machine's `ssh` runs → what is said of it
HOSTILE = [
    ("yes", "printed without an end"),
    ("yes >&2", "printed without an end"),
    (f"echo localai: Linux complete {'9' * 5000}", "cannot lend"),
    ("echo localai: Linux complete 70000", "cannot lend"),
    ("echo Host key verification failed. >&2; exit 255", "Host key verification failed"),
]


@pytest.mark.parametrize(("script", "words"), HOSTILE)
def test_what_a_machine_prints_is_bounded_and_told_in_words(tmp_path, monkeypatch, script, words):
    ssh = tmp_path / "ssh"
    ssh.write_text(f"#!/bin/sh\n{script}\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(LocalaiError, match=words):
        far_machine.look("c0ffee", LENDER, 0)


#: a record that would name another place, or a flag
DAMAGED = [
    a_pool(id=""),
    a_pool(id=".."),
    a_pool(id="c0ffee/../../Documents"),
    a_pool(program=()),
    a_pool(lenders=(replace(LENDER, member="-oProxyCommand=id"),)),
    a_pool(lenders=(replace(LENDER, member="desk;id"),)),
    a_pool(lenders=(replace(LENDER, build="../.."),)),
    a_pool(lenders=(replace(LENDER, archives=(replace(PIN, file="../.bashrc"),)),)),
]


@pytest.mark.quick
@pytest.mark.parametrize("made", DAMAGED)
def test_a_record_whose_names_mean_another_place_is_none(home, made):  # noqa: F811
    pool.record().parent.mkdir(parents=True)
    pool.record().write_text(json.dumps(asdict(made)))
    assert pool.saved() is None
    pool.save(a_pool())
    assert pool.saved() == a_pool()


def removed(folder, name):
    argv = ["sh", str(SCRIPTS / "remove.sh"), name]
    return subprocess.run(argv, env={**os.environ, "HOME": str(folder)}, check=False).returncode


@pytest.mark.quick
def test_only_the_folder_of_a_pool_is_removed_and_nothing_through_a_link(tmp_path):
    work = tmp_path / "Documents/thesis.txt"
    work.parent.mkdir()
    work.write_text("years")
    root = tmp_path / ".localai-pool"
    (root / "beef01").mkdir(parents=True)
    (root / "c0ffee").symlink_to(work.parent)
    assert all(removed(tmp_path, one) for one in ("", "..", ".", "beef01/..", "*"))
    assert work.exists() and (root / "beef01").is_dir()
    assert removed(tmp_path, "c0ffee") == 0
    assert work.exists() and [one.name for one in root.iterdir()] == ["beef01"]
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/mine.txt").write_text("mine")
    (root / "beef01").rename(tmp_path / "elsewhere/beef01")
    root.rmdir()
    root.symlink_to(tmp_path / "elsewhere")
    assert removed(tmp_path, "beef01") == 0
    assert [one.name for one in (tmp_path / "elsewhere").iterdir()] == ["mine.txt"]


@pytest.mark.quick
def test_a_link_whose_program_is_gone_is_tried_again_and_says_why(monkeypatch):
    monkeypatch.setattr(_front, "LONGEST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(_front, "stop", threading.Event())
    link = _pool_keeper.Link("desk", ["/nowhere/ssh"], _pool_keeper.LENDS)
    thread = threading.Thread(target=link.tend)
    thread.start()
    time.sleep(0.2)
    assert thread.is_alive() and "No such file" in link.why
    _front.stop.set()
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.quick
def test_a_log_on_a_full_disk_ends_nothing(monkeypatch):
    class Full:
        def write(self, _):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        flush = write

    monkeypatch.setattr(sys, "stderr", Full())
    _front.say("words")


def test_a_full_disk_while_the_record_is_written_leaves_nothing_running(saved, monkeypatch):  # noqa: F811
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    processes = Processes()
    monkeypatch.setattr(pool, "save", full)
    with pytest.raises(OSError, match="No space"):
        pool.start(saved, processes, lambda _: None)
    assert not processes.marked(pool.MARK, str(pool.record()))


def test_ctrl_c_while_the_first_answer_is_awaited_leaves_nothing_running(saved, monkeypatch):  # noqa: F811
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Answers, "ask", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cli.run(["pool", "up", "--yes"])
    assert not Processes().marked(pool.MARK, str(pool.record()))


@pytest.mark.quick
def test_ctrl_c_ends_the_program_that_is_waited_for(tmp_path):
    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    number = tmp_path / "pid"
    try:
        with pytest.raises(KeyboardInterrupt):
            bounded.run(["sh", "-c", f"echo $$ >{number}; exec sleep 60"], 30)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert Processes().named(int(number.read_text())) is None


@pytest.mark.quick
def test_nobody_lends_as_root_by_name(home):  # noqa: F811
    with pytest.raises(LocalaiError, match="root@desk would lend as root"):
        cli.run(["pool", "up", "--yes", "--members", "anna@lab,root@desk"])


def test_what_answers_at_the_port_has_to_be_ours(saved, monkeypatch):  # noqa: F811
    monkeypatch.setattr(Processes, "listens", lambda *_: False)
    with pytest.raises(LocalaiError, match="Another program listens on port"):
        cli.run(["pool", "up", "--yes"])
    assert not Processes().marked(pool.MARK, str(pool.record()))


@pytest.mark.quick
def test_health_is_asked_without_the_key():
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.headers.get("Authorization") or "")
            self.send_response(200)
            self.end_headers()

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = {"command": [], "environment": {}, "port": server.server_port}
        kept = _pool_keeper.PoolServer("the server", settings, "secret-key")
        assert kept.responds("/health")
        server.shutdown()
    assert seen and not any("secret" in one for one in seen)
