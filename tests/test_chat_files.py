"""Files and kept conversations of `chat`: what is sent of them, what is refused, who may read them."""

import base64
import json
import stat
import sys
from dataclasses import replace

import pytest

from localai_setup.commands import _attaching, _chat_commands
from localai_setup.machine.asking import attachments
from localai_setup.machine.keeping import conversations, removing
from localai_setup.model.attachment import Attachment, question
from localai_setup.model.behaviour import Thinking
from localai_setup.model.errors import LocalaiError

from .fake_server import GOOD
from .server_fixtures import servers  # noqa: F401  a fixture
from .test_chat import conversation, talking  # noqa: F401  a fixture

NEVER = Thinking("never")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def seeing(made):
    made.setup = replace(made.setup, steps=({"id": "fetch-projector"},))
    return made


def test_a_text_stands_before_the_question_below_its_name(talking, tmp_path):  # noqa: F811
    asked = talking("good", way=NEVER)
    (tmp_path / "notes.txt").write_bytes("Café ```x```".encode("utf-16"))
    asked.attached = [_attaching.read(str(tmp_path / "notes.txt"), asked.setup)]
    asked.ask("What is it?")
    asked.ask("And now?")
    first, second = asked.bench.sent
    assert first["messages"][0]["content"] == "notes.txt:\n````\nCafé ```x```\n````\n\nWhat is it?"
    assert second["messages"][-1]["content"] == "And now?"


def test_a_text_that_is_too_long_is_cut_with_a_word(talking, tmp_path, capsys):  # noqa: F811
    asked = talking("good", way=NEVER)
    (tmp_path / "long.txt").write_text("word " * 40_000)
    asked.attached = [_attaching.read(str(tmp_path / "long.txt"), asked.setup)]
    asked.ask("Summarise")
    assert "long.txt is too long" in capsys.readouterr().err
    sent = asked.bench.sent[0]["messages"][0]["content"]
    assert sent.startswith("long.txt:\n```\nword word") and sent.endswith("```\n\nSummarise")
    assert asked.talk.turns[0].tokens <= asked.talk.room


def test_a_picture_goes_to_a_model_that_sees(talking, tmp_path):  # noqa: F811
    asked = talking("good", way=NEVER)
    (tmp_path / "a.png").write_bytes(PNG)
    with pytest.raises(LocalaiError, match="sees no pictures"):
        _attaching.read(str(tmp_path / "a.png"), asked.setup)
    seeing(asked)
    asked.attached = [_attaching.read(str(tmp_path / "a.png"), asked.setup)]
    asked.ask("What is it?")
    picture, words = asked.bench.sent[0]["messages"][0]["content"]
    assert base64.b64decode(picture["image_url"]["url"].partition(",")[2]) == PNG
    assert words == {"type": "text", "text": "What is it?"}


@pytest.mark.parametrize(
    ("raw", "why"),
    [(None, "cannot be read"), (b"", "no text"), (bytes(range(32)) * 99, "neither a text")],
    ids=["missing", "empty", "a program"],
)
def test_what_no_model_can_be_given_is_refused_in_words(tmp_path, raw, why):
    if raw is not None:
        (tmp_path / "a").write_bytes(raw)
    with pytest.raises(LocalaiError, match=why):
        attachments.read(str(tmp_path / "a"))


def pdf(words):
    """A PDF of one page, by hand."""
    stream = f"BT /F1 12 Tf 10 10 Td ({words}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 50]/Contents 4 0 R"
        b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    raw, places = b"%PDF-1.4\n", []
    for at, one in enumerate(objects, 1):
        places.append(len(raw))
        raw += b"%d 0 obj\n%s\nendobj\n" % (at, one)
    table = b"".join(b"%010d 00000 n \n" % one for one in places)
    return raw + (
        b"xref\n0 5\n0000000000 65535 f \n%strailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (table, len(raw))
    )


def test_the_text_of_a_pdf_is_read(tmp_path):
    pytest.importorskip("pypdf")
    (tmp_path / "report").write_bytes(pdf("Kestrel lies by the sea"))
    assert attachments.read(str(tmp_path / "report")).text.strip() == "Kestrel lies by the sea"
    (tmp_path / "broken.pdf").write_bytes(pdf("a")[:40])
    with pytest.raises(LocalaiError, match="cannot be given"):
        attachments.read(str(tmp_path / "broken.pdf"))


def test_without_the_library_the_person_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdf", None)
    (tmp_path / "a.pdf").write_bytes(pdf("a"))
    with pytest.raises(LocalaiError) as reported:
        attachments.read(str(tmp_path / "a.pdf"))
    assert "localai-setup[pdf]" in reported.value.hint


