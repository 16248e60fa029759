"""Many machines in one report: what each answered, what is wrong on which, and what a policy says to it."""

import json
import sys
from dataclasses import asdict, replace

import pytest

from localai_setup import cli
from localai_setup.fleet import allowed, answers, gathering
from localai_setup.model.decoding import DecodeError
from localai_setup.model.errors import LocalaiError
from localai_setup.model.policy import Policy
from localai_setup.ui import fleetpage, fleettext
from tests.test_report_page import Elements
from tests.test_schemas import check

pytestmark = pytest.mark.quick

ABOUT = gathering.About("doctor", "0.1.0", "2026-11-29T08:00:00Z")
APACHE = {"id": "Apache-2.0", "needs_acceptance": False, "commercial": "yes"}
REBOOT = {"text": "Restart it.", "commands": ["sudo reboot"], "needs_root": True, "restart": True}
BY_HAND = {"text": "Unplug it.", "commands": [], "needs_root": False, "restart": False}


def finding(name, status="fail", *fixes):
    return {"id": name, "status": status, "title": f"About {name}.", "fixes": list(fixes)}


def doctor(*findings, **more):
    healthy = all(one["status"] == "info" for one in findings)
    return {
        "schema": "localai.doctor/1",
        "healthy": healthy,
        "host": "its-own-name",
        "version": "0.1.0",
        "date": "2026-11-29T08:00:00Z",
        "machine": {
            "system": "Linux",
            "distro": "debian",
            "version": "12",
            "memory_mib": 32768,
            "gpus": [{"vendor": "nvidia", "name": "RTX 3060", "driver": "550.54.14"}],
        },
        "set_up": None,
        "findings": list(findings),
        **more,
    }


def set_up(model="small", licence=APACHE, **more):
    return {"model": model, "engine": "llama.cpp", "build": "b1", "licence": licence, **more}


def plan(model="qwen", tps=20.0):
    return {"choice": {"model": model, "quant": "Q4_K_M", "speed": {"generate_tps": tps}}}


def report(*found, **about):
    return gathering.report(found, replace(ABOUT, **about))


#: documents → state, ids of findings, whether it needs a restart
STATES = {
    "nothing is wrong": ([], "well", (), False),
    "good to know": ([finding("a", "info", REBOOT)], "well", ("a",), False),
    "broken": ([finding("a", "fail", BY_HAND)], "findings", ("a",), False),
    "the first way out is a restart": (
        [finding("a", "warn", REBOOT, BY_HAND)], "findings", ("a",), True,
    ),
    "a restart is the second way out": (
        [finding("a", "fail", BY_HAND, REBOOT)], "findings", ("a",), False,
    ),
    "no way out is known": ([finding("a")], "findings", ("a",), False),
}  # fmt: skip


@pytest.mark.parametrize("case", STATES)
def test_a_machine_stands_as_its_doctor_says(case):
    found, state, ids, restart = STATES[case]
    machine = answers.read("pc-1", {"doctor": doctor(*found)}).machine
    assert (machine.state, machine.findings, machine.needs_restart) == (state, ids, restart)
    assert (machine.name, machine.host, machine.system) == ("pc-1", "its-own-name", "debian 12")


def test_a_document_that_is_no_doctors_is_refused():
    for document in ({}, [], "x", {"healthy": True}, {"schema": "localai.plan/1", "healthy": True}):
        with pytest.raises(DecodeError):
            answers.read("pc-1", {"doctor": document})


def test_an_older_localai_tells_less_and_is_understood():
    old = {"schema": "localai.doctor/1", "healthy": True, "findings": [], "passed": []}
    machine = answers.read("pc-1", {"doctor": old}).machine
    assert (machine.state, machine.version, machine.host, machine.model) == ("well", "", None, "")


def test_what_it_could_run_comes_from_its_plan_and_else_the_reason_why_nothing():
    there = {"doctor": doctor(), "plan": plan("qwen", 12.5)}
    best = answers.read("a", there).machine.could_run
    assert (best.model, best.quantization, best.tps) == ("qwen", "Q4_K_M", 12.5)
    nothing = {"choice": None, "refused": [{"model": "big", "reason": "needs 9 GiB"}]}
    machine = answers.read("a", {"doctor": doctor(), "plan": nothing}).machine
    assert machine.could_run is None
    assert (machine.state, machine.why) == ("well", "nothing fits (big: it needs 9 GiB)")
    asked = answers.read("a", {"doctor": doctor(), "init": nothing}).machine
    assert (asked.state, asked.why) == ("failed", machine.why)


