"""`--model` with a GGUF file of one's own, or a place on the hub."""

import hashlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from localai_setup import planner
from localai_setup.commands import _releases
from localai_setup.commands._decide import basis_of, decide
from localai_setup.commands._documents import plan_lines
from localai_setup.commands._user_supplied import bring
from localai_setup.commands._options import Options
from localai_setup.commands._request import Request
from localai_setup.machine.keeping import recipe_files
from localai_setup.machine.workbench import Workbench
from localai_setup.match import _words
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.model.facts import Facts
from localai_setup.model.sizes import range_words
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.gpus import Gpu, Gpus
from localai_setup.probes.host import Host
from localai_setup.probes.memory import Memory
from localai_setup.recipes.loading import load_all
from localai_setup.steps.use_model import UseModel

from . import hub_server
from .typical_machines import MACHINES
from .gguf_files import build, numbers, tensor_list

RECIPES = load_all(recipe_files.texts())
CHATS = {"tokenizer.chat_template": "{{ messages }}", "llama.context_length": 4096}


def gguf(**stated):
    header, size = build(numbers() | CHATS | stated, tensor_list())
    return header + bytes([7]) * size


def machine(*gpus):
    cpu = Cpu(arch="x86_64", physical_cores=8, level="x86-64-v3", features=("avx2", "fma"))
    host = Host(system="Linux", libc="glibc 2.39")
    memory = Memory(16384, 15000, None, 0)
    return Facts({Memory: memory, Cpu: cpu, Host: host, Gpus: Gpus(tuple(gpus))})


def chosen(reference, *gpus, **flags):
    request = Request(model=str(reference), **flags)
    bench = Workbench(offline=False)
    basis = basis_of(Options(replay=Path("a recording")), request, RECIPES, machine(*gpus), bench)
    return decide(basis).match.choice


@pytest.fixture
def hub(monkeypatch):
    with hub_server.running() as found:
        monkeypatch.setenv("HF_ENDPOINT", found.address)
        monkeypatch.setenv("HF_TOKEN", "")
        yield found


@pytest.fixture
def own_file(tmp_path):
    path = tmp_path / "My Model.Q4_K_M.gguf"
    path.write_bytes(gguf())
    return path


def test_the_plan_of_a_file_here_has_nothing_to_fetch_and_no_empty_parentheses(own_file):
    request, bench = Request(model=str(own_file)), Workbench(offline=False)
    basis = basis_of(Options(replay=Path("a recording")), request, RECIPES, machine(), bench)
    text = "\n".join(plan_lines(basis, planner.plan(decide(basis).match.choice, bench)))
    assert "My Model.Q4_K_M Q4_K_M: nothing to fetch," in text
    assert "Licence of the model: unknown" in text
    assert "()" not in text


def test_a_file_here_stays_where_it_is_when_the_engine_comes_from_the_package_index(
    own_file, monkeypatch
):
    monkeypatch.setattr(_releases, "_comes_from_releases", lambda *_: True)
    request, bench = Request(model=str(own_file)), Workbench(offline=False)
    basis = basis_of(Options(replay=Path("a recording")), request, RECIPES, machine(), bench)
    away = SimpleNamespace(hub="the hub does not answer", releases="no releases today")
    laptop = MACHINES["laptop, 8 GB, no GPU"]
    found = decide(replace(basis, origins=away, facts=laptop))
    assert any("no releases today" in one for one in found.match.choice.notes)
    assert found.match.choice.weights.here == str(own_file)
    assert not found.hub_away


def test_a_context_above_the_limit_of_a_file_is_refused(own_file):
    with pytest.raises(LocalaiError, match="8192 tokens is too large") as caught:
        chosen(own_file, context=8192)
    assert caught.value.exit_code == Exit.USAGE


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(2.6, 3.4, "about 3"), (3, 5, "3 to 5"), (0.2, 0.4, "less than 1")],
)
def test_a_range_that_rounds_to_one_number_is_one_number(low, high, words):
    assert range_words(low, high) == words


def test_a_file_is_used_where_it_lies(own_file, monkeypatch, tmp_path):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    choice, bench = chosen(own_file), Workbench()
    assert choice.memory.exact
    assert choice.weights.here == str(own_file)
    assert choice.weights.sha256 == hashlib.sha256(own_file.read_bytes()).hexdigest()
    step = UseModel(choice.weights)
    assert step.done(bench)
    assert step.writes(bench) == ()
    step.undo(bench)
    assert own_file.exists()


def test_a_file_that_changed_after_the_plan_is_not_taken(own_file, monkeypatch, tmp_path):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    step, bench = UseModel(chosen(own_file).weights), Workbench()
    own_file.write_bytes(b"other")
    assert not step.done(bench)
    with pytest.raises(LocalaiError, match="not the file"):
        step.apply(bench, lambda _: None)


def test_it_gets_the_same_placement_as_a_recipe(own_file):
    card = Gpu("nvidia", "NVIDIA GeForce RTX 3060", 12288, driver="580.65", usable=True,
               memory_kind="dedicated", compute_capability="8.6", used_mib=0)  # fmt: skip
    choice = chosen(own_file, card)
    assert choice.settings.gpu_layers == 5
    assert "cuda" in choice.build
    assert choice.settings.context == 4096


