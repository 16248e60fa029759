"""Models that come in several files: pinned, fetched, resumed, checked, listed and removed as one."""

import hashlib
import os
from pathlib import Path
from types import SimpleNamespace
from dataclasses import replace

import pytest

from localai_setup.commands import models as stock_of
from localai_setup.commands._nothing_fits import NothingFitsError
from localai_setup.commands._user_supplied import _files
from localai_setup.engines._plan import proof_key
from localai_setup.fit.gguf import Header
from localai_setup.fit.quants import Quantized, RemoteFile
from localai_setup.machine.fetching import disk, pauses
from localai_setup.machine.fetching.repository import HubModel
from localai_setup.machine.keeping import (
    folders,
    model_files,
    recipe_files,
    removing,
    stock,
    verified,
)
from localai_setup.machine.running import examine
from localai_setup.machine.workbench import Workbench
from localai_setup.match import Wish, match
from localai_setup.model.errors import LocalaiError
from localai_setup.model.files import FilePart, ModelFile
from localai_setup.model.progress import Progress
from localai_setup.planner import plan
from localai_setup.recipes import pins, rules
from localai_setup.recipes.loading import load_all
from localai_setup.recipes.strict_yaml import RecipeError
from localai_setup.state import step_of
from localai_setup.steps.fetch_model import FetchModel

from . import hub_server, model_copies
from .typical_machines import MACHINES

RECIPES = load_all(recipe_files.texts())
CONTENTS = [bytes([at]) * 200_000 + os.urandom(1000 * at) for at in (1, 2, 3)]
NAMES = [f"Q4_K_M/Big-Q4_K_M-0000{at}-of-00003.gguf" for at in (1, 2, 3)]
SUMS = [hashlib.sha256(one).hexdigest() for one in CONTENTS]
FILE = ModelFile(
    "weights",
    NAMES[0],
    len(CONTENTS[0]),
    SUMS[0],
    "Q4_K_M",
    "acme/Big-GGUF",
    hub_server.REVISION,
    parts=tuple(map(FilePart, NAMES[1:], map(len, CONTENTS[1:]), SUMS[1:])),
)
#: whatever else serves models on this machine
ENGINE = ("--engine", "llama.cpp")
MODEL = replace(RECIPES.models["qwen3.5-4b"], id="big", files=(FILE,))


