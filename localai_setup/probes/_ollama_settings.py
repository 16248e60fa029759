"""The settings that an Ollama server was started with, which are not those of the terminal.

The surest is the environment of its process, which only its user (and an administrator) may read; then
its own log, which prints all settings at each start; then what systemd gives the service.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

#: A key of the list `map[A:1 B:x y C:]` that the log prints.
_KEY = re.compile(r"(?:^|\s)([A-Z][A-Z0-9_]+|https?_proxy|no_proxy):")
_LISTED = re.compile(r'msg="server config" env="?map\[(.*)\]"?\s*$', re.MULTILINE)
#: What the log prints for a variable that nobody set, and that decides nothing.
_UNSET_AS = frozenset({("OLLAMA_FLASH_ATTENTION", "false")})
#: In the environment of a server that localai itself started: the record that names it.
OUR_MARK = "LOCALAI_OLLAMA_RECORD"
_OFF = frozenset({"", "0", "f", "false", "n", "no", "off"})


@dataclass(frozen=True)
class OllamaSettings:
    """`variables` as they were given; `source` is the key of the reading that tells them, empty where
    nobody could tell: then nothing follows from a variable that is absent.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    @property
    def models_folder(self) -> str:
        """As it was given; empty where the server takes its usual one."""
        return self._text("OLLAMA_MODELS")

    @property
    def is_ours(self) -> bool:
        """Whether localai itself started the server."""
        return OUR_MARK in self.variables

    @property
    def context(self) -> int | None:
        """Tokens for models that say nothing themselves; None for the server's own choice."""
        return self._number("OLLAMA_CONTEXT_LENGTH") or None

    @property
    def kv_type(self) -> str:
        """`q8_0`, for example; empty for f16."""
        return self._text("OLLAMA_KV_CACHE_TYPE")

    @property
    def keep_alive(self) -> str:
        """How long a model stays in memory after a request: `5m0s`, `-1` for ever; empty for 5 minutes."""
        return self._text("OLLAMA_KEEP_ALIVE")

    @property
    def parallel(self) -> int | None:
        """Requests at a time; each has a context of its own."""
        return self._number("OLLAMA_NUM_PARALLEL")

    @property
    def flash_attention(self) -> bool | None:
        """None where the server decides for each model."""
        given = self.variables.get("OLLAMA_FLASH_ATTENTION")
        return None if given is None else given.strip().lower() not in _OFF

    @property
    def cloud_off(self) -> bool:
        """Whether the server is forbidden to pass requests on to ollama.com."""
        return self._text("OLLAMA_NO_CLOUD").lower() not in _OFF

    def _text(self, name: str) -> str:
        return self.variables.get(name, "").strip().strip("\"'")

    def _number(self, name: str) -> int | None:
        given = self._text(name)
        return int(given) if given.isascii() and given.isdigit() else None


def from_log(text: str, source: str) -> OllamaSettings | None:
    """What the last start in a log lists; None where it shows none."""
    listed = _LISTED.findall(text)
    if not listed:
        return None
    places = list(_KEY.finditer(listed[-1]))
    ends = [*(one.start() for one in places[1:]), len(listed[-1])]
    # an empty list has an end and no key
    pairs = ((one[1], listed[-1][one.end() : end]) for one, end in zip(places, ends, strict=False))
    return OllamaSettings({n: v for n, v in pairs if (n, v) not in _UNSET_AS}, source)
