"""Many people at once: what each request was, what they were together, and what of it is told."""

import pytest

from localai_setup.machine.running import load
from localai_setup.machine.running.load import Load
from localai_setup.model.load import Call, p95, summary
from localai_setup.model.server import Running
from localai_setup.ui import loadtext

from .server_fixtures import KEY, PROGRAM, quiet_port, servers, settings

__all__ = ["servers"]


@pytest.mark.quick
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3.0], 3.0),
        ([1.0, 2.0], 2.0),
        (list(range(1, 21)), 19),
        (list(range(100, 0, -1)), 95),
        (list(range(1, 102)), 96),
    ],
)
def test_95_of_100_do_not_exceed_it(values, expected):
    assert p95(values) == expected
    assert sum(one <= expected for one in values) >= 0.95 * len(values)


CALLS = [
    Call(0.0, 4.0, 1.0, 31),
    Call(0.0, 6.0, 2.0, 21),
    Call(4.0, 10.0, 7.0, 31),
    Call(1.0, 1.5, failure="status 502"),
    Call(2.0, 2.1, failure="status 502"),
    Call(3.0, 9.0, 4.0, 11, failure="broken off"),
]


@pytest.mark.quick
def test_requests_are_counted_and_failed_ones_count_for_no_speed():
    run = summary("m", 3, 31, CALLS)
    assert (run.requests, run.failed) == (3, 3)
    assert run.failures == {"status 502": 2, "broken off": 1}
    assert (run.seconds, run.requests_per_second, run.tps_all) == (10.0, 0.3, 8.3)
    assert run.tps_each == 10.0  # of 10, 5 and 10
    assert (run.first_token_median, run.first_token_p95) == (2.0, 3.0)


@pytest.mark.quick
def test_where_nothing_was_answered_nothing_is_known(capsys):
    run = summary("m", 2, 31, [Call(0.0, 1.0, failure="ConnectError")])
    assert (run.tps_each, run.first_token_median, run.requests_per_second) == (None, None, 0.0)
    loadtext.show(run)
    printed = capsys.readouterr().out
    assert "Failed    1 (1 ConnectError)" in printed and "Speed" not in printed
    assert summary("m", 2, 31, []).seconds == 0.0


@pytest.mark.quick
@pytest.mark.parametrize(
    ("call", "tps"),
    [
        (Call(0.0, 2.0, 1.0, 11), 10.0),
        (Call(0.0, 2.0, 1.0, 1), None),
        (Call(0.0, 2.0, None, 11), None),
        (Call(0.0, 1.0, 1.0, 11), None),
    ],
)
def test_a_pace_needs_two_tokens_and_time_between_them(call, tps):
    assert call.tps == tps


@pytest.mark.parametrize(
    ("manner", "failure"),
    [
        ("good", ""),
        ("refuses", "status 500"),
        ("breaks-off", "error in the answer"),
        ("garbled", "broken off"),
    ],
)
def test_each_request_is_told_as_it_went(servers, manner, failure):  # noqa: F811
    running = servers.start(PROGRAM, settings(manner), quiet_port(), "llama.cpp")
    seen = []
    calls = load.run(running, Load(3, 0.5, 8), lambda *counts: seen.append(counts))
    assert len(calls) >= 3
    assert {one.failure for one in calls} == {failure}
    assert seen[-1] == ((0, len(calls)) if failure else (len(calls), 0))
    for one in calls:
        assert 0 <= one.start <= (one.first or one.end) <= one.end
        assert (one.first is None) == (manner in ("refuses", "garbled"))


def test_everybody_asks_once_however_short_the_time_is(servers):  # noqa: F811
    running = servers.start(PROGRAM, settings(), quiet_port(), "llama.cpp")
    assert len(load.run(running, Load(3, 0.0, 8), lambda *_: None)) == 3


def test_an_answer_in_which_nothing_was_written_is_a_failure(servers, monkeypatch):  # noqa: F811
    running = servers.start(PROGRAM, settings(), quiet_port(), "llama.cpp")
    monkeypatch.setattr(load, "_has_words", lambda _piece: False)
    for tokens, failure in ((0, "nothing was written"), (8, "")):
        monkeypatch.setattr(load, "_written", lambda _piece, tokens=tokens: tokens)
        calls = load.run(running, Load(1, 0.1, 8), lambda *_: None)
        assert {one.failure for one in calls} == {failure}


def test_a_wrong_key_and_a_server_that_is_gone_are_failures(servers):  # noqa: F811
    running = servers.start(PROGRAM, settings(), quiet_port(), "llama.cpp")
    for server, failure in (
        (Running(0, 0.0, running.port, "", api_key="wrong"), "status 401"),
        (Running(0, 0.0, quiet_port(), "", api_key=KEY), "ConnectError"),
    ):
        calls = load.run(server, Load(2, 0.1, 8), lambda *_: None)
        assert {one.failure for one in calls} == {failure}


@pytest.mark.quick
def test_everybody_asks_something_else_each_time():
    asking = load._Asking(None, Load(20, 1.0, 8), 0.0)
    asked = {str(asking.body(who, nth)["messages"]) for who in range(20) for nth in range(3)}
    assert len(asked) == 60
