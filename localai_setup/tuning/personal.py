"""What in a text is about a person: addresses of mail, telephone and bank numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Span = tuple[int, int]

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,6}[a-zA-Z]{2,24}\b")
#: with the country's code, so that other numbers are not taken for one
_TELEPHONE = re.compile(
    r"(?<![\w+])(?:\+|00)[1-9]\d{0,2}[ ()/.-]{0,2}(?:\d[ ()/.-]{0,2}){6,12}\d\b"
)
_DIGITS = re.compile(r"(?<![\w.-])(?:\d[ -]?){12,18}\d(?![\w-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
#: Domains that are kept for examples (RFC 2606).
_EXAMPLES = re.compile(r"@(?:[\w-]+\.)*example(?:\.(?:com|org|net))?$", re.IGNORECASE)


def kinds(text: str) -> list[str]:
    """The kinds that stand in the text, in words; none where nothing is seen. What belongs to a longer number
    is no number of its own: the digits of a bank account often look like those of a telephone.
    """
    found = {words: list(_spans(text, pattern, is_one)) for words, pattern, is_one in _KINDS}
    every = [span for spans in found.values() for span in spans]
    return [
        words
        for words, spans in found.items()
        if any(not any(_is_part(one, other) for other in every) for one in spans)
    ]


def _spans(text: str, pattern: re.Pattern[str], is_one: Callable[[str], bool]) -> Iterator[Span]:
    return (one.span() for one in pattern.finditer(text) if is_one(one[0]))


def _is_part(one: Span, other: Span) -> bool:
    """Whether they overlap, and the other is longer."""
    overlap = one[0] < other[1] and other[0] < one[1]
    return overlap and other[1] - other[0] > one[1] - one[0]


def _is_address(text: str) -> bool:
    return not _EXAMPLES.search(text)


def _is_card(text: str) -> bool:
    """By its check digit (ISO/IEC 7812, Luhn)."""
    digits = [int(one) for one in text if one.isdigit()][::-1]
    doubled = [sum(divmod(2 * one, 10)) for one in digits[1::2]]
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    """By its check digits (ISO 13616: the rest of a division by 97 is 1)."""
    plain = text.replace(" ", "")
    return int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


#: What is looked for: its words, how it looks, and what proves it.
_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("an address of mail", _MAIL, _is_address),
    # nothing but its form tells it
    ("a telephone number", _TELEPHONE, bool),
    ("the number of a bank card", _DIGITS, _is_card),
    ("the number of a bank account", _IBAN, _is_iban),
)
