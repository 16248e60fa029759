"""Take out of a text what tells who somebody is; the same value always gets the same replacement."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

Rule = tuple[re.Pattern[str], Callable[["Redactor", "re.Match[str]"], str]]

_UUID = re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")
_MIN_NAME_CHARS = 3
_MAC = re.compile(r"\b[0-9a-fA-F]{2}(?:([:-])[0-9a-fA-F]{2})(?:\1[0-9a-fA-F]{2}){4}\b")
#: four numbers are an address only where no word before them says that they are a version
_IPV4 = re.compile(
    r"(?<![\w.])(?<!version )(?<!driver )(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)", re.IGNORECASE
)
_IPV6 = re.compile(r"(?<![\w:])(?:[23][0-9a-fA-F]{3})(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:])")
#: up to the last @ before the host, with a scheme or, in a proxy's setting, without one
_CREDENTIALS = re.compile(r"(?<=://)[^/\s]+(?=@)|(?<![\w/@])[\w.-]+:[^\s/@:]+(?=@[\w.-]+:\d+)")
_HEADER = re.compile(
    r"(?i)\b(authorization:\s*(?:bearer|basic|token)\s+|[A-Z_]*(?:TOKEN|API_KEY|PASSWORD|SECRET)=)\S+"
)
_SERIAL_BELOW = re.compile(r"(?im)^(\s*SerialNumber\s*\n+\s*)(\S[^\n]*)$")
_TOKEN = re.compile(r"\b(?:hf_|sk-|ghp_|gho_|github_pat_|glpat-)[A-Za-z0-9_-]{8,}")
_SERIAL = re.compile(r"(?im)^(\s*[^:\n]{0,60}serial[^:\n]{0,30}[:=]\s*)(\S[^\n]*)$")
_PRIVATE = re.compile(
    r"^(?:127\.|10\.|192\.168\.|169\.254\.|0\.|255\.|172\.(?:1[6-9]|2\d|3[01])\.)"
)


@dataclass
class Redactor:
    """`names` maps whole words (user, host, home) to their stand-ins."""

    names: dict[str, str] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)

    @classmethod
    def for_this_user(cls) -> Redactor:
        """Knows the home folder, user name and host name of the process that runs."""
        names = {os.path.expanduser("~"): "<home>", socket.gethostname(): "<host>"}
        with contextlib.suppress(KeyError, OSError, ImportError):
            names[getpass.getuser()] = "<user>"
        return cls({name: stand_in for name, stand_in in names.items() if _tells(name)})

    def key(self, key: str) -> str:
        return self._named(key)

    def text(self, text: str) -> str:
        text = _CREDENTIALS.sub("<user>:<password>", text)
        text = _HEADER.sub(lambda m: m[1] + "<token>", text)
        text = _TOKEN.sub("<token>", text)
        text = _SERIAL_BELOW.sub(lambda m: m[1] + self._numbered("serial", m[2]), text)
        text = _SERIAL.sub(lambda m: m[1] + self._numbered("serial", m[2]), text)
        text = _UUID.sub(lambda m: self._uuid(m[0]), text)
        text = _MAC.sub(lambda m: self._numbered("mac", m[0].lower()), text)
        text = _IPV4.sub(
            lambda m: m[0] if _PRIVATE.match(m[0]) else self._numbered("ip", m[0]), text
        )
        text = _IPV6.sub(lambda m: self._numbered("ip", m[0].lower()), text)
        return self._named(text)

    def _named(self, text: str) -> str:
        for name, stand_in in sorted(self.names.items(), key=lambda item: -len(item[0])):
            whole = rf"(?<![^\W_]){re.escape(name)}(?![^\W_])"
            text = re.sub(whole, stand_in, text, flags=re.IGNORECASE)
        return text

    def _numbered(self, kind: str, value: str) -> str:
        return self.seen.setdefault(value.strip(), f"<{kind} {len(self.seen) + 1}>")

    def _uuid(self, value: str) -> str:
        number = len(self.seen) + 1
        return self.seen.setdefault(value.lower(), f"00000000-0000-0000-0000-{number:012d}")


def _tells(name: str) -> bool:
    """Short or general names (`root`, `pi`) tell nothing and stand inside other words."""
    return len(name) >= _MIN_NAME_CHARS and name not in (
        "root",
        "user",
        "localhost",
        "ubuntu",
        "/",
        "/root",
    )
