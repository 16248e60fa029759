"""Words of one engine, or one app with an engine of its own, alone: in what it prints and how people name it."""

from __future__ import annotations

import re

from ..problems.engine_names import CALLED
from .wordtables import table

#: "Jan" is a month and a name too: what is done with it or what it does tells the app.
_JAN = (
    r"\[llamacpp-router|\[llamacpp\] |\bselected backend: b\d|^Jan(?:: | (?:on|with) [A-Z]| \()|\b(?:backend|models?|settings|hub|chat|it) in Jan\b(?! ?\d)|tauri_plugin_(?:llamacpp|mlx)|\bJan[/\\.](?:data|app)|\b[Jj]an v?0\.\d|\bJan v\d\.|\bjan\.ai\b|\bjanhq\b|\bJan [Dd]esktop|\bJan AI\b"
    r"|\bJan(?:'s)? (?:app|hub|models?|server|assistant|does|won'?t|is|was|can|cannot|could|fails?|failed|crash\w*|will|keeps?|has|not|says|shows|uses|starts?|stops?|opens?|loads?|downloads?|runs?|using|hangs?|gets?|to|and)\b"
    r"|\b(?:[Oo]pen|[Oo]pening|[Ll]aunch(?:ing)?|[Ii]nstall(?:ing|ed)?|[Uu]se|[Uu]sing|[Rr]e-?download|[Ss]tart(?:ing)?|[Uu]pdat(?:e|ed|ing)|[Uu]pdate on|[Bb]roke|[Rr]un(?:ning)?|[Cc]losing|inside|within) (?:Jan|jan|JAN)\b(?! ?\d)"
)
#: engine or app → words of it alone; one that has another inside prints the words of that too
ENGINES = table({
    "lm-studio": r"(?<!\.)(?i:\blm[ -]?studio\b(?!-community))|LM%20Studio|\bmount_LM-?Stu|LMSInternal|\.lmstudio\b(?![/\\]models)|(?i:\blm studio server\b)|\blms (?:load|server|ps|get|ls|runtime|import|chat)\b|llmworker|\[DownloadsManager\]|\[RuntimeIndex\]|\bllama\.cpp-(?:win|linux|mac)-\w|\bmlx-llm-mac|\bcrashed without additional information|\U0001f972 Failed to load",
    "jan": _JAN,
    "koboldcpp": r"(?i:kobold ?cpp)|\bkcpp_",
    "docker-model-runner": r"\bdocker model |(?i:docker model runner)|com\.docker\.(?:llama|nv-gpu)|docker-model-runner|docker/model-runner|\bDMR\b|\bunable to load runner\b",
    "lemonade": r"\b[Ll]emonade\b|\[FLM\]|\bflm (?:run|serve|npu)|RyzenAI-Server|\bryzenai-|\bFastFlowLM\b|\[Server PRE-ROUTE\]|\[Server\] (?:GET|POST|Model already|Error)\b|\[Router(?: ERROR)?\] ",
    "gpt4all": r"(?<!\[)[Gg][Pp][Tt]4[Aa]ll",
    "text-generation-webui": r"(?i:text[- ]generation[- ]web-?ui)|(?i:oobabooga)|\b[Oo]oba\b|\bError loading the model with (?:llama\.cpp|ExLlama|Transformers)",
    "comfyui": r"(?i:\bcomfy ?ui)|\b[Cc]omfy\b|[/\\]python_embeded[/\\]|\bpython_embeded\b|\bcomfyui[_-]\w|\bKSampler\b|\bCheckpointLoader\w+|\bCLIPTextEncode\b",
    "stable-diffusion-webui": r"\bstable-diffusion-webui\b|\bAUTOMATIC1111\b|\bA1111\b|\bwebui-user\.bat\b",
    "invokeai": r"\b[Ii]nvoke ?AI\b",
    "anythingllm": r"(?i:\banything ?llm\b)",
    "msty": r"\bMsty\b",
    "omlx": r"\b(?:o|O)MLX\b|\bomlx\b",
    "vmlx": r"\bv-?mlx\b|\bvMLX\b",
    "osaurus": r"\b[Oo]saurus\b",
    "ramalama": r"\b[Rr]ama[Ll]ama\b",
    "llamafile": r"\b[Ll]lamafile\b",
    "localai": r"\bLocalAI\b(?= (?:container|image|[Dd]ocker|v?[234]\.\d|galler|backend|WebUI|AIO))|\blocalai/localai\b|\bmudler/LocalAI\b|\bquay\.io/go-skynet|^\d\d?:\d\d[AP]M (?:DBG|INF|ERR|WRN) |\bwith internal loader\b",
    "tabbyapi": r"\b[Tt]abby ?API\b|\btabbyAPI\b",
    "axolotl": r"(?i:\baxolotl\b)",
    "vllm": r"(?i:\bvllm(?:\b|_))|EngineCore|\b\w+_tool_parser\.py\b|\(APIServer pid=|\b(?:INFO|WARNING|ERROR) \d\d-\d\d \d\d:\d\d:\d\d \[?\w+\.py:\d+\]|number of tokens that can be stored in KV cache|--enable-auto-tool-choice and --tool-call-parser",
    "sglang": r"(?i:\bsglang)|\bsgl[_-]kernel\b|\[\d{4}-\d\d-\d\d [\d:]+(?: DP\d+)? TP\d+\]|--mem-fraction-static\b|\bThe server is fired up and ready to roll\b",
    "ollama": r"(?<![A-Za-z0-9])(?i:ollama)(?![a-z])|\[GIN\]|\bsource=\w+\.go:\d|\b(?:images|routes|gpu|sched|download|shim_ext_server|amd_linux|llama)\.go:\d+: |:11434\b|^prompt eval rate: +[\d.]+ tokens/s",
    "exo": r"\bexo (?:node|cluster)\b|exo-explore|/exo/|^Exo \w|\b(?:using|with|running) Exo\b",
    "mlx": r"\bmlx[_-](?:lm|vlm|serve|audio|engine)\b|\bmlx\.core\b|[/\\]mlx[/\\]|\[metal::Device\]|\bMLX\b",
    "llama-cpp-python": r"\bllama[-_]cpp[-_]python\b|\bfrom llama_cpp\b|\bllama_cpp\.server\b|[/\\]llama_cpp[/\\]",
    "unsloth": r"\bUnsloth\b(?!'s|[ -](?:GGUF|[Qq]uant|UD|Dynamic|dynamic|I?Q\d|[Qq]wen|[Gg]emma|gpt-oss|version))|\b(?:from|import) unsloth\b|\bunsloth[_ ](?:zoo|studio)\b|(?:site|dist)-packages[/\\]unsloth\b|\bunsloth[=@ \[]{1,2}(?:20\d\d\.|windows|cu1)|\bpip install [^\n]*\bunsloth\b|\bunsloth\.ai/install",
    "pytorch": r"\btorch\._\w+|\btorch\.(?:cuda|OutOfMemoryError|AcceleratorError|distributed|nn)\b|\bPyTorch\b|[/\\]torch[/\\]|\bTORCH_USE_\w+_DSA\b",
    "llama.cpp": r"\bllama[- \u2011](?:server|cli|bench)\b|(?i:\bllama\.?cpp\b)|\bggml[_-]\w|\bGGML_\w|\bD?LLAMA_(?:ARG|HIPBLAS|CUBLAS|CUDA|CURL|VULKAN)\w*|\bllama_(?:model|context|grammar|quantize|kv|load|init|print|new)\w*|\bcommon_(?:pull_file|download_file|params_fit|speculative|init)\w*|\bget_hf_plan\b"
                 r"|\b(?:release|version|build)s? b[3-9]\d{3}\b|\bllama-b\d{4}|\bconvert_hf_to_gguf\b|\bdone_getting_tensors\b|\berror loading model: |\b(?:unavailable|exceed_context_size)_error\b|\bslot +\w+: id +\d|\bsrv +\w+: |^main: error: unable to load model",
})  # fmt: skip
#: What others have inside or print as their own, so that it names nothing where another is named.
_INSIDE_OTHERS = ("pytorch", "llama.cpp", "llama-cpp-python", "mlx")
#: program → what it runs on in the user's own Python, so that a fix of that is one of the program's
_RUNS_ON = {
    "comfyui": "pytorch",
    "axolotl": "pytorch",
    "stable-diffusion-webui": "pytorch",
    "invokeai": "pytorch",
    "tabbyapi": "pytorch",
}
_VERSIONS = table({
    "ollama": r"\bollama version is (\d[\w.-]*)|\(version (\d[\w.-]*)\)",
    "lm-studio": r"\bLM Studio v?(\d[\w.]*)",
    "koboldcpp": r"KoboldCpp - Version (\d[\w.]*)",
    "vllm": r"\bvLLM API server version (\d[\w.]*)|\bvllm[ =]=?=? ?v?(\d+\.\d[\w.]*)",
    "sglang": r"\bsglang[ =]=?=? ?v?(\d+\.\d[\w.]*)",
    "lemonade": r"\bLemonade (?:Server|Version)\s+v?(\d[\w.]*)",
    "llama.cpp": r"^version: (\d{3,5}) \(|\bbuild: (\d{3,5}) \(|\bllama\.cpp b(\d{4,5})\b",
})  # fmt: skip


def engines(words: str) -> dict[str, str]:
    """Engine or app → its version, or "" where it is not told; `words` are without what is said in passing."""
    found = [name for name, one in ENGINES.items() if one.search(words)]
    outer = [name for name in found if name not in _INSIDE_OTHERS] or found[:1]
    below = [_RUNS_ON[name] for name in outer if name in _RUNS_ON]
    return {name: _version(name, words) for name in (*outer, *below)}


def _version(engine: str, words: str) -> str:
    pattern = _VERSIONS.get(engine)
    hit = pattern.search(words) if pattern else None
    printed = next((part for part in hit.groups() if part), "") if hit else ""
    return printed or _named_version(CALLED.get(engine, engine), words)


def _named_version(name: str, words: str) -> str:
    """What stands behind its name; nothing where two releases are compared."""
    pattern = (
        rf"\b{re.escape(name)}(?: desktop| server| app)?(?: version)?:? v?(\d+\.\d+(?:\.\d+)*)"
    )
    versions = set(re.findall(pattern, words, re.IGNORECASE))
    return str(versions.pop()) if len(versions) == 1 else ""
