"""The real Ollama of the tests: the one that LOCALAI_TEST_OLLAMA names, or that is on PATH."""

import os
import shutil

import pytest

from .theirs import Theirs

PROGRAM = os.environ.get("LOCALAI_TEST_OLLAMA") or shutil.which("ollama")
#: of every test that starts it
MARKS = [
    pytest.mark.real,
    pytest.mark.network,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not PROGRAM, reason="there is no Ollama on this computer"),
]


@pytest.fixture
def there(tmp_path):
    """A server that was there, on a port that is not the usual one, with a model of its owner's."""
    found = Theirs(PROGRAM, tmp_path / "theirs").start()
    found.own_model("owners:latest")
    yield found
    found.stop()
