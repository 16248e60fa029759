"""The report about many machines as one HTML file: no scripts, for a phone, on paper, in the light and the dark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..model.fleet import FleetFix, FleetMachine, FleetProblem, FleetReport, State
from . import fleettext
from .pagehtml import STYLE, commands, escape, prose

KINDS: dict[State, str] = {
    "well": "ok",
    "findings": "warn",
    "failed": "fail",
    "without-localai": "info",
    "unreachable": "fail",
}
HEADINGS: dict[State, str] = {
    "unreachable": "Did not answer",
    "failed": "Failed",
    "without-localai": "Without localai",
    "findings": "To look after",
    "well": "Well",
}
MORE = """
.ok { --kind: var(--ok) }
.machines { padding: 0; list-style: none }
.machines > li { border-left: 5px solid var(--kind); padding: .1rem 0 .1rem .75rem; margin: .9rem 0 }
.machines p { margin: .15rem 0 }
"""


def text(report: FleetReport) -> str:
    """The whole document."""
    ids = {one.name: f"m{number}" for number, one in enumerate(report.machines)}
    headline = escape(fleettext.headline(report))
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>localai fleet: {headline}</title>\n<style>{STYLE}{MORE}</style></head>\n"
        f"<body>\n<header><h1>localai fleet report</h1>\n<p class=headline>{headline}</p>\n"
        f"<p class=soft>{_about(report)}</p></header>\n<main>\n"
        f"{_restart(report.need_restart, ids)}{_problems(report.problems, ids)}"
        f"{_policy(report, ids)}{_machines(report)}{_choices(report)}{_licences(report)}"
        "</main>\n</body>\n</html>\n"
    )


def _about(report: FleetReport) -> str:
    dry = ", dry run" if report.dry_run else ""
    return (
        f"{escape(report.action)}{dry}, {escape(report.date)}, by localai {escape(report.version)}"
    )


def _section(heading: str, content: str) -> str:
    return f"<section><h2>{heading}</h2>\n{content}</section>\n" if content else ""


def _linked(names: Sequence[str], ids: Mapping[str, str]) -> str:
    """Each name leads to its machine."""
    return ", ".join(f'<a href="#{ids[one]}">{escape(one)}</a>' for one in names)


def _restart(names: Sequence[str], ids: Mapping[str, str]) -> str:
    return _section("Need a restart", f"<p>{_linked(names, ids)}</p>" if names else "")


def _problems(problems: Iterable[FleetProblem], ids: Mapping[str, str]) -> str:
    return _section("Problems", "".join(_problem(one, ids) for one in problems))


def _problem(one: FleetProblem, ids: Mapping[str, str]) -> str:
    status = one.status if one.status in fleettext.SIGNS else "info"
    is_only = len(one.fixes) == 1
    fixes = "".join(_fix(fix, ids, is_only=is_only) for fix in one.fixes)
    ways = f"<p class=label>What to do</p><ul>{fixes}</ul>" if fixes else ""
    return (
        f'<article class="{status}" id="p-{escape(one.id)}">'
        f"<span class=badge>{fleettext.SIGNS[status]} {len(one.machines)}</span> "
        f"<code class=soft>{escape(one.id)}</code>\n<h3>{prose(one.title)}</h3>\n"
        f"<p>{_linked(one.machines, ids)}</p>{ways}</article>\n"
    )


def _fix(fix: FleetFix, ids: Mapping[str, str], *, is_only: bool) -> str:
    where = "" if is_only else f"<p class=soft>on {_linked(fix.machines, ids)}</p>"
    needs = f"<span class=soft>{escape(fleettext.needs(fix))}</span>"
    return f"<li>{prose(fix.text)}{needs}{where}{commands(fix.commands)}</li>"


def _policy(report: FleetReport, ids: Mapping[str, str]) -> str:
    """What is against the policy, with the machine that it is on."""
    rows = "".join(
        f"<li>{_linked((one.name,), ids)}: {'; '.join(map(escape, one.against_policy))}</li>"
        for one in report.machines
        if one.against_policy
    )
    return _section("Against the policy", f"<ul>{rows}</ul>" if rows else "")


def _machines(report: FleetReport) -> str:
    ids = {id(one): f"m{number}" for number, one in enumerate(report.machines)}
    groups = ""
    for state, heading in HEADINGS.items():
        there = [one for one in report.machines if one.state == state]
        rows = "".join(_machine(one, ids[id(one)], dry_run=report.dry_run) for one in there)
        if rows:
            groups += _group(f"{heading}: {len(there)}", f"<ul class=machines>{rows}</ul>", state)
    return _section("Machines", groups)


def _group(heading: str, content: str, state: State) -> str:
    """All stay open: what is folded cannot be found by a search on the page."""
    return f'<h3 class="{KINDS[state]}">{heading}</h3>\n{content}\n'


def _machine(one: FleetMachine, id_: str, *, dry_run: bool) -> str:
    sign, words = fleettext.LOOKS[one.state]
    known = (fleettext.hardware(one), fleettext.set_up(one), one.why, *one.against_policy)
    lines = "".join(f"<p>{escape(line)}</p>" for line in known if line)
    problems = ", ".join(f'<a href="#p-{escape(name)}">{escape(name)}</a>' for name in one.findings)
    found = f"<p>Problems: {problems}</p>" if problems else ""
    version = f"<p class=soft>localai {escape(one.version)}</p>" if one.version else ""
    return (
        f'<li id="{id_}" class="{KINDS[one.state]}"><p><b>{escape(one.name)}</b> '
        f"<span class=badge>{sign} {words}{fleettext.changed(one, dry_run=dry_run)}</span></p>"
        f"{lines}{found}{version}</li>\n"
    )


def _choices(report: FleetReport) -> str:
    rows = "".join(
        f"<li>{escape(one.model)} {escape(one.quantization)}, "
        f"{fleettext.pace(one.slowest, one.fastest)}: {len(one.machines)} "
        f"<span class=soft>({escape(', '.join(one.machines))})</span></li>"
        for one in report.could_run
    )
    return _section("Could run", f"<ul>{rows}</ul>" if rows else "")


def _licences(report: FleetReport) -> str:
    rows = "".join(
        f"<li><b>{escape(one.licence)}</b>, on {len(one.machines)}: "
        f"{escape(', '.join(one.parts))}</li>"
        for one in report.licences
    )
    return _section("Licences in use", f"<ul>{rows}</ul>" if rows else "")
