"""The driver against every recorded answer of Ollama that concerns it: what it makes of each."""

import pytest

from localai_setup.machine.ollama import models
from localai_setup.machine.ollama.api import Api
from localai_setup.machine.ollama.pulling import is_success
from localai_setup.machine.running import loopback
from localai_setup.machine.running.receiving import Received
from localai_setup.machine.ollama.troubles import _MEANING, OllamaError

from .exchanges import Replay, left_out, read

EXCHANGES = read()


def outcome(api, exchange, tmp_path):
    """What the driver's own call for this method and path returns, in plain data."""
    to = exchange.to.replace(exchange.path, exchange.path.split("/sha256")[0])
    body = {"model": "smol"}
    if to in ("POST /api/pull", "POST /api/create"):
        return [one.get("status") for one in api.stream(exchange.path, body, is_success)][-1]
    if to == "POST /api/blobs":
        file = tmp_path / "model.gguf"
        file.write_bytes(b"bytes")
        return api.upload(exchange.path, file, lambda _: None)
    if exchange.path.startswith("/v1") and exchange.lines:
        received = Received()
        for event in loopback.events(api.port, exchange.path, 10.0, api_key=None, body=body):
            list(received.hear(event))
        return [received.answer.text, received.finish]
    if exchange.lines:
        lines = list(api.stream(exchange.path, body, lambda line: line.get("done") is True))
        return models.counted(lines[-1]).prompt_eval_count
    return {
        "GET /api/version": lambda: models.version(api),
        "GET /api/tags": lambda: [one.name for one in models.listed(api)],
        "GET /api/ps": lambda: [
            [one.name, one.context_length, one.size_vram > 0] for one in models.loaded(api)
        ],
        "POST /api/show": lambda: getattr(models.shown(api, "smol"), "template", "absent")[:16],
        "DELETE /api/delete": lambda: models.delete(api, "smol"),
        "HEAD /api/blobs": lambda: api.has(exchange.path),
        "HEAD /": lambda: api.has("/"),
        "POST /api/chat": lambda: _counts(api.post("/api/chat", body)),
        "POST /api/generate": lambda: _counts(api.post("/api/generate", body)),
        "POST /api/embed": lambda: len(api.post("/api/embed", body)["embeddings"]),
    }.get(to, lambda: sorted(api.exchange(exchange.method, exchange.path, None, 10.0)))()


def _counts(answer):
    found = models.counted(answer)
    return [found.done_reason, found.prompt_eval_count]


@pytest.mark.quick
@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda one: one.name.replace(" ", "-"))
def test_each_recorded_answer_is_understood(exchange, tmp_path):
    with Replay(exchange) as server:
        if not exchange.trouble:
            assert outcome(Api(server.port), exchange, tmp_path) == exchange.reported
            return
        with pytest.raises(OllamaError) as caught:
            outcome(Api(server.port), exchange, tmp_path)
    assert caught.value.kind == exchange.trouble
    assert caught.value.what.startswith("Ollama: ")
    assert caught.value.hint


@pytest.mark.quick
def test_what_is_left_out_says_why_and_is_nowhere_else():
    assert all(len(reason.split()) > 3 for reason in left_out().values())
    assert not {one.name for one in EXCHANGES} & left_out().keys()


@pytest.mark.quick
def test_every_kind_of_trouble_that_was_recorded_has_words_of_its_own():
    kinds = {one.trouble for one in EXCHANGES if one.trouble} - {"other", "bad-request"}
    assert kinds <= _MEANING.keys()
