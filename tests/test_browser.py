"""A page from elsewhere, in a real browser, gets nothing out of the server. Needs Debian's chromium."""

import json

import pytest

from . import browser

pytestmark = [
    pytest.mark.real,
    pytest.mark.e2e,
    pytest.mark.network,
    pytest.mark.skipif(browser.CHROMIUM is None, reason="no chromium is installed"),
]
QUESTION = json.dumps({"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 2})
#: all that is worth something to a stranger: answers, settings with the system prompt, what was asked
WORTH = {
    "/v1/chat/completions": QUESTION,
    "/v1/completions": json.dumps({"prompt": "Hi", "max_tokens": 2}),
    "/completion": json.dumps({"prompt": "Hi", "n_predict": 2}),
    "/v1/embeddings": json.dumps({"input": "Hi"}),
    "/v1/responses": json.dumps({"input": "Hi"}),
    "/v1/messages": QUESTION,
    "/infill": json.dumps({"input_prefix": "a", "input_suffix": "b"}),
    "/apply-template": QUESTION,
    "/tokenize": json.dumps({"content": "Hi"}),
    "/props": None,
    "/slots": None,
    "/v1/models": None,
    "/models": None,
    "/metrics": None,
    "/lora-adapters": None,
}


def requests(origin, headers):
    """As a page may send them without asking the browser first: as plain text."""
    made = []
    for path, body in WORTH.items():
        init = {"headers": headers, "credentials": "omit"}
        made.append(
            [origin + path, init if body is None else {**init, "method": "POST", "body": body}]
        )
    return made


def no_cors(requests_):
    return [[url, {**init, "mode": "no-cors"}] for url, init in requests_]


@pytest.fixture(scope="module")
def server(set_up):
    found = set_up.json("status")
    return found["address"].removesuffix("/v1"), found["api_key"]


def test_a_page_from_another_origin_reads_nothing(server):
    origin, key = server
    plain, keyed = requests(origin, {}), requests(origin, {"Authorization": f"Bearer {key}"})
    stranger = browser.Stranger([*plain, *no_cors(plain), *keyed])
    seen = browser.visit(
        f"http://evil.example:{stranger.port}/", stranger, {"evil.example": "127.0.0.1"}
    )
    assert len(seen) == 3 * len(WORTH)
    assert {one["text"] for one in seen if one["type"] != "opaque"} == {
        "TypeError: Failed to fetch"
    }
    assert {one["text"] for one in seen if one["type"] == "opaque"} == {""}


def test_a_page_of_this_computer_needs_the_key(server):
    """And with it, it is answered: what the other tests miss is not the network."""
    origin, key = server
    ask = [f"{origin}/v1/chat/completions", {"method": "POST", "body": QUESTION}]
    keyed = [ask[0], {**ask[1], "headers": {"Authorization": f"Bearer {key}"}}]
    stranger = browser.Stranger([*requests(origin, {}), keyed])
    *without, answered = browser.visit(f"http://localhost:{stranger.port}/", stranger, {})
    assert {one["status"] for one in without} == {401}
    assert answered["status"] == 200
    assert json.loads(answered["text"])["choices"]


def test_a_name_that_is_bound_to_this_computer_later_reads_nothing(server):
    """DNS rebinding: for the browser the server is of the page's own origin."""
    origin, key = server
    port = int(origin.rpartition(":")[2])
    keyed = ["/props", {"headers": {"Authorization": f"Bearer {key}"}}]
    reporter = browser.Stranger([])
    page = browser.PAGE.replace("REQUESTS", json.dumps([*requests("", {}), keyed]))
    rebound = browser.Rebound(page.replace("REPORT", reporter.report), port)
    seen = browser.visit(
        f"http://rebound.example:{rebound.port}/", reporter, {"rebound.example": "127.0.0.2"}
    )
    *without, answered = seen
    assert {one["status"] for one in without} == {401}
    assert {json.loads(one["text"])["error"]["message"] for one in without} == {"Invalid API Key"}
    assert answered["status"] == 200
