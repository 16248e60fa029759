"""A shell's completion, with the names of everything that this installation knows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from .. import __version__, engines
from ..machine.keeping.problem_files import known_problems
from ..model.command_line import CommandLine
from ..model.errors import Exit, unknown_name
from ..recipes.apps import apps
from ..ui import console
from ..ui.completion.fish import fish
from ..ui.completion.posix import bash, zsh
from ..ui.completion.powershell import powershell
from ..ui.completion.words import FILES, Words
from ._recipes import load_recipes

SHELLS: dict[str, Callable[[Words, str], str]] = {
    "bash": bash,
    "zsh": zsh,
    "fish": fish,
    "powershell": powershell,
}
DRAFTING = ("auto", "off", "heads", "repeats", "companion")
#: where each shell looks for it by itself, as its documentation says
PLACES = {
    "bash": "localai completion bash > ~/.local/share/bash-completion/completions/localai",
    "zsh": 'localai completion zsh > "${fpath[1]}/_localai"',
    "fish": "localai completion fish > ~/.config/fish/completions/localai.fish",
    "powershell": "if (!(Test-Path $PROFILE)) { New-Item -Force $PROFILE }; "
    "localai completion powershell | Add-Content -Encoding utf8 $PROFILE",
}


def completion(shell: str, commands: Sequence[CommandLine]) -> Exit:
    """Print the script for a shell.

    Raises:
        LocalaiError: there is none for it.

    """
    if shell not in SHELLS:
        raise unknown_name("completion", shell, SHELLS, f"There is one for {', '.join(SHELLS)}.")
    sys.stdout.write(SHELLS[shell](Words(commands, _values(commands)), __version__))
    if sys.stdout.isatty():
        console.say(f"\nTo have it in every shell: `{PLACES[shell]}`")
    return Exit.OK


def _values(commands: Sequence[CommandLine]) -> Mapping[str, Sequence[str]]:
    """What can stand for a value, by what stands for it in the help."""
    recipes = load_recipes()
    models, uses = list(recipes.models), list(recipes.uses)
    problems = sorted(known_problems().by_id)
    licences = sorted({one.licence.id for one in recipes.models.values()})
    programs = {one.id: one for one in apps().values()}
    names = ("REF", "MODEL", "[MODEL]")
    return {
        **dict.fromkeys(names, models),
        "USE": uses,
        **{f"{one}:--engine": list(engines.known()) for one in ("init", "plan", "switch")},
        **{f"{one}:--recipe": uses for one in ("init", "plan", "switch")},
        **{f"{one.name}:--accept-licence": ["all", *licences] for one in commands},
        **{f"{one.name}:--drafting": DRAFTING for one in commands},
        "connect:PROGRAM": list(programs),
        "disconnect:PROGRAM": [name for name, one in programs.items() if one.writes],
        "doctor:--only": problems,
        "doctor:--skip": problems,
        "explain:[ID|TERM|FILE|TEXT|-]": problems,
        **{f"recipes {one}:ID": [*uses, *models] for one in ("show", "explain")},
        "recipes check:[ID]…": models,
        "completion:SHELL": list(SHELLS),
        "man:[COMMAND]": sorted({one.words[0] for one in commands if one.words}),
        **{name: [FILES] for name in ("--replay", "--report", "--log-file", "FILE")},
    }
