"""`--context`: how many tokens a model can be asked to see at once."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.errors import Exit, LocalaiError
from ..model.recipe import ModelRecipe

#: a short question and its answer; the chat template alone takes some 30 tokens
LEAST_TOKENS = 256


def check(tokens: int, models: Mapping[str, ModelRecipe], model: str | None) -> None:
    """Zero leaves the context to localai; a `model` that is in no recipe is checked once it is read.

    Raises:
        LocalaiError: too few tokens for any answer, or more than the model (or every model) can see.

    """
    if 0 < tokens < LEAST_TOKENS:
        raise LocalaiError(
            f"A context of {tokens} tokens is too small.",
            "The question and its answer have to fit into it together.",
            f"Take at least {LEAST_TOKENS}, or leave `--context` out and localai chooses.",
            Exit.USAGE,
        )
    if model:
        if model in models:
            check_limit(tokens, models[model])
    elif models:
        check_limit(tokens, max(models.values(), key=lambda one: one.context_length))


def check_limit(tokens: int, model: ModelRecipe) -> None:
    """Raises LocalaiError where the model cannot see as many tokens."""
    if tokens > model.context_length:
        raise LocalaiError(
            f"A context of {tokens} tokens is too large for {model.name}.",
            f"It was made to see at most {model.context_length} tokens at once.",
            f"Take at most {model.context_length}, or another model.",
            Exit.USAGE,
        )
