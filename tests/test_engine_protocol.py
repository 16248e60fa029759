"""An engine is one file: nothing else names one, and a third one is added by its file and its recipe."""

import ast
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from localai_setup import engines, executor, planner, state
from localai_setup.commands import _on_disk
from localai_setup.commands._nothing_fits import NothingFitsError
from localai_setup.engines import llama_cpp
from localai_setup.engines._engine import Refused
from localai_setup.machine.keeping import folders, recipe_files
from localai_setup.machine.running import proving
from localai_setup.machine.workbench import Workbench
from localai_setup.match import Wish, match
from localai_setup.model.errors import LocalaiError
from localai_setup.model.facts import Facts
from localai_setup.model.proof import AnswerTest
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.host import Host
from localai_setup.probes.memory import Memory
from localai_setup.recipes.loading import load, load_all

from .test_state import DOCUMENT

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
    "diagnosis/elsewhere.py": "which pages are about one program alone",
    "diagnosis/textmachine.py": "which program wrote a pasted text",
    "diagnosis/enginewords.py": "the words by which that is told",
    "ui/textmachinetext.py": "the same, shown",
    "ui/complainttext.py": "what people complain of",
    "commands/detect.py": "what is on a machine, shown",
    "commands/_topics.py": "which facts are looked at, told while it looks",
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


#: Its file comes before all others, its program has another name, and its versions are weeks.
TOY = '''
"""A toy engine: its server is a script that is here already."""
import re
from dataclasses import replace
from localai_setup.engines import _plan
from localai_setup.engines._engine import Abilities, Launch, Served
from localai_setup.engines._offers import offers as builds
from localai_setup.steps.start_server import StartServer

ID, NAME, BLOB_PLACES, KEEPS, PATH_PROGRAM = "a-toy", "A Toy", (), (), "toyd"
PLACE, BUILD_VERSION = 90, re.compile(r"a-toy-\\d+w[\\d.]+-")
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
    if len(program) == 1:
        return Launch((*program, "serve", str(port)))
    document = {{"port": port, "model": start.model_path, "alias": "good"}}
    document["api_key"] = start.api_key
    return Launch(program, document=document)
def steps(choice, machine):
    here = served(choice, machine)
    start = StartServer(here.program, _plan.start_settings(choice, machine), 43510, ID)
    return (start, _plan.check(choice, machine, here))
'''
RECIPE = f"""
schema: localai.engine/1
id: a-toy
name: A Toy
licence: MIT
source: https://example.org/toy
builds:
- id: a-toy-2026w47.3-linux-cpu
  backend: cpu
  number: 1
  systems: [Linux]
  arches: [x86_64]
  archives:
  - {{repository: toys/toy, tag: 2026w47.3, file: toy.tar.gz, bytes: 0, sha256: {"a" * 64}}}
"""
FACTS = Facts(
    {
        Memory: Memory(8192, 8192, None, 0),
        Cpu: Cpu(arch="x86_64", physical_cores=2),
        Host: Host(system="Linux", libc="glibc 2.36"),
    }
)


def recipes():
    return load_all([*recipe_files.shipped_texts(), ("a-toy.yaml", RECIPE)])


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """The engine as one more file of the folder."""
    program = (sys.executable, str(Path(__file__).parent / "fake_server.py"))
    (tmp_path / "a_toy.py").write_text(TOY.format(program=program), encoding="utf-8")
    monkeypatch.setattr(engines, "__path__", [*engines.__path__, str(tmp_path)])
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    folders.all_folders.cache_clear()
    engines.known.cache_clear()
    yield engines.get("a-toy")
    engines.known.cache_clear()
    folders.all_folders.cache_clear()
    sys.modules.pop("localai_setup.engines.a_toy", None)


def test_a_third_engine_is_one_file(toy):
    found = match(FACTS, recipes(), Wish("starter", engine="a-toy"))
    assert (found.choice.engine, found.choice.build) == ("a-toy", "a-toy-2026w47.3-linux-cpu")
    assert found.choice.memory.process_overhead_mib == 321.0
    refused = match(FACTS, recipes(), Wish("chat", engine="a-toy"))
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
        assert (setup.engine, setup.answer) == (
            "a-toy",
            "The capital of France is the city of Paris",
        )
    finally:
        bench.servers.stop()


@pytest.mark.quick
def test_its_name_does_not_make_it_the_first(toy):
    first, *others = engines.known()
    assert first == "llama.cpp"
    assert others.index("ollama") < others.index(toy.ID)
    assert match(FACTS, recipes(), Wish("starter")).choice.engine == "llama.cpp"


@pytest.mark.quick
def test_a_copy_of_its_recipe_takes_programs_from_its_own_project_alone(toy):
    shipped = recipes().engines
    assert load("mine.yaml", RECIPE.replace("w47.3", "w48.1"), shipped).id == toy.ID
    for other in ("evil/toy", "ggml-org/llama.cpp"):
        with pytest.raises(LocalaiError, match="`repository` must be toys/toy"):
            load("mine.yaml", RECIPE.replace("toys/toy", other), shipped)


@pytest.mark.quick
def test_its_versions_are_told_from_its_kinds_of_builds(toy):
    older, newer, other = (f"a-toy-2026w{one}" for one in ("47.3-cpu", "48-cpu", "48-cuda"))
    assert engines.kind_of(toy.ID, older) == engines.kind_of(toy.ID, newer) == "cpu"
    assert engines.kind_of(toy.ID, other) == "cuda"


@pytest.mark.quick
@pytest.mark.skipif(sys.platform == "win32", reason="the program here is a script")
def test_its_own_program_on_path_is_started_as_it_says(toy, tmp_path, monkeypatch):
    program = tmp_path / "toyd"
    program.write_text('#!/bin/sh\necho "error: nobody can $1 here" >&2\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert proving.on_path(toy.ID) == str(program)
    assert [proving.on_path(one) for one in ("llama.cpp", "ollama")] == [None, None]
    assert proving.programs() == {str(program): toy.ID}
    assert "nobody can serve here" in proving.prove(str(program), toy.ID).reason


@pytest.mark.quick
def test_one_that_refuses_the_machine_changes_nobody_elses_words(toy, monkeypatch):
    small = Facts({**FACTS.by_type, Memory: Memory(1024, 1024, None, 0)})
    without = match(small, load_all(recipe_files.shipped_texts()), Wish("chat"))
    monkeypatch.setattr(toy, "builds", lambda *_: ())
    assert NothingFitsError(match(small, recipes(), Wish("chat"))).what == (
        NothingFitsError(without).what
    )


@pytest.mark.quick
def test_switch_offers_the_engines_that_this_machine_can_have(toy, monkeypatch):
    current = replace(state.from_document(DOCUMENT), engine="llama.cpp")

    def offered():
        found = _on_disk.options(current, recipes(), FACTS)
        return [one.value for one in found if one.value.startswith("engine ")]

    everything = offered()
    assert {"engine ollama", "engine a-toy"} <= set(everything)
    monkeypatch.setattr(toy, "refuses", lambda *_: Refused("It is for dolls."))
    assert offered() == [one for one in everything if one != "engine a-toy"]


@pytest.mark.quick
def test_the_engines_are_found_by_their_files():
    assert engines.get("llama.cpp") is llama_cpp
    assert all(one.ID == name for name, one in engines.known().items())
