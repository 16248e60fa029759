"""Misspelt words are taken for what was meant; words that mean something else are left alone."""

from __future__ import annotations

import pytest

from localai_setup.problems import complaints, concepts, spelling

pytestmark = pytest.mark.quick
WORDS, STEMS = concepts.vocabulary()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("recieve", "receive"),
        ("responce", "response"),
        ("donwload", "download"),
        ("procesor", "processor"),
        ("forgts", "forgets"),
        ("conection", "connection"),
    ],
)
def test_a_mistake_is_read_as_what_was_meant(written, meant):
    assert spelling.as_meant(written, WORDS) == meant


@pytest.mark.parametrize("word", ["bother", "county", "leeks", "tires", "singe", "merger", "vuln"])
def test_another_word_is_left_as_it_is(word):
    assert spelling.as_meant(word, WORDS) == word


def test_a_short_word_or_another_first_letter_is_left_as_it_is():
    assert spelling.as_meant("gpo", WORDS) == "gpo"
    assert spelling.as_meant("klow", WORDS) == "klow"
    assert spelling.as_meant("aownload", WORDS) == "aownload"


def test_no_ordinary_word_is_a_word_of_a_phrase():
    assert not spelling.ordinary() & WORDS
    assert not {word for word in spelling.ordinary() if concepts.stem(word) in STEMS}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("it dosnt work", "not-start"),
        ("I cant acces it from my phone", "other-device"),
        ("I dont recieve any responce", "empty-answer"),
        ("ollama doesent detct my gpu", "cpu-not-gpu"),
        ("verry sloww anser", "slow"),
        ("it halucinates", "hallucinates"),
    ],
)
def test_a_complaint_with_mistakes_is_understood(sentence, expected):
    assert complaints.understood(sentence).id == expected


@pytest.mark.parametrize(
    "sentence",
    ["My bother sold his tires in the county.", "The officer is a fellow with a stiff collar."],
)
def test_other_words_alarm_nobody(sentence):
    assert complaints.understood(sentence) is None
