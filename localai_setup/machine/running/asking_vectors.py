"""The question to a server that reads alone: do vectors or scores still come, and make sense?"""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from ...model.examination import Asked
from ...model.server import Running, named
from ...model.setup import SetUp
from ...proofs import ranking, vectors
from .answers import RERANK
from .loopback import response

EMBED = "/v1/embeddings"


def ask(setup: SetUp, running: Running, limit_seconds: float) -> Asked:
    """What it reads is not measured: its speed stays unknown."""
    ranks = setup.settings.reranks
    path, asked = (RERANK, _ranking(setup)) if ranks else (EMBED, _vectors(setup))
    body = {**asked, **named(setup.served_as)}
    reply = response(running.port, path, limit_seconds, body=body, api_key=running.api_key)
    judged = _judged_order if ranks else _judged_vectors
    trouble, text = _judged(setup, *reply, judged) if reply else (None, "")
    return Asked(trouble=trouble, text=text, late=reply is None)


def _vectors(setup: SetUp) -> dict[str, Any]:
    return {"input": vectors.texts(setup.test)}


def _ranking(setup: SetUp) -> dict[str, Any]:
    return {"query": setup.test.question, "documents": ranking.passages(setup.test)}


def _judged(
    setup: SetUp, status: int, answer: bytes, judged: Callable[[SetUp, Any], tuple[str | None, str]]
) -> tuple[str | None, str]:
    if status != HTTPStatus.OK:
        return f"the server answered {status}", ""
    try:
        return judged(setup, json.loads(answer))
    except (ValueError, KeyError, TypeError, IndexError):
        what = "scores" if setup.settings.reranks else "vectors"
        return f"the server answered something else than {what}", ""


def _judged_vectors(setup: SetUp, reply: Any) -> tuple[str | None, str]:
    found = [one["embedding"] for one in reply["data"]]
    return vectors.judge(found, setup.test), f"a vector of {len(found[0])} numbers"


def _judged_order(setup: SetUp, reply: Any) -> tuple[str | None, str]:
    found = {int(one["index"]): float(one["relevance_score"]) for one in reply["results"]}
    scores = [found[at] for at in sorted(found)]
    reason = ranking.judge(scores, setup.test)
    return reason, "" if reason else ranking.shown(scores)
