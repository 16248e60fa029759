"""Words order what signs leave open, and suggest pages to a person who reports a trouble without a sign."""

from __future__ import annotations

import json

import pytest
import yaml

from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.findings import by_likeness
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.model.finding import Evidence, Finding
from localai_setup.problems import plainwords, suggestions, wording
from localai_setup.problems.likeness import likeness

from .known import KNOWN, PAGES
from .test_complaints import COMPLAINTS, NO_COMPLAINTS
from .test_problems import HEALTHY

pytestmark = pytest.mark.quick
REPORT = """\
Program does not start from the desktop

I made the AppImage executable and double-clicked it on Ubuntu 24.04, and nothing happened.
I looked at the system monitor, and there is no process of it.
"""
ABOUT_PODMAN = """\
No card in podman

I have the toolkit, and this fails:
$ podman run --rm --gpus all ubuntu nvidia-smi -L
Error: crun: executable file `nvidia-smi` not found in $PATH: No such file or directory
"""


def found(name: str, certainty: float, status: str = "fail") -> Finding:
    return Finding(name, status, name, "", "", (Evidence("text", name),), (), certainty)


def test_what_signs_tell_alike_is_ordered_by_words():
    pair = (found("a", 0.91), found("b", 0.9))
    assert [one.id for one in by_likeness(pair, lambda: {"a": 10, "b": 30})] == ["b", "a"]
    assert [one.id for one in by_likeness(pair, lambda: {"a": 30, "b": 10})] == ["a", "b"]
    assert [one.id for one in by_likeness(pair, dict)] == ["a", "b"]


def test_words_never_outweigh_a_sign_that_is_surer():
    def scores():
        raise AssertionError("nobody may ask")

    pair = (found("a", 0.97), found("b", 0.9))
    assert by_likeness(pair, scores) == pair


def test_words_never_put_a_hint_before_a_failure():
    pair = (found("a", 0.9), found("b", 0.89, "info"))
    assert by_likeness(pair, lambda: {"a": 1, "b": 99}) == pair


def test_a_little_more_likeness_changes_nothing():
    pair = (found("a", 0.93), found("b", 0.9))
    assert by_likeness(pair, lambda: {"a": 10, "b": 12}) == pair


def test_a_page_is_kept_by_its_words():
    read = wording.weights(KNOWN.by_id["appimage-fuse-missing"].wording)
    assert read["appimage"] >= wording.TITLE
    assert read["libfuse"] >= wording.EXAMPLE
    assert wording.weights("") == {}


def test_words_are_told_without_endings_and_small_ones():
    assert wording.words("The models were loading, not failed: 404") == [
        "model",
        "load",
        "fail",
        "404",
    ]


def test_other_words_for_the_same_count_too():
    """Both say that it is slow."""
    common = set(wording.meanings("it crawls")) & set(wording.meanings("takes ages"))
    assert "@SLOW" in common


def test_most_pages_are_most_like_their_own_examples():
    """Also without the signs."""
    pages = {name: page for name, page in PAGES.items() if page.fires}
    of = likeness(KNOWN)
    scores = {name: of.scores(page.fires[0].text.splitlines()) for name, page in pages.items()}
    right = [name for name, one in scores.items() if max(one, key=one.__getitem__) == name]
    assert len(right) > 0.85 * len(pages)


def test_no_text_is_more_like_a_page_than_its_words_allow():
    lines = PAGES["appimage-fuse-missing"].fires[0].text.splitlines()
    of = likeness(KNOWN)
    assert 0 < max(of.scores(lines).values()) < 4 * of.possible(lines)
    assert not of.scores([])