def test_the_hub_pins_revision_and_hash_and_fetches_little(hub):
    data = gguf()
    hub.add("me/m-GGUF", {"m-Q4_K_M.gguf": data, "m-Q8_0.gguf": data + b"\0" * 32},
            cardData={"license": "apache-2.0"})  # fmt: skip
    choice = chosen("me/m-GGUF")
    assert choice.model == "me/m-GGUF:Q4_K_M"
    assert choice.weights.revision == hub_server.REVISION
    assert choice.weights.sha256 == hashlib.sha256(data).hexdigest()
    assert not choice.licence.needs_acceptance
    assert choice.licence.id == "apache-2.0"


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ({"cardData": {"license": "other", "license_name": "my-terms"}}, "my-terms"),
        ({"cardData": {"license": "cc-by-nc-4.0"}}, "cc-by-nc-4.0"),
        ({"cardData": {"license": "mit"}, "gated": "manual"}, "mit"),
        ({}, "unknown"),
        ({"cardData": {"license": [["nonsense"]]}}, "unknown"),
    ],
)
def test_a_licence_that_may_forbid_something_asks_for_a_yes(hub, stated, name):
    hub.add("me/m-GGUF", {"m-Q4_K_M.gguf": gguf()}, **stated)
    licence = chosen("me/m-GGUF").licence
    assert (licence.id, licence.needs_acceptance) == (name, True)
    assert licence.obligations


def projector(folder, name, hidden, size=64):
    stated = {"general.architecture": "clip", "clip.vision.projection_dim": hidden}
    header, _ = build(stated, [])
    (folder / name).write_bytes(header + bytes(size))


def test_pictures_take_the_projector_that_lies_beside_the_file_and_fits(own_file):
    hidden = numbers()["llama.embedding_length"]
    projector(own_file.parent, "mmproj-other-F16.gguf", 2 * hidden, size=8)
    projector(own_file.parent, "mmproj-My-Model-BF16.gguf", hidden, size=512)
    projector(own_file.parent, "mmproj-My-Model-F16.gguf", hidden, size=256)
    (own_file.parent / "mmproj-cut.gguf").write_bytes(b"GGUF")
    choice = chosen(own_file, use="vision")
    assert choice.mmproj.here == str(own_file.parent / "mmproj-My-Model-F16.gguf")
    steps = planner.plan(choice, Workbench(offline=True)).steps
    assert [step.id for step in steps if step.id.startswith("use-")] == [
        "use-model",
        "use-projector",
    ]
    assert chosen(own_file).mmproj is None


def test_pictures_without_a_projector_are_told_where_it_belongs(own_file):
    request = Request(model=str(own_file), use="vision")
    bench = Workbench(offline=False)
    basis = basis_of(Options(replay=Path("a recording")), request, RECIPES, machine(), bench)
    (refused,) = decide(basis).match.refused
    assert "none lies beside it" in refused.reason


def test_pictures_take_the_projector_of_the_repository(hub):
    files = {"m-Q4_K_M.gguf": gguf(), "mmproj-F16.gguf": b"GGUF" * 100}
    hub.add("me/m-GGUF", files, cardData={"license": "mit"})
    assert chosen("me/m-GGUF", use="vision").mmproj.file == "mmproj-F16.gguf"


def test_what_turns_text_into_vectors_needs_no_template(hub):
    stated = {**numbers(), "llama.pooling_type": 1}
    header, size = build(stated, tensor_list())
    hub.add("me/e-GGUF", {"e-Q8_0.gguf": header + bytes([7]) * size}, cardData={"license": "mit"})
    choice = chosen("me/e-GGUF")
    assert choice.recipe == "embeddings"
    assert choice.settings.embeddings


def write(folder, name, stated):
    header, size = build(numbers() | stated, tensor_list())
    path = folder / name
    path.write_bytes(header + bytes(size))
    return str(path)


def test_without_a_template_nothing_is_downloaded(hub, tmp_path):
    header, size = build(numbers(), tensor_list())
    hub.add("me/base", {"base-Q4_K_M.gguf": header + bytes(size)})
    for reference in ("me/base", write(tmp_path, "base.gguf", {})):
        with pytest.raises(LocalaiError, match="no chat template") as caught:
            bring(RECIPES, reference, offline=False)
        assert caught.value.exit_code == Exit.NOTHING_FITS


@pytest.mark.parametrize(
    ("stated", "words"),
    [({"general.type": "mmproj"}, "projector"), ({"general.type": "adapter"}, "adapter")],
)
def test_what_is_no_model_is_told(tmp_path, stated, words):
    with pytest.raises(LocalaiError, match=words):
        bring(RECIPES, write(tmp_path, "other.gguf", CHATS | stated), offline=False)


def test_every_other_trouble_has_a_name(hub, tmp_path):
    hub.add("me/empty", {"README.md": b"x"})
    hub.add("me/m-GGUF", {"m-Q4_K_M.gguf": gguf()})
    cases = {
        str(tmp_path / "gone.gguf"): "is not there",
        "me/none": "has no model",
        "me/empty": "has no GGUF file",
        "me/m-GGUF:Q9_9": "it has Q4_K_M",
    }
    for reference, words in cases.items():
        with pytest.raises(LocalaiError, match=words):
            bring(RECIPES, reference, offline=False)
    with pytest.raises(LocalaiError, match="offline"):
        bring(RECIPES, "me/m-GGUF", offline=True)


def test_a_template_after_a_long_vocabulary_is_seen(hub):
    words = [f"tok{number}" for number in range(100_000)]
    data = gguf(**{"tokenizer.ggml.tokens": words})
    hub.add("me/m-GGUF", {"m-Q4_K_M.gguf": data}, cardData={"license": "mit"})
    assert chosen("me/m-GGUF")
    assert hub.sent_bytes < 1_000_000
