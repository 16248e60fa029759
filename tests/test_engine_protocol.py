"""An engine is one file: nothing else names one, and a third one is added by its file and its recipe."""

import ast
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from localai_setup import engines, executor, planner
from localai_setup.engines import llama_cpp
from localai_setup.machine.keeping import folders, recipe_files
from localai_setup.machine.workbench import Workbench
from localai_setup.match import Wish, match
from localai_setup.model.engine import BuildRecipe, EngineRecipe
from localai_setup.model.facts import Facts
from localai_setup.model.proof import AnswerTest
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.host import Host
from localai_setup.probes.memory import Memory
from localai_setup.recipes.loading import load_all

ROOT = Path(__file__).parent.parent / "localai_setup"
#: an identifier that holds an engine's name, and a text that is nothing but an engine's id
IDENTIFIER = re.compile(r"llama_?cpp(?!_min_build)|ollama", re.IGNORECASE)
ID = re.compile(r"llama[._-]?cpp|ollama", re.IGNORECASE)
#: Where a program may be named, because it is looked at there and not driven.
ALLOWED = {
    "engines": "where engines live",
    "probes": "what is on a machine, whoever put it there",
    "checks": "problems of programs that people have, with their names",
    "problems": "pages about those problems",
    "sightings": "other tools' texts",
    "machine/ollama": "the requests of that engine's own API, for its steps",
    "machine/asking": "the questions of the probes, carried out",
    "machine/serving.py": "puts both kinds of servers behind one protocol",
    "machine/workbench.py": "hands the above to steps",
    "machine/keeping/removing.py": "names of our own files, to take them away again",
    "diagnosis/unattended.py": "commands of other programs that only read",
    "diagnosis/subjects.py": "whose problem a pasted text tells of",
    "diagnosis/textmachine.py": "which program wrote a pasted text",
    "ui/textmachinetext.py": "the same, shown",
    "ui/complainttext.py": "what people complain of",
    "commands/detect.py": "what is on a machine, shown",
    "commands/_looking.py": "which facts are looked at, told while it looks",
    "ui/enginetext.py": "the same, in words",
    "model/recipe.py": "fields of a model's recipe that only one engine reads",
    "recipes/loading.py": "fields of older recipes that nothing reads any more",
    "model/app.py": "what a program asks for that speaks to that engine alone",
    "commands/connect.py": "the same, told of the server that runs",
    "commands/_on_disk.py": "what other programs keep on the disk, with their names",
    "machine/keeping/stock.py": "where they keep it",
}


def named(source: str) -> list[str]:
    """The engines that a source names, by identifier or by a text that is an id."""
    found = []
    if not (IDENTIFIER.search(source) or ID.search(source)):
        return found
    for node in ast.walk(ast.parse(source)):
        names = [getattr(node, field, None) for field in ("id", "attr", "arg", "name", "module")]
        found += [n for n in names if isinstance(n, str) and IDENTIFIER.search(n)]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [node.value] if ID.fullmatch(node.value) else []
    return found


def outside():
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not any(name == one or name.startswith(f"{one}/") for one in ALLOWED):
            yield name, path


@pytest.mark.quick
def test_no_engine_is_named_outside_its_own_file():
    found = {name: named(path.read_text(encoding="utf-8")) for name, path in outside()}
    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.quick
@pytest.mark.parametrize(
    "source",
    [
        "from ..engines import llama_cpp",
        "import localai_setup.engines.ollama",
        "if choice.engine == 'ollama': pass",
        "ENGINE = 'llama.cpp'",
        "def ollama_blobs(): pass",
        "bench.ollama.start()",
    ],
)
def test_it_is_noticed(source):
    assert named(source)


@pytest.mark.quick
def test_what_is_only_written_about_is_not():
    assert not named('"""As llama.cpp does; Ollama too."""\nWORDS = "the server of Ollama"\n')


TOY = '''
"""A toy engine: its server is a script that is here already."""
from dataclasses import replace
from localai_setup.engines import _plan
from localai_setup.engines._engine import Abilities, Launch, Served
from localai_setup.engines._offers import offers as builds
from localai_setup.steps.start_server import StartServer

ID, NAME, BLOB_PLACES, KEEPS, PATH_PROGRAM = "toy", "Toy", (), (), ""
PROGRAM = {program!r}

def refuses(engine, facts): return None
def found(facts): return None
def kept(name, facts): return None
def abilities(build): return Abilities(cache_types=("f16",), places_layers=False)
def lacks(model, build): return "" if model.id == "smollm2-135m" else "is not a toy"
def memory(estimate, settings): return replace(estimate, process_overhead_mib=321.0)
def completed(choice, engine, facts): return choice
def libraries(engine, build, facts): return ()
def thinking(known): return known
def served(choice, machine): return Served(PROGRAM, None, choice.model)
def launch(program, start, port, *, installed_by_us):
    said = {{"port": port, "model": start.model_path, "alias": "good"}}
    said["api_key"] = start.api_key
    return Launch(program, document=said)
def steps(choice, machine):
    here = served(choice, machine)
    start = StartServer(here.program, _plan.start_settings(choice, machine), 43510, ID)
    return (start, _plan.check(choice, machine, here))
'''
BUILD = BuildRecipe("toy-1", "cpu", 1, ("Linux",), ("x86_64",))
RECIPE = EngineRecipe("localai.engine/1", "toy", "Toy", "MIT", "https://example.org", (BUILD,))


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """The engine as one more file of the folder."""
    program = (sys.executable, str(Path(__file__).parent / "fake_server.py"))
    (tmp_path / "toy.py").write_text(TOY.format(program=program), encoding="utf-8")
    monkeypatch.setattr(engines, "__path__", [*engines.__path__, str(tmp_path)])
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    folders.all_folders.cache_clear()
    engines.known.cache_clear()
    yield engines.get("toy")
    engines.known.cache_clear()
    folders.all_folders.cache_clear()
    sys.modules.pop("localai_setup.engines.toy", None)


def test_a_third_engine_is_one_file(toy):
    recipes = load_all(recipe_files.texts())
    recipes.engines["toy"] = RECIPE
    facts = Facts(
        {
            Memory: Memory(8192, 8192, None, 0),
            Cpu: Cpu(arch="x86_64", physical_cores=2),
            Host: Host(system="Linux", libc="glibc 2.36"),
        }
    )
    found = match(facts, recipes, Wish("starter", engine="toy"))
    assert (found.choice.engine, found.choice.build) == ("toy", "toy-1")
    assert found.choice.memory.process_overhead_mib == 321.0
    refused = match(facts, recipes, Wish("chat", engine="toy"))
    assert {one.reason for one in refused.refused} == {"is not a toy"}
    bench = Workbench(offline=True)
    target = bench.downloads.target(found.choice.weights)
    target.parent.mkdir(parents=True)
    target.write_bytes((23).to_bytes(8, "little") + b"tokenizer.chat_template")
    question = AnswerTest("What is the capital of France?", any_of=("Paris",))
    plan = planner.plan(replace(found.choice, test=question), bench)
    try:
        setup = executor.execute(
            plan.steps, planner.draft(plan, bench), bench, lambda _: None, lambda _: None
        )
        assert setup.finished
        assert (setup.engine, setup.answer) == ("toy", "The capital of France is the city of Paris")
    finally:
        bench.servers.stop()


@pytest.mark.quick
def test_the_engines_are_found_by_their_files():
    assert engines.get("llama.cpp") is llama_cpp
    assert all(one.ID == name for name, one in engines.known().items())
