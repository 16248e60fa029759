"""Where a policy lies: for all users of the computer, for this one, and where a variable says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import platformdirs

from ...model.errors import Exit, LocalaiError
from ...model.policy import Policy
from ...recipes.schema import build
from ...recipes.strict_yaml import RecipeError, parse
from . import folders, plain_files

VARIABLE = "LOCALAI_POLICY"
FILE = "policy.yaml"
SCHEMA = "localai.policy/1"
MAX_BYTES = 1024**2


@cache
def policies() -> tuple[tuple[str, Policy], ...]:
    """(file, policy) of each that there is; all of them hold.

    Raises:
        LocalaiError: one cannot be read, or is wrong. What it forbids is not known then.

    """
    return tuple((str(path), read(path)) for path in places())


def places() -> Iterator[Path]:
    """The files that are there. One that the variable names has to be."""
    site = platformdirs.site_config_path("localai", appauthor=False) / FILE
    yield from (path for path in (site, folders.folder("config") / FILE) if path.exists())
    if named := os.environ.get(VARIABLE):
        yield Path(named).expanduser()


def read(path: Path) -> Policy:
    """The policy of one file.

    Raises:
        LocalaiError: it cannot be read, or is wrong.

    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _unusable(path, "it is too large")
        policy = build(Policy, parse(plain_files.read_text(path)))
    except RecipeError as error:
        where = f"line {error.line}: " if error.line else ""
        raise _unusable(path, f"{where}{error.what}") from None
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        raise _unusable(path, str(error)) from None
    if policy.schema != SCHEMA:
        raise _unusable(path, f"`schema` must be {SCHEMA}")
    return policy


def _unusable(path: Path, why: str) -> LocalaiError:
    return LocalaiError(
        f"The policy {path} cannot be used: {why}.",
        "What it allows is not known, so nothing is set up.",
        "Whoever looks after this computer can correct it.",
        Exit.USAGE,
    )
