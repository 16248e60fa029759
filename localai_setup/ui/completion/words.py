"""What can follow where, for any shell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...model.command_line import CommandLine

#: values that are files of the person's own
FILES = "FILE"


@dataclass(frozen=True)
class Words:
    """`commands` as they describe themselves. `values` are the words that can stand for a value: by
    `COMMAND:NAME`, NAME being an option's or what stands for an argument, then by NAME alone.
    """

    commands: Sequence[CommandLine]
    values: Mapping[str, Sequence[str]]

    @property
    def first(self) -> list[str]:
        """What can follow `localai` itself."""
        return sorted({one.words[0] for one in self.commands if one.words})

    @property
    def groups(self) -> dict[str, list[str]]:
        """A command that has commands of its own → those."""
        found: dict[str, list[str]] = {}
        for one in self.commands:
            if len(one.words) > 1:
                found.setdefault(one.words[0], []).append(one.words[1])
        return found

    def value(self, command: CommandLine, name: str) -> Sequence[str]:
        """The words for a value; none where any text may stand."""
        return self.values.get(f"{command.name}:{name}", self.values.get(name, ()))

    def after_options(self, command: CommandLine) -> dict[str, Sequence[str]]:
        """Option that takes a value → its words; FILES alone where it is a file, none where it is any text."""
        return {
            name: self.value(command, one.names[0]) or self.value(command, one.value)
            for one in command.options
            if one.value
            for name in one.names
        }

    def arguments(self, command: CommandLine) -> list[str]:
        """What can stand as an argument."""
        found = [word for one in command.arguments for word in self.value(command, one.value)]
        return [*self.groups.get(command.name, ()), *found]

    def flags(self, command: CommandLine) -> list[str]:
        return [name for one in command.options for name in one.names if name.startswith("--")]
