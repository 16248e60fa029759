"""Several servers behind a proxy: what each is told, and that whatever dies is started again."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from localai_setup.machine.keeping import folders
from localai_setup.machine.running import _front, command_lines
from localai_setup.machine.running.command_lines import Program
from localai_setup.machine.running.proxies import Behind
from localai_setup.machine.running.server import MARK
from localai_setup.model.errors import LocalaiError
from localai_setup.model.settings import HAPROXY, Front

from .server_fixtures import KEY, PROGRAM, posix, quiet_port, servers, settings, until

__all__ = ["servers"]
pytestmark = posix
has_haproxy = pytest.mark.skipif(
    not shutil.which("haproxy"), reason="HAProxy is not installed here"
)
BEHIND = Behind(("127.0.0.1", "192.0.2.7"), 43110, (43111, 43112), 3)


# what the servers are told


def fronted(tmp_path, manner="good", replicas=2):
    """The proxy of these tests, which HAProxy's settings are for."""
    script = Path(__file__).with_name("fake_proxy.py")
    program = tmp_path / "proxy"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
    program.chmod(0o755)
    return replace(settings(manner), front=Front(replicas, HAPROXY, str(program)))


def test_each_server_has_its_own_port_and_only_the_proxy_listens_to_a_network(servers, tmp_path):  # noqa: F811, ARG001
    start = replace(fronted(tmp_path), listen="192.0.2.7")
    words, environment = command_lines.command_line(Program(PROGRAM, "llama.cpp"), start, 43110)
    state = folders.folder("state")
    stated = json.loads(Path(words[-1]).read_text())
    inner = [json.loads(Path(one["command"][-1]).read_text()) for one in stated["servers"]]
    ports = [one["port"] for one in stated["servers"]]
    assert ports == [one["port"] for one in inner] and len({43110, *ports}) == 3
    assert all(one["hosts"] == ["127.0.0.1"] for one in inner)
    assert "bind 192.0.2.7:43110" in Path(stated["proxy"][-1]).read_text()
    assert KEY not in " ".join([*words, *stated["proxy"], *environment.values()])
    for file in state.glob("server-settings*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


# what is kept alive


def of_kind(running, name):
    found = set()
    for one in psutil.Process(running.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if name in " ".join(one.cmdline()):
                found.add(one.pid)
    return found


def test_a_server_or_proxy_that_is_killed_is_started_again_and_all_end_together(servers, tmp_path):  # noqa: F811
    start = fronted(tmp_path)
    running = servers.start(PROGRAM, start, quiet_port(), "llama.cpp")
    assert servers.is_serving(PROGRAM, start)
    assert not servers.is_serving(PROGRAM, replace(start, front=None))
    for name, count in (("fake_server", 2), ("fake_proxy", 1)):
        before = of_kind(running, name)
        assert len(before) == count
        psutil.Process(min(before)).send_signal(signal.SIGKILL)
        until(lambda: len(now := of_kind(running, name)) == count and min(before) not in now)  # noqa: B023
        until(lambda: servers.is_ready(running.port))
    assert re.search(r"server [12] ended \(-9\) and is started again", servers.log.read_text())
    family = psutil.Process(running.pid).children(recursive=True)
    assert servers.stop() and len(family) == 3
    until(lambda: not any(one.is_running() for one in family))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux sees to that")
def test_where_the_watcher_is_killed_nothing_of_it_stays(servers, tmp_path):  # noqa: F811
    running = servers.start(PROGRAM, fronted(tmp_path), quiet_port(), "llama.cpp")
    family = psutil.Process(running.pid).children(recursive=True)
    psutil.Process(running.pid).kill()
    assert len(family) == 3
    until(lambda: not any(one.is_running() for one in family))
    assert not servers.is_ready(running.port)


@pytest.fixture
def leaves_its_children(tmp_path, monkeypatch):
    """A watcher as on macOS, where nothing ends what it had started."""
    text = Path(_front.__file__).read_text(encoding="utf-8")
    as_elsewhere = text.replace('sys.platform.startswith("linux")', "False")
    assert as_elsewhere != text
    (tmp_path / "_front.py").write_text(as_elsewhere, encoding="utf-8")
    monkeypatch.setattr(command_lines, "__file__", str(tmp_path / "command_lines.py"))


@contextlib.contextmanager
def somebody_elses(tmp_path):
    """A server of another home, and one that nobody of ours started."""
    other = {**os.environ, MARK: str(tmp_path / "other" / "server.json")}
    file = tmp_path / "theirs.json"
    found = []
    for environment in (other, {**os.environ}):
        file.write_text(
            json.dumps({"port": quiet_port(), "alias": "good", "context": 9, "model": "/m"})
        )
        command = [sys.executable, str(Path(__file__).with_name("fake_server.py")), str(file)]
        found.append(subprocess.Popen(command, env=environment))
        time.sleep(0.5)
    try:
        yield found
    finally:
        for one in found:
            one.kill()
            one.wait()


@pytest.mark.parametrize("way", ["stop", "start"])
def test_what_a_killed_watcher_leaves_is_found_and_only_that_is_ended(
    servers,  # noqa: F811
    tmp_path,
    leaves_its_children,
    way,
):
    port, start = quiet_port(), fronted(tmp_path)
    running = servers.start(PROGRAM, start, port, "llama.cpp")
    family = psutil.Process(running.pid).children(recursive=True)
    with somebody_elses(tmp_path) as theirs:
        assert not servers.orphans()
        psutil.Process(running.pid).kill()
        until(lambda: servers.running() is None)
        assert len(family) == 3 and all(one.is_running() for one in family)
        assert {one.pid for one in servers.orphans()} == {one.pid for one in family}
        if way == "stop":
            assert servers.stop() and not servers.stop()
        else:
            assert servers.start(PROGRAM, start, port, "llama.cpp").port == port
        assert not servers.orphans()
        until(lambda: not any(one.is_running() for one in family))
        assert all(one.poll() is None for one in theirs)


def test_servers_that_cannot_start_are_told_as_one_would_be(servers, tmp_path):  # noqa: F811
    # both write into one log, and one may begin before the other ended its line
    with pytest.raises(LocalaiError, match=r"exit code 3\): (?:bye)?error: failed to load model"):
        servers.start(PROGRAM, fronted(tmp_path, "dies"), quiet_port(), "llama.cpp")
    assert servers.running() is None


def test_a_port_that_another_program_takes_at_that_moment_is_given_up(
    servers,  # noqa: F811
    tmp_path,
    monkeypatch,
):
    port = quiet_port()
    real = command_lines.ports.free_ports
    given = []
    with socket.create_server(("127.0.0.1", 0)) as other:

        def ports(first):
            given.append(first)
            is_first = first == port + 1 and given.count(first) == 1
            return iter([other.getsockname()[1], port + 9]) if is_first else real(first)

        monkeypatch.setattr(command_lines.ports, "free_ports", ports)
        running = servers.start(PROGRAM, fronted(tmp_path), port, "llama.cpp")
    assert running.port == port and given.count(port + 1) == 2
    assert servers.stop()


def test_of_more_servers_nothing_is_left_once_there_are_fewer(servers, tmp_path):  # noqa: F811, ARG001
    program, state = Program(PROGRAM, "llama.cpp"), folders.folder("state")
    for start, count in (
        (fronted(tmp_path, replicas=3), 5),
        (fronted(tmp_path), 4),
        (settings(), 0),
    ):
        command_lines.command_line(program, start, 43110)
        assert len([*state.glob("server-settings.json.*")]) == count


def test_a_proxy_that_does_not_understand_its_settings_is_told(servers, tmp_path):  # noqa: F811
    start = fronted(tmp_path)
    Path(start.front.program).write_text("#!/bin/sh\necho error: no such setting; exit 1\n")
    with pytest.raises(LocalaiError, match="error: no such setting"):
        servers.start(PROGRAM, start, quiet_port(), "llama.cpp")


class Process:
    """One that lives until it is killed."""

    killed = False

    def poll(self):
        return -9 if self.killed else None

    def kill(self):
        self.killed = True

    def wait(self):
        return -9


UP, DOWN = True, False


@pytest.mark.parametrize(
    ("health", "decoded", "answers", "why"),
    [
        ([UP, DOWN, DOWN, DOWN], ["1"], UP, "did not answer"),
        ([DOWN, DOWN, DOWN, DOWN, DOWN], ["1"], UP, ""),
        ([UP, DOWN, DOWN, UP, DOWN], ["1"], UP, ""),
        ([UP] * 5, ["1"], DOWN, "gave no answer"),
        ([UP] * 5, ["1"], UP, ""),
        ([UP] * 5, list("12345678"), DOWN, ""),
    ],
    ids=["gone", "still loading", "now and then", "hangs", "idle", "busy"],
)
def test_who_neither_answers_nor_computes_is_ended(monkeypatch, health, decoded, answers, why):
    stop = _front.threading.Event()
    for name, value in {"POLL_SECONDS": 0, "LOOK_SECONDS": 0, "ASK_SECONDS": -1}.items():
        monkeypatch.setattr(_front, name, value)
    monkeypatch.setattr(_front, "stop", stop)
    server = _front.Server("server 1", {"command": [], "environment": {}, "port": 1}, "key")
    server.process = Process()
    left = iter(health)

    def responds(_path):
        found = next(left, None)
        if found is None:
            stop.set()
        return bool(found)

    stated = iter(decoded)
    last = decoded[-1]
    monkeypatch.setattr(server, "responds", responds)
    monkeypatch.setattr(server, "decoded", lambda: next(stated, last))
    monkeypatch.setattr(server, "answers", lambda: answers)
    assert server.watched(server.process) == why
    assert server.process.killed == bool(why)


PASSES, SILENT = 404, 0


@pytest.mark.parametrize(
    ("passed", "is_up", "failures", "why"),
    [
        ([PASSES, SILENT, SILENT, SILENT], UP, 0, "passed nothing on"),
        ([PASSES, SILENT, SILENT, PASSES, SILENT, SILENT], UP, 0, ""),
        ([PASSES] * 5, UP, 0, ""),
        ([SILENT] * 5, DOWN, 0, ""),
        ([SILENT] * 5, UP, 1, ""),
    ],
    ids=["hangs", "now and then", "well", "no server yet", "the servers hang"],
)
def test_a_proxy_is_ended_where_servers_would_answer_and_nobody_is(
    monkeypatch, passed, is_up, failures, why
):
    stop = _front.threading.Event()
    for name, value in {"POLL_SECONDS": 0, "LOOK_SECONDS": 0}.items():
        monkeypatch.setattr(_front, name, value)
    monkeypatch.setattr(_front, "stop", stop)
    monkeypatch.setattr(_front, "listens", lambda _port: True)
    servers = [{"command": [], "environment": {}, "port": at} for at in (1, 2)]
    stated = {"servers": servers, "proxy": [], "port": 3, "api_key": "key"}
    first, second, proxy = _front.kept(stated)
    first.is_up, first.failures, second.is_up = is_up, failures, False
    left = iter(passed)

    def asked(_method, path, _seconds):
        assert path == "/v1/models"
        found = next(left, None)
        if found is None:
            stop.set()
        return PASSES if found is None else found, ""

    monkeypatch.setattr(proxy, "asked", asked)
    process = Process()
    assert proxy.watched(process) == why
    assert process.killed == bool(why)
