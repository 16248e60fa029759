"""From facts and flags to a match: which use, which model, which engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from .. import proofs
from ..engines import llama_cpp
from ..machine.fetching import hub
from ..machine.keeping import model_files
from ..machine.running import proving
from ..match import Wish, match
from ..model.errors import Exit, LocalaiError, unknown_name
from ..model.facts import Facts
from ..model.files import ModelFile, OwnModelFile
from ..model.plan import Choice, Match, RefusedModel
from ..model.recipe import Recipes, UseRecipe
from ..probes.proofs import Proof
from ..ui import console
from ._brought import Brought, bring
from ._wanted import Wanted

STARTER = "starter"
TINY_PARAMETERS = 1_000_000_000


class NothingFitsError(LocalaiError):
    """Why every model was refused, the nearest first; `match` is what a script is told."""

    def __init__(self, match: Match) -> None:
        nearest = match.refused[0] if match.refused else None
        super().__init__(*_why_nothing_fits(nearest), Exit.NOTHING_FITS)
        self.match = match


def _why_nothing_fits(nearest: RefusedModel | None) -> tuple[str, str, str]:
    """What, why and hint."""
    why = f"The nearest is {nearest.model}: it {nearest.reason}." if nearest else ""
    if nearest and nearest.kind == "unfit-for-use":
        return (
            f"{nearest.model} {nearest.reason}.",
            "On no machine would it serve this use; nothing was fetched.",
            "`localai recipes list` shows which models serve which use.",
        )
    if nearest and nearest.kind == "memory-unknown":
        return (
            "Whether a model fits this machine cannot be told.",
            why,
            "See `localai detect`, or try a tiny model with `localai init --for starter`.",
        )
    return (
        "No model fits this machine.",
        why,
        "Close other programs, or prove the set-up with `localai init --for starter`.",
    )


class NoEngineError(NothingFitsError):
    """No build of the engine runs on this machine, so that no model can."""

    def __init__(self, reason: str) -> None:
        super().__init__(Match(None, (), (RefusedModel(llama_cpp.NAME, "not-runnable", reason),)))
        self.what, self.why, self.hint = reason, "Nothing was fetched.", ""


class LibraryMissingError(NoEngineError):
    """A shared library of the system has to be installed first; the same command then goes on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.exit_code = Exit.PROBLEM


def engine(facts: Facts, recipes: Recipes, name: str | None) -> Proof | None:
    """Refuse an engine that cannot be had; the `llama-server` on PATH where it is to be used.

    That is with `--engine llama.cpp`, and once it has proved itself; says in words how it went.

    Raises:
        LocalaiError: the engine is unknown, or this machine cannot have it.

    """
    known_engine(name)
    program = proving.on_path() if name else None
    if program:
        proof = proving.known(program) or proving.prove(program)
        if proof.works:
            console.say(f"{program} works (it loaded a model), so it is used.")
            return proof
        console.say(f"{program} {proof.words}, so localai installs its own engine.")
    can_be_installed(facts, recipes)
    return None


def known_engine(name: str | None) -> None:
    """Raises LocalaiError where it is none that localai sets up."""
    if name not in (None, llama_cpp.NAME):
        raise LocalaiError(
            f"localai cannot set up the engine {name}.",
            "It sets up llama.cpp; other engines on this computer are seen by `localai detect`.",
            "Leave `--engine` away, or write `--engine llama.cpp`.",
            Exit.USAGE,
        )


def can_be_installed(facts: Facts, recipes: Recipes) -> None:
    """Raises LocalaiError where no build of the engine runs on this machine."""
    known = recipes.engines[llama_cpp.NAME]
    reason = llama_cpp.refuses(known, facts)
    if reason and llama_cpp.lacks_libraries(known, facts):
        raise LibraryMissingError(reason)
    if reason:
        raise NoEngineError(reason)


def wish(recipes: Recipes, wanted: Wanted, use: str | None = None) -> Wish:
    """What the flags, or the answer `use`, ask for; a recipe may name a use or a model.

    Raises:
        LocalaiError: there is no such use or model (names the nearest), or no model serves the use.

    """
    recipe, model = wanted.recipe, wanted.model
    if recipe in recipes.models:
        model, recipe = model or recipe, None
    chosen = use or wanted.use or recipe or _use_of(recipes, model)
    known = _known(model, recipes.models, "model") if model else ""
    named = _known(chosen, recipes.uses, "use")
    if not known and not recipes.serving(recipes.uses[named]):
        raise _no_model_serves(recipes.uses[named])
    shape = wanted.brought.shape if wanted.brought else None
    return Wish(named, known, wanted.context, shape=shape)


