"""An error that no sign knows is told the pages that it is much like."""

from __future__ import annotations

import pytest

from localai_setup.commands import _suggesting
from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.surroundings import Surroundings

from .known import KNOWN

pytestmark = pytest.mark.quick

#: What programs print of a trouble in words that no sign of a page knows, and of another kind of trouble.
PRINTED = {
    "a call that a library does not know": (
        """\
Traceback (most recent call last):
  File "/srv/app/.venv/lib/python3.12/site-packages/peft/tuners/loader.py", line 88, in attach
  File "/srv/app/.venv/lib/python3.12/site-packages/transformers/modeling_utils.py", line 3120, in from_pretrained
TypeError: attach_model() got 2 positional arguments: transformers 5 hands over no 'state_dict'
""",
        "python-transformers-mismatch",
    ),
    "a program of another kind": (
        """\
Traceback (most recent call last):
  File "/srv/shop/cart.py", line 12, in total
TypeError: unsupported operand type(s) for +: 'Decimal' and 'float'
""",
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "first"), PRINTED.values(), ids=PRINTED)
def test_what_programs_print_of_a_trouble_is_named_the_page_that_it_is_much_like(text, first):
    assert not explain(text, Surroundings(), KNOWN).found
    report = _suggesting.Report(text, KNOWN, Surroundings(), Surroundings())
    named = [one.id for one in _suggesting.account(report).pages]
    assert named[:1] == ([first] if first else [])
