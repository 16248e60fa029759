"""What went wrong with a request to Ollama.

It answers errors as texts and most of them with the same status, so they are told apart here, by the
texts that it wrote (recorded from 0.33.0-rc2), and nowhere else: callers look at `kind` alone.
"""

from __future__ import annotations

import re
from typing import Literal

from ...model.errors import LocalaiError

Kind = Literal[
    "no-answer", "cut-off", "stalled", "not-ollama", "too-long", "refused-client", "no-such-call",
    "no-such-model", "unknown-name", "registry-busy", "registry-down", "registry-refuses",
    "registry-odd", "registry-silent", "unreachable", "web-page", "transfer-cut", "wrong-bytes",
    "disk-full", "not-writable", "engine-missing", "engine-died", "not-gguf", "file-cut",
    "not-convertible", "damaged", "unsupported", "prompt-too-long", "bad-request", "no-memory", "other",
]  # fmt: skip

#: After these the same request may succeed a little later.
PASSING: frozenset[Kind] = frozenset(
    {"registry-busy", "registry-down", "registry-silent", "transfer-cut", "stalled", "cut-off",
     "wrong-bytes"}
)  # fmt: skip

_SIGNS: tuple[tuple[str, Kind], ...] = (
    (r"^pull model manifest: file does not exist", "unknown-name"),
    (r"^pull model manifest: 429\b", "registry-busy"),
    (r"^pull model manifest: 5\d\d\b", "registry-down"),
    (r"^pull model manifest: (?:401|403|unauthorized)", "registry-refuses"),
    (r"^pull model manifest: invalid character '<'", "web-page"),
    (r"no Location header in response", "registry-odd"),
    (r"^context deadline exceeded", "registry-silent"),
    (r"digest mismatch", "wrong-bytes"),
    (r"no space left on device|not enough space on the disk|quota exceeded", "disk-full"),
    (r"read-only file system|permission denied|Access is denied", "not-writable"),
    (r"max retries exceeded|transport connection broken", "transfer-cut"),
    (r"dial tcp|no such host|tls: |connection refused|network is unreachable", "unreachable"),
    (r"(?:llama-quantize|llama-server) (?:binary not found|unavailable)", "engine-missing"),
    (r"process has terminated|running the model|runner (?:process )?(?:no longer running|has)",
     "engine-died"),
    (r"requires more system memory|failed to allocate|out of memory|insufficient memory",
     "no-memory"),
    (r"not in GGUF format|invalid file magic", "not-gguf"),
    (r"offset\+size .* exceeds file size", "file-cut"),
    (r"llama-quantize failed|unknown model architecture", "not-convertible"),
    (r"exceeds the available context size|input length exceeds|prompt is longer than the context",
     "prompt-too-long"),
    (r"does not support|supports? multimodal", "unsupported"),
    (r"^40[45] (?:page not found|method not allowed)", "no-such-call"),
    (r"not found, try pulling|^model ['\"].*['\"] not found|no such file or directory",
     "no-such-model"),
    (r"must be of type|invalid model name|is invalid|must be relative|is required|neither 'from'",
     "bad-request"),
)  # fmt: skip


#: Where an answer says no more than "EOF": of a request, of a file that is sent, of one in its folder.
_ENDS: dict[int, Kind] = {400: "bad-request", 200: "file-cut", 500: "damaged"}
_STATUSES: dict[int, Kind] = {400: "bad-request", 403: "refused-client", 404: "no-such-model"}


def kind_of(words: str, status: int) -> Kind:
    """What an error text of Ollama means; its status decides where the text is not known."""
    if re.fullmatch(r"(?:unexpected )?EOF", words):
        return _ENDS.get(status, "other")
    for sign, kind in _SIGNS:
        if re.search(sign, words):
            return kind
    return _STATUSES.get(status, "other")


