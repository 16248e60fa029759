"""Copies of a model file with other chat templates, so that one set of weights thinks in many ways."""

from __future__ import annotations

from pathlib import Path

from . import model_copies

TURNS = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.reasoning_content %}<think>\n{{ message.reasoning_content }}\n</think>\n\n{% endif %}"
    "{{ message.content }}<|im_end|>\n{% endfor %}"
)
OPENING = "{% if add_generation_prompt %}<|im_start|>assistant\n"
PLAIN = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}" + OPENING + "{% endif %}"
)
#: opens a thought unless it is told not to, as Qwen3.5's does
SWITCH = (
    TURNS + OPENING + "{% if enable_thinking is defined and enable_thinking is false %}"
    "<think>\n\n</think>\n\n{% else %}<think>\n{% endif %}{% endif %}"
)
#: what such tiny weights need to see, to know that a thought ends
EXAMPLE = "".join(
    f"<|im_start|>user\n{asked}<|im_end|>\n"
    f"<|im_start|>assistant\n<think>\n{thought}\n</think>\n\n{answer}<|im_end|>\n"
    for asked, thought, answer in (
        ("Hi there.", "That is a greeting.", "Hello, how are you?"),
        ("What is the capital of Spain?", "They ask for a city.", "Madrid."),
        ("Thank you.", "They are polite.", "You are welcome."),
    )
)
#: opens a thought whatever it is told, as DeepSeek-R1's does
FORCED = EXAMPLE + TURNS + OPENING + "<think>\n{% endif %}"
#: thinks always, more or less, as gpt-oss does
EFFORT = (
    "<|im_start|>system\nReasoning: {{ reasoning_effort if reasoning_effort else 'medium' }}<|im_end|>\n"
    + FORCED
)
#: a block that is never closed
UNPARSABLE = "{% for message in messages %}{{ message.content }"
#: refuses every conversation
RAISING = TURNS + "{{ raise_exception('Only conversations about cheese are allowed') }}"


def copy(source: Path, target: Path, template: str | None) -> Path:
    """The model with this template, or with none."""
    return model_copies.copy(source, target, {model_copies.TEMPLATE: template})
