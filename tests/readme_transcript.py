"""The session that README shows, line by line, held against what init said now."""

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
#: what is another on another machine or day; the first that fits counts
VARYING = (
    (re.compile(r"^  (Computer|Graphics)\b.*"), r"  \1"),
    (re.compile(r"^Answered: .*"), "Answered:"),
    # its build depends on the processor and the network, its place on whether a library comes first
    (re.compile(r"^  \d+\. Install the engine llama\.cpp .*"), "  1. Install the engine llama.cpp"),
    (re.compile(r"^     ~/.*/engines/.*"), "     engines"),
    (re.compile(r"~/[^`;]*/(?=[\w.-]+)"), "~/"),
    (re.compile(r" tokens per second;.*"), " tokens per second"),
)
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def fixed(line):
    """What of a line is the same everywhere."""
    for pattern, words in VARYING:
        line = pattern.sub(words, line)
    return NUMBER.sub("N", line.rstrip())


def shown():
    """The lines of the session, without the command and the places where lines were left out."""
    [session] = re.findall(r"```console\n(.*?)\n```", README.read_text("utf-8"), re.DOTALL)
    return [one for one in session.split("\n")[1:] if one.strip() not in ("", "…")]


def missing(output):
    """Lines of README that this output of init does not have."""
    printed = {fixed(line) for line in output.split("\n")}
    return [line for line in shown() if fixed(line) not in printed]
