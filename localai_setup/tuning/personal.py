"""What in a text is about a person: addresses of mail, telephone and bank numbers."""

from __future__ import annotations

import re

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
    """The kinds that stand in the text, in words; none where nothing is seen."""
    found = []
    if any(not _EXAMPLES.search(one[0]) for one in _MAIL.finditer(text)):
        found.append("an address of mail")
    if _TELEPHONE.search(text):
        found.append("a telephone number")
    if any(_is_card(one[0]) for one in _DIGITS.finditer(text)):
        found.append("the number of a bank card")
    if any(_is_iban(one[0]) for one in _IBAN.finditer(text)):
        found.append("the number of a bank account")
    return found


def _is_card(text: str) -> bool:
    """By its check digit (ISO/IEC 7812, Luhn)."""
    digits = [int(one) for one in text if one.isdigit()][::-1]
    doubled = [sum(divmod(2 * one, 10)) for one in digits[1::2]]
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    """By its check digits (ISO 13616: the rest of a division by 97 is 1)."""
    plain = text.replace(" ", "")
    return int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1
