"""Ollama: the server that is here already, or one of ours from the project's release archives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..model.behaviour import REQUEST, Thinking
from ..model.engine import BuildRecipe, EngineRecipe, Refusal
from ..model.estimate import MemoryEstimate
from ..model.facts import Facts
from ..model.files import ModelFile
from ..model.model_server import ModelPart, OwnModel, ServerPlace, ServeSettings, Value
from ..model.plan import Choice, Step
from ..model.readback import Expected
from ..model.recipe import ModelRecipe
from ..model.settings import ServerSettings, StartSettings
from ..model.versions import numbers
from ..model.workbench import Workbench
from ..probes.cpu import Cpu
from ..probes.host import Host
from ..probes.ollama import Ollama
from ..steps.bring_model import BringModel
from ..steps.install_model_server import InstallModelServer
from ..steps.load_model import LoadModel
from ..steps.start_model_server import StartModelServer
from . import _needs, _ollama_here, _plan
from ._engine import Abilities, Found, Kept, Launch, Refused, Served
from ._offers import Offer, offers

ID, NAME = "ollama", "Ollama"
PLACE = 20
BUILD_VERSION = re.compile(r"ollama-[\d.]+(?:-rc\d+)?-")
BLOB_PLACES = (
    "$OLLAMA_MODELS/blobs/sha256-{sha256}",
    "~/.ollama/models/blobs/sha256-{sha256}",
    "/usr/share/ollama/.ollama/models/blobs/sha256-{sha256}",
    "/var/lib/ollama/models/blobs/sha256-{sha256}",
)
KEEPS: tuple[type, ...] = (Ollama,)
PATH_PROGRAM = ""
#: releases → the build of llama.cpp inside, where it is known
BUNDLED = {(0, 33): 10488}
#: The one chip inside a processor that it computes on unasked.
ITS_OWN_GRAPHICS = "gfx1151"
#: The server beside its runner: measured with 0.33.0, idle 40 MB, with a model loaded 49 MB.
SERVER_MIB = 50.0
#: v0.32.5's archive for Linux; those of other releases and systems are alike, and nobody counted them
ABOUT_BYTES = 1_422_353_729
#: the system's own way to it, by system or family of distributions
OWN_WAYS = {
    "alpine": "`apk add ollama`",
    "Windows": "`winget install Ollama.Ollama`",
    "Darwin": "the program from ollama.com",
    "Linux": "the script of ollama.com",
}


def builds(engine: EngineRecipe, facts: Facts) -> tuple[Offer, ...]:
    """Of an Ollama that is here it is known that it runs: then only the GPUs are looked at."""
    here, host = _version(facts), facts.get(Host) or Host()
    if here:
        known = tuple(_as_found(one, here) for one in engine.builds)
        runs = replace(host, libc=None, version=None)
        found = offers(replace(engine, builds=known), Facts({**facts.by_type, Host: runs}))
    else:
        found = offers(engine, facts)
    return tuple(map(_without_shared_graphics, found))


def _as_found(build: BuildRecipe, version: str) -> BuildRecipe:
    """The build as a version that is here has it; whether the part for ROCm is there nobody knows."""
    number = next((n for least, n in BUNDLED.items() if numbers(version) >= least), build.number)
    missing = build.unavailable if build.backend == "rocm" else ""
    name = f"{ID}-{version}-{build.backend}"
    return replace(build, id=name, number=number, unavailable=missing, archives=())


def _without_shared_graphics(offer: Offer) -> Offer:
    """Graphics inside the processor are left out unless its server is told to use them."""
    if offer.build.backend == "metal" or not offer.gpus:
        return offer
    used = tuple(gpu for gpu in offer.gpus if not gpu.integrated or gpu.gfx == ITS_OWN_GRAPHICS)
    if used:
        return replace(offer, gpus=used)
    words = f"{NAME} leaves graphics inside the processor alone"
    return replace(offer, gpus=(), refusal=Refusal("lacking", words))


def refuses(engine: EngineRecipe, facts: Facts) -> Refused | None:
    found = builds(engine, facts)
    if any(one.refusal is None for one in found):
        return None
    cpu, host = facts.get(Cpu) or Cpu(), facts.get(Host) or Host()
    near = [
        one.refusal
        for one in found
        if one.refusal and one.refusal.kind != "for-another" and one.build.backend == "cpu"
    ]
    if not near:
        return Refused(_needs.no_build(NAME, host, cpu))
    way = OWN_WAYS.get(host.family or "") or OWN_WAYS.get(host.system or "", "its own installer")
    return Refused(
        f"{NAME} cannot be installed by localai here: {near[0].words}. Where it can be had in the "
        f"system's own way ({way}), localai uses it once it is there."
    )


def found(facts: Facts) -> Found | None:
    server = _ollama_here.server(facts)
    if server:
        where = f"127.0.0.1:{server.port}"
        return Found("running", server.version, f"{NAME} {server.version} runs here ({where})")
    program = _ollama_here.program(facts)
    if program:
        return Found("installed", program.version, f"{NAME} {program.version} is installed here")
    return None


def _version(facts: Facts) -> str:
    """Of what is here already; empty where nothing of it can be used."""
    known = found(facts)
    return known.version if known else ""


def kept(name: str, facts: Facts) -> Kept | None:
    return _ollama_here.kept(name, facts)


def abilities(build: BuildRecipe) -> Abilities:
    del build
    return Abilities(cache_types=("f16", "q8_0", "q4_0"), places_layers=False, parts=False)


def lacks(model: ModelRecipe, build: BuildRecipe) -> str:
    return _needs.too_old(model, build, f"{NAME} with llama.cpp")


def memory(estimate: MemoryEstimate, settings: ServerSettings) -> MemoryEstimate:
    """Its server runs beside the engine."""
    del settings
    overhead = estimate.process_overhead_mib + SERVER_MIB
    return replace(estimate, process_overhead_mib=overhead, exact=False)


def completed(choice: Choice, engine: EngineRecipe, facts: Facts) -> Choice:
    del engine
    server, program = _ollama_here.server(facts), _ollama_here.program(facts)
    switched = replace(choice, thinking=thinking(choice.thinking))
    if server:
        return replace(switched, place=_ollama_here.place(server, facts))
    why = _ollama_here.passed_over(facts)
    notes = (*switched.notes, why) if why else switched.notes
    return replace(switched, found_program=program.program if program else None, notes=notes)


def libraries(engine: EngineRecipe, build: BuildRecipe, facts: Facts) -> tuple[Step, ...]:
    del engine, build, facts
    return ()


def steps(choice: Choice, machine: Workbench) -> tuple[Step, ...]:
    here, own = served(choice, machine), _own_model(choice, machine)
    assert here.place, "a model is served by a server that keeps its own"
    return (
        *_installs(choice),
        *_starts(choice, here, machine),
        *_plan.fetches(choice, _blob(here.place, choice.weights)),
        BringModel(here.place, own, NAME),
        LoadModel(here.place, own.name, _expected(choice, here.place)),
        _plan.check(choice, machine, here),
    )


def _blob(place: ServerPlace, file: ModelFile) -> str:
    """Where the server keeps the file, if it has it; empty where its folder is not known."""
    return f"{place.models_folder}/blobs/sha256-{file.sha256}" if place.models_folder else ""


def _installs(choice: Choice) -> Iterator[Step]:
    if choice.place is None and not choice.found_program:
        assert choice.source, "a choice names the build that it is for"
        yield InstallModelServer(
            _installed(choice.source), NAME, choice.source.archives, ABOUT_BYTES
        )


def _installed(build: BuildRecipe) -> str:
    """The name of the folder: builds with the same archive share it."""
    archive = build.archives[0]
    return f"{ID}-{archive.tag.lstrip('v')}-{archive.file.split('.')[0].removeprefix('ollama-')}"


def _starts(choice: Choice, here: Served, machine: Workbench) -> Iterator[Step]:
    if choice.place is None and here.place:
        settings = choice.settings
        serve = ServeSettings(
            here.program[0],
            here.place.models_folder,
            slots=settings.slots,
            kv_type=settings.kv_type_k,
            flash_attention=True if settings.kv_type_k != "f16" else None,
            prompt_cache_mib=settings.prompt_cache_mib,
        )
        yield StartModelServer(serve, machine.servers.first_port, NAME)


def served(choice: Choice, machine: Workbench) -> Served:
    name = _own_name(choice)
    if choice.place:
        return Served((), choice.place, name)
    place = ServerPlace(models_folder=str(machine.model_server.models_folder))
    if choice.found_program:
        return Served((choice.found_program,), place, name)
    assert choice.source, "a choice names the build that it is for"
    program = machine.model_programs.program(_installed(choice.source))
    return Served((str(program),), place, name)


def _own_name(choice: Choice) -> str:
    """The model's name on the server, ours by its prefix; letters that it takes."""
    plain = "".join(c if c.isalnum() or c in "._-" else "-" for c in choice.model.lower())
    return f"{_ollama_here.OURS}{plain.strip('._-') or 'model'}"


