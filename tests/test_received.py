"""An answer as it comes from a server: events into text, thoughts, calls and figures."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace as Made

import pytest

from localai_setup.machine.running import fullness, loopback, measuring
from localai_setup.machine.running.loopback import GarbledError, RefusedError
from localai_setup.machine.running.receiving import Received
from localai_setup.model.measurement import SpeedPoint
from localai_setup.model.proof import ToolCall
from localai_setup.model.server import Piece

pytestmark = pytest.mark.quick


def event(text=None, thought=None, calls=(), **more):
    delta = {"content": text, "reasoning_content": thought, "tool_calls": list(calls)}
    return {"choices": [{"delta": delta, "finish_reason": more.pop("finish", None)}], **more}


def call(index, name=None, arguments=None):
    return {"index": index, "function": {"name": name, "arguments": arguments}}


def received(*events):
    one = Received()
    pieces = [piece for each in events for piece in one.hear(each)]
    return one, [*pieces, *one.end()]


def test_text_and_thoughts_come_apart():
    one, pieces = received(event(thought="hm"), event("a"), event("b", finish="stop"))
    assert pieces == [Piece(thought="hm"), Piece(text="a"), Piece(text="b")]
    assert (one.answer.text, one.answer.thoughts, one.answer.finish) == ("ab", "hm", "stop")
    assert (one.thought_tokens, len(one.times), one.complete) == (1, 3, True)


def test_thoughts_between_tags_are_counted_and_told_as_such():
    one, _ = received(event("<think>"), event("hm"), event("so"), event("</think>"), event("a"))
    assert (one.answer.thoughts, one.answer.text) == ("hmso", "a")
    assert (one.thought_tokens, len(one.times)) == (3, 5)


def test_a_thought_that_was_opened_by_the_prompt_is_split_at_its_end():
    one, _ = received(event("hm</think>a"))
    assert (one.answer.thoughts, one.answer.text) == ("hm", "a")


def test_calls_are_put_together_by_their_numbers():
    one, _ = received(
        event(calls=[call(1, "second", "{}"), call(0, "first")]),
        event(calls=[call(0, None, '{"a"')]),
        event(calls=[call(0, None, ": 1}")], finish="tool_calls"),
    )
    assert one.answer.calls == (ToolCall("first", '{"a": 1}'), ToolCall("second", "{}"))
    assert (one.finish, len(one.times)) == ("tool_calls", 3)
    named, _ = received(event(calls=[call(0, "first")]))
    assert named.times == []


@pytest.mark.parametrize(
    "one",
    [
        {"choices": 5}, {"choices": ["x"]}, {"choices": [{"delta": "x"}]}, event(calls=["x"]),
        event(calls=[call("0")]), event(calls=[{"function": {}}]), {"choices": [{"delta": {"content": 5}}]},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_event_of_a_chat_is_garbled(one):
    with pytest.raises(GarbledError, match="an event of another kind"):
        received(one)


def test_an_event_without_words_changes_nothing():
    one, pieces = received({}, {"choices": []}, {"choices": [{}]}, event(""))
    assert (pieces, one.times, one.answer.text) == ([], [], "")


def at(*times, thought_tokens=0, **more):
    return Received(times=list(times), thought_tokens=thought_tokens, **more)


TPS = [
    (at(*range(7)), None), (at(*range(8)), 1.0), (at(*(0.5 * one for one in range(9))), 2.0),
    (at(*[3.0] * 8), 7e9), (at(*range(9), timings={"predicted_per_second": 42.0}), 42.0),
]  # fmt: skip


@pytest.mark.parametrize(("one", "tps"), TPS)
def test_tokens_per_second(one, tps):
    assert one.answer.generate_tps == (pytest.approx(tps) if tps else None)


THINKING = [
    (at(1, 2, 5), 0.0, "3 tokens"), (at(1, 2, 5, thought_tokens=3), 4, "thinking, 3 tokens"),
    (at(1, 2, 5, thought_tokens=3, text=" \n"), 4, "thinking, 3 tokens"),
    (at(1, 2, 5, thought_tokens=2, text="a"), 0.0, "3 tokens"),
    (at(1, 2, 5, thought_tokens=2, parts_of_calls={0: ("f", "")}), 0.0, "3 tokens"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "seconds", "words"), THINKING)
def test_how_long_it_only_thinks(one, seconds, words):
    assert (one.only_thinks_for, one.so_far) == (seconds, words)


# one request on loopback


class Handler(BaseHTTPRequestHandler):
    """Answers with what the test laid down, and keeps what was asked."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))  # fmt: skip
        status, body = self.server.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        made.asked, made.answer = [], (200, b"{}")
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.shutdown()


def ask(server, how=loopback.exchange, **more):
    return how(server.server_address[1], "/x", 5.0, **more)


def test_what_is_sent_is_json_with_the_key(server):
    assert ask(server) == (200, b"{}")
    ask(server, api_key="k", body={"a": 1})
    (method, path, headers, _), (posted, _, with_key, body) = server.asked
    assert (method, path, headers["Content-Type"]) == ("GET", "/x", "application/json")
    assert "Authorization" not in headers
    assert (posted, with_key["Authorization"], json.loads(body)) == ("POST", "Bearer k", {"a": 1})


DOCUMENTS = [
    ((200, b'{"a": 1}'), {"a": 1}), ((201, b'{"a": 1}'), None), ((500, b'{"a": 1}'), None),
    ((200, b"nonsense"), None), ((200, b"[" * 100_000), None),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "found"), DOCUMENTS, ids=lambda one: str(one)[:20])
