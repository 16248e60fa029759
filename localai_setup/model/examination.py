"""What a live machine says of the set-up: its files, its server, and one answer of its model.

Written as JSON (`call:localai.examine`, `call:localai.ask`), so that a recording holds it too; read with
`decoding.decode_leniently`. A default means that nobody could tell, or that nothing is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Disk:
    """The disk of the data folder, or where that would be. `writable`: mounted so that it takes writes."""

    folder: str = ""
    free_mib: int | None = None
    writable: bool | None = None


@dataclass(frozen=True)
class FileTroubles:
    """`unusable`: we may not read or write them; `exposed`: other users may read (of folders: change) them."""

    unusable: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeldLock:
    """A lock that somebody holds, and what became of the process."""

    name: str
    pid: int
    holder: Literal["running", "stopped", "gone"]


@dataclass(frozen=True)
class Examination:
    """`model`, `drafter` and `engine` say what is wrong with them. `process` is that of the server: None where
    there is none, `unknown` where nobody looked.

    `libraries` are those of the system that the engine loads and would not find. `port_holder` is who
    else listens on the port that programs know. `context` is what one conversation can hold, in
    tokens. `newer_build` is the one that this version would install.
    `address_space_mib` limits the programs that are started from here.
    """

    disk: Disk = field(default_factory=Disk)
    files: FileTroubles = field(default_factory=FileTroubles)
    locks: tuple[HeldLock, ...] = ()
    address_space_mib: int | None = None
    model: str | None = None
    drafter: str | None = None
    libraries: tuple[str, ...] = ()
    engine: str | None = None
    process: Literal["running", "stopped", "unknown"] | None = "unknown"
    port_holder: str | None = None
    context: int | None = None
    newer_build: str | None = None
    #: the policy that forbids what is set up, and why
    against_policy: str | None = None
    #: what is wrong with what the model was taught
    adapter: str | None = None
    #: what is wrong with the file of other people's keys
    user_keys: str | None = None
    #: processes that the server had started and that go on without it
    left_behind: tuple[int, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What came of the set-up's own question.

    `trouble` says what is wrong with the answer `text`; `late`: it did not come in time;
    `only_thought`: the model thought and gave no answer; `thought_tokens` came so far. `tps` is
    in tokens per second. `others` is the share of all processors, 0 to 1, that other programs used
    meanwhile.
    """

    trouble: str | None = None
    text: str = ""
    tps: float | None = None
    late: bool = False
    only_thought: bool = False
    thought_tokens: int = 0
    others: float = 0.0
