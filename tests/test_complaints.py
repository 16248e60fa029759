"""Complaints in a person's words lead to causes and to the command that tells them apart; logs do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.problems import complaints, plainwords
from localai_setup.problems.languages import in_english

from .known import KNOWN, PAGES, PROBLEMS
from .test_evidence import LINES, NAMES

pytestmark = pytest.mark.quick
COMPLAINTS = yaml.safe_load((Path(__file__).parent / "complaints.yaml").read_text(encoding="utf-8"))
NO_COMPLAINTS = yaml.safe_load(
    (Path(__file__).parent / "no_complaints.yaml").read_text(encoding="utf-8")
)
TABLE = complaints.table()
CAUSES = {one.id: one for one in TABLE.causes}


@pytest.mark.parametrize(("sentence", "expected"), COMPLAINTS)
def test_a_sentence_leads_to_its_complaint(sentence, expected):
    assert complaints.understood(sentence).id == expected


def test_a_complaint_that_is_as_likely_adds_its_causes_behind_the_others():
    by_id = {one.id: one for one in TABLE.complaints}
    both = complaints.understood("It crashes and the answers are empty").causes
    own, others = by_id["empty-answer"].causes, by_id["crashes"].causes
    assert both[: len(own)] == own
    assert both[len(own) :] == tuple(name for name in others if name not in own)[:2]
    assert complaints.understood("it is slow").causes == by_id["slow"].causes


def test_every_complaint_is_tried():
    assert {expected for _, expected in COMPLAINTS} == {one.id for one in TABLE.complaints}


def test_most_sentences_are_known_for_a_persons():
    """What holds an underscore or a name of two capitals may be a program's; `doctor` takes it too."""
    missed = [sentence for sentence, _ in COMPLAINTS if not plainwords.in_plain_words(sentence)]
    assert len(missed) <= 1, missed


@pytest.mark.parametrize(
    "text",
    [
        "Windows Ollama 0.22.0 uses CPU only on an AMD card",
        "Error fetching the list from the hub\n\nNot able to download any models",
        "Cannot see new models\n\nCannot browse models in the program",
    ],
)
def test_a_report_with_a_title_is_a_persons(text):
    assert plainwords.in_plain_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "Error loading model",
        "error: failed to open file\n\nerror: exiting",
        "fatal: unable to access the repository\n\nhint: use the option --force",
    ],
)
def test_what_a_program_prints_stays_a_programs(text):
    assert not plainwords.in_plain_words(text)


@pytest.mark.parametrize("one", TABLE.complaints, ids=lambda one: one.id)
def test_a_complaint_has_two_or_three_causes_that_can_be_told_apart(one):
    assert 2 <= len(one.causes) <= 3
    checks = [tuple(CAUSES[name].check.items()) for name in one.causes]
    meanings = [CAUSES[name].means for name in one.causes]
    assert len(set(zip(checks, meanings, strict=True))) == len(one.causes)
    assert one.signs


@pytest.mark.parametrize("one", TABLE.causes, ids=lambda one: one.id)
def test_a_cause_names_what_there_is(one):
    assert set(one.check) <= {"localai", "ollama", "any"}
    assert not one.problem or one.problem in PROBLEMS
    assert set(one.ours) <= set(PROBLEMS)
    assert any(one.id in complaint.causes for complaint in TABLE.complaints)


@pytest.mark.parametrize(
    "text", [*NAMES.splitlines(), *LINES, *(e.text for p in PAGES.values() for e in p.quiet)]
)
def test_what_a_program_prints_is_no_complaint(text):
    if plainwords.in_plain_words(text) and not explain(text, Surroundings(), KNOWN).found:
        found = complaints.understood(text)
        assert found is None or found.id in ("cut-off", "gibberish", "worse-since-update"), text


@pytest.mark.parametrize(
    "text", ["", "hello", "thank you", "the river was wide", "Ollama is running"]
)
def test_what_is_no_complaint_is_not_taken_for_one(text):
    assert complaints.understood(text) is None


@pytest.mark.parametrize("text", NO_COMPLAINTS)
def test_questions_and_good_news_alarm_nobody(text):
    assert not complaints.understood(text)


def test_thanks_at_the_end_take_nothing_back():
    found = complaints.understood("It is slow since the update. Great project, thank you!")
    assert found.id == "slow-since-update"


def test_a_long_text_of_words_takes_no_time_at_all():
    assert not plainwords.in_plain_words("it is slow " * 5000)


def test_explain_answers_a_complaint(localai):
    done = localai("explain", "it answers in Chinese")
    assert "ollama show --template MODEL" in done.stdout
    assert "localai explain model-chat-template-missing" in done.stdout
    assert done.returncode == 0
    reported = json.loads(localai("explain", "--json", "-", stdin="it is slow\n").stdout)
    assert reported["findings"] == []
    assert reported["complaint"]["id"] == "slow"
    assert reported["complaint"]["checked"] == []


def test_a_question_is_answered_and_no_complaint(localai):
    question = "which model is best for me?"
    for command in ("explain", "doctor"):
        done = localai(command, question)
        assert "This may be one of these" not in done.stdout
        assert "localai plan --why" in done.stdout
    reported = json.loads(localai("explain", "--json", question).stdout)["complaint"]
    assert reported["id"] == "which-model"
    assert "depends on the memory" in reported["answer"]


def test_what_may_be_wrong_is_not_put_beside_the_answer_to_a_question():
    understood = complaints.understood("which model is best, and why is it so slow?")
    steps = {name for one in TABLE.complaints if one.answer for name in one.causes}
    assert len({name in steps for name in understood.causes}) == 1