def test_the_json_of_a_good_answer(server, answer, found):
    server.answer = answer
    assert ask(server, loopback.document) == found


def test_where_nobody_answers_there_is_nothing(server):
    server.shutdown()
    server.server_close()
    assert ask(server, loopback.response) is None
    assert ask(server, loopback.document) is None


def test_an_answer_is_bounded_in_length(server, monkeypatch):
    monkeypatch.setattr(loopback, "MAX_REPLY_BYTES", 2 * 2**20)
    server.answer = (200, b"x" * 2 * 2**20)
    assert len(ask(server)[1]) == 2 * 2**20
    server.answer = (200, b"x" * (2 * 2**20 + 1))
    with pytest.raises(GarbledError, match="more than 2 MB"):
        ask(server)


def stream(server, body, status=200):
    server.answer = (status, body)
    return list(ask(server, loopback.events, api_key=None, body={}))


STREAMS = [
    (b'data: {"a": 1}\n\n: a comment\ndata:{"b": 2}\ndata: [DONE]\n', [{"a": 1}, {"b": 2}]),
    (b"", []), (b"hello\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("body", "events"), STREAMS)
def test_the_events_of_a_stream(server, body, events):
    assert stream(server, body) == events


BROKEN = [
    (200, b"data: x\n", GarbledError, r'an event that is no JSON \(" x\\n"\)'),
    (200, b"data: [1]\n", GarbledError, "an event that is no object"),
    (200, b'data: {"error": {"message": "it broke"}}\n', RefusedError, "it answered 200: it broke"),
    (500, b'{"error": "no"}', RefusedError, "it answered 500: no"),
    (400, b'{"error": {"code": 1}}', RefusedError, "it answered 400: .*code"),
    (503, b"plain words", RefusedError, "it answered 503: plain words"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind", "words"), BROKEN)
def test_a_stream_that_breaks_says_why(server, status, body, kind, words):
    with pytest.raises(kind, match=words):
        stream(server, body, status)


def test_an_event_ends_and_words_are_cut(server, monkeypatch):
    monkeypatch.setattr(loopback, "MAX_EVENT_BYTES", 16)
    assert stream(server, b'data:{"a": 123}\n') == [{"a": 123}]
    with pytest.raises(GarbledError, match="an event that does not end"):
        stream(server, b'data:{"a": 12345678}\n')
    assert len(RefusedError(500, b"x" * 999).words) == 300


SIZES = [
    ({"default_generation_settings": {"n_ctx": 4096}}, 4096), ([], None), (None, None),
    ({"default_generation_settings": {"n_ctx": 0}}, None), ({"default_generation_settings": 5}, None),
    ({"default_generation_settings": {"n_ctx": "4096"}}, None), ({}, None),
    ({"default_generation_settings": {"n_ctx": 1}}, 1),
]  # fmt: skip


@pytest.mark.parametrize(("found", "size"), SIZES)
def test_how_long_a_conversation_may_be(monkeypatch, found, size):
    monkeypatch.setattr(fullness, "document", lambda *_, **__: found)
    assert fullness.context(1, None) == size


# measuring

DEPTHS = [
    (63, []), (64, [32]), (128, [32, 64, 96]), (2048, [32, 256, 512, 1024, 1536, 2016]),
    (512, [32, 64, 128, 256, 384, 480]), (256, [32, 64, 128, 192, 224]),
]  # fmt: skip


@pytest.mark.parametrize(("context", "depths"), DEPTHS)
def test_at_which_depths_is_measured(context, depths):
    assert measuring.depths(context) == depths


class Answers:
    """Eats tokens three at a time, and keeps what it was asked."""

    def __init__(self):
        self.asked = []

    def post(self, port, path, body, key):
        self.asked.append((port, path, body, key))
        return {"tokens": [1, 2, 3], "timings": {"a": 1.0}, "usage": {"prompt_tokens": 7}}


@pytest.mark.parametrize(
    ("count", "tokens"), [(1, [1]), (3, [1, 2, 3]), (4, [1, 2, 3, 1]), (7, [1, 2, 3, 1, 2, 3, 1])]
)
def test_a_prompt_of_any_length(count, tokens):
    assert measuring.Meter(Answers(), 7, "k").words(count) == tokens


def test_what_a_meter_asks():
    answers = Answers()
    meter = measuring.Meter(answers, 7, "k")
    assert (meter.complete([1], cached=False), meter.embed("x"), meter.rank("y")) == ({"a": 1.0}, 7, 7)  # fmt: skip
    completion = {"prompt": [1], "n_predict": 24, "ignore_eos": True, "cache_prompt": False, "temperature": 0}  # fmt: skip
    assert answers.asked == [
        (7, "/completion", completion, "k"), (7, "/v1/embeddings", {"input": "x"}, "k"),
        (7, "/v1/rerank", {"query": "What is told?", "documents": ["y"]}, "k"),
    ]  # fmt: skip


@pytest.mark.parametrize(("depth", "times"), [(0, 1), (20, 1), (39, 1), (40, 2), (200, 10)])
def test_a_text_of_about_so_many_tokens_is_read_three_times(monkeypatch, depth, times):
    clock, texts = iter([0.0, 1.0, 1.0, 3.0, 3.0, 7.0]), []
    monkeypatch.setattr(measuring, "time", Made(monotonic=lambda: next(clock)))
    point = measuring.reading_point(lambda text: texts.append(text) or 80, depth)
    assert texts == [measuring.FILLER * times] * 3
    assert point == SpeedPoint(80, 40.0, None)
