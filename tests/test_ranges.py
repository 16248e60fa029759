"""A file that comes in ranges: the bytes of a response, where they belong, and what the hub lists of it."""

import json
import socket
import ssl
import threading
from hashlib import sha256
from types import SimpleNamespace as Made

import httpx
import pytest

from localai_setup.machine.fetching import bodies, listings, ranged, ranges, repository
from localai_setup.machine.fetching.hashing import Hashing
from localai_setup.machine.fetching.pace import Pace
from localai_setup.machine.fetching.segments import Segments
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.model.pin import HubFile, Listing

from .test_replies import reply

pytestmark = pytest.mark.quick


class Connection:
    """An answer with a real socket below, of which the headers and `first` have been read."""

    def __init__(self, first=b"", length="", version="HTTP/1.1", **extra):
        self.ours, self.theirs = socket.socketpair()
        self.headers = {"content-length": length} if length else {}
        self.http_version = version
        stream = Made(get_extra_info=lambda name: {"socket": self.ours, **extra}.get(name))
        self.extensions = {"network_stream": stream}
        self.iter_raw = lambda: iter([first, b"of the", b" library"])

    def pieces(self, most=bodies.PIECE_BYTES):
        return [bytes(one) for one in bodies.pieces(self, 5.0, most)]


@pytest.fixture
def connection():
    made = []

    def make(*arguments, sent=b"", ended=False, **more):
        made.append(Connection(*arguments, **more))
        made[-1].theirs.sendall(sent)
        if ended:
            made[-1].theirs.close()
        return made[-1]

    yield make
    for one in made:
        one.ours.close()
        one.theirs.close()


def test_a_body_is_read_from_its_connection_to_its_last_byte(connection):
    assert connection(b"ab", "6", sent=b"cdefNEXT").pieces() == [b"ab", b"cdef"]
    assert connection(b"ab", "6", sent=b"cdefNEXT").pieces(2) == [b"ab", b"cd", b"ef"]
    assert connection(b"ab", "2", sent=b"NEXT").pieces() == [b"ab"]
    old = connection(b"ab", "6", "HTTP/1.0", sent=b"cdef")
    assert old.pieces() == [b"ab", b"cdef"]
    assert old.ours.gettimeout() == 5.0


OTHERS = {
    "no length": {"length": ""}, "no number": {"length": "6x"}, "HTTP/2": {"version": "HTTP/2"},
    "no socket": {"socket": None},
    "TLS in TLS": {"ssl_object": ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="a")},
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_where_a_layer_is_between_the_library_reads(connection, name):
    one = connection(b"ab", **{"length": "6"} | OTHERS[name])
    assert one.pieces() == [b"ab", b"of the", b" library"]


def test_without_a_connection_the_library_reads(connection):
    one = connection(b"ab", "6")
    one.extensions = {}
    assert one.pieces() == [b"ab", b"of the", b" library"]


def test_a_connection_that_ends_hangs_or_breaks_is_told(connection):
    with pytest.raises(httpx.RemoteProtocolError, match="the connection broke off"):
        connection(b"ab", "6", sent=b"c", ended=True).pieces()
    with pytest.raises(httpx.ReadTimeout, match="nothing came any more"):
        list(bodies.pieces(connection(b"ab", "6"), 0.01))
    broken = connection(b"ab", "6")
    pieces = bodies.pieces(broken, 5.0)
    next(pieces)
    broken.ours.shutdown(socket.SHUT_RDWR)
    with pytest.raises(httpx.HTTPError):
        list(pieces)


