"""Six ways of thinking on the real server: tiny weights with six chat templates, from `init` to `bench`.

What these weights say is nonsense; what is looked at is whether it is a thought or an answer.
"""

import json
from pathlib import Path

import pytest

from . import thinking_models as models

pytestmark = [pytest.mark.real, pytest.mark.e2e, pytest.mark.network, pytest.mark.timeout(600)]

#: template → whether it thinks when it is told not to, whether when it is told to
SERVED = {
    "plain": (models.PLAIN, False, False),
    "by default, with a switch": (models.SWITCH, False, True),
    "forced open": (models.FORCED, True, True),
    "always, with effort": (models.EFFORT, True, True),
}
#: A short context bounds what such weights can say.
SMALL = ("--for", "starter", "--context", "512")


def thinks(localai, flag, *, wished):
    """Whether an answer begins with a thought, and what is told on stderr. Such weights end a thought
    before it began now and then, so that where one is wished there are three tries.
    """
    for _ in range(3 if wished else 1):
        done = localai("chat", "--json", flag, "Say hello.")
        if json.loads(done.stdout)["thoughts"]:
            break
    return bool(json.loads(done.stdout)["thoughts"]), done.stderr


@pytest.fixture(scope="module")
def weights(set_up):
    return Path(set_up.json("status")["model_file"])


@pytest.mark.parametrize("name", SERVED)
def test_it_is_set_up_talked_to_examined_and_measured(set_up, weights, tmp_path, name):
    template, always, can = SERVED[name]
    own = models.copy(weights, tmp_path / "own.gguf", template)
    document = set_up.json("init", "--yes", *SMALL, "--model", str(own))
    assert document["answer"].strip()
    assert "<think>" not in document["answer"]

    thought, reported = thinks(set_up, "--no-think", wished=always)
    assert thought == always
    assert ("cannot be told not to think" in reported) == always
    thought, reported = thinks(set_up, "--think", wished=can)
    assert thought == can
    assert ("does not think" in reported) == (not can)

    findings = {one["id"] for one in set_up.json("doctor")["findings"]}
    assert not findings & {"setup-answer-wrong", "setup-answer-only-thoughts"}
    run = json.loads(set_up("bench", "--seconds", "1", "--json").stdout)["measurement"]
    assert run["points"][0]["generate_tps"] > 0
    assert set_up.json("status")["context_used"] > 0


@pytest.mark.parametrize(
    ("template", "code", "words"),
    [
        (None, 3, "has no chat template"),
        (models.UNPARSABLE, 1, "chat template is broken: Expected }}"),
        (models.RAISING, 1, "chat template is broken: Only conversations about cheese"),
    ],
    ids=["no template", "cannot be parsed", "raises"],
)
def test_what_cannot_chat_is_told_and_what_works_is_kept(
    set_up, weights, tmp_path, template, code, words
):
    before = set_up.json("up")
    broken = models.copy(weights, tmp_path / "broken.gguf", template)
    done = set_up("init", "--yes", *SMALL, "--model", str(broken))
    assert done.returncode == code
    assert words in done.stderr
    assert "localai init" in done.stderr or "made for chat" in done.stderr
    after = set_up.json("status")
    assert (after["model"], after["context"]) == (before["model"], before["context"])
    # the template of what is served is the old one again, where a server had been started
    assert after["running"]
    assert set_up("chat", "Say hello.").returncode == 0
