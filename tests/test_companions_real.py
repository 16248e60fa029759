"""A file that guesses ahead beside its model, in the real engine: memory, answers, and what it refuses."""

import json
from pathlib import Path

import pytest

from localai_setup.buffers import compare, read
from localai_setup.fit import companion, drafting
from localai_setup.fit.drafter import Drafter, heads_alone
from localai_setup.fit.memory import estimate
from localai_setup.fit.shape import shape
from localai_setup.machine.keeping.gguf_file import read_header, read_tokens
from localai_setup.machine.running.ports import free_port
from localai_setup.model.files import ModelFile
from localai_setup.model.settings import ServerSettings

from . import companion_models, drafting_models
from .test_memory_measured import saved, served

pytestmark = [pytest.mark.real, pytest.mark.e2e, pytest.mark.network]
PLACES = {
    "one": ServerSettings(4096),
    "two slots, no flash attention": ServerSettings(4096, slots=2, flash_attention=False),
    "q8_0": ServerSettings(4096, kv_type_k="q8_0", kv_type_v="q8_0", ubatch=256),
}


@pytest.fixture(scope="module")
def pairs(set_up, tmp_path_factory):
    """Name → model and drafter."""
    folder = tmp_path_factory.mktemp("pairs")
    starter = Path(saved(set_up)["model_path"])
    found = {
        "itself": (starter, starter),
        "smaller": (
            starter,
            companion_models.with_first_layers(
                starter, folder / "small.gguf", 8, general__license="mit"
            ),
        ),
    }
    for arch in ("qwen35", "qwen35moe"):
        complete, layers = drafting_models.made(arch, folder), drafting_models.LAYERS
        plain = companion_models.with_first_layers(complete, folder / f"{arch}.gguf", layers)
        heads = companion_models.heads_alone(complete, folder / f"mtp-{arch}.gguf", layers)
        found[arch] = (plain, heads)
    return found


def sized(path):
    header = read_header(path)
    found = shape(header)
    heads = found.heads if heads_alone(header, found.heads) else 0
    return Drafter(ModelFile("drafter", path.name, 1, "", prediction_heads=heads), found)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("pair", ["itself", "smaller", "qwen35", "qwen35moe"])
def test_the_engine_allocates_for_both_what_was_predicted(set_up, pairs, tmp_path, pair, place):
    path, file = pairs[pair]
    drafter, model = sized(file), shape(read_header(path))
    place = drafting.with_drafter(model, place, drafter)
    settings = saved(set_up)["settings"] | vars(place) | {
        "model": str(path), "drafter": str(file), "alias": "made", "threads": 1,
        "port": free_port(43700),
    }  # fmt: skip
    log, _ = served(saved(set_up), tmp_path, settings)
    assert "speculative decoding context initialized" in log
    predicted = companion.with_drafter(estimate(model, place), drafter, place)
    found = {one.kind: one for one in compare(predicted.parts, read(log))}
    print(f"\n{pair}: {found['total'].predicted_mib:.1f} of {found['total'].actual_mib:.1f} MiB")
    assert found["weights"].ratio == pytest.approx(1, abs=0.01)
    assert found["kv"].ratio == pytest.approx(1, abs=0.01)
    assert found["total"].ratio == pytest.approx(1, abs=0.03)


def test_init_with_a_drafter_answers_and_bench_tells_what_it_brings(localai, set_up, pairs):
    model, small = pairs["smaller"]
    done = localai("init", "--yes", "--model", str(model), "--drafting", str(small))
    assert done.returncode == 0, done.stderr
    assert "Licence of the drafter: mit" in done.stderr + done.stdout
    state = saved(localai)
    started = next(one for one in state["receipts"] if one["step"] == "start-server")
    reported = sum(started["details"]["buffers_mib"].values())
    assert state["predicted_total_mib"] == pytest.approx(reported, rel=0.03)
    drafts = localai.json("bench", "--seconds", "1")["measurement"]["drafts"]
    print(f"\n{drafts}")
    assert drafts["with_tps"] > 0
    assert drafts["without_tps"] > 0
    assert localai.json("status")["drafter_file"] == str(small)
    again = localai("init", "--yes", "--model", str(model), "--drafting", "off")
    assert again.returncode == 0, again.stderr
    assert localai.json("status")["drafter_file"] is None
    assert localai("uninstall", "--yes").returncode == 0
    assert small.is_file()


def test_a_model_that_drafts_for_itself_guesses_right(localai, pairs):
    model, itself = pairs["itself"]
    done = localai("init", "--yes", "--model", str(model), "--drafting", str(itself))
    assert done.returncode == 0, done.stderr
    drafts = localai.json("bench", "--seconds", "1")["measurement"]["drafts"]
    print(f"\n{drafts}")
    assert drafts["taken_share"] > 0.8


def test_a_drafter_that_only_the_engine_refuses_is_told_by_its_cause(localai, pairs, tmp_path):
    """Its file is exchanged after the plan was made, as if a recipe's pin were for another model."""
    model, small = pairs["smaller"]
    assert localai("init", "--yes", "--model", str(model), "--drafting", str(small)).returncode == 0
    tokens = [one.decode("utf-8", "replace") for one in read_tokens(model)]
    tokens[100], tokens[101] = tokens[101], tokens[100]
    other = companion_models.with_first_layers(model, tmp_path / "other.gguf", 2, tokens=tokens)
    home = Path(localai.environment()["LOCALAI_HOME"]) / "state/state.json"
    state = json.loads(home.read_text())
    for step in state["steps"]:
        if step["id"] == "start-server":
            step["start"]["drafter_path"] = str(other)
    home.write_text(json.dumps(state))
    assert localai("down").returncode == 0
    up = localai("up")
    assert up.returncode != 0
    assert "other.gguf cannot guess for this model: its vocabulary is another one" in up.stderr
    assert not localai.json("status")["running"]
