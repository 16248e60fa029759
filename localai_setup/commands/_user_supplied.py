"""`--model` with a file or a name on the hub: the model's facts from its own header."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ..fit.gguf import Header, HeaderRefusedError
from ..fit.quants import NAME, RemoteFile
from ..fit.shape import Shape, shape
from ..machine.fetching import addresses, hub_names
from ..machine.fetching._model_card import Card
from ..machine.fetching.repository import HubModel
from ..machine.keeping import gguf_file, model_files, projectors, verified
from ..match import user_supplied
from ..model.errors import Exit, LocalaiError
from ..model.files import FilePart, ModelFile, OwnModelFile
from ..model.licence import Licence
from ..model.progress import Progress
from ..model.recipe import ModelRecipe, Recipes
from ..ui import progress
from ._named import file_here, on_the_hub

#: Licences that let anybody use and change the model for anything, as the hub names them.
PERMISSIVE = frozenset({
    "apache-2.0", "mit", "mit-0", "bsd", "bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear", "isc",
    "zlib", "unlicense", "wtfpl", "0bsd", "cc0-1.0", "cc-by-2.0", "cc-by-3.0", "cc-by-4.0", "afl-3.0",
    "ecl-2.0", "artistic-2.0", "bsl-1.0", "ncsa", "postgresql", "cdla-permissive-1.0",
    "cdla-permissive-2.0",
})  # fmt: skip
UNKNOWN_LICENCE = "unknown"


@dataclass(frozen=True)
class UserSupplied:
    """A model that was named by file or by its place on the hub. `here` is the file's path."""

    model: ModelRecipe
    shape: Shape
    here: str = ""


def bring(
    recipes: Recipes, reference: str, *, offline: bool, kept_at: str = ""
) -> UserSupplied | None:
    """The model behind a path or OWNER/REPO[:QUANT]; None where it is the name of a recipe's model.
    `kept_at` is the file where the reference is an engine's name for it.

    Raises:
        LocalaiError: the file or repository cannot be read, is no model, or nobody can chat with it.

    """
    if reference in recipes.models:
        return None
    if kept_at:
        found = _of_file(recipes, Path(kept_at), reference)
    elif path := file_here(reference):
        found = _of_file(recipes, path, path.stem)
    elif hub_names.is_reference(reference):
        found = _of_hub(recipes, reference, offline=offline)
    else:
        return None
    _check(found, reference)
    return found


def _of_file(recipes: Recipes, path: Path, name: str) -> UserSupplied:
    header = gguf_file.read_header(path)
    found, size = _shape(header, str(path)), path.stat().st_size
    if header.metadata.get("split.count", 0) not in (0, 1):
        raise _split(str(path))
    sha256 = digest(path)
    file = ModelFile("weights", path.name, size, sha256, _quantization(name))
    files = (file, *_projector(path, found))
    stated = str(header.metadata.get("general.license", "") or UNKNOWN_LICENCE)
    licence = _known_licence(recipes, sha256) or Licence(stated, needs_acceptance=False)
    return UserSupplied(
        user_supplied.recipe(found, name, files, licence), found, str(path.resolve())
    )


def _projector(weights: Path, found: Shape) -> tuple[ModelFile, ...]:
    """The projector that lies beside the file, where one does."""
    path = projectors.projector(weights.resolve(), found.hidden)
    if path is None:
        return ()
    size, here = path.stat().st_size, str(path)
    return (OwnModelFile("mmproj", path.name, size, digest(path), here=here),)


def digest(path: Path) -> str:
    """The sha256 of a file, taken once."""
    return verified.digest(path.resolve()) or _hash(path)


def _hash(path: Path) -> str:
    size = path.stat().st_size
    with progress.shown() as report:
        words = f"taking the hash of {path.name}"
        digest = model_files.sha256_of(path, lambda done: report(Progress(words, done, size)))
    verified.remember(path.resolve(), digest)
    return digest


