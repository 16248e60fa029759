"""Ollama accepts requests from the web page that asks.

Why: Ollama answers browsers only for pages on its list of allowed origins.
"""

from __future__ import annotations

from ...model.finding import Problem, Signature
from ._settings import settings

PROBLEM = Problem(
    title="Ollama turns this web page or browser extension away.",
    seen="The command line works; the app in the browser gets an empty refusal.",
    why="Ollama answers browsers only for pages on its list of allowed origins.",
    fixes=(
        *settings(
            "Let the page or extension in. These let in every extension of Chrome and Firefox; for a page write its address, such as https://chat.example.org, with a comma between several.",
            {"OLLAMA_ORIGINS": "chrome-extension://*,moz-extension://*"},
            "origins",
            proof='curl -sI -H "Origin: chrome-extension://test" http://127.0.0.1:11434/api/tags',
            systems=("linux", "macos"),
        ),
        *settings(
            "Let the page or extension in. These let in every extension of Chrome and Firefox; for a page write its address, such as https://chat.example.org, with a comma between several.",
            {"OLLAMA_ORIGINS": "chrome-extension://*,moz-extension://*"},
            "origins",
            proof='curl.exe -sI -H "Origin: chrome-extension://test" http://127.0.0.1:11434/api/tags',
            systems=("windows",),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/2425",
        "https://github.com/ollama/ollama/issues/2308",
        "https://github.com/ollama/ollama/issues/3016",
        "https://github.com/ollama/ollama/pull/1797",
        "https://github.com/ollama/ollama/issues/6489",
        "https://github.com/intel/ipex-llm/issues/11916",
        "https://github.com/browseros-ai/BrowserOS/issues/175",
        "https://github.com/adamtash/typollama/issues/1",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=("net-proxy-blocks-registry",),
)

SIGNATURES = (
    Signature(
        r'\|\s*\b403\b\s*\|.{0,80}\|\s*(?:POST|GET|OPTIONS|HEAD|DELETE|PUT)\s+"?/',
        ("403",),
        certainty=0.93,
    ),
    Signature(
        r"requires additional access origins", ("additional", "requires", "origins"), certainty=0.96
    ),
    Signature(r"blocked by CORS policy", ("blocked", "policy", "cors"), certainty=0.92),
    Signature(
        r"No .Access-Control-Allow-Origin. header", ("control", "header", "allow"), certainty=0.9
    ),
    Signature(
        r"is not allowed by Access-Control-Allow-Origin",
        ("allowed", "control", "origin"),
        certainty=0.9,
    ),
    Signature(r"Cross-Origin Request Blocked: ", ("blocked", "request", "origin"), certainty=0.9),
    Signature(
        r"(?:11434|ollama).{0,120}\b403\b.{0,20}Forbidden",
        ("403",),
        certainty=0.85,
        unless=(r"registry\.ollama\.ai|proxy|huggingface",),
    ),
    Signature(
        r"(?:11434|ollama).{0,120}status(?: code)?:? 403\b",
        ("403",),
        certainty=0.85,
        unless=(r"registry\.ollama\.ai|proxy|huggingface",),
    ),
    Signature(r"\b403\b.{0,80}OLLAMA_ORIGINS", ("403",), certainty=0.85),
    Signature(
        r"OLLAMA_ORIGINS\b.{0,60}(?:403|forbidden|not allowed)", ("ollama_origins",), certainty=0.85
    ),
    Signature(
        r"HTTP/1\.1 403 Forbidden",
        ("forbidden", "http", "403"),
        certainty=0.7,
        also=(r"11434|ollama|Origin:",),
    ),
    # Firefox keeps these two words in the message of every language
    Signature(
        r"\(Cross-Origin(?: Request)?\)",
        ("cross", "origin"),
        certainty=0.9,
        also=(r"11434|ollama",),
    ),
    Signature(
        r"Failed to load resource: the server responded with a status of 403",
        ("failed", "resource", "status", "403"),
        certainty=0.95,
        also=(r"11434|ollama",),
    ),
    Signature(
        r"\b403\b(?: status code|:? Forbidden| \(Forbidden\)).{0,80}(?:11434|\bollama\b)",
        ("403",),
        certainty=0.94,
        unless=(r"registry\.ollama\.ai|proxy|huggingface|ollama\.com",),
    ),
    Signature(
        r"(?:chrome|moz|safari-web)-extension://",
        ("extension",),
        certainty=0.8,
        also=(r"11434|ollama", r"Failed to fetch|NetworkError|\b403\b|CORS"),
    ),
    Signature(
        r"\bCORS\b.{0,80}(?:\bollama\b|11434)",
        ("cors",),
        certainty=0.85,
        unless=(r"docker pull|proxy",),
    ),
    Signature(
        r"\b(?:set|check|add|configure|adjust)\b.{0,40}\bOLLAMA_ORIGINS\b",
        ("ollama_origins",),
        certainty=0.8,
    ),
)