def test_doctor_answers_a_complaint_with_its_checks_alone(localai):
    done = localai("doctor", "it is slow")
    assert "ollama ps" in done.stdout
    done = localai("doctor", "bananas are yellow")
    assert "does not know this complaint" in " ".join(done.stdout.split())


def test_doctor_tells_scripts_what_the_complaint_may_mean(localai):
    reported = json.loads(localai("doctor", "it is slow", "--json").stdout)["complaint"]
    assert reported["id"] == "slow"
    assert "on-the-processor" in [one["id"] for one in reported["causes"]]
    reported = json.loads(localai("doctor", "bananas are yellow", "--json").stdout)
    assert reported["complaint"] == {"id": None, "causes": []}
    assert "complaint" not in json.loads(
        localai("doctor", "--only", "setup-lock-stale", "--json").stdout
    )


FOREIGN = [
    "Es ist sehr langsam und der Lüfter ist laut",
    "c'est trop lent depuis la mise à jour",
    "el modelo es muy lento desde ayer",
    "il modello non risponde dopo la pausa, molto strano",
    "мой компьютер зависает",
    "ollama 回答很慢",
]


@pytest.mark.parametrize("sentence", FOREIGN)
def test_a_complaint_in_another_language_is_recognised_as_one(sentence):
    assert plainwords.is_foreign(sentence)


@pytest.mark.parametrize("sentence", [*(one for one, _ in COMPLAINTS), *LINES])
def test_english_and_what_programs_print_is_no_other_language(sentence):
    assert not plainwords.is_foreign(sentence)


def test_explain_and_doctor_say_that_english_is_understood(localai):
    for command in ("explain", "doctor"):
        printed = " ".join(
            localai(command, "to jest bardzo dziwne i mi się nie podoba").stdout.split()
        )
        assert "understands complaints in English, and a few words of other languages" in printed


IN_OTHER_LANGUAGES = [
    ("Ollama 本地模型的记忆丢失, 每次都当作全新的对话", "forgets"),
    ("双显卡在 b5500 及以后版本失效", "gpu-lost-by-update"),
    ("seit gestern ist das Modell sehr langsam, ich weiß nicht warum", "slow"),
    ("Ollama erkennt meine Grafikkarte nicht und ich weiß nicht wieso", "cpu-not-gpu"),
    ("Die Antwort wird mitten im Satz abgeschnitten, das ist nicht gut", "cut-off"),
    ("c'est trop lent depuis la mise à jour", "slow-since-update"),
    ("le modèle est bloqué et je ne sais pas pourquoi", "hangs"),
    ("mi tarjeta gráfica no la usa, está todo en el procesador", "cpu-not-gpu"),
    ("o modelo não responde e está muito lento", "slow"),
    ("не могу подключиться к ollama", "not-connect"),
    ("мой компьютер зависает", "freezes-computer"),
    ("ollama 回答很慢", "slow"),
    ("更新后模型一直报错，之前是好的", "worse-since-update"),
    ("显卡没有使用，一直只用CPU", "cpu-not-gpu"),
    ("模型输出的都是乱码", "gibberish"),
    ("グラボが認識されないので遅いです", "cpu-not-gpu"),
    ("La respuesta tarda mucho y no usa la tarjeta gráfica", "cpu-not-gpu"),
    ("Bonjour, le téléchargement du modèle se bloque, que faire ?", "download-slow"),
    ("Olá, o programa não carrega o modelo com um erro", "not-load"),
    ("浏览器插件提示跨域错误", "browser-refused"),
    ("Ollama ne détecte pas ma carte graphique", "cpu-not-gpu"),
    ("o download trava em 99% e não termina", "download-slow"),
    ("그래픽카드를 쓰는데 모델이 너무 느려요", "slow"),
    ("cline 总是说没有任务", "agent-ignores-task"),
    ("容器里的网页看不到模型，无法连接", "no-models-in-list"),
]


@pytest.mark.parametrize(("sentence", "expected"), IN_OTHER_LANGUAGES)
def test_a_complaint_in_another_language_leads_to_its_causes(sentence, expected):
    assert complaints.understood(in_english(sentence)).id == expected


@pytest.mark.parametrize("sentence", [*(one for one, _ in COMPLAINTS), *LINES, *NO_COMPLAINTS])
def test_nothing_of_english_or_a_program_is_taken_for_another_language(sentence):
    assert not in_english(sentence)


NO_COMPLAINTS_ELSEWHERE = """\
模型很好，谢谢
希望增加对ollama本地模型的支持，谢谢
如何在ollama中更新模型
ollama部署完成，运行正常，速度很快
alles ist gut und ich bin sehr zufrieden
Wie kann ich das Modell aktualisieren und wo liegt die Datei?
Bitte fügt eine Option für mehrere Grafikkarten hinzu, das wäre sehr schön
tout est parfait, merci, c'est une joie
Comment installer un modèle dans LM Studio et dans quel dossier ?
¿Cómo puedo instalar el modelo en mi computadora con Windows?
Como faço para usar o meu modelo no open webui com docker?
Как обновить модель в ollama?
モデルをダウンロードする方法を教えてください
""".splitlines()


@pytest.mark.parametrize("sentence", NO_COMPLAINTS_ELSEWHERE)
def test_questions_and_good_news_of_another_language_alarm_nobody(sentence):
    assert complaints.understood(in_english(sentence)) is None


@pytest.mark.parametrize("sentence", ["it is slow", "too slow"])
def test_a_complaint_with_a_log_is_answered_by_the_log(localai, sentence):
    text = f"{sentence}\nNVRM: GPU at 0000:01:00.0 has fallen off the bus.\n"
    assert "nvidia-gpu-lost-from-bus" in localai("explain", "-", stdin=text).stdout
