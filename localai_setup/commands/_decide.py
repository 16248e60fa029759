"""From facts and flags to a choice. `plan`, `init` and their JSON all decide here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .. import proofs
from ..fit.drafter import Drafter
from ..machine.keeping import model_files, statefile
from ..machine.workbench import Workbench
from ..match import Wish, match
from ..model.facts import Facts
from ..model.files import ModelFile, OwnModelFile
from ..model.plan import Choice, Match
from ..model.recipe import ModelRecipe, Recipes
from ..model.settings import AUTO, COMPANION, OFF
from ..probes.proofs import Proof
from . import _companion, _context, _engine, _memory_speed, _names, _own_server, _policy, _releases
from ._nothing_fits import NothingFitsError
from ._options import Options
from ._origins import AllReachable, LiveOrigins, Origins
from ._request import Request
from ._user_supplied import UserSupplied, bring

STARTER = "starter"
TINY_PARAMETERS = 1_000_000_000
NOT_DRAFTING = (
    "Nobody guesses ahead, though that was asked for: nobody knows whether {} can. Without "
    "`--engine` localai's own engine is taken."
)


@dataclass(frozen=True)
class Basis:
    """What a decision rests on.

    `recipes` hold the user-supplied model too, and `supplied` is where that comes from. `server` is the
    `llama-server` that is here already and works. `drafter` is the file that `--drafting` names.
    """

    facts: Facts
    recipes: Recipes
    request: Request
    bench: Workbench
    origins: Origins
    supplied: UserSupplied | None = None
    server: Proof | None = None
    drafter: Drafter | None = None

    @property
    def named_model(self) -> str:
        """The id of the model that was asked for; empty where it is to be chosen."""
        if self.supplied:
            return self.supplied.model.id
        return _names.model_of(self.request, self.recipes) or ""


@dataclass(frozen=True)
class Decision:
    """What was chosen for a wish. `hub_away` says why the hub, which the choice needs, cannot be
    reached; empty where it answers or is not needed.
    """

    wish: Wish
    match: Match
    hub_away: str = ""

    @property
    def choice(self) -> Choice:
        """The best one, or the one that was taken."""
        assert self.match.choice, "nothing fits, and nobody asked by `required`"
        return self.match.choice

    def required(self) -> Decision:
        """The decision, where something fits.

        Raises:
            NothingFitsError: nothing fits.

        """
        if self.match.choice is None:
            raise NothingFitsError(self.match)
        return self

    def taking(self, choice: Choice) -> Decision:
        """With one of the alternatives in place of the best, which becomes an alternative."""
        if choice is self.choice:
            return self
        others = tuple(one for one in self.match.alternatives if one is not choice)
        match = replace(self.match, choice=choice, alternatives=(self.choice, *others))
        return replace(self, match=match)


def basis_of(
    options: Options, request: Request, recipes: Recipes, facts: Facts, bench: Workbench
) -> Basis:
    """Everything that is looked up before a choice; of a recorded machine nothing is.

    Raises:
        LocalaiError: the user-supplied model cannot be used, or this machine can have no engine.

    """
    _policy.tell(recipes)
    origins: Origins = AllReachable() if options.replay else LiveOrigins(options.offline)
    if not options.replay:
        facts = _own_server.memory_freed(_memory_speed.measured(facts), statefile.peek(), bench)
    server = None
    if options.replay:
        _engine.require(facts, recipes, request.engine)
    else:
        server = _engine.on_path(facts, recipes, request.engine)
    model = _names.model_of(request, recipes)
    supplied = (
        bring(recipes, model, offline=options.offline, kept_at=request.kept_at) if model else None
    )
    if supplied:
        _context.check_limit(request.context, supplied.model)
        recipes = _with_model(recipes, supplied.model)
    drafter = _own_drafter(request, recipes, supplied)
    if drafter:
        model = supplied.model.id if supplied else model
        recipes = _with_model(
            recipes, _companion.with_drafter(recipes.models[model or ""], drafter)
        )
    own = drafter.drafter if drafter else None
    return Basis(facts, recipes, request, bench, origins, supplied, server, own)


def _with_model(recipes: Recipes, model: ModelRecipe) -> Recipes:
    return replace(recipes, models={**recipes.models, model.id: model})


def _own_drafter(
    request: Request, recipes: Recipes, supplied: UserSupplied | None
) -> _companion.OwnDrafter | None:
    """The file that `--drafting` names, held against the model."""
    file, model = _names.drafter_file(request), _names.model_of(request, recipes)
    if file is None or model is None:
        return None
    recipe = supplied.model if supplied else recipes.models[model]
    return _companion.bring(file, recipe, supplied)


def decide(basis: Basis, use: str | None = None) -> Decision:
    """The match for what was asked for, or for the answer `use`.

    Raises:
        LocalaiError: no model serves the use, or what was asked for by name cannot be had.

    """
    model = basis.named_model
    basis = _allowed(basis, use, model)
    wish = _wish(basis, use, model)
    found = match(basis.facts, basis.recipes, wish)
    found = _on_server(_with_own_file(found, basis.supplied), basis)
    found = _releases.reachable(found, basis.request, basis.bench, basis.origins,
                                lambda: _from_index(basis, wish))  # fmt: skip
    needs_hub = found.choice is not None and any(map(_is_on_hub, found.choice.files))
    return Decision(wish, found, basis.origins.hub if needs_hub else "")


def _from_index(basis: Basis, wish: Wish) -> Match:
    """The match with an engine that the package index has; a file of the user's own stays what it is."""
    found = match(basis.facts, basis.recipes, replace(wish, from_index=True))
    return _with_own_file(found, basis.supplied)


