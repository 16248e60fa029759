"""The memory that the engine tells of a real model, beside what was predicted; its process as well."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from localai_setup.buffers import compare, parts, read
from localai_setup.fit.memory import estimate
from localai_setup.model.settings import ServerSettings
from localai_setup.fit.shape import shape
from localai_setup.machine.keeping.gguf_file import read_header
from localai_setup.machine.running.ports import free_port
from localai_setup.machine.running.server import is_ready

from . import measured_models

pytestmark = [pytest.mark.real, pytest.mark.e2e, pytest.mark.network]
SECONDS = 60


def served(state, folder, settings, ask=lambda _port: None):
    """The log of the engine after it answered `ask` once, and its resident MiB."""
    import psutil

    file = folder / "settings.json"
    file.write_text(json.dumps(settings))
    log = folder / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen([*state["program"], str(file)], stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + SECONDS
        while not is_ready(settings["port"]):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        ask(settings["port"])
        resident = psutil.Process(process.pid).memory_info().rss / 2**20
    finally:
        # a wheel that is asked to stop the moment it is ready may wait for itself
        process.kill()
        process.wait(20)
    return log.read_text(), resident


PLACES = {
    "512": ServerSettings(context=512),
    "4096 for two": ServerSettings(context=4096, slots=2),
    "8192 quantized": ServerSettings(context=8192, kv_type_k="q8_0", kv_type_v="q8_0", ubatch=256),
}


@pytest.fixture(scope="module")
def models(set_up, tmp_path_factory):
    """Name → file, each made or fetched when it is first asked for."""
    folder, found = tmp_path_factory.mktemp("models"), {}

    def model(name):
        if name not in found:
            if name == "smollm2":
                found[name] = Path(saved(set_up)["model_path"])
            else:
                own = folder / name
                own.mkdir()
                make = measured_models.gemma3_270m
                found[name] = make(own) if name == "gemma3" else measured_models.made(name, own)
        return found[name]

    return model


def saved(set_up):
    home = Path(set_up.environment()["LOCALAI_HOME"])
    return json.loads((home / "state/state.json").read_text())


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("name", ["smollm2", "gemma3", "qwen3", "gemma2", "lfm2"])
def test_the_engine_allocates_what_was_predicted(set_up, models, tmp_path, name, place):
    state, path = saved(set_up), models(name)
    settings = state["settings"] | {
        "context": place.context,
        "slots": place.slots,
        "ubatch": place.ubatch,
        "kv_type_k": place.kv_type_k,
        "kv_type_v": place.kv_type_v,
        "kv_unified": False,
        "flash_attention": True,
        "gpu_layers": 0,
        "model": str(path),
        "alias": "measured",
        "port": free_port(43400),
    }
    log, resident = served(state, tmp_path, settings)
    predicted = estimate(shape(read_header(path)), place)
    found = {one.kind: one for one in compare(predicted.parts, read(log))}
    assert parts(read(log)).kv > 0, log
    assert found["kv"].ratio == pytest.approx(1, abs=0.01)
    assert found["compute"].ratio == pytest.approx(1, abs=0.03)
    assert found["total"].ratio == pytest.approx(1, abs=0.01)
    assert 0.4 * predicted.total_mib < resident
    assert resident < 1.3 * (predicted.total_mib + predicted.process_overhead_mib) + 60
