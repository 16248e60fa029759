"""`localai advise` on thirty tasks as people put them, and the decision itself on made-up offers."""

import itertools
import json
import shlex
from dataclasses import replace
from functools import cache
from pathlib import Path
from unittest import mock

import jsonschema
import pytest
import yaml

from localai_setup import advice, survey
from localai_setup.advice import _offers
from localai_setup.advice._work import work
from localai_setup.commands import _advice_flags
from localai_setup.commands._advice_flags import DECISIONS, AdviceRequest
from localai_setup.commands.advise import document
from localai_setup.machine.asking.recorded import load
from localai_setup.machine.keeping import recipe_files
from localai_setup.model.advice import Case, Fit, Offers
from localai_setup.recipes import triage_facts
from localai_setup.recipes.loading import load_all

from . import machines

TESTS = Path(__file__).parent
TASKS = yaml.safe_load((TESTS / "advise_tasks.yaml").read_text("utf-8"))
FACTS = triage_facts.triage_facts()
SCHEMA = json.loads(
    (TESTS.parent / "docs/reference/schemas/localai.advice-1.json").read_text("utf-8")
)
FIT = Fit("this computer", "a-model", "Q4_K_M", "llama.cpp", 8192, 40, 30, 50, 5, 0.1, 5000, 10**9,
          "Apache-2.0", "NVIDIA GeForce RTX 3060", "card", 1)  # fmt: skip


@cache
def recipes():
    return load_all(recipe_files.texts())


@cache
def machine(name):
    return survey.facts(survey.read(load(machines.FOLDER / name / "recording.json")))


def request_of(flags):
    """The request that the command line would make of the flags."""
    words = shlex.split(flags)
    names = [word.removeprefix("--").replace("-", "_") for word in words[::2]]
    given = dict(zip(names, words[1::2], strict=True))
    numbers = {k: int(v) for k, v in given.items() if k in ("words", "answer_words", "users")}
    prices = {k: float(v) for k, v in given.items() if k == "hardware"}
    return AdviceRequest(**{**given, **numbers, **prices})


@pytest.fixture(scope="module", autouse=True)
def shared_matches():
    """Tasks that ask the same machine for the same are matched once."""
    real, found = _offers.match, {}

    def match(facts, known, wish):
        models = known.serving(known.uses[wish.use])
        key = (id(facts), wish, tuple(one.id for one in models))
        if key not in found:
            found[key] = real(facts, known, wish)
        return found[key]

    with mock.patch.object(_offers, "match", match):
        yield


@cache
def advised(flags, on):
    case = _advice_flags.case(request_of(flags), FACTS)
    return advice.advise(case, machine(on), recipes(), FACTS)


def sentences(found):
    return "\n".join(one.text for one in (*found.reasons, *found.rules, *found.money))


def check(task, found):
    assert found.verdict == task["verdict"], sentences(found)
    assert found.human_required == (task["verdict"] == "human")
    assert task.get("person", "") in found.person
    for part in task.get("says", ()):
        assert part in sentences(found)
    assert task.get("command", "") in " ".join(found.commands)
    assert not (task.get("no_command") and found.commands)
    jsonschema.validate(json.loads(json.dumps(document(found))), SCHEMA)


@pytest.mark.real
@pytest.mark.parametrize("task", TASKS, ids=lambda one: one["words"])
def test_a_written_task_gets_the_right_advice_on_its_machine(task):
    check(task, advised(task["flags"], task["machine"]))


@pytest.mark.parametrize(
    "task",
    [one for one in TASKS if one["machine"] == "raspberry-pi-5-8gb"],
    ids=lambda one: one["words"],
)
def test_what_fits_comes_from_the_match(task):
    check(task, advised(task["flags"], task["machine"]))


@pytest.mark.parametrize(
    "task",
    [one for one in TASKS if one["verdict"] != "bigger-machine" and "--users" not in one["flags"]],
    ids=lambda one: one["words"],
)
def test_a_written_task_gets_the_right_advice_where_a_model_fits(task):
    check(task, decided(_advice_flags.case(request_of(task["flags"]), FACTS)))


def test_there_are_thirty_of_every_verdict_and_kind():
    assert len(TASKS) == 30
    assert {one["verdict"] for one in TASKS} == {"local", "bigger-machine", "hosted", "human"}


def decided(case, offers=Offers(FIT)):
    task = next(one for one in FACTS.tasks if one.id == case.task)
    language = advice._language(case, FACTS)
    return advice.decide(case, offers, work(case, task, language), FACTS, 8192)


@pytest.mark.parametrize(
    "field", [one for one in FACTS.fields if one.regulated], ids=lambda f: f.id
)
def test_a_regulated_field_never_gets_a_go_ahead_without_a_person(field):
    for task, data, decision in itertools.product(FACTS.tasks, FACTS.data, DECISIONS):
        found = decided(Case(task.id, field.id, data.id, decision))
        assert found.verdict == "human"
        assert found.human_required
        assert found.person == field.human
        assert found.summary.lower().startswith(field.human)
        assert {one.text for one in FACTS.sentences(field.rules)} <= {
            one.text for one in found.rules
        }


