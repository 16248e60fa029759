"""How fast a model of Ollama reads and writes, by the numbers that end each of its answers."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..running.measuring import FILLER, GENERATED_TOKENS
from . import models
from .api import Api

#: A prompt of the whole context on a slow processor.
SECONDS = 1800.0
#: Fillers in the text whose tokens are counted once.
SAMPLE = 2


@dataclass
class OllamaMeter:
    """Measures one model, which is loaded with its own parameters and stays so.

    Ollama counts all tokens of a prompt and times those that it had not read before; so what was read
    is kept here. Prompts are pieces of text, about a token each.
    """

    api: Api
    name: str
    read_tokens: int = 0
    tokens_per_word: float = 0.0
    nonce: str = field(default_factory=lambda: f"{time.time_ns():x}")

    def words(self, count: int) -> list[str]:
        """Plain text of about `count` tokens, as `count` pieces; the later ones may be empty."""
        if not self.tokens_per_word:
            sample = (FILLER * SAMPLE).split()
            asked = self._generate(" ".join(sample), 1)
            self.tokens_per_word = max(1.0, asked.prompt_eval_count / len(sample))
        needed = max(1, int(count / self.tokens_per_word))
        text = (FILLER * (needed // len(FILLER.split()) + 1)).split()[:needed]
        return [self.nonce, *text, *[""] * count][:count]

    def complete(self, prompt: Sequence[str], *, cached: bool) -> Mapping[str, float]:
        """Tokens per second of what was new in the prompt, and of the answer.

        Raises:
            OllamaError: it does not answer, or wrote nothing.

        """
        if not cached:
            self.read_tokens = 0
        found = self._generate(" ".join(filter(None, prompt)), GENERATED_TOKENS)
        new = max(1, found.prompt_eval_count - self.read_tokens)
        self.read_tokens = found.prompt_eval_count
        return {
            "prompt_per_second": new / max(1, found.prompt_eval_duration) * 1e9,
            "predicted_per_second": found.eval_count / max(1, found.eval_duration) * 1e9,
        }

    def embed(self, text: str) -> int:
        """Turn a text into a vector; how many tokens it had.

        Raises:
            OllamaError: it does not answer, or the model makes no vectors.

        """
        body = {"model": self.name, "input": text}
        return models.counted(self.api.post("/api/embed", body, SECONDS)).prompt_eval_count

    def _generate(self, text: str, tokens: int) -> models.Counted:
        """`raw`: the text alone, without a template; and nothing of it is cut."""
        body = {"model": self.name, "prompt": text, "raw": True, "stream": False,
                "truncate": False, "shift": False,
                "options": {"num_predict": tokens, "temperature": 0}}  # fmt: skip
        return models.counted(self.api.post("/api/generate", body, SECONDS))
