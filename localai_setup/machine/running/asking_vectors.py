"""The question to a server for embeddings: do vectors still come, and do they still make sense?"""

from __future__ import annotations

import json
from http import HTTPStatus

from ...model.examination import Asked
from ...model.server import Running
from ...model.setup import SetUp
from ...proofs import vectors
from .loopback import response


def ask(setup: SetUp, running: Running, limit_seconds: float) -> Asked:
    """Vectors are not measured: their speed stays unknown."""
    body = {"input": vectors.texts(setup.test)}
    key = running.api_key
    reply = response(running.port, "/v1/embeddings", limit_seconds, body=body, api_key=key)
    trouble, text = _judged(setup, *reply) if reply else (None, "")
    return Asked(trouble=trouble, text=text, late=reply is None)


def _judged(setup: SetUp, status: int, answer: bytes) -> tuple[str | None, str]:
    if status != HTTPStatus.OK:
        return f"the server answered {status}", ""
    try:
        found = [one["embedding"] for one in json.loads(answer)["data"]]
        length = len(found[0])
    except (ValueError, KeyError, TypeError, IndexError):
        return "the server answered something else than vectors", ""
    return vectors.judge(found, setup.test), f"a vector of {length} numbers"
