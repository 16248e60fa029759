"""A complaint in another language → its gist in English words, which the table of complaints is read with.

Nothing is translated: the phrases of `languages.yaml` are looked for in the order in which they stand, and
what is left of the sentence is dropped, except for names such as Ollama or GPU.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ..recipes.schema import build
from ..recipes.strict_yaml import parse
from .plainwords import is_of_another_language

FILE = Path(__file__).parent / "languages.yaml"
#: Fewer words are no sentence.
_LEAST_WORDS = 2
#: A shorter one is a whole word: "no" begins too many.
_LEAST_STEM = 4
_LINK = re.compile(r"https?://\S+")
#: Names that stand in sentences of every language.
_NAMES = (
    r"ollama|llama(?:\.cpp|-server)?|lm ?studio|open ?webui|webui|comfyui|kobold\w*|vllm|docker|cline|roo|claude code|aider"
    r"|opencode|cursor|vs ?code|dify|chatbox|anythingllm|n8n|gpus?|cpu|vram|ram|nvidia|radeon|amd|rtx|cuda|rocm|gguf|api key"
    r"|api|mcp|rag|embedding|pdf|token|windows|linux|mac|wsl|timeout|update|download|qwen|gemma|deepseek|mistral|proxy"
    r"|hugging ?face|lora|lan|localhost|json|bug|crash"
)
#: Full stops, question and exclamation marks and commas, also the wide ones of Chinese.
_STOPS, _COMMAS = "\u3002\uff01\uff1f!?.\n", "\uff0c\u3001,"
_ENDS = {**dict.fromkeys(_STOPS, ". "), **dict.fromkeys(_COMMAS, ", ")}


@dataclass(frozen=True)
class Languages:
    """English words → the phrases that say so, by language; of `stems` any ending may follow, but for short ones."""

    schema: str
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def in_english(text: str) -> str:
    """What the sentence says, in English words; empty where it is English or nothing of it is known."""
    if not is_of_another_language(text):
        return ""
    found = list(_found(_LINK.sub(" ", text)))
    stated = [(words, is_name) for words, is_name in found if words.strip(" .,")]
    enough = sum(len(words.split()) for words, _ in stated) >= _LEAST_WORDS
    is_stated = enough and not all(is_name for _, is_name in stated)
    return " ".join(words for words, _ in found) if is_stated else ""


def _found(text: str) -> Iterator[tuple[str, bool]]:
    """Each English word, end of a sentence or name, and whether it is a name."""
    for match in _expression().finditer(text.lower()):
        phrase = match[0]
        if match.lastgroup == "name":
            yield phrase, True
        elif match.lastgroup in ("stem", "word"):
            yield _english()[match[match.lastgroup]], False
        else:
            yield _ENDS.get(phrase) or _english()[phrase], False


@cache
def _expression() -> re.Pattern[str]:
    table = _table()
    phrases = "|".join(_longest_first(table.phrases))
    every = _longest_first(table.stems)
    stems = "|".join(one for one in every if len(one) >= _LEAST_STEM)
    words = "|".join(one for one in every if len(one) < _LEAST_STEM)
    ends = "|".join(map(re.escape, _ENDS))
    return re.compile(
        rf"\b(?:(?P<stem>{stems})\w*|(?P<word>{words})\b)|{phrases}|(?P<name>\b(?:{_NAMES})\b)|{ends}"
    )


def _longest_first(table: Mapping[str, tuple[str, ...]]) -> list[str]:
    found = [one for phrases in table.values() for one in phrases]
    return [re.escape(one) for one in sorted(found, key=len, reverse=True)]


@cache
def _english() -> Mapping[str, str]:
    table = _table()
    groups = (*table.phrases.items(), *table.stems.items())
    return {phrase: english for english, phrases in groups for phrase in phrases}


@cache
def _table() -> Languages:
    return build(Languages, parse(FILE.read_text(encoding="utf-8")))
