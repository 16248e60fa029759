"""Two real servers behind a real proxy, under load, one of them killed: who is not answered, and for how long.

HAProxy where the system has it, else traefik from the package index.
"""

import json
import os
import signal
import threading
import time

import httpx
import psutil
import pytest

from localai_setup.machine.running import load
from localai_setup.machine.running.load import Load
from localai_setup.machine.running.loopback import response
from localai_setup.model.decoding import decode
from localai_setup.model.load import summary
from localai_setup.model.server import Running

from .server_fixtures import posix

pytestmark = [pytest.mark.real, posix, pytest.mark.timeout(600)]
USERS, SECONDS, TOKENS = 4, 12.0, 24
#: until the proxy has found out, by its check of every second
NOTICED_SECONDS = 3.0
#: what the watcher takes for a process that hangs: three checks of ten seconds, two seconds apart
REPLACED_SECONDS = 45.0


def state_of(localai):
    return localai.home / "local ai ü" / "state"


def servers_of(running):
    """Process and port of each."""
    found = {}
    for one in psutil.Process(running.pid).children(recursive=True):
        try:
            file = next((word for word in one.cmdline() if "server-settings.json." in word), "")
        except psutil.Error:
            continue
        if file.rpartition(".")[2].isdigit():
            with open(file, encoding="utf-8") as settings:
                found[one.pid] = json.load(settings)["port"]
    return found


def proxy_of(running):
    """Its process: the child of the watcher that is no server."""
    children = {one.pid for one in psutil.Process(running.pid).children()}
    return min(children - set(servers_of(running)), default=None)


def hung_and_replaced(running):
    """Stop the proxy; after how many seconds another one answers in its place."""
    before = proxy_of(running)
    os.kill(before, signal.SIGSTOP)
    began = time.monotonic()
    while proxy_of(running) in (before, None) or not response(running.port, "/health", 2.0):
        assert time.monotonic() < began + 3 * REPLACED_SECONDS
        time.sleep(0.1)
    return time.monotonic() - began


def asked(address, key):
    """Both servers are asked, whoever is first."""
    body = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 4}
    headers = {"Authorization": f"Bearer {key}"}
    url = f"{address}/chat/completions"
    return [httpx.post(url, json=body, headers=headers, timeout=120).status_code for _ in range(4)]


def changed(address, key):
    """What is answered to who would change the server for everybody."""
    headers = {"Authorization": f"Bearer {key}"}
    root = address.removesuffix("/v1")
    bodies = {"/lora-adapters": [{"id": 0, "scale": 0.0}], "/props": {}}
    sent = {
        path: httpx.post(root + path, json=body, headers=headers) for path, body in bodies.items()
    }
    return {path: reply.status_code for path, reply in sent.items()}


def killed_and_back(running, killed):
    """Kill one after a while; when that was, and when another one in its place was ready."""
    before = servers_of(running)
    time.sleep(SECONDS / 3)
    victim, port = min(before.items())
    killed.append(time.monotonic())
    os.kill(victim, signal.SIGKILL)
    while len(killed) < 2:
        time.sleep(0.05)
        new = set(servers_of(running)) - set(before)
        answer = response(port, "/health", 2.0) if new else None
        if answer and answer[0] == 200:
            killed.append(time.monotonic())


def test_where_one_of_two_is_killed_only_what_it_was_answering_is_lost(set_up, capfd):
    done = set_up("serve", "--users", str(USERS), "--replicas", "2", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert (plan["replicas"], plan["slots"], plan["done"]) == (2, 2, True)
    running = decode(Running, json.loads((state_of(set_up) / "server.json").read_text()))
    killed: list[float] = []
    thread = threading.Thread(target=killed_and_back, args=(running, killed), daemon=True)
    thread.start()
    began = time.monotonic()
    calls = load.run(running, Load(USERS, SECONDS, TOKENS), lambda *_: None)
    thread.join(60)
    run, at = summary(plan["model"], USERS, TOKENS, calls), killed[0] - began
    lost = [one for one in calls if one.failure]
    with capfd.disabled():
        print(
            f"\n{plan['proxy']}: {run.requests} answered, {run.failed} failed {dict(run.failures)}, "
            f"{run.requests_per_second:.2f} requests/s, another one ready {killed[1] - killed[0]:.1f} s "
            f"after the kill (load {os.getloadavg()[0]:.0f})"
        )
    assert run.requests > len(lost)
    assert all(at - TOKENS < one.end and one.start < at + NOTICED_SECONDS for one in lost)
    if plan["proxy"] == "haproxy":
        assert len(lost) <= plan["slots"]
        assert all(one.start < at for one in lost)
    assert len(servers_of(running)) == 2
    seconds = hung_and_replaced(running)
    with capfd.disabled():
        print(f"a proxy that hung was replaced after {seconds:.0f} s")
    assert seconds < REPLACED_SECONDS
    key = json.loads(set_up("serve", "keys", "add", "anna", "--json").stdout)["added"]["key"]
    address = json.loads(set_up("status", "--json").stdout)["address"]
    assert asked(address, key) == [200] * 4
    refusal = 403 if plan["proxy"] == "haproxy" else 404
    assert changed(address, key) == {"/lora-adapters": refusal, "/props": refusal}
    assert set_up("serve", "keys", "remove", "anna").returncode == 0
    assert asked(address, key) == [401] * 4
    running = decode(Running, json.loads((state_of(set_up) / "server.json").read_text()))
    assert set_up("serve", "--off", "--yes").returncode == 0
    assert not psutil.pid_exists(running.pid)
    assert set_up("chat", "Say hello.").returncode == 0


def test_of_one_server_no_key_changes_what_everybody_gets(set_up):
    """Without anything taught there is nothing that `/lora-adapters` could change."""
    key = json.loads(set_up("serve", "keys", "add", "ben", "--json").stdout)["added"]["key"]
    assert set_up("up").returncode == 0
    address = json.loads(set_up("status", "--json").stdout)["address"]
    assert changed(address, key)["/props"] == 501
    headers = {"Authorization": f"Bearer {key}"}
    root = address.removesuffix("/v1")
    assert httpx.get(f"{root}/props", headers=headers).status_code == 200
    assert httpx.get(f"{root}/lora-adapters", headers=headers).json() == []