def with_brought(recipes: Recipes, wanted: Wanted, *, offline: bool) -> tuple[Recipes, Wanted]:
    """Where `--model` names a file or a place on the hub: its facts beside those of the recipes.

    Raises:
        LocalaiError: as `bring`.

    """
    found = bring(recipes, wanted.model, offline=offline) if wanted.model else None
    if found is None:
        return recipes, wanted
    models = {**recipes.models, found.model.id: found.model}
    return replace(recipes, models=models), replace(wanted, model=found.model.id, brought=found)


def _as_brought(choice: Choice, brought: Brought) -> Choice:
    """The file where it lies. Nobody knows what a tiny model answers, so any answer proves it."""
    weights = choice.weights
    if brought.here:
        weights = OwnModelFile(**vars(choice.weights), here=brought.here)
    tiny = brought.model.architecture.total_parameters < TINY_PARAMETERS
    test = proofs.any_answer(choice.test) if tiny else choice.test
    return replace(choice, files=(weights, *choice.files[1:]), test=test)


def _no_model_serves(use: UseRecipe) -> LocalaiError:
    needs = use.models
    asked = [f"the abilities {', '.join(needs.abilities)}"] if needs.abilities else []
    asked += [f"{needs.min_billions:g} or more billion parameters"] if needs.min_billions else []
    asked += [f"at most {needs.max_billions:g} billion parameters"] if needs.max_billions else []
    asked += [f"the id {one}" for one in needs.ids]
    return LocalaiError(
        f"No model serves the use {use.id}.",
        f"Its recipe asks for {' and '.join(asked)}, and no recipe of a model has that.",
        "Change `models` in the recipe of the use, or name a model: "
        f"`localai init --for {use.id} --model ID`.",
        Exit.USAGE,
    )


def _use_of(recipes: Recipes, model: str | None) -> str:
    """The use that a model is taken for where none was named: chat, or else the first it serves."""
    found = recipes.models.get(model or "")
    uses = recipes.uses_of(found) if found else ()
    return "chat" if "chat" in uses or not uses else uses[0]


def _known(name: str, names: Mapping[str, object], kind: str) -> str:
    if name in names:
        return name
    raise unknown_name(kind, name, names, "`localai recipes list` shows what there is.")


def best(
    facts: Facts,
    recipes: Recipes,
    wanted: Wish,
    server: Proof | None,
    brought: Brought | None = None,
) -> Match:
    """The match for a wish; with the `llama-server` that is here already, where there is one."""
    found = match(facts, recipes, wanted)
    if brought and found.choice:
        found = replace(found, choice=_as_brought(found.choice, brought))
    if server is None or found.choice is None:
        return found
    others = tuple(_served(one, server) for one in found.alternatives)
    return replace(found, choice=_served(found.choice, server), alternatives=others)


def from_index(facts: Facts, recipes: Recipes, wanted: Wish) -> Callable[[], Match]:
    """What the match is with builds of the package index alone, when it is asked for."""
    return lambda: match(facts, recipes, replace(wanted, from_index=True))


def _served(choice: Choice, server: Proof) -> Choice:
    return replace(choice, build=server.program, found_program=server.program)


def reachable_plan(
    facts: Facts, recipes: Recipes, wanted: Wanted, found: Match, server: Proof | None
) -> Match:
    """What `init --yes` would do with the hub as it is now; says so where it is out of reach."""
    if found.choice is None or not needs_hub(found.choice) or hub.reachable():
        return found
    away = f"The model hub cannot be reached now ({hub.endpoint()} does not answer)"
    if wanted.a_model:
        console.say(f"{away}; {found.choice.model} has to be fetched from it.")
        return found
    console.say(f"{away}, so `init` would take the tiny model `starter`.")
    return best(facts, recipes, wish(recipes, wanted, STARTER), server)


def needs_hub(choice: Choice) -> bool:
    """Whether a file of it is neither on this disk nor in a package."""
    return any(_needs_hub(file) for file in choice.files)


def _needs_hub(file: ModelFile) -> bool:
    here = model_files.is_present(file) or any(model_files.elsewhere(file))
    return not (here or file.package)
