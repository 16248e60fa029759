"""What lies on the disk because of localai. Values only."""

from __future__ import annotations

from dataclasses import dataclass, replace

#: How something is used: by the set-up of now, by the one that is kept for the way back, by none.
NOW, WAY_BACK, UNUSED = "now", "way-back", ""
#: kinds of what a person made: nothing brings it back, whether or not it is used
OWN_WORK = frozenset({"adapter", "conversation"})


@dataclass(frozen=True)
class StoredFile:
    """One file's place on the disk: names of one file share `identity`, and `names` counts all of them."""

    identity: tuple[int, int]
    bytes: int
    names: int


@dataclass(frozen=True)
class StockItem:
    """Something that takes space. `name` is what `localai models remove` takes; `kind` is model,
    projector, drafter, model in Ollama, engine, trainer, downloads or interrupted download; those of
    `OWN_WORK` are listed only.

    `shared_with` names another program that has the same file, empty where none has; `since` is a date
    (ISO), empty where nobody knows; `served` are the names under which a model server has it;
    `further` are the paths of the other parts where it comes in several files.
    """

    name: str
    kind: str
    path: str
    files: tuple[StoredFile, ...]
    shared_with: str = ""
    since: str = ""
    used: str = UNUSED
    served: str = ""
    further: tuple[str, ...] = ()

    @property
    def bytes(self) -> int:
        return sum({one.identity: one.bytes for one in self.files}.values())

    @property
    def is_own_work(self) -> bool:
        return self.kind in OWN_WORK

    def used_as(self, used: str) -> StockItem:
        return replace(self, used=used)


def freed_bytes(items: tuple[StockItem, ...]) -> int:
    """What is free once all of them are gone: a file that has a further name elsewhere frees nothing."""
    files = [file for item in items for file in item.files]
    gone = {
        file.identity: sum(one.identity == file.identity for one in files) for file in set(files)
    }
    sizes = {file.identity: (file.bytes, file.names) for file in files}
    return sum(size for at, (size, names) in sizes.items() if gone[at] >= names)


def taken_bytes(items: tuple[StockItem, ...]) -> int:
    """What all of them take, each file once."""
    return sum({one.identity: one.bytes for item in items for one in item.files}.values())
