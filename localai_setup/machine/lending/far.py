"""One other machine that is to lend: looked at, brought the build, and left as it was before. Never as root.

All lies below `~/.localai-pool/<id>` of the user that ssh logs in as.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ...model.engine import ReleaseFile
from ...model.errors import LocalaiError
from ...model.lending import Lender
from ..fleet import ssh
from ..running import bounded, printed

FOLDER = ".localai-pool"
#: What a tunnel prints once it listens here.
CARRIES = "localai: carries"
#: The first port that is tried on the first machine, and how far that of the next is from it: two names may be
#: two users of one machine. It lies below those that systems give to connections that go out (from 32768 on in
#: Linux, from 49152 on in macOS), which llama.cpp's own 50052 does not: such a connection holds its port, too.
FIRST_PORT, APART, LAST_PORT = 25052, 16, 65535
LOOK_SECONDS, UNPACK_SECONDS, REMOVE_SECONDS = 120.0, 600.0, 60.0
#: So long a machine may take nothing of an archive. What ssh has read and not sent yet is up to 2 MiB (its
#: window, `channels.h` of OpenSSH) and what the system buffers: at the end a line of 20 kB/s needs most of it.
PUSH_SECONDS = 300.0
SEEN = re.compile(r"^localai: (\S+) (complete|missing) ([0-9]{1,5})$", re.MULTILINE)
#: What such a connection of its own is made with: it ends by itself 15 s after the other end was gone, and
#: shares no connection that the user's settings keep.
OWN = (
    *("-a", "-x", "-o", "ControlMaster=no", "-o", "ControlPath=none"),
    *("-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"),
)
#: the systems whose shell the scripts are written for
SYSTEMS = frozenset({"Linux", "Darwin"})


class UnreachedError(LocalaiError):
    """The machine did not do what it was asked for; says why."""


@dataclass(frozen=True)
class Seen:
    """Whether the very build is there already, and a port that is free there."""

    has_build: bool
    port: int


def mark(files: Sequence[ReleaseFile]) -> str:
    """What the marker of a build holds that was made from these archives."""
    return "".join(f"{one.sha256}  {one.file}\n" for one in files)


def look(pool: str, lender: Lender, number: int) -> Seen:
    """The machine of this number, from 0 on. Raises UnreachedError where it is not reached, or is no machine that can lend."""
    code = sha256(mark(lender.archives).encode()).hexdigest()
    arguments = (pool, lender.build, code, str(FIRST_PORT + APART * number))
    found = SEEN.search(_run(lender.member, "look", arguments, LOOK_SECONDS))
    if not found or found[1] not in SYSTEMS or int(found[3]) > LAST_PORT:
        raise UnreachedError(
            f"{lender.member} cannot lend its memory.",
            f"What it brings and starts there needs the shell of {' or '.join(sorted(SYSTEMS))}.",
            "Leave it out of `--members`.",
        )
    return Seen(found[2] == "complete", int(found[3]))


def bring(pool: str, lender: Lender, packed: Sequence[Path]) -> None:
    """Send the archives, and unpack them there; `packed` are the files of `lender.archives`, in their order.

    Raises:
        UnreachedError: it does not take them, or what came there is not what was sent.

    """
    for file, path in zip(lender.archives, packed, strict=True):
        arguments = (pool, lender.build, file.file, file.sha256)
        _run(lender.member, "take", arguments, PUSH_SECONDS, path)
    marker = mark(lender.archives)
    _run(lender.member, "unpack", (pool, lender.build, marker), UNPACK_SECONDS)


def bring_script(pool: str, lender: Lender) -> None:
    """Send what starts the program there. Raises UnreachedError where it does not take it."""
    place = f'"$HOME/{FOLDER}/{pool}"'
    command = f"umask 077; mkdir -p {place} && cat >{place}/lend.sh"
    _ssh(lender.member, f"sh -c {shlex.quote(command)}", LOOK_SECONDS, _script("lend"))


def remove(pool: str, member: str) -> None:
    """End what lends, and remove all. Raises UnreachedError where it is not reached."""
    _run(member, "remove", (pool,), REMOVE_SECONDS)


def lending(pool: str, lender: Lender) -> list[str]:
    """The command whose other end lends, for as long as it runs."""
    code = sha256(mark(lender.archives).encode()).hexdigest()
    place = f"{FOLDER}/{pool}/lend.sh"
    words = shlex.join(["sh", place, lender.build, code, str(lender.far_port)])
    return [ssh.program(), *ssh.FLAGS, *OWN, "--", lender.member, f"exec {words}"]


def tunnel(lender: Lender) -> list[str]:
    """The command that carries what goes to its port."""
    way = f"127.0.0.1:{lender.near_port}:127.0.0.1:{lender.far_port}"
    # it says that it has the port here, which another program could have taken a moment before
    says = ("-o", "PermitLocalCommand=yes", "-o", f"LocalCommand=echo {CARRIES}")
    own = (*OWN, "-o", "ExitOnForwardFailure=yes", *says, "-N", "-L", way)
    return [ssh.program(), *ssh.FLAGS, *own, "--", lender.member]


def _script(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.sh")


def _run(
    member: str, script: str, arguments: Sequence[str], seconds: float, sent: Path | None = None
) -> str:
    text = _script(script).read_text(encoding="utf-8")
    return _ssh(member, shlex.join(["sh", "-c", text, script, *arguments]), seconds, sent)


def _ssh(member: str, command: str, seconds: float, sent: Path | None = None) -> str:
    """What it printed; `sent` is what it reads."""
    argv = [ssh.program(), *ssh.FLAGS, *OWN, "--", member, command]
    try:
        with open(sent or os.devnull, "rb") as file:
            out, err, code = bounded.run(argv, seconds, sent=file)
    except bounded.TooLateError:
        what = "took nothing more of what was sent" if sent else "did not do it"
        raise _failed(member, f"it {what} within {seconds:.0f} s") from None
    except bounded.TooMuchError:
        raise _failed(member, "it printed without an end") from None
    if code:
        raise _failed(member, printed.last_line(printed.text(err)) or f"exit code {code}")
    return printed.text(out)


def _failed(member: str, words: str) -> UnreachedError:
    return UnreachedError(
        f"{member} could not be used: {words}.",
        "Everything there is done through `ssh`, without questions.",
        f"Try `ssh {member} true`.",
    )