def test_what_was_set_up_before_is_told_no_speed_that_nobody_predicted():
    again = {"choice": {"model": "small", "engine": "llama.cpp"}, "refused": []}
    machine = answers.read("a", {"doctor": doctor(set_up=set_up()), "init": again}).machine
    assert (machine.state, machine.why, machine.could_run) == ("well", "", None)


def test_the_worst_and_the_most_common_problem_comes_first_with_its_ways_out():
    mild, bad = finding("mild", "info"), finding("bad", "fail", REBOOT)
    common = finding("common", "fail", BY_HAND)
    found = report(
        answers.read("c", {"doctor": doctor(mild, common)}),
        answers.read("a", {"doctor": doctor(common, bad)}),
        answers.read("b", {"doctor": doctor(finding("common", "fail", REBOOT))}),
        answers.read("d", {"doctor": doctor(common)}),
    )
    assert [one.id for one in found.problems] == ["common", "bad", "mild"]
    first = found.problems[0]
    assert first.machines == ("a", "b", "c", "d")
    assert [(one.text, one.machines) for one in first.fixes] == [
        ("Unplug it.", ("a", "c", "d")),
        ("Restart it.", ("b",)),
    ]
    assert found.need_restart == ("a", "b")


def test_who_needs_somebody_comes_first():
    found = report(
        answers.read("well", {"doctor": doctor()}),
        answers.read("ill", {"doctor": doctor(finding("a"))}),
        answers.unanswered("bare", "without-localai"),
        answers.unanswered("off", "unreachable", "no route"),
        answers.unanswered("odd", "failed", "exit code 70"),
    )
    assert [one.name for one in found.machines] == ["off", "odd", "bare", "ill", "well"]
    assert found.unreachable == ("off",)
    assert fleettext.headline(found) == (
        "5 machines: 1 well, 1 to look after, 1 failed, 1 without localai, 1 did not answer"
    )


def test_licences_and_choices_are_counted_over_all():
    parts = {
        "parts": [
            {"kind": "engine", "name": "llama.cpp", "licence": {**APACHE, "id": "MIT"}},
            {"kind": "model", "name": "small", "licence": APACHE},
        ]
    }
    found = report(
        answers.read(
            "a", {"doctor": doctor(set_up=set_up()), "plan": plan(tps=9.0), "licences": parts}
        ),
        answers.read("b", {"doctor": doctor(set_up=set_up("other")), "plan": plan(tps=31.0)}),
        answers.read("c", {"doctor": doctor(), "plan": plan("tiny", 5.0)}),
    )
    assert [(one.licence, one.parts, one.machines) for one in found.licences] == [
        ("Apache-2.0", ("model: other", "model: small"), ("a", "b")),
        ("MIT", ("engine: llama.cpp",), ("a",)),
    ]
    assert [(c.model, c.slowest, c.fastest, c.machines) for c in found.could_run] == [
        ("qwen", 9.0, 31.0, ("a", "b")),
        ("tiny", 5.0, 5.0, ("c",)),
    ]


#: policy, set-up → what is against it
AGAINST = [
    (Policy("", models=("sm*",)), set_up(), ()),
    (Policy("", models=("qwen*",)), set_up(), ("small is not among the models",)),
    (Policy("", models=("qwen*",)), None, ()),
    (Policy("", licences=("MIT",)), set_up(), ("small is under Apache-2.0, which",)),
    (Policy("", licences=("MIT",)), set_up(licence=None), ("small is under an unknown licence",)),
    (Policy("", sources=("a/*",)), set_up(sources=["b/c"]), ("small comes from b/c",)),
    (Policy("", drivers={"nvidia": "550.54.14"}), None, ()),
    (Policy("", drivers={"nvidia": "570"}), None, ("the driver of RTX 3060 is 550.54.14, and 570",)),
    (Policy("", drivers={"nvidia": "550.60"}), None, ("the driver of RTX 3060 is 550.54.14",)),
    (Policy("", drivers={"amd": "6.1"}), None, ()),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "there", "words"), AGAINST)
