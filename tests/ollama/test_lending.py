"""Where no link can be made: the server pulls from this computer, and only else it is sent the file."""

import socket
import urllib.error
import urllib.request
from dataclasses import replace

import pytest

from localai_setup import executor
from localai_setup.machine.keeping import linking
from localai_setup.machine.ollama import driver, manifests, our_models, own_registry
from localai_setup.machine.workbench import Workbench
from localai_setup.model.errors import LocalaiError
from localai_setup.model.model_server import ServerPlace
from localai_setup.steps.bring_model import BringModel

from .standin_store import RefusedError
from .test_own_models import refuse

REFUSED = 'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused'


@pytest.fixture
def place(ollama):
    return ServerPlace(ollama.port, models_folder=str(ollama.models))


def run(step):
    return executor.run(step, Workbench(), lambda _: None)


def no_link(monkeypatch, _place):
    """Another disk of a service: it could not follow a symbolic link into somebody's home."""
    monkeypatch.setattr("os.link", refuse)
    monkeypatch.setattr(linking, "_clone", refuse)


def not_ours(monkeypatch, _place):
    monkeypatch.setattr(driver.Store, "is_writable", lambda _: False)


def unreadable(monkeypatch, place):
    not_ours(monkeypatch, place)
    monkeypatch.setattr(driver.Store, "is_readable", lambda _: False)


def nothing(_monkeypatch, _place):
    pass


@pytest.mark.parametrize(
    ("happens", "known"),
    [(no_link, True), (not_ours, True), (unreadable, True), (nothing, False)],
    ids=["another-disk", "a-service", "unreadable", "unknown-folder"],
)
def test_it_is_pulled_with_its_bytes_and_template(place, own, ollama, monkeypatch, happens, known):
    """One copy in place of two, the pinned digest, no template of Ollama's own; nothing else is left."""
    happens(monkeypatch, place)
    step = BringModel(place if known else replace(place, models_folder=""), own, "Ollama")
    assert run(step)
    assert not run(step)
    assert ollama.layer(own.name, "template") is None
    assert ollama.blob(f"sha256:{own.parts[0].sha256}").exists()
    assert ollama.layer(own.name, "system") == b"You are kind."
    assert list(ollama.names()) == [own.name]
    step.undo(Workbench())
    assert list(ollama.names()) == []
    assert our_models.stores() == ()


def test_the_names_of_tries_that_were_killed_go_and_those_of_others_stay(place, own, ollama):
    others = ["127.0.0.1:5/localai/other:latest", "127.0.0.1:5/theirs/localai-smol:q4_1"]
    for name in ("127.0.0.1:5/localai/localai-smol:q4_1", *others):
        ollama.write_manifest(name, b'{"layers": [], "config": {"digest": "sha256:0"}}')
        our_models.remember(place, name)
    run(BringModel(replace(place, models_folder=""), own, "Ollama"))
    assert sorted(ollama.names()) == sorted([*others, own.name])


@pytest.mark.parametrize("container", ["brain", ""], ids=["in-a-container", "cannot-reach-us"])
def test_else_it_is_created(place, own, ollama, monkeypatch, container):
    def refused(_body):
        raise RefusedError(200, REFUSED)
        yield

    monkeypatch.setattr(ollama, "pull", refused)
    step = BringModel(replace(place, models_folder="", container=container), own, "Ollama")
    copies = "two copies" if container else "a copy"
    assert f"it keeps {copies} of its own" in step.title
    assert run(step)
    assert ollama.layer(own.name, "model").startswith(b"GGUF rewritten")
    step.undo(Workbench())
    assert list(ollama.names()) == []


@pytest.mark.parametrize(
    ("container", "free", "words"), [("", 0, "models folder"), ("brain", 1, "twice the size")]
)
def test_the_space_is_asked_for_before(place, own, monkeypatch, container, free, words):
    not_ours(monkeypatch, place)
    usage = type("Usage", (), {"free": own.bytes * free})()
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(LocalaiError, match=" free; ") as caught:
        run(BringModel(replace(place, container=container), own, "Ollama"))
    assert words in caught.value.why


@pytest.fixture
def lent(weights):
    """The address of a registry that lends the file as `tale:q4`."""
    layer = manifests.big_layer("model", "a" * 64, weights.stat().st_size)
    small = {manifests.digest_of(b"{}"): b"{}"}
    manifest = manifests.Manifest((layer,), manifests.config_layer(b"{}"))
    offered = own_registry.Offered(manifest, small, {layer.digest: weights})
    with own_registry.serving(offered, "tale:q4") as name:
        assert name.endswith("/localai/tale:q4")
        yield name.rpartition("/localai/")[0], layer, manifest


def answer(url, method="GET", **headers):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, headers=headers, method=method)) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [("", 200, 0, None), ("bytes=5-9", 206, 5, 10), ("bytes=90000-", 206, 90000, None),
     ("bytes=999999999-", 416, 0, 0)],
)  # fmt: skip
def test_the_registry_gives_any_range_of_the_file(lent, weights, asked, status, start, end):
    base, layer, _ = lent
    headers = {"Range": asked} if asked else {}
    found = answer(f"{base}/v2/localai/tale/blobs/{layer.digest}", **headers)
    assert (found[0], found[2]) == (status, weights.read_bytes()[start:end])


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 9), (70_000, 70_001)])
def test_no_byte_follows_a_range(lent, weights, start, end):
    """On a connection that is used again it would be read as the beginning of the next answer."""
    base, layer, _ = lent
    host, port = base.removeprefix("http://").split(":")
    head = f"GET /data/{layer.digest} HTTP/1.1\r\nHost: {host}\r\nRange: bytes={start}-{end}\r\n"
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(f"{head}Connection: close\r\n\r\n".encode())
        answered = connection.makefile("rb").read()
    headers, _, content = answered.partition(b"\r\n\r\n")
    assert content == weights.read_bytes()[start : end + 1]
    assert f"Content-Range: bytes {start}-{end}/{layer.size}".encode() in headers


def test_the_registry_speaks_as_a_pull_needs_it(lent):
    """A manifest, the length of a blob by HEAD, and its bytes from another host name; nothing else."""
    base, layer, manifest = lent
    assert answer(f"{base}/v2/localai/tale/manifests/q4")[2] == manifest.document()
    assert answer(f"{base}/v2/localai/tale/blobs/{manifest.config.digest}")[2] == b"{}"
    status, headers, content = answer(f"{base}/v2/localai/tale/blobs/{layer.digest}", "HEAD")
    assert (status, int(headers["Content-Length"]), content) == (200, layer.size, b"")
    assert answer(f"{base}/v2/localai/tale/blobs/sha256:{'b' * 64}")[0] == 404
    assert answer(f"{base}/data/../../etc/passwd")[0] == 404
