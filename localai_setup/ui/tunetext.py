"""What `localai tune` tells: the examples, the proof, the adapters that are here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..model.sizes import size_words
from ..model.tuning import Adapter, Score, UseCheck
from ..tuning.examples import Data, Example, Fault, Weight
from . import console, shellwords
from .findingtext import say_line, say_prose

#: So many faults of a kind are shown, and how many more there are.
SHOWN = 5
#: So many of the held-back examples are shown with both answers.
SHOWN_ANSWERS = 3
WIDEST = 60
#: columns of the longest name of a score, and a blank
NAME_WIDTH = 28


def examples(data: Data) -> None:
    """How many can be used, and what is wrong, by line."""
    left_out = sum(one.weight is Weight.LEFT_OUT for one in data.faults)
    more = f", {left_out} {'is' if left_out == 1 else 'are'} left out" if left_out else ""
    usable = f"{data.count_words} ({data.form})" if data.examples else "No example"
    say_prose(f"{usable} can be used{more}.", "")
    _faults(data.faults)


def too_long(faults: Sequence[Fault]) -> None:
    """Which cannot be learned whole, as the model's own tokens tell; nothing where there are none."""
    if faults:
        are = "one of them is" if len(faults) == 1 else f"{len(faults)} of them are"
        say_prose(f"In the tokens of this model {are} too long.", "")
        _faults(faults)


def _faults(found: Sequence[Fault]) -> None:
    kinds = Counter(one.kind for one in found)
    shown: Counter[object] = Counter()
    for fault in found:
        shown[fault.kind] += 1
        if shown[fault.kind] <= SHOWN:
            say_prose(_fault(fault), "  ", "      ")
        elif shown[fault.kind] == SHOWN + 1:
            say_prose(
                f"… and {kinds[fault.kind] - SHOWN} more of this kind (--json names all)", "  "
            )


def _fault(fault: Fault) -> str:
    where = f"{fault.place}: " if fault.place else ""
    sign = "✗ left out, " if fault.weight is Weight.LEFT_OUT else "! "
    return f"{sign}{where}{fault.words}"


def result(
    adapter: Adapter, held_back: Sequence[Example], before: Sequence[str], after: Sequence[str]
) -> None:
    """Both scores, and some of the answers, side by side."""
    _scores(adapter.before or Score(), adapter.after or Score())
    for example, one, other in list(zip(held_back, before, after, strict=True))[:SHOWN_ANSWERS]:
        say_line("")
        say_prose(_short(example.question[-1].text), "  ")
        say_prose(f"taught: {_short(example.answer)}", "    ", "      ")
        say_prose(f"before: {_short(one)}", "    ", "      ")
        say_prose(f"after:  {_short(other)}", "    ", "      ")
    _uses(adapter.uses)


def _uses(found: Sequence[UseCheck]) -> None:
    """What the model could do before, whether it still can, and the answers that are wrong now."""
    able = [one for one in found if one.was_right]
    lost = [one for one in able if one.is_lost]
    say_line("")
    if not able:
        say_prose("None of the questions that prove a use was answered right before.", "")
        return
    say_prose(
        f"Of {len(found)} questions that prove the uses {len(able)} were answered right before, and of "
        f"these {len(able) - len(lost)} after.",
        "",
    )
    for one in lost:
        say_prose(f"lost: {one.title}: {_short(one.question)}", "  ", "    ")
        say_prose(f"before: {_short(one.before)}", "    ", "      ")
        say_prose(f"after:  {_short(one.after)}", "    ", "      ")


def _scores(before: Score, after: Score) -> None:
    say_line("")
    say_prose(f"{after.count} examples that it was not taught, asked before and after:", "")
    rows = (
        ("right word for word", f"{before.exact}", f"{after.exact}"),
        ("in the form that was taught", f"{before.formed}", f"{after.formed}"),
        ("alike, on average", f"{before.likeness:.0%}", f"{after.likeness:.0%}"),
    )
    # a name and both numbers beside each other would be cut on a narrow terminal
    if console.out().width < NAME_WIDTH + 18:
        for name, one, other in rows:
            say_prose(f"{name}: {one} before, {other} after", "  ", "    ")
        return
    say_line(f"  {'':{NAME_WIDTH}} {'before':>7} {'after':>7}")
    for name, one, other in rows:
        say_line(f"  {name:{NAME_WIDTH}} {one:>7} {other:>7}")


