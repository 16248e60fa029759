"""What a person tells is a report or none: by its title, without what a tracker put before it, and by its trade."""

from __future__ import annotations

import pytest

from localai_setup.commands._suggesting import Report, account
from localai_setup.diagnosis.surroundings import Surroundings

from .known import KNOWN

pytestmark = pytest.mark.quick


def of(text):
    return account(Report(text, KNOWN, Surroundings(), Surroundings()))


def test_what_a_tracker_puts_before_a_title_is_no_word_of_it():
    text = "Nothing uses my card\n\nOllama answers, but the GPU is idle and the processor is busy."
    assert of(text)
    assert of(f"[Bug]: {text}") == of(f"Misc. bug: {text}") == of(text)


def test_a_title_that_names_a_trouble_is_a_report_although_somebody_solved_it():
    solved = "LM Studio 0.2 does not start\n\nI fixed it by installing 0.1 and updating from there."
    assert of(solved)
    assert not of("LM Studio is great\n\nI had errors in the beginning, but I solved them. Thanks.")


def test_a_report_of_another_trade_is_told_nothing():
    assert not of("Washing machine stops\n\nThe machine stops in the middle and shows an error.")
