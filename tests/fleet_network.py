"""Ten computers on this one: network namespaces, each with a user, a home and an SSH server of its own.

None of them has a route to anything but this computer.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

SSHD = "/usr/sbin/sshd"
#: 198.18.0.0/15 is for tests between networks; .99 has no computer
NETWORK = "198.18.73"
UNREACHABLE = "192.0.2.77"
CONFIGURATION = """
ListenAddress {address}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/../key.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
"""


@dataclass(frozen=True)
class Computer:
    """`name` is that of its namespace, of its user and in the inventory."""

    name: str
    number: int
    home: Path

    @property
    def address(self):
        return f"{NETWORK}.{4 * self.number + 2}"

    @property
    def gateway(self):
        return f"{NETWORK}.{4 * self.number + 1}"


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options)


@contextlib.contextmanager
def readable_folder(name):
    """Gone afterwards; the users of the computers can read it, as they cannot those of pytest."""
    made = Path("/var/tmp") / name
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode=0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@contextlib.contextmanager
def computers(count, folder):
    """As many, reachable by the key in `folder`; nothing of them is left afterwards."""
    made = [Computer(f"lafleet{n}", n, folder / f"lafleet{n}" / "home") for n in range(count)]
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key"))
    Path("/run/sshd").mkdir(exist_ok=True)
    try:
        for one in made:
            _make(one)
        yield made
    finally:
        for one in made:
            _unmake(one)


def _make(one):
    folder, link = one.home.parent, f"la-{one.number}"
    folder.mkdir()
    run(
        "useradd", "--no-create-home", "--home-dir", str(one.home), "--shell", "/bin/bash", one.name
    )
    run("usermod", "--password", "*", one.name)  # not locked, and no password is right
    one.home.mkdir(mode=0o700)
    shutil.chown(one.home, one.name, one.name)
    run("ip", "netns", "add", one.name)
    run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", one.name)
    run("ip", "address", "add", f"{one.gateway}/30", "dev", link)
    run("ip", "link", "set", link, "up")
    inside = ("ip", "netns", "exec", one.name)
    run(*inside, "ip", "link", "set", "lo", "up")
    run(*inside, "ip", "address", "add", f"{one.address}/30", "dev", "eth0")
    run(*inside, "ip", "link", "set", "eth0", "up")
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "host_key"))
    text = CONFIGURATION.format(address=one.address, folder=folder)
    (folder / "sshd_config").write_text(text)
    run(*inside, SSHD, "-f", str(folder / "sshd_config"))


def inside(one, *command):
    """Run by its user, as after a login."""
    login = ("runuser", "-u", one.name, "--", "env", "-i", f"HOME={one.home}", "PATH=/usr/bin:/bin")
    return run("ip", "netns", "exec", one.name, *login, *command, cwd="/")


def processes(one):
    """Of everything that runs in its namespace."""
    done = subprocess.run(["ip", "netns", "pids", one.name], capture_output=True, text=True)
    return [int(pid) for pid in done.stdout.split()]


def _unmake(one):
    for pid in processes(one):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while processes(one) and time.monotonic() < deadline:
        time.sleep(0.1)
    for command in (
        ("ip", "netns", "delete", one.name),
        ("ip", "link", "delete", f"la-{one.number}"),
        ("userdel", one.name),
    ):
        subprocess.run(command, capture_output=True)


def inventory(made, folder, variables):
    """Ansible's, with all of them and one that is not there; `variables` are more, by name."""
    lines = ["[desks]"]
    for one in made:
        more = " ".join(f"{name}={value}" for name, value in variables.get(one.name, {}).items())
        lines.append(f"{one.name} ansible_host={one.address} ansible_user={one.name} {more}")
    lines += [
        f"switched-off ansible_host={UNREACHABLE}",
        "[desks:vars]",
        "ansible_python_interpreter=/usr/bin/python3",
        f"ansible_ssh_private_key_file={folder}/key",
        "ansible_ssh_common_args=-o StrictHostKeyChecking=accept-new -o ConnectTimeout=5"
        f" -o UserKnownHostsFile={folder}/known_hosts",
    ]
    file = folder / "hosts.ini"
    file.write_text("\n".join(lines) + "\n")
    return file


def ssh_that_knows(made, folder):
    """`ssh` in `folder/bin`, which knows these computers by their names."""
    config = "".join(
        f"Host {one.name}\n  HostName {one.address}\n  User {one.name}\n" for one in made
    )
    config += (
        f"Host *\n  IdentityFile {folder}/key\n  UserKnownHostsFile {folder}/known_hosts\n"
        "  StrictHostKeyChecking accept-new\n"
    )
    (folder / "config").write_text(config)
    program = folder / "bin/ssh"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/config "$@"\n')
    program.chmod(0o755)
