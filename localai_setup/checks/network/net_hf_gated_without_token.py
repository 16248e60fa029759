"""Gated models are fetched with an account that may.

Why: The licence was not accepted on the model's page, or no access token is set (or handed into
the container).
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="This Hugging Face model needs an account that accepted its terms.",
    seen="The download stops at the first file.",
    why="The licence was not accepted on the model's page, or no access token is set (or handed into the container).",
    fixes=(
        Fix(
            "Accept the terms on the model's page, then log in with a token from huggingface.co/settings/tokens (pip install -U huggingface_hub brings hf).",
            ("hf auth login",),
            proof="hf auth whoami",
        ),
        Fix(
            "Hand the token into a container: add -e HF_TOKEN to your docker run (an example follows).",
            (
                "export HF_TOKEN=$(cat ~/.cache/huggingface/token)",
                "docker run -d --gpus=all --ipc=host -e HF_TOKEN -p 127.0.0.1:8000:8000 --name vllm vllm/vllm-openai --model meta-llama/Llama-3.2-1B",
            ),
            proof="docker exec vllm sh -c 'test -n \"$HF_TOKEN\" && echo set'",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Or take a copy that needs no account, such as one of Ollama's library.",
            ("ollama pull llama3.2:1b",),
            proof="ollama list",
        ),
    ),
    sources=(
        "https://github.com/city96/ComfyUI_ExtraModels/issues/99",
        "https://github.com/xorbitsai/inference/issues/1734",
        "https://github.com/akx/ggify/issues/5",
        "https://github.com/tenstorrent/tt-inference-server/issues/37",
        "https://github.com/anarchy-ai/LLM-VM/issues/423",
        "https://github.com/kyegomez/NeoSapiens/issues/3",
        "https://github.com/huggingface/optimum-neuron/issues/535",
    ),
    likelihood=0.7,
    systems=(),
    confused_with=("net-hf-access-not-granted",),
)

SIGNATURES = (
    Signature(r"GatedRepoError: 401\b", ("gatedrepoerror", "401"), certainty=0.97),
    Signature(
        r"Cannot access gated repo\b.{0,400}must be (?:authenticated|have access)",
        ("access", "cannot", "gated"),
        certainty=0.96,
    ),
    Signature(
        r"You must be authenticated to access it\b",
        ("authenticated", "access", "must"),
        certainty=0.96,
    ),
    Signature(
        r"You (?:need to|must) have access to it and be authenticated to access it\b",
        ("authenticated", "access", "have"),
        certainty=0.96,
    ),
    Signature(
        r"have access to it and be authenticated\b",
        ("authenticated", "access", "have"),
        certainty=0.95,
    ),
    Signature(
        r"Please log in\.",
        ("please", "log", "in"),
        certainty=0.75,
        also=(r"huggingface|hf\.co|HF_|hf_hub|Hugging Face",),
    ),
    Signature(
        r"401 Client Error\b[\s\S]{0,300}(?:huggingface\.co|hf\.co)\b",
        ("client", "401", "co"),
        certainty=0.93,
        lines=4,
    ),
    Signature(r"(?:huggingface\.co|hf\.co)\b.{0,300}\b401\b", ("401", "co"), certainty=0.88),
    Signature(r"\b401\b.{0,300}(?:huggingface\.co|hf\.co)\b", ("401", "co"), certainty=0.88),
    Signature(
        r"You are trying to access a gated repo\b",
        ("access", "trying", "gated"),
        certainty=0.9,
        unless=(r"\b403\b|authorized list",),
    ),
    Signature(
        r"Invalid username or password\b",
        ("username", "password", "invalid"),
        certainty=0.9,
        also=(r"huggingface|hf\.co|HF_|hf_hub|Hugging Face",),
    ),
    Signature(
        r"Repository Not Found for url: https://(?:huggingface\.co|hf-mirror\.com)",
        ("repository", "found", "https"),
        certainty=0.87,
    ),
    Signature(
        r"Invalid (?:user token|credentials in Authorization header)\b",
        ("invalid",),
        certainty=0.88,
    ),
    Signature(r"GET failed \(401\)", ("get", "401", "failed"), certainty=0.94),
    Signature(
        r"(?:HTTP|status)\b.{0,20}\b401\b",
        ("401",),
        certainty=0.8,
        also=(r"huggingface|hf\.co|HF_|hf_hub|Hugging Face",),
    ),
    Signature(r"LocalTokenNotFoundError\b", ("localtokennotfounderror",), certainty=0.92),
    Signature(
        r"Token is required\b.{0,120}but no token found",
        ("required", "found", "token"),
        certainty=0.93,
    ),
    Signature(
        r"HF_TOKEN.{0,60}(?:is )?not set\b",
        ("set",),
        certainty=0.8,
        unless=(r"Warning: You are sending unauthenticated|unauthenticated requests",),
    ),
    Signature(
        r"Access to model \S+ is restricted\b",
        ("restricted", "access", "model"),
        certainty=0.9,
        unless=(r"authorized list",),
    ),
    Signature(r"HEAD failed\b.{0,20}\b401\b", ("failed", "head", "401"), certainty=0.94),
    Signature(
        r"could not read Username for 'https://(?:huggingface\.co|hf\.co)",
        ("username", "could", "https"),
        certainty=0.95,
    ),
    Signature(
        r"Authentication failed for 'https://(?:huggingface\.co|hf\.co)",
        ("authentication", "failed", "https"),
        certainty=0.95,
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.9,
            also=(
                r"huggingface|hf\.co|HF_|hf_hub|Hugging ?Face|hf_repo|common_download|get_repo|hf-mirror",
            ),
        )
        for pattern, needs in (
            (r"\b401 Unauthorized\b", ("unauthorized", "401")),
            (
                r"Username/Password Authentication Failed\b",
                ("authentication", "password", "username"),
            ),
            (
                r"Password authentication in git is no longer supported\b",
                ("authentication", "supported", "password"),
            ),
            (r"errorCode=24 Authorization failed", ("authorization", "errorcode", "failed")),
        )
    ),
    *(
        Signature(pattern, needs, certainty=0.9)
        for pattern, needs in (
            (
                r"make sure to pass a token having permission to this repo\b",
                ("permission", "having", "token"),
            ),
            (
                r"Access to model\b.{0,80}\bis restricted\. Please log in",
                ("restricted", "access", "please"),
            ),
            (
                r"model requires authentication\b.{0,60}\bHF_TOKEN",
                ("authentication", "hf_token", "requires"),
            ),
        )
    ),
    Signature(
        r"realm host .?huggingface\.co.? does not match original host",
        ("huggingface", "original", "match"),
        certainty=0.88,
    ),
)
