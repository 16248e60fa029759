"""Whether an answer proves that a model works."""

from pathlib import Path

import pytest
import yaml

from localai_setup.answers import repeats_endlessly
from localai_setup.machine.running.answers import PIECE_BYTES, Answers
from localai_setup.model.proof import AnswerTest
from localai_setup.model.server import Answer
from localai_setup.proofs import judge

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


@pytest.mark.parametrize(
    "text",
    ["", "Hello! " * 9, "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 20, "x = [" + "0, " * 20 + "1]",
     " ".join(map(str, range(400)))],
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
