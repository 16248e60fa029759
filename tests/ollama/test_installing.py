"""Ollama from its release archives: verified, complete and tried, or not there at all."""

import hashlib
import io
import sys
import tarfile

import pytest

from localai_setup import executor
from localai_setup.machine.workbench import Workbench
from localai_setup.model.engine import ReleaseFile
from localai_setup.model.errors import LocalaiError
from localai_setup.steps.install_model_server import InstallModelServer

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    zstd = pytest.importorskip("backports.zstd")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell script")
GOOD = b"#!/bin/sh\necho 'Warning: client version is 0.32.7'\n"
NAME = "ollama-0.32.7-linux-x64"


def packed(members):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as out:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            if content is None:
                info.type, info.linkname = tarfile.SYMTYPE, "libcublas.so.12.8"
            info.size, info.mode = len(content or b""), 0o755
            out.addfile(info, io.BytesIO(content or b""))
    return zstd.compress(raw.getvalue())


MEMBERS = {
    "./bin/ollama": GOOD,
    "./lib/ollama/llama-server": b"server",
    "./lib/ollama/llama-quantize": b"quantize",
    "./lib/ollama/cuda_v12/libcublas.so.12": None,
    "./lib/ollama/cuda_v12/libcublas.so.12.8": b"library" * 1000,
}


@pytest.fixture
def step(httpserver, monkeypatch):
    """The step for an archive of these members; its size stands in the recipe or is asked for."""
    monkeypatch.setenv("LOCALAI_RELEASES", httpserver.url_for("/releases"))

    def offered(members, *, counted=True, sha256=""):
        content = packed(members)
        file = "ollama-linux-amd64.tar.zst"
        path = f"/releases/ollama/ollama/releases/download/v0.32.7/{file}"
        httpserver.expect_request(path).respond_with_data(content)
        sha256 = sha256 or hashlib.sha256(content).hexdigest()
        release = ReleaseFile(
            "ollama/ollama", "v0.32.7", file, len(content) if counted else 0, sha256
        )
        return InstallModelServer(NAME, "Ollama", (release,), 1_400_000_000)

    return offered


def run(step):
    return executor.run(step, Workbench(), lambda _: None)


@pytest.mark.parametrize("counted", [True, False])
def test_it_is_installed_once_and_undone(step, home, counted):
    one = step(MEMBERS, counted=counted)
    assert run(one)
    assert not run(one)
    machine = Workbench()
    program = machine.model_programs.program(NAME)
    assert program.read_bytes() == GOOD
    library = program.parents[1] / "lib" / "ollama" / "cuda_v12" / "libcublas.so.12"
    assert library.read_bytes() == b"library" * 1000
    assert library.samefile(library.with_name("libcublas.so.12.8"))
    assert one.receipt(machine) == {"folder": str(home / "data" / "engines" / NAME)}
    assert not list((home / "cache" / "releases").iterdir())
    one.undo(machine)
    assert not one.done(machine)


def test_the_size_is_said_as_it_is_known(step):
    assert "(about 1.3 GB)" in step(MEMBERS, counted=False).title
    assert "about" not in step(MEMBERS).title


def test_other_bytes_than_pinned_are_not_unpacked(step, home):
    with pytest.raises(LocalaiError, match="other bytes"):
        run(step(MEMBERS, sha256="0" * 64))
    assert not (home / "data" / "engines" / NAME / "bin").exists()


def test_an_archive_without_the_engine_is_not_installed(step):
    """What exchange engine-files-missing-create comes from."""
    one = step({"./bin/ollama": GOOD})
    with pytest.raises(LocalaiError, match="llama-server"):
        run(one)
    assert not one.done(Workbench())


def test_a_program_that_does_not_start_is_not_installed(step):
    one = step({**MEMBERS, "./bin/ollama": b"#!/bin/sh\necho 'GLIBC_2.99 not found' >&2\nexit 1\n"})
    with pytest.raises(LocalaiError, match="GLIBC_2"):
        run(one)


def test_one_whose_engine_was_taken_away_is_installed_again(step):
    one = step(MEMBERS)
    run(one)
    (Workbench().model_programs.folder(NAME) / "lib" / "ollama" / "llama-server").unlink()
    assert not one.done(Workbench())
    assert run(one)


def test_a_mirror_that_has_it_not_is_told(step, monkeypatch, httpserver):
    one = step(MEMBERS, counted=False)
    monkeypatch.setenv("LOCALAI_RELEASES", httpserver.url_for("/empty"))
    with pytest.raises(LocalaiError, match="ollama-linux-amd64"):
        run(one)


def test_an_archive_that_is_cut_off_or_no_archive_is_refused(step, tmp_path):
    from localai_setup.machine.fetching import unpacking

    for content in (packed(MEMBERS)[:200], b"\x28\xb5\x2f\xfd nothing"):
        path = tmp_path / "cut.tar.zst"
        path.write_bytes(content)
        with pytest.raises(LocalaiError, match="not unpacked"):
            unpacking.unpack(path, tmp_path / "out")
