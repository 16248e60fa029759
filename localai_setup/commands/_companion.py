"""`--drafting FILE`: a person's own file that guesses ahead, held against the model before anything is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ..fit import vocabulary
from ..fit.drafter import Drafter, heads_alone, wrong_heads
from ..fit.gguf import Header, HeaderRefusedError
from ..fit.shape import Shape, shape
from ..machine.keeping import gguf_file, model_files
from ..match import user_supplied
from ..model.errors import Exit, LocalaiError
from ..model.files import OwnModelFile
from ..model.licence import Licence
from ..model.recipe import Companion, ModelRecipe
from ..model.settings import HEAD_FILE
from ._user_supplied import UserSupplied, digest


@dataclass(frozen=True)
class OwnDrafter:
    """The file as the model's recipe would name it, and as it is sized."""

    companion: Companion
    drafter: Drafter


def bring(path: Path, model: ModelRecipe, supplied: UserSupplied | None) -> OwnDrafter:
    """The drafter in this file for the model; `supplied` is where that comes from, None for a recipe's.

    Raises:
        LocalaiError: it cannot be read, or cannot guess for this model; says why.

    """
    header = gguf_file.read_header(path)
    found = _shape(path, header)
    heads = found.heads if heads_alone(header, found.heads) else 0
    file = OwnModelFile(
        "drafter",
        path.name,
        path.stat().st_size,
        digest(path),
        prediction_heads=heads,
        here=str(path.resolve()),
    )
    drafter = Drafter(file, found)
    wrong = _why_not(drafter, model, supplied)
    if wrong:
        raise _cannot_guess(path, model.id, wrong)
    stated = str(header.metadata.get("general.license", "") or "")
    licence = Licence(stated, needs_acceptance=False) if stated else None
    return OwnDrafter(Companion(file, user_supplied.architecture(found), licence), drafter)


def _shape(path: Path, header: Header) -> Shape:
    try:
        return shape(header)
    except HeaderRefusedError as refused:
        raise LocalaiError(
            f"{path} cannot guess ahead: {refused}.", hint="Name the file of a smaller model."
        ) from None


def _why_not(drafter: Drafter, model: ModelRecipe, supplied: UserSupplied | None) -> str:
    """Why it cannot guess for the model, as far as that is known now, as a clause."""
    here = _weights_here(model, supplied)
    known = (
        supplied.shape if supplied else _shape(here, gguf_file.read_header(here)) if here else None
    )
    if drafter.kind == HEAD_FILE:
        return wrong_heads(drafter.shape, known) if known else ""
    other = user_supplied.is_no_model(drafter.shape)
    if other:
        return f"it is {other}"
    if known is None:
        return vocabulary.size_differs(model.architecture.vocab_size, drafter.shape.vocab)
    return vocabulary.differs(known.header, drafter.shape.header) or _tokens_differ(here, drafter)


def _weights_here(model: ModelRecipe, supplied: UserSupplied | None) -> Path | None:
    """A file of the model's weights on this disk: all of them have the same vocabulary."""
    if supplied and supplied.here:
        return Path(supplied.here)
    files = (file for file in model.weights if model_files.is_present(file))
    return next(map(model_files.target, files), None)


def _tokens_differ(weights: Path | None, drafter: Drafter) -> str:
    file = drafter.file
    assert isinstance(file, OwnModelFile)
    if weights is None:
        return ""
    both = (gguf_file.read_tokens(one) for one in (weights, Path(file.here)))
    return vocabulary.tokens_differ(*both)


def _cannot_guess(path: Path, model: str, why: str) -> LocalaiError:
    return LocalaiError(
        f"{path.name} cannot guess ahead for {model}: {why}.",
        "Nothing was changed. Whoever guesses has to have the model's own tokens, or its own rows.",
        "Name a smaller model of the same family, or leave `--drafting` away.",
        Exit.USAGE,
    )


def with_drafter(model: ModelRecipe, found: OwnDrafter) -> ModelRecipe:
    """The model's recipe as if it named this drafter."""
    return replace(model, drafter=found.companion)
