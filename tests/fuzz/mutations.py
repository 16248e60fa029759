"""What is done to bytes, texts and JSON to make them hostile. `chance` is a `random.Random`."""

import copy
import json

NUMBERS = (0, 1, -1, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1, 10**30, 1e308, -0.0, 0.5)
TEXTS = (
    "", " ", "\n", "\x00", "\x1b]0;owned\x07", "\x1b[2J", "\x9b31m", "\u202e", "\x1b]52;c;aGk=\x07",
    "a" * 5000, "../../etc/passwd", "/etc/passwd", "<state>/state.json", "%s%n", "{}", "[[[[", "\ud800",
    "$(touch owned)", "http://127.0.0.1:9/", "nan", "1e999", "-1", "٣", "ﷺ" * 50, "NULL", "null",
)  # fmt: skip
NAMES = ("", "id", "schema", "\x1b[31m", "a" * 300, "__class__", "port", "pid")
DEPTH = 300


def of_bytes(raw, chance):
    """One to three changes: bytes flipped, set, cut out, doubled, or the end gone."""
    made = bytearray(raw)
    for _ in range(chance.randint(1, 3)):
        if not made:
            break
        at = chance.randrange(len(made))
        kind = chance.randrange(6)
        if kind == 0:
            made[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            size = chance.choice((1, 2, 4, 8))
            value = chance.choice(
                (0, 1, 2 ** (8 * size) - 1, 2 ** (8 * size - 1), chance.getrandbits(8 * size))
            )
            made[at : at + size] = value.to_bytes(size, "little")
        elif kind == 2:
            del made[at : at + chance.randint(1, 64)]
        elif kind == 3:
            made[at:at] = made[at : at + chance.randint(1, 200)]
        elif kind == 4:
            made[at:at] = chance.choice(TEXTS).encode("utf-8", "surrogatepass")
        else:
            del made[at:]
    return bytes(made)


def of_text(text, chance):
    """As bytes, or lines moved, doubled, taken out, their values replaced."""
    if chance.random() < 0.4:
        return of_bytes(text.encode("utf-8", "surrogatepass"), chance).decode("utf-8", "replace")
    lines = text.splitlines(keepends=True) or [""]
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        kind = chance.randrange(5)
        if kind == 0:
            lines.insert(at, lines[chance.randrange(len(lines))])
        elif kind == 1 and len(lines) > 1:
            del lines[at]
        elif kind == 2:
            lines[at] = lines[at].partition(":")[0] + ": " + value(chance) + "\n"
        elif kind == 3:
            lines[at] = " " * chance.randrange(9) + lines[at].lstrip()
        else:
            lines[at] = lines[at].rstrip("\n") + chance.choice(TEXTS) + "\n"
    return "".join(lines)


def value(chance):
    """A value as YAML or a log may spell it."""
    pick = chance.randrange(4)
    if pick == 0:
        return str(chance.choice(NUMBERS))
    if pick == 1:
        return json.dumps(chance.choice(TEXTS))
    return chance.choice(
        ("[]", "{}", "[[]]", "!!python/object:os.system x", "&a [*a]", "~", "yes", "|")
    )


def of_json(document, chance):
    """A copy with one to three of its values or names replaced; its JSON text, damaged now and then."""
    made = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        made = _changed(made, chance)
    text = json.dumps(made)
    if chance.random() < 0.1:
        text = of_bytes(text.encode(), chance).decode("utf-8", "replace")
    return text


def _changed(document, chance):
    holder, key = _anywhere(document, chance)
    if holder is None:
        return hostile(chance)
    if isinstance(holder, dict) and chance.random() < 0.2:
        holder[chance.choice(NAMES)] = holder.pop(key)
    elif chance.random() < 0.15:
        del holder[key]
    else:
        holder[key] = hostile(chance, holder[key])
    return document


def _anywhere(document, chance):
    """A holder and a key in it, at a random depth."""
    found = None, None
    while isinstance(document, (dict, list)) and document:
        key = chance.choice(list(document) if isinstance(document, dict) else range(len(document)))
        found = document, key
        document = document[key]
        if chance.random() < 0.08:
            break
    return found


def hostile(chance, now=None):
    if chance.random() < 0.5:
        return _of_the_same_kind(chance, now)
    pick = chance.randrange(6)
    if pick == 0:
        return chance.choice(NUMBERS)
    if pick == 1:
        return chance.choice(TEXTS)
    if pick == 2:
        return chance.choice((None, True, False, [], {}, [None], {"": None}))
    if pick == 3:
        deep = []
        for _ in range(DEPTH):
            deep = [deep]
        return deep
    if pick == 4 and isinstance(now, str):
        return of_text(now, chance)
    return [now] if chance.random() < 0.5 else {"x": now}


def _of_the_same_kind(chance, now):
    """What a reader that looks at types alone lets pass."""
    if isinstance(now, bool):
        return not now
    if isinstance(now, str):
        return chance.choice(TEXTS) if chance.random() < 0.5 else of_text(now, chance)
    if isinstance(now, (int, float)):
        return chance.choice(NUMBERS)
    if isinstance(now, list):
        return now * chance.choice((0, 2, 50)) if len(now) < 50 else now[:1]
    return now
