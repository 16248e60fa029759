"""The commands as values, read from the Typer app."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from ..model.command_line import CommandLine, Parameter


def described(root: Any) -> tuple[CommandLine, ...]:
    """Every command, localai itself first, by name. `root` is Click's, whichever Click Typer brings."""
    return tuple(_commands(root, ()))


def _commands(command: Any, words: tuple[str, ...]) -> Iterator[CommandLine]:
    text, _, example = inspect.cleandoc(command.help or "").partition("Example:")
    epilog = str(command.epilog or "").removeprefix("Example:")
    yield CommandLine(
        words,
        text.strip(),
        (example or epilog).strip(),
        tuple(_parameter(one) for one in command.params if not getattr(one, "hidden", False)),
    )
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        if not inner.hidden:
            yield from _commands(inner, (*words, name))


def _parameter(one: Any) -> Parameter:
    is_option = one.param_type_name == "option"
    takes = not (is_option and one.is_flag)
    stands = one.metavar or ("VALUE" if is_option else str(one.name).upper())
    names = (*one.opts, *one.secondary_opts) if is_option else ()
    variable = one.envvar if isinstance(one.envvar, str) else ""
    return Parameter(names, stands if takes else "", one.help or "", variable, bool(one.required))
