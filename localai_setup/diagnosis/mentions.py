"""What a text says of other computers and programs than its own: "works on my Mac", "unlike Ollama".

Whoever reads from a text where it comes from reads it without these: no answer is better than a wrong one.
"""

from __future__ import annotations

import re

#: up to where a remark goes on: its sentence's end, or what stands against it
_REST = r"(?:(?!\b(?:but|while|whereas|however)\b)[^.,;:!?()\n]){0,45}"
#: What does well elsewhere, and not what "doesn't work on" this computer.
_DOES_WELL = (
    r"(?<!not )(?<!n't )(?<!n\u2019t )(?<!never )(?<!longer )(?<!stopped )(?<!to )(?<!that )"
    r"\b(?:works?|worked|fine(?![- ]?tun)|okay|perfectly|flawlessly|smoothly|runs? (?:great|well|good|ok)|no (?:problems?|issues?)|stable)\b"
    rf"[^.,;:!?()\n]{{0,30}}?\b(?:on|in|under|with|inside)\b{_REST}"
)
#: The same the other way round: "in Ollama it works".
_THERE_IT_DOES_WELL = (
    r"\b(?:on|under|in|with) (?:my |the |a )?[^.,;:!?()\n]{1,25}?,? (?:it|this|that|everything|all) "
    r"(?:(?:works|worked)(?! (?:not|only|slow))|(?:runs|ran|is|was) (?:all |also )?(?:fine|well|ok|okay|good|great|perfect\w*|fast|twice|much faster))\b"
)
_COMPARED = (
    r"\b(?:unlike|except (?:on|for|in)|compared (?:to|with)|instead of|as opposed to|rather than|other than"
    rf"|(?:more|less|faster|slower|better|worse|longer|lower|higher) than|than (?:on|in|under|with))\b{_REST}"
)
_OF_OTHERS = (
    r"\b(?:bug reports (?:on|for|from|of)|(?:people|others|users|someone|somebody|reported) (?:\w+ ){0,3}?(?:on|under|with|using))\b"
    + _REST
)
_SUPPOSED = (
    rf"\bif you(?:'re| are)?\b{_REST}|(?:\be\.g\.|\bfor example\b|\bsuch as\b)[^;!?()\]\n]{{0,45}}|<!--[^\n]*?-->"
    r"|\b(?:requires?|supports?|unsupported on|only (?:on|for|under|available (?:on|for))) (?:windows|linux|mac ?os)\b"
)
#: links to what somebody published or wrote
_LINKS = (
    r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co|(?:www\.)?reddit\.com)/[^\s\"']+"
    r"|https?://github\.com/[\w.-]+/[\w.-]+/(?:issues|pull|discussions|blob|tree|wiki)\b[^\s\"']*"
)
_SYSTEM = r"\b(?:windows|linux|mac ?os(?: ?x)?|macs?|os ?x)(?: (?:\d[\w.]*|silicon))?"
#: Two systems in one breath: what a program runs on.
_SYSTEMS = rf"{_SYSTEM}(?:(?: ?[,/|&+] ?|,? (?:and|or) ){_SYSTEM})+(?!\w)"
_ENGINE = (
    r"(?:ollama|lm[ -]?studio|llama\.cpp|vllm|sglang|koboldcpp|jan|gpt4all|mlx|transformers|openai)"
)
#: Three engines in one breath: what a model or client runs with.
_ENGINES = rf"\b{_ENGINE}(?:(?:, ?| ?/ ?|,? (?:and|or) ){_ENGINE}){{2,}}\b"
_PASSING = re.compile(
    f"{_DOES_WELL}|{_THERE_IT_DOES_WELL}|{_COMPARED}|{_OF_OTHERS}|{_SUPPOSED}|{_LINKS}|{_SYSTEMS}|{_ENGINES}",
    re.IGNORECASE,
)
#: Of a system, and not of an engine, which is installed anew.
_LEFT = re.compile(
    r"\b(?:uninstalled|removed|deleted|(?:switched|moved|migrated|coming|came) from)\b[^.;:!?()\n]{0,60}",
    re.IGNORECASE,
)
#: Longer lines are a program's, not a person's.
_MAX_CHARS = 1_500


_WSL_IN_FULL = re.compile(r"\bWindows Subsystem for Linux\b", re.IGNORECASE)


def own(words: str) -> str:
    """The text without what it says of others in passing."""
    words = _WSL_IN_FULL.sub("WSL", words)
    return "\n".join(
        line if len(line) > _MAX_CHARS else _PASSING.sub(" … ", line) for line in words.split("\n")
    )


def of_this_system(words: str) -> str:
    """What is left of that without the systems that somebody left or removed."""
    return _LEFT.sub(" … ", words)
