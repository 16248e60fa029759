"""How a model thinks and samples, in words, with who says so."""

from __future__ import annotations

from ..model.behaviour import Sampling, Thinking
from ..model.recipe import ModelRecipe
from ..sampling import Effective

_MODES = {
    "never": "never thinks before it answers",
    "on-request": "thinks when asked to",
    "by-default": "thinks unless told not to",
    "always": "always thinks before it answers",
}
_WAYS = {"any": "", "thinking": " when it thinks", "not-thinking": " without thinking"}
_NAMES = {
    "presence_penalty": "presence penalty",
    "frequency_penalty": "frequency penalty",
    "repeat_penalty": "repeat penalty",
}


def thinking(known: Thinking | None) -> str:
    """One sentence without its full stop."""
    if known is None:
        return "not stated; the file's own chat template decides"
    switch = f" ({known.switch})" if known.switch else ""
    return f"{_MODES[known.mode]}{switch}; {source_of(known)}"


def sampling(model: ModelRecipe) -> list[str]:
    """A line for each way of answering; the note, or what holds, where nothing is published."""
    lines = [
        f"{values(one.values)}{_WAYS[one.when]}; {source_of(one)}".strip() for one in model.sampling
    ]
    if model.sampling_note or not lines:
        lines.append(model.sampling_note or "not stated; the engine's own values hold")
    return lines


def holding(found: Effective, note: str) -> str:
    """What a server answers with, and who says so; `note` is why nobody does."""
    own = {name: found.values[name] for name in found.from_file}
    parts = [f"{values(own)} from the model's own file"] if own else []
    if found.recipe:
        parts.insert(0, f"{values(found.recipe.values)}; {source_of(found.recipe)}")
        if not found.file_read:
            parts.append("what the file carries itself will win")
    return "; ".join(parts) or f"the engine's own values. {note}".strip()


def values(known: dict[str, float]) -> str:
    """In one line: temperature 0.7, top_p 0.8."""
    return ", ".join(f"{_NAMES.get(name, name)} {value:g}" for name, value in known.items())


def source_of(known: Thinking | Sampling) -> str:
    """The address that says so, and when it was read."""
    return f"{known.source} ({known.date})" if known.date else known.source
