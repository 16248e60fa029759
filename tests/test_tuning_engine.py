"""What is learned and what is lost, on a real engine: the tokens of examples are those of a question that is
asked later, and an adapter that spoils the model is found out.
"""

import json
from pathlib import Path

import pytest

from localai_setup import executor, taught
from localai_setup.commands import _lesson, _losses
from localai_setup.commands._recipes import load_recipes
from localai_setup.commands._setup import saved
from localai_setup.fit.gguf import Header
from localai_setup.machine.keeping.gguf_file import read_header
from localai_setup.machine.keeping import folders
from localai_setup.machine.running import loopback
from localai_setup.machine.running.answers import CHAT
from localai_setup.machine.tuning.tokens import Tokens
from localai_setup.machine.workbench import Workbench
from localai_setup.model.proof import AnswerTest
from localai_setup.state import SERVES, saved_steps
from localai_setup.taught import Lesson
from localai_setup.trainers import _adapter
from localai_setup.tuning import reading

from . import adapter_files

pytest.importorskip("gguf")
pytest.importorskip("numpy")

pytestmark = [pytest.mark.e2e, pytest.mark.network]

#: examples as people have them, with blanks and line ends around what is written
EXAMPLES = [
    [("user", "  Where is my parcel? \n"), ("assistant", " On its way.\n")],
    [("system", "\nBe short. "), ("user", "Hello\n\n"), ("assistant", "Hi")],
    [("user", "Größe?\t"), ("assistant", "38 "), ("user", " \n And in 日本? "), ("assistant", "24 cm")],
    [("user", "a\n\n  b\n"), ("assistant", "\n\nc")],
]  # fmt: skip


@pytest.fixture
def home(set_up, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", set_up.environment()["LOCALAI_HOME"])
    monkeypatch.setenv("HOME", set_up.environment()["HOME"])
    folders.all_folders.cache_clear()
    set_up("up")
    yield set_up
    folders.all_folders.cache_clear()


def running_of(setup):
    return Workbench(offline=True).serving.running(setup.place)


def prompt_tokens(running, messages):
    """How many tokens the server makes of a question."""
    body = {"messages": messages, "max_tokens": 1}
    reply = loopback.required_document(running.port, CHAT, 60.0, api_key=running.api_key, body=body)
    return reply["usage"]["prompt_tokens"]


def messages_of(turns, change=str):
    return [{"role": role, "content": change(text)} for role, text in turns]


def test_what_is_learned_follows_the_tokens_of_what_is_asked_later(home):
    running = running_of(saved())
    lines = "".join(json.dumps({"messages": messages_of(one)}) + "\n" for one in EXAMPLES)
    for turns, example in zip(EXAMPLES, reading.read(lines.encode()).examples, strict=True):
        row = Tokens(running).row(example)
        # `localai chat` takes blanks off what is typed or piped in
        assert row.given == prompt_tokens(running, messages_of(turns[:-1], str.strip))
        assert row.given < prompt_tokens(running, messages_of(turns[:-1]))


#: (by how much an adapter changes the model, what is lost by it)
SPOILT = [(0.0, ()), (10.0, ("starter",))]


@pytest.mark.parametrize(("scale", "lost"), SPOILT)
def test_a_spoilt_model_has_lost_what_it_could_do_before(home, tmp_path, scale, lost):
    setup, bench = saved(), Workbench(offline=True)
    file = adapter_files.written(setup.model_path, tmp_path, scale)
    lesson = Lesson("spoilt", str(file), "f" * 64, AnswerTest("Hello?"))
    draft = taught.with_lesson(setup, lesson, bench)
    try:
        for step in saved_steps(draft):
            if step.id in SERVES:
                executor.run(step, bench, lambda _: None)
        uses = load_recipes().uses
        found = _losses.checks(
            draft, [uses["starter"], uses["embeddings"], uses["vision"]], bench, print
        )
    finally:
        _lesson.serve_again(setup, bench)
    assert [one.use for one in found] == ["starter"]
    assert found[0].was_right
    assert tuple(one.use for one in found if one.is_lost) == lost
    assert (found[0].before == found[0].after) is not bool(lost)
