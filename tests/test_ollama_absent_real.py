"""Ollama is nowhere on the computer: its release is fetched, verified, installed, used, taken away again.

The archive is made of the real Ollama that LOCALAI_TEST_OLLAMA names, or that is on PATH, in the shape of
the release's own, and served by a mirror on loopback. Its hash stands in an engine recipe of the user's
own, the way that is open to everybody (docs/guides/own-recipes.md): nothing is verified less for it.
"""

import contextlib
import dataclasses
import hashlib
import http.server
import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest

from localai_setup.machine.keeping import recipe_files

from .conftest import Localai
from .ollama.loopback import Loopback
from .ollama.real_one import MARKS, PROGRAM

pytestmark = [
    *MARKS,
    pytest.mark.skipif(sys.platform != "linux", reason="the archive for Linux is packed"),
    pytest.mark.skipif(not shutil.which("zstd"), reason="there is no zstd to pack it with"),
]
RECIPE = recipe_files.shipped_folder() / "engines" / "ollama.yaml"
ARCHIVES = ("ollama-linux-amd64.tar.zst", "ollama-linux-arm64.tar.zst")
ENGINE = ("init", "--yes", "--engine", "ollama", "--for", "starter")


class Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@dataclasses.dataclass
class Mirror:
    """Where the releases are served from, and what its archives really are."""

    root: Path
    port: int
    sha256: str

    @property
    def archives(self):
        folder = self.root / "ollama" / "ollama" / "releases" / "download" / pinned_tag()
        return [folder / name for name in ARCHIVES]

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"


def pinned_tag():
    line = next(one for one in RECIPE.read_text().splitlines() if one.strip().startswith("tag:"))
    return line.split()[-1]


def pack(target):
    """bin/ollama and lib/ollama of the real one, as the release has them."""
    target.parent.mkdir(parents=True)
    root = Path(PROGRAM).resolve().parents[1]
    packed = [
        "tar",
        "-C",
        str(root),
        "-I",
        "zstd -1",
        "-cf",
        str(target),
        "bin/ollama",
        "lib/ollama",
    ]
    subprocess.run(packed, check=True)


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    made = Mirror(tmp_path_factory.mktemp("mirror"), 0, "")
    first, second = made.archives
    pack(first)
    os.link(first, second)
    made.sha256 = hashlib.sha256(first.read_bytes()).hexdigest()
    with Loopback(partial(Files, directory=str(made.root))) as server:
        made.port = server.port
        yield made


@pytest.fixture
def bare(tmp_path, mirror):
    """A localai whose HOME is empty but for the user's own pins, and with no Ollama on PATH."""
    home = tmp_path / "home"
    home.mkdir()
    there = (folder for folder in os.get_exec_path() if not (Path(folder) / "ollama").exists())
    found = Localai(home, {"LOCALAI_RELEASES": mirror.address, "PATH": os.pathsep.join(there)})
    pin(home / "local ai ü" / "config" / "recipes" / "ollama.yaml", mirror.sha256)
    yield found
    found("uninstall", "--yes")


def pin(path, sha256):
    """The shipped recipe with this hash in place of every other."""
    pinned = (
        f"{line[: line.index('sha256:')]}sha256: {sha256}" if " sha256: " in line else line
        for line in RECIPE.read_text(encoding="utf-8").splitlines()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(pinned) + "\n", encoding="utf-8")


def names(home):
    return sorted(str(one.relative_to(home)) for one in home.rglob("*"))


def test_from_nothing_to_an_answer_and_back(bare):
    before = names(bare.home)
    done = bare(*ENGINE)
    assert done.returncode == 0, done.stderr
    status = bare.json("status")
    assert (status["running"], status["engine"]) == (True, "ollama")
    if status["pid"] is None:
        pytest.skip("another Ollama runs on this computer, and was taken")
    assert status["served_as"] == "localai-smollm2-135m"
    server = psutil.Process(status["pid"])
    assert Path(server.exe()).is_relative_to(bare.home)
    assert "/data/ollama/models" in server.environ()["OLLAMA_MODELS"]
    assert bare("chat", "Say hello.").stdout.strip()
    doctor = bare.json("doctor")
    assert doctor["healthy"], doctor["findings"]
    run = bare.json("bench", "--seconds", "5")["measurement"]
    assert run["points"][0]["generate_tps"] > 0
    # the engine holds the model, which alone has 94 MiB
    assert run["resident_mib"] > 94
    assert status["address"] in bare("connect").stdout
    assert bare("down").returncode == 0
    assert not psutil.pid_exists(status["pid"])
    assert bare("up").returncode == 0
    assert bare.json("status")["running"]
    again = bare(*ENGINE)
    assert again.returncode == 0, again.stderr
    pid = bare.json("status")["pid"]
    assert bare("uninstall", "--yes").returncode == 0
    assert not psutil.pid_exists(pid)
    assert names(bare.home) == before


def damaged(archive):
    with archive.open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"damaged")


def cut(archive):
    os.truncate(archive, archive.stat().st_size // 3)


def missing(archive):
    archive.unlink()


@pytest.mark.parametrize(
    ("harm", "words"),
    [(damaged, "other bytes"), (cut, "other bytes"), (missing, "is not there")],
)
def test_what_is_not_the_pinned_archive_is_not_installed(bare, mirror, harm, words):
    with changed(mirror, harm):
        done = bare(*ENGINE)
    assert done.returncode == 1
    assert words in done.stderr
    assert "hint:" in done.stderr
    engines = bare.home / "local ai ü" / "data" / "engines"
    assert not engines.exists() or not list(engines.iterdir())
    assert json.loads(bare("status", "--json").stdout)["running"] is False


@contextlib.contextmanager
def changed(mirror, harm):
    """The archives harmed, each a copy of its own; afterwards they are as they were."""
    kept = mirror.root / "kept"
    os.replace(mirror.archives[0], kept)
    try:
        for one in mirror.archives:
            one.unlink(missing_ok=True)
            shutil.copy(kept, one)
            harm(one)
        yield
    finally:
        for one in mirror.archives:
            one.unlink(missing_ok=True)
            os.link(kept, one)
        kept.unlink()


def test_a_mirror_that_is_down_is_told_before_anything_is_fetched(bare):
    bare.extra["LOCALAI_RELEASES"] = "http://127.0.0.1:9"
    done = bare(*ENGINE)
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert "LOCALAI_RELEASES" in done.stderr
