"""Release archives are unpacked with suspicion: plain files below one folder, and nothing else."""

import gzip
import io
import os
import tarfile
import zipfile
import zlib

import pytest

from localai_setup.machine.fetching import unpacking
from localai_setup.model.errors import LocalaiError


def tar(path, members):
    """`members`: (name, content) or a TarInfo of another kind."""
    with tarfile.open(path, "w:gz") as out:
        for one in members:
            if isinstance(one, tarfile.TarInfo):
                out.addfile(one)
                continue
            info = tarfile.TarInfo(one[0])
            info.size, info.mode = len(one[1]), 0o4755
            out.addfile(info, io.BytesIO(one[1]))
    return path


def link(name, to, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info


def test_files_land_without_the_top_folder(tmp_path):
    archive = tar(
        tmp_path / "a.tar.gz", [("llama-b1/llama-server", b"x"), ("llama-b1/lib/y", b"y")]
    )
    unpacking.unpack(archive, tmp_path / "out")
    assert (tmp_path / "out" / "llama-server").read_bytes() == b"x"
    assert (tmp_path / "out" / "lib" / "y").read_bytes() == b"y"
    if os.name == "posix":
        assert (tmp_path / "out" / "llama-server").stat().st_mode & 0o7777 == 0o755


def test_a_library_that_is_a_link_to_its_version_becomes_a_copy(tmp_path):
    members = [link("llama-b1/liby.so", "liby.so.1"), link("llama-b1/liby.so.1", "liby.so.1.2"),
               ("llama-b1/liby.so.1.2", b"y")]  # fmt: skip
    unpacking.unpack(tar(tmp_path / "a.tar.gz", members), tmp_path / "out")
    assert (tmp_path / "out" / "liby.so").read_bytes() == b"y"
    assert not (tmp_path / "out" / "liby.so").is_symlink()


BAD = {
    "absolute": [("/etc/passwd", b"")],
    "upwards": [("llama-b1/../../x", b"")],
    "upwards with backslashes": [("llama-b1\\..\\..\\x", b"")],
    "a drive": [("C:/x", b"")],
    "a link out": [link("llama-b1/x", "../../etc/passwd")],
    "an absolute link": [link("llama-b1/x", "/etc/passwd")],
    "a hard link": [link("llama-b1/x", "llama-b1/y", tarfile.LNKTYPE)],
    "a device": [link("llama-b1/x", "", tarfile.CHRTYPE)],
    "a pipe": [link("llama-b1/x", "", tarfile.FIFOTYPE)],
    "a link to nothing": [link("llama-b1/x", "y")],
    "a link to itself": [link("llama-b1/x", "x")],
    "a link through a folder": [link("llama-b1/d", ".."), ("llama-b1/d/x", b"")],
}


@pytest.mark.parametrize("name", BAD)
def test_what_points_elsewhere_is_refused(name, tmp_path):
    archive = tar(tmp_path / "a.tar.gz", BAD[name])
    with pytest.raises(LocalaiError, match="not unpacked"):
        unpacking.unpack(archive, tmp_path / "deep" / "out")
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and "out" not in p.parts]
    assert outside == [archive]


#: (bytes of each file, whether 10 bytes and 3 files are enough for them)
BOMBS = [
    ([10], True), ([11], False), ([5, 5], True), ([5, 6], False), ([0, 0, 0], True), ([0] * 4, False),
]  # fmt: skip


@pytest.mark.parametrize(("sizes", "taken"), BOMBS, ids=str)
def test_a_bomb_is_refused(tmp_path, monkeypatch, sizes, taken):
    monkeypatch.setattr(unpacking, "MOST_BYTES", 10)
    monkeypatch.setattr(unpacking, "MOST_FILES", 3)
    members = [(f"x{number}", b"1" * size) for number, size in enumerate(sizes)]
    archive = tar(tmp_path / "a.tar.gz", members)
    if taken:
        unpacking.unpack(archive, tmp_path / "out")
        assert [one.stat().st_size for one in sorted((tmp_path / "out").iterdir())] == sizes
    else:
        with pytest.raises(LocalaiError, match="far more"):
            unpacking.unpack(archive, tmp_path / "out")


def test_damage_is_named(tmp_path):
    (tmp_path / "a.tar.gz").write_bytes(os.urandom(500))
    with pytest.raises(LocalaiError, match="cannot be read"):
        unpacking.unpack(tmp_path / "a.tar.gz", tmp_path / "out")
    complete = tar(tmp_path / "b.tar.gz", [("x", os.urandom(5000))]).read_bytes()
    (tmp_path / "c.tar.gz").write_bytes(complete[:2000])
    with pytest.raises(LocalaiError, match="cannot be read"):
        unpacking.unpack(tmp_path / "c.tar.gz", tmp_path / "out")
    large = tar(tmp_path / "b.tar.gz", [("x", os.urandom(2_000_000))]).read_bytes()
    packer, plain = zlib.compressobj(wbits=31), gzip.decompress(large)
    half = packer.compress(plain[:1_000_000]) + packer.flush(zlib.Z_FULL_FLUSH)
    (tmp_path / "d.tar.gz").write_bytes(half + b"\x07")  # a block of a kind that there is not
    with pytest.raises(LocalaiError, match="cannot be read"):
        unpacking.unpack(tmp_path / "d.tar.gz", tmp_path / "out")


def test_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr("llama-server.exe", b"x")
    unpacking.unpack(tmp_path / "a.zip", tmp_path / "out")
    assert (tmp_path / "out" / "llama-server.exe").read_bytes() == b"x"
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as out:
        out.writestr("../x", b"x")
    with pytest.raises(LocalaiError):
        unpacking.unpack(tmp_path / "b.zip", tmp_path / "out")
    info = zipfile.ZipInfo("x")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as out:
        out.writestr(info, "/etc/passwd")
    with pytest.raises(LocalaiError):
        unpacking.unpack(tmp_path / "c.zip", tmp_path / "out")
