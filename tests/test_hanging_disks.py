"""A network mount that is gone makes every look at it hang; it costs seconds, and not the answer."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from localai_setup.machine.asking.live import LiveMachine
from localai_setup.machine.keeping import model_files
from localai_setup.machine.running import program_path, responding
from localai_setup.model.files import ModelFile
from localai_setup.model.reading import Failed, Missing
from localai_setup.model.source import File, Stat

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX paths")
GONE = "/gone"


@pytest.fixture
def gone(monkeypatch):
    """Looking at `GONE` does not come back before the test is over."""
    over, exists = threading.Event(), os.path.exists

    def look(path):
        return over.wait(60) if str(path).startswith(GONE) else exists(path)

    monkeypatch.setattr(responding, "_look", look)
    monkeypatch.setattr(responding, "LIMIT_SECONDS", 0.05)
    responding.responds.cache_clear()
    yield
    over.set()
    responding.responds.cache_clear()


@posix
def test_a_program_is_found_behind_it(gone, monkeypatch):
    monkeypatch.setenv("PATH", f"{GONE}/bin{os.pathsep}{os.environ['PATH']}")
    assert program_path.find("sh")


@posix
def test_what_lies_on_it_is_a_reading_that_failed(gone):
    machine = LiveMachine()
    for source in (File(f"{GONE}/a/b"), Stat(f"{GONE}/a/b")):
        (found,) = machine.ask(source).values()
        assert isinstance(found, Failed)
        assert found.kind == "timed-out"
    (found,) = machine.ask(File(f"{GONE}/*/b")).values()
    assert isinstance(found, Missing)


@posix
def test_a_model_is_looked_for_elsewhere(gone, tmp_path):
    (tmp_path / "model.gguf").write_bytes(b"x")
    file = ModelFile("weights", "model.gguf", 1, "0" * 64, "Q4_1")
    assert list(model_files.elsewhere(file, f"{GONE}/model.gguf")) == []
    assert list(model_files.elsewhere(file, str(tmp_path / "model.gguf")))


@pytest.mark.real
@pytest.mark.e2e
@pytest.mark.skipif(
    sys.platform != "linux" or os.getuid() != 0 or not os.path.exists("/dev/fuse"),
    reason="needs root and FUSE",
)
@pytest.mark.parametrize("variable", ["PATH", "HOME", "OLLAMA_MODELS", "HF_HOME"])
def test_a_real_one_holds_nothing_up(localai, tmp_path, variable):
    folder = tmp_path / "gone"
    folder.mkdir()
    command = [sys.executable, str(Path(__file__).parent / "hanging_mount.py"), str(folder)]
    mount = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert mount.stdout.readline()
        after = f"{os.pathsep}{os.environ['PATH']}" if variable == "PATH" else ""
        localai.extra[variable] = f"{folder}/x{after}"
        for words in (["status"], ["detect", "--offline"], ["plan", "--offline"]):
            done = localai(*words, timeout=120)
            assert done.returncode == 0, done.stderr
    finally:
        # its channel is closed with it, which makes the mount answer with an error
        mount.kill()
        mount.wait()
        subprocess.run(["umount", "-l", str(folder)], check=True)


@posix
def test_a_folder_counts_as_there_where_no_thread_may_look(gone, tmp_path, monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert responding.responds(str(tmp_path))
