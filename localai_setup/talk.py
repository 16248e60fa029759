"""A conversation and the room it has: which turns are sent, and which are left out. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from .model.server import Message

#: What templates add around a turn, in tokens; a bound that no template in use exceeds by much.
TOKENS_AROUND = 12
#: Kept free for the answer: a quarter of the context, at most this.
MOST_ROOM_TOKENS = 1024


@dataclass(frozen=True)
class Turn:
    """One thing said, and about how many tokens it takes."""

    message: Message
    tokens: int


@dataclass
class Talk:
    """All turns; `left_out` counts those at the beginning that are not sent any more."""

    context: int
    system: Turn | None = None
    turns: list[Turn] = field(default_factory=list)
    left_out: int = 0

    def add(
        self, role: str, words: str | list[dict[str, object]], tokens: int, thoughts: str = ""
    ) -> None:
        """`thoughts` are sent back only where the model's publisher asks for it."""
        past = {"reasoning_content": thoughts} if thoughts else {}
        self.turns.append(Turn({"role": role, "content": words, **past}, tokens + TOKENS_AROUND))

    def take_back(self) -> None:
        """The last turn was never said."""
        self.turns.pop()
        self.left_out = min(self.left_out, len(self.turns))

    def begin_anew(self) -> None:
        self.turns.clear()
        self.left_out = 0

    @property
    def sent(self) -> list[Turn]:
        return [*([self.system] if self.system else []), *self.turns[self.left_out :]]

    @property
    def messages(self) -> list[Message]:
        return [one.message for one in self.sent]

    @property
    def tokens(self) -> int:
        return sum(one.tokens for one in self.sent)

    @property
    def room(self) -> int:
        """Tokens that question and past may take, so that an answer still has room."""
        return self.context - min(MOST_ROOM_TOKENS, self.context // 4)

    @property
    def is_too_long(self) -> bool:
        """Whether the last turn alone, with the system message, has no room."""
        alone = self.turns[-1].tokens + (self.system.tokens if self.system else 0)
        return alone > self.room

    def make_room(self) -> tuple[int, int]:
        """Leave out whole exchanges from the beginning; how many turns and tokens that were."""
        turns = tokens = 0
        while self.tokens > self.room and len(self.turns) - self.left_out > 1:
            tokens += self.turns[self.left_out].tokens
            self.left_out, turns = self.left_out + 1, turns + 1
            # an answer without its question is of no use
            is_answer = self.turns[self.left_out].message["role"] == "assistant"
            if is_answer and len(self.turns) - self.left_out > 1:
                tokens += self.turns[self.left_out].tokens
                self.left_out, turns = self.left_out + 1, turns + 1
        return turns, tokens
