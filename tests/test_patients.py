"""Real patients: what was set up is broken on purpose, the doctor names it, `--fix` mends it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from .test_end_to_end import ask

pytestmark = [pytest.mark.e2e, pytest.mark.network]


def found(localai, *flags):
    """What is wrong with the set-up; this machine may have troubles of its own."""
    findings = localai.json("doctor", *flags)["findings"]
    ids = [one["id"] for one in findings if one["status"] != "info"]
    return [name for name in ids if name.startswith("setup-") and name != "setup-speed-low"]


def model(localai):
    return Path(localai.json("status")["model_file"])


def engine(localai):
    """The engine's own folder; a library that was brought for it lies beside it."""
    folders = (localai.home / "local ai ü" / "data" / "engines").iterdir()
    return next(one for one in folders if one.name.startswith("xllamacpp"))


def truncated(localai):
    os.truncate(model(localai), 1_000_000)


def one_byte_flipped(localai):
    with model(localai).open("r+b") as file:
        file.seek(50_000_000)
        byte = file.read(1)
        file.seek(50_000_000)
        file.write(bytes([byte[0] ^ 1]))


def a_web_page(localai):
    model(localai).write_text("<!DOCTYPE html><html><body>Please log in</body></html>")


def gone(localai):
    model(localai).unlink()


def half_an_engine(localai):
    package = next(engine(localai).glob("lib/python*/site-packages/xllamacpp"))
    for file in package.glob("*.so"):
        file.unlink()


def killed(localai):
    os.kill(localai.json("status")["pid"], signal.SIGKILL)


def stopped(localai):
    os.kill(localai.json("status")["pid"], signal.SIGSTOP)


def half_downloaded(localai):
    complete = model(localai)
    part = complete.with_name(complete.name + ".part")
    part.write_bytes(complete.read_bytes()[:1_000_000])
    complete.unlink()


def readable_by_all(localai):
    for name in ("state.json", "server-settings.json"):
        (localai.home / "local ai ü" / "state" / name).chmod(0o644)


def not_our_own_to_write(localai):
    (localai.home / "local ai ü" / "data").chmod(0o500)


PATIENTS = {
    half_downloaded: "setup-model-damaged",
    readable_by_all: "setup-permissions-wrong",
    not_our_own_to_write: "setup-permissions-wrong",
    truncated: "setup-model-damaged",
    one_byte_flipped: "setup-model-damaged",
    a_web_page: "setup-model-damaged",
    gone: "setup-model-damaged",
    half_an_engine: "setup-engine-broken",
    killed: "setup-server-stopped",
    stopped: "setup-server-stopped",
}


#: what is named and mended as others are, in another way of being damaged: in the stage that has the time
MORE = {truncated, a_web_page, gone}
HURTS = [pytest.param(hurt, marks=pytest.mark.real) if hurt in MORE else hurt for hurt in PATIENTS]


@pytest.fixture(scope="module")
def healthy(set_up):
    """Nothing is wrong with it at first; each that was mended ends so as well."""
    set_up("up")
    assert found(set_up) == []
    return set_up


@pytest.mark.parametrize("hurt", HURTS, ids=lambda f: f.__name__)
def test_named_and_mended(healthy, hurt):
    set_up = healthy
    hurt(set_up)
    assert PATIENTS[hurt] in found(set_up)
    done = set_up("doctor", "--fix")
    assert "Repaired" in done.stderr, done.stdout + done.stderr
    assert found(set_up, "--deep") == []
    assert ask(set_up.json("status")).strip()


