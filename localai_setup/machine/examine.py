"""Our own files, looked at: is the model what the receipt says, is the engine whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..model.setup import SetUp
from ..state import step_of
from . import model_files, statefile

GGUF_MAGIC = b"GGUF"
#: the steps that bring an engine
INSTALLS = ("install-engine", "install-archive")
HASH_ALWAYS = {"deep": False}


def examine() -> dict[str, Any]:
    """`model` and `engine` say what is wrong, in words, or null; empty where nothing is set up."""
    setup = statefile.peek()
    if setup is None:
        return {}
    return {"model": _model_trouble(setup), "engine": _engine_trouble(setup)}


def _model_trouble(setup: SetUp) -> str | None:
    path = Path(setup.model_path)
    try:
        found = path.stat()
        with path.open("rb") as file:
            head = file.read(512)
    except FileNotFoundError:
        return "it is not there"
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    if not head.startswith(GGUF_MAGIC):
        html = b"<html" in head.lower() or b"<!doctype" in head.lower()
        return "it is a web page, not a model" if html else "it does not begin like a GGUF file"
    if found.st_size != setup.model_bytes:
        return f"it has {found.st_size} bytes; {setup.model_bytes} were installed"
    details = next((r.details for r in setup.receipts if r.step == "fetch-model"), {})
    same = details.get("mtime_ns") == found.st_mtime_ns and details.get("inode") == found.st_ino
    if same and not HASH_ALWAYS["deep"]:
        return None
    good = model_files.sha256_of(path) == setup.model_sha256
    return None if good else "its sha256 is not the one that was installed"


def _engine_trouble(setup: SetUp) -> str | None:
    from .workbench import Workbench

    install = next((one for one in setup.steps if one["id"] in INSTALLS), None)
    if install is None or step_of(install).done(Workbench()):
        return None
    return "its files are missing or were changed"
