"""The causes of a complaint that a report tells at length stand in the order of their likelihood."""

from __future__ import annotations

import json

from .test_schemas import check


def test_of_two_causes_with_the_same_page_the_more_usual_stands_first(localai):
    report = (
        "Answers are cut off\n\nThe answers of my llama model are cut off, at the limit of tokens."
    )
    document = json.loads(localai("explain", "--json", "-", stdin=report).stdout)
    check(document)
    causes = document["complaint"]["causes"]
    same = [one["id"] for one in causes if one["problem"] == document["likeliest"][0]]
    assert same == ["cut-by-tokens", "thinks-first"]
    assert causes[0]["id"] == same[0]
