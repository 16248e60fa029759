"""What a training on this machine would be, and why there can be none."""

from __future__ import annotations

from dataclasses import dataclass

from ..machine.fetching import tool_homes
from ..machine.tuning import adapters
from ..machine.tuning.trainer import Trainer
from ..model.errors import Exit, LocalaiError
from ..model.facts import Facts
from ..model.licence import Licence
from ..model.recipe import Recipes
from ..model.setup import SetUp
from ..model.sizes import mib_words
from ..model.tuning import TuningRecipe
from ..tuning import cost
from ..tuning.base import Base
from ..tuning.cost import Run
from ..ui.tuneplan import PlanText
from . import _teachable, _tuning_ways
from ._options import Options
from ._tuning_ways import Work

RECIPE = _tuning_ways.PLAIN


@dataclass(frozen=True)
class Planned:
    """The training by one of the recipes, the memory that it takes, and what is free; in MiB, None where
    that is not known.
    """

    recipe: TuningRecipe
    run: Run
    memory_mib: float
    free_mib: float | None

    @property
    def passing_mib(self) -> float:
        """Of main memory, while the model goes on to a graphics card; 0 where it goes to none."""
        return cost.unpacked_mib(self.run) if self.run.on_gpu else 0.0


def base(options: Options, setup: SetUp, recipes: Recipes, found: Base) -> Base:
    """The model of the set-up as something that can be trained.

    Raises:
        LocalaiError: it cannot; says why, and what could be.

    """
    recipe = recipes.tuning[RECIPE]
    why = _why_not(setup, recipe, found)
    if why:
        raise LocalaiError(
            f"{setup.model} cannot be taught here: {why}.",
            "What is set up goes on working as it is.",
            _teachable.advice(recipe, recipes.models, options.facts()),
            Exit.NOTHING_FITS,
        )
    return found


def _why_not(setup: SetUp, recipe: TuningRecipe, found: Base) -> str:
    if setup.settings.embeddings:
        return "it reads texts and does not answer"
    if found.architecture not in recipe.architectures:
        return f"files of the architecture {found.architecture} cannot be unpacked for training yet"
    if not found.widths or not found.blocks:
        return "its file does not state its layers"
    if recipe.size_for(found.values) is None:
        return f"{found.values / 1e9:.0f} billion values are more than is trained on one machine"
    return ""


@dataclass(frozen=True)
class Extent:
    """What is trained with how many examples, of up to `longest` tokens."""

    base: Base
    examples: int
    longest: int

    def work(self, facts: Facts) -> Work:
        """The same on this processor."""
        return Work(self.base, self.examples, self.longest, _teachable.number_bytes(facts))


def plan(facts: Facts, model: str, recipes: Recipes, extent: Extent) -> Planned:
    """The settings for this model and these examples, and whether they fit.

    Raises:
        LocalaiError: the memory that is free does not do.

    """
    recipe, work = recipes.tuning[RECIPE], extent.work(facts)
    free = _teachable.free_mib(facts)
    fitted = _tuning_ways.first(work, facts, recipes.tuning)
    if fitted is None:
        raise LocalaiError(
            f"Teaching {model} takes about {mib_words(_tuning_ways.least_mib(work, recipe))} of memory, and "
            f"{mib_words(free or 0)} are free.",
            "A computer that runs out of memory becomes very slow, or ends programs.",
            f"Close other programs. {_teachable.advice(recipe, recipes.models, facts)}",
            Exit.NOTHING_FITS,
        )
    return Planned(*fitted)


@dataclass(frozen=True)
class ToBeTaught:
    """A model and its licence, how many examples are kept back to prove it, and the adapter's name; what an
    interrupted training of it did, and the seconds that are left of it.
    """

    model: str
    licence: Licence
    held_back: int
    name: str
    done_steps: int = 0
    left_seconds: float | None = None


def words(taught: ToBeTaught, trainer: Trainer, planned: Planned) -> PlanText:
    """The plan, ready to be told."""
    recipe, system = trainer.recipe, trainer.system
    is_here = trainer.is_installed()
    return PlanText(
        model=taught.model,
        run=planned.run,
        trainer=recipe.what,
        held_back=taught.held_back,
        memory_mib=planned.memory_mib,
        free_mib=planned.free_mib,
        passing_mib=planned.passing_mib,
        licence=taught.licence.name or taught.licence.id,
        folder=str(adapters.folder(taught.name)),
        trainer_folder=str(trainer.folder),
        download_bytes=0 if is_here else recipe.download_bytes.get(system, 0),
        installed_bytes=recipe.installed_bytes.get(system, 0),
        fetching_bytes=recipe.fetching_bytes(system),
        cache=_cache(),
        done_steps=taught.done_steps,
        left_seconds=taught.left_seconds,
    )


def _cache() -> str:
    """Pip's, where it has one."""
    folder = tool_homes.pip_cache()
    return str(folder) if folder.is_dir() else ""
