"""The command line as it describes itself: what help, man pages and completion are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """A flag, an option or an argument. `names` are empty for an argument; `value` is what stands for its
    value, empty for a flag. `variable` is the environment variable that gives it too.
    """

    names: tuple[str, ...]
    value: str
    text: str
    variable: str = ""
    required: bool = False


@dataclass(frozen=True)
class CommandLine:
    """One command. `words` are those after `localai`, none for localai itself."""

    words: tuple[str, ...]
    text: str
    example: str
    parameters: tuple[Parameter, ...] = ()

    @property
    def name(self) -> str:
        return " ".join(self.words)

    @property
    def summary(self) -> str:
        """The first sentence, without its full stop."""
        return self.text.split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".")

    @property
    def options(self) -> tuple[Parameter, ...]:
        return tuple(one for one in self.parameters if one.names)

    @property
    def arguments(self) -> tuple[Parameter, ...]:
        return tuple(one for one in self.parameters if not one.names)