@dataclass(frozen=True)
class Ended:
    """Whether it helped, whether it is used now, and the adapter that was in use before; empty for none."""

    helped: bool
    is_used: bool
    used_before: str = ""

    @property
    def as_before(self) -> str:
        """How the model answers where the new one is not used; the end of a sentence."""
        if self.used_before:
            return f"the model goes on answering as {self.used_before} taught it"
        return "the model answers as before"


def end(adapter: Adapter, ended: Ended) -> None:
    """What is so now, and what can be done next."""
    say_line("")
    if ended.is_used:
        no_longer = f", no longer as {ended.used_before} taught it" if ended.used_before else ""
        say_prose(
            f"It helped. {adapter.base_model} answers as it was taught from now on{no_longer}.", ""
        )
        _commands(adapter.name, ended.used_before)
        return
    say_prose(_why_unused(adapter, ended), "")
    say_prose(
        f"`localai tune use {adapter.name}` uses it all the same; `localai tune remove "
        f"{adapter.name}` deletes it.",
        "",
    )


def _why_unused(adapter: Adapter, ended: Ended) -> str:
    if not ended.helped:
        return (
            f"It did not help, so {ended.as_before}. Often there are too few examples, they "
            "contradict each other, or the answers cannot be told from the questions."
        )
    return (
        f"It helped with your examples, but {losses(adapter)}; so {ended.as_before}. For a model "
        "that has only your task that may be right. Otherwise try it with ordinary questions and good "
        "answers among the examples, or with a larger model."
    )


def losses(adapter: Adapter) -> str:
    """What was lost, a clause."""
    return f"the model lost what it could do before ({', '.join(one.use for one in adapter.lost)})"


def _commands(name: str, used_before: str) -> None:
    """What can be typed once it is used."""
    untaught = "answer without what was taught" if used_before else "answer as before"
    commands = {
        "localai chat": "talk to it",
        "localai tune off": f"{untaught}; the adapter is kept",
        f"localai tune remove {name}": f"{untaught}, and delete it",
    }
    if used_before:
        commands[f"localai tune use {used_before}"] = "answer as before"
    width = max(map(len, commands))
    lines = [f"  {command:{width}}  {what}" for command, what in commands.items()]
    if max(map(len, lines)) <= console.out().width:
        say_line("\n".join(lines))
        return
    for command, what in commands.items():
        say_prose(f"{command}: {what}", "  ", "    ")


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 2 * WIDEST else f"{plain[: 2 * WIDEST]}…"


def at_work(names: Iterable[str]) -> None:
    """Trainings that have not ended, while another command is at work: it may be one of them."""
    for name in names:
        say_prose(
            f"{name}: not ready; another localai is at work now, which may be its training.", ""
        )


def interrupted(trainings: Mapping[str, str]) -> None:
    """Those that were interrupted, with the file of their examples, empty where it is not known."""
    for name, file in trainings.items():
        goes_on = f"`localai tune {shellwords.word(file)}` goes on with it, " if file else ""
        say_prose(
            f"{name}: its training was interrupted; {goes_on}`localai tune remove {name}` deletes it.",
            "",
        )


def adapters(found: Sequence[Adapter], used: str) -> None:
    """Those that are on this disk."""
    if not found:
        console.show("There is no adapter here yet; `localai tune FILE` makes one.")
        return
    for one in found:
        mark = "in use" if one.name == used else "not used"
        score = (
            f", {one.before.exact} → {one.after.exact} of {one.after.count} right"
            if one.before and one.after
            else ""
        )
        score += f", {len(one.lost)} of the uses lost" if one.lost else ""
        say_line(
            f"{one.name}: {mark}; for {one.base_model}, {size_words(one.bytes)}, {one.made_at}{score}"
        )
