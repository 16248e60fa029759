"""A conversation on the terminal."""

from __future__ import annotations

import select
import shutil
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from typing import IO, TYPE_CHECKING

from ..model.server import Piece
from . import console
from .markdown import Markdown, Segment
from .printable import printable

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.key_binding import KeyBindings

#: words that end a conversation, as people know them from other programs
LEAVING = {"/bye", "/exit", "/quit", "exit", "quit"}
#: More text than any model can see; reading stops here.
MOST_PIPED_CHARS = 16 * 1024 * 1024
#: How long a pipe may stay silent until that is told.
PATIENCE_SECONDS = 2.0
#: How often the line that tells of thoughts is written anew, in seconds.
REFRESH_SECONDS = 0.2


def piped() -> str:
    """What is piped in, to its end. A pipe that nobody writes to would be waited for in silence."""
    if sys.stdin.isatty():
        return ""
    if not _is_ready():
        console.say("Waiting for the end of what is piped in (Ctrl-C stops)…", style="dim")
    return sys.stdin.read(MOST_PIPED_CHARS).strip()


def _is_ready() -> bool:
    """Whether there is something to read, or its end; where that cannot be told it is."""
    if sys.platform == "win32":
        return True
    try:
        return bool(select.select([sys.stdin], [], [], PATIENCE_SECONDS)[0])
    except (OSError, ValueError):
        return True


def read_words() -> str | None:
    """What the person typed, without blanks around it; None at the end of input, or when they want to leave.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.

    """
    try:
        line = _typed().strip()
    except EOFError:
        return None
    return None if line.lower() in LEAVING else line


def _typed() -> str:
    """With a history and pasted lines kept together where there is a terminal that can do it."""
    if console.is_interactive() and not console.err().is_dumb_terminal:
        sys.stderr.write("\n")
        return _session().prompt("> ", prompt_continuation="  ")
    sys.stderr.write("\n> ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


@cache
def _session() -> PromptSession[str]:
    """Enter sends; Alt and Enter, or a backslash before Enter, begin a new line."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.output import create_output

    return PromptSession(
        output=create_output(stdout=sys.stderr), multiline=True, key_bindings=_keys()
    )


def _keys() -> KeyBindings:
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    bindings = KeyBindings()

    @bindings.add("enter")
    def _send(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.document.current_line_before_cursor.endswith("\\"):
            buffer.delete_before_cursor()
            buffer.newline(copy_margin=False)
        else:
            buffer.validate_and_handle()

    @bindings.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.newline(copy_margin=False)

    return bindings


@dataclass
class StatusLine:
    """One dim line on stderr that is written anew again and again; nothing where no terminal is."""

    last: str = ""
    at: float = 0.0

    @property
    def is_shown(self) -> bool:
        return console.err().is_terminal

    def write(self, words: str) -> None:
        """Not more often than a person can read."""
        now = time.monotonic()
        if console.err().is_dumb_terminal or not self.is_shown:
            return
        if self.last and now - self.at < REFRESH_SECONDS:
            return
        blanks = " " * max(0, len(self.last) - len(words))
        console.err().print(words + blanks, style="dim", markup=False, highlight=False, end="\r")
        self.last, self.at = words, now

    def clear(self) -> None:
        if self.last:
            console.err().print(" " * len(self.last), end="\r")
            self.last = ""


@dataclass
class Show:
    """Writes an answer as it comes: the text to stdout, and on a terminal one dim line on stderr that
    tells of reading and thinking. `in_full`: thoughts are written out there, too.
    """

    quiet: bool = False
    in_full: bool = False
    line: StatusLine = field(default_factory=StatusLine)
    began: float = field(default_factory=time.monotonic)
    thought_tokens: int = 0
    answers: bool = False
    markdown: Markdown | None = None
    #: the last sign that was written ended a line
    is_clean: bool = True

    def reading(self) -> None:
        if not self.quiet:
            self.line.write("reading…")

    def piece(self, piece: Piece) -> None:
        """A piece of the answer, at once."""
        if self.quiet:
            return
        if piece.thought:
            self._thought(printable(piece.thought))
        text = printable(piece.text)
        if not self.answers:
            text = text.lstrip("\n")
        if text:
            self._begin_answer()
            self._answer(text)

    def end(self) -> None:
        """The answer is over, or was stopped."""
        if self.quiet:
            return
        if not self.answers:
            self._fold()
        elif self.markdown:
            self._styled(self.markdown.end())
        if self.answers or not self.is_clean:
            self._write(sys.stdout if self.answers else sys.stderr, "\n")

    def _thought(self, words: str) -> None:
        self.thought_tokens += 1
        if self.in_full:
            self.line.clear()
            console.err().print(words, style="dim", markup=False, highlight=False, end="")
            self.is_clean = words.endswith("\n")
            return
        self.line.write(f"Thinking… {self._seconds} s, {self.thought_tokens} tokens")

    def _begin_answer(self) -> None:
        if not self.answers:
            self._fold()
            self.answers = True

    def _answer(self, text: str) -> None:
        """As it is to a pipe; on a terminal its Markdown is shown and not its marks."""
        if not sys.stdout.isatty() or console.out().is_dumb_terminal:
            self._write(sys.stdout, text)
            return
        self.markdown = self.markdown or Markdown(shutil.get_terminal_size().columns)
        self._styled(self.markdown.feed(text))

    def _styled(self, segments: list[Segment]) -> None:
        for text, style in segments:
            console.out().print(
                text, style=style or None, end="", markup=False, soft_wrap=True, crop=False
            )
            self.is_clean = text.endswith("\n")

    def _fold(self) -> None:
        """The thoughts become one line that stays."""
        self.line.clear()
        if not self.thought_tokens or not self.line.is_shown:
            return
        if self.in_full:
            self._write(sys.stderr, "\n\n" if not self.is_clean else "\n")
            return
        words = f"Thought for {self._seconds} s, {self.thought_tokens} tokens."
        console.say(words, style="dim")

    def _write(self, stream: IO[str], text: str) -> None:
        stream.write(text)
        stream.flush()
        self.is_clean = text.endswith("\n")

    @property
    def _seconds(self) -> int:
        return round(time.monotonic() - self.began)
