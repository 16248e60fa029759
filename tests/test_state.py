"""The saved set-up and its lock: read back as written, never lost, let go by a killed holder."""

import json
import subprocess
import sys
from dataclasses import asdict

import psutil
import pytest

from localai_setup import state
from localai_setup.machine.keeping import folders, locking, statefile
from localai_setup.machine.keeping.locking import Lock
from localai_setup.machine.running import examine, server
from localai_setup.model.errors import LocalaiError
from localai_setup.model.files import ModelFile, PackageFile
from localai_setup.model.reading import Readings, Text
from localai_setup.model.source import Get
from localai_setup.model.settings import ALL_LAYERS, ServerSettings, StartSettings
from localai_setup.probes import setup as setup_probe

pytestmark = pytest.mark.quick
HOLD = """
import os, time
from localai_setup.machine.keeping.locking import Lock
with Lock("setup"):
    print(os.getpid(), flush=True)
    time.sleep(60)
"""
BURN = "import time; end = time.monotonic() + 2\nwhile time.monotonic() < end: pass"
#: how a holder of the lock may be at work: itself, or by what it started
WORKS = {
    "itself": BURN,
    "by a program": f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}])",
}
DOCUMENT = {
    "schema": state.SCHEMA,
    "recipe": "a",
    "model": "tiny",
    "model_path": "/models/tiny.gguf",
    "model_bytes": 5,
    "model_sha256": "ab",
    "engine": "llama.cpp",
    "build": "cpu",
    "program": ["python", "runner.py"],
    "settings": {"context": 4096},
    "test": {"question": "2+2?", "any_of": ["4"]},
    "licence": {"id": "mit", "needs_acceptance": False},
    "port": 8080,
    "receipts": [{"step": "fetch-model", "at": "2026-01-01", "writes": ["/models/tiny.gguf"]}],
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    yield tmp_path
    folders.all_folders.cache_clear()


def test_nothing_set_up_is_none():
    assert statefile.load() is None


def test_a_set_up_is_read_back_as_written():
    setup = state.from_document(DOCUMENT)
    statefile.save(setup)
    assert statefile.load() == setup
    assert setup.receipts[0].writes == ("/models/tiny.gguf",)


def test_schema_0_is_migrated():
    old = {key: value for key, value in DOCUMENT.items() if key not in ("port", "receipts")}
    old |= {"schema": "localai.state/0", "address": "http://127.0.0.1:8123/v1"}
    assert state.from_document(old).port == 8123


def in_schema_1(path):
    """The steps as localai 0.1 saved them before the settings of a server were one thing."""
    package = {
        "package": "tiny",
        "version": "1",
        "wheel_sha256": "c",
        "wheel_bytes": 9,
        "member": "t",
    }
    file = {"repository": "", "revision": "", "file": "t.gguf", "bytes": 5, "sha256": "ab",
            "quantization": "Q8_0", "packages": [package], "here": ""}  # fmt: skip
    own = {**file, "packages": [], "here": path}
    server = {"program": ["python", "runner.py"], "model_path": path, "alias": "tiny",
              "settings": {"context": 4096, "threads": 2}, "first_port": 43110, "api_key": None,
              "mmproj_path": "/p.gguf"}  # fmt: skip
    steps = [{"id": "fetch-model", "file": file}, {"id": "use-model", "file": own},
             {"id": "start-server", **server}]  # fmt: skip
    return {**DOCUMENT, "schema": "localai.state/1", "steps": steps}


def test_the_steps_of_schema_1_run_again():
    fetch, use, start = state.saved_steps(state.from_document(in_schema_1("/tiny.gguf")))
    assert fetch.file == ModelFile(
        "weights", "t.gguf", 5, "ab", "Q8_0", package=PackageFile("tiny", "1", "c", 9, "t")
    )
    assert (use.file.here, use.file.package) == ("/tiny.gguf", None)
    assert start.start == StartSettings(
        ServerSettings(4096, threads=2), "/tiny.gguf", "tiny", mmproj_path="/p.gguf"
    )
    assert start.first_port == 8080  # the one that programs were told of


def test_experts_in_main_memory_of_schema_1_are_those_of_all_layers():
    old = in_schema_1("/tiny.gguf")
    old["settings"] = {**old["settings"], "experts_on_cpu": True}
    old["steps"][-1]["settings"] = old["settings"]
    found = state.from_document(old)
    start = state.saved_steps(found)[-1].start.server
    assert found.settings.cpu_expert_layers == start.cpu_expert_layers == ALL_LAYERS


def test_fields_of_a_later_version_are_left_out():
    assert state.from_document({**DOCUMENT, "later": 1}) == state.from_document(DOCUMENT)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"schema": "localai.state/1"}', "[" * 100_000, "\x00\x00"]
    + [json.dumps({**DOCUMENT, "settings": 3}), json.dumps({**DOCUMENT, "model_bytes": "x"})]
    + [json.dumps({**in_schema_1("/a"), "steps": [{"id": "start-server"}]})]
    + [json.dumps({**DOCUMENT, "model": one}) for one in ("a\0b", "\ud800")]
    + [json.dumps({**DOCUMENT, "steps": [one]}) for one in ({}, {"id": 3}, {"": "fetch-model"})]
    + [json.dumps({**DOCUMENT, "untaught": [{"near": ""}]})],
)
def test_a_damaged_file_is_set_aside_and_said(text, capsys):
    statefile.path().parent.mkdir(parents=True)
    statefile.path().write_text(text)
    assert statefile.load() is None
    (aside,) = statefile.path().parent.glob("state.json.damaged-*")
    assert aside.read_text() == text
    assert aside.name in capsys.readouterr().err


