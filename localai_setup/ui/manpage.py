"""Man pages, in the roff that `man` of every system reads, made of what the commands say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..model.command_line import CommandLine, Parameter

#: exit code → what it says; the reference has more words
CODES = (
    ("0", "fine"),
    ("1", "problems were found, or the job failed"),
    ("2", "a mistake in the command line"),
    ("3", "nothing that was asked for fits this machine"),
    ("4", "a yes is needed that --yes does not give, or nobody is there to answer"),
    ("70", "a mistake of localai's own"),
    ("129, 130, 143", "ended by the terminal's end, by Ctrl-C, or by a request to end"),
)
#: of the pages' form, which `man` shows at the foot; their words are those of the version beside it
DATE = "2026-11-28"
FILES = (
    ("~/.local/share/localai", "engines and models"),
    ("~/.local/state/localai", "what was set up, the server's log, the API key"),
    ("~/.config/localai", "recipes, problem pages and a policy of your own"),
    ("~/.cache/localai", "what can be made or fetched again"),
)


def title(command: CommandLine) -> str:
    """The name of the page: `localai`, `localai-init`, `localai-recipes-list`."""
    return "-".join(("localai", *command.words))


def page(command: CommandLine, commands: Sequence[CommandLine], version: str) -> str:
    """One page of section 1. Commands of this one are listed on it."""
    inner = [
        one
        for one in commands
        if one.words[:-1] == command.words and len(one.words) == len(command.words) + 1
    ]
    head = (title(command).upper(), "1", DATE, f"localai {version}")
    lines = [f".TH {' '.join(map(_quoted, head))}"]
    lines += [".SH NAME", f"{_roff(title(command))} \\- {_roff(_summary(command))}"]
    lines += [".SH SYNOPSIS", *_synopsis(command, has_commands=bool(inner))]
    lines += [".SH DESCRIPTION", *_paragraphs(command.text)]
    if inner:
        lines += [".SH COMMANDS", *_entries((one.words[-1], _summary(one)) for one in inner)]
    if command.parameters:
        lines += [".SH OPTIONS", *_entries(map(_parameter, command.parameters))]
    lines += [".SH EXIT STATUS", *_entries(CODES)]
    if not command.words:
        lines += [".SH FILES", *_entries(FILES)]
    if command.example:
        lines += [".SH EXAMPLES", ".nf", *map(_roff, command.example.splitlines()), ".fi"]
    return "\n".join([*lines, ".SH SEE ALSO", *_see_also(command, inner)]) + "\n"


def _summary(command: CommandLine) -> str:
    return command.summary[:1].lower() + command.summary[1:]


def _synopsis(command: CommandLine, *, has_commands: bool) -> Iterator[str]:
    yield f".B {_roff(' '.join(('localai', *command.words)))}"
    rest = [_argument(one) for one in command.arguments]
    words = ["[OPTION]..." if command.options else "", "COMMAND" if has_commands else "", *rest]
    yield _roff(" ".join(filter(None, words)))


def _argument(one: Parameter) -> str:
    return one.value if one.required or one.value.startswith("[") else f"[{one.value}]"


def _parameter(one: Parameter) -> tuple[str, str]:
    names = ", ".join(one.names)
    head = " ".join(filter(None, (names, one.value)))
    text = f"{one.text} Environment: {one.variable}." if one.variable else one.text
    return head, text


def _entries(rows: Iterator[tuple[str, str]] | Sequence[tuple[str, str]] | map[tuple[str, str]]) -> list[str]:  # fmt: skip
    return [
        line for head, text in rows for line in (".TP", f".B {_roff(head)}", _roff(text or head))
    ]


def _paragraphs(text: str) -> Iterator[str]:
    for number, part in enumerate(re.split(r"\n\s*\n", text)):
        if number:
            yield ".PP"
        yield _roff(" ".join(part.split()))


def _see_also(command: CommandLine, inner: Sequence[CommandLine]) -> list[str]:
    names = [title(one) for one in inner] if not command.words else ["localai"]
    return [", ".join(rf"\fB{_roff(name)}\fR(1)" for name in names)]


def _quoted(text: str) -> str:
    plain = text if text == DATE else _roff(text)
    return '"' + plain.replace('"', '""') + '"'


def _roff(text: str) -> str:
    """A text in which nothing is taken for a request, and a hyphen stays one that can be pasted."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    for sign, name in (("“", "\\(lq"), ("”", "\\(rq"), ("…", "..."), ("→", "\\(->"), ("·", "-")):
        text = text.replace(sign, name)
    return f"\\&{text}" if text[:1] in (".", "'") else text
