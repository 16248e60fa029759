"""A program that can use the server, and what to tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .server import HOST

#: An answer may take this part of the context, and never more tokens than that: the rest is for files
#: and instructions, and agents subtract it from the context before they count.
OUTPUT_SHARE, MAX_OUTPUT = 4, 8192


@dataclass(frozen=True)
class SettingsFile:
    """The file that `settings` are merged into, and taken out of again.

    `path` begins with `~`, `<config>` (XDG's folder) or `<appdata>` (where this system's programs keep
    their settings); `windows` is the path there, where it is another one. `variable` names an environment
    variable that holds the file's folder. `also` are names that the program reads the same file under.
    `format` `own` is a file that holds nothing but ours. Top keys of `defaults` are only set where they
    are missing.
    """

    path: str
    format: Literal["json", "yaml", "own"]
    windows: str = ""
    variable: str = ""
    also: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Traces:
    """By what a program is found on a computer: commands on PATH, files (patterns; `~`, `<appdata>`)."""

    commands: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Needs:
    """What the program needs of a model: tokens of context for its own instructions, calls of tools."""

    context: int = 0
    tools: bool = False


@dataclass(frozen=True)
class ClientProof:
    """A request in the program's own way: `run` is its command line, `windows` the one there (empty:
    none is known). `present` is a command that succeeds where the program can be run, empty where its
    being on PATH is enough. `expects` is a text that every answer holds, `variables` are set for it.
    `<script>` in a command line is a file of its owner's alone that holds `script`: a key on the command
    line could be read by every user of the computer.
    """

    run: tuple[str, ...]
    windows: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    expects: str = ""
    variables: tuple[str, ...] = ()
    script: str = ""


@dataclass(frozen=True)
class App:
    """`settings` is what to paste, with `{{address}}`, `{{origin}}`, `{{host_port}}`, `{{api_key}}`,
    `{{model}}`, `{{context}}` and `{{output}}` (the longest answer that leaves room for a question) in
    it; `file` is where it belongs, empty for a command line or a form. `writes` is that file where we
    can write it.

    `speaks` is the API that the program uses. `embeddings` tells a program that wants vectors, `reranks` one that wants texts put in order; the
    others want chat. `source` is the program's own page, as read on `checked` (a date). `note` is what
    surprises people. Where `settings` are typed into a shell, `powershell` and `cmd` are the same for
    Windows' two.
    """

    id: str
    title: str
    steps: tuple[str, ...]
    settings: str
    source: str
    checked: str
    file: str = ""
    note: str = ""
    embeddings: bool = False
    powershell: str = ""
    cmd: str = ""
    reranks: bool = False
    speaks: Literal["openai", "anthropic", "ollama"] = "openai"
    writes: SettingsFile | None = None
    found: Traces | None = None
    needs: Needs | None = None
    proof: ClientProof | None = None


@dataclass(frozen=True)
class Connection:
    """Where the server answers. `address` ends in `/v1` and speaks the OpenAI API; `own_api` names the
    engine whose own API it speaks too, empty for none. `tools` is whether the model was made to call
    tools, None where nobody knows. `listen` is the address that it is open at.
    """

    address: str
    model: str
    context: int
    api_key: str | None = None
    embeddings: bool = False
    reranks: bool = False
    own_api: str = ""
    tools: bool | None = None
    listen: str = HOST

    @property
    def output(self) -> int:
        """The longest answer, in tokens, that an agent may ask for: it shares the context with the question."""
        return min(MAX_OUTPUT, max(1, self.context // OUTPUT_SHARE))

    @property
    def origin(self) -> str:
        """The address without `/v1`, for programs that add it themselves."""
        return self.address.removesuffix("/v1")
