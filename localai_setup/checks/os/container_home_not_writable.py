"""The container has a folder it may write to.

Why: A user other than root may not write to the top folder, or to a volume of somebody else.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The container runs as a user without a folder to write to.",
    seen="The pod or container dies at its start (OpenShift, rootless).",
    why="A user other than root may not write to the top folder, or to a volume of somebody else.",
    fixes=(
        Fix(
            "Make a folder of your own and the container anew, as your user and with that folder as its home.",
            (
                "mkdir -p $HOME/ollama-data",
                "docker rm -f ollama",
                "docker run -d --user $(id -u):$(id -g) -e HOME=/data -e OLLAMA_MODELS=/data/models -v $HOME/ollama-data:/data -p 127.0.0.1:11434:11434 --name ollama ollama/ollama",
            ),
            loses="The old container is removed; what it kept outside of its volumes is lost.",
            proof="docker logs ollama",
        ),
        Fix(
            "In Kubernetes and OpenShift mount a volume at /data, let fsGroup be the user's group, and name it as the home (here of the deployment ollama).",
            ("kubectl set env deployment/ollama HOME=/data OLLAMA_MODELS=/data/models",),
            proof="kubectl logs deployment/ollama",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/10332",
        "https://github.com/ollama/ollama/pull/8383",
        "https://github.com/xencon/aixcl/issues/726",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("ollama-service-home-missing",),
)

SIGNATURES = (
    Signature(
        r"mkdir /\.(?:ollama|cache|config|local)\S*: permission denied",
        ("mkdir", "permission", "denied"),
        certainty=0.95,
    ),
    *(
        Signature(
            rf"\b(?:Permission denied|PermissionError)\b.{{0,60}}[ '\"]/\.{folder}\b",
            (folder,),
            certainty=0.94,
        )
        for folder in ("cache", "ollama", "config", "triton", "local")
    ),
    Signature(
        r"(?:mkdir|open|stat) /root/\.ollama\S*: permission denied",
        ("root", "permission", "denied"),
        certainty=0.92,
    ),
    Signature(r"\$HOME is not defined", ("home", "is", "not", "defined"), certainty=0.9),
    Signature(
        r"mkdir /\.(?:ollama|cache|config|local)\S*: read-only file system",
        ("mkdir", "read", "only"),
        certainty=0.96,
    ),
    Signature(
        r"EACCES: permission denied, \w+ '/\.?(?:cache|ollama|config|data)",
        ("eacces", "permission"),
        certainty=0.92,
    ),
    Signature(
        r"mkdir: (?:cannot create|can't create) directory ['‘]/\.(?:cache|ollama|config|triton|local)\S*: Permission denied",
        ("permission", "directory", "create"),
        certainty=0.95,
    ),
    *(
        Signature(pattern, needs, certainty=0.94)
        for pattern, needs in (
            (
                r"\bPermission denied: '(?:/root/\.\w+|/\.\w+|/app/backend/data|/root/\S+)",
                ("permission", "denied"),
            ),
            (r"PermissionError at (?:/root)?/\.cache\b", ("permissionerror", "cache", "at")),
            (r"write in your cache folder \((?:/root)?/\.cache", ("folder", "cache", "write")),
            (r"getpwuid\(\): uid not found: \d+", ("getpwuid", "found", "not")),
            (
                r"\.webui_secret_key'?: (?:Permission|<token>) denied",
                ("webui_secret_key", "denied"),
            ),
            (
                r"Permission denied: '\.webui_secret_key'",
                ("webui_secret_key", "permission", "denied"),
            ),
        )
    ),
    *(
        Signature(pattern, needs, certainty=0.92)
        for pattern, needs in (
            (
                r"EACCES: permission denied, \w+ '/(?:app|root|home/\S{1,40})/",
                ("permission", "denied", "eacces"),
            ),
            (
                r"Read-only file system: '/\.?(?:cache|root|config|triton|ollama)\b",
                ("system", "file", "only"),
            ),
            (
                r"failed to create directory /\.\w{1,30}(?:/\S{0,100})?: permission denied",
                ("permission", "directory", "create"),
            ),
            (
                r"changing ownership of '/root/\.ollama\S*: Operation not permitted",
                ("operation", "ownership", "permitted"),
            ),
            (
                r"Permission denied: '/(?:data|models|workspace)/(?:hub|\.cache|\.locks)",
                ("permission", "denied"),
            ),
            (r"cannot find name for user ID \d+", ("cannot", "find", "name")),
        )
    ),
    Signature(
        r"unable to open database file\b",
        ("database", "unable", "file"),
        certainty=0.9,
        also=(r"webui|/app/backend/data",),
    ),
    Signature(
        r"mkdir /root/\.ollama\S*: read-only file system",
        ("ollama", "system", "mkdir"),
        certainty=0.955,
    ),
    Signature(
        r"open /(?:home/[^/\s]{1,40}|root)?/?\.ollama/id_ed25519: permission denied",
        ("open", "permission", "denied", "id_ed25519"),
        certainty=0.93,
        also=(r"docker|podman|compose|container|^[\w-]{1,40}-\d+ +\| ",),
    ),
    # a user without a name is what `-u 1000` makes: no trouble as long as nothing is refused
    Signature(
        r"I have no name!@",
        ("have", "name", "no"),
        certainty=0.94,
        also=(r"permission denied|cannot create|can't create|read-only|not writ(?:e|able)",),
    ),
)
