"""What Ollama makes of OLLAMA_HOST, which is not always what is meant by it.

Read with Ollama 0.33 (`ollama serve` with each of these): quotes and blanks around it are dropped; no
host is every address of the machine; `http://` without a port is port 80, `https://` port 443, and
either is served without encryption; a path is ignored; a port that is none means the usual one.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

USUAL_PORT = 11434
_PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65535
_EVERYWHERE = frozenset({"", "0.0.0.0", "::", "*"})  # noqa: S104


@dataclass(frozen=True)
class Address:
    """`host` is a name or address without brackets; empty where every address of the machine is meant."""

    host: str = "127.0.0.1"
    port: int = USUAL_PORT

    @property
    def everywhere(self) -> bool:
        """Whether a server at it can be reached from the network."""
        return self.host in _EVERYWHERE

    @property
    def loopback(self) -> bool:
        """Whether only this computer can reach a server at it."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def here(self) -> bool:
        """Whether a request to it stays on this computer, as far as the address tells."""
        return self.everywhere or self.loopback

    @property
    def url(self) -> str:
        """Where a program on this computer asks; only for one that is `here`."""
        host = "127.0.0.1" if self.everywhere else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def __str__(self) -> str:
        host = self.host or "0.0.0.0"  # noqa: S104
        return f"{f'[{host}]' if ':' in host else host}:{self.port}"


def read(value: str) -> Address:
    """The address that Ollama takes for a value of OLLAMA_HOST; the usual one for an empty value."""
    text = value.strip().strip("\"'").strip()
    scheme, found, rest = text.partition("://")
    place = (rest if found else text).partition("/")[0]
    usual = _PORTS.get(scheme, USUAL_PORT) if found else USUAL_PORT
    host, port = _split(place)
    if port is None:
        return Address(host or "127.0.0.1", usual)
    known = port.isascii() and port.isdigit() and int(port) <= _HIGHEST_PORT
    return Address(host, int(port) if known else usual)


def _split(place: str) -> tuple[str, str | None]:
    """(host, port); no port where the text has none. An IPv6 address needs brackets before a port."""
    if place.startswith("["):
        host, _, rest = place[1:].partition("]")
        return host, rest[1:] if rest.startswith(":") else None
    if place.count(":") == 1:
        host, _, port = place.partition(":")
        return host, port
    return place, None
