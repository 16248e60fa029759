"""One question after another to the server that runs: what is sent, what is told, what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import thinking
from ..answers import repeats_endlessly
from ..machine.keeping import conversations
from ..machine.running import filesampling, fullness
from ..machine.running.receiving import Received
from ..machine.workbench import Workbench
from ..model.attachment import Attachment, question
from ..model.behaviour import Thinking
from ..model.errors import LocalaiError
from ..model.server import Answer, Running, named
from ..model.setup import SetUp
from ..talk import TOKENS_AROUND, Talk, Turn
from ..ui import console, shellwords
from ..ui.chattext import Show
from . import _attaching

#: pieces (tokens) between two looks at whether the answer goes in circles
LOOK_EVERY = 64
#: A thought may take this share of the room that is left, so that an answer fits after it.
THOUGHT_SHARE = 0.75
#: The most tokens of a thought that is not wanted and cannot be switched off.
LITTLE_TOKENS = 256
#: Where the server does not count them: most texts have more characters to a token.
CHARS_PER_TOKEN = 3


@dataclass
class Talking:
    """`wish`: whether it is to think, None where nobody said. `in_full`: thoughts are shown as they are."""

    bench: Workbench
    running: Running
    setup: SetUp
    wish: bool | None = None
    in_full: bool = False
    quiet: bool = False
    last: Answer | None = None
    attached: list[Attachment] = field(default_factory=list)
    kept_as: str = ""
    way: Thinking = field(init=False)
    talk: Talk = field(init=False)

    def __post_init__(self) -> None:
        port, key = self.running.port, self.running.api_key
        self.way = self.setup.thinking or self.bench.answers.way_of_thinking(port, key)
        context = fullness.context(port, key) or self.setup.settings.context_each
        self.talk = Talk(context)

    @property
    def thinks(self) -> bool:
        """Whether the next answer begins with a thought."""
        if self.way.mode == "never":
            return False
        wished = self.setup.thinks if self.wish is None else self.wish
        return wished or not thinking.can_be_switched(self.way)

    def set_system(self, words: str) -> None:
        """What the model is told before everything else; nothing takes it away again."""
        message = {"role": "system", "content": words}
        tokens = self._tokens(words) + TOKENS_AROUND
        self.talk.system = Turn(message, tokens) if words else None

    def ask(self, words: str) -> Answer:
        """Say it, show the answer and keep both.

        Raises:
            LocalaiError: it has no room, or the server refuses or is gone; then it was not said.

        """
        self._say(words)
        try:
            self._make_room()
            answer = self._answer()
        except (LocalaiError, KeyboardInterrupt):
            self.talk.take_back()
            raise
        self.attached = []
        kept = answer.thoughts if self.way.keeps_past else ""
        self.talk.add("assistant", answer.text, self._tokens(answer.text + kept), kept)
        self.last = answer
        self._keep()
        return answer

    def _say(self, words: str) -> None:
        """The question with the files that were attached, cut to the room that they have."""
        own, system = self._tokens(words), self.talk.system
        room = self.talk.room - own - 2 * TOKENS_AROUND - (system.tokens if system else 0)
        files = _attaching.fitted(self.attached, room, self._tokens)
        content = question(words, files)
        text = content if isinstance(content, str) else str(content[-1]["text"])
        tokens = (self._tokens(text) if files else own) + _attaching.tokens_of(files)
        self.talk.add("user", content, tokens)

    def take_up(self, name: str) -> int:
        """Go on with the conversation of this name, which is kept from now on; how many turns it has.

        Raises:
            LocalaiError: it cannot be read, or nothing can have this name.

        """
        found = conversations.load(name)
        self.kept_as = name
        if found is None:
            return 0
        if found.system and not self.talk.system:
            self.set_system(found.system)
        for one in found.messages:
            content = one["content"]
            words = content if isinstance(content, str) else str(content[-1].get("text", ""))
            pictures = 0 if isinstance(content, str) else len(content) - 1
            tokens = self._tokens(words) + pictures * _attaching.PICTURE_TOKENS
            self.talk.add(one["role"], content, tokens, str(one.get("reasoning_content") or ""))
        return len(found.messages)

    def _keep(self) -> None:
        """What cannot be written is told, and the conversation goes on."""
        if not self.kept_as:
            return
        try:
            self._write(self.kept_as)
        except OSError as error:
            console.say(f"The conversation could not be kept: {error.strerror or error}.")

    def _write(self, name: str) -> None:
        system = self.talk.system.message["content"] if self.talk.system else ""
        turns = [one.message for one in self.talk.turns]
        conversations.save(name, self.setup.model, system, turns)

    def keep_as(self, name: str) -> None:
        """Keep it under this name from now on, with what was said before.

        Raises:
            LocalaiError: nothing can have this name, another conversation has it, or it cannot be written;
                then it is kept as it was before.

        """
        if name != self.kept_as and conversations.load(name):
            raise LocalaiError(
                f"There is a conversation called {name} already.",
                "It would be replaced.",
                f"Take another name; `localai chat --keep {shellwords.word(name)}` goes on with that one.",
            )
        try:
            self._write(name)
        except OSError as error:
            raise LocalaiError(
                f"The conversation could not be kept: {error.strerror or error}.",
                f"Its file would be {conversations.path(name)}.",
                "Make room or get permission to write there, then /save it again.",
            ) from None
        self.kept_as = name

    def _make_room(self) -> None:
        talk = self.talk
        if talk.is_too_long:
            raise _too_long(talk.turns[-1].tokens, talk.context)
        turns, tokens = talk.make_room()
        if turns:
            console.say(
                f"The context ({talk.context} tokens) is full: the first {turns} things said, about "
                f"{tokens} tokens, are no longer sent; the model has forgotten them. /new begins anew, "
                f"`localai init --context {2 * talk.context}` makes it longer."
            )

    def _answer(self) -> Answer:
        received, show = Received(), Show(self.quiet, self.in_full)
        show.reading()
        request = {
            "messages": self.talk.messages,
            **named(self.setup.served_as),
            **self._manner(),
            **self._sampling(),
        }
        pieces = self.bench.answers.stream(
            self.running.port, request, self.running.api_key, received
        )
        try:
            for piece in pieces:
                show.piece(piece)
                if len(received.times) % LOOK_EVERY == 0 and _circles(received):
                    show.end()
                    console.say(_circling(received))
                    return received.answer
        except KeyboardInterrupt:
            show.end()
            console.say("Stopped.")
            if self.quiet or not console.is_interactive():
                raise
            return received.answer
        finally:
            pieces.close()
        show.end()
        self._tell_end(received)
        return received.answer

    def _manner(self) -> Mapping[str, Any]:
        """The fields that say whether it thinks, and for how long at most."""
        if not self.thinks and not self.way.switch:
            return {}
        fields: dict[str, Any] = {}
        if self.wish is not None or thinking.can_be_switched(self.way):
            on = self.thinks if thinking.can_be_switched(self.way) else self.wish is not False
            fields = thinking.arguments(self.way, on=on)
        if self.thinks:
            left = self.talk.context - self.talk.tokens
            most = LITTLE_TOKENS if self.wish is False else left
            fields |= thinking.budget(min(most, int(THOUGHT_SHARE * left)))
        return fields

    def _sampling(self) -> Mapping[str, float]:
        """The publisher's values for this way of answering, where it is not the way that the server was
        started for.
        """
        switched = self.setup.switched_sampling
        if switched is None or self.thinks != (switched.when == "thinking"):
            return {}
        return filesampling.fields_of(switched, self.setup.sampling, Path(self.setup.model_path))

    def _tell_end(self, received: Received) -> None:
        if received.answer.only_thought:
            console.say(
                f"It only thought, for {received.thought_tokens} tokens, and gave no answer. "
                "`localai explain setup-answer-only-thoughts` tells what helps."
            )
        elif received.finish == "length":
            console.say(
                f"The answer stops here: the context ({self.talk.context} tokens) is full. "
                f"`localai init --context {2 * self.talk.context}` makes it longer."
            )

    def _tokens(self, words: str) -> int:
        """As the server counts them; a guess where it does not."""
        try:
            found = self.bench.answers.post(
                self.running.port, "/tokenize", {"content": words}, self.running.api_key
            )
            return len(found["tokens"])
        except (LocalaiError, KeyError, TypeError):
            return len(words) // CHARS_PER_TOKEN + 1


def _circles(received: Received) -> bool:
    return repeats_endlessly(received.text) or repeats_endlessly(received.thoughts)


def _circling(received: Received) -> str:
    where = "answer" if received.text.strip() else "thought"
    return f"Its {where} says the same again and again, so it was stopped."


def _too_long(tokens: int, context: int) -> LocalaiError:
    fits = max(0, context - min(1024, context // 4)) / max(1, tokens)
    return LocalaiError(
        f"It is too long: {tokens} tokens, and the model can see {context} at once, the answer included.",
        f"About {fits:.0%} of it would fit. Nothing was sent.",
        f"Send less, or make the context longer: `localai init --context {_next_context(tokens)}`.",
    )


def _next_context(tokens: int) -> int:
    """The power of two that holds them and an answer."""
    return int(2 ** max(12, (tokens + 1024).bit_length()))
