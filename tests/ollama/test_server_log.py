"""What the log of `ollama serve` alone tells: lines as 0.33.0-rc2 writes them, shortened."""

import pytest

from localai_setup import buffers
from localai_setup.machine.ollama import server_log

pytestmark = pytest.mark.quick

START = 'time=… level=INFO source=routes.go:1951 msg="server config" env="map[OLLAMA_HOST:…]"\n'
PROCESSOR = (
    'time=… level=INFO source=types.go:50 msg="inference compute" id=cpu library=cpu compute="" '
    'name=cpu description=cpu libdirs=ollama driver="" total="23.5 GiB" available="20.4 GiB"\n'
)
CARD = (
    'time=… level=INFO source=types.go:50 msg="inference compute" id=GPU-1 library=CUDA compute=8.6 '
    'name=CUDA0 description="NVIDIA GeForce RTX 3060" total="12.0 GiB" available="11.1 GiB"\n'
)
LOAD = (
    'time=… level=INFO source=llama_server.go:433 msg="starting llama-server" '
    'cmd="/opt/ollama/lib/ollama/llama-server --model /m/blobs/sha256-b179 --port 39749 '
    "--host 127.0.0.1 --no-webui --offline -c 6000 -np 2 --log-verbosity 4 --load-mode none "
    '--cache-type-k q8_0 --cache-type-v q8_0 --flash-attn on -b 1024 -ub 1024 --keep 4"\n'
    "srv    load_model: prompt cache is enabled, size limit: 8192 MiB\n"
    "load_tensors: offloaded 31/31 layers to GPU\n"
    "load_tensors:          CPU model buffer size =    92.10 MiB\n"
    "llama_kv_cache:        CPU KV buffer size =    71.72 MiB\n"
)


def test_a_gpu_is_proved_by_the_last_start_alone():
    """Exchange log-serve-start."""
    assert not any(one.is_gpu for one in server_log.devices(START + PROCESSOR))
    (card,) = server_log.devices(START + CARD)
    assert (card.is_gpu, card.description) == (True, "NVIDIA GeForce RTX 3060")
    assert not any(one.is_gpu for one in server_log.devices(START + CARD + START + PROCESSOR))
    assert server_log.devices("nothing of it") == ()


def test_the_command_line_of_the_engine_tells_slots_cache_and_attention():
    """Exchange service-settings-hold."""
    found = server_log.last_start(LOAD)
    assert found == server_log.EngineStart("/m/blobs/sha256-b179", 6000, 2, 1024, "q8_0", "on")
    assert server_log.last_start(START) is None
    assert server_log.offloaded(LOAD) == (31, 31)
    assert server_log.prompt_cache_mib(LOAD) == 8192
    assert server_log.prompt_cache_mib(START) is None


def test_the_buffers_are_read_as_those_of_llama_cpp():
    """Exchange log-load-answer-unload-stop."""
    parts = buffers.parts(buffers.read(LOAD))
    assert (parts.weights, parts.kv) == (92.10, 71.72)


@pytest.mark.parametrize("line", ['cmd="', 'msg="starting llama-server" cmd="a \'b"', "-c -np"])
def test_a_line_that_is_cut_off_does_no_harm(line):
    server_log.last_start(line)
    server_log.devices(line)


@pytest.mark.parametrize(
    ("log", "layers"),
    [
        ("", None),
        (LOAD, (31, 31)),
        (LOAD + "load_tensors: offloaded 7/29 layers to GPU\n", (7, 29)),
        ("load_tensors: offloaded 0/31 layers to GPU\n" + LOAD, (31, 31)),
    ],
)
def test_the_last_load_tells_how_many_layers_are_on_the_gpu(log, layers):
    assert server_log.offloaded(log) == layers


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        ("--model /m/a -c 6000 -np 2 -b 1024 --cache-type-k q8_0 --flash-attn on", ("/m/a", 6000, 2, 1024, "q8_0", "on")),
        ("--model /m/a", ("/m/a", 0, 1, 0, "f16", "")),
        ("--model /m/a -c many -np 0", ("/m/a", 0, 1, 0, "f16", "")),
    ],
)  # fmt: skip
def test_the_command_line_of_the_engine_is_read(flags, found):
    start = server_log.last_start(f'msg="starting llama-server" cmd="/opt/llama-server {flags}"\n')
    assert tuple(vars(start).values()) == found


def test_how_full_the_context_is_stands_in_the_lines_of_the_engine_that_runs():
    """As llama-server b10434 to b10488 writes it under Ollama 0.33.0-rc2."""
    start = 'msg="starting llama-server" cmd="llama-server --model m -c 2048"\n'
    ended = "slot      release: id  0 | task {} | stop processing: n_tokens = {}, truncated = 0\n"
    answered = start + ended.format(0, 48) + ended.format(9, 39)
    assert server_log.context_used(answered) == 39
    assert server_log.context_used(answered + start) == 0
    assert server_log.context_used("") is None
