"""Whether an answer proves that a model works."""

from pathlib import Path

import pytest
import yaml

from localai_setup.answers import judge
from localai_setup.model.plan import AnswerTest

CASES = yaml.safe_load((Path(__file__).parent / "answers" / "cases.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: repr(c["answer"][:30]))
def test_judge(case):
    reason = judge(case["answer"], AnswerTest("?", tuple(case["any_of"])), has_template=True)
    assert (reason is None) if case["reason"] is None else case["reason"] in (reason or "")


def test_a_base_model_is_refused_whatever_it_says():
    assert "base model" in judge("Hello!", AnswerTest("?", ("hello",)), has_template=False)
