"""What can be taught on a machine, another model than the one that is set up, and how a file is named."""

import io
import json
import sys
from types import SimpleNamespace

import pytest

from localai_setup.commands import _asked_examples, _other_base, _teachable, _tuning_plan
from localai_setup.commands import tune as tuning
from localai_setup.commands._options import Options
from localai_setup.commands._recipes import load_recipes
from localai_setup.commands.tune import TuneRequest
from localai_setup.machine.keeping import folders
from localai_setup.model.model_server import ServerPlace
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.model.facts import Facts
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.memory import Memory
from localai_setup.tuning.base import Base, base_of_recipe
from localai_setup.ui import asked_path, console, tuneplan, tunetext

pytestmark = pytest.mark.quick

RECIPES = load_recipes()
LORA = RECIPES.tuning["lora"]


def facts(free_mib, *features):
    return Facts({Memory: Memory(available_mib=free_mib), Cpu: Cpu(features=features)})


def test_a_recipe_states_what_the_header_of_its_file_states():
    """The numbers of SmolLM2's file, as `test_tuning.py` has them; peft counts 2,442,240 at rank 8."""
    found = base_of_recipe(RECIPES.models["smollm2-135m"].architecture)
    assert found == Base("llama", 30, 9, 3, 576, 1536, 49_152, 134_515_008, 305_280)
    assert found.trained_values(8) == 2_442_240


#: (model, whether it can be trained)
ABLE = [
    ("smollm2-135m", True),
    ("llama-3.2-3b", True),
    ("qwen3-4b-instruct-2507", True),
    ("qwen3.5-4b", False),
    ("qwen3-coder-30b-a3b", False),
    ("gpt-oss-120b", False),
]


@pytest.mark.parametrize(("model", "able"), ABLE)
def test_a_model_is_trained_where_its_file_can_be_unpacked(model, able):
    found = _teachable.base(LORA, RECIPES.models[model].architecture)
    assert (found is not None) is able


#: (free MiB, features of the processor, the first model that is named; None where none is)
ADVICE = [
    (23_000, (), "minicpm5-1b"),
    (6_500, (), "smollm2-135m"),
    (6_500, ("avx512_bf16",), "minicpm5-1b"),
    (None, (), "minicpm5-1b"),
    (500, (), None),
]


@pytest.mark.parametrize(("free", "features", "model"), ADVICE)
def test_who_cannot_train_is_told_what_could_be(free, features, model):
    advice = _teachable.advice(LORA, RECIPES.models, facts(free, *features))
    assert (f"`localai tune FILE --model {model}`" in advice) is (model is not None)
    assert ("No model that is known" in advice) is (model is None)


def test_a_model_that_cannot_be_taught_is_refused_before_it_is_fetched(monkeypatch):
    monkeypatch.setattr(_other_base, "saved", lambda: SimpleNamespace(model="smollm2-135m"))
    options = Options()
    monkeypatch.setattr(Options, "facts", lambda _: facts(23_000))
    consent = _other_base.Consent(yes=True, dry_run=False)
    with pytest.raises(LocalaiError, match="qwen3.5-4b cannot be taught yet") as raised:
        _other_base.set_up(options, "qwen3.5-4b", consent)
    assert "qwen35" in raised.value.why
    assert "minicpm5-1b" in raised.value.hint
    assert raised.value.exit_code is Exit.NOTHING_FITS
    assert _other_base.set_up(options, "smollm2-135m", consent)


#: (where the server keeps models, answer of the person, whether the training goes on, engines switched to)
TOKENS = [
    (None, "no", True, []),
    (ServerPlace(11434), "yes", True, ["llama.cpp"]),
    (ServerPlace(11434), "no", False, ["llama.cpp"]),
]


@pytest.mark.parametrize(("place", "answer", "goes_on", "engines"), TOKENS)
def test_an_engine_that_hides_its_tokens_gives_way_for_the_training(
    monkeypatch, capsys, place, answer, goes_on, engines
):
    setup = SimpleNamespace(model="smollm2-135m", engine="ollama", place=place)
    asked = []

    def switched(_options, request, _consent):
        asked.append(request.engine)
        return answer == "yes"

    monkeypatch.setattr(_other_base, "saved", lambda: setup)
    monkeypatch.setattr(_other_base, "_switched", switched)
    consent = _other_base.Consent(yes=False, dry_run=False)
    assert _other_base.show_tokens(Options(), consent) is goes_on
    assert asked == engines
    assert ("switch --engine ollama" in capsys.readouterr().err) is bool(engines)


def test_too_little_memory_names_what_would_fit():
    model = _teachable.base(LORA, RECIPES.models["llama-3.2-3b"].architecture)
    extent = _tuning_plan.Extent(model, 100, 512)
    with pytest.raises(LocalaiError, match=r"llama-3.2-3b takes about .* GB") as raised:
        _tuning_plan.plan(facts(3_000), "llama-3.2-3b", RECIPES, extent)
    assert "--model smollm2-135m" in raised.value.hint


#: (what was typed, the path)
TYPED = [
    ("examples.jsonl\n", "examples.jsonl"),
    ("  '/home/me/my file.csv' ", "/home/me/my file.csv"),
    ('"C:\\\\my file.csv"', "C:\\\\my file.csv"),
    ("file:///home/me/my%20file.csv\n", "/home/me/my file.csv"),
    ("\n", ""),
    ("'", "'"),
]


@pytest.mark.parametrize(("typed", "path"), TYPED)
@pytest.mark.skipif(sys.platform == "win32", reason="paths of Windows are written otherwise")
def test_a_path_is_taken_as_terminals_and_file_managers_give_it(typed, path):
    assert asked_path.plain(typed) == path