def test_a_question_without_files_is_plain_text():
    assert question("Hi", []) == "Hi"
    assert question("Hi", [Attachment("a", "b")]) == "a:\n```\nb\n```\n\nHi"


def test_a_conversation_is_kept_and_taken_up_again(talking, monkeypatch, capsys):  # noqa: F811
    asked = talking("good", way=NEVER)
    conversation(monkeypatch, asked, "/system Be brief.", "Which city?", "/save a trip", "Again?")
    file = conversations.path("a trip")
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = json.loads(file.read_text("utf-8"))
    dialogue = ["Which city?", "".join(GOOD), "Again?", "".join(GOOD)]
    assert [one["content"] for one in kept["messages"]] == dialogue
    later = talking("good", way=NEVER)
    assert later.take_up("a trip") == 4
    later.ask("And now?")
    sent = later.bench.sent[0]["messages"]
    assert [one["content"] for one in sent] == ["Be brief.", *dialogue, "And now?"]
    assert len(json.loads(file.read_text("utf-8"))["messages"]) == 6
    assert file in removing.ours(keep_models=False)
    name = '"a trip"' if sys.platform == "win32" else "'a trip'"
    assert f"--keep {name}" in capsys.readouterr().err


def test_nothing_is_kept_unless_it_is_asked_for(talking, monkeypatch):  # noqa: F811
    conversation(monkeypatch, talking("good", way=NEVER), "Which city?", "/save", "/new", "Again?")
    assert conversations.names() == []


@pytest.mark.parametrize("name", ["con", "Nul", "aux.notes", "LPT1", "com2 .b"])
def test_no_conversation_has_the_name_of_a_device_of_windows(name):
    with pytest.raises(LocalaiError, match="cannot be called"):
        conversations.path(name)


@pytest.mark.parametrize("name", ["console", "com", "a con", "lpt10", "notes.con"])
def test_what_only_looks_like_a_device_of_windows_names_a_conversation(name):
    assert conversations.path(name).name == f"{name}.json"


def test_no_conversation_takes_the_place_of_another(talking, monkeypatch, capsys):  # noqa: F811
    first = talking("good", way=NEVER)
    conversation(monkeypatch, first, "Which city?", "/save rome")
    second = talking("good", way=NEVER)
    conversation(monkeypatch, second, "Hello", "/save rome", "/save ../x", "/file /no/such")
    reported = capsys.readouterr().err
    assert (
        "already" in reported
        and "cannot be called" in reported
        and "/no/such cannot be given" in reported
    )
    assert (
        json.loads(conversations.path("rome").read_text())["messages"][0]["content"]
        == "Which city?"
    )


@pytest.mark.parametrize(
    "text", ["", "[]", '{"schema": "x", "model": "m", "messages": []}',
             '{"schema": "localai.conversation/1", "model": "m", "messages": [{"role": "root"}]}',
             *('{"schema": "localai.conversation/1", "model": "m", "messages": [{"role": "user", '
               f'"content": {content}}}]}}' for content in ("[]", "[3]", '[{"text": 3}]', "null"))],
)  # fmt: skip
def test_a_damaged_conversation_is_left_as_it_is(talking, text):  # noqa: F811
    asked = talking("good", way=NEVER)
    file = conversations.path("a")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    with pytest.raises(LocalaiError, match="cannot be read"):
        asked.take_up("a")
    assert file.read_text() == text


def test_what_could_not_be_saved_is_not_called_kept(talking, monkeypatch, capsys):  # noqa: F811
    def full(*_):
        raise OSError(28, "No space left on device")

    asked = talking("good", way=NEVER)
    asked.take_up("before")
    monkeypatch.setattr(conversations, "write_atomically", full)
    _chat_commands.run(asked, "/save rome")
    reported = capsys.readouterr().err
    assert "could not be kept: No space left" in reported and "It is kept as" not in reported
    assert asked.kept_as == "before"


@pytest.mark.parametrize("path", ["~nobody-of-this-name/x", "a\0b", "~", "~root/no-such-file"])
def test_a_path_that_leads_nowhere_is_told(path):
    with pytest.raises(LocalaiError, match="it cannot be read"):
        attachments.read(path)


def test_every_command_is_listed(capsys):
    _chat_commands._help(None, "")
    reported = capsys.readouterr().err
    for name in ("/help", "/new", "/system", "/file", "/think", "/save", "/quit"):
        assert name in reported
