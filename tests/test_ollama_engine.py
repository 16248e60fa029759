"""Ollama as an engine: what it offers on which machine, when it is preferred, and its plan."""

from dataclasses import replace

import pytest

from localai_setup import engines, planner
from localai_setup.machine.keeping import folders, recipe_files
from localai_setup.machine.workbench import Workbench
from localai_setup.match import Wish, match
from localai_setup.model.behaviour import Thinking
from localai_setup.model.facts import Facts
from localai_setup.model.model_server import ServerPlace
from localai_setup.probes._ollama_settings import OUR_MARK, OllamaSettings
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.gpus import Gpu, Gpus
from localai_setup.probes.host import Host
from localai_setup.probes.memory import Memory
from localai_setup.probes.ollama import Ollama, OllamaServer
from localai_setup.recipes.loading import load_all
from localai_setup.thinking import arguments

pytestmark = pytest.mark.quick
RECIPES = load_all(recipe_files.texts())
OLLAMA = engines.get("ollama")
RECIPE = RECIPES.engines["ollama"]
LINUX = Host(system="Linux", libc="glibc 2.39")
A100 = Gpu("nvidia", "NVIDIA A100", 81920, memory_kind="dedicated", driver="535.161.08",
           compute_capability="8.0", usable=True, bandwidth_gbs=2039)  # fmt: skip


def machine(*more, host=LINUX, arch="x86_64", gpus=()):
    facts = [
        Memory(16384, 16384, None, 0),
        Cpu(arch=arch, physical_cores=8, features=("avx2", "fma", "f16c")),
        host,
        Gpus(gpus),
        *more,
    ]
    return Facts({type(one): one for one in facts})


def server(version="0.33.0", port=11434, **more):
    return OllamaServer(f"127.0.0.1:{port}", port, "running", version, **more)


RUNNING = Ollama(servers=(server(settings=OllamaSettings({"OLLAMA_MODELS": "/srv/models"}, "x")),))
INSTALLED = Ollama(program="/usr/local/bin/ollama", version="0.33.0", complete=True)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (RUNNING, "running"),
        (INSTALLED, "installed"),
        (Ollama(), None),
        (Ollama(servers=(server("0.12.6"),)), None),
        (replace(INSTALLED, complete=False), None),
        (replace(INSTALLED, version=""), None),
        (Ollama(servers=(server(on_this_machine=False),)), None),
        (Ollama(servers=(server(owner="another user"),)), None),
        (Ollama(servers=(replace(server(), state="silent"),)), None),
        (Ollama(servers=(server(settings=OllamaSettings({OUR_MARK: "/x"}, "x")),)), None),
    ],
)
def test_what_can_be_used_as_it_is(known, state):
    found = OLLAMA.found(machine(known))
    assert (found.state if found else None) == state


def test_one_that_runs_serves_and_says_why():
    found = match(machine(RUNNING), RECIPES, Wish("chat"))
    assert found.choice.engine == "ollama"
    assert found.choice.place == ServerPlace(11434, models_folder="/srv/models")
    assert "runs here (127.0.0.1:11434), so it serves" in found.choice.reasons[-1]
    usual = match(machine(), RECIPES, Wish("chat")).choice
    assert (usual.engine, usual.model) == ("llama.cpp", found.choice.model)


def test_one_that_is_too_old_is_left_alone_and_named():
    old = Ollama(servers=(server("0.12.6"),))
    choice = match(machine(old), RECIPES, Wish("chat", engine="ollama")).choice
    assert choice.place is None
    assert "Ollama 0.12.6 runs at 127.0.0.1:11434 and is left alone" in choice.notes[-1]


@pytest.mark.parametrize(
    ("shell", "port"),
    [("127.0.0.1:8090", 8090), ("", 11434), ("127.0.0.1:5", 11434), ("far.example:8090", 11434)],
)
def test_of_several_the_one_that_is_named_serves(shell, port):
    several = Ollama(servers=(server(port=7000), server(port=8090), server()), shell=shell)
    choice = match(machine(several), RECIPES, Wish("starter", engine="ollama")).choice
    assert choice.place.port == port


def test_engine_decides_otherwise():
    facts = machine(RUNNING)
    assert match(facts, RECIPES, Wish("chat", engine="llama.cpp")).choice.engine == "llama.cpp"
    assert match(machine(), RECIPES, Wish("chat", engine="ollama")).choice.engine == "ollama"


