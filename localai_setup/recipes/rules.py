"""What the types of a recipe cannot say: pins are pins, names are names, nothing points elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .. import proofs
from ..fit.quants import PART
from ..fit.vocabulary import size_differs
from ..model.behaviour import MODES, SWITCHES, WHEN, Sampling, Thinking
from ..model.engine import BuildRecipe, EngineRecipe, Package, ReleaseFile, Replacement
from ..model.files import ModelFile
from ..model.recipe import ABILITIES, Companion, ModelNeeds, ModelRecipe, UseRecipe
from ..model.tuning import TuningRecipe
from .strict_yaml import RecipeError

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_FILE = re.compile(r"(?:[A-Za-z0-9][\w.-]{0,99}/)?[A-Za-z0-9][\w.-]{0,199}\.gguf")
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MEMBER = re.compile(r"(?:[A-Za-z0-9][\w.-]*/)*[A-Za-z0-9][\w.-]*\.gguf")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REVISION = re.compile(r"[0-9a-f]{40}")
_ROLES = ("weights", "mmproj")
_DRAFTER = "drafter"
_ARCHIVE = re.compile(r"[A-Za-z0-9][\w.-]{0,199}\.(tar\.gz|tgz|tar\.zst|zip)")
_TAG = re.compile(r"[A-Za-z0-9][\w.-]{0,63}")
_VERSION = re.compile(r"\d+(\.\d+)*")
_ADDRESS = re.compile(r"https://[\w.-]+/\S{0,300}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
#: field of `sampling` → least and most that the engine takes
_SAMPLING_LIMITS = {
    "temperature": (0.0, 2.0),
    "top_p": (0.0, 1.0),
    "top_k": (0.0, 1000.0),
    "min_p": (0.0, 1.0),
    "presence_penalty": (-2.0, 2.0),
    "frequency_penalty": (-2.0, 2.0),
    "repeat_penalty": (0.1, 2.0),
}
BACKENDS = ("cpu", "metal", "vulkan", "cuda", "rocm", "sycl")
TRAINERS = ("transformers", "bitsandbytes", "mlx")
#: the programs of `trainers/` that train
PROGRAMS = ("_lora", "_mlx")
#: More of a rank, an epoch or a batch than anybody trains with; a rate that destroys what was learned.
MOST_OF_A_SIZE, MOST_LEARNING_RATE = 1024, 0.1
_FOLDER = re.compile(r"(?:[A-Za-z0-9][\w.-]*/)*[A-Za-z0-9][\w.-]*")
#: As a loader searches for it: `libgomp.so.1`, `MSVCP140.dll`.
_LIBRARY = re.compile(r"[A-Za-z0-9][\w+-]*\.(?:so[.\d]*|dll|DLL)")
MAX_FILE_BYTES = 2 * 1024**4


def check_use(use: UseRecipe) -> None:
    _require(use.schema == "localai.use/1", "`schema` must be localai.use/1")
    _matches(_ID, use.id, "id")
    _check_needs(use.models)
    _require(use.context >= 1, "`context` must be at least 1 token")
    _require(use.context_most >= 1, "`context_most` must be at least 1 token")
    _check_proof(use)


def _check_proof(use: UseRecipe) -> None:
    """Every question has an answer that would be wrong."""
    proof, kinds = use.proof, proofs.fields()
    asked = [kind for kind in kinds if getattr(proof, kind)]
    _require(len(asked) <= 1, f"`proof` can have one of {', '.join(kinds)}")
    _require(
        bool(proof.neighbours) == use.embeddings,
        "`neighbours` goes with the abilities embeddings and reranking",
    )
    _require(
        bool(use.expect_any or proof.system_any) or proofs.expects(proof),
        "`expect_any` must hold at least one word",
    )
    _require(use.max_tokens >= 1, "`max_tokens` must be at least 1")
    wrong = proofs.mistake(proof)
    _require(wrong is None, wrong or "")


def _check_needs(needs: ModelNeeds) -> None:
    """A use that no model could ever serve is a mistake."""
    _require(bool(needs.abilities or needs.ids), "`models` must name `abilities` or `ids`")
    _check_abilities(needs.abilities)
    low, high = needs.min_billions, needs.max_billions
    _require(low >= 0 and (not high or low <= high), f"no model has {low:g} to {high:g} billions")


def _check_abilities(abilities: tuple[str, ...]) -> None:
    for ability in abilities:
        _one_of(ABILITIES, ability, "abilities")


def check_model(model: ModelRecipe) -> None:
    _require(model.schema == "localai.model/1", "`schema` must be localai.model/1")
    _matches(_ID, model.id, "id")
    _require(bool(model.abilities), f"`abilities` must name some of {', '.join(ABILITIES)}")
    _check_abilities(model.abilities)
    _require(bool(model.weights), "a model needs a file whose role is `weights`")
    if model.thinking:
        _check_thinking(model.thinking)
    ways = [one.when for one in model.sampling]
    _require(len(ways) == len(set(ways)), "two entries of `sampling` have the same `when`")
    for sampling in model.sampling:
        _check_sampling(sampling)
    for file in model.files:
        _require(file.role in _ROLES, f"`role` must be {' or '.join(_ROLES)}, not {file.role!r}")
        _check_file(file)
    if model.drafter:
        _check_drafter(model, model.drafter)


def _check_drafter(model: ModelRecipe, drafter: Companion) -> None:
    """It guesses tokens of the model, so it has its vocabulary."""
    _require(drafter.file.role == _DRAFTER, f"the `role` of a drafter's file is {_DRAFTER}")
    _check_file(drafter.file)
    other = size_differs(model.architecture.vocab_size, drafter.architecture.vocab_size)
    _require(not other, f"the drafter cannot guess for the model: {other}")


def _check_thinking(thinking: Thinking) -> None:
    _one_of(MODES, thinking.mode, "mode")
    _one_of(("", *SWITCHES), thinking.switch, "switch")
    switchable = thinking.mode in ("on-request", "by-default")
    _require(not switchable or bool(thinking.switch), f"{thinking.mode} needs a `switch`")
    by_word = thinking.switch == "reasoning_effort"
    _require(by_word == bool(thinking.least), "`least` goes with the switch reasoning_effort")
    _check_source(thinking)


def _check_sampling(sampling: Sampling) -> None:
    _one_of(WHEN, sampling.when, "when")
    _require(bool(sampling.values), "an entry of `sampling` needs a value")
    for name, value in sampling.values.items():
        low, high = _SAMPLING_LIMITS[name]
        _require(low <= value <= high, f"`{name}` must be from {low:g} to {high:g}, not {value:g}")
    _check_source(sampling)


def _check_source(behaviour: Thinking | Sampling) -> None:
    """A value that nobody published is a guess, and a guess stays out."""
    _matches(_ADDRESS, behaviour.source, "source")
    _matches(_DATE, behaviour.date, "date")


def _check_file(file: ModelFile) -> None:
    _matches(_FILE, file.file, "file")
    _matches(_SHA256, file.sha256, "sha256")
    _require(0 < file.bytes <= MAX_FILE_BYTES, f"`bytes` cannot be {file.bytes}")
    _require(bool(file.repository or file.package), f"{file.file} has no source")
    if file.repository:
        _matches(_REPOSITORY, file.repository, "repository")
        _matches(_REVISION, file.revision, "revision")
    _check_parts(file)
    if file.package:
        _matches(_PACKAGE, file.package.name, "name")
        _matches(_VERSION, file.package.version, "version")
        _matches(_SHA256, file.package.wheel_sha256, "wheel_sha256")
        _matches(_MEMBER, file.package.member, "member")


def _check_parts(file: ModelFile) -> None:
    """An engine opens `NAME-00001-of-00003.gguf`, and the others by counting up in that name."""
    first = PART.match(file.file.removesuffix(".gguf"))
    _require(bool(first) or not file.parts, f"{file.file} has `parts`, and no number in its name")
    if first is None:
        return
    count = int(first[3])
    expected = [f"{first[1]}-{at:05}-of-{count:05}.gguf" for at in range(1, count + 1)]
    names = [one.file for one in file.each]
    _require(names == expected, f"the parts of {file.file} must be {', '.join(expected[1:])}")
    _require(bool(file.repository), f"{file.file} comes in parts, which no package brings")
    for one in file.parts:
        _matches(_SHA256, one.sha256, "sha256")
        _require(0 < one.bytes <= MAX_FILE_BYTES, f"`bytes` cannot be {one.bytes}")


def check_engine(engine: EngineRecipe) -> None:
    _require(engine.schema == "localai.engine/1", "`schema` must be localai.engine/1")
    _matches(_ID, engine.id, "id")
    ids = [build.id for build in engine.builds]
    _require(len(ids) == len(set(ids)), "two builds have the same `id`")
    for build in engine.builds:
        _check_build(build)
    for replacement in engine.replacements:
        _check_replacement(replacement)


def check_origins(engine: EngineRecipe, shipped: EngineRecipe) -> None:
    """Programs come from where the shipped recipe of this engine takes them, and from nowhere else; a
    mirror of the releases is a setting.
    """
    for name in sorted(engine.repositories):
        _one_of(sorted(shipped.repositories), name, "repository")
    for name in sorted(engine.packages):
        _one_of(sorted(shipped.packages), name, "package")
    for name in sorted(engine.library_packages):
        _one_of(sorted(shipped.library_packages), name, "package")


def _check_replacement(replacement: Replacement) -> None:
    _matches(_LIBRARY, replacement.library, "library")
    _matches(_FOLDER, replacement.folder, "folder")
    _check_package(replacement.package)


def _check_build(build: BuildRecipe) -> None:
    _matches(_ID, build.id, "id")
    known = ", ".join(BACKENDS)
    _require(build.backend in BACKENDS, f"`backend` must be one of {known}, not {build.backend!r}")
    sources = [bool(build.package), bool(build.archives), bool(build.unavailable)]
    _require(
        sum(sources) == 1,
        f"{build.id} needs exactly one of `package`, `archives` and `unavailable`",
    )
    _require((build.cuda is not None) == (build.backend == "cuda"), "`cuda` goes with backend cuda")
    _require((build.rocm is not None) == (build.backend == "rocm"), "`rocm` goes with backend rocm")
    for archive in build.archives:
        _check_archive(archive)
    for library in build.libraries:
        _matches(_LIBRARY, library, "libraries")
    if build.package:
        _check_package(build.package)


def _check_package(package: Package) -> None:
    _matches(_PACKAGE, package.name, "package")
    _matches(_VERSION, package.version, "version")
    _require(bool(package.wheels), f"{package.name} has no `wheels`")
    for wheel in package.wheels:
        _matches(_SHA256, wheel.sha256, "sha256")


def _check_archive(archive: ReleaseFile) -> None:
    _matches(_REPOSITORY, archive.repository, "repository")
    _matches(_TAG, archive.tag, "tag")
    _matches(_ARCHIVE, archive.file, "file")
    _matches(_SHA256, archive.sha256, "sha256")
    _require(0 <= archive.bytes <= MAX_FILE_BYTES, f"`bytes` cannot be {archive.bytes}")


def check_tuning(tuning: TuningRecipe) -> None:
    _matches(_ID, tuning.id, "id")
    _one_of(TRAINERS, tuning.trainer, "trainer")
    _one_of(PROGRAMS, tuning.program, "program")
    _require(bool(tuning.pins), "`pins` must name at least one file")
    for one in tuning.pins:
        _one_of(TRAINERS, one, "pins")
    _require(bool(tuning.sizes), "`sizes` must name at least one size")
    limits = [one.up_to_values for one in tuning.sizes]
    _require(limits == sorted(set(limits)), "`sizes` must grow by `up_to_values`")
    for size in tuning.sizes:
        for name in ("rank", "alpha", "epochs", "batch", "accumulation"):
            _require(
                1 <= getattr(size, name) <= MOST_OF_A_SIZE,
                f"`{name}` cannot be {getattr(size, name)}",
            )
        rate = size.learning_rate
        _require(0 < rate <= MOST_LEARNING_RATE, f"`learning_rate` cannot be {rate}")


def _one_of(known: Sequence[str], value: str, name: str) -> None:
    _require(value in known, f"`{name}` must be {' or '.join(known)}, not {value!r}")


def _matches(pattern: re.Pattern[str], value: str, name: str) -> None:
    _require(bool(pattern.fullmatch(value)), f"`{name}` cannot be {value!r}")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise RecipeError(0, what)