def test_a_policy_is_held_against_each(policy, there, words):
    answer = answers.read("a", {"doctor": doctor(set_up=there)})
    machine = allowed.judged(answer, policy).machine
    assert len(machine.against_policy) == len(words)
    assert all(full.startswith(w) for full, w in zip(machine.against_policy, words, strict=True))
    assert machine.state == ("findings" if words else "well")


def test_a_machine_that_failed_stays_so_whatever_the_policy_says():
    policy = Policy("", models=("nothing",))
    failed = answers.unanswered("a", "failed", "exit code 70")
    assert allowed.judged(failed, policy) == failed
    assert allowed.judged(failed, None) == failed


HOSTILE = '<script>alert(1)</script> & "quoted" `code`'
FULL = (
    allowed.judged(
        answers.read(
            HOSTILE,
            {
                "doctor": doctor(
                    finding(HOSTILE, "fail", {**REBOOT, "text": HOSTILE, "commands": [HOSTILE]}),
                    set_up=set_up(HOSTILE),
                    version=HOSTILE,
                ),
                "plan": plan(HOSTILE),
            },
            changed=True,
        ),
        Policy("", models=("none",)),
    ),
    answers.unanswered("off", "unreachable", HOSTILE),
    answers.read("well", {"doctor": doctor(), "plan": plan()}, changed=False),
)


@pytest.mark.parametrize("content", [FULL, ()], ids=["full", "empty"])
def test_the_page_is_complete_escaped_and_asks_nothing_of_anybody(content):
    text = fleetpage.text(report(*content))
    elements = Elements(text)
    assert not {"script", "link", "img", "iframe", "form"} & set(elements.names)
    assert not {"src", "onclick", "style"} & {name for name, _ in elements.attributes}
    targets = [value[1:] for name, value in elements.attributes if name == "href"]
    ids = {value for name, value in elements.attributes if name == "id"}
    assert set(targets) <= ids
    assert "prefers-color-scheme: dark" in text and "width=device-width" in text
    assert bool(content) == ("Against the policy" in text)


OBEYED = "\x1b]0;title\x07\x1b[31mpc\u202e"


def test_a_page_holds_nothing_that_a_terminal_obeys():
    fix = {**REBOOT, "text": f"Restart {OBEYED}.", "commands": [f"reboot {OBEYED}"]}
    there = {"doctor": doctor(finding("a", "fail", fix), version=OBEYED, set_up=set_up(OBEYED))}
    text = fleetpage.text(report(answers.read(OBEYED, there)))
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "<b>pc</b>" in text and "Restart pc." in text and "reboot pc" in text


def test_a_problem_that_a_machine_names_twice_is_on_one_machine():
    twice = {"doctor": doctor(finding("a"), finding("a"))}
    (problem,) = report(answers.read("pc", twice)).problems
    assert problem.machines == ("pc",)


def test_the_terminal_tells_all_of_it(capsys):
    fleettext.show(report(*FULL), verbose=False)
    shown = capsys.readouterr().out
    for words in ("1 changed", "off: did not answer", "nothing to change", "Need a restart"):
        assert words in shown


def test_long_lists_of_names_are_cut_but_for_verbose(capsys):
    many = [answers.read(f"pc-{n}", {"doctor": doctor(finding("a"))}) for n in range(50)]
    fleettext.show(report(*many), verbose=False)
    short = capsys.readouterr().out
    assert "and 42 more (--verbose)" in short
    fleettext.show(report(*many), verbose=True)
    assert "more (--verbose)" not in capsys.readouterr().out


def test_the_report_as_json_follows_its_schema():
    check(json.loads(json.dumps(asdict(report(*FULL)))))


def test_on_windows_fleet_tells_where_ansible_runs_and_what_makes_the_report_here(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(LocalaiError, match="does not run on Windows") as refused:
        cli.run(["fleet", "doctor", "-i", "hosts.ini"])
    assert refused.value.exit_code == 2
    assert "localai fleet report FOLDER" in refused.value.hint
    assert "pip install" not in refused.value.hint
