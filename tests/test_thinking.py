"""How a model thinks, what it is told, and what becomes of its thoughts."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from localai_setup import thinking
from localai_setup.engines import _plan, _runner, _runner_settings, _server_flags
from localai_setup.model.behaviour import Thinking
from localai_setup.model.settings import ServerSettings, StartSettings
from localai_setup.thinking import EFFORT, Prompts
from localai_setup.thoughts import Splitter, split

from .server_fixtures import QUESTION

SWITCHED = Thinking("by-default", "enable_thinking")
ASKED = Thinking("on-request", "thinking")
EFFORTS = Thinking("always", EFFORT, "low")
ALWAYS = Thinking("always")

#: what a template makes of a question: plain, told not to think, told to, with least and most effort
SHOWN = {
    "Llama 3.2": (("a:", "a:", "a:", "a:", "a:"), "", thinking.NEVER),
    "Qwen3.5, opens a thought": (("a:<think>\n", "a:<think>\n\n</think>\n\n", "a:<think>\n", "", ""), "", SWITCHED),
    "Qwen3, begins it by itself": (("a:", "a:<think>\n\n</think>\n\n", "a:", "", ""), "", SWITCHED),
    "Granite 3.3": (("a:", "a:", "think! a:", "", ""), "", Thinking("on-request", "enable_thinking")),
    "gpt-oss": (("mid", "mid", "mid", "low", "high"), "", EFFORTS),
    "Hy3, effort is none unless asked": (("</think>", "</think>", "</think>", "<think>", "<think>high"), "",
                                         Thinking("on-request", EFFORT)),
    "Qwen3 Coder, the thought is over before it began": (("ai\n<think>\n\n</think>\n\n",) * 5, "", thinking.NEVER),
    "Command A, told not to": (("<|START_THINKING|><|END_THINKING|>",) * 5, "", thinking.NEVER),
    "MiniMax M2": (("ai\n<think>\n",) * 5, "", ALWAYS),
    "Magistral, by its system message": (("[/INST]",) * 5, "{{ '[THINK]' + x + '[/THINK]' }}", ALWAYS),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_the_prompts_of_a_template_show_how_a_model_thinks(name):
    (plain, off, on, least, most), template, way = SHOWN[name]
    shown = Prompts(plain, {"enable_thinking": off}, {"enable_thinking": on}, least, most)
    assert thinking.of_prompts(shown, template) == way


@pytest.mark.parametrize(
    ("template", "way"),
    [
        ("{{ messages }}", thinking.NEVER),
        ("{% if enable_thinking %}", SWITCHED),
        ("{% if thinking %}", Thinking("by-default", "thinking")),
        ("Reasoning: {{ reasoning_effort }}", EFFORTS),
        ("{{ content.split('</think>')[-1] }}", ALWAYS),
    ],
)
def test_without_prompts_its_words_tell(template, way):
    assert thinking.of_template(template) == way


QUESTIONS = [
    (thinking.NEVER, {"temperature": 0}),
    (SWITCHED, {"temperature": 0, "chat_template_kwargs": {"enable_thinking": False}}),
    (ASKED, {"temperature": 0, "chat_template_kwargs": {"thinking": False}}),
    (EFFORTS, {"chat_template_kwargs": {EFFORT: "low"}, "max_tokens": 16 + 2048}),
    (ALWAYS, {"max_tokens": 16 + 2048, "reasoning_budget_tokens": 1536}),
    (Thinking("on-request", EFFORT), {"temperature": 0}),
]


@pytest.mark.parametrize(("way", "reported"), QUESTIONS)
def test_a_proof_is_without_thoughts_or_gives_them_room(way, reported):
    body = thinking.briefly(way, QUESTION, thinking.THOUGHT_TOKENS)
    assert {key: body.get(key) for key in reported} == reported
    assert ("temperature" in body) == thinking.can_be_switched(way)
    assert ("thinking_budget_tokens" in body) != thinking.can_be_switched(way)


def test_it_is_let_think_where_that_is_asked_for():
    assert thinking.arguments(ASKED, on=True) == {"chat_template_kwargs": {"thinking": True}}
    assert thinking.arguments(EFFORTS, on=True) == {}
    high = {"chat_template_kwargs": {EFFORT: "high"}}
    assert thinking.arguments(Thinking("on-request", EFFORT), on=True) == high


# thoughts in the text


@pytest.mark.parametrize(
    ("text", "thoughts", "answer"),
    [
        ("Paris.", "", "Paris."),
        ("<think>\nHm.\n</think>\n\nParis.", "Hm.", "Paris."),
        ("\n<think>Hm.", "Hm.", ""),
        ("<think></think>Paris.", "", "Paris."),
        ("Hm, a city.\n</think>\n\nParis.", "Hm, a city.", "Paris."),
        ("[THINK]Hm.[/THINK]Paris.", "Hm.", "Paris."),
        ("<b>Paris</b> < London", "", "<b>Paris</b> < London"),
        ("Write <think> and </think> around it.", "", "Write <think> and </think> around it."),
    ],
)
def test_thoughts_are_told_from_the_answer(text, thoughts, answer):
    assert split(text) == (thoughts, answer)
    piecemeal = Splitter()
    found = [part for sign in text for part in piecemeal.feed(sign)] + [*piecemeal.end()]
    if not text.startswith("Hm"):
        assert "".join(words for kind, words in found if kind == "text").strip() == answer
        assert "".join(words for kind, words in found if kind == "thought").strip() == thoughts


def test_a_model_that_thinks_although_it_was_told_not_to_gets_room_then_is_cut_short():
    bodies = list(thinking.tries(SWITCHED, QUESTION, 256))
    assert [one.get("reasoning_budget_tokens") for one in bodies] == [None, 256, 1]
    assert ["temperature" in one for one in bodies] == [True, False, False]
    assert [one["reasoning_budget_tokens"] for one in thinking.tries(ALWAYS, QUESTION, 9)] == [9, 1]


# what programs get that do not say whether the model is to think


@pytest.mark.parametrize(
    ("way", "thinks", "reported"),
    [
        (None, False, False),
        (None, True, True),
        (SWITCHED, True, True),
        (ASKED, False, False),
        (EFFORTS, False, None),
        (ALWAYS, False, None),
        (thinking.NEVER, True, None),
    ],
)
def test_the_use_decides_where_the_model_can_be_told(way, thinks, reported):
    choice = SimpleNamespace(thinking=way, thinks=thinks, settings=ServerSettings(2048))
    assert _plan._thinking(choice) is reported
    vectors = replace(choice.settings, embeddings=True)
    assert _plan._thinking(SimpleNamespace(thinking=way, thinks=True, settings=vectors)) is None


def test_an_old_server_is_told_by_what_it_can_pass_over():
    start = StartSettings(ServerSettings(2048), "/m.gguf", "m", thinking=False)
    assert not [flag for flag in _server_flags.arguments(start, 1) if "reasoning" in flag]
    assert _server_flags.environment(start) == {
        **_server_flags.CORS,
        "LLAMA_ARG_REASONING": "off",
        "LLAMA_CHAT_TEMPLATE_KWARGS": '{"enable_thinking": false}',
    }
    assert _runner_settings.document(start, 1)["thinking"] is False
    assert _server_flags.environment(replace(start, thinking=None)) == _server_flags.CORS


def test_our_runner_says_it_as_the_flag_does():
    class Made(SimpleNamespace):
        n_batch = 2048

        def __getattr__(self, name):
            setattr(self, name, Made())
            return getattr(self, name)

    def made(thinking):
        start = StartSettings(ServerSettings(2048), "/m.gguf", "m", thinking=thinking)
        wheel = SimpleNamespace(CommonParams=Made, ggml_type=Made(), llama_flash_attn_type=Made())
        return _runner.parameters(
            wheel, json.loads(json.dumps(_runner_settings.document(start, 1)))
        )

    assert vars(made(True))["default_template_kwargs"] == {"enable_thinking": "true"}
    assert vars(made(False))["enable_reasoning"] == 0
    assert "enable_reasoning" not in vars(made(None))
