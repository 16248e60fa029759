"""A use's proof tests what the use needs: what is asked, and which answers prove it."""

import base64
import json
import math
import struct
import zlib
from pathlib import Path

import pytest
import yaml

from localai_setup import proofs
from localai_setup.machine.keeping import recipe_files
from localai_setup.model.proof import AnswerTest, Neighbours, Proof, ToolCall
from localai_setup.model.server import Answer
from localai_setup.proofs import png, vectors
from localai_setup.recipes.loading import load_all
from localai_setup.model.decoding import decode

USES = load_all(recipe_files.texts()).uses
ANSWERS = Path(__file__).parent / "answers" / "proofs.yaml"
CASES = yaml.safe_load(ANSWERS.read_text("utf-8"))


def answered(case):
    calls = tuple(ToolCall(**one) for one in case.get("calls", ()))
    return Answer(case.get("text", ""), None, calls)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['use']}-{c['reason']}")
def test_an_answer_is_judged_by_what_the_use_needs(case):
    reason = proofs.judge(answered(case), USES[case["use"]].test(), has_template=True)
    assert (reason is None) if case["reason"] is None else case["reason"] in (reason or "")


def test_every_use_was_seen_to_fail_and_to_pass():
    for use in set(USES) - {"embeddings", "rerank"}:
        reasons = [case["reason"] for case in CASES if case["use"] == use]
        assert None in reasons, use
        assert any(reasons), use


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        ([-4.0, 2.5], None),
        (
            [2.5, -4.0],
            "ranks the passage that answers 'When is the library open?' (-4.00) no higher",
        ),
        ([1.0, 1.0], "no higher than one that does not (1.00)"),
        ([1.0], "2 passages got 1 scores"),
        ([0.0, float("nan")], "a score is no number"),
    ],
)
def test_passages_are_in_order_where_the_one_that_answers_has_the_higher_score(scores, reason):
    found = proofs.ranking.judge(scores, USES["rerank"].test())
    assert (found is None) if reason is None else reason in found


def test_a_tool_is_offered_and_not_forced():
    asked = proofs.request(USES["coding"].test())
    function = asked["tools"][0]["function"]
    assert asked["tool_choice"] == "auto"
    assert function["name"] == "write_file"
    assert function["parameters"]["required"] == ["path", "content"]
    assert [one["role"] for one in asked["messages"]] == ["system", "user"]


def test_json_is_asked_for_by_schema():
    asked = proofs.request(USES["extract"].test())["response_format"]["json_schema"]["schema"]
    assert asked["properties"]["lamps"]["type"] == "integer"
    assert asked["required"] == ["city", "lamps", "clerk"]


def pixels(picture):
    """Rows of 0 and 1 (black), by a reader that knows nothing of the writer."""
    at, data, size = 8, b"", (0, 0)
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        body = picture[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", picture[at + 8 + length :][:4])[0]
        size = struct.unpack(">II", body[:8]) if kind == b"IHDR" else size
        data += body if kind == b"IDAT" else b""
        at += 12 + length
    raw, (width, height) = zlib.decompress(data), size
    assert len(raw) == height * (width + 1)
    return [[int(one == 0) for one in raw[y * (width + 1) + 1 :][:width]] for y in range(height)]


def test_the_picture_shows_the_number():
    parts = proofs.request(USES["vision"].test())["messages"][0]["content"]
    head, data = parts[0]["image_url"]["url"].split(",")
    assert head == "data:image/png;base64"
    rows = pixels(base64.b64decode(data))
    small = ["".join(" #"[row[x]] for x in range(0, len(row), 16)) for row in rows[::16]]
    assert "\n".join(line.rstrip() for line in small[3:10]) == (
        "    ###     #  #####  ###\n"
        "   #   #   ##      # #   #\n"
        "       #  # #     #  #   #\n"
        "      #  #  #    #    ####\n"
        "     #   #####  #        #\n"
        "    #       #   #       #\n"
        "   #####    #   #     ##"
    )


def test_all_digits_differ():
    assert len(set(map(png.of_digits, png.GLYPHS))) == 10


NEAR = Proof(neighbours=Neighbours("related", "unrelated"))
GOOD = ([1.0, 0.0], [0.9, 0.1], [0.0, 1.0])
#: vectors of the question, the related and the unrelated sentence → what is said
VECTORS = [
    (GOOD, None),
    (([1.0, 0.0], [0.0, 1.0], [0.9, 0.1]), "no nearer to a related sentence (0.00)"),
    (([1.0, 0.0], [1.0, 0.0], [1.0, 0.0]), "no nearer"),
    (([1.0, 0.0], [0.0, 0.0], [0.0, 1.0]), "all zeros"),
    (([1.0, math.nan], [0.9, 0.1], [0.0, 1.0]), "not made of numbers"),
    (([], [], []), "a vector is empty"),
    (GOOD[:2], "3 texts gave 2 vectors"),
    (([1.0], [1.0], [0.5]), "1 numbers, and 2 is right"),
    (([1.0, 0.0], [0.9, 0.1], [0.0, 1.0, 0.0]), "2, 3 numbers"),
]


@pytest.mark.parametrize(("found", "reason"), VECTORS)
def test_vectors_have_the_right_length_and_order(found, reason):
    reported = vectors.judge(found, AnswerTest("question", proof=NEAR, vector_length=2))
    assert (reported is None) if reason is None else reason in (reported or "")


def test_a_test_of_an_older_set_up_is_still_asked_as_it_was():
    old = decode(AnswerTest, {"question": "Hi?", "any_of": ["hi"], "max_tokens": 64})
    assert proofs.request(old) == {
        "messages": [{"role": "user", "content": "Hi?"}],
        "max_tokens": 64,
    }
    assert proofs.judge(Answer("Hi!", None), old, has_template=True) is None
    assert vectors.texts(old) == ["Hi?"]
    assert vectors.judge([[0.5]], old) is None


def test_a_saved_test_comes_back_as_it_was():
    from dataclasses import asdict

    for use in USES.values():
        test = use.test(1024)
        assert decode(AnswerTest, json.loads(json.dumps(asdict(test)))) == test


def test_where_nobody_knows_the_words_any_answer_in_words_will_do():
    test = proofs.any_answer(USES["chat"].test())
    assert proofs.judge(Answer("Blue.", None), test, has_template=True) is None
    assert proofs.judge(Answer("", None), test, has_template=True)