def test_what_it_lacks_is_a_reason_against_it():
    shared = Gpu("amd", "AMD 780M", 16384, memory_kind="shared", integrated=True, usable=True,
                 gfx="gfx1103", bandwidth_gbs=90)  # fmt: skip
    choice = match(machine(RUNNING, gpus=(shared,)), RECIPES, Wish("chat")).choice
    assert choice.engine == "llama.cpp"
    assert "runs here" in choice.reasons[-1]
    assert "but llama.cpp serves here" in choice.reasons[-1]


@pytest.mark.parametrize(
    ("facts", "engine"),
    [
        (machine(host=Host(system="Darwin", version="15.1")), "any"),
        (machine(host=Host(system="Linux", libc="musl 1.2", family="alpine")), None),
        (machine(INSTALLED, host=Host(system="Linux", libc="musl 1.2", family="alpine")), "ollama"),
        (machine(gpus=(A100,)), "any"),
        (machine(arch="riscv64"), None),
    ],
    ids=["intel-mac", "alpine", "alpine-with-its-own", "a100-535", "riscv"],
)
def test_where_llama_cpp_has_no_build_there_is_a_plan_or_a_reason_for_both(facts, engine):
    found = match(facts, RECIPES, Wish("starter"))
    if engine:
        assert found.choice
        assert engine in ("any", found.choice.engine)
    else:
        reasons = " ".join(one.reason for one in found.refused)
        assert "llama.cpp" in reasons
        assert "Ollama" in reasons


def test_on_alpine_its_own_package_is_advised():
    host = Host(system="Linux", libc="musl 1.2", family="alpine")
    assert "`apk add ollama`" in OLLAMA.refuses(RECIPE, machine(host=host)).words


def usable(facts):
    return [one.build.backend for one in OLLAMA.builds(RECIPE, facts) if one.refusal is None]


def test_an_nvidia_driver_that_is_too_old_leaves_the_other_ways():
    assert usable(machine(gpus=(A100,))) == ["vulkan", "cpu"]
    newer = replace(A100, driver="550.54")
    assert usable(machine(gpus=(newer,)))[0] == "cuda"


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    yield Workbench(offline=True)
    folders.all_folders.cache_clear()


@pytest.mark.parametrize(
    ("known", "steps"),
    [
        (RUNNING, ["fetch-model"]),
        (INSTALLED, ["start-model-server", "fetch-model"]),
        (Ollama(), ["install-model-server", "start-model-server", "fetch-model"]),
    ],
    ids=["running", "installed", "absent"],
)
def test_the_plan(bench, known, steps):
    choice = match(machine(known), RECIPES, Wish("chat", engine="ollama")).choice
    plan = planner.plan(choice, bench)
    assert [one.id for one in plan.steps] == [*steps, "bring-model", "load-model", "check-answer"]
    bring, load = plan.steps[-3], plan.steps[-2]
    assert bring.own.parameters["num_ctx"] == choice.settings.context == load.expected.context
    assert load.expected.own_template
    setup = planner.draft(plan, bench)
    assert (setup.engine, setup.served_as) == ("ollama", f"localai-{choice.model}")
    assert setup.place == choice.place or setup.place.is_ours


def test_where_its_folder_is_not_known_the_plan_names_the_space_for_its_copies(bench):
    known = Ollama(servers=(server(container="ollama"),))
    choice = match(machine(known), RECIPES, Wish("chat", engine="ollama")).choice
    bring = next(one for one in planner.plan(choice, bench).steps if one.id == "bring-model")
    assert "it keeps two copies of its own (" in bring.title


def test_sampling_of_the_recipe_holds_for_every_program(bench):
    choice = match(machine(RUNNING), RECIPES, Wish("chat", "qwen3.5-9b", engine="ollama")).choice
    own = next(one for one in planner.plan(choice, bench).steps if one.id == "bring-model").own
    expected = choice.sampling.values
    assert {name: own.parameters[name] for name in expected} == expected
    assert isinstance(own.parameters["top_k"], int)


def test_thoughts_are_switched_by_the_field_of_the_request():
    by_template = Thinking("by-default", "enable_thinking")
    switched = OLLAMA.thinking(by_template)
    assert arguments(switched, on=False) == {"reasoning_effort": "none"}
    assert arguments(switched, on=True) == {}
    by_word = OLLAMA.thinking(Thinking("always", "reasoning_effort", "low"))
    assert arguments(by_word, on=False) == {"reasoning_effort": "low"}
    assert OLLAMA.thinking(Thinking("never")) == Thinking("never")
    assert OLLAMA.thinking(None) is None
