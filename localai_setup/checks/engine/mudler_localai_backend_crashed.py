"""The server "LocalAI" can start its engine part.

Why: The helper process crashed (a missing processor feature, no memory, a missing library); only
its first failure matters.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title='The server "LocalAI" hides why its engine part crashed.',
    seen="The model is tried with one engine part after another, and each fails.",
    why="The helper process crashed (a missing processor feature, no memory, a missing library); only its first failure matters.",
    fixes=(
        Fix(
            "Read the first failure of the helper in the container's log (yours in place of local-ai); the later ones only follow from it.",
            (
                "docker logs local-ai 2>&1 | grep -iE 'error|illegal|killed|cannot open' | head -n 20",
            ),
            proof="docker logs local-ai",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "If that says too little, start it once more with debug output (add your own folder of models with -v).",
            ("docker run --rm -e DEBUG=true -p 127.0.0.1:8080:8080 localai/localai:latest",),
            proof="curl -s http://127.0.0.1:8080/readyz",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "Mend that cause: `illegal instruction` needs an image built for old processors (REBUILD=true), a missing CUDA library the image for the processor, `killed` a smaller model or context. Then name the one backend in the model's YAML file.",
            proof="curl -s http://127.0.0.1:8080/v1/models",
        ),
    ),
    sources=(
        "https://github.com/mudler/LocalAI/issues/1965",
        "https://github.com/mudler/LocalAI/issues/2692",
        "https://github.com/mudler/LocalAI/issues/3007",
        "https://github.com/mudler/LocalAI/issues/771",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=(
        "cpu-instructions-unsupported",
        "mem-runner-killed-by-kernel",
    ),
)

LOCALAI = r"\blocal-?ai\b|\bGRPC\(|backend=|BackendLoader|\bquay\.io/go-skynet"

SIGNATURES = (
    Signature(
        r"could not load model\b.{0,20}(?:all backends returned error|rpc error)",
        ("could", "model", "load"),
        certainty=0.95,
    ),
    Signature(r"grpc service not ready", ("service", "ready", "grpc"), certainty=0.95),
    Signature(
        r"failed starting/connecting to the gRPC service",
        ("connecting", "starting", "service"),
        certainty=0.95,
    ),
    Signature(r"grpc process not found\b", ("process", "found", "grpc"), certainty=0.93),
    Signature(
        r"rpc error: code = (?:Unavailable|Unknown|Canceled|Internal)\b.{0,160}(?:error reading from server|connection refused|transport|could not load|failed loading model|EOF|unexpected|unimplemented)",
        ("code", "rpc", "error"),
        certainty=0.92,
        unless=(r"containerd|dockerd|podman|kubelet|pulling image",),
    ),
    Signature(
        r"\[(?:llama-cpp|llama-cpp-fallback|gpt4all|llama-ggml|bert-embeddings|rwkv|whisper|stablediffusion|piper)\S*\] Fails\b",
        ("fails",),
        certainty=0.93,
    ),
    Signature(
        r"Failed loading model, trying with fallback\b",
        ("fallback", "loading", "trying"),
        certainty=0.93,
    ),
    Signature(
        r"failed to load model with internal loader\b",
        ("internal", "loader", "model"),
        certainty=0.9,
    ),
    Signature(
        r"Trying to load the model .{1,120} with (?:the backend|all the available backends)",
        ("trying", "model", "load"),
        certainty=0.85,
        also=(r"fail|error",),
    ),
    Signature(
        r"\bbackend not found(?:: |\b.{0,10}\bbackend=)",
        ("backend", "not", "found"),
        certainty=0.9,
        unless=(r"janhq|lmstudio|LM Studio",),
    ),
    Signature(
        r"could not load model \(no success\)",
        ("could", "load", "model", "success"),
        certainty=0.95,
    ),
    Signature(r"\bGRPC Model not responding\b", ("grpc", "model", "responding"), certainty=0.93),
    Signature(
        r"Failed to load model\b.{0,60}\bmodelID=", ("failed", "load", "model"), certainty=0.93
    ),
    Signature(
        r"load is in cooldown after a recent failure",
        ("load", "cooldown", "recent", "failure"),
        certainty=0.93,
    ),
    Signature(
        r"loader didn't return a model", ("loader", "didn", "return", "model"), certainty=0.9
    ),
    Signature(
        r"rpc error: code = (?:Unimplemented|DeadlineExceeded|Aborted|Unavailable|Unknown|Internal)\b",
        ("rpc", "error", "code"),
        certainty=0.88,
        also=(LOCALAI,),
        unless=(r"containerd|dockerd|podman|kubelet|pulling image",),
    ),
    Signature(
        r"\bno backends found\b", ("no", "backends", "found"), certainty=0.88, also=(LOCALAI,)
    ),
)
