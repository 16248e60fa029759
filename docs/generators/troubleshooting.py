"""docs/troubleshooting.md: what people say who have no error message, and what it may be."""

from __future__ import annotations

from localai_setup.machine.keeping.problem_files import shipped_problems
from localai_setup.problems.complaints import table

HEAD = """# Something is wrong

**You have an error message or a log:** `localai explain` names the known problems in it, and
[each problem has a page](problems/README.md).

```sh
localai explain server.log
```

**Something that localai set up does not work:** `localai doctor` looks and says what to do.

**You have no message:** say what is wrong in your own words (`localai explain "it is slow"`), or look for it
here. Causes are listed with the most usual first; the command tells one from the others.
"""
#: What is typed; any other check is told in words.
TYPED = {
    "Get-MpThreatDetection", "curl", "df", "docker", "journalctl", "llama-server", "localai", "nvidia-smi",
    "ollama", "python3", "ss",
}  # fmt: skip
#: where the command is for
PROGRAMS = {"localai": "localai", "ollama": "Ollama", "any": ""}


def pages() -> dict[str, str]:
    known, complaints = shipped_problems(), table()
    lines = [HEAD]
    for complaint in complaints.complaints:
        lines.append(f"## {title(complaint.id)}\n")
        lines += [f"{complaint.answer}\n"] if complaint.answer else []
        lines += [cause_text(cause, known) for cause in complaints.causes_of(complaint)]
        lines.append("")
    return {"troubleshooting.md": "\n".join(lines).rstrip() + "\n"}


def title(name: str) -> str:
    words = name.replace("-", " ")
    for shown in ("CPU", "GPU", "GPUs", "JSON", "VS Code"):
        words = " ".join(
            shown if word == shown.lower().replace(" ", "") else word for word in words.split()
        )
    return words[0].upper() + words[1:]


def cause_text(cause, known) -> str:
    several = len(cause.check) > 1
    checks = " or ".join(
        shown(command) + (f" ({PROGRAMS[name]})" if several and PROGRAMS[name] else "")
        for name, command in cause.check.items()
    )
    page = known[cause.problem].problem if cause.problem in known else None
    way_out = f" → [{page.title}](problems/{cause.problem}.md)" if page else ""
    return f"- **{cause.what}** To tell: {checks}. {cause.means}{way_out}"


def shown(check) -> str:
    command, words = (check.partition(" (")[::2]) if check.startswith("curl") else (check, "")
    if command.split()[0] not in TYPED:
        return check
    return f"`{command}`" + (f" ({words}" if words else "")
