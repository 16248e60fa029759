"""Whether an answer proves that a model works."""

from pathlib import Path

import pytest
import yaml

from localai_setup.answers import repeats_endlessly
from localai_setup.machine.running.answers import PIECE_BYTES, Answers
from localai_setup.model.proof import AnswerTest
from localai_setup.model.server import Answer
from localai_setup.proofs import judge

#: as a tiny model wrote it 45 times, until its context was full
SENTENCE = (
    "The Colossea is famous for its Colosseum and is famous for its Roman culture and history.\n\n"
)
CASES = yaml.safe_load((Path(__file__).parent / "answers" / "cases.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: repr(c["answer"][:30]))
def test_judge(case):
    reason = judge(
        Answer(case["answer"], None), AnswerTest("?", tuple(case["any_of"])), has_template=True
    )
    assert (reason is None) if case["reason"] is None else case["reason"] in (reason or "")


def test_a_base_model_is_refused_whatever_it_says():
    assert "base model" in judge(
        Answer("Hello!", None), AnswerTest("?", ("hello",)), has_template=False
    )


@pytest.mark.parametrize(
    "text", ["Yes. " * 200, "ab" * 400, "Once upon a time. " + "\U0001f467\u200d" * 300]
)
def test_an_answer_in_circles_is_stopped(text):
    assert repeats_endlessly(text)


def test_a_passage_that_never_ends_is_a_circle_wherever_it_is_cut():
    text = "Rome has many sights. " + SENTENCE * 8
    assert all(repeats_endlessly(text[: len(text) - cut]) for cut in range(len(SENTENCE)))


@pytest.mark.parametrize(
    "text",
    ["", "Hello! " * 9, "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 20, "x = [" + "0, " * 20 + "1]",
     " ".join(map(str, range(400))), "Rome was not built in a day. " + SENTENCE * 5,
     "".join(f"{number}. {SENTENCE}" for number in range(20)), SENTENCE * 6 + "The end."],
)  # fmt: skip
def test_a_table_or_a_list_is_no_circle(text):
    assert not repeats_endlessly(text)


@pytest.mark.parametrize("before", [0, 100, PIECE_BYTES - 10, PIECE_BYTES + 5])
def test_a_template_is_found_wherever_its_key_stands(tmp_path, before):
    file = tmp_path / "m.gguf"
    key = (23).to_bytes(8, "little") + b"tokenizer.chat_template"
    file.write_bytes(b"x" * before + key + b"y" * 50)
    assert Answers().has_template(str(file))
    file.write_bytes(b"x" * (before + 99))
    assert not Answers().has_template(str(file))
