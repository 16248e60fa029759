"""The chat template of the server that runs, asked for what it makes of a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ... import thinking
from ...model.behaviour import Thinking
from ...thinking import EFFORT, LEAST_EFFORT, MOST_EFFORT, SWITCHES, Prompts
from .loopback import document

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
    found = document(port, "/apply-template", TIMEOUT_SECONDS, api_key=api_key, body=body)
    return _text(found, "prompt")


def _template(port: int, api_key: str | None) -> str:
    found = document(port, "/props", TIMEOUT_SECONDS, api_key=api_key)
    return _text(found, "chat_template") or ""


def _text(found: Any, field: str) -> str | None:
    value = found.get(field) if isinstance(found, dict) else None
    return value if isinstance(value, str) else None
