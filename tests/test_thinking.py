"""How a model thinks, what it is told, and what becomes of its thoughts."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from localai_setup import state, thinking
from localai_setup.answers import trouble
from localai_setup.engines import _plan, _runner, _runner_settings, _server_flags
from localai_setup.machine.running import asking, fullness, loopback, server, templates
from localai_setup.machine.running.answers import CHAT, Answers
from localai_setup.machine.running.receiving import Received
from localai_setup.model.behaviour import Thinking
from localai_setup.model.errors import LocalaiError
from localai_setup.model.proof import AnswerTest, Proof, Tool
from localai_setup.model.settings import ServerSettings, StartSettings
from localai_setup.steps.check_answer import CheckAnswer
from localai_setup.thinking import EFFORT, Prompts
from localai_setup.thoughts import Splitter, split

from .fake_server import GOOD, THOUGHT
from .test_running import KEY, QUESTION, servers, setup, start  # noqa: F401  fixtures
from .test_state import DOCUMENT

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


@pytest.mark.parametrize(("way", "told"), QUESTIONS)
def test_a_proof_is_without_thoughts_or_gives_them_room(way, told):
    body = thinking.briefly(way, QUESTION, thinking.THOUGHT_TOKENS)
    assert {key: body.get(key) for key in told} == told
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


# a server


def test_a_template_with_a_switch_is_seen_and_the_thought_switched_off(servers):  # noqa: F811
    port = start(servers, "thinks").port
    assert templates.way_of_thinking(port, KEY) == SWITCHED
    answer = Answers().ask(port, QUESTION, KEY)
    assert (answer.text, answer.thoughts) == ("".join(GOOD), "")


def test_what_the_recipe_says_holds_without_asking(servers):  # noqa: F811
    answer = Answers().ask(start(servers, "thinks").port, QUESTION, KEY, ALWAYS)
    assert (answer.text, answer.thoughts) == ("".join(GOOD), "".join(THOUGHT))


def test_a_server_without_reasoning_content_is_understood(servers):  # noqa: F811
    heard = Received()
    asked = Answers().stream(start(servers, "inline").port, QUESTION, KEY, heard)
    thought = "".join(piece.thought for piece in asked)
    assert thought == "".join(THOUGHT)
    assert heard.answer.text == "".join(GOOD)
    assert heard.thought_tokens >= len(THOUGHT)


def test_only_thoughts_are_a_finding_of_their_own(setup, tmp_path):  # noqa: F811
    start(setup, "only-thinks")
    heard = asking.ask()
    assert (heard.only_thought, heard.trouble, heard.late) == (True, None, False)
    assert heard.thought_tokens == len(THOUGHT)

    class Bench:
        serving, answers = SimpleNamespace(running=lambda _place: setup.running()), Answers()

    step = CheckAnswer("key", str(tmp_path), AnswerTest("Which city?"))
    with pytest.raises(LocalaiError, match="only thought") as told:
        step.apply(Bench(), lambda _: None)
    assert "switched off" in told.value.hint


def test_nobody_calls_a_thought_an_empty_answer():
    assert trouble("") == "it is empty"


@pytest.mark.parametrize(
    ("manner", "words"), [("garbled", "talks no sense"), ("flood", "no sense")]
)
def test_a_server_that_talks_no_sense_is_told_so_and_takes_no_memory(servers, manner, words):  # noqa: F811
    with pytest.raises(LocalaiError, match=words):
        Answers().ask(start(servers, manner).port, QUESTION, KEY, thinking.NEVER)


def test_a_reply_without_end_is_given_up(servers):  # noqa: F811
    port = start(servers, "flood").port
    assert loopback.response(port, CHAT, 30.0, api_key=KEY, body=QUESTION) is None


def test_a_slow_machine_gets_time_for_a_thought():
    told = replace(state.from_document(DOCUMENT), test=AnswerTest("?"))

    def limit(way, tps):
        return asking._limit_seconds(way, replace(told, measured_tps=tps))

    assert limit(SWITCHED, 1.0) == limit(ALWAYS, 500.0) == asking.LIMIT_SECONDS
    assert limit(ALWAYS, 20.0) == pytest.approx(2 * (256 + 64) / 20.0)
    assert limit(ALWAYS, 1.0) == asking.LIMIT_OF_LONG_SECONDS


def test_an_answer_that_counts_only_when_it_is_whole_gets_time_too():
    """192 tokens of a tool call at 12 tokens per second, twice as long for a busy machine."""
    call = AnswerTest("?", max_tokens=192, proof=Proof(tool=Tool("t", "T", ())))
    told = replace(state.from_document(DOCUMENT), test=call, measured_tps=12.0)
    assert asking._limit_seconds(SWITCHED, told) == 32.0


# what the server says where the template is broken (llama.cpp b11549)

UNPARSABLE = """\
0.00.874.833 E common_chat_templates_init: error: parser: Parser Error: Expected }} (Got })
0.00.874.843 E common_chat_templates_init: failed to initialize chat template
0.00.874.869 E srv          init: init: chat template parsing error: std::exception
"""
RAISING = """\
0.00.847.383 E srv          init: init: chat template parsing error: Unable to generate parser for this template. \
Automatic parser generation failed:
Error: Jinja Exception: Only conversations about cheese are allowed
"""


@pytest.mark.parametrize(
    ("log", "reason"),
    [(UNPARSABLE, "Expected }} (Got })"), (RAISING, "Only conversations about cheese are allowed"),
     ("E init: chat template parsing error: ?", "it cannot be read")],
)  # fmt: skip
def test_a_broken_template_is_told_with_its_own_reason(log, reason):
    told = server.template_trouble(log)
    assert told.what == f"The model's chat template is broken: {reason}."
    assert told.hint


def test_another_death_is_no_broken_template():
    assert server.template_trouble("error: failed to load model") is None


@pytest.mark.parametrize(
    ("slots", "full"),
    [
        ([{"n_ctx": 2048, "n_prompt_tokens": 59, "next_token": [{"n_decoded": 20}]}], (79, 2048)),
        ([{"n_ctx": 100, "n_prompt_tokens": 9}, {"n_ctx": 100, "n_prompt_tokens": 50}], (50, 100)),
        ([{"n_ctx": 2048, "is_processing": False}], (0, 2048)),
        ([], None),
        ([{"n_ctx": "2048"}, 7, {"next_token": 3}], None),
        ({"error": {}}, None),
    ],
)
def test_how_full_the_context_is(monkeypatch, slots, full):
    monkeypatch.setattr(loopback, "response", lambda *_, **__: (200, json.dumps(slots).encode()))
    found = fullness.fullness(1, None)
    assert (found and (found.used, found.context)) == full


def test_a_model_that_thinks_although_it_was_told_not_to_gets_room_then_is_cut_short():
    bodies = list(thinking.tries(SWITCHED, QUESTION, 256))
    assert [one.get("reasoning_budget_tokens") for one in bodies] == [None, 256, 1]
    assert ["temperature" in one for one in bodies] == [True, False, False]
    assert [one["reasoning_budget_tokens"] for one in thinking.tries(ALWAYS, QUESTION, 9)] == [9, 1]


def test_a_thought_that_came_to_nothing_is_tried_again_and_then_answered(servers, setup):  # noqa: F811
    port = start(servers, "needs-cutting").port
    answer = Answers().ask(port, QUESTION, KEY)
    assert (answer.text, answer.only_thought) == ("".join(GOOD), False)
    heard = asking.ask()
    assert (heard.trouble, heard.only_thought, heard.text) == (None, False, "".join(GOOD))


# what programs get that do not say whether the model is to think


@pytest.mark.parametrize(
    ("way", "thinks", "told"),
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
def test_the_use_decides_where_the_model_can_be_told(way, thinks, told):
    choice = SimpleNamespace(thinking=way, thinks=thinks, settings=ServerSettings(2048))
    assert _plan._thinking(choice) is told
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
