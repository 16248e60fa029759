"""What Ollama's engine allocates beside what the plan predicts for the settings that it is given.

Measured on 2026-11-28 with Ollama 0.33.0-rc2 and SmolLM2 135M Q4_1 on a processor: the sizes are those of
its log, the resident ones of its processes after a prompt of 700 tokens. `num_batch` is Ollama's own
choice for the context (512 up to 4096 tokens of all requests together, 1024 up to 32768), unless the
model says otherwise.
"""

import pytest

from localai_setup.fit.from_facts import shape_from_facts
from localai_setup.fit.memory import estimate
from localai_setup.machine.keeping import recipe_files
from localai_setup.model.settings import ServerSettings
from localai_setup.recipes.loading import load_all

#: context of one request, slots, KV type, num_batch → MiB of the KV cache, of the graph, of the output
MEASURED = [
    (2048, 1, "f16", 512, 45.0, 15.5, 0.19),
    (4096, 1, "f16", 512, 90.0, 17.5, 0.19),
    (8192, 1, "q8_0", 1024, 95.6, 40.8, 0.19),
    (3000, 2, "q8_0", 1024, 71.7, 30.8, 0.38),
    (2048, 4, "f16", 1024, 180.0, 31.0, 0.75),
]


@pytest.fixture(scope="module")
def shape():
    model = load_all(recipe_files.texts()).models["smollm2-135m"]
    return shape_from_facts(model.architecture, model.files[0])


@pytest.mark.parametrize(("context", "slots", "kv_type", "batch", "kv", "graph", "out"), MEASURED)
def test_buffers_are_those_of_llama_cpp_with_its_settings(
    shape, context, slots, kv_type, batch, kv, graph, out
):
    settings = ServerSettings(
        context * slots, slots, ubatch=batch, kv_type_k=kv_type, kv_type_v=kv_type
    )
    found = estimate(shape, settings).parts
    assert found.kv == pytest.approx(kv, abs=0.1)
    assert found.output == pytest.approx(out, abs=0.01)
    assert graph <= found.compute <= graph * 1.16
