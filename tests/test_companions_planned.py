"""How a file that guesses ahead is asked for, planned, told, pinned by a recipe, and taken out again."""

from dataclasses import replace
from pathlib import Path

import pytest

from localai_setup import planner
from localai_setup.commands import _names
from localai_setup.commands._decide import basis_of, decide
from localai_setup.commands._documents import choice_document, plan_lines
from localai_setup.commands._options import Options
from localai_setup.commands._request import Request
from localai_setup.machine.keeping import recipe_files
from localai_setup.machine.workbench import Workbench
from localai_setup.model.errors import LocalaiError
from localai_setup.model.facts import Facts
from localai_setup.model.measurement import Drafts, Measurement
from localai_setup.model.settings import COMPANION, MODEL
from localai_setup.probes.measurements import Measurements
from localai_setup.recipes.loading import load, load_all
from localai_setup.recipes.pins import pins
from localai_setup.state import from_document, to_document

from . import typical_machines
from .companion_files import TOKENS, gguf

RECIPES = load_all(recipe_files.texts())
CPU = typical_machines.MACHINES["laptop, 8 GB, no GPU"]
CARD = typical_machines.MACHINES["RTX 3060 12 GB, 32 GB"]


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    (tmp_path / "big.gguf").write_bytes(gguf())
    (tmp_path / "small.gguf").write_bytes(gguf(2, **{"general.license": "mit"}))
    return tmp_path


def basis(facts, recipes=RECIPES, **flags):
    options, bench = Options(replay=Path("a recording")), Workbench(offline=True)
    return basis_of(options, Request(**flags), recipes, facts, bench)


def chosen(facts, recipes=RECIPES, **flags):
    return decide(basis(facts, recipes, **flags)).match.choice


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"tokens": ["other", *TOKENS[1:]]}, ""),
        ({"tokens": TOKENS + ["more"]}, ""),
        ({"tokens": [*TOKENS[:9], "other", *TOKENS[10:]]}, "token 9 is 'other'"),
        ({"tokens": TOKENS * 4}, "256 tokens, and the model's has 64"),
        ({"tokenizer.ggml.model": "llama"}, "kind llama, and the model's is gpt2"),
    ],
    ids=["same", "first few", "some more", "one other", "many more", "another kind"],
)  # fmt: skip
def test_a_drafter_needs_the_models_tokens_as_llama_cpp_compares_them(files, changes, words):
    reported = dict(changes)
    (files / "small.gguf").write_bytes(gguf(2, reported.pop("tokens", TOKENS), **reported))
    flags = {"model": str(files / "big.gguf"), "drafting": str(files / "small.gguf")}
    if words:
        with pytest.raises(LocalaiError) as caught:
            chosen(CPU, **flags)
        assert words in caught.value.what
        assert "Nothing was changed" in caught.value.why
    else:
        assert chosen(CPU, **flags).drafter.here == str(files / "small.gguf")


def test_the_plan_of_a_drafter_names_file_gain_and_licence(files):
    flags = {"model": str(files / "big.gguf"), "drafting": str(files / "small.gguf")}
    known = basis(CPU, **flags)
    choice = decide(known).match.choice
    plan = planner.plan(choice, known.bench)
    assert [step.id for step in plan.steps][1:4] == ["use-model", "use-drafter", "start-server"]
    assert "Licence of the drafter: mit" in "\n".join(plan_lines(known, plan))
    assert any(one.startswith("small.gguf (") for one in choice.reasons)
    document = choice_document(choice, known.bench)
    assert (document["drafting"], document["drafter"]) == (MODEL, "small.gguf")
    saved = planner.draft(plan, known.bench)
    assert saved.drafter_path == str(files / "small.gguf")
    assert from_document(to_document(saved)).drafter_sha256 == choice.drafter.sha256


