"""Messages speak standard English: the words of the glossary in CONTRIBUTING, not a dialect of our own."""

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "localai_setup").rglob("*.py"))
#: scripts beside the package
SCRIPTS = sorted(
    path for room in ("benchmarks", "docs", ".ci") for path in (ROOT / room).glob("*.py")
)
#: Tests and what they share.
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEXTS = sorted(
    [*(ROOT / "localai_setup/problems").rglob("*.yaml"), *(ROOT / "recipes").rglob("*.yaml")]
)
#: words that are not used → the one that is
INSTEAD = {
    r"mend(?:s|ed|ing)?": "fix, repair",
    r"rights of (?:the |our |localai's )?(?:own )?files": "permissions",
    r"worth having": "say what it costs or gives",
    r"simply|just|obviously|easy|easily": "leave it out",
    r"please|sorry|oops": "leave it out",
    r"whilst|henceforth|thereof|hereby": "while, from now on",
    r"utiliz\w+|leverag\w+": "use",
}
#: parts of names in the code, as the glossary has them
OTHER_NAMES = {
    "wanted": "requested, expected",
    "told": "stated",
    "tells": "matches, identifies",
    "whole": "complete",
    "beside": "what it is",
    "said": "response, output, reason",
    "had": "fallback",
    "heard": "received",
    "brought": "user_supplied",
    "mend": "fix, repair",
    "mended": "fixed, repaired",
    "rights": "permissions",
}
#: a regular expression's term
FIELD_TERMS = {"whole_word"}
#: Fields that are shown to a person; patterns and example texts are other people's words.
SHOWN = ("title", "healthy", "seen", "why", "suits", "careful", "text", "loses")
HIDDEN = ("signs", "fires", "quiet", "sources")


def shown(document):
    """The texts of a page or recipe that a person sees."""
    if isinstance(document, list):
        for one in document:
            yield from shown(one)
    elif isinstance(document, dict):
        for key, value in document.items():
            if key in SHOWN and isinstance(value, str):
                yield value
            elif key not in HIDDEN:
                yield from shown(value)


def messages(path):
    """Texts in the code that are no docstrings and hold words."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in docstrings and " " in node.value:
                yield node.value


def names_in(tree):
    """Names that a module gives: to itself, its functions, classes, arguments, fields and variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def names_of_another_dialect(names):
    parts = {name: re.split(r"_|(?<=[a-z])(?=[A-Z])", name) for name in names}
    return [
        f"{name}: instead of {part!r}: {OTHER_NAMES[part.lower()]}"
        for name in sorted(parts.keys() - FIELD_TERMS)
        for part in parts[name]
        if part.lower() in OTHER_NAMES
    ]


def offences(texts):
    return [
        f"{text[:90]!r}: instead of {found[0]!r}: {better}"
        for text in texts
        for word, better in INSTEAD.items()
        if (found := re.search(rf"\b(?:{word})\b", text, re.I))
    ]


def test_messages_use_the_words_of_the_glossary():
    found = {
        str(p.relative_to(ROOT)): offences(messages(p)) for p in CODE if "checks" not in p.parts
    }
    assert not {path: words for path, words in found.items() if words}


def test_pages_and_recipes_use_the_words_of_the_glossary():
    read = {p.name: yaml.load(p.read_text(encoding="utf-8"), yaml.CSafeLoader) for p in TEXTS}
    found = {name: offences(shown(document)) for name, document in read.items()}
    assert not {name: words for name, words in found.items() if words}


def test_names_in_the_code_use_the_words_of_the_glossary():
    found = {
        str(path.relative_to(ROOT)): names_of_another_dialect(
            {path.stem, *names_in(ast.parse(path.read_text(encoding="utf-8")))}
        )
        for path in (*CODE, *SCRIPTS)
    }
    assert not {path: names for path, names in found.items() if names}


def test_names_in_tests_use_the_words_of_the_glossary():
    """The names of tests are sentences, and not looked at."""
    found = {
        path.relative_to(ROOT / "tests").as_posix(): names_of_another_dialect(
            name
            for name in {path.stem, *names_in(ast.parse(path.read_text(encoding="utf-8")))}
            if not name.startswith("test_")
        )
        for path in TESTS
    }
    assert not {path: names for path, names in found.items() if names}


def empty_errors(tree):
    """Lines where an error is made with an empty text: each part says something or is left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Error"):
            parts = [*node.args, *(one.value for one in node.keywords)]
            if any(isinstance(one, ast.Constant) and one.value == "" for one in parts):
                yield node.lineno


def test_no_part_of_an_error_is_empty():
    trees = {path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8")) for path in CODE}
    found = {str(path): list(empty_errors(tree)) for path, tree in trees.items()}
    assert not {path: lines for path, lines in found.items() if lines}
    assert list(empty_errors(ast.parse('raise LocalaiError("It broke.", "")'))) == [1]


@pytest.mark.parametrize("name", ["wanted", "_told_sizes", "BROUGHT", "isWhole"])
def test_a_name_of_the_list_is_found(name):
    assert names_of_another_dialect([name])


@pytest.mark.parametrize("text", ["Mend it there.", "You can easily see", "Utilize the GPU"])
def test_a_word_of_the_list_is_found(text):
    assert offences([text])
