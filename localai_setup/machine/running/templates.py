"""The chat template of the server that runs, asked for what it makes of a question."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ... import thinking
from ...model.behaviour import Thinking
from ...thinking import EFFORT, LEAST_EFFORT, MOST_EFFORT, SWITCHES, Prompts
from .loopback import said

#: A prompt is made in milliseconds; a server that computes answers in between.
TIMEOUT_SECONDS = 10.0
QUESTION = [{"role": "user", "content": "Hello."}]


def way_of_thinking(port: int, api_key: str | None) -> Thinking:
    """How the model thinks. A server that shows no prompts (before 2025) is judged by its template."""
    template = _template(port, api_key)
    plain = _prompt(port, api_key, {})
    if plain is None:
        return thinking.of_template(template)
    shown = {
        value: {
            switch: prompt
            for switch in SWITCHES
            if (prompt := _prompt(port, api_key, {switch: value})) is not None
        }
        for value in (False, True)
    }
    least = _prompt(port, api_key, {EFFORT: LEAST_EFFORT}) or plain
    most = _prompt(port, api_key, {EFFORT: MOST_EFFORT}) or plain
    return thinking.of_prompts(Prompts(plain, shown[False], shown[True], least, most), template)


def _prompt(port: int, api_key: str | None, arguments: Mapping[str, Any]) -> str | None:
    """What the template makes of a question with these arguments; None where it cannot be asked."""
    body = {"messages": QUESTION, "chat_template_kwargs": arguments}
    found = _json(said(port, "/apply-template", TIMEOUT_SECONDS, api_key=api_key, body=body))
    prompt = found.get("prompt")
    return prompt if isinstance(prompt, str) else None


def _template(port: int, api_key: str | None) -> str:
    found = _json(said(port, "/props", TIMEOUT_SECONDS, api_key=api_key)).get("chat_template")
    return found if isinstance(found, str) else ""


def _json(reply: tuple[int, bytes] | None) -> Mapping[str, Any]:
    if reply is None or reply[0] != HTTPStatus.OK:
        return {}
    try:
        found = json.loads(reply[1])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
