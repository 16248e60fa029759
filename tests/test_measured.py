"""The rules against llama.cpp itself: buffers of 40 models outside the shared measurements.

tests/measured/engine_memory.jsonl holds a line for each model: its published sizes, the tensors that
tell architectures apart, and what the engine (wheel xllamacpp 2026.10.11549) allocated for a header
without data. Written in November 2026 on a machine without a GPU.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from localai_setup.fit.gguf import Header, Tensor
from localai_setup.fit.measured import EVERYWHERE, MEASURED
from localai_setup.fit.memory import estimate
from localai_setup.model.settings import ServerSettings
from localai_setup.fit.shape import shape

LINES = (Path(__file__).parent / "measured" / "engine_memory.jsonl").read_text().splitlines()
MODELS = {one["model"]: one for one in map(json.loads, LINES)}
CASES = [(name, at) for name, one in MODELS.items() for at in range(len(one["measured"]))]


def header(model):
    arch = model["architecture"]
    metadata = {"general.architecture": arch}
    for key, value in model["metadata"].items():
        if isinstance(value, list):
            value = [item for count, item in value for _ in range(count)]
        metadata[f"{arch}.{key}"] = value
    tensors = tuple(Tensor(name, tuple(dims), 32) for name, dims in model["tensors"].items())
    return Header(metadata, {}, tensors)


@pytest.mark.parametrize(("name", "at"), CASES)
def test_what_the_engine_allocated_is_what_we_say(name, at):
    model = MODELS[name]
    row = model["measured"][at]
    place = ServerSettings(
        context=row["context"],
        kv_type_k=row["kv_type"],
        kv_type_v=row["kv_type"],
        ubatch=row["ubatch"],
        slots=row["slots"],
        flash_attention=row["flash_attention"],
    )
    found = estimate(shape(header(model)), place)
    assert found.exact
    assert found.parts.kv == pytest.approx(row["kv_mib"], abs=0.06)
    assert found.parts.recurrent == pytest.approx(row["recurrent_mib"], abs=0.06)
    assert found.parts.compute == pytest.approx(row["compute_mib"], rel=0.13)
    assert found.parts.compute > 0.9 * row["compute_mib"]


def test_every_architecture_called_exact_was_measured():
    assert {one["architecture"] for one in MODELS.values()} | EVERYWHERE == MEASURED


def test_a_gpu_makes_no_claim_where_none_was_measured():
    model = shape(header(MODELS["olmo2-7b"]))
    found = estimate(model, ServerSettings(context=8192, gpu_layers=99))
    assert not found.exact
    assert found.low_mib < found.total_mib < found.high_mib


def test_a_claim_on_a_gpu_is_made_for_what_was_measured_there_and_for_one_card():
    """EVERYWHERE holds the architectures that were measured on a GPU, on one each time."""
    model = replace(shape(header(MODELS["olmo2-7b"])), arch=sorted(EVERYWHERE)[0])
    one = estimate(model, ServerSettings(context=8192, gpu_layers=99))
    two = estimate(model, ServerSettings(context=8192, gpu_layers=99, gpu_split=(1.0, 1.0)))
    assert one.exact
    assert one.low_mib == one.total_mib == one.high_mib
    assert not two.exact
    assert two.low_mib < two.total_mib < two.high_mib