def test_a_mistake_of_ours_leaves_the_file_where_it_is(monkeypatch):
    statefile.save(state.from_document(DOCUMENT))

    def mistaken(_kind, _data):
        raise TypeError("a type that nobody decodes")

    monkeypatch.setattr(state, "decode", mistaken)
    with pytest.raises(TypeError):
        statefile.load()
    assert [one.name for one in statefile.path().parent.iterdir()] == ["state.json"]


def test_a_step_that_this_version_does_not_have_is_told():
    steps = [{"id": "paint-the-house", "color": "blue"}]
    with pytest.raises(LocalaiError, match="paint-the-house") as trouble:
        state.saved_steps(state.from_document({**DOCUMENT, "steps": steps}))
    assert "localai init" in trouble.value.hint


def test_a_held_lock_names_its_holder_and_kill_lets_it_go():
    holder = subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True)
    shown = []
    # on Windows not `holder.pid`: that is the launcher of the virtual environment
    pid = int(holder.stdout.readline())
    try:
        waiting = Lock("setup", wait_seconds=0.2, say=shown.append)
        with pytest.raises(LocalaiError, match=f"process {pid}") as trouble, waiting:
            pass
        assert "for 0.2 s" in trouble.value.why
    finally:
        psutil.Process(pid).kill()
        holder.communicate()
    with Lock("setup", wait_seconds=1.0):
        pass
    assert len(shown) == 1
    assert shown[0].startswith("Waiting for another localai (")
    assert f"process {pid}" in shown[0]


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_a_holder_is_waited_for_while_it_works(work, monkeypatch):
    holding = HOLD.replace("time.sleep(60)", f"exec({work!r})")
    holder = subprocess.Popen([sys.executable, "-c", holding], stdout=subprocess.PIPE, text=True)
    holder.stdout.readline()
    shown = []
    monkeypatch.setattr(locking, "TELL_SECONDS", 0.5)
    with Lock("setup", wait_seconds=0.6, say=shown.append):
        assert holder.wait(10) == 0
    assert shown[0].startswith("Waiting for another localai (")
    assert all(one.startswith("Still waiting") and "Ctrl-C" in one for one in shown[1:])
    assert len(shown) > 1
    holder.communicate()


def test_a_lock_whose_folder_became_read_only_hides_no_trouble_and_is_let_go(monkeypatch):
    def refused(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(locking.patience, "unlink", refused)
    with pytest.raises(LocalaiError, match="the trouble"), locking.Lock("init"):
        raise LocalaiError("the trouble")
    assert not locking.is_held("init")


def test_a_field_of_another_shape_does_not_stop_the_doctor():
    text = json.dumps({**DOCUMENT, "model_bytes": "many", "port": "8080"})
    seen = setup_probe.parse(Readings({setup_probe.STATE.key: Text(text)}))
    assert (seen.is_set_up, seen.model_bytes, seen.stated_port) == (True, 0, None)


@pytest.mark.parametrize("is_set_up", [False, True])
def test_the_probe_reads_what_the_examination_writes(is_set_up):
    if is_set_up:
        statefile.save(state.from_document(DOCUMENT))
    found = examine.examine()
    assert found.process == (None if is_set_up else "unknown")
    assert found.model == ("it is not there" if is_set_up else None)
    text = Text(json.dumps(asdict(found)))
    assert setup_probe.parse(Readings({setup_probe.EXAMINED.key: text})).examined == found


@pytest.mark.parametrize(
    ("process", "seconds"),
    [("running", server.BUSY_SECONDS), ("stopped", 2.5), (None, 2.5), ("unknown", 2.5)],
)
def test_a_server_that_lives_is_given_the_time_of_a_busy_computer(process, seconds):
    """Else `doctor` says that it does not answer, and to start it again, which makes that worse."""
    seen = {
        setup_probe.STATE: DOCUMENT,
        setup_probe.SERVER: {"port": 43110},
        setup_probe.EXAMINED: {"process": process},
    }
    texts = {source.key: Text(json.dumps(document)) for source, document in seen.items()}
    (health,) = setup_probe.follow_up(Readings(texts))
    assert health == Get("http://127.0.0.1:43110/health", seconds)


def test_a_newer_version_s_state_is_left_alone():
    statefile.path().parent.mkdir(parents=True)
    statefile.path().write_text('{"schema": "localai.state/99"}')
    with pytest.raises(LocalaiError, match="newer version") as trouble:
        statefile.load()
    assert "upgrade" in trouble.value.hint
    assert statefile.path().read_text() == '{"schema": "localai.state/99"}'
    assert statefile.peek() is None