@pytest.mark.skipif(sys.platform == "win32", reason="a backslash is no escape there")
def test_a_file_that_was_dropped_on_a_terminal_has_its_blanks():
    assert asked_path.plain("/home/me/my\\ file.csv") == "/home/me/my file.csv"
    assert asked_path.plain("/me/Mary\\'s\\ \\(1\\)\\&.csv") == "/me/Mary's (1)&.csv"
    assert asked_path.plain("/me/a\\b.csv") == "/me/a\\b.csv"


def test_the_person_is_asked_for_the_file_until_one_is_named(monkeypatch):
    monkeypatch.setattr(console, "is_plain", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n\nmine.csv\n"))
    assert asked_path.ask("Which file?", "Why.") == "mine.csv"
    with pytest.raises(EOFError):
        asked_path.ask("Which file?", "Why.")


def test_a_script_is_told_that_no_file_is_named(monkeypatch):
    with pytest.raises(LocalaiError, match="No file of examples") as raised:
        tuning.tune(Options(), TuneRequest(""))
    assert raised.value.exit_code is Exit.USAGE
    monkeypatch.setattr(console, "is_interactive", lambda: True)
    with pytest.raises(LocalaiError, match="No file of examples"):
        tuning.tune(Options(), TuneRequest("", yes=True))


def test_another_file_is_asked_for_where_one_cannot_be_used(monkeypatch, tmp_path, capsys):
    (tmp_path / "one.csv").write_text("question,answer\nOne?,1\n", encoding="utf-8")
    many = "".join(f"Number {one}?,{one}\n" for one in range(60))
    (tmp_path / "many.csv").write_text(f"question,answer\n{many}", encoding="utf-8")
    typed = iter(["absent.csv", "Question 1? Answer 1. " * 40, "one.csv", "many.csv"])
    whys = []

    def ask(_, why):
        whys.append(why)
        return str(tmp_path / next(typed))

    monkeypatch.setattr(asked_path, "ask", ask)
    path, checked = _asked_examples.asked(tunetext.examples)
    assert path == tmp_path / "many.csv"
    assert len(checked.data.examples) == 60
    assert "question,answer in its first line" in whys[0]
    for why, words in zip(
        whys[1:], ["absent.csv cannot be read", "cannot be read", "Only 1 example"], strict=True
    ):
        assert words in why
        assert "Ctrl-C leaves." in why
    shown = capsys.readouterr().out
    assert "1 example (questions and answers, a table) can be used." in shown
    assert "60 examples" in shown


@pytest.mark.parametrize(
    ("file", "command"), [("a.csv", "localai tune a.csv"), ("", "localai tune")]
)
def test_a_dry_run_ends_with_what_does_it(file, command, capsys):
    tuneplan.only_planned(file)
    assert f"Nothing was changed. `{command}` does it." in capsys.readouterr().out


@pytest.fixture
def nothing_set_up(tmp_path, monkeypatch):
    """A file of 20 examples beside an empty home."""
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    folders.all_folders.cache_clear()
    file = tmp_path / "Our mails.csv"
    file.write_text("q,a\n" + "".join(f"What is {n}?,Number {n} of all\n" for n in range(20)))
    yield file
    folders.all_folders.cache_clear()


#: (free MiB, the model that is named, the model of the plan)
BEFOREHAND = [
    (23_000, "", "minicpm5-1b"),
    (6_500, "", "smollm2-135m"),
    (23_000, "smollm2-135m", "smollm2-135m"),
]


@pytest.mark.parametrize(("free", "named", "model"), BEFOREHAND)
def test_before_anything_is_set_up_the_plan_is_of_what_could_be_taught(
    free, named, model, nothing_set_up, monkeypatch, capsys
):
    monkeypatch.setattr(Options, "facts", lambda _: facts(free))
    request = TuneRequest(str(nothing_set_up), model=named, dry_run=True)
    assert tuning.tune(Options(), request) == Exit.OK
    shown = " ".join(capsys.readouterr().out.split())
    assert "20 examples (questions and answers, a table) can be used" in shown
    assert f"Model: {model}; its file stays as it is." in shown
    assert "Examples: 1" in shown and "are held back" in shown
    assert f"`localai init --model {model}` sets it up" in shown
    assert tuning.tune(Options(json=True), request) == Exit.OK
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["model"]) == ("localai.tune/1", model)
    assert document["name"] == "our-mails"
    assert 10 <= document["examples"] < 20
    assert document["memory_mib"] < free
    assert not (nothing_set_up.parent / "home").exists()


#: (free MiB, the model that is named, exit code, a word of the error)
NO_PLAN = [
    (500, "", Exit.NOTHING_FITS, "No model can be taught here"),
    (3_000, "llama-3.2-3b", Exit.NOTHING_FITS, "llama-3.2-3b takes about"),
    (23_000, "qwen3.5-4b", Exit.NOTHING_FITS, "cannot be taught yet"),
    (23_000, "smolm2-135m", Exit.USAGE, "smolm2-135m"),
]


@pytest.mark.parametrize(("free", "named", "code", "words"), NO_PLAN)
def test_before_anything_is_set_up_it_is_told_why_there_is_no_plan(
    free, named, code, words, nothing_set_up, monkeypatch
):
    monkeypatch.setattr(Options, "facts", lambda _: facts(free))
    with pytest.raises(LocalaiError, match=words) as raised:
        tuning.tune(Options(), TuneRequest(str(nothing_set_up), model=named, dry_run=True))
    assert raised.value.exit_code is code


def test_a_training_itself_needs_a_set_up(nothing_set_up):
    with pytest.raises(LocalaiError, match="Nothing is set up here yet"):
        tuning.tune(Options(), TuneRequest(str(nothing_set_up), yes=True))