def _allowed(basis: Basis, use: str | None, model: str) -> Basis:
    """Without what a policy forbids."""
    recipes = basis.recipes
    left = _policy.allowed(recipes, model or None)
    _policy.require_some(use or _names.use_of(basis.request, recipes, model), recipes, left)
    return replace(basis, recipes=left)


def _wish(basis: Basis, use: str | None, model: str) -> Wish:
    supplied = basis.supplied
    named = use or _names.use_of(basis.request, basis.recipes, model)
    _names.check_use(named, model, basis.recipes)
    shape = supplied.shape if supplied else None
    # the `llama-server` that is here may be too old to draft, and nobody knows its build
    requested = COMPANION if basis.drafter else basis.request.drafting
    drafting = OFF if basis.server else requested
    return Wish(
        named,
        model,
        basis.request.context,
        engine=basis.request.engine or "",
        shape=shape,
        drafting=drafting,
        leave_mib=basis.request.leave_mib,
        build=basis.request.build,
        quantization=basis.request.quantization,
        drafter=basis.drafter,
    )


def _with_own_file(found: Match, supplied: UserSupplied | None) -> Match:
    """A file where it lies. Few tiny models answer rightly, so any answer in words proves that one
    works; what a right one would have to hold is told beside it.
    """
    if supplied is None or found.choice is None:
        return found
    choice = found.choice
    weights = choice.weights
    if supplied.here:
        weights = OwnModelFile(**vars(weights), here=supplied.here)
    tiny = supplied.model.architecture.total_parameters < TINY_PARAMETERS
    choice = replace(choice, files=(weights, *choice.files[1:]))
    if tiny:
        choice = replace(choice, test=proofs.any_answer(choice.test), full_test=choice.test)
    return replace(found, choice=choice)


def _on_server(found: Match, basis: Basis) -> Match:
    """With the `llama-server` that is here already, where there is one."""
    if basis.server is None or found.choice is None:
        return found
    program = basis.server.program
    notes = () if basis.request.drafting in (AUTO, OFF) else (NOT_DRAFTING.format(program),)

    def served(choice: Choice) -> Choice:
        return replace(choice, build=program, found_program=program, notes=(*choice.notes, *notes))

    return replace(
        found,
        choice=served(found.choice),
        alternatives=tuple(served(one) for one in found.alternatives),
    )


def _is_on_hub(file: ModelFile) -> bool:
    """Whether it is neither on this disk nor in a package."""
    return not (model_files.is_on_this_disk(file) or file.package)
