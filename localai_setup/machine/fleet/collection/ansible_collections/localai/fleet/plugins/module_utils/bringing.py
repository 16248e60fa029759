"""Brings localai to a machine: an environment in the user's own folder, from an index or from what was pushed."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tarfile

from ansible_collections.localai.fleet.plugins.module_utils.running import TroubleError, must, run

OLDEST = (3, 10)
HOME = os.path.expanduser("~/.local/share/localai-fleet")
PUSHED = os.path.expanduser("~/.cache/localai-fleet")
OURS = os.path.join(HOME, "bin", "localai")
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11", "python3.10")
VERSION = "import localai_setup; print(localai_setup.__version__)"


def found() -> str:
    """The localai of this machine: the one that was brought, else the user's own; empty where none is."""
    if os.path.exists(OURS):
        return OURS
    own = os.path.expanduser("~/.local/bin/localai")
    return str(shutil.which("localai") or "") or (own if os.path.exists(own) else "")


def installed() -> str:
    """The version of the localai that was brought."""
    done = run([os.path.join(HOME, "bin", "python"), "-I", "-c", VERSION], dict(os.environ))
    return str(done.stdout).strip()


def install(requirement: str, environment: dict[str, str]) -> None:
    """A virtual environment in the user's own folder; made again from nothing where it was cut off.

    localai fetches engines with the pip beside it, so that one has to be there.
    """
    python, pip = os.path.join(HOME, "bin", "python"), pushed_pip()
    if not os.path.exists(OURS):
        shutil.rmtree(HOME, ignore_errors=True)
        must([new_enough(), "-m", "venv", "--without-pip", HOME], environment)
        if not pip:
            must([python, "-m", "ensurepip", "--default-pip"], environment)
    by_pushed = {**environment, "PYTHONPATH": pip} if pip else environment
    install_ = [python, "-m", "pip", "install", "--quiet", "--upgrade"]
    must([*install_, requirement, *(["pip"] if pip else [])], by_pushed)


def pushed_pip() -> str:
    """A wheel of pip among the pushed packages: Debian's Python has none without python3-venv."""
    wheels = os.path.join(PUSHED, "wheels")
    names = os.listdir(wheels) if os.path.isdir(wheels) else []
    found = sorted(one for one in names if one.startswith("pip-") and one.endswith(".whl"))
    return os.path.join(wheels, found[-1]) if found else ""


def new_enough() -> str:
    """A Python that localai runs on."""
    if sys.version_info >= OLDEST:
        return sys.executable
    newer = next(filter(None, map(shutil.which, NEWER_PYTHONS)), None)
    if newer:
        return newer
    raise TroubleError(
        "localai needs Python 3.10 or newer, and this machine has {}.{}.".format(*sys.version_info)
    )


def unpack() -> None:
    """The pushed packages into a folder, once for each set of them."""
    packed, folder = os.path.join(PUSHED, "wheels.tar"), os.path.join(PUSHED, "wheels")
    if not os.path.exists(packed):
        return
    with open(packed, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    mark = os.path.join(folder, "unpacked-" + digest)
    if os.path.exists(mark):
        return
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with tarfile.open(packed) as archive:
        for member in archive.getmembers():
            name = os.path.basename(member.name)
            content = archive.extractfile(member) if name.endswith(".whl") else None
            if content:
                with open(os.path.join(folder, name), "wb") as file:
                    shutil.copyfileobj(content, file)
    with open(mark, "wb"):
        pass


def link_or_copy(source: str, target: str) -> None:
    """Without a second copy on the disk where that can be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
