"""What an answer over HTTP means where a file was asked for: tables of answers."""

from types import SimpleNamespace as Made

import httpx
import pytest

from localai_setup.machine.fetching import pauses, replies
from localai_setup.model.errors import LocalaiError

pytestmark = pytest.mark.quick
REQUEST = httpx.Request("GET", "https://hub.example/m.gguf")


def reply(status=200, history=(), url=None, **headers):
    request = httpx.Request("GET", url) if url else REQUEST
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, request=request, history=list(history))


REFUSALS = {404: ("there is no such file", "Look at its name."), 503: ("it rests", "Wait.")}
PAGE = "A web page came instead of m.gguf."
#: answer → what is raised: None, words of a LocalaiError, or a status that may pass
CHECKED = [
    (reply(), None),
    (reply(206, content_type="application/octet-stream"), None),
    (reply(404), "hub does not give m.gguf: there is no such file."),
    (reply(404, history=[reply(302)]), "hub does not give m.gguf: there is no such file."),
    (reply(407), "hub does not give m.gguf: the proxy asks for a user and a password."),
    (reply(503), 503), (reply(500), 500), (reply(403, history=[reply(302)]), 403),
    (reply(content_type="text/html; charset=utf-8"), PAGE),
    (reply(429, retry_after="121"), "hub asks to wait 2 minutes before the next request."),
    (reply(429, retry_after="120"), 429),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "reported"), CHECKED)
def test_what_an_answer_means(answer, reported):
    if reported is None:
        assert replies.check(answer, "m.gguf", "hub", REFUSALS) is None
    elif isinstance(reported, int):
        with pytest.raises(httpx.HTTPStatusError, match=f"HTTP {reported}"):
            replies.check(answer, "m.gguf", "hub", REFUSALS)
    else:
        with pytest.raises(LocalaiError) as refused:
            replies.check(answer, "m.gguf", "hub", REFUSALS)
        assert refused.value.what == reported
        assert refused.value.hint


def test_what_is_done_about_a_page_and_about_a_refusal():
    with pytest.raises(LocalaiError) as page:
        replies.check(reply(content_type="text/html"), "m.gguf", "hub", {})
    assert page.value.why == "A login page of the network or a filter stands between you and hub."
    assert page.value.hint.startswith("Open any page in a browser to log in to the network")
    with pytest.raises(LocalaiError) as refused:
        replies.check(reply(404), "m.gguf", "hub", REFUSALS)
    assert refused.value.hint == "Look at its name."


EXPIRED = [
    (reply(401, history=[reply(302)]), True), (reply(403, history=[reply(302)]), True),
    (reply(404, history=[reply(302)]), False), (reply(401), False), (reply(403), False),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "expired"), EXPIRED)
def test_a_signed_link_that_is_over(answer, expired):
    assert replies.is_expired_link(answer) is expired


def test_a_status_that_did_not_pass_is_known_by_its_number():
    error = httpx.HTTPStatusError("HTTP 503", request=REQUEST, response=reply(503))
    assert replies.refusal(error, REFUSALS) == ("it rests", "Wait.")
    other = httpx.HTTPStatusError("HTTP 500", request=REQUEST, response=reply(500))
    assert replies.refusal(other, REFUSALS) is None
    assert replies.refusal(ValueError(), REFUSALS) is None


FIELDS = [
    (b'{"a": 1}', {"a": 1}), (b"[1]", None), (b"nonsense", None), (b"[" * 100_000, None), (b"", None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "found"), FIELDS, ids=lambda one: str(one)[:20])
def test_an_object_in_json_or_nothing(body, found):
    assert replies.fields(body) == found


def test_a_body_is_bounded_in_length_and_time():
    pieces = lambda: iter([b"x" * 2**20, b"x" * 2**20])
    endless = Made(iter_bytes=pieces)
    assert len(replies.bounded(endless, 2 * 2**20, 60.0)) == 2 * 2**20
    with pytest.raises(replies.EndlessError, match="longer than 1 MB"):
        replies.bounded(endless, 2**20, 60.0)
    with pytest.raises(replies.EndlessError, match="trickled in too slowly"):
        replies.bounded(endless, 2 * 2**20, -1.0)


#: Retry-After → seconds
ASKED = [("7", 7.0), (" 7 ", 7.0), ("", None), ("soon", None), ("9" * 12, 999999999.0),
         ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)]  # fmt: skip


@pytest.mark.parametrize(("words", "seconds"), ASKED)
def test_how_long_a_server_asks_to_wait(words, seconds):
    assert pauses.asked_for(reply(503, retry_after=words)) == seconds
    assert pauses.asked_for(reply(500, retry_after=words)) is None
    assert pauses.asked_for(None) is None


def test_a_long_pause_is_told_with_what_is_kept():
    with pytest.raises(LocalaiError) as refused:
        pauses.refuse_long(reply(503, retry_after="600"), "hub")
    assert refused.value.what == "hub asks to wait 10 minutes before the next request."
    assert refused.value.why == "Too many requests came from this address."
    assert "what arrived so far is kept" in refused.value.hint
