"""A headline that a person wrote stands above lists, versions and commands: that is a report all the same."""

import json

import pytest

from localai_setup.problems import plainwords

#: What stands below the headlines is no sentence.
BELOW = """\
- Fedora 43, Ryzen 7 8700G
- ollama 0.33.2
1) installed, 2) ran `ollama run gemma3:4b`
"""
HEADLINES = [
    "Integrated graphics no GPU detected with Ollama",
    "llama-server CPU only with Radeon 780M",
    "Cannot load libcudnn_ops.so.9 with faster-whisper",
    "vllm out of memory / two cards",
    "Embeddings failing in the knowledge base",
]
PRINTED = [
    "Error loading model.",
    "The following packages cannot be installed:",
    "Checking the driver... failed",
    "Error: no compatible GPUs were discovered",
    "time=2026-03-02 level=WARN no GPU found",
    "$ ollama run gemma3 failed",
    "Failed",
]
CONTENT = [
    "Output correct with Vulkan, no crashes",
    "The new release works without any problems",
    "An hour with 80k tokens and I didn't see any issues",
]


@pytest.mark.parametrize("headline", HEADLINES)
def test_a_headline_makes_a_report(headline):
    assert plainwords.is_headed(f"{headline}\n{BELOW}")
    assert not plainwords.is_headed(headline)


@pytest.mark.parametrize("line", PRINTED)
def test_what_programs_print_first_is_no_headline(line):
    assert not plainwords.is_headed(f"{line}\n{BELOW}")


@pytest.mark.parametrize("line", CONTENT)
def test_who_names_no_trouble_reports_none(line):
    assert not plainwords.names_trouble(line)
    assert not plainwords.is_report(f"{line}\n{BELOW}")


def test_a_report_of_that_kind_is_told_pages(localai):
    done = localai("explain", "--json", "-", stdin=f"{HEADLINES[0]}\n{BELOW}")
    findings = json.loads(done.stdout)["findings"]
    assert findings
    assert {one["confidence"] for one in findings} == {"possible"}
