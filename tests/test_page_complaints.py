"""Sentences of people on the problem pages: signs, which are for messages, seldom take them for another problem."""

from __future__ import annotations

import pytest

from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.surroundings import Surroundings

from .known import KNOWN, PAGES

#: What was measured when the sentences came: 7 of 2,961, most of which quote half of a message.
MOST_WRONG_SHARE = 0.004


def test_a_persons_sentence_is_hardly_ever_told_firmly_to_be_another_problem():
    sentences = [(name, one) for name, page in PAGES.items() for one in page.complaints]
    wrong = [(name, one) for name, one in sentences if _is_taken_for_another(name, one)]
    assert len(sentences) > 2500
    assert len(wrong) <= MOST_WRONG_SHARE * len(sentences), wrong


def _is_taken_for_another(name: str, sentence: str) -> bool:
    page = PAGES[name]
    related = {name, *page.confused_with, *page.leads_to}
    found = explain(sentence, Surroundings(), KNOWN).found
    return bool(found) and found[0].confidence != "possible" and found[0].id not in related


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("killed vllm with ctrl c and started it again", "mem-runner-killed-by-kernel"),
        (
            "my ollama container does not update, unauthenticated pulls are limited",
            "engine-api-exposed-unauthenticated",
        ),
        ("403 forbidden only for ollama's registry at work", "ollama-browser-origin-refused"),
        ("no space left on device in /dev/shm, the disk is empty", "disk-full-models-dir"),
        ("torch.cuda.is_available() False with rocm on my card", "nvidia-driver-not-installed"),
        ("ollama is very slow after upgrading to Windows 11", "engine-release-regressed"),
        ("LM Studio quits since upgrading to 24.04", "engine-release-regressed"),
    ],
)
def test_half_a_message_in_a_sentence_convicts_nobody(sentence, name):
    assert name not in [one.id for one in explain(sentence, Surroundings(), KNOWN).found]
