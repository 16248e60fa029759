"""bash and zsh: the same decisions in two spellings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ...model.command_line import CommandLine
from .words import FILES, Words

_BASH = """# Completion of localai {version} for bash, made by `localai completion bash`.
_localai() {{
    local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD-1]}}" command="" word
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$command $word" in
{path}
        esac
    done
    COMPREPLY=()
    case "$command:$prev" in
{values}
    esac
    case "$cur" in
    -*) case "$command" in
{flags}
        esac ;;
    *) case "$command" in
{arguments}
        esac ;;
    esac
}}
complete -o default -F _localai localai
"""
_ZSH = """#compdef localai
# Completion of localai {version} for zsh, made by `localai completion zsh`.
_localai() {{
    local cur="$words[CURRENT]" prev="$words[CURRENT-1]" command="" word
    for word in "${{(@)words[2,CURRENT-1]}}"; do
        case "$command $word" in
{path}
        esac
    done
    case "$command:$prev" in
{values}
    esac
    case "$cur" in
    -*) case "$command" in
{flags}
        esac ;;
    *) case "$command" in
{arguments}
        *) _files ;;
        esac ;;
    esac
}}
if [ "$funcstack[1]" = "_localai" ]; then _localai "$@"; else compdef _localai localai; fi
"""


def bash(words: Words, version: str) -> str:
    """The script for bash 3.2 and newer; it needs no other package."""
    return _filled(_BASH, words, version, _compgen)


def zsh(words: Words, version: str) -> str:
    """The script for zsh: for a file `_localai` of `fpath`, or to be sourced."""
    return _filled(_ZSH, words, version, _compadd)


def _compgen(words: Sequence[str]) -> str:
    if list(words) == [FILES]:
        return 'COMPREPLY=($(compgen -f -- "$cur"))'
    return f'COMPREPLY=($(compgen -W "{" ".join(words)}" -- "$cur"))'


def _compadd(words: Sequence[str]) -> str:
    return "_files" if list(words) == [FILES] else f"compadd -- {' '.join(words)}"


def _filled(script: str, words: Words, version: str, offer: Callable[[Sequence[str]], str]) -> str:
    return script.format(
        version=version,
        path="\n".join(_path(words)),
        values="\n".join(_values(words, offer)),
        flags="\n".join(_rows(words, words.flags, offer)),
        arguments="\n".join(_rows(words, lambda one: _arguments(words, one), offer)),
    )


def _arguments(words: Words, command: CommandLine) -> list[str]:
    return words.arguments(command) if command.words else words.first


def _path(words: Words) -> Iterable[str]:
    """How the command becomes known, word by word."""
    for one in words.commands:
        if one.words:
            *before, last = one.words
            yield f'        "{" ".join(before)} {last}") command="{one.name}" ;;'


def _values(words: Words, offer: Callable[[Sequence[str]], str]) -> Iterable[str]:
    for command in words.commands:
        for name, values in words.after_options(command).items():
            action = f"{offer(values)}; return" if values else "return"
            yield f'    "{command.name}:{name}") {action} ;;'


def _rows(
    words: Words,
    what: Callable[[CommandLine], Sequence[str]],
    offer: Callable[[Sequence[str]], str],
) -> Iterable[str]:
    for command in words.commands:
        found = what(command)
        if found:
            yield f'        "{command.name}") {offer(found)} ;;'
