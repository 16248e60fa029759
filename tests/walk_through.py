"""Everything that README tells a user to type, from nothing to nothing, on the system that this runs on.

    python tests/walk_through.py [STEP…]

with a Python that localai is installed in. It sets up and removes in the user's own folders: not for a
computer whose localai is in use. No model hub is asked, so that every run takes the same model. Without
steps all that need no restart of the computer: look set_up use stop_and_start undo; `restarted` is for
after one, with the server running before it.
"""

import contextlib
import json
import os
import platform
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import psutil

from localai_setup.machine.keeping import folders
from localai_setup.machine.running import loopback

LOCALAI = Path(sysconfig.get_path("scripts"), "localai" + sysconfig.get_config_var("EXE"))
FOLDERS = sorted(set(folders.all_folders().values()))
ENVIRONMENT = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9", "PYTHONUTF8": "1"}
#: What a second `init` may write: nothing that the set-up consists of.
UNSTABLE = (".lock", "measurements.json")
BEGAN = time.monotonic()
#: The exit code where a command did not end, as that of `timeout`.
HUNG = 124
#: Of each file that is shown where a step failed; how long the server may take to say that it is well.
CHARS, HEALTH_SECONDS = 3000, 60.0
#: The code page of a pipe lacks letters that a model writes.
sys.stdout.reconfigure(encoding="utf-8", errors="replace")


def localai(*arguments, stdin="", timeout=300, code=0):
    """Run it, print what it prints, and insist on this exit code; all that it printed.

    Through a file: a pipe stays open for as long as any process that was started on the way.
    """
    print(f"\n== {time.monotonic() - BEGAN:.0f} s: localai {' '.join(arguments)}", flush=True)
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [LOCALAI, *arguments],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT,
        )
        process.stdin.write(stdin.encode())
        process.stdin.close()
        ended_with = ended(process, timeout)
        output.seek(0)
        printed = output.read().decode("utf-8", "replace").replace("\r\n", "\n")
    print(printed, flush=True)
    if ended_with is None:
        print(f"!! no end within {timeout} s", flush=True)
        sys.exit(HUNG)
    assert ended_with == code, f"exit code {ended_with}"
    return printed


def ended(process, timeout):
    """The exit code; None where it did not end by itself."""
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        for one in (*psutil.Process(process.pid).children(recursive=True), process):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        return None


def files():
    """Size and time of every file of localai's, apart from the engine's thousands."""
    paths = [path for folder in FOLDERS for path in folder.rglob("*") if path.is_file()]
    kept = [path for path in paths if "site-packages" not in path.parts]
    kept = [path for path in kept if not path.name.endswith(UNSTABLE)]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in kept}


def servers():
    """Command lines of servers of localai's that run."""
    lines = []
    for process in psutil.process_iter():
        try:
            lines.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return [line for line in lines if "runner-" in line and "server-settings.json" in line]


def look():
    localai("--version")
    printed = localai("detect", "--json")
    found, _ = json.JSONDecoder().raw_decode(printed[printed.index("{") :])
    assert found["os"]["system"] == platform.system(), found["os"]
    assert found["memory"]["total_mib"], found["memory"]
    assert found["cpu"]["logical_cores"], found["cpu"]
    assert found["cpu"]["model"], found["cpu"]


def set_up():
    assert "Answered: " in localai("init", "--yes"), "no answer"
    before = files()
    again = localai("init", "--yes")
    assert "Everything is set up already" in again, "the second run does something"
    assert files() == before, sorted(set(files().items()) ^ set(before.items()))


def use():
    # a question that the tiny model answers in a few words
    assert localai("chat", "Say hello to a new user in one short sentence.").strip()
    assert localai("chat", stdin="Say hello to Jörg Müller in one short sentence.").strip()
    localai("doctor")
    assert "running at" in localai("status")
    assert "127.0.0.1" in localai("connect", "curl")
    assert "tokens" in localai("bench", "--seconds", "20")
    assert localai("logs").strip()


def stop_and_start():
    localai("down")
    assert "not running" in localai("status")
    assert not servers(), servers()
    localai("up")
    assert "running at" in localai("status")


def restarted():
    """The server ended with the computer, without a word to anybody."""
    assert not servers(), servers()
    assert "not running" in localai("status")
    assert "The server is not running." in localai("doctor", code=1)
    localai("up")
    assert "running at" in localai("status")
    assert localai("chat", "Say hello to a new user in one short sentence.").strip()


def undo():
    localai("uninstall", "--yes")
    assert not files(), files()
    assert not any(folder.exists() for folder in FOLDERS), FOLDERS
    assert not servers(), servers()


def tell():
    """What a step that failed left behind: records, the end of the server's log, who lives, who answers."""
    state, now = folders.folder("state"), time.monotonic() - BEGAN
    print(f"\n!! {now:.0f} s: a step failed; what is there")
    for name in ("state.json", "server.json", "server.log"):
        with contextlib.suppress(OSError):
            print(
                f"-- the end of {name}",
                (state / name).read_text("utf-8", "replace")[-CHARS:],
                sep="\n",
            )
    print("-- programs that have to do with localai")
    for one in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if "localai" in (line := " ".join(one.cmdline())):
                print(one.pid, one.create_time(), one.status(), line[:300])
    with contextlib.suppress(OSError, ValueError):
        port = json.loads((state / "server.json").read_text("utf-8"))["port"]
        print(f"-- at port {port}: {health(port)}", flush=True)


def health(port):
    """What the server says, and after how long: where a computer is busy that may take seconds."""
    began = time.monotonic()
    response = loopback.response(port, "/health", HEALTH_SECONDS)
    return f"{response} after {time.monotonic() - began:.1f} s"


STEPS = {one.__name__: one for one in (look, set_up, use, stop_and_start, restarted, undo)}
for step in sys.argv[1:] or [one for one in STEPS if one != "restarted"]:
    try:
        STEPS[step]()
    except BaseException:
        tell()
        raise
print(f"\n== {time.monotonic() - BEGAN:.0f} s: all is well", flush=True)
