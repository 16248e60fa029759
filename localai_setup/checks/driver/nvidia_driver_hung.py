"""The NVIDIA driver answers.

Why: the driver waits for a card that no longer replies (after sleep, an earlier error of the
hardware, or a defect); whoever asks it waits too, and cannot even be killed.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import NVIDIA, Drivers
from ._fixes import LINUX, on_host, restart

PROBLEM = Problem(
    title="The NVIDIA driver hangs, and everything that asks the card hangs with it.",
    seen="`nvidia-smi` never answers, and the engine can be neither stopped nor killed.",
    why="The kernel's driver waits for a card that no longer replies, after sleep, an earlier hardware error or a defect.",
    fixes=(
        restart(
            "Restart; if the machine does not go down, switch it off and on.", proof="nvidia-smi"
        ),
        Fix(
            "Then look for the first graphics error before the hang: it names the cause.",
            ("sudo journalctl -k -b -1 | grep -i -e xid -e nvrm",),
            needs_root=True,
            proof="nvidia-smi",
            where=Where(systems=LINUX, systemd=True, container=False),
        ),
        on_host("nvidia-smi"),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/3489",
        "https://github.com/NVIDIA/nvidia-docker/issues/377",
        "https://github.com/leptonai/gpud/pull/117",
        "https://github.com/ollama/ollama/issues/4342",
    ),
    likelihood=0.45,
    systems=LINUX,
    confused_with=("nvidia-gpu-lost-from-bus", "amd-gpu-queue-hang"),
)
AMD_WORDS = (r"amdgpu|rocm|\bkfd",)
NVIDIA_WORDS = (r"\[nvidia\w*\]|NVRM|_nv\d+rm|nvidia",)

SIGNATURES = (
    Signature(
        r"Processes still around after (?:final )?SIGKILL",
        ("processes", "around", "sigkill"),
        certainty=0.9,
        unless=AMD_WORDS,
    ),
    Signature(
        r"\s(?-i:D)[<Nlsn+]{0,4}\s.{0,200}\bnvidia-(?:smi|persistenced|docker-plugin|container-cli|modprobe)\b",
        ("d", "nvidia"),
        certainty=0.93,
    ),
    Signature(r"\s(?-i:D)s[l<+]{0,4}\s.{0,200}\bnvidia-\w+", ("nvidia",), certainty=0.9),
    Signature(
        r"\s(?-i:D)[<Nlsn+]{0,3}\s+(?:os_acquire\w*|rm_\w+|nv_\w+|uvm_\w+)", ("d",), certainty=0.9
    ),
    Signature(
        r"INFO: task (?:nvidia|nv_|irq/\d+-nvidia)\S*:\d+ blocked for more than",
        ("task", "blocked"),
        certainty=0.95,
    ),
    Signature(
        r"INFO: task \S+:\d+ blocked for more than \d+ seconds",
        ("task", "blocked", "seconds"),
        certainty=0.9,
        also=NVIDIA_WORDS,
        unless=AMD_WORDS,
    ),
    Signature(
        r"hung_task_timeout_secs",
        ("hung_task_timeout_secs",),
        certainty=0.85,
        also=NVIDIA_WORDS,
        unless=AMD_WORDS,
    ),
    Signature(
        r"soft lockup - CPU#\d+ stuck for \d+s! \[(?:nvidia|nv_|irq/\d+-nvi|ollama|cuda|llama)",
        ("soft", "lockup", "stuck"),
        certainty=0.9,
    ),
    Signature(
        r"nvidia_(?:unlocked_)?ioctl\S* \[nvidia\]|rm_ioctl\+\S+ \[nvidia\]",
        ("nvidia",),
        certainty=0.8,
        also=(r"Call Trace|blocked|stuck|<TASK>|\? ",),
    ),
    Signature(r"NVRM: Xid \([^)]*\): (?:8|62|109|119|120),", ("nvrm", "xid"), certainty=0.82),
    Signature(
        r"Timeout after \d+s of waiting for RPC response from GPU\d* GSP",
        ("timeout", "rpc", "gsp"),
        certainty=0.85,
    ),
    Signature(
        r"\((?:ollama|nvidia-smi|nvidia-persiste\w*)\) remains running after unit stopped",
        ("remains", "running", "unit"),
        certainty=0.85,
        unless=AMD_WORDS,
    ),
    Signature(
        r"nvidia-smi\b.{0,40}(?:hangs|hung|never (?:returns|answers)|timed out|not respond)",
        ("nvidia", "smi"),
        certainty=0.85,
    ),
    Signature(
        r"task:\S+\s+state:D\b",
        ("task", "state", "d"),
        certainty=0.91,
        also=(r"\[nvidia",),
        unless=AMD_WORDS,
    ),
    Signature(
        r"detected (?:expedited )?stalls? on CPU",
        ("detected", "on"),
        certainty=0.86,
        also=(r"RIP: .{0,80}\[nvidia",),
        unless=AMD_WORDS,
    ),
    Signature(
        r"soft lockup - CPU#\d+ stuck",
        ("soft", "lockup", "stuck"),
        certainty=0.87,
        also=(r"RIP: .{0,80}\[nvidia",),
        unless=AMD_WORDS,
    ),
    Signature(r"^\[<0>\] \w+\+0x\S{1,30} \[nvidia", ("0",), certainty=0.88),
    Signature(r"GSP(?:-RM| core) unresponsive", ("gsp", "unresponsive"), certainty=0.9),
    Signature(
        r"NVRM.{0,80}heartbeat timed out",
        ("nvrm", "heartbeat", "timed", "out"),
        certainty=0.86,
    ),
    Signature(
        r"rpcSendMessage failed with status 0x0{1,6}65",
        ("rpcsendmessage", "failed", "with", "status"),
        certainty=0.84,
    ),
    Signature(
        r"timeout \S{1,20} (?:\S{0,40}/)?nvidia-smi\b[^\n]*\n\s*(?:exit[^\n]{0,20}\D)?124\b",
        ("timeout", "nvidia", "smi", "124"),
        certainty=0.85,
        lines=2,
    ),
    Signature(
        r"tried to kill container, but did not receive an exit event",
        ("tried", "kill", "container", "receive", "exit", "event"),
        certainty=0.84,
        also=NVIDIA_WORDS,
        unless=AMD_WORDS,
    ),
)


def check(drivers: Drivers) -> Symptom | None:
    """A tool that times out proves nothing where no card of NVIDIA's is."""
    absent = not drivers.of(NVIDIA) and drivers.there.get("/dev/nvidiactl") is False
    if drivers.nvidia_smi != "timed-out" or absent:
        return None
    return Symptom(
        "`nvidia-smi` did not answer in time.",
        (Evidence("command:nvidia-smi", "timed out"),),
        certainty=0.8,
        status="warn",
    )