@pytest.mark.parametrize(
    ("report", "expected"),
    [(REPORT, "appimage-sandbox-blocked"), (ABOUT_PODMAN, "container-started-without-gpu")],
)
def test_a_report_without_a_sign_is_told_what_it_may_be_about(localai, report, expected):
    assert not explain(report, Surroundings(), KNOWN).found
    done = localai("explain", "--json", "-", stdin=report)
    findings = json.loads(done.stdout)["findings"]
    assert expected in [one["id"] for one in findings]
    assert len(findings) <= suggestions.MOST
    assert {(one["status"], one["confidence"]) for one in findings} == {("info", "possible")}
    assert done.returncode == 0


def test_a_suggestion_is_said_as_a_possibility(localai):
    output = localai("explain", "-", stdin=ABOUT_PODMAN).stdout
    assert "it may be about" in output
    assert "localai explain container-started-without-gpu" in output
    assert "Broken" not in output


@pytest.mark.parametrize("text", [one["text"] for one in HEALTHY])
def test_what_programs_print_is_no_report(text):
    assert not plainwords.is_report(text)


@pytest.mark.parametrize(
    "text", [example.text for page in PAGES.values() for example in page.quiet]
)
def test_what_only_looks_alike_is_no_report(text):
    assert plainwords.in_plain_words(text) or not plainwords.is_report(text)


@pytest.mark.parametrize("text", NO_COMPLAINTS)
def test_questions_and_good_news_are_told_nothing(localai, text):
    assert not json.loads(localai("explain", "--json", "-", stdin=text).stdout)["findings"]


#: Troubles of other kinds, each with words that pages of ours have as well.
ELSEWHERE = {
    "a website": """\
React button does not work after upgrade

I'm trying to upgrade my app from React 17 to 18 and the button doesn't do anything when I click it.
    TypeError: Cannot read properties of undefined (reading 'map')
We use webpack 5 on Windows. Anyone?
""",
    "a printer": """\
Printer is stuck since the update

My printer can't be found anymore since Windows was updated. The driver fails to install with error 0x0000011b,
and the queue is stuck. I tried another USB cable but it isn't detected.
""",
    "homework": """\
Gradient descent exercise 3

We train a model with a learning rate that is too large. Explain why the loss does not converge and why the
error grows. Can't use a library. I think the answer is the Hessian's largest eigenvalue.
""",
    "a letter": """\
Hello Jana,

I'm sorry that I can't come on Friday: my train was cancelled and the next one doesn't stop in Linz. The model
railway shop is slow to answer, I keep trying to get the engine and they refused to take it back.
""",
    "an essay": """\
On slowness

I have always believed that the slow things in life are the ones that we remember. The garden was his memory,
and every model of a ship on the shelf was a context for a story.

Today our machines crash, our phones get stuck, and we call that progress. It is not the error that hurts us.
""",
}  # fmt: skip


