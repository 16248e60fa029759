"""Settings files of people: ours goes in beside theirs, and comes out of what they made of it since."""

import json
import re

import pytest

from localai_setup.settings_text.merging import merged
from localai_setup.settings_text.removing import without
from localai_setup.settings_text.tree import UnreadableError, read

pytestmark = pytest.mark.quick
OURS = {
    "json": '{"provider": {"localai": {"npm": "x", "models": {"m": {"limit": 3}}}}}',
    "yaml": "name: L\nversion: 1\nmodels:\n  - name: ours\n    roles: [chat, edit]\n",
}
#: format, a person's file; each is met in the wild: comments, trailing commas, tabs, CRLF, one line
FILES = [
    ("json", "{}"),
    ("json", "{\n}\n"),
    ("json", '{ "a": 1 }'),
    ("json", '{"a":{"b":[1,2]},"url":"http://x//y"}'),
    ("json", '{\n  // mine\n  "a": 1, // one, two\n}\n'),
    ("json", '{\n\t"a": 1,\n\t"b": {"x": [1, 2]} /* z */\n\t// end\n}\n'),
    ("json", '{"provider":{"other":{"k":"http://x/y"}}}'),
    ("json", '{\n    "provider": {\n        "other": {"k": "\\u00e4\\"//"}\n    },\n    "z": null\n}'),
    ("json", "// nothing but this\n"),
    ("json", "\ufeff{\r\n  \"a\": 1\r\n}\r\n"),
    ("yaml", ""),
    ("yaml", "# nothing but this\n"),
    ("yaml", "models:\n  - name: a # x\n    k: v\n# trailing\nrules:\n- b\n"),
    ("yaml", "models:\n"),
    ("yaml", "models: []\n"),
    ("yaml", "models: [{name: a}]\nx: |\n  foo\n\n  bar\n"),
    ("yaml", "models:\n- name: a\n  d: >\n    zz\n"),
    ("yaml", "rules: &r [a]\nothers: *r\n"),
]  # fmt: skip


def contains(there, ours):
    """Whether all of our data is in there."""
    if isinstance(ours, dict):
        return all(key in there and contains(there[key], value) for key, value in ours.items())
    if isinstance(ours, list):
        return all(one in there for one in ours)
    return there == ours


def comments(text):
    return re.findall(r"(?:^|\s)((?://|#|/\*) .*)", text, re.MULTILINE)


@pytest.mark.parametrize(("form", "text"), FILES)
def test_ours_goes_in_and_theirs_stays(form, text):
    done = merged(text, OURS[form], form)
    assert contains(read(done, form), read(OURS[form], form))
    theirs = read(text, form) or {}
    left = {key: value for key, value in theirs.items() if key not in ("models", "provider")}
    assert contains(read(done, form), left)
    for comment in comments(text):
        assert comment in done
    if "\r\n" in text:
        assert "\n" not in done.replace("\r\n", "")


@pytest.mark.parametrize(("form", "text"), FILES)
def test_what_is_put_in_comes_out_of_a_file_that_was_changed_since(form, text):
    done = merged(text, OURS[form], form)
    back = without(done, text, OURS[form], form)
    assert (read(back, form) or {}) == (read(text, form) or {})
    for comment in comments(text):
        assert comment in back


@pytest.mark.parametrize("text", ["{}", '{\n  "provider": {}\n}', '{ "a": 1 }'])
def test_what_a_person_added_behind_ours_stays(text):
    done = merged(text, OURS["json"], "json")
    at = done.rindex("}")
    changed = done[:at].rstrip() + ', "later": {"k": [1]}\n' + done[at:]
    back = without(changed, text, OURS["json"], "json")
    assert json.loads(back) == {
        **json.loads(text),
        "provider": {},
        "later": {"k": [1]},
    } or json.loads(back) == {**json.loads(text), "later": {"k": [1]}}


def test_what_a_person_changed_of_ours_stays():
    done = merged("a: 1\n", OURS["yaml"], "yaml").replace("version: 1", "version: 7")
    assert read(without(done, "a: 1\n", OURS["yaml"], "yaml"), "yaml") == {"a": 1, "version": 7}


def test_a_value_that_was_replaced_comes_back():
    before = "model: gpt-4o # mine\ndark: true\n"
    done = merged(before, "model: openai/m\n", "yaml")
    assert read(done, "yaml") == {"model": "openai/m", "dark": True}
    assert "# mine" in done
    assert read(without(done + "x: 1\n", before, "model: openai/m\n", "yaml"), "yaml") == {
        "model": "gpt-4o", "dark": True, "x": 1,
    }  # fmt: skip


def test_a_key_that_is_only_a_default_keeps_its_value():
    done = merged("name: mine\n", OURS["yaml"], "yaml", ("name", "version"))
    assert read(done, "yaml")["name"] == "mine"
    assert read(done, "yaml")["version"] == 1


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("json", '{"a": '), ("json", '{"provider": [1]}'), ("json", "[" * 600),
        ("yaml", "a: b: c"), ("yaml", "models: {a: 1}"),
        ("yaml", "key: !env KEY\n"), ("yaml", "a: &a\n- *a\n"), ("yaml", "? [1, 2]\n: x\n"),
        ("yaml", "mine: &m [1]\nmodels: *m\n"), ("yaml", "mine: &m {models: [1]}\n<<: *m\n"),
    ],
)  # fmt: skip
def test_what_cannot_hold_ours_is_refused(form, text):
    with pytest.raises(UnreadableError):
        merged(text, OURS[form], form)


#: a file changed since, as its program's own YAML may have it
SINCE = ["key: !env KEY\n", "models: &a [*a]\n", "? [1, 2]\n: x\n", "mine: &m [1]\nmodels: *m\n"]


@pytest.mark.parametrize("text", SINCE)
def test_what_cannot_be_taken_apart_is_refused(text):
    with pytest.raises(UnreadableError):
        without(text, "", OURS["yaml"], "yaml")


def test_a_date_that_was_replaced_cannot_be_put_back_and_no_date_of_others_is_touched():
    before = "since: 2026-01-02\nversion: 2026-01-02\n"
    done = merged(before, OURS["yaml"], "yaml")
    assert "since: 2026-01-02\n" in done
    with pytest.raises(UnreadableError, match="cannot be put back"):
        without(done + "x: 1\n", before, OURS["yaml"], "yaml")


def test_anchors_elsewhere_stay_as_they_are():
    before = "base: &b {k: 1}\nmine:\n  <<: *b\n"
    done = merged(before, OURS["yaml"], "yaml")
    assert done.startswith(before)
    assert without(done + "x: 1\n", before, OURS["yaml"], "yaml") == before + "x: 1\n"
