"""Where models and engines come from: the public places, or the mirrors that a company has instead."""

from __future__ import annotations

import os

HUB_VARIABLE, HUB = "HF_ENDPOINT", "https://huggingface.co"
#: A mirror of releases has the same paths below its own address.
RELEASES_VARIABLE, RELEASES = "LOCALAI_RELEASES", "https://github.com"


def hub() -> str:
    """The address of the hub of models, or of a mirror of it."""
    return (os.environ.get(HUB_VARIABLE) or HUB).rstrip("/")


def releases() -> str:
    """The address below which OWNER/NAME/releases/download/TAG/FILE lie."""
    return os.environ.get(RELEASES_VARIABLE, RELEASES).rstrip("/")
