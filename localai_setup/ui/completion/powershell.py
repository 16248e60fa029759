"""PowerShell: one block that is asked for the words that can follow."""

from __future__ import annotations

from collections.abc import Sequence

from .words import FILES, Words

_SCRIPT = """# Completion of localai {version} for PowerShell, made by `localai completion powershell`.
Register-ArgumentCompleter -Native -CommandName localai -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $commands = @({commands})
    $values = @{{
{values}
    }}
    $flags = @{{
{flags}
    }}
    $arguments = @{{
{arguments}
    }}
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object {{ "$_" }})
    if ($wordToComplete -and $words.Count) {{ $words = @($words | Select-Object -SkipLast 1) }}
    $command = ''
    foreach ($word in $words) {{
        $longer = "$command $word".Trim()
        if ($commands -ccontains $longer) {{ $command = $longer }}
    }}
    $last = if ($words.Count) {{ "${{command}}:$($words[-1])" }} else {{ '' }}
    $found = if ($values.ContainsKey($last)) {{ $values[$last] }}
    elseif ($wordToComplete -like '-*') {{ $flags[$command] }}
    else {{ $arguments[$command] }}
    $found | Where-Object {{ $_ -like "$wordToComplete*" }} | ForEach-Object {{
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }}
}}
"""


def powershell(words: Words, version: str) -> str:
    """The script, for the profile."""
    values = {
        f"{command.name}:{name}": found
        for command in words.commands
        for name, found in words.after_options(command).items()
        if found and list(found) != [FILES]
    }
    arguments = {one.name: words.arguments(one) for one in words.commands if one.words}
    arguments[""] = words.first
    return _SCRIPT.format(
        version=version,
        commands=_listed([one.name for one in words.commands if one.words]),
        values=_table(values),
        flags=_table({one.name: words.flags(one) for one in words.commands}),
        arguments=_table({name: found for name, found in arguments.items() if found != [FILES]}),
    )


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _table(rows: dict[str, list[str]] | dict[str, Sequence[str]]) -> str:
    return "\n".join(f"        '{name}' = @({_listed(found)})" for name, found in rows.items())
