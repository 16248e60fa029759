"""What a proxy in front of several servers is told: its command line and its file of settings.

HAProxy lets as many requests through to a server as that has places and keeps the others itself, so that a
server that dies takes none of those that wait; and a request that a server hung up on before its answer had
begun it asks of another one. traefik passes every request on at once and asks again only where no
connection was made. Neither keeps a connection to a server for the next request: llama.cpp closes idle ones after seconds, and who asks
at that moment gets no answer.

Both pass on what asks the model and what only reads. All else is refused whoever's key it brings: llama.cpp
takes `POST /lora-adapters` of everybody who has a key and changes its answers to everybody by it, and has no
setting against that. A list of what is allowed also refuses what later builds bring.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...model.server import HOST
from ...model.settings import HAPROXY, Front
from ..keeping.user_keys import UserKey
from ..keeping.writing import write_atomically
from . import limits
from .processes import Processes

CHECK_SECONDS = 10.0
#: An answer may begin minutes after its prompt was sent.
ANSWER_SECONDS = 3600
#: requests that a server answers in one of its places; all others are answered at once
ANSWERS = ("/v1/chat", "/v1/completions", "/v1/messages", "/v1/responses", "/v1/embeddings",
           "/v1/rerank", "/completion", "/chat", "/infill", "/embedding", "/rerank", "/v1/audio")  # fmt: skip
#: what else may be sent: it is reckoned or read, and changes nothing for anybody else
HARMLESS = ("/tokenize", "/detokenize", "/apply-template", "/v1/stream")
#: of HTTP: methods that only read
READING = ("GET", "HEAD", "OPTIONS")
REFUSAL = {
    "code": 403,
    "message": "Only questions to the model are passed on here, nothing that changes the server.",
    "type": "permission_error",
}
#: A connection on which nothing is asked makes room for another one: HAProxy has 2,048, and whoever opened
#: them needs no key. What is asked may take long (`ANSWER_SECONDS`), its headers do not.
ASK_SECONDS, IDLE_SECONDS = 10, 60
#: How often traefik tries to connect, from a quarter of a second on longer and longer apart: until its
#: check, every second, has found out that a server is gone.
ATTEMPTS = 6
#: A request that is asked again has to be held as it came; prompts are longer than HAProxy's 16 kB.
HELD_BYTES = 256 * 1024


@dataclass(frozen=True)
class Behind:
    """The servers by their ports, each with so many places; reached at these addresses and this port.
    `limited` are the keys that have a limit.
    """

    addresses: Sequence[str]
    port: int
    servers: Sequence[int]
    slots: int
    limited: Sequence[UserKey] = ()


def command(front: Front, behind: Behind, file: Path) -> list[str]:
    """The command line; `file` is written first, and may get an ending of its own.

    Raises:
        OSError: it cannot be written.

    """
    if front.kind == HAPROXY:
        write_atomically(file, haproxy(behind).encode())
        return [front.program, "-db", "-f", str(file)]
    stated = file.with_name(f"{file.name}.yml")
    write_atomically(stated, json.dumps(traefik(behind)).encode())
    return [front.program, *traefik_flags(behind), f"--providers.file.filename={stated}"]


def understands(program: str, processes: Processes) -> bool:
    """Whether this HAProxy can be told what ours is: before version 2.2 it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "settings"
        file.write_text(haproxy(Behind((HOST,), 1024, (1025,), 1)), encoding="utf-8")
        try:
            done = processes.run((program, "-c", "-f", str(file)), CHECK_SECONDS)
        except OSError:
            return False
    return done.exit_code == 0


def haproxy(behind: Behind) -> str:
    """Its file of settings."""
    binds = "\n".join(f"  bind {one}:{behind.port}" for one in behind.addresses)
    check = "check inter 1s fall 1 rise 1 observe layer4 error-limit 1 on-error mark-down"
    servers = [
        f"  server server{at} {HOST}:{port} {check}" for at, port in enumerate(behind.servers, 1)
    ]
    counted = [f"{one} maxconn {behind.slots}" for one in servers]
    asks = f"{{ path_beg {' '.join(ANSWERS)} }}"
    backend = "  option httpchk GET /health\n  http-check expect status 200\n  balance leastconn\n"
    return f"""global
  maxconn 2048
  tune.bufsize {HELD_BYTES}
defaults
  mode http
  timeout connect 5s
  timeout check 5s
  timeout queue {ANSWER_SECONDS}s
  timeout http-request {ASK_SECONDS}s
  timeout http-keep-alive {IDLE_SECONDS}s
  timeout client {ANSWER_SECONDS}s
  timeout server {ANSWER_SECONDS}s
  option redispatch 1
  option http-server-close
  retries 3
  retry-on conn-failure empty-response
frontend everybody
{binds}
  http-request return status 200 content-type application/json string '{{"status":"ok"}}' if {{ path /health }} {{ nbsrv(answers) gt 0 }}
  http-request return status 403 content-type application/json string '{json.dumps({"error": REFUSAL})}' unless {{ method {" ".join(READING)} }} or {{ path_beg {" ".join(ANSWERS + HARMLESS)} }} !{{ path_sub .. % }}
{limits.haproxy(behind.limited, asks)}
  use_backend answers if {asks}
  default_backend others
backend answers
{backend}{chr(10).join(counted)}
backend others
{backend}{chr(10).join(servers)}
{limits.haproxy_table(behind.limited)}"""


def traefik_flags(behind: Behind) -> list[str]:
    points = [
        f"--entryPoints.at{number}.address={address}:{behind.port}"
        for number, address in enumerate(behind.addresses)
    ]
    waits = [
        f"--entryPoints.at{number}.transport.respondingTimeouts.{kind}=0s"
        for number in range(len(behind.addresses))
        for kind in ("readTimeout", "writeTimeout")
    ]
    return [
        *points,
        *waits,
        "--global.checkNewVersion=false",
        "--global.sendAnonymousUsage=false",
        "--log.level=ERROR",
    ]


def traefik(behind: Behind) -> dict[str, object]:
    """Its dynamic configuration; JSON is YAML."""
    servers = [{"url": f"http://{HOST}:{port}"} for port in behind.servers]
    health = {"path": "/health", "interval": "1s", "unhealthyInterval": "1s", "timeout": "5s"}
    passed = [f"Method(`{one}`)" for one in READING]
    passed += [f"PathPrefix(`{one}`)" for one in ANSWERS + HARMLESS]
    asks = " || ".join(f"PathPrefix(`{one}`)" for one in ANSWERS)
    balancer = {
        "strategy": "p2c",
        "servers": servers,
        "healthCheck": health,
        "serversTransport": "anew",
    }
    return {
        "http": {
            "routers": {
                "all": {
                    "rule": " || ".join(passed),
                    "priority": 1,
                    "service": "servers",
                    "middlewares": ["again"],
                },
                **limits.traefik_routers(behind.limited, asks),
            },
            "middlewares": {
                "again": {"retry": {"attempts": ATTEMPTS, "initialInterval": "250ms"}},
                **limits.traefik_middlewares(behind.limited),
            },
            "services": {"servers": {"loadBalancer": balancer}},
            "serversTransports": {"anew": {"maxIdleConnsPerHost": -1}},
        }
    }
