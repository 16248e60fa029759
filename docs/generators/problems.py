"""A page per known problem, from its check file, and an index by what a person sees."""

from __future__ import annotations

from localai_setup.explain import problems


def pages() -> dict[str, str]:
    known = {name: check.PROBLEM for name, check in problems().items()}
    made = {f"problems/{name}.md": page(name, one) for name, one in known.items()}
    lines = [f"- {one.seen} → [{one.title}]({name}.md)" for name, one in known.items()]
    index = "# Known problems, by what you see\n\n" + "\n".join(sorted(lines)) + "\n"
    return {**made, "problems/README.md": index}


def page(name, problem) -> str:
    fixes = "\n\n".join(map(fix_text, problem.fixes))
    sources = "\n".join(f"- <{source}>" for source in problem.sources)
    return (
        f"# {problem.title}\n\n`{name}`\n\n## What you see\n\n{problem.seen}\n\n"
        f"## Why\n\n{problem.why}\n\n## How to fix it\n\n{fixes}\n"
        + (f"\n## Sources\n\n{sources}\n" if sources else "")
    )


def fix_text(fix) -> str:
    systems = ", ".join((*fix.where.systems, *fix.where.families))
    parts = [f"### {fix.text}", f"For: {systems}." if systems else ""]
    parts += ["Needs administrator rights." if fix.needs_root else ""]
    parts += ["Needs a restart of the computer." if fix.reboot else "", fix.loses]
    parts += ["```sh\n" + "\n".join(fix.commands) + "\n```" if fix.commands else ""]
    parts += [f"How to check: `{fix.proof}`" if fix.proof else ""]
    return "\n\n".join(part for part in parts if part)