def _of_hub(recipes: Recipes, reference: str, *, offline: bool) -> UserSupplied:
    there = on_the_hub(reference, offline=offline)
    found = _shape(there.header, reference)
    files = _files(there)
    licence = _known_licence(recipes, files[0].sha256) or _licence(there.card, there.repository)
    name = f"{there.repository}:{there.chosen.quantization or files[0].file}"
    return UserSupplied(user_supplied.recipe(found, name, files, licence), found)


def _files(there: HubModel) -> tuple[ModelFile, ...]:
    """The weights, and the smallest projector where pictures are understood."""
    first, *others = there.chosen.files
    for one in there.chosen.files:
        _require_hash(one)
    parts = tuple(FilePart(one.name, one.bytes, one.sha256) for one in others)
    weights = _pinned(there, "weights", first, there.chosen.quantization)
    projectors = [one for one in there.projectors[:1] if one.sha256 and one.bytes]
    return (
        replace(weights, parts=parts),
        *(_pinned(there, "mmproj", one, "") for one in projectors),
    )


def _require_hash(file: RemoteFile) -> None:
    if not file.sha256:
        raise LocalaiError(
            f"The hub tells no sha256 of {file.name}.",
            "Without it nobody can know whether what arrives is what was published.",
            "Choose another repository, or download the file yourself and name its path.",
        )


def _pinned(there: HubModel, role: str, one: RemoteFile, quantization: str) -> ModelFile:
    return ModelFile(
        role, one.name, one.bytes, one.sha256, quantization, there.repository, there.revision
    )


def _shape(header: Header, what: str) -> Shape:
    try:
        return shape(header)
    except HeaderRefusedError as refused:
        raise LocalaiError(
            f"{what} cannot be set up: {refused}.", hint="Choose another model."
        ) from None


def _check(found: UserSupplied, reference: str) -> None:
    """Refused before anything is downloaded: what is no model, and what nobody can talk to."""
    other = user_supplied.is_no_model(found.shape)
    if other:
        raise LocalaiError(
            f"{reference} is {other}, not a model.",
            hint="Name the file of the model itself.",
            exit_code=Exit.USAGE,
        )
    if user_supplied.TEMPLATE in found.shape.header.metadata or user_supplied.embeds(found.shape):
        return
    raise LocalaiError(
        f"{reference} has no chat template (`{user_supplied.TEMPLATE}` in its header).",
        "It is a base model, or was converted without one; it would continue texts, not answer.",
        "Choose a file made for chat: its name often ends in -Instruct, -it or -Chat.",
        Exit.NOTHING_FITS,
    )


def _split(what: str) -> LocalaiError:
    return LocalaiError(
        f"{what} is split into several files.",
        "localai uses a file of your own where it is one; it fetches split ones from the hub alone.",
        "Name the repository (`--model OWNER/REPO:QUANT`), or join the parts with `llama-gguf-split`.",
    )


def _quantization(stem: str) -> str:
    names = NAME.findall(stem)
    return names[-1].upper() if names else ""


def _known_licence(recipes: Recipes, sha256: str) -> Licence | None:
    """That of the recipe which has this very file."""
    return next(
        (
            one.licence
            for one in recipes.models.values()
            if any(file.sha256 == sha256 for file in one.files)
        ),
        None,
    )


def _licence(card: Card, name: str) -> Licence:
    """A gate, or a licence that is not known to be permissive, asks for a yes."""
    page = f"{addresses.hub()}/{name}"
    url = card.url if card.url.startswith("https://") else page
    asks = card.gated or card.licence.lower() not in PERMISSIVE
    obligations = []
    if card.gated:
        obligations.append(f"agreeing to the publisher's terms on {page}, logged in")
    if asks:
        obligations.append("reading the licence: localai does not know what it allows")
    return Licence(card.licence or UNKNOWN_LICENCE, asks, url, obligations=tuple(obligations))