def test_what_acts_on_people_by_itself_needs_one():
    assert decided(Case("classify", data="personal", decision="machine")).verdict == "human"
    assert decided(Case("classify", data="personal", decision="person")).verdict == "local"
    assert decided(Case("classify", data="internal", decision="machine")).verdict == "local"


@pytest.mark.parametrize(
    ("offers", "verdict"),
    [
        (Offers(FIT), "local"),
        (Offers(None, "too large", (FIT,)), "bigger-machine"),
        (Offers(None, "too large"), "hosted"),
        (Offers(replace(FIT, hours_per_day=20.1), "", (FIT,)), "bigger-machine"),
        (Offers(replace(FIT, hours_per_day=20.0)), "local"),
        (Offers(replace(FIT, seconds_per_answer=121.0), "", (FIT,)), "bigger-machine"),
        (Offers(replace(FIT, seconds_per_answer=120.0)), "local"),
    ],
)
def test_what_fits_and_is_fast_enough_decides(offers, verdict):
    assert decided(Case("chat"), offers).verdict == verdict


def test_energy_is_watts_by_seconds():
    """300 W for 10 s a request, 1,000 requests a day at 0.30: 300 * 10 * 30,400 / 3.6e6 kWh."""
    fit = replace(FIT, seconds_per_answer=10, low=40, high=40)
    case = Case("chat", per_day=1000, per_kwh=0.30, watts=(60, 300), hosted=(1, 2), hardware=720)
    found = decided(case, Offers(fit))
    assert found.cost.month == pytest.approx((7.6, 7.6))
    assert found.cost.idle_month == pytest.approx((13.14, 13.14))
    assert found.cost.hardware_month == 20
    read, written = 200 + 600, 375
    assert found.hosted[0].month == pytest.approx(30400 * (read * 1 + written * 2) / 1e6)
    tokens = 30400 * (read + written)
    assert found.cost.per_million[0] == pytest.approx(7.6 / tokens * 1e6, abs=1e-4)
    assert "pays for itself" in sentences(found)


@pytest.mark.parametrize(
    ("price", "sentence"),
    [(0.0001, "no way to save money"), (0.35, "about the same"), (9.0, "are saved")],
)
def test_money_is_told_as_it_is(price, sentence):
    case = Case("chat", per_day=1000, per_kwh=0.30, watts=(60, 300), hosted=(price, price))
    assert sentence in sentences(decided(case, Offers(replace(FIT, seconds_per_answer=20))))


def test_two_prices_are_compared_in_one_currency_and_that_is_told():
    assert "--electricity" in decided(Case("chat", hosted=(1, 1))).assumed
    assert "--electricity" not in decided(Case("chat", hosted=(1, 1), per_kwh=0.3)).assumed


def test_examples_are_told_as_examples_and_never_compared():
    found = decided(Case("chat"))
    assert all(one.example and one.date for one in found.hosted)
    assert not found.money


@pytest.mark.parametrize(
    ("chip", "part", "gpus", "power"),
    [
        ("NVIDIA GeForce RTX 4090", "card", 1, "rtx-4090"),
        ("NVIDIA GeForce RTX 3090", "card", 2, "two-rtx-3090"),
        ("NVIDIA GeForce RTX 3090", "card", 1, "card"),
        ("NVIDIA GeForce RTX 3060 Laptop GPU", "card", 1, "laptop-card"),
        ("NVIDIA H100 80GB HBM3", "card", 1, "data-centre-700"),
        ("Apple M2 Ultra", "shared", 1, "apple-ultra"),
        ("Apple M2", "shared", 1, "apple"),
        ("AMD Radeon 780M", "shared", 1, "shared"),
        ("Cortex-A76", "arm", 0, "raspberry"),
        ("Neoverse-N1", "arm", 0, "processor"),
        ("", "processor", 0, "processor"),
    ],
)
def test_a_chip_has_its_class_of_power(chip, part, gpus, power):
    fit = replace(FIT, chip=chip, part=part, gpus=gpus)
    assert advice._cost.power_class(fit, FACTS).id == power


def test_every_task_leads_to_a_use_and_every_fact_is_used():
    assert {one.use for one in FACTS.tasks} <= recipes().uses.keys()
    used = {name for one in (*FACTS.tasks, *FACTS.languages) for name in one.evidence}
    used |= {name for one in (*FACTS.fields, *FACTS.data) for name in one.rules}
    named_in_code = {"tokens", "long-texts", "gdpr-22", "ai-act-50"}
    assert {one.id for one in FACTS.evidence} == used | named_in_code


def test_the_command_tells_it_and_sends_nothing(localai):
    recording = machines.FOLDER / "raspberry-pi-5-8gb" / "recording.json"
    done = localai("advise", "--task", "code", "--offline", "--replay", str(recording))
    assert done.returncode == 3
    assert "needs a bigger machine" in done.stdout.replace("\n", " ")
    assert "[1] https://" in done.stdout
    assert localai("advise").returncode == 4
