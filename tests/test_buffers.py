"""The engine's buffer lines, in every wording, and beside them what was predicted."""

from pathlib import Path

import pytest

from localai_setup.buffers import Buffer, compare, parts, read
from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.model.estimate import MemoryParts

from .known import KNOWN

LOG = Path(__file__).parent / "measured" / "server.log"

WHEEL = """\
0.00.331.072 I load_tensors:   CPU_Mapped model buffer size =    92.10 MiB
0.00.331.080 I load_tensors:   CPU_REPACK model buffer size =    12.66 MiB
0.00.337.267 I llama_context:        CPU  output buffer size =     0.19 MiB
0.00.337.438 I llama_kv_cache:        CPU KV buffer size =     6.00 MiB
0.00.337.500 I llama_kv_cache:        CPU KV buffer size =    15.00 MiB
0.00.337.900 I llama_memory_recurrent:        CPU RS buffer size =     3.50 MiB
0.00.365.180 I sched_reserve:        CPU compute buffer size =    16.64 MiB
"""
CUDA = """\
load_tensors: offloaded 33/33 layers to GPU
load_tensors:   CPU_Mapped model buffer size =   281.81 MiB
load_tensors:        CUDA0 model buffer size =  4403.49 MiB
llama_context:  CUDA_Host  output buffer size =     0.49 MiB
llama_kv_cache_unified:      CUDA0 KV buffer size =   512.00 MiB
clip_ctx: CLIP using CUDA0 backend
alloc_compute_meta:      CUDA0 compute buffer size =   148.00 MiB
llama_context:      CUDA0 compute buffer size =   258.50 MiB
llama_context:  CUDA_Host compute buffer size =    12.01 MiB
"""
OLLAMA = """\
llm_load_tensors:        CPU buffer size =   281.81 MiB
llm_load_tensors:      CUDA0 buffer size =  4156.00 MiB
llama_kv_cache_init:      CUDA0 KV buffer size =  1024.00 MiB
llama_new_context_with_model:  CUDA_Host  output buffer size =     2.02 MiB
llama_new_context_with_model:      CUDA0 compute buffer size =   560.00 MiB
"""


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (WHEEL, MemoryParts(92.10, 21.0, 3.5, 16.64, 0.19)),
        (CUDA, MemoryParts(4685.30, 512.0, 0, 270.51, 0.49)),
        (OLLAMA, MemoryParts(4437.81, 1024.0, 0, 560.0, 2.02)),
        ("srv init: model loaded", MemoryParts(0, 0, 0, 0, 0)),
    ],
)
def test_every_wording_is_read(log, expected):
    found = parts(read(log))
    for name in ("weights", "kv", "recurrent", "compute", "output"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name)), name


def test_each_buffer_has_its_place():
    found = {one.device: one.on_host for one in read(CUDA)}
    assert found == {"CPU_Mapped": True, "CUDA0": False, "CUDA_Host": True}


@pytest.mark.parametrize(
    "device",
    ["CPU", "CPU_Mapped", "CPU_REPACK", "AMX", "BLAS", "CUDA_Host", "ROCm_Host", "Vulkan_Host"],
)
def test_the_host_is_known_by_its_names(device):
    assert Buffer("kv", device, 1.0).on_host


@pytest.mark.parametrize(
    "device", ["CUDA0", "ROCm1", "Vulkan0", "Metal", "MTL0_Mapped", "SYCL0", "RPC0[127.0.0.1:1]"]
)
def test_a_gpu_is_not_the_host(device):
    assert not Buffer("kv", device, 1.0).on_host


def test_copies_count_where_the_file_is_not_mapped():
    found = read(WHEEL.replace("CPU_Mapped", "CPU"))
    assert parts(found).weights == pytest.approx(104.76)


#: as the wheel writes it for a model with a prediction head; the last line is the model's own context
HEADS = """\
load_tensors:   CPU_Mapped model buffer size =    47.67 MiB
llama_context:        CPU  output buffer size =     0.06 MiB
llama_kv_cache:        CPU KV buffer size =     4.00 MiB
llama_memory_recurrent:        CPU RS buffer size =     6.28 MiB
sched_reserve:        CPU compute buffer size =    19.02 MiB
llama_context:        CPU  output buffer size =     0.02 MiB
llama_kv_cache:        CPU KV buffer size =     4.00 MiB
sched_reserve:        CPU compute buffer size =    11.02 MiB
sched_reserve:        CPU compute buffer size =    11.52 MiB
sched_reserve:        CPU compute buffer size =    19.02 MiB
"""


def test_prediction_heads_have_buffers_of_their_own():
    found = parts(read(HEADS))
    assert found.kv == pytest.approx(8.0)
    assert found.compute == pytest.approx(19.02 + 11.52)
    assert found.output == pytest.approx(0.08)


def test_a_graph_planned_anew_replaces_its_buffer():
    again = WHEEL + "0.01.0 I sched_reserve:        CPU compute buffer size =    20.00 MiB\n"
    assert parts(read(again)).compute == 20.0


def test_a_second_start_in_one_log_begins_anew():
    assert read(CUDA + WHEEL) == read(WHEEL)


def test_predicted_stands_beside_told():
    found = {one.kind: one for one in compare(MemoryParts(92.1, 20.0, 0, 16.64, 0.19), read(WHEEL))}
    assert found["kv"].ratio == pytest.approx(20 / 21)
    assert found["recurrent"].ratio == 0
    assert found["total"].actual_mib == pytest.approx(133.43)
    assert compare(MemoryParts(1, 1, 1, 1, 1), read("")) == ()


@pytest.mark.parametrize(
    "text", ["KV buffer size = nan MiB", "x: CPU buffer size = MiB", "\0" * 99]
)
def test_other_words_are_no_buffers(text):
    assert read(text) == ()


def test_a_whole_log_of_a_server_is_read_and_complains_of_nothing():
    """As the wheel wrote it while it loaded SmolLM2 135M, answered once and was stopped."""
    log = LOG.read_text(encoding="utf-8")
    assert parts(read(log)) == MemoryParts(92.10, 45.0, 0, 16.64, 0.19)
    assert not explain(log, Surroundings(), KNOWN).found
