"""The commands of fixes as a Windows user types them: another spelling, and which shell they are for."""

from __future__ import annotations

import re
from dataclasses import replace

from ..model.finding import Fix

#: What pages write for every system, and how it has to be written there. In Windows PowerShell `curl`
#: alone is another program (Invoke-WebRequest), which takes none of curl's options; Visual Studio's
#: generator, CMake's default there, puts programs into a folder for each configuration.
_SPELLED = (
    (re.compile(r"^curl "), "curl.exe "),
    # python.org's installer brings no `python3`
    (re.compile(r"^python3 "), "python "),
    (re.compile(r"(?<!\S)(?P<path>[\w./-]*?)build/bin/(?P<name>[\w-]+)"), None),
)
#: What cmd does not understand: cmdlets and objects, PowerShell's variables, its calls, quotes and `;`.
_POWERSHELL = re.compile(
    r"^[A-Z][a-z]+-[A-Z]|\| [A-Z][a-z]+-[A-Z]|\$|^[(\[&]|'|^do \{|; |\bEnv:|^echo \"|^mkdir .*\s"
)


def spelled(fix: Fix) -> Fix:
    """The fix with its commands as Windows' shells take them; those for other systems as they are."""
    if fix.where.systems and "windows" not in fix.where.systems:
        return fix
    commands = tuple(_spelled(one) for one in fix.commands)
    proof = _spelled(fix.proof)
    needs = any(_POWERSHELL.search(one) for one in (*commands, proof))
    return replace(
        fix, commands=commands, proof=proof, shell=fix.shell or ("PowerShell" if needs else "")
    )


def _spelled(command: str) -> str:
    for pattern, words in _SPELLED:
        command = pattern.sub(words if words is not None else _built, command)
    return command


def _built(found: re.Match[str]) -> str:
    folder = found["path"].replace("/", "\\")
    return f".\\{folder}build\\bin\\Release\\{found['name']}"
