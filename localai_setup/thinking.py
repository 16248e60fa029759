"""How a model thinks, told by the prompts that its chat template makes, and how it is told to.

Follows what llama.cpp's server does: it lets every model think whose template can, unless the request
says otherwise (`common_chat_templates_support_enable_thinking`, b11549).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .model.behaviour import REQUEST, Thinking

NEVER, ALWAYS = Thinking("never"), Thinking("always")
#: The arguments of chat templates that switch thoughts on and off, the usual one first.
SWITCHES = ("enable_thinking", "thinking")
#: a request's own word for no thought at all
NO_EFFORT = "none"
EFFORT, LEAST_EFFORT, MOST_EFFORT = "reasoning_effort", "low", "high"
#: What a model that cannot be told not to think gets beside the room for its answer, in tokens; its
#: thought is ended before, where the server can do that, so that an answer comes.
ROOM_TOKENS, THOUGHT_TOKENS = 2048, 1536
#: The thought of a last try, where the ones before came to no answer.
SHORT_THOUGHT_TOKENS = 1
#: A word of a template that belongs to thoughts, where no switch was found.
_MARKS = re.compile(
    r"reasoning_content|</think(?:ing)?>|<\|?(?:START|END)_THINKING\|?>|\[/THINK\]|</seed:think>|"
    r"<\|channel\|>|reasoning_effort|thinking_budget",
)
_OPEN = re.compile(
    r"(?:<think(?:ing)?>|<\|START_THINKING\|>|\[THINK\]|<seed:think>)\s*\Z", re.IGNORECASE
)
#: A variable of the template, and not a field of a message or a word of the prompt.
_IN_A_TAG = r"""\{{[%{{][^}}]*(?<![\w."'<])(?<!set ){}(?![\w"'>])"""
#: The end of a prompt in which the thought is over before it began.
_CLOSED = re.compile(
    r"(?:</think[^<>]*>|<\|END_THINKING\|>|\[/THINK\]|</seed:think>)\s*\Z", re.IGNORECASE
)


@dataclass(frozen=True)
class Prompts:
    """What a template makes of one and the same question: without arguments, and with each that may
    decide. Where the server refused an argument its prompt is missing.
    """

    plain: str
    off: Mapping[str, str]
    on: Mapping[str, str]
    least: str = ""
    most: str = ""


def of_prompts(prompts: Prompts, template: str = "") -> Thinking:
    """The way of thinking that these prompts show."""
    for switch in SWITCHES:
        if prompts.off.get(switch, prompts.plain) != prompts.plain:
            return Thinking("by-default", switch)
        if prompts.on.get(switch, prompts.plain) != prompts.plain:
            return Thinking("on-request", switch)
    if prompts.least != prompts.most and _CLOSED.search(prompts.plain):
        return Thinking("on-request", EFFORT)
    if prompts.least != prompts.most:
        return Thinking("always", EFFORT, LEAST_EFFORT)
    if _CLOSED.search(prompts.plain):
        return NEVER
    thinks = _OPEN.search(prompts.plain) or _MARKS.search(template)
    return Thinking("always") if thinks else NEVER


def of_template(template: str) -> Thinking:
    """The likely way, where no server is there to show its prompts: by the names that stand in it."""
    usual, other = SWITCHES
    if re.search(_IN_A_TAG.format(usual), template):
        return Thinking("by-default", usual)
    if EFFORT in template:
        return Thinking("always", EFFORT, LEAST_EFFORT)
    if re.search(_IN_A_TAG.format(other), template):
        return Thinking("by-default", other)
    return Thinking("always") if _MARKS.search(template) else NEVER


def can_be_switched(thinking: Thinking) -> bool:
    """Whether it answers without a thought when it is told so."""
    if thinking.switch == EFFORT:
        return thinking.mode == "on-request"
    if thinking.switch == REQUEST:
        return not thinking.least
    return thinking.mode == "never" or bool(thinking.switch)


def arguments(thinking: Thinking, *, on: bool) -> dict[str, Any]:
    """The fields of a request that let it think, or as little as it can be told to."""
    if thinking.mode == "never" or not thinking.switch:
        return {}
    if thinking.switch == REQUEST:
        return {} if on else {EFFORT: thinking.least or NO_EFFORT}
    if thinking.switch != EFFORT:
        return {"chat_template_kwargs": {thinking.switch: on}}
    if thinking.mode == "on-request":
        return {"chat_template_kwargs": {EFFORT: MOST_EFFORT}} if on else {}
    return {} if on else {"chat_template_kwargs": {EFFORT: thinking.least or LEAST_EFFORT}}


def briefly(thinking: Thinking, question: Mapping[str, Any], thought: int) -> dict[str, Any]:
    """The question to be answered without thoughts and always the same; where thoughts cannot be
    switched off, with room for them, and with the sampling that the model was made for: publishers
    warn that a thought without chance repeats itself for ever. `thought` is the most tokens of it.
    """
    asked = {**question, "seed": 1, **arguments(thinking, on=False)}
    if can_be_switched(thinking):
        return {**asked, "temperature": 0}
    room = asked["max_tokens"] + ROOM_TOKENS - THOUGHT_TOKENS + thought
    return {**asked, "max_tokens": room, **budget(thought)}


def tries(
    thinking: Thinking, question: Mapping[str, Any], thought: int
) -> Iterator[dict[str, Any]]:
    """The question as `briefly` asks it, then for where only a thought came: with room, if it thinks
    although it was told not to, and last with a thought that is cut short.
    """
    yield briefly(thinking, question, thought)
    if can_be_switched(thinking):
        thinking = ALWAYS
        yield briefly(thinking, question, thought)
    yield briefly(thinking, question, SHORT_THOUGHT_TOKENS)


def budget(tokens: int) -> dict[str, int]:
    """The fields that end a thought after so many tokens, so that an answer comes; the first is of
    newer servers, the second of those of spring 2026.
    """
    return {"reasoning_budget_tokens": tokens, "thinking_budget_tokens": tokens}
