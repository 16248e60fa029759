"""An engine from release archives: fetched from a mirror, verified, unpacked, proved, and used.

The archives are made here. Their `llama-server` is a script: in the quick tests it only lists
devices; in the real one it starts the server of the xllamacpp wheel with the flags it is given.
"""

import hashlib
import io
import os
import sys
import tarfile
from dataclasses import asdict, replace

import pytest

from localai_setup import executor, planner, state
from localai_setup.engines import _libraries, llama_cpp
from localai_setup.machine.keeping import folders, recipe_files
from localai_setup.machine.workbench import Workbench
from localai_setup.match import Wish, match
from localai_setup.model.engine import BuildRecipe, ReleaseFile
from localai_setup.model.errors import LocalaiError
from localai_setup.model.facts import Facts
from localai_setup.model.plan import Match
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.memory import Memory
from localai_setup.recipes.loading import load_all
from localai_setup.steps.install_archive import InstallArchive

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the server here is a script")
RECIPES = load_all(recipe_files.texts())
LISTING = """#!/bin/sh
echo "Available devices:"
[ -f "$(dirname "$0")/libcudart.so.12" ] && echo "  CUDA0: Test GPU (8192 MiB, 8000 MiB free)"
exit 0
"""


@pytest.fixture
def bench(httpserver, tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOCALAI_RELEASES", httpserver.url_for("").rstrip("/"))
    folders.all_folders.cache_clear()
    made = Workbench()
    yield made
    made.servers.stop()
    folders.all_folders.cache_clear()


def offered(httpserver, file, members):
    """Serve an archive and pin it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as out:
        for name, content in members.items():
            info = tarfile.TarInfo(f"llama-b1/{name}")
            info.size, info.mode = len(content), 0o755
            out.addfile(info, io.BytesIO(content))
    content = packed.getvalue()
    pin = ReleaseFile(
        "ggml-org/llama.cpp", "b1", file, len(content), hashlib.sha256(content).hexdigest()
    )
    path = f"/{pin.repository}/releases/download/b1/{file}"
    httpserver.expect_request(path).respond_with_data(content, content_type="application/gzip")
    return pin


def nothing(_):
    pass


def test_two_archives_make_one_engine(bench, httpserver):
    program = offered(httpserver, "llama.tar.gz", {"llama-server": LISTING.encode()})
    runtime = offered(httpserver, "cudart-llama.tar.gz", {"libcudart.so.12": b"."})
    step = InstallArchive("b1-cuda", "cuda", (program, runtime))
    assert not step.done(bench)
    step.apply(bench, nothing)
    assert step.done(bench)
    assert not list((folders.folder("cache") / "releases").iterdir())
    assert not replace(step, files=(program,)).done(bench)
    step.undo(bench)
    assert not step.done(bench)
    assert not bench.archives.folder("b1-cuda").exists()


def test_a_gpu_build_that_sees_no_gpu_is_no_engine(bench, httpserver):
    program = offered(httpserver, "llama.tar.gz", {"llama-server": LISTING.encode()})
    step = InstallArchive("b1-cuda", "cuda", (program,))
    with pytest.raises(LocalaiError, match="sees no CUDA device"):
        step.apply(bench, nothing)
    assert not step.done(bench)


def test_a_program_that_does_not_start_is_no_engine(bench, httpserver):
    broken = b"#!/bin/sh\necho 'version GLIBC_2.39 not found' >&2\nexit 1\n"
    program = offered(httpserver, "llama.tar.gz", {"llama-server": broken})
    with pytest.raises(LocalaiError, match="GLIBC_2.39"):
        InstallArchive("b1-cpu", "cpu", (program,)).apply(bench, nothing)


def test_the_program_of_another_engine_has_its_own_name(bench, httpserver):
    step = InstallArchive(
        "b1-cpu", "cpu", (offered(httpserver, "toy.tar.gz", {"toyd": LISTING.encode()}),)
    )
    saved = state.step_document(step)
    assert saved.pop("program") == "llama-server"
    assert state.step_of(saved) == step
    named = replace(step, program="toyd")
    named.apply(bench, nothing)
    assert named.done(bench)
    assert not step.done(bench)


def test_other_bytes_are_not_unpacked(bench, httpserver):
    program = offered(httpserver, "llama.tar.gz", {"llama-server": LISTING.encode()})
    step = InstallArchive("b1-cpu", "cpu", (replace(program, sha256="0" * 64),))
    with pytest.raises(LocalaiError, match="other bytes"):
        step.apply(bench, nothing)
    assert not bench.archives.folder("b1-cpu").exists()


def test_a_mirror_without_it_is_told(bench, httpserver):
    program = offered(httpserver, "llama.tar.gz", {"llama-server": LISTING.encode()})
    step = InstallArchive("b1-cpu", "cpu", (replace(program, tag="b2"),))
    httpserver.expect_request(
        "/ggml-org/llama.cpp/releases/download/b2/llama.tar.gz"
    ).respond_with_data("no", status=404)
    with pytest.raises(LocalaiError, match="is not there"):
        step.apply(bench, nothing)


def test_offline_fetches_nothing(bench, httpserver):
    program = offered(httpserver, "llama.tar.gz", {"llama-server": LISTING.encode()})
    with pytest.raises(LocalaiError, match="--offline"):
        InstallArchive("b1-cpu", "cpu", (program,)).apply(Workbench(offline=True), nothing)
    assert not httpserver.log


WRAPPER = """#!{python}
import importlib.util, os, sys
spec = importlib.util.spec_from_file_location("runner", {runner!r})
runner = importlib.util.module_from_spec(spec)
spec.loader.exec_module(runner)

arguments = sys.argv[1:]
if "--list-devices" in arguments:
    print("Available devices:\\n  Vulkan0: Test GPU (8192 MiB, 8000 MiB free)")
    raise SystemExit(0)
names = {{"--model": "model", "--alias": "alias", "--port": "port", "--ctx-size": "context",
    "--parallel": "slots", "--ubatch-size": "ubatch", "--cache-type-k": "kv_type_k",
    "--cache-type-v": "kv_type_v", "--flash-attn": "flash_attention", "--gpu-layers": "gpu_layers",
    "--cache-ram": "prompt_cache_mib", "--threads": "threads"}}
wanted = {{"kv_unified": "--kv-unified" in arguments, "embeddings": "--embeddings" in arguments,
    "api_key": os.environ.get("LLAMA_API_KEY")}}
for flag, value in zip(arguments, arguments[1:]):
    if flag in names:
        wanted[names[flag]] = int(value) if value.isdecimal() else value
wanted["flash_attention"] = wanted["flash_attention"] == "on"
import json, tempfile
with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
    json.dump(wanted, file)
sys.argv = ["runner", file.name]
runner.main()
"""


@pytest.mark.e2e
@pytest.mark.network
def test_a_real_server_from_an_archive_answers(bench, httpserver):
    """Real wheel, real model, real answer; the archive's program is a thin script around them."""
    wheels = (one for one in RECIPES.engines["llama.cpp"].builds if one.package)
    facts = Facts({Memory: Memory(8192, 8192, None, 0), Cpu: Cpu(physical_cores=2)})
    starter = match(facts, RECIPES, Wish("starter")).choice
    wheel = llama_cpp.install(next(w for w in wheels if w.id == starter.build))
    for one in RECIPES.engines["llama.cpp"].replacements:
        if bench.libraries.missing([one.library]):
            _libraries.step(one).apply(bench, nothing)
    wheel.apply(bench, nothing)
    python, runner = bench.environments.program(wheel.environment, wheel.runner)
    script = WRAPPER.format(python=python, runner=runner).encode()
    archive = offered(httpserver, "llama-b1-bin-ubuntu-vulkan-x64.tar.gz", {"llama-server": script})
    build = BuildRecipe("b1-vulkan", "vulkan", 1, ("Linux",), ("x86_64",), archives=(archive,))
    choice = replace(starter, source=build, build=build.id)
    plan = planner.plan(choice, bench)
    setup = executor.execute(plan.steps, planner.draft(plan, bench), bench, lambda _: None, nothing)
    assert setup.finished
    assert setup.answer
    assert setup.program == bench.archives.program("b1-vulkan", "llama-server")
    assert all(step.done(bench) for step in plan.steps)
    command = (
        open(f"/proc/{bench.servers.running().pid}/cmdline").read()
        if sys.platform == "linux"
        else ""
    )
    assert "api" not in command.lower()
    assert asdict(Match(choice))
