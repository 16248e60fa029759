"""Files that a person gives to the model: texts of any encoding, PDFs, pictures."""

from __future__ import annotations

import base64
import io
import os
from pathlib import Path

from ...model.attachment import Attachment
from ...model.errors import Exit, LocalaiError
from ...model.sizes import size_words
from ..keeping import plain_files
from .pasted import SAMPLE_BYTES, encoding_of

#: More than any model can see.
MOST_BYTES = 64 * 1024 * 1024
#: how pictures begin that llama.cpp and Ollama can decode → their media type
_PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"BM": "bmp", b"GIF8": "gif"}
_PDF = b"%PDF-"
#: In a text of any language few characters are control characters.
MOST_CONTROLS = 0.05


def read(path: str) -> Attachment:
    """The file by what it holds, whatever it is called.

    Raises:
        LocalaiError: it cannot be read, is too large, or is of no kind that a model can be given.

    """
    # unlike Path.expanduser, this leaves `~nobody` as it is, which then is no file
    file = Path(os.path.expanduser(path))
    try:
        with plain_files.opened_stream(file) as opened:
            raw = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unusable(path, f"it cannot be read: {_words(error)}") from None
    if len(raw) > MOST_BYTES:
        raise _unusable(path, f"it has more than {size_words(MOST_BYTES)}")
    kind = next((name for start, name in _PICTURES.items() if raw.startswith(start)), "")
    if kind:
        data = base64.b64encode(raw).decode("ascii")
        return Attachment(file.name, picture=f"data:image/{kind};base64,{data}")
    text = _of_pdf(path, raw) if raw.startswith(_PDF) else _decoded(path, raw)
    if not text.strip():
        raise _unusable(path, "there is no text in it")
    return Attachment(file.name, text)


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _decoded(path: str, raw: bytes) -> str:
    text = raw.decode(encoding_of(raw[:SAMPLE_BYTES], raw), "replace")
    controls = sum(one < " " and one not in "\t\n\r\f" for one in text[:SAMPLE_BYTES])
    if controls > MOST_CONTROLS * min(len(text), SAMPLE_BYTES):
        raise _unusable(path, "it is neither a text nor a PDF nor a picture (PNG, JPEG, BMP, GIF)")
    return text


def _of_pdf(path: str, raw: bytes) -> str:
    """Page by page. A scan holds pictures and no text."""
    try:
        import pypdf
    except ImportError:
        raise LocalaiError(
            f"{path} is a PDF, and what reads its text is not installed.",
            "localai reads PDFs with pypdf.",
            '`python -m pip install "localai-setup[pdf]"` (or `pipx inject localai-setup pypdf`), or '
            "save the text as a file of its own.",
        ) from None
    try:
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(raw)).pages]
    except Exception as error:
        raise _unusable(
            path, f"its text cannot be read ({type(error).__name__}: {error})"
        ) from None
    return "\n\n".join(pages)


def _unusable(path: str, why: str) -> LocalaiError:
    return LocalaiError(
        f"{path} cannot be given to the model: {why}.",
        "Nothing was asked.",
        "Name another file.",
        Exit.USAGE,
    )