def test_a_damaged_state_is_set_aside_and_init_goes_on(set_up):
    state = set_up.home / "local ai ü" / "state" / "state.json"
    good = state.read_text()
    state.write_text(good[: len(good) // 2])
    done = set_up("init", "--yes", "--for", "starter")
    assert done.returncode == 0, done.stderr
    assert "set aside" in done.stderr
    assert list(state.parent.glob("state.json.damaged-*"))


def receipts(localai):
    state = json.loads((localai.home / "local ai ü" / "state" / "state.json").read_text())
    return {one["step"]: one for one in state["receipts"]}


def test_what_init_fetches_again_gets_a_receipt_and_an_answer_of_its_own(set_up):
    """Else every later doctor would take the hash of the whole file, and an old answer prove it."""
    before = receipts(set_up)["check-answer"]["at"]
    gone(set_up)
    done = set_up("init", "--yes")
    assert "Repaired: Fetch" in done.stderr, done.stderr
    after = receipts(set_up)
    assert after["fetch-model"]["details"]["inode"] == model(set_up).stat().st_ino
    assert after["check-answer"]["at"] > before
    assert "Repaired" not in set_up("init", "--yes").stderr


@contextmanager
def held(port):
    """The port of the killed server, which another test's server would take for a part of the time."""
    deadline = time.monotonic() + 30
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        while time.monotonic() < deadline:  # the killed one may still be dying
            with suppress(OSError):
                holder.bind(("127.0.0.1", port))
                holder.listen()
                break
            time.sleep(0.01)
        yield


def test_a_recording_gives_the_findings_of_the_live_run(set_up, tmp_path):
    file = tmp_path / "r.json"
    one_byte_flipped(set_up)
    port = int(set_up.json("status")["address"].split(":")[2].split("/")[0])
    killed(set_up)
    with held(port):
        recorded = set_up("record", str(file))
        assert recorded.returncode == 0, (
            set_up.home / "local ai ü" / "state" / "crash.md"
        ).read_text()
        live, replayed = set_up.json("doctor"), set_up.json("doctor", "--replay", str(file))
    set_up("doctor", "--fix")
    assert {"setup-model-damaged", "setup-port-taken"} <= {o["id"] for o in live["findings"]}
    home = str(set_up.home)
    assert json.loads(json.dumps(live["findings"]).replace(home, "<home>")) == replayed["findings"]
    assert live["passed"] == replayed["passed"]
    assert live["unknown"] == replayed["unknown"]


def test_another_program_on_the_port_is_named_and_left_alone(set_up):
    set_up("up")
    port = int(set_up.json("status")["address"].split(":")[2].split("/")[0])
    killed(set_up)
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    other = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        assert {"setup-server-stopped", "setup-port-taken"} <= set(found(set_up))
        assert set_up.json("status")["running"] is False
        done = set_up("doctor", "--fix")
        assert "address is http://127.0.0.1:" in done.stderr
        assert found(set_up) == []
        assert other.poll() is None
        assert str(port) not in set_up.json("status")["address"]
    finally:
        other.kill()
        other.wait()


def _wait_for(port):
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the other program does not listen")


def test_under_a_memory_limit_the_dying_server_is_named(set_up):
    """`ulimit -v` leaves room for localai and the engine's libraries, not for the model."""
    if not shutil.which("prlimit"):
        pytest.skip("prlimit is not installed")
    set_up("down")
    command = ["prlimit", "--as=400000000", sys.executable, "-m", "localai_setup", "up"]
    done = subprocess.run(command, env=set_up.environment(), capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    ids = {one["id"] for one in set_up.json("doctor")["findings"]}
    assert {"setup-server-stopped", "mem-model-larger-than-ram"} <= ids
    assert set_up("doctor", "--fix").returncode in (0, 1)
    assert found(set_up) == []


def test_a_held_lock_of_a_stopped_process_is_named(set_up, tmp_path):
    hold = "from localai_setup.machine.keeping.locking import Lock; import time\nwith Lock('init'): print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold], env=set_up.environment(), stdout=subprocess.PIPE
    )
    try:
        holder.stdout.readline()
        assert "setup-lock-stale" not in found(set_up)
        holder.send_signal(signal.SIGSTOP)
        time.sleep(0.2)
        assert "setup-lock-stale" in found(set_up)
    finally:
        holder.kill()
        holder.wait()
    assert "setup-lock-stale" not in found(set_up)


def test_fix_changes_nothing_but_what_was_broken(set_up):
    """Of files that are not part of the trouble, no byte, time or inode changes."""
    root = set_up.home / "local ai ü"

    def marks():
        kept = (path for path in root.rglob("*") if path.is_file())
        return {
            p: (p.stat().st_ino, p.stat().st_mtime_ns)
            for p in kept
            if "models" in str(p) or "engines" in str(p)
        }

    set_up("up")
    before = marks()
    killed(set_up)
    assert set_up("doctor", "--fix").returncode in (0, 1)
    assert {p: m for p, m in marks().items() if "__pycache__" not in str(p)} == {
        p: m for p, m in before.items() if "__pycache__" not in str(p)
    }
    assert found(set_up) == []
