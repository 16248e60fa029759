from __future__ import annotations

import re

from ...model.finding import Cleared, Signatures
from ...probes.logs import Logs
from ...probes.setup import SetUpState
from .. import _foreign

#: The kernel's note of a program that died so, until the next start of the machine.
TRAPPED = re.compile(r"traps: ([^\[\n]{1,40})\[\d+\]:? trap invalid opcode[^\n]*")
#: Names of programs that run models, or of the languages in which they are written.
MAY_RUN_MODELS = re.compile(
    r"llama|python|lm.?s|jan|kobold|gpt|vllm|whisper|ggml|gguf|infer|model|main|server|runner"
    r"|chat|node|dotnet|java|local.?ai|cli\b",
    re.IGNORECASE,
)
#: The names under which an engine of ours runs.
OURS = re.compile(r"llama-server|python[\d.]*")


def check(logs: Logs, setup: SetUpState, signs: Signatures) -> Cleared | None:
    """The kernel remembers every program that died so; some run no models, and ours may be fixed."""
    if _foreign.alone(logs, setup, signs):
        return Cleared("the programs that died so are none of this set-up")
    died = {name for text in logs.texts.values() for name in TRAPPED.findall(text)}
    bad = {name for name in died if MAY_RUN_MODELS.search(name)}
    if setup.answers:
        bad = {name for name in bad if not OURS.fullmatch(name)}
    if bad or not died or any(_is_recognised(text, signs) for text in logs.texts.values()):
        return None
    return Cleared(f"no engine that fails now is among {', '.join(sorted(died))}")


def _is_recognised(text: str, signs: Signatures) -> bool:
    """Whether anything beside the kernel's notes tells of it."""
    rest = TRAPPED.sub("", text)
    return any(re.search(one.pattern, rest, re.IGNORECASE) for one in signs)
