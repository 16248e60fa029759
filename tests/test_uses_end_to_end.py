"""Each use's proof on the real engine: what a model that cannot do it is told, and that the road is real.

The weights are the starter's, 135 million parameters. Copies of them differ in what their header says.
"""

import json
from pathlib import Path

import pytest

from localai_setup import proofs
from localai_setup.engines._tiny_model import tiny_model
from localai_setup.machine.keeping import recipe_files
from localai_setup.machine.running.answers import Answers
from localai_setup.model.decoding import decode
from localai_setup.model.proof import AnswerTest, Expected, Proof, Tool
from localai_setup.model.server import Running
from localai_setup.recipes.loading import load_all

from . import hub_server, model_copies, projectors, ranking_model

pytestmark = [pytest.mark.real, pytest.mark.e2e, pytest.mark.network]
USES = load_all(recipe_files.texts()).uses
#: renders tools and asks for calls as the Hermes and Qwen models do
TOOLS = (
    "{% if tools %}<|im_start|>system\nYou may call these tools:\n<tools>\n"
    "{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}</tools>\n"
    'Call one with\n<tool_call>\n{"name": NAME, "arguments": ARGUMENTS}\n</tool_call><|im_end|>\n'
    "{% endif %}{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content or '' }}"
    "{% for call in message.tool_calls or [] %}\n<tool_call>\n"
    '{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}\n'
    "</tool_call>{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
#: renders nothing of what is said
DEAF = "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
#: a call that is short enough for a slow machine
LAMP = AnswerTest(
    "Switch the lamp on.",
    proof=Proof(tool=Tool("lamp", "The lamp.", (Expected("on", "Whether it is on", "boolean"),))),
)
MEAN = {"llama.pooling_type": 1}


@pytest.fixture(scope="module")
def starter(set_up):
    return Path(set_up.json("status")["model_file"])


def refused(set_up, model, use, *flags):
    done = set_up("init", "--yes", "--model", str(model), "--for", use, *flags)
    assert done.returncode == 1, done.stderr
    return done.stderr


def answered(set_up, asked):
    """What the running server answers to this request."""
    record = (set_up.home / "local ai ü" / "state" / "server.json").read_text()
    server = decode(Running, json.loads(record))
    return Answers().ask(server.port, asked, server.api_key)


def test_the_starter_reads_the_system_message(set_up, starter):
    done = set_up.json("init", "--yes", "--model", "smollm2-135m", "--for", "chat")
    assert "Marlow" in done["answer"]


def test_a_tool_call_that_is_not_made_is_told_and_the_engine_parses_one(set_up, starter, tmp_path):
    model = model_copies.copy(starter, tmp_path / "tools.gguf", {model_copies.TEMPLATE: TOOLS})
    assert set_up("init", "--yes", "--model", str(model), "--for", "starter").returncode == 0
    test = USES["coding"].test()
    asked = {**proofs.request(test), "max_tokens": 32}
    reason = proofs.judge(answered(set_up, asked), test, has_template=True)
    assert "it made no tool call" in reason
    forced = {**proofs.request(LAMP), "tool_choice": "required"}
    forced["messages"] = [*forced["messages"], {"role": "assistant", "content": "<tool_call>\n"}]
    answer = answered(set_up, forced)
    assert proofs.judge(answer, LAMP, has_template=True) is None


def test_json_by_schema_comes_from_any_model_that_reads(set_up, starter):
    done = set_up.json("init", "--yes", "--model", str(starter), "--for", "extract")
    assert json.loads(done["answer"])["lamps"] == 3


def test_a_model_that_is_told_nothing_fails_every_use_that_talks(set_up, starter, tmp_path):
    """The engine forces the form of JSON, not what is in it."""
    model = model_copies.copy(starter, tmp_path / "deaf.gguf", {model_copies.TEMPLATE: DEAF})
    assert set_up("init", "--yes", "--model", str(model), "--for", "starter").returncode == 0
    for use in ("chat", "coding", "reasoning", "summarise"):
        test = USES[use].test()
        asked = {**proofs.request(test), "max_tokens": 16}
        assert proofs.judge(answered(set_up, asked), test, has_template=True)
    test = USES["extract"].test()
    answer = answered(set_up, proofs.request(test))
    assert "where berlin was expected" in proofs.judge(answer, test, has_template=True)


def test_vectors_without_sense_are_told(set_up, tmp_path):
    empty = tmp_path / "zeros.gguf"
    empty.write_bytes(tiny_model())
    model = model_copies.copy(empty, tmp_path / "embed.gguf", MEAN)
    assert "all zeros" in refused(set_up, model, "embeddings")


def test_vectors_of_the_starter_have_the_right_length_and_order(set_up, starter, tmp_path):
    model = model_copies.copy(starter, tmp_path / "vectors.gguf", MEAN)
    done = set_up.json("init", "--yes", "--model", str(model), "--for", "embeddings")
    assert done["answer"] == "a vector of 576 numbers"


@pytest.mark.usefixtures("starter")  # which is the model of the set-up as it was
def test_passages_are_put_in_order_and_one_that_turns_it_around_is_told(set_up, tmp_path):
    words = [word.strip(".,").lower() for word in USES["rerank"].proof.neighbours.related.split()]
    model = ranking_model.write(tmp_path / "ranks.gguf", dict.fromkeys(words))
    done = set_up.json("init", "--yes", "--model", str(model), "--for", "rerank")
    assert done["answer"].startswith("the passage that answers it first")
    assert set_up("doctor").returncode == 0
    run = json.loads(set_up("bench", "--seconds", "1", "--json").stdout)["measurement"]
    assert run["points"][0]["prompt_tps"] > 0
    assert [app["id"] for app in set_up.json("connect")["apps"]] == ["curl-rerank"]
    turned = ranking_model.write(tmp_path / "turned.gguf", dict.fromkeys(words), sign=-1.0)
    assert "ranks the passage that answers" in refused(set_up, turned, "rerank")


def test_a_picture_goes_through_the_projector_and_is_not_understood(set_up, starter, tmp_path):
    projector = projectors.write(tmp_path / "mmproj.gguf", model_hidden=576)
    with hub_server.running() as hub:
        files = {"tiny-Q4_1.gguf": starter.read_bytes(), "mmproj-F32.gguf": projector.read_bytes()}
        hub.add("me/tiny-GGUF", files, cardData={"license": "apache-2.0"})
        set_up.extra = {"HF_ENDPOINT": hub.address}
        reported = refused(set_up, "me/tiny-GGUF", "vision")
    # a server without a projector would have refused the picture
    assert "answered, but it does not see that the picture shows 2479" in reported


def test_a_picture_goes_through_the_projector_beside_a_file_of_one_s_own(set_up, starter, tmp_path):
    model = model_copies.copy(starter, tmp_path / "own.gguf", {})
    projectors.write(tmp_path / "mmproj-own.gguf", model_hidden=576)
    reported = refused(set_up, str(model), "vision")
    assert "answered, but it does not see that the picture shows 2479" in reported
