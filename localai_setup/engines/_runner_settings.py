"""The settings of a server as the file that `_runner.py` reads.

A set-up keeps the runner it was made with. So the keys stay: what is new gets a key of its own,
which an older runner passes over.
"""

from __future__ import annotations

from dataclasses import asdict
from importlib import resources

from ..model.server import CORS_HEADERS, CORS_ORIGINS, listening_addresses
from ..model.settings import StartSettings


def program() -> str:
    """The program that is copied into the environment of a wheel and starts its server there, as this version
    has it.
    """
    return resources.files(__package__).joinpath("_runner.py").read_text(encoding="utf-8")


def document(start: StartSettings, port: int) -> dict[str, object]:
    """JSON-ready, flat: the fields of `ServerSettings`, and beside them the model, its name, the key."""
    return {
        **asdict(start.server),
        "model": start.model_path,
        "alias": start.alias,
        "api_key": start.api_key,
        "hosts": listening_addresses(start.listen),
        "cors_origins": CORS_ORIGINS,
        "cors_headers": CORS_HEADERS,
        "mmproj": start.mmproj_path,
        "drafter": start.drafter_path,
        "adapter": start.adapter_path,
        "key_file": start.key_file,
        "metrics": start.metrics,
        "port": port,
        "sampling": start.sampling.values if start.sampling else {},
        "thinking": start.thinking,
    }
