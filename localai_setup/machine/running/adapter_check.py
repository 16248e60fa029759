"""Whether what the model was taught is still on the disk as it was made."""

from __future__ import annotations

from hashlib import sha256

from ...model.setup import SetUp
from ..tuning import adapters


def trouble(setup: SetUp) -> str | None:
    """What is wrong with the adapter in use; None where nothing is, or none is used. It is small, so that it
    is hashed each time.
    """
    if not setup.adapter:
        return None
    known = adapters.find(setup.adapter)
    try:
        content = adapters.file(setup.adapter).read_bytes()
    except FileNotFoundError:
        return "it is not there"
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    if known is None:
        return "the record of its training is not there"
    return None if sha256(content).hexdigest() == known.sha256 else "its bytes were changed"