FILE = Made(bytes=100)
#: status, headers → bytes before the one that was asked for (10); None where the answer is another
BEFORE = [
    (200, {}, 10), (206, {}, 0), (206, {"content_range": "bytes 10-99/100"}, 0),
    (206, {"content_range": "bytes 10-99/*"}, 0), (206, {"content_range": "nonsense"}, 0),
    (206, {"content_range": "bytes 11-99/100"}, None), (206, {"content_range": "bytes 10-99/101"}, None),
    (206, {"content_encoding": "gzip"}, None), (200, {"content_encoding": "gzip"}, None),
    (206, {"content_encoding": "identity"}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("status", "headers", "count"), BEFORE)
def test_bytes_before_the_one_that_was_asked_for(status, headers, count):
    segments = Segments.in_order(100, 10)
    if count is None:
        with pytest.raises(httpx.RemoteProtocolError, match="another part|compressed"):
            ranges._bytes_before(reply(status, **headers), FILE, segments, 10)
    else:
        assert ranges._bytes_before(reply(status, **headers), FILE, segments, 10) == count
        assert segments.ranged is (status == 206)


@pytest.mark.parametrize(
    ("skip", "left"),
    [(0, ["abc", "de"]), (1, ["bc", "de"]), (3, ["de"]), (4, ["e"]), (5, []), (9, [])],
)
def test_the_pieces_after_what_is_there(skip, left):
    pieces = (memoryview(one) for one in (b"abc", b"de"))
    assert [bytes(one).decode() for one in ranges._after(pieces, skip)] == left


@pytest.mark.parametrize(("stopped", "written"), [(False, b"..abcdef.."), (True, b"..........")])
def test_a_segment_is_written_where_it_belongs_and_no_further(tmp_path, stopped, written):
    part = tmp_path / "m.part"
    part.write_bytes(b"." * 10)
    segments = Segments.in_order(8, 2)
    segment, event = segments.claim(alone=True), threading.Event()
    fetch = ranges.Fetch(None, Made(part=part), segments, Pace(), event, 5.0)
    if stopped:
        event.set()
    ranges._write((memoryview(one) for one in (b"abcd", b"efgh", b"ijkl")), fetch, segment)
    assert part.read_bytes() == written
    assert segments.room(segment) == (6 if stopped else 0)


# one file, read in ranges


@pytest.fixture
def remote():
    one = ranged.Ranged("https://hub.example/a/m.gguf", {"Authorization": "Bearer x"}, {})
    yield one
    one.close()


def test_a_token_is_for_the_first_origin_alone(remote):
    assert (remote.name, remote.host) == ("m.gguf", "hub.example")
    for url in ("https://hub.example:443/b", "https://hub.example/b"):
        remote._keep(reply(url=url))
        assert remote.url == "https://hub.example/b"
        assert "authorization" in remote.headers
    remote._keep(reply(url="https://hub.example:8443/b"))
    assert "authorization" not in remote.headers


ORIGINS = [("http://a/x", ("http", "a", 80)), ("https://a/x", ("https", "a", 443)), ("https://a:9/x", ("https", "a", 9))]  # fmt: skip


@pytest.mark.parametrize(("url", "origin"), ORIGINS)
def test_an_origin_has_a_port(url, origin):
    assert ranged._origin(httpx.URL(url)) == origin


def test_a_file_that_changes_while_it_is_read_is_not_trusted(remote):
    good = {"content_range": "bytes 5-9/100", "etag": "a"}
    remote._check_range(reply(206, **good), 5)
    remote._check_range(reply(206, **good), 5)
    assert remote.bytes == 100
    for other in ({"etag": "b"}, {"content_range": "bytes 5-9/101"}):
        with pytest.raises(LocalaiError, match="changed while it was read"):
            remote._check_range(reply(206, **good | other), 5)
    for other in ({"content_range": "bytes 6-9/100"}, {"content_range": "x"}, {"content_encoding": "gzip"}):  # fmt: skip
        with pytest.raises(LocalaiError, match="answers with other bytes than it was asked for"):
            remote._check_range(reply(206, **good | other), 5)


NO_RANGES = [(416, "has no bytes where its own size"), (200, "does not give parts of a file (HTTP 200)")]  # fmt: skip


@pytest.mark.parametrize(("status", "words"), NO_RANGES)
def test_a_server_without_ranges_is_told(remote, status, words):
    with pytest.raises(LocalaiError) as refused:
        remote._check(reply(status, content_range="bytes 5-9/100"), 5)
    assert words in refused.value.what
    assert refused.value.hint


COMMIT, SHA = "1" * 40, "a" * 64
#: a row of the hub → bytes and digest
ROWS = [
    ({"size": 9, "lfs": {"sha256": SHA}}, HubFile(9, SHA)), ({"size": 1}, HubFile(1, "")),
    ({"size": 9, "lfs": {"oid": f"sha256:{SHA}"}}, HubFile(9, SHA)), ({"size": 0}, HubFile(0, "")),
    ({"size": True, "lfs": {"sha256": "x"}}, HubFile(0, "")), ({"size": "9", "lfs": SHA}, HubFile(0, "")),
    ({}, HubFile(0, "")),
]  # fmt: skip


@pytest.mark.parametrize(("row", "file"), ROWS)
def test_what_the_hub_lists(row, file):
    body = json.dumps({"sha": COMMIT, "siblings": [{"rfilename": "m", **row}, 7]}).encode()
    assert listings._listed(body) == Listing(COMMIT, {"m": file})


def test_what_is_no_hub_lists_nothing():
    for body in (b"[]", b'{"sha": "main"}', b"<html>"):
        assert listings._listed(body).trouble == "what answers there does not answer as a hub does"
    assert listings._listed(json.dumps({"sha": COMMIT, "siblings": 5}).encode()) == Listing(COMMIT, {})  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"x", b"xy"])
def test_a_file_is_hashed_to_its_last_byte(tmp_path, content):
    part = tmp_path / "m.part"
    part.write_bytes(content)
    hashing = Hashing(part, Segments.in_order(len(content), len(content)), [])
    while hashing.advance():
        pass
    assert (hashing.done, hashing.hexdigest()) == (len(content), sha256(content).hexdigest())
    hashing.close()


def test_what_is_no_name_on_the_hub_is_told_with_one_that_is():
    with pytest.raises(LocalaiError) as refused:
        repository.open_model("no name")
    assert refused.value.what == "'no name' is not the name of a model on the hub."
    assert "OWNER/REPO:QUANT" in refused.value.hint
    assert refused.value.exit_code == Exit.USAGE