#: kind → (why it matters or what it means, what to do); the sentence before is Ollama's own word
_MEANING: dict[Kind, tuple[str, str]] = {
    "no-answer": (
        "Nothing can be done with it while nobody answers there.",
        "`localai up` starts a server of its own; `localai doctor` looks at one that was there.",
    ),
    "cut-off": (
        "Its answer ended before the work did, so the work is not done.",
        "Run the same command again; what arrived so far is kept.",
    ),
    "stalled": ("Nothing came for a long time.", "Run the same command again."),
    "not-ollama": (
        "Something else may listen on this port.",
        "`localai doctor` says what listens there.",
    ),
    "too-long": ("No answer of Ollama is that long.", "`localai doctor` says what listens there."),
    "refused-client": (
        "Ollama answers only programs of this computer that call it by a local name.",
        "Look at OLLAMA_HOST and OLLAMA_ORIGINS.",
    ),
    "no-such-call": (
        "It is of a version that localai does not know.",
        "Install a current Ollama; `localai doctor` says which one is there.",
    ),
    "no-such-model": (
        "It was deleted, or its file is gone.",
        "Run `localai init` again; it brings the model back.",
    ),
    "unknown-name": (
        "The registry knows no model and tag of this name.",
        "Look at the name on ollama.com/library.",
    ),
    "registry-busy": ("Too many requests came from this address.", "Try again in a few minutes."),
    "registry-down": ("The registry has trouble of its own.", "Try again in a few minutes."),
    "registry-refuses": ("This model is not public, or not for everybody.", "Choose another one."),
    "registry-odd": (
        "A mirror or proxy answers in another way than the registry does.",
        "Try without it.",
    ),
    "registry-silent": (
        "The registry did not say where the file is within 30 seconds.",
        "Run the same command again; what arrived so far is kept.",
    ),
    "unreachable": (
        "Its server cannot reach the registry. A proxy must be set for the server, not for the shell.",
        "`localai doctor` looks at the network.",
    ),
    "web-page": (
        "A login page of the network or a filter stands between Ollama and the registry.",
        "Open any page in a browser to log in to the network, then run the same command again.",
    ),
    "transfer-cut": (
        "The connection broke off six times in a row.",
        "Run the same command again; what arrived so far is kept.",
    ),
    "wrong-bytes": (
        "What arrived is not what was published; it was deleted.",
        "A proxy or mirror may have altered it. Try again, on another network if you can.",
    ),
    "disk-full": (
        "The disk of its models folder is full.",
        "Free some space, then run the same command again.",
    ),
    "not-writable": (
        "The server may not write to its own models folder.",
        "Look at who owns the folder and whether its disk is read-only.",
    ),
    "engine-missing": (
        "Only the program `ollama` is installed, without the folder lib/ollama that belongs to it.",
        "Install Ollama again, all of it.",
    ),
    "engine-died": (
        "Its llama-server ended; the server itself lives on.",
        "Try again; if it happens again, `localai doctor` reads its log.",
    ),
    "not-gguf": ("It is another kind of file.", "Name a complete GGUF file of a model."),
    "file-cut": ("The file is shorter than its header says.", "Download it again."),
    "not-convertible": (
        "It is too old for this model, or the disk too full to rewrite it: it does not say which.",
        "Look at the free space and at the log; a newer Ollama knows newer models.",
    ),
    "damaged": (
        "A file of its models folder is empty or broken, after a power cut for example.",
        "Run `localai init` again; it writes the file anew.",
    ),
    "unsupported": ("The model was not made for this.", "Choose another model for it."),
    "prompt-too-long": (
        "The conversation is longer than the context that the model was set up with.",
        "Start a new conversation, or set up again with a larger `--context`.",
    ),
    "no-memory": ("The model does not fit into memory as it is set.", "Choose a smaller model."),
}  # fmt: skip


class OllamaError(LocalaiError):
    """One request that failed: `kind`, Ollama's own words, and its status (0 without an answer)."""

    def __init__(self, kind: Kind, words: str, status: int = 0) -> None:
        why, hint = _MEANING.get(kind, ("", "`localai doctor` reads its log."))
        super().__init__(f"Ollama: {words.strip() or f'HTTP {status}'}", why, hint)
        self.kind: Kind = kind
        self.words, self.status = words, status
