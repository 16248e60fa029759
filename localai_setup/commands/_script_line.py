"""What was chosen in the wizard, as one line for a script."""

from __future__ import annotations

from ..model.plan import Choice
from ..model.settings import AUTO
from ..ui import shellwords
from ._request import Request


def command(choice: Choice, request: Request) -> str:
    """`localai init --yes --for chat --model ID …`: leads to the same choice without a question."""
    words = ["localai", "init", "--yes", "--for", choice.recipe]
    words += ["--model", request.model or choice.model]
    if request.engine or choice.place:
        words += ["--engine", request.engine or choice.engine]
    if request.context:
        words += ["--context", str(request.context)]
    if request.leave_mib is not None:
        words += ["--leave", f"{request.leave_mib}m"]
    if request.drafting != AUTO:
        words += ["--drafting", request.drafting]
    for one in dict.fromkeys(choice.licences):
        if one.needs_acceptance:
            words += ["--accept-licence", one.id]
    return shellwords.line(words)
