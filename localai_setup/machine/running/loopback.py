"""One request to a server on this computer, and its whole answer; never through a proxy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...model.server import HOST


def said(
    port: int,
    path: str,
    timeout_seconds: float,
    *,
    api_key: str | None = None,
    body: Mapping[str, Any] | None = None,
) -> tuple[int, bytes] | None:
    """Status and body of the answer to a GET, or to a POST of `body`; None where nobody answers."""
    import http.client

    connection = http.client.HTTPConnection(HOST, port, timeout=timeout_seconds)
    sent = None if body is None else json.dumps(body)
    try:
        connection.request("GET" if body is None else "POST", path, sent, headers(api_key))
        reply = connection.getresponse()
        return reply.status, reply.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def headers(api_key: str | None) -> dict[str, str]:
    """What goes with every request: JSON is spoken, and the key where the server asks for one."""
    key = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    return {"Content-Type": "application/json", **key}
