"""Everything that README tells a user to type, on Windows, from nothing to nothing.

Run it with the Python of an environment that localai is installed in. No model hub is asked, so that
every run takes the same model.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

LOCALAI = Path(sys.executable).with_name("localai.exe")
HOME = Path(os.environ["LOCALAPPDATA"], "localai")
ENVIRONMENT = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9", "PYTHONUTF8": "1"}
BEGAN = time.monotonic()


def localai(*arguments, code=0, stdin="", timeout=900):
    """Run it, print what it prints, and insist on its exit code; stdout."""
    print(f"\n== {time.monotonic() - BEGAN:.0f} s: localai {' '.join(arguments)}", flush=True)
    done = subprocess.run(
        [LOCALAI, *arguments],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env=ENVIRONMENT,
        timeout=timeout,
        check=False,
    )
    print(done.stdout + done.stderr, flush=True)
    assert done.returncode == code, f"exit code {done.returncode}, expected {code}"
    return done.stdout


def files():
    """Every file of localai's with its size and time, apart from the engine's thousands."""
    found = [one for one in HOME.rglob("*") if one.is_file() and "site-packages" not in one.parts]
    return {str(one): (one.stat().st_size, one.stat().st_mtime_ns) for one in found}


def processes():
    """Servers of localai that run."""
    lines = []
    for process in psutil.process_iter():
        try:
            lines.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return [line for line in lines if "runner.py" in line]


def look():
    localai("--version")
    found = json.loads(localai("detect", "--json"))
    assert found["os"]["system"] == "Windows", found["os"]
    assert found["memory"]["total_mib"], found["memory"]
    assert found["cpu"]["logical_cores"], found["cpu"]
    assert found["cpu"]["model"], found["cpu"]


def set_up():
    said = localai("init", "--yes")
    assert "Answered: " in said, "no answer"
    before = files()
    said = localai("init", "--yes")
    assert "Everything is set up already" in said, "the second run does something"
    changed = {name for name in {*before, *files()} if before.get(name) != files().get(name)}
    changed = {name for name in changed if not name.endswith((".lock", "measurements.json"))}
    assert not changed, f"the second run changed {changed}"


def use():
    assert localai("chat", "Say hello to a new user in one short sentence.").strip()
    assert localai("chat", stdin="Was heißt „Grüße“ auf Englisch?").strip()
    assert "Answered" not in localai("doctor")
    assert "running at" in localai("status")
    assert "127.0.0.1" in localai("connect", "curl")
    assert "tokens" in localai("bench")
    assert localai("logs").strip()


def stop_and_start():
    localai("down")
    assert "not running" in localai("status")
    assert not processes(), processes()
    localai("up")
    assert "running at" in localai("status")


def undo():
    localai("uninstall", "--yes")
    assert not HOME.exists(), [str(one) for one in HOME.rglob("*")]
    assert not processes(), processes()


for step in (look, set_up, use, stop_and_start, undo):
    step()
print(f"\n== {time.monotonic() - BEGAN:.0f} s: all is well", flush=True)
