"""What the types of a recipe cannot say: pins are pins, names are names, nothing points elsewhere."""

from __future__ import annotations

import re

from ..model.recipe import ModelRecipe, RecipeFile, UseRecipe
from .strict_yaml import RecipeError

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_FILE = re.compile(r"[A-Za-z0-9][\w.-]{0,199}\.gguf")
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MEMBER = re.compile(r"(?:[A-Za-z0-9][\w.-]*/)*[A-Za-z0-9][\w.-]*\.gguf")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REVISION = re.compile(r"[0-9a-f]{40}")
_ROLES = ("weights", "mmproj")
MAX_FILE_BYTES = 2 * 1024**4


def check_use(use: UseRecipe) -> None:
    _require(use.schema == "localai.use/1", "`schema` must be localai.use/1")
    _matches(_ID, use.id, "id")
    _require(use.context >= 1, "`context` must be at least 1 token")
    _require(bool(use.expect_any) or use.embeddings, "`expect_any` must hold at least one word")


def check_model(model: ModelRecipe) -> None:
    _require(model.schema == "localai.model/1", "`schema` must be localai.model/1")
    _matches(_ID, model.id, "id")
    _require(bool(model.weights), "a model needs a file whose role is `weights`")
    for file in model.files:
        _check_file(file)


def _check_file(file: RecipeFile) -> None:
    _require(file.role in _ROLES, f"`role` must be one of {', '.join(_ROLES)}, not {file.role!r}")
    _matches(_FILE, file.file, "file")
    _matches(_SHA256, file.sha256, "sha256")
    _require(0 < file.bytes <= MAX_FILE_BYTES, f"`bytes` cannot be {file.bytes}")
    _require(bool(file.repository or file.package), f"{file.file} has no source")
    if file.repository:
        _matches(_REPOSITORY, file.repository, "repository")
        _matches(_REVISION, file.revision, "revision")
    if file.package:
        _matches(_PACKAGE, file.package.name, "name")
        _matches(_SHA256, file.package.wheel_sha256, "wheel_sha256")
        _matches(_MEMBER, file.package.member, "member")


def _matches(pattern: re.Pattern[str], value: str, name: str) -> None:
    _require(bool(pattern.fullmatch(value)), f"`{name}` cannot be {value!r}")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise RecipeError(0, what)