@pytest.mark.parametrize("text", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_trouble_of_another_kind_is_told_nothing(localai, text):
    done = localai("explain", "--json", "-", stdin=text)
    document = json.loads(done.stdout)
    assert (done.returncode, document["findings"], "complaint" in document) == (0, [], False)


def test_a_sentence_is_answered_by_its_complaint_alone(localai):
    sentence, expected = COMPLAINTS[0]
    document = json.loads(localai("explain", "--json", sentence).stdout)
    assert (document["complaint"]["id"], document["findings"]) == (expected, [])


#: One line each, with the page that its words are about; most of them are no complaint that the table has.
LINES = {
    "our CentOS 7 box is old and the PyTorch wheel wants a newer glibc": "os-glibc-too-old",
    "pip wants to build something with Visual Studio, I just want to run a model": (
        "python-compiler-missing"
    ),
    "the page runs in a container and does not see llama-server on the host, elsewhere all is fine": (
        "container-app-cannot-reach-host"
    ),
    "my virus scanner took llama-server.exe away after the download": (
        "windows-antivirus-quarantine"
    ),
    "my pod with one GPU is pending although a node has a free card": "kubernetes-gpu-not-offered",
    "SELinux on Fedora denies the container the mounted models folder": (
        "container-volume-blocked-by-selinux"
    ),
    "the loss of my LoRA training became nan after forty steps": "finetune-loss-unusable",
    "pip says that vllm and transformers have conflicting dependencies": (
        "python-dependency-conflict"
    ),
    "pip on Ubuntu 24.04 wants me to break system packages, how do I install it properly": (
        "python-externally-managed"
    ),
    "the trainer stops because the tokenizer has no padding token": "tokenizer-pad-token-missing",
}


@pytest.mark.parametrize(("line", "first"), LINES.items(), ids=LINES.values())
def test_one_line_is_told_the_page_that_it_has_the_words_of(localai, line, first):
    document = json.loads(localai("explain", "--json", line).stdout)
    assert document["likeliest"][0] == document["findings"][0]["id"] == first


@pytest.mark.parametrize(
    "line",
    [
        "vLLM with the new RTX 5090 works great, no problem at all",
        "Which quantization of Llama 3 should I take for 16 GB?",
        "My server has two A100 and runs vLLM with Qwen3 for our team",
        "docker compose up brought everything up and the models answer",
        *NO_COMPLAINTS,
    ],
)
def test_one_line_of_good_news_or_a_question_suggests_no_page(localai, line):
    document = json.loads(localai("explain", "--json", "-", stdin=line).stdout)
    assert (document["findings"], "likeliest" in document) == ([], False)


FULL = """\
Pulls fail

Every pull stops because the disk of the models folder is full, not that of temporary files."""
TIMED_OUT = """\
My laptop freezes when I ask something

The screen goes black, Windows says that the display driver stopped responding, and event 4101 of the display is
in the list. It has an NVIDIA card with a time-out (TDR).
"""


@pytest.mark.parametrize(
    ("report", "first"),
    [(FULL, "disk-full-models-dir"), (TIMED_OUT, "nvidia-windows-launch-timeout")],
    ids=["a cause of the complaint", "another page"],
)
def test_the_likeliest_page_of_a_report_is_named_first(localai, report, first):
    document = json.loads(localai("explain", "--json", "-", stdin=report).stdout)
    assert document["likeliest"] == [one["id"] for one in document["findings"]]
    assert document["likeliest"][0] == first
    named = [one["id"] for one in document["findings"]]
    named += [one["problem"] for one in document["complaint"]["causes"]]
    assert set(document["likeliest"]) <= set(named)


@pytest.mark.parametrize(
    ("report", "first", "second"),
    [
        (FULL, "This may be one of these", "by its words it may be about"),
        (TIMED_OUT, "by its words it may be about", "If it is not, it may be one of these"),
    ],
    ids=["causes", "pages"],
)
def test_causes_of_the_complaint_and_pages_are_told_in_the_order_of_their_likelihood(
    localai, report, first, second
):
    output = " ".join(localai("explain", "-", stdin=report).stdout.split())
    assert -1 < output.index(first) < output.index(second)


def test_words_of_a_text_that_is_like_nothing_suggest_nothing():
    assert suggestions.likeliest(suggestions.weighed("zyx wvu tsr", KNOWN)) == ()
    assert suggestions.likeliest({}) == ()


def test_a_page_of_ones_own_is_suggested_too():
    from localai_setup.problems.compiling import compile_page

    page = {
        "schema": "localai.problem/1", "title": "The quokka gateway drops models.",
        "healthy": "It keeps them.", "seen": "Models vanish behind the quokka gateway.",
        "why": "It has no room.", "fixes": [{"text": "Ask the help desk."}],
        "signs": {"sure": ["quokka said no"]},
        "fires": [{"printed_by": "it", "text": "quokka said no"}],
    }  # fmt: skip
    own = compile_page("quokka-drops", yaml.safe_dump(page))
    known = type(KNOWN)({**KNOWN.by_id, own.id: own})
    report = "Models vanish\n\nI cannot see why the quokka gateway drops my models."
    assert suggestions.likeliest(suggestions.weighed(report, known))[0] == own.id
