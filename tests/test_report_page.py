"""The page of `doctor --report`: one file, nothing from outside, nothing unescaped, the worst first."""

import re
from html.parser import HTMLParser

import pytest

from localai_setup.diagnosis.doctor import Diagnosis
from localai_setup.model.facts import Facts
from localai_setup.model.finding import Evidence, Finding, Fix
from localai_setup.model.reading import Failed, Readings, Text
from localai_setup.ui import page

HOSTILE = '<script>alert(1)</script> & "quoted" `code` ``` https://other.example/x.js'
FIX = Fix(
    HOSTILE, ("sudo one", HOSTILE), needs_root=True, reboot=True, loses=HOSTILE, proof=HOSTILE
)
VOID = {"meta", "br", "img", "link", "input", "hr"}


def finding(number, status="fail"):
    seen = (Evidence("command:dmesg", HOSTILE), Evidence("text", "x" * 5000))
    return Finding(f"a-problem-{number}", status, HOSTILE, HOSTILE, "Why", seen, (FIX, FIX))


FULL = (
    Diagnosis(
        tuple(finding(number) for number in range(5)),
        {"setup-gpu-unused": "The model lies on the GPU where it was planned to."},
        {"x-y": HOSTILE},
    ),
    Readings({"command:a <b>": Text(HOSTILE), "file:/x": Failed("slow"), "long": Text("y" * 9000)}),
)
EMPTY = (Diagnosis((), {}, {}), Readings())


def written(tmp_path, name, content):
    page.write(tmp_path / name, Facts(), *content)
    return (tmp_path / name).read_text("utf-8")


class Elements(HTMLParser):
    """Fails where an element is not closed; keeps names and attributes."""

    def __init__(self, text):
        super().__init__()
        self.open, self.names, self.attributes = [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("content", [FULL, EMPTY], ids=["full", "empty"])
def test_html_is_whole_and_asks_nothing_of_anybody(tmp_path, content):
    text = written(tmp_path, "page.html", content)
    elements = Elements(text)
    assert not {"script", "link", "img", "iframe", "form"} & set(elements.names)
    assert not {"src", "onclick", "style", "action"} & {name for name, _ in elements.attributes}
    assert all(value.startswith("#") for name, value in elements.attributes if name == "href")
    assert "url(" not in text and "@import" not in text
    for part in ("prefers-color-scheme: dark", "@media print", "width=device-width"):
        assert part in text


def test_html_leads_to_each_of_many_findings(tmp_path):
    text = written(tmp_path, "page.html", FULL)
    targets = re.findall(r'href="#([^"]+)"', text)
    assert targets == [one.id for one in FULL[0].findings]
    assert all(f'id="{one}"' in text for one in targets)
    assert "What could not be checked" in text and "1 check passed" in text
    assert "… and 5000 more characters" in text


def test_markdown_keeps_foreign_text_inside_its_fences(tmp_path):
    text = written(tmp_path, "page.md", FULL)
    prose = re.sub(r"(?ms)^(`{3,})\w*\n.*?\n\1$", "", text)
    prose = re.sub(r"`[^`\n]*`", "", prose)
    assert "<script" not in prose
    assert text.count("<details>") == text.count("</details>") == 5
    assert "y" * 4000 in text and "failed: slow" in text


@pytest.mark.parametrize("name", ["page.html", "page.md"])
def test_an_empty_page_says_that_all_is_well(tmp_path, name):
    assert "Nothing known is wrong." in written(tmp_path, name, EMPTY)


@pytest.mark.parametrize(
    ("needs", "html", "markdown"),
    [
        ({}, "", ""),
        ({"needs_root": True}, "Needs an administrator.", " (needs an administrator)"),
        ({"reboot": True}, "Restarts the computer.", " (restarts the computer)"),
        (
            {"needs_root": True, "reboot": True},
            "Needs an administrator. Restarts the computer.",
            " (needs an administrator) (restarts the computer)",
        ),
    ],
    ids=["nothing", "root", "restart", "both"],
)
def test_what_a_fix_needs_stands_behind_it(tmp_path, needs, html, markdown):
    fix = Fix("Do it.", ("sudo it",), **needs)
    one = Finding("a-problem", "fail", "It broke.", "Because.", "Why", (), (fix,))
    content = Diagnosis((one,), {}, {}), Readings()
    shown = f"<li>Do it. <span class=soft>{html}</span>" if html else "<li>Do it.<"
    assert shown in written(tmp_path, "page.html", content)
    assert f"Do it.{markdown}\n" in written(tmp_path, "page.md", content)
