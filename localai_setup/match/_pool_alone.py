"""What one machine does without the others, on the same scale as what they do together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..model.facts import Facts
from ..model.plan import Choice
from ..model.pool import Alone
from ..model.recipe import Recipes, UseRecipe
from . import _quality, _score, _weights, _what_if
from ._pool_team import Member

#: the choice for facts and the id of a model, empty for the best; None where nothing fits
Chosen = Callable[[Facts, str], "Choice | None"]


@dataclass(frozen=True)
class Solo:
    """A choice on one machine, with its quality and worth in points of the quality index."""

    member: Member
    choice: Choice
    quality: float
    worth: float

    @property
    def shown(self) -> Alone:
        one = self.choice
        speed = one.speed
        return Alone(
            self.member.name,
            one.model,
            one.weights.quantization,
            speed.generate_tps,
            speed.low,
            speed.high,
        )


@dataclass(frozen=True)
class Ground:
    """What all are held against: the recipes, the use, and how a model is chosen for one machine."""

    recipes: Recipes
    use: UseRecipe
    scale: _quality.Scale
    chosen: Chosen

    def solo(self, member: Member, model: str = "") -> Solo | None:
        """The best choice there, or the named model, where it fits in a file that loses little."""
        choice = self.chosen(member.facts, model)
        if choice is None:
            return None
        loss = _quality.loss(choice.weights.quantization, choice.weights.file)
        if loss > _weights.MOST_LOSS:
            return None
        quality = self.scale.of(self.recipes.models[choice.model]) * (1 - loss)
        share = _score.speed_share(choice.speed.generate_tps, self.use)
        return Solo(member, choice, quality, quality * (1 + share))

    def solos(self, members: Sequence[Member], model: str = "") -> Iterator[Solo]:
        return (one for member in members if (one := self.solo(member, model)))

    def with_more_memory(
        self, members: Sequence[Member], model: str
    ) -> tuple[Member, float, Choice] | None:
        """The machine, MiB of main memory on sale, and the choice, where one of them would hold the model by itself and
        write it fastest.
        """
        found = [
            (member, *then)
            for member in members
            if (then := _what_if.memory_for(member.facts, lambda facts: self.chosen(facts, model)))
        ]
        return max(found, key=lambda one: (one[2].speed.generate_tps, -one[1]), default=None)
