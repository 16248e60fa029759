"""A program that can use the server, and what to tell it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class App:
    """`settings` is what to paste, with `{{address}}`, `{{origin}}`, `{{host_port}}`, `{{api_key}}`,
    `{{model}}` and `{{context}}` in it; `file` is where it belongs, empty for a command line or a form.

    `embeddings` tells a program that wants vectors, `reranks` one that wants texts put in order; the
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


@dataclass(frozen=True)
class Connection:
    """Where the server answers. `address` ends in `/v1` and speaks the OpenAI API; `own_api` names the
    engine whose own API it speaks too, empty for none.
    """

    address: str
    model: str
    context: int
    api_key: str | None = None
    embeddings: bool = False
    reranks: bool = False
    own_api: str = ""

    @property
    def origin(self) -> str:
        """The address without `/v1`, for programs that add it themselves."""
        return self.address.removesuffix("/v1")