def _own_model(choice: Choice, machine: Workbench) -> OwnModel:
    """The weights with the settings that hold for every program."""
    parts = [_part(choice.weights, machine, "model")]
    if choice.mmproj:
        parts.append(_part(choice.mmproj, machine, "projector"))
    settings = choice.settings
    parameters: dict[str, Value] = {
        "num_ctx": settings.context // settings.slots,
        # it would take another batch by itself, and other buffers with it than were estimated
        "num_batch": settings.ubatch,
    }
    if settings.threads:
        parameters["num_thread"] = settings.threads
    if settings.gpu_layers or choice.why_no_gpu:
        parameters["num_gpu"] = settings.gpu_layers
    for name, value in (choice.sampling.values if choice.sampling else {}).items():
        parameters[name] = int(value) if name == "top_k" else value
    quantization = choice.weights.quantization
    return OwnModel(
        _own_name(choice), tuple(parts), parameters=parameters, quantization=quantization
    )


def _part(file: ModelFile, machine: Workbench, kind: str) -> ModelPart:
    return ModelPart(str(machine.downloads.target(file)), file.sha256, file.bytes, kind)


def _expected(choice: Choice, place: ServerPlace) -> Expected:
    """What is read back once it is loaded; the settings of a server that was there are its own."""
    settings = choice.settings
    context, chats = settings.context // settings.slots, not settings.embeddings
    known = Expected(context, gpu_layers=settings.gpu_layers, own_template=chats)
    if not place.is_ours:
        return known
    return replace(known, slots=settings.slots, kv_type=settings.kv_type_k)


def thinking(known: Thinking | None) -> Thinking | None:
    """Its API has a field of its own for thoughts; arguments of the template are passed over."""
    if known is None or not known.switch:
        return known
    return replace(known, switch=REQUEST)


def launch(
    program: tuple[str, ...], start: StartSettings, port: int, *, installed_by_us: bool
) -> Launch:
    """Never asked: no step of this engine starts a server that holds one model."""
    raise NotImplementedError
