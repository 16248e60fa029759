"""fish, which shows what each word does beside it."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.command_line import CommandLine, Parameter
from .words import FILES, Words

#: the longest explanation beside a word
MAX_TEXT = 60


def fish(words: Words, version: str) -> str:
    """The script, for a file in fish's folder of completions."""
    head = f"# Completion of localai {version} for fish, made by `localai completion fish`."
    lines = [head, "complete -c localai -e"]
    for command in words.commands:
        lines += _command(words, command)
    return "\n".join(lines) + "\n"


def _command(words: Words, command: CommandLine) -> Iterable[str]:
    if command.words:
        *before, last = command.words
        inner = words.groups.get(before[0], []) if before else []
        at = f"{_at(before)}; and not __fish_seen_subcommand_from {' '.join(inner)}"
        at = at if before else "__fish_use_subcommand"
        yield f"complete -c localai -f -n {_quoted(at)} -a {last} -d {_quoted(_short(command.summary))}"
    here = _at(command.words) if command.words else "__fish_use_subcommand"
    for option in command.options:
        yield _option(words, command, option, here)
    values = words.arguments(command) if command.words else []
    if values and command.name not in words.groups:
        flag = "-F" if values == [FILES] else f"-f -a {_quoted(' '.join(values))}"
        yield f"complete -c localai -n {_quoted(here)} {flag}"


def _at(path: Iterable[str]) -> str:
    return "; and ".join(f"__fish_seen_subcommand_from {word}" for word in path)


def _option(words: Words, command: CommandLine, option: Parameter, here: str) -> str:
    names = " ".join(
        f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names
    )
    values = words.after_options(command).get(option.names[0], ())
    takes = " -r -F" if list(values) == [FILES] else f" -x -a {_quoted(' '.join(values))}"
    text = _quoted(_short(option.text))
    return (
        f"complete -c localai -n {_quoted(here)} {names} -d {text}{takes if option.value else ''}"
    )


def _short(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1].rsplit(" ", 1)[0] + "…"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
