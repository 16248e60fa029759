"""Whether the places that engines and models come from answer: one small request each, all at once."""

from __future__ import annotations

import configparser
import contextlib
import http.client
import os
import socket
import ssl
import sys
import time
from base64 import b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from ...model.errors import LocalaiError
from ..fetching import addresses, clients

TIMEOUT_SECONDS = 2.5
PIP_FILES = ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf",
             "~/Library/Application Support/pip/pip.conf")  # fmt: skip


def answers() -> list[dict[str, Any]]:
    """For each place its name, address (without user and password), and what came of asking."""
    named = {
        "package index": index(),
        "hub": addresses.hub(),
        "releases": addresses.releases(),
    }
    places = {name: address for name, address in named.items() if address}
    with ThreadPoolExecutor(len(places)) as pool:
        return list(pool.map(_asked, places, places.values()))


def index() -> str | None:
    """The package index that pip is set to; the later file wins, the environment wins over all."""
    found = None
    for file in filter(None, _pip_files()):
        settings = configparser.RawConfigParser()
        try:
            settings.read(os.path.expanduser(file), encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        found = settings.get("global", "index-url", fallback=found)
    return os.environ.get("PIP_INDEX_URL") or found or _pips_default()


def _pip_files() -> tuple[str, ...]:
    """Where pip looks, the least important first (pip's documentation, "Configuration Files")."""
    own = os.environ.get("PIP_CONFIG_FILE", "")
    if sys.platform != "win32":
        return (*PIP_FILES, str(Path(sys.prefix, "pip.conf")), own)
    below = (os.environ.get("PROGRAMDATA"), "~", os.environ.get("APPDATA"))
    shared = (os.path.join(os.path.expanduser(one), "pip", "pip.ini") for one in below if one)
    return (*shared, str(Path(sys.prefix, "pip.ini")), own)


def _pips_default() -> str | None:
    """The index that pip takes where nobody set one: only pip itself says which."""
    try:
        from pip._internal.models.index import PyPI
    except ImportError:
        return None
    return str(PyPI.simple_url)


def _asked(name: str, url: str) -> dict[str, Any]:
    found: dict[str, Any] = {"place": name, "address": ""}
    try:
        parts = urlsplit(url)
        found["address"] = f"{parts.scheme}://{parts.hostname}"
        connection, found["proxy"] = _connection(url)
        with contextlib.closing(connection):
            connection.request("HEAD", parts.path or "/", headers={"User-Agent": "localai-setup"})
            # read before the answer, which may close the socket
            found["issuer"] = _issuer(connection)
            answer = connection.getresponse()
            found |= {
                "code": answer.status,
                "clock_ahead_seconds": _ahead(answer.getheader("Date")),
            }
    except (OSError, http.client.HTTPException, ValueError, LocalaiError) as error:
        found |= {"kind": _kind(error), "reason": str(error) or type(error).__name__}
    return found


def _connection(url: str) -> tuple[http.client.HTTPConnection, bool]:
    """A connection to the place, or to the proxy that is set for it; whether it is a proxy."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    proxy = None if proxy_bypass(host) else getproxies().get(parts.scheme)
    made = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    # the same trust as a download: what is called reachable can be fetched from
    extra: Mapping[str, Any] = {"context": clients.certificates()} if secure else {}
    if not proxy:
        return made(host, parts.port, timeout=TIMEOUT_SECONDS, **extra), False
    way = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    connection = made(way.hostname or "", way.port or 80, timeout=TIMEOUT_SECONDS, **extra)
    connection.set_tunnel(host, parts.port, _login(way))
    return connection, True


def _login(proxy: SplitResult) -> dict[str, str]:
    """What a proxy with a user and a password wants to hear."""
    if not proxy.username:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _issuer(connection: http.client.HTTPConnection) -> str | None:
    """Who signed the certificate: a company's own name shows that TLS is opened on the way."""
    sock = connection.sock
    stated = sock.getpeercert() if isinstance(sock, ssl.SSLSocket) else None
    names = dict(pair for group in (stated or {}).get("issuer", ()) for pair in group)  # type: ignore[misc]
    found = names.get("organizationName") or names.get("commonName")
    return str(found) if found else None


def _ahead(date: str | None) -> int | None:
    """By how much this computer's clock is ahead of the server's; minus where it is behind."""
    try:
        stated = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return round(time.time() - stated.timestamp())


def _kind(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "name"
    if isinstance(error, (ssl.SSLError, LocalaiError)):
        return "certificate"
    if isinstance(error, TimeoutError):
        return "timed-out"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return "failed"
