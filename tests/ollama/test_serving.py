"""A server of our own: how it starts, what it is told, how it ends, and what it leaves behind."""

import os
import signal
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from localai_setup.machine.ollama import loading, models, own_models, serving
from localai_setup.machine.ollama.api import Api
from localai_setup.machine.ollama.serving import OwnServer, environment, missing_engine_files
from localai_setup.machine.ollama.store import Store
from localai_setup.machine.ollama.troubles import OllamaError
from localai_setup.machine.running import server_record
from localai_setup.machine.running.processes import Processes
from localai_setup.model.errors import LocalaiError
from localai_setup.model.model_server import ServeSettings

from .program import install
from .test_kills import until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
FIRST_PORT = 43600


@pytest.fixture
def settings(tmp_path):
    program = install(tmp_path / "ollama app")
    return ServeSettings(str(program), str(tmp_path / "our models"))


@pytest.fixture
def server():
    found = OwnServer(Processes())
    yield found
    found.stop()


def test_it_starts_once_answers_and_stops(server, settings):
    running = server.start(settings, FIRST_PORT)
    assert server.is_serving(settings)
    assert models.version(Api(running.port)) == "0.33.0"
    assert server.start(settings, FIRST_PORT) == running
    assert server.stop()
    assert server.running() is None
    assert not server.record.exists()
    assert not server.stop()


def test_one_that_lives_and_does_not_answer_is_not_serving(server, settings):
    running = server.start(settings, FIRST_PORT)
    with socket.socket() as refusing:  # taken, and nobody listens
        refusing.bind(("127.0.0.1", 0))
        elsewhere = replace(running, port=refusing.getsockname()[1])
        server_record.write(server.record, elsewhere)
        assert server.running() == elsewhere
        assert not server.is_serving(settings)


def test_other_settings_start_it_anew(server, settings, tmp_path):
    first = server.start(settings, FIRST_PORT)
    other = ServeSettings(settings.program, settings.models_folder, slots=2)
    second = server.start(other, FIRST_PORT)
    assert second.pid != first.pid
    assert not server.is_serving(settings)


def test_a_port_that_is_taken_is_passed_over(server, settings):
    """Exchange serve-port-taken: the program alone would end with exit code 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        if port > 65000:
            pytest.skip("no port is left above this one")
        assert server.start(settings, port).port > port


def test_it_keeps_its_models_and_its_keys_in_folders_of_ours(settings, monkeypatch):
    """Exchanges serve-models-folder and serve-odd-hosts: relative, `~` and `:PORT` are traps."""
    monkeypatch.setenv("OLLAMA_HOST", "0.0.0.0")
    monkeypatch.setenv("OLLAMA_KV_CACHE_TYPE", "q4_0")
    found = environment(ServeSettings(settings.program, "relative/models"), 43000)
    assert found["OLLAMA_HOST"] == "127.0.0.1:43000"
    assert os.path.isabs(found["OLLAMA_MODELS"])
    assert found["OLLAMA_NO_CLOUD"] == "1"
    assert found["OLLAMA_KV_CACHE_TYPE"] == ""


def test_settings_go_into_its_environment(settings):
    given = ServeSettings(
        "p", "/m", 2, "q8_0", flash_attention=True, prompt_cache_mib=0, only_gpus="1"
    )
    found = environment(given, 43000)
    assert found["OLLAMA_NUM_PARALLEL"] == "2"
    assert found["OLLAMA_KV_CACHE_TYPE"] == "q8_0"
    assert found["OLLAMA_FLASH_ATTENTION"] == "1"
    assert found["LLAMA_ARG_CACHE_RAM"] == "0"
    assert found["CUDA_VISIBLE_DEVICES"] == "1"


def test_a_program_without_its_engine_is_not_started(server, tmp_path):
    """Exchange engine-files-missing-create: it would start, and load no model."""
    program = install(tmp_path / "half", engine=False)
    assert missing_engine_files(program) == ("llama-server", "llama-quantize")
    with pytest.raises(OllamaError) as caught:
        server.start(ServeSettings(str(program), str(tmp_path / "m")), FIRST_PORT)
    assert caught.value.kind == "engine-missing"
    assert server.running() is None


def test_one_that_is_silent_at_first_is_waited_for(server, settings, monkeypatch):
    """It looks for GPUs before it answers, with an old driver for 30 seconds."""
    monkeypatch.setenv("STANDIN_SILENT_SECONDS", "1.5")
    assert server.start(settings, FIRST_PORT).port


def test_one_that_dies_tells_its_last_words(server, tmp_path):
    program = install(tmp_path / "broken")
    program.write_text("#!/bin/sh\necho 'Error: mkdir: not a directory' >&2\nexit 1\n")
    with pytest.raises(LocalaiError, match="not a directory") as caught:
        server.start(ServeSettings(str(program), str(tmp_path / "m")), FIRST_PORT)
    assert "exit code 1" in caught.value.what


def test_what_a_killed_server_left_behind_is_found_and_ended(
    server, settings, tmp_path, store, own
):
    """Exchange serve-sigkill: its llama-server lives on, with the model in memory."""
    running = server.start(settings, FIRST_PORT)
    api = Api(running.port)
    _load(api, settings, own)
    os.kill(running.pid, signal.SIGKILL)
    orphans = until(server.orphans)
    assert len(orphans) == 1
    again = server.start(settings, FIRST_PORT)
    assert again.pid != running.pid
    assert all(Processes().named(one.pid) != one for one in orphans)


def test_an_orderly_end_leaves_nothing(server, settings, own):
    """Exchange serve-sigterm."""
    running = server.start(settings, FIRST_PORT)
    _load(Api(running.port), settings, own)
    server.stop()
    assert server.orphans() == []


@pytest.mark.quick
def test_silence_and_refusal_are_told_apart():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        api = Api(silent.getsockname()[1])
        with pytest.raises(OllamaError) as caught:
            models.version(api, 0.3)
    assert caught.value.kind == "stalled"
    with pytest.raises(OllamaError) as caught:
        models.version(api, 0.3)
    assert caught.value.kind == "no-answer"


def _load(api, settings, own):
    own_models.write(Store(Path(settings.models_folder)), own)
    loading.load(api, own.name, lambda _: None)


def test_orphans_are_told_by_the_record_of_this_home(server):
    assert serving.MARK not in os.environ
    assert server.orphans() == []