@pytest.fixture
def hub(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    monkeypatch.setattr(pauses, "PAUSES_SECONDS", (0.0,))
    folders.all_folders.cache_clear()
    with hub_server.running() as found:
        monkeypatch.setenv("HF_ENDPOINT", found.address)
        found.add("acme/Big-GGUF", dict(zip(NAMES, CONTENTS, strict=True)))
        yield found
    folders.all_folders.cache_clear()


def arrived():
    return [one.file for one in FILE.each if model_files.target(one).is_file()]


def test_every_part_arrives_under_names_that_an_engine_counts_up(hub):
    step, bench, seen = FetchModel(FILE), Workbench(), []
    assert not step.done(bench)
    step.apply(bench, seen.append)
    assert step.done(bench)
    paths = [model_files.target(one) for one in FILE.each]
    assert [one.read_bytes() for one in paths] == CONTENTS
    assert {one.name.replace(f"-0000{at}-", "-N-") for at, one in enumerate(paths, 1)} == {
        f"{SUMS[0][:12]}-Big-Q4_K_M-N-of-00003.gguf"
    }
    assert step.writes(bench) == tuple(map(str, paths))
    assert {one.total for one in seen if one.total} == {FILE.all_bytes}
    done = [one.done for one in seen]
    assert done == sorted(done)
    assert done[-1] == FILE.all_bytes


def test_the_title_and_the_downloads_tell_all_of_it():
    step = FetchModel(FILE)
    assert "in 3 files" in step.title
    assert [one["bytes"] for one in step.downloads] == list(map(len, CONTENTS))
    assert FILE.all_bytes == sum(map(len, CONTENTS))


def test_what_is_complete_stays_and_what_was_cut_off_goes_on(hub):
    step, bench = FetchModel(FILE), Workbench()
    hub.repositories["acme/Big-GGUF"].pop(NAMES[2])
    with pytest.raises(LocalaiError, match="00003-of-00003"):
        step.apply(bench, lambda _: None)
    assert arrived() == NAMES[:2]
    assert not step.done(bench)
    hub.repositories["acme/Big-GGUF"][NAMES[2]] = CONTENTS[2]
    before = hub.sent_bytes
    step.apply(bench, lambda _: None)
    assert step.done(bench)
    assert hub.sent_bytes - before == len(CONTENTS[2])


def test_within_a_part_it_goes_on_where_it_was_cut_off(hub):
    second = model_files.part(FILE.each[1])
    second.parent.mkdir(parents=True)
    second.write_bytes(CONTENTS[1][:150_000])
    FetchModel(FILE).apply(Workbench(), lambda _: None)
    assert hub.sent_bytes == FILE.all_bytes - 150_000


def test_a_disk_that_holds_one_part_and_not_all_is_told_before_anything_comes(hub, monkeypatch):
    free = disk.SPARE_BYTES + len(CONTENTS[0]) + 1000
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    with pytest.raises(LocalaiError) as refused:
        FetchModel(FILE).apply(Workbench(), lambda _: None)
    assert "in 3 files" in refused.value.why
    assert hub.sent_bytes == 0


def test_one_part_with_other_bytes_is_refused_and_nothing_is_done(hub):
    hub.repositories["acme/Big-GGUF"][NAMES[1]] = os.urandom(len(CONTENTS[1]))
    step, bench = FetchModel(FILE), Workbench()
    with pytest.raises(LocalaiError):
        step.apply(bench, lambda _: None)
    assert arrived() == NAMES[:1]
    assert not step.done(bench)


def test_a_part_that_was_changed_later_is_fetched_anew_and_the_doctor_names_it(hub, monkeypatch):
    step, bench = FetchModel(FILE), Workbench()
    step.apply(bench, lambda _: None)
    saved = {"id": step.id, "file": FILE, "near": ""}
    setup = type("SetUp", (), {"steps": (saved,)})()
    monkeypatch.setattr(examine, "step_of", lambda _: step)
    assert examine._part_trouble(setup, bench, deep=True) is None
    second = model_files.target(FILE.each[1])
    second.write_bytes(os.urandom(len(CONTENTS[1])))
    assert NAMES[1] in examine._part_trouble(setup, bench, deep=False)
    assert not step.done(bench)
    second.unlink()
    assert "not there" in examine._part_trouble(setup, bench, deep=False)
    step.apply(bench, lambda _: None)
    assert second.read_bytes() == CONTENTS[1]


def test_undoing_takes_every_part_away(hub):
    step, bench = FetchModel(FILE), Workbench()
    step.apply(bench, lambda _: None)
    model_files.part(FILE.each[2]).write_bytes(b"half")
    step.undo(bench)
    assert removing.of(removing.MODELS) == []


def test_it_takes_space_as_one_model_and_is_removed_as_one(hub):
    FetchModel(FILE).apply(Workbench(), lambda _: None)
    items = [one for one in stock.items() if one.kind == "model"]
    assert len(items) == 1
    assert items[0].bytes == FILE.all_bytes
    assert len(items[0].further) == 2
    stock_of._remove(items[0], Workbench())
    assert arrived() == []


def test_a_part_that_is_on_its_way_makes_an_interrupted_download(hub):
    FetchModel(FILE).apply(Workbench(), lambda _: None)
    third = FILE.each[2]
    model_files.target(third).rename(model_files.part(third))
    assert [one.kind for one in stock.items()] == ["interrupted download"]


def test_a_saved_step_is_read_back():
    document = {"id": "fetch-model", "near": "", "file": {
        "role": "weights", "file": FILE.file, "bytes": FILE.bytes, "sha256": FILE.sha256,
        "quantization": "Q4_K_M", "repository": FILE.repository, "revision": FILE.revision, "package": None,
        "prediction_heads": 0, "parts": [vars(one) for one in FILE.parts],
    }}  # fmt: skip
    assert step_of(document) == FetchModel(FILE)
    document["file"].pop("parts")
    assert step_of(document) == FetchModel(replace(FILE, parts=()))


@pytest.mark.quick
def test_a_plan_counts_all_parts_and_starts_the_first():
    big = tuple(replace(one, bytes=10**9) for one in FILE.parts)
    model = replace(MODEL, files=(replace(FILE, bytes=10**9, parts=big),))
    recipes = replace(RECIPES, models={"big": model})
    found = match(MACHINES["RTX 4090, 64 GB"], recipes, Wish("chat"))
    choice = found.choice
    assert choice.download_bytes == 3 * 10**9
    assert choice.memory.parts.weights > 0.9 * 3e9 / 2**20
    made = plan(choice, Workbench())
    start = next(one for one in made.steps if one.id == "start-server")
    assert start.start.model_path.endswith("Big-Q4_K_M-00001-of-00003.gguf")


@pytest.mark.quick
def test_an_answer_proves_all_parts():
    recipes = replace(RECIPES, models={"big": MODEL})
    choice = match(MACHINES["RTX 4090, 64 GB"], recipes, Wish("chat")).choice
    other = replace(FILE, parts=(replace(FILE.parts[0], sha256="ab" * 32), FILE.parts[1]))
    assert proof_key(choice) == proof_key(replace(choice, files=(FILE,)))
    assert proof_key(choice) != proof_key(replace(choice, files=(other,)))


@pytest.mark.quick
def test_an_engine_that_takes_one_file_refuses_it_with_the_reason():
    recipes = replace(RECIPES, models={"big": MODEL})
    found = match(MACHINES["RTX 4090, 64 GB"], recipes, Wish("chat", engine="ollama", model="big"))
    assert found.choice is None
    assert "comes in several files" in str(found.refused)
    error = NothingFitsError(found)
    assert error.what == "No model that was asked for runs here."
    assert "Without `--engine`" in error.hint


WRONG = {
    "a part is missing": replace(FILE, parts=FILE.parts[:1]),
    "all parts are missing": replace(FILE, parts=()),
    "out of order": replace(FILE, parts=FILE.parts[::-1]),
    "no number in the name": replace(FILE, file="Big-Q4_K_M.gguf"),
    "no hash": replace(FILE, parts=(FILE.parts[0], replace(FILE.parts[1], sha256="ab"))),
    "another folder": replace(FILE, parts=(FILE.parts[0], replace(FILE.parts[1], file="x-00003-of-00003.gguf"))),
}  # fmt: skip


@pytest.mark.quick
@pytest.mark.parametrize("file", WRONG.values(), ids=WRONG)
def test_a_recipe_whose_parts_are_not_all_of_one_model_is_refused(file):
    rules.check_model(MODEL)
    with pytest.raises(RecipeError):
        rules.check_model(replace(MODEL, files=(file,)))


@pytest.mark.quick
def test_every_part_is_a_pin():
    assert [one.sha256 for one in pins.pins([MODEL])] == SUMS


@pytest.mark.quick
def test_of_a_name_on_the_hub_every_part_needs_its_hash():
    remote = [RemoteFile(*one) for one in zip(NAMES, map(len, CONTENTS), SUMS, strict=True)]
    there = HubModel(
        "acme/Big-GGUF",
        hub_server.REVISION,
        Quantized("Q4_K_M", tuple(remote)),
        Header({}, {}, ()),
        0,
    )
    assert _files(there) == (FILE,)
    remote[2] = replace(remote[2], sha256="")
    nameless = replace(there, chosen=Quantized("Q4_K_M", tuple(remote)))
    with pytest.raises(LocalaiError, match="00003-of-00003"):
        _files(nameless)


@pytest.mark.real
@pytest.mark.e2e
@pytest.mark.network
def test_a_split_model_answers_and_leaves_nothing(localai, tmp_path):
    """The starter in three files, from a hub on this computer."""
    assert localai("init", "--yes", "--for", "starter", *ENGINE).returncode == 0
    starter = Path(localai.json("status")["model_file"])
    parts = model_copies.split(starter, tmp_path, "SmolLM2-135M-Q4_1", 100)
    assert len(parts) == 3
    with hub_server.running() as found:
        found.add("acme/Tiny-GGUF", {one.name: one.read_bytes() for one in parts})
        localai.extra = {"HF_ENDPOINT": found.address, "HF_TOKEN": ""}
        done = localai(
            "init",
            "--yes",
            "--for",
            "starter",
            "--model",
            "acme/Tiny-GGUF:Q4_1",
            "--accept-licence",
            "all",
            *ENGINE,
        )
    assert done.returncode == 0, done.stderr
    assert "in 3 files" in done.stderr + done.stdout
    found = localai.json("models")["items"]
    listed = [one for one in found if one["kind"] == "model" and one["used"] == "now"]
    assert len(listed) == 1
    assert len(listed[0]["further"]) == 2
    assert listed[0]["bytes"] == sum(one.stat().st_size for one in parts)
    assert localai("uninstall", "--yes").returncode == 0
    assert not list((localai.home / "local ai ü").rglob("*.gguf"))