@pytest.mark.parametrize(
    ("drafting", "model", "words"),
    [
        ("{here}/small.gguf", None, "which model small.gguf is to guess for"),
        ("{here}/gone.gguf", "starter", "it is not there"),
        ("hads", "smollm2-135m", "Did you mean `heads`"),
    ],
)
def test_a_drafter_that_nobody_can_use_is_refused_before_the_machine_is_looked_at(
    files, drafting, model, words
):
    with pytest.raises(LocalaiError) as caught:
        _names.check(Request(model=model, drafting=drafting.format(here=files)), RECIPES)
    assert words in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"drafting": COMPANION}, "its recipe names no file"),
        ({"drafting": "heads"}, "no prediction heads"),
        ({"drafting": "heads", "engine": "ollama"}, "Ollama is not told to"),
    ],
)
def test_what_was_asked_for_and_nobody_does_is_told(files, flags, words):
    notes = chosen(CPU, model=str(files / "big.gguf"), **flags).notes
    assert any(words in one for one in notes)


DRAFTER = """
drafter:
  file: {role: drafter, repository: o/r, revision: REV, file: d.gguf, bytes: 640000000, sha256: SHA}
  architecture: {name: qwen3, layers: 28, hidden_size: 1024, vocab_size: VOCAB, total_parameters: 596000000, kv_bytes_per_token_f16: 114688}
  licence: {id: odd-1.0, needs_acceptance: true, url: 'https://example.org/l', obligations: [reading]}
""".replace("REV", "a" * 40).replace("SHA", "b" * 64)  # fmt: skip


def recipe(drafter=DRAFTER, name="qwen3.5-4b"):
    texts = dict(recipe_files.texts())
    file = next(path for path in texts if path.endswith(f"{name}.yaml"))
    vocabulary_size = RECIPES.models[name].architecture.vocab_size
    return load("mine.yaml", texts[file] + drafter.replace("VOCAB", str(vocabulary_size)))


def test_a_recipe_names_its_drafter_and_a_card_uses_it():
    model = recipe(name="ministral-3-8b")
    recipes = replace(RECIPES, models={model.id: model})
    choice = chosen(CARD, recipes, use="chat", model=model.id)
    assert choice.settings.drafting == MODEL
    assert choice.drafter == model.drafter.file
    assert choice.download_bytes == sum(file.bytes for file in choice.files)
    assert [one.id for one in choice.licences][1] == "odd-1.0"
    steps = [step.id for step in planner.plan(choice, Workbench(offline=True)).steps]
    assert "fetch-drafter" in steps
    assert not chosen(CPU, recipes, use="chat", model=model.id).drafter
    assert any(pin.file == "d.gguf" for pin in pins([model]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("VOCAB", "9"), "vocabulary has 9 tokens"),
        (("role: drafter", "role: weights"), "`role` of a drafter's file is drafter"),
        (("b" * 64, "b"), "`sha256` cannot be"),
        ((", bytes: 640000000", ""), "lacks the field `bytes`"),
    ],
)
def test_a_drafter_without_its_pin_is_refused(change, words):
    with pytest.raises(LocalaiError) as caught:
        recipe(DRAFTER.replace(*change))
    assert words in caught.value.what


def test_a_drafter_that_slows_is_taken_out_with_the_step_that_brings_it(files):
    flags = {"model": str(files / "big.gguf"), "drafting": str(files / "small.gguf")}
    bench = Workbench(offline=True)
    setup = planner.draft(planner.plan(chosen(CPU, **flags), bench), bench)
    run = Measurement(
        setup.model, "0", setup.build, setup.settings.context, 0, "", (), drafting=MODEL,
        drafter_sha256=setup.drafter_sha256, drafts=Drafts(30.0, 40.0, 0.1),
    )  # fmt: skip
    after = planner.without_slow_drafting(setup, Facts({Measurements: Measurements((run,))}))
    assert (after.settings.drafting, after.drafter_path) == ("", "")
    assert "use-drafter" not in [one["id"] for one in after.steps]
    start = next(one for one in after.steps if one["id"] == "start-server")["start"]
    assert (start["server"]["drafting"], start["drafter_path"]) == ("", "")
    other = replace(run, drafter_sha256="another")
    facts = Facts({Measurements: Measurements((other,))})
    assert planner.without_slow_drafting(setup, facts) is setup
