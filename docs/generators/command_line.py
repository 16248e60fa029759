"""The reference of the command line, from the Typer app itself."""

from __future__ import annotations

import inspect

import typer

from localai_setup.cli import app

HEAD = """# The command line

Names and JSON shapes are a contract that scripts may rely on. What a program is told: data on
stdout, everything else on stderr, and [an exit code](exit-codes.md). A name in capitals at the end of
a line is an environment variable that gives the same; a flag wins over it.
"""
#: on every command, told once
COMMON = ("--json", "--verbose", "--offline", "--no-color", "--help")


def pages() -> dict[str, str]:
    root = typer.main.get_command(app)
    common = {name: text for name, text in _options(root.commands["status"]) if _is_common(name)}
    lines = [HEAD, "## On every command\n", _table(common.items())]
    first = [one for one in _options(root) if not _is_common(one[0]) and "--version" not in one[0]]
    lines += ["Before any command, `localai --quiet init` for example:\n", _table(first)]
    for path, command in _commands(root, "localai"):
        own = [one for one in _options(command) if not _is_common(one[0])]
        lines += [f"## {path}\n", _words(command), _table(own)]
    return {"reference/cli.md": "\n".join(part for part in lines if part)}


def _commands(group, path):
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield f"{path} {name}", command
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _words(command) -> str:
    text, _, example = inspect.cleandoc(command.help or "").partition("Example:")
    text = text.strip() + "\n"
    return text + (f"\n```sh\n{example.strip()}\n```\n" if example else "")


def _options(command):
    for one in command.params:
        is_option = one.param_type_name == "option"
        name = ", ".join(one.opts) if is_option else (one.metavar or one.name.upper())
        takes = is_option and not getattr(one, "is_flag", False)
        value = f" {one.metavar or 'VALUE'}" if takes else ""
        text = getattr(one, "help", None) or ""
        yield f"{name}{value}", f"{text} `{one.envvar}`." if one.envvar else text


def _is_common(name: str) -> bool:
    return name.split(",")[0].split(" ")[0] in COMMON


def _table(rows) -> str:
    made = "".join(f"| `{name}` | {text} |\n" for name, text in rows)
    return f"| | |\n|---|---|\n{made}" if made else ""
