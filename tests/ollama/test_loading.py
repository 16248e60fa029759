"""What a model was loaded with, read back: each difference from the plan is told."""

from dataclasses import replace

import pytest

from localai_setup.machine.ollama import loading, own_models
from localai_setup.machine.ollama.api import Api
from localai_setup.machine.ollama.troubles import OllamaError
from localai_setup.model.readback import Expected

from .test_server_log import CARD, LOAD, PROCESSOR, START

SYSTEM = "You are a kind helper of the people of this house, and you answer briefly."


@pytest.fixture
def api(ollama):
    return Api(ollama.port)


@pytest.fixture
def loaded(api, store, own):
    """A model of ours with a system prompt, in memory."""
    made = replace(own, name="smol", system=SYSTEM)
    own_models.write(store, made)
    loading.load(api, made.name, lambda _: None)
    return made.name


def kinds(api, name, expected, log=""):
    return [one.kind for one in loading.read_back(api, name, expected, log).differences]


def test_a_model_that_is_as_planned_has_no_differences(api, loaded):
    log = START + CARD + LOAD
    expected = Expected(2048, 2, "q8_0", True, 99, own_template=True, system=SYSTEM)
    found = loading.read_back(api, loaded, expected, log)
    assert found.differences == ()
    assert (found.context, found.gpu) == (2048, "NVIDIA GeForce RTX 3060")


def test_a_context_that_was_lowered_in_silence_is_told(api, loaded, ollama, own, store):
    """Exchange ps-num-ctx-larger-than-model."""
    own_models.write(store, replace(own, name="large", parameters={"num_ctx": 131072}))
    loading.load(api, "large", lambda _: None)
    found = loading.read_back(api, "large", Expected(context=131072))
    (difference,) = found.differences
    assert (difference.kind, difference.found) == ("context", "8192 tokens")
    assert loading.is_loaded(api, "large", None)
    assert not loading.is_loaded(api, "large", 131072)


def test_memory_of_a_gpu_without_a_gpu_in_the_log_proves_none(api, loaded):
    """Exchange ps-amx-processor-shown-as-gpu."""
    log = START + PROCESSOR + LOAD
    assert kinds(api, loaded, Expected(gpu_layers=31), log) == ["gpu"]
    assert kinds(api, loaded, Expected(gpu_layers=0), log) == []


def test_settings_of_the_whole_server_are_looked_for_in_its_log(api, loaded):
    expected = Expected(slots=1, kv_type="f16", flash_attention=False)
    assert kinds(api, loaded, expected, LOAD) == ["slots", "kv-type", "flash-attention"]
    assert kinds(api, loaded, expected) == []


def test_a_chat_template_of_ollamas_own_list_is_told(api, own):
    """Exchange create-from-files: "using autodetected template chatml"."""
    own_models.create(api, own, lambda _: None)
    loading.load(api, own.name, lambda _: None)
    assert kinds(api, own.name, Expected(own_template=True)) == ["template"]


def test_a_system_prompt_that_is_not_in_the_prompt_is_told(api, store, own):
    own_models.write(store, replace(own, name="bare", system=""))
    loading.load(api, "bare", lambda _: None)
    assert kinds(api, "bare", Expected(system=SYSTEM)) == ["system"]


def test_nothing_is_cut_in_silence_when_tokens_are_counted(api, store, own):
    """Exchanges chat-prompt-longer-than-context and generate-prompt-longer-truncate-false."""
    own_models.write(store, replace(own, name="short", parameters={"num_ctx": 16}))
    messages = [{"role": "user", "content": "word " * 50}]
    with pytest.raises(OllamaError) as caught:
        loading.prompt_tokens(api, "short", messages)
    assert caught.value.kind == "prompt-too-long"


def test_a_model_that_is_gone_is_told_as_gone(api, loaded, store, own):
    """Exchanges missing-blob-chat and unload-absent-model."""
    store.blob(own.parts[0].sha256).unlink()
    with pytest.raises(OllamaError) as caught:
        loading.load(api, loaded, lambda _: None)
    assert caught.value.kind == "no-such-model"
    with pytest.raises(OllamaError):
        loading.read_back(api, "absent", Expected())


def test_unloading_frees_it_and_is_quiet_where_nothing_is_loaded(api, loaded, ollama):
    own_models.unload(api, "SMOL:latest")
    assert not ollama.loaded
    before = len(ollama.requests)
    own_models.unload(api, loaded)
    assert len(ollama.requests) == before
