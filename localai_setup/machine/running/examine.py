"""What init set up, looked at: model, engine, process, port, context, and our own files.

The answers are one JSON document, `call:localai.examine`, so that a recording holds them too. Only
`doctor` and `record` ask for it: hashing a model takes time, and a question costs the processor some.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ... import engines
from ...model.examination import Examination
from ...model.server import Running
from ...model.setup import SetUp
from ...state import BRINGS_DRAFTER, INSTALLS, step_of
from ...survey import address_space_bytes
from ..fetching import environments
from ..keeping import (
    model_files,
    own_files,
    plain_files,
    recipe_files,
    statefile,
    user_keys,
    verified,
)
from ..tuning import adapters
from . import asking, policy_check, proving

if TYPE_CHECKING:
    from ..workbench import Workbench

GGUF_MAGIC = b"GGUF"
ENGINES_FOLDER = "engines"
BUILD_ID = re.compile(r"(?m)^- id: (\S+)$")


def calls(*, deep: bool = False) -> dict[str, Callable[[], Any]]:
    """The calls by which a live machine answers for what was set up; `deep` hashes the model again."""
    return {
        "localai.examine": lambda: asdict(examine(deep=deep)),
        "localai.ask": lambda: asdict(asking.ask()),
        "localai.may-wake": lambda: True,
        "localai.proofs": _proofs,
        "localai.pool": _pool,
    }


def _pool() -> dict[str, Any]:
    """How the pool of this computer stands."""
    from ..lending import pool
    from .processes import Processes

    return asdict(pool.state(Processes()))


def _proofs() -> list[dict[str, Any]]:
    """Verdicts on each `llama-server` that matters; those that are new or changed are tried first."""
    with contextlib.suppress(OSError):
        proving.prove_all()
    return proving.recorded()


def examine(*, deep: bool = False) -> Examination:
    """Our own files, and the set-up where there is one."""
    setup = statefile.peek()
    found = Examination(
        disk=own_files.disk(),
        files=own_files.troubles(),
        locks=tuple(own_files.held_locks()),
        address_space_mib=_address_space_mib(),
    )
    if setup is None:
        return found
    # all that repairs and downloads comes with it, which a computer without a set-up has no use for
    from ..workbench import Workbench

    bench = Workbench()
    running = bench.serving.running(setup.place)
    left = () if setup.place else tuple(one.pid for one in bench.servers.orphans())
    return replace(
        found,
        model=_model_trouble(setup, deep=deep) or _part_trouble(setup, bench, deep=deep),
        drafter=_drafter_trouble(setup, bench),
        libraries=_missing_libraries(setup, bench),
        engine=_engine_trouble(setup, bench, deep=deep or running is None),
        process=_process(running) if running is None or running.pid else "running",
        # what a server of ours left behind is no other program
        port_holder=None if left else _holder(setup, running),
        context=bench.serving.context(setup.place, setup.served_as),
        newer_build=_newer_build(setup),
        against_policy=policy_check.against_policy(setup),
        adapter=adapters.trouble(setup.adapter) if setup.adapter else None,
        user_keys=user_keys.trouble(),
        left_behind=left,
    )


def _model_trouble(setup: SetUp, *, deep: bool) -> str | None:
    path = Path(setup.model_path)
    try:
        found = path.stat()
        with plain_files.opened(path) as file:
            head = file.read(512)
    except FileNotFoundError:
        part = path.with_name(path.name + ".part")
        return "it came only half" if part.exists() else "it is not there"
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    if not head.startswith(GGUF_MAGIC):
        html = b"<html" in head.lower() or b"<!doctype" in head.lower()
        return "it is a web page, not a model" if html else "it does not begin like a GGUF file"
    if found.st_size != setup.model_bytes:
        return f"it has {found.st_size} bytes; {setup.model_bytes} were installed"
    if not deep and (_as_received(setup, found) or verified.knows(path, setup.model_sha256)):
        return None
    if model_files.sha256_of(path) != setup.model_sha256:
        return "its sha256 is not the one that was installed"
    verified.remember(path, setup.model_sha256)
    return None


def _part_trouble(setup: SetUp, bench: Workbench, *, deep: bool) -> str | None:
    """Of the further parts of a model that comes in several files."""
    saved = next((one for one in setup.steps if one["id"] == "fetch-model"), None)
    if saved is None:
        return None
    from ...steps.fetch_model import FetchModel

    step = step_of(saved)
    parts = step.file.each[1:] if isinstance(step, FetchModel) else ()
    for one in parts:
        if not model_files.is_present(one):
            return f"{one.file}, a part of it, is not there or has another size"
        known = not deep and bench.downloads.is_complete(one)
        if not known and not bench.downloads.check(one, lambda _: None):
            return f"the sha256 of {one.file}, a part of it, is not the one that was installed"
    return None


def _as_received(setup: SetUp, found: os.stat_result) -> bool:
    """Whether times and inode are those of the receipt, so that the bytes are too."""
    details = next(
        (r.details for r in setup.receipts if r.step in ("fetch-model", "use-model")), {}
    )
    expected = (details.get("mtime_ns"), details.get("ctime_ns"), details.get("inode"))
    return expected == (found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def _drafter_trouble(setup: SetUp, bench: Workbench) -> str | None:
    """None where the file is as it was set up, or none is used."""
    saved = next((one for one in setup.steps if one["id"] in BRINGS_DRAFTER), None)
    if saved is None:
        return None
    from ...steps.fetch_model import FetchModel
    from ...steps.use_model import UseModel

    step = step_of(saved)
    if not isinstance(step, (FetchModel, UseModel)) or step.done(bench):
        return None
    if not model_files.is_present(step.file):
        return "it is not there, or its size is another one"
    right = bench.downloads.check(step.file, lambda _: None)
    return None if right else "its sha256 is not the one that was set up"


def _engine_trouble(setup: SetUp, bench: Workbench, *, deep: bool) -> str | None:
    install = _install(setup)
    if install is None or _missing_libraries(setup, bench):
        return None
    if not step_of(install).done(bench):
        return "its files are missing or were changed"
    return _start_trouble(setup, bench) if deep else None


def _install(setup: SetUp) -> Mapping[str, Any] | None:
    """The saved step that brought the engine; None where a `llama-server` was here already."""
    return next((one for one in setup.steps if one["id"] in INSTALLS), None)


def _missing_libraries(setup: SetUp, bench: Workbench) -> tuple[str, ...]:
    """Those of the system that the engine loads and would not find now."""
    install = _install(setup) or {}
    return tuple(bench.libraries.missing(install.get("libraries", ())))


def _start_trouble(setup: SetUp, bench: Workbench) -> str | None:
    """A running server proves its engine; else its libraries are loaded once. A `llama-server` is
    proved by `proving.py`.
    """
    if len(setup.program) <= 1 or setup.place:
        return None
    try:
        done = environments.load(bench.processes, Path(setup.program[0]))
    except OSError as error:
        return f"its Python cannot be started ({error.strerror})"
    if done.exit_code == 0:
        return None
    return f"its library cannot be loaded ({done.how_it_failed})"


def _process(running: Running | None) -> Literal["running", "stopped"] | None:
    """`running`, `stopped` (by SIGSTOP or a debugger), or None where there is no process of ours."""
    import psutil

    if running is None:
        return None
    try:
        stopped = psutil.Process(running.pid).status() == psutil.STATUS_STOPPED
    except psutil.Error:
        return None
    return "stopped" if stopped else "running"


def _holder(setup: SetUp, running: Running | None) -> str | None:
    """Who else listens on the port that programs were told of."""
    if setup.port is None or (running and running.port == setup.port):
        return None
    return own_files.listener(setup.port)


def _newer_build(setup: SetUp) -> str | None:
    """The build that this version of localai would install instead, None where it is the same."""
    if not any(one["id"] in INSTALLS for one in setup.steps):
        return None
    known = [text for name, text in recipe_files.texts() if ENGINES_FOLDER in Path(name).parts]
    ids = [build for text in known for build in BUILD_ID.findall(text)]
    if any(build.startswith(setup.build) for build in ids):
        return None
    if setup.engine not in engines.known():
        return None
    kind = engines.kind_of(setup.engine, setup.build)
    return next((one for one in ids if engines.kind_of(setup.engine, one) == kind), None)


def _address_space_mib() -> int | None:
    """Of this terminal, which a server started from here inherits; None without a limit."""
    allowed = address_space_bytes()
    return None if allowed == math.inf else int(allowed) // 1024**2
