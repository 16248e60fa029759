"""Sentences as people type them: wrapped by a terminal, or without blanks."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.quick
WRAPPED = "it keeps forgetting what I said,\nI told it my name and two messages\nlater it asks me who I am"


def test_a_sentence_that_was_wrapped_is_one_line(localai):
    assert json.loads(localai("explain", "--json", "-", stdin=WRAPPED).stdout)["complaint"]["id"]


def test_a_sentence_without_blanks_is_no_file(localai):
    done = localai("explain", "--json", "\u6a21\u578b\u5f88\u6162")  # "the model is very slow"
    assert json.loads(done.stdout)["complaint"]["id"] == "slow"
