"""An upgrade, the way back, and what fails on the way: with the real engine and its server."""

import json
import signal
import time
from hashlib import sha256
from pathlib import Path

import pytest

from localai_setup import state

pytestmark = [pytest.mark.real, pytest.mark.e2e]
#: whichever other engine runs here
STARTER = ("--yes", "--for", "starter", "--engine", "llama.cpp")


def as_yesterday(localai):
    """The set-up as an older localai made it: its runner had other bytes, its server runs."""
    localai("down")
    name = remember_as_yesterday(localai.home / "local ai ü/state/state.json")
    assert localai("up").returncode == 0
    return name


def remember_as_yesterday(state_file):
    """The same in what is remembered, and the runner's file, whose name is returned."""
    saved = json.loads(state_file.read_text("utf-8"))
    install = next(one for one in saved["steps"] if one["id"] == "install-engine")
    install["runner"] += "# of yesterday\n"
    step = state.step_of(install)
    folder = Path(saved["program"][1]).parent
    for runner in folder.glob("runner-*.py"):
        runner.unlink()
    name = f"runner-{sha256(step.runner.encode()).hexdigest()[:12]}.py"
    (folder / name).write_text(step.runner)
    program = [saved["program"][0], str(folder / name)]
    saved["program"] = program
    next(one for one in saved["steps"] if one["id"] == "start-server")["program"] = program
    state_file.write_text(json.dumps(saved))
    return name


def program_of(localai):
    saved = json.loads((localai.home / "local ai ü/state/state.json").read_text("utf-8"))
    return Path(saved["program"][1]).name


def test_an_upgrade_and_the_way_back_are_proved_by_answers(localai):
    assert localai("init", *STARTER).returncode == 0
    newest = program_of(localai)
    assert localai.json("upgrade", "--yes")["changes"] == []
    old = as_yesterday(localai)
    before = localai.json("status")
    planned = localai.json("upgrade", "--dry-run")
    assert planned["changes"] == [
        {"what": "program that starts the engine", "from": old, "to": newest}
    ]
    assert planned["downloads"] == []
    assert program_of(localai) == old
    assert localai("upgrade").returncode == 4
    done = localai.json("upgrade", "--yes")
    assert done["upgraded"]
    assert done["answer"]
    assert done["previous"]["model"] == "smollm2-135m"
    assert program_of(localai) == newest
    status = localai.json("status")
    assert status["running"]
    assert status["pid"] != before["pid"]
    assert "Kept for the way back" in localai("status").stderr
    back = localai.json("upgrade", "--undo", "--yes")
    assert back["answer"]
    assert program_of(localai) == old
    assert localai.json("status")["running"]


def left_serving(localai, before):
    """Whether what was set up before is served as it was, and answers."""
    now = localai.json("status")
    same = ("running", "model", "build", "model_file")  # the port may be another test's by now
    return [now[one] for one in same] == [before[one] for one in same] and localai(
        "chat", "Say hi"
    ).returncode == 0


def broken_copy(localai, path):
    """A file with the header of the starter's model and nonsense for weights."""
    model = next((localai.home / "local ai ü/data/models").glob("*.gguf"))
    raw = bytearray(model.read_bytes())
    raw[5_000_000:-1_000_000] = b"\xff" * (len(raw) - 6_000_000)
    path.write_bytes(raw)
    return path


@pytest.mark.timeout(900)
def test_what_fails_leaves_the_old_one_serving(localai, tmp_path):
    """A broken model, an engine that cannot be fetched, a signal in the middle."""
    assert localai("init", *STARTER).returncode == 0
    before = localai.json("status")
    broken = broken_copy(localai, tmp_path / "broken.gguf")
    done = localai("init", "--yes", "--model", str(broken))
    assert done.returncode == 1, done.stderr
    assert "is kept; its server is started again" in " ".join(done.stderr.split())
    assert left_serving(localai, before)
    for number in (signal.SIGTERM, signal.SIGINT):
        pid = localai.json("status")["pid"]
        changing = localai.start("init", "--yes", "--model", str(broken))
        wait_for(lambda pid=pid: localai.json("status")["pid"] != pid)
        changing.send_signal(number)
        changing.communicate(timeout=120)
        assert changing.returncode in (1, 130, 143)
        assert left_serving(localai, before)
    with_broken_engine(localai)
    done = localai("upgrade", "--yes")
    assert done.returncode == 1, done.stdout + done.stderr
    assert left_serving(localai, before)


def wait_for(true, seconds=60):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.1)


def with_broken_engine(localai):
    """The user's own recipe of the engine, with the hash of another wheel."""
    shipped = (Path(__file__).parents[1] / "recipes/engines/llama.cpp.yaml").read_text("utf-8")
    build = localai.json("status")["build"]
    newer = shipped.replace(build.rpartition("-linux")[0], "xllamacpp-2026.9.11063")
    newer = newer.replace("version: 2026.10.11549", "version: 2026.9.11063")
    own = localai.home / "local ai ü/config/recipes"
    own.mkdir(parents=True)
    (own / "engine.yaml").write_text(newer, "utf-8")
