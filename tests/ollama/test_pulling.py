"""Pulls: what Ollama does not retry and does not verify is retried and verified here."""

import json

import pytest

from localai_setup.machine.ollama import names
from localai_setup.machine.ollama.api import Api
from localai_setup.machine.ollama.pulling import Pull
from localai_setup.machine.ollama.troubles import OllamaError
from localai_setup.model.errors import LocalaiError

WEIGHTS = b"GGUF" + b"weights of a model " * 9000


@pytest.fixture
def pull(ollama, registry, store):
    """A pull of `tiny` that never really sleeps; `pull.slept` are the seconds that it would have."""
    slept, reported = [], []

    def run(name="tiny:latest", pinned="", store=store):
        parsed = names.parse(registry.name(name))
        return Pull(
            Api(ollama.port), parsed, reported.append, store, pinned, sleep=slept.append
        ).run()

    run.slept, run.reported = slept, reported
    return run


def test_a_model_comes_once_and_a_second_pull_fetches_nothing(pull, registry):
    digest = registry.add("tiny:latest", WEIGHTS, {"stop": ["<|im_end|>"]})
    found = pull()
    assert found.verified
    assert found.bytes > len(WEIGHTS)
    before = dict(registry.sent)
    assert pull() == found
    assert registry.sent == before
    assert registry.sent[digest] == len(WEIGHTS)
    assert pull.reported[-1].done <= pull.reported[-1].total


def test_a_name_that_the_registry_does_not_know_is_no_model(pull):
    """Exchange pull-404."""
    with pytest.raises(OllamaError) as caught:
        pull("absent:latest")
    assert caught.value.kind == "unknown-name"
    assert "absent" in caught.value.what


def test_a_busy_registry_is_asked_again_after_the_pause_that_it_asks_for(pull, registry):
    """Exchanges pull-manifest-429 and pull-manifest-503: Ollama fails at once."""
    registry.add("tiny:latest", WEIGHTS)
    registry.refusals, registry.retry_after = [429, 503], 7
    assert pull().verified
    assert pull.slept == [7.0, 7.0]


def test_a_registry_that_stays_down_is_given_up(pull, registry):
    registry.add("tiny:latest", WEIGHTS)
    registry.refusals = [500] * 20
    with pytest.raises(OllamaError) as caught:
        pull()
    assert caught.value.kind == "registry-down"
    assert len(pull.slept) < 10


def test_a_pause_that_nobody_sits_through_is_told(pull, registry):
    registry.add("tiny:latest", WEIGHTS)
    registry.refusals, registry.retry_after = [429], 3600
    with pytest.raises(LocalaiError, match="60 minutes"):
        pull()


def test_a_blob_that_was_damaged_on_the_disk_comes_again(pull, registry, store):
    """Exchange damaged-blob-pull-again: Ollama says success and mends nothing."""
    digest = registry.add("tiny:latest", WEIGHTS)
    pull()
    blob = store.blob(digest[7:])
    blob.write_bytes(WEIGHTS[:500] + b"x" + WEIGHTS[501:])
    found = pull()
    assert found.fetched_again == (digest[7:],)
    assert blob.read_bytes() == WEIGHTS


def test_a_blob_of_an_unfinished_pull_is_not_believed(pull, registry, store):
    """What an earlier pull left complete and nobody hashed: Ollama would take it as it is."""
    digest = registry.add("tiny:latest", WEIGHTS)
    store.blob(digest[7:]).write_bytes(b"half of it")
    assert pull().fetched_again == (digest[7:],)


def test_wrong_bytes_from_the_registry_are_tried_again(pull, registry):
    """Exchange pull-wrong-bytes: Ollama deletes the blob and gives up."""
    registry.add("tiny:latest", WEIGHTS)
    registry.damage = 1
    assert pull().verified
    registry.damage = 100
    registry.add("other:latest", WEIGHTS + b"more")
    with pytest.raises(OllamaError) as caught:
        pull("other:latest")
    assert caught.value.kind == "wrong-bytes"


def test_success_without_a_model_is_no_success(pull, registry):
    """Exchange pull-manifest-without-layers."""
    registry.put("tiny:latest", {"config": {}, "layers": []})
    with pytest.raises(OllamaError) as caught:
        pull()
    assert caught.value.kind == "registry-odd"


def test_sizes_that_the_manifest_declares_wrongly_do_no_harm(pull, registry):
    """Exchange pull-manifest-wrong-size."""
    registry.add("tiny:latest", WEIGHTS)
    (path,) = registry.manifests
    document = json.loads(registry.manifests[path])
    for row in document["layers"]:
        row["size"] += 12345
    registry.manifests[path] = json.dumps(document).encode()
    assert pull().verified


def test_a_manifest_that_a_power_cut_left_empty_is_written_anew(pull, registry, ollama):
    """Exchange empty-manifest-chat."""
    registry.add("tiny:latest", WEIGHTS)
    pull()
    path = next((ollama.models / "manifests").glob("*/*/*/*"))
    path.write_bytes(b"")
    pull()
    assert json.loads(path.read_bytes())["layers"]


def test_another_model_than_the_pinned_one_is_not_fetched(pull, registry):
    digest = registry.add("tiny:latest", WEIGHTS)
    assert pull(pinned=digest[:19]).verified
    registry.add("tiny:latest", WEIGHTS + b"a newer one")
    with pytest.raises(LocalaiError, match="not the model that was tried"):
        pull(pinned=digest)


def test_a_folder_that_cannot_be_seen_leaves_the_word_of_the_server(pull, registry):
    registry.add("tiny:latest", WEIGHTS)
    found = pull(store=None)
    assert not found.verified


def test_a_full_disk_is_told_before_anything_is_fetched(pull, registry, monkeypatch):
    registry.add("tiny:latest", WEIGHTS)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000})())
    with pytest.raises(LocalaiError, match="has 1000 bytes free"):
        pull()
    assert not registry.sent
