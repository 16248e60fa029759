"""Recipes in words."""

from __future__ import annotations

from pathlib import Path

from .. import proofs
from ..model.engine import BuildRecipe, EngineRecipe
from ..model.recipe import ModelRecipe, Recipes, UseRecipe
from ..model.sizes import size_words
from ..model.tuning import TuningRecipe, TuningSize
from . import behaviourtext, console

BILLION = 1e9


def listing(recipes: Recipes) -> None:
    out = console.out()
    out.print("Uses (`localai init --for ID`):")
    for use_recipe in recipes.uses.values():
        out.print(f"  {use_recipe.id:14} {use_recipe.title}", markup=False)
    out.print("\nModels (`localai init --model ID`):")
    for one in sorted(recipes.models.values(), key=lambda m: m.weights[0].all_bytes):
        size = f"{size_words(one.weights[0].all_bytes):>8}"
        console.show(
            f"  {one.id:26} {size}  {one.licence.id:14}  {', '.join(recipes.uses_of(one))}"
        )
    out.print("\nEngines (`localai recipes explain ID`):")
    for recipe in recipes.engines.values():
        out.print(f"  {recipe.id:14} {len(recipe.builds)} builds", markup=False)


def file(path: str, text: str) -> None:
    console.err().print(f"# {path}", markup=False)
    console.out().print(text, markup=False, end="")


def use(recipe: UseRecipe, recipes: Recipes) -> None:
    able = [one.id for one in recipes.serving(recipe)]
    lines = (
        recipe.title,
        f"Suits: {recipe.suits}",
        f"Be careful: {recipe.careful}",
        f"Context: {recipe.context} tokens. Fast enough from {recipe.min_tps:g} tokens per second.",
        f"Proof: {_question(recipe)} {proofs.needs(recipe.test())}",
        f"Models: {', '.join(able)}",
    )
    console.show("\n".join(lines))


def _question(recipe: UseRecipe) -> str:
    system = recipe.proof.system
    stated = f"told “{system}”, the model is asked" if system else "the model is asked"
    return f"{stated} “{recipe.question}”"


def model(recipe: ModelRecipe, recipes: Recipes) -> None:
    licence = recipe.licence
    lines = [
        f"{recipe.name}, by {recipe.publisher}, released {recipe.released}",
        f"Good for: {', '.join(recipes.uses_of(recipe))}",
        f"Abilities: {', '.join(recipe.abilities)}",
        f"Licence: {licence.name or licence.id} ({licence.url})",
        f"  commercial use: {licence.commercial or 'read the licence'}",
        *(f"  asks: {duty}" for duty in licence.obligations),
        f"Thinking: {behaviourtext.thinking(recipe.thinking)}",
        *(f"Sampling: {line}" for line in behaviourtext.sampling(recipe)),
        *(f"{q.metric}: {q.value:g} ({q.date})" for q in recipe.quality),
        *(
            f"{f.role}: {f.file}, {f.bytes:,} bytes, sha256 {f.sha256}"
            for file in recipe.files
            for f in file.each
        ),
    ]
    console.show("\n".join(lines))


def engine(recipe: EngineRecipe) -> None:
    head = f"{recipe.name}, licence {recipe.licence}, from {recipe.source}\nBuilds:"
    lines = [head, *(f"  {build.id:34} {_needs(build)}" for build in recipe.builds)]
    console.show("\n".join(lines))


def _needs(build: BuildRecipe) -> str:
    words = [build.backend, "/".join(build.systems), "/".join(build.arches)]
    if build.cuda:
        words.append(f"driver {build.cuda.driver}, compute capability to {build.cuda.newest}")
    if build.rocm:
        words.append(f"{len(build.rocm.targets)} gfx targets, ROCm {build.rocm.runtime}")
    if build.glibc:
        words.append(f"glibc {build.glibc}")
    words += build.cpu_features
    size = size_words(build.download_bytes) if build.archives else ""
    return ", ".join(filter(None, (*words, size, build.unavailable)))


def tuning(recipe: TuningRecipe) -> None:
    """The settings by size, as `localai tune` chooses them."""
    head = f"Training by {recipe.what}, for {', '.join(recipe.architectures)}"
    console.show("\n".join([head, *map(_size, recipe.sizes)]))


def _size(one: TuningSize) -> str:
    limit, at_a_time = one.up_to_values / BILLION, one.batch * one.accumulation
    return (
        f"  up to {limit:g} billion values: rank {one.rank}, alpha {one.alpha}, learning rate "
        f"{one.learning_rate:g}, epochs {one.epochs}, {at_a_time} examples a step"
    )


def valid(
    path: Path,
    recipe: UseRecipe | ModelRecipe | EngineRecipe | TuningRecipe,
    gaps: tuple[str, ...] = (),
) -> None:
    """That it is valid, and what those of localai's own say besides."""
    console.out().print(f"{path}: a valid recipe, id {recipe.id}", markup=False)
    for gap in gaps:
        console.show(f"  {gap}")
