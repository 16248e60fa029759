"""A page per known problem, from `localai_setup/problems/`, and an index by what a person sees."""

from __future__ import annotations

from localai_setup.machine.keeping.problem_files import shipped_problems

SYSTEMS = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}
FAMILIES = {
    "debian": "Debian, Ubuntu and their like",
    "rhel": "Fedora, RHEL and their like",
    "arch": "Arch and its like",
    "suse": "openSUSE",
    "nixos": "NixOS",
    "alpine": "Alpine",
}
#: of WSL, a container and systemd: where it must not be, and where it must
CIRCUMSTANCES = (
    ("not in WSL", "in WSL"),
    ("not in a container", "in a container"),
    ("without systemd", "with systemd"),
)


def pages() -> dict[str, str]:
    known = {name: one.problem for name, one in shipped_problems().items()}
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
    where = place(fix.where)
    shell = "powershell" if fix.where.systems == ("windows",) else "sh"
    parts = [f"### {fix.text}", f"Where: {where}." if where else ""]
    parts += ["Needs administrator rights." if fix.needs_root else ""]
    parts += ["Needs a restart of the computer." if fix.reboot else "", fix.loses]
    parts += [f"```{shell}\n" + "\n".join(fix.commands) + "\n```" if fix.commands else ""]
    parts += [f"How to check: `{fix.proof}`" if fix.proof else ""]
    return "\n\n".join(part for part in parts if part)


def place(where) -> str:
    """`Linux (Debian and its like; not in WSL)`, or nothing for a fix that is for every machine."""
    systems = ", ".join(SYSTEMS[one] for one in where.systems)
    more = [", ".join(FAMILIES[one] for one in where.families)]
    for holds, stated in zip(
        (where.wsl, where.container, where.systemd), CIRCUMSTANCES, strict=True
    ):
        more += [] if holds is None else [stated[holds]]
    if where.secure_boot is not None:
        more += ["with Secure Boot" if where.secure_boot else "without Secure Boot"]
    stated = "; ".join(filter(None, more))
    return f"{systems} ({stated})" if systems and stated else systems or stated
