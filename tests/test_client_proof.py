"""A program's own request: what counts as an answer, and what is said where it cannot be asked."""

import sys
from dataclasses import replace

import pytest

from localai_setup.commands._client_proof import prove
from localai_setup.machine.workbench import Workbench
from localai_setup.model.app import App, ClientProof, SettingsFile
from localai_setup.model.errors import LocalaiError

PYTHON = sys.executable
APP = App("toy", "Toy", (), "s", "https://x", "2026-11-28")


def with_proof(code, **changed):
    line = (PYTHON, "-c", code)
    return replace(APP, proof=ClientProof(line, line, **changed))


def test_what_it_prints_is_shown_to_its_end():
    app = with_proof("print('1\\n2\\n3\\n4\\n5\\n6\\n7')")
    assert prove(app, Workbench(), written=False) == {"answered": True, "text": "2\n3\n4\n5\n6\n7"}


def test_variables_are_set_for_it():
    app = with_proof("import os; print(os.environ['TOY'])", variables=("TOY=a=b",))
    assert prove(app, Workbench(), written=False)["text"] == "a=b"


#: what the program does → the words of the error
FAILURES = [
    ("raise SystemExit('no such model')", {}, "no such model"),
    ("print()", {}, "what came is no answer"),
    ("print('{\"error\": 401}')", {"expects": '"choices"'}, "what came is no answer"),
]


@pytest.mark.parametrize(("code", "more", "words"), FAILURES)
def test_no_answer_is_an_error_in_words(code, more, words):
    with pytest.raises(LocalaiError, match="toy did not answer") as found:
        prove(with_proof(code, **more), Workbench(), written=True)
    assert words in found.value.what


WRITES = SettingsFile("~/x", "json")
#: a program that cannot be asked → why
UNASKED = [
    (APP, "cannot be asked from a command line"),
    (
        replace(APP, proof=ClientProof(("no-such-toy",), ("no-such-toy",))),
        "no-such-toy is not on PATH",
    ),
    (with_proof("print(1)", present=(PYTHON, "-c", "import no_such_module")), "fails here"),
    (replace(with_proof("print(1)"), writes=WRITES), "its settings were not written"),
]


@pytest.mark.parametrize(("app", "words"), UNASKED)
def test_where_it_cannot_be_asked_the_reason_is_told(app, words):
    found = prove(app, Workbench(), written=False)
    assert found["answered"] is None
    assert words in found["text"]
