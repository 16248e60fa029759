"""Settings of Ollama, given to it where it really runs: in a service, an app or a terminal.

A setting before `ollama serve` fails beside a running service (the port is taken), and one in a
terminal never reaches the service or the app.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...model.finding import Fix, Where

EVERYWHERE = ("linux", "macos", "windows")
SERVICE = Where(systems=("linux",), systemd=True, container=False)
BY_HAND = Where(systems=("linux",), systemd=False)
MAC = Where(systems=("macos",))
WINDOWS = Where(systems=("windows",))
FOLDER = "/etc/systemd/system/ollama.service.d"
RESTART_SERVICE = ("sudo systemctl daemon-reload", "sudo systemctl restart ollama")
RESTART_APP = ("osascript -e 'quit app \"Ollama\"'", "sleep 3", "open -a Ollama")
REOPEN = "then quit Ollama in the tray and open it again from the Start menu"


def drop_in(line: str, name: str) -> tuple[str, ...]:
    """Add a line to the service. `zz`: files are read by name, and the last one decides."""
    return (
        f"sudo mkdir -p {FOLDER}",
        f"printf '[Service]\\n{line}\\n' | sudo tee {FOLDER}/zz-localai-{name}.conf",
        *RESTART_SERVICE,
    )


def settings(
    text: str,
    values: Mapping[str, str],
    name: str,
    *,
    proof: str = "ollama ps",
    systems: tuple[str, ...] = EVERYWHERE,
    loses: str = "",
) -> tuple[Fix, ...]:
    """Set these variables, for each way in which Ollama is started on these systems."""
    line = "Environment=" + " ".join(f'"{key}={value}"' for key, value in values.items())
    words = " ".join(f"{key}={_quoted(value)}" for key, value in values.items())
    mac = (f"launchctl setenv {key} {_quoted(value)}" for key, value in values.items())
    windows = tuple(f'setx {key} "{value}"' for key, value in values.items())
    fixes = (
        Fix(
            f"{text} (Ollama as a Linux service.)",
            drop_in(line, name),
            needs_root=True,
            loses=loses,
            proof=proof,
            where=SERVICE,
        ),
        Fix(
            f"{text} (A server that you start yourself: stop it first. In a container give each "
            "as `-e NAME=value` to `docker run`.)",
            (f"{words} ollama serve",),
            loses=loses,
            proof=proof,
            where=BY_HAND,
        ),
        Fix(
            f"{text} (The Mac app; this lasts until you log out.)",
            (*mac, *RESTART_APP),
            loses=loses,
            proof=proof,
            where=MAC,
        ),
        Fix(
            f"{text} (The Windows app: run this, {REOPEN}.)",
            windows,
            loses=loses,
            proof=proof,
            where=WINDOWS,
        ),
    )
    return tuple(fix for fix in fixes if fix.where.systems[0] in systems)


def without(
    text: str, variable: str, name: str, *, systems: tuple[str, ...] = EVERYWHERE
) -> tuple[Fix, ...]:
    """Take a variable away, wherever it was set, for each way in which Ollama is started."""
    fixes = (
        Fix(
            f"{text} (Ollama as a Linux service.)",
            drop_in(f"UnsetEnvironment={variable}", name),
            needs_root=True,
            proof="systemctl show ollama -p UnsetEnvironment",
            where=SERVICE,
        ),
        Fix(
            f"{text} (A program that you start yourself: in its terminal; delete it also from "
            "`~/.bashrc` or `~/.profile` if it stands there.)",
            (f"unset {variable}",),
            proof=f"printenv {variable} || echo not set",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            f"{text} (The Mac app.)",
            (f"launchctl unsetenv {variable}", *RESTART_APP),
            proof=f"launchctl getenv {variable}",
            where=MAC,
        ),
        Fix(
            f"{text} (Windows: run this in PowerShell, {REOPEN}.)",
            (f"[Environment]::SetEnvironmentVariable('{variable}', $null, 'User')",),
            proof=f"[Environment]::GetEnvironmentVariable('{variable}', 'User')",
            where=WINDOWS,
        ),
    )
    return tuple(fix for fix in fixes if set(fix.where.systems) & set(systems))


def _quoted(value: str) -> str:
    plain = value.replace(".", "").replace("_", "").replace(":", "").isalnum()
    return value if plain else f"'{value}'"
