"""A pasted text is a machine too: which one it comes from, and which engine wrote it.

Outputs of programs in it are read by the probes that read a machine; the rest is told by words that
only one system, distribution or engine prints.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..model.facts import Facts
from ..model.reading import Readings
from .pasted_outputs import readings
from .searchtext import SearchText
from .surroundings import Surroundings

#: Words on more lines than this tell no more.
MAX_CHARS = 30_000


def _table(words: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in words.items()}


#: system → words that are printed there alone
SYSTEMS = _table({
    "windows": (
        r"\b[A-Z]:\\{1,2}(?:Users|Windows|Program|WINDOWS)|^PS [A-Z]:\\|^[A-Z]:\\[^>]*>|\bWinError\b|Microsoft Windows"
        r"|\bwin_amd64\b|\bWindows (?:10|11)\b|\bMSC v\.\d|\bvcruntime140|AppData[\\/]|\b[a-z][\w-]*\.dll\b|\bx64-windows\b"
        r"|\bpython_embeded\b|\bAdrenalin\b|\bamdkmdag\.sys\b|\bnvlddmkm\b|\bVIDEO_TDR_\w|connectex:|exit status 0xc0|\bwin32\b|\bwinget\b|\bNMake\b|\bVisual Studio \d\d\b"
    ),
    "macos": (
        r"/Users/\w|/opt/homebrew|\bDarwin\b|\bmac ?OS (?:\d|Tahoe|Sequoia|Sonoma)|\blaunchctl\b|\bggml_metal_|\.dylib\b"
        r"|\bApple M\d|/Applications/|\bmacosx_\d|\bosascript\b|\b(?:Tahoe|Sequoia|Sonoma) \d|\[metal::|\bbrew install\b"
    ),
    "linux": (
        r"/home/\w|/usr/(?:lib|bin|share|local)/|/lib/modules|\bsystemd\[\d|\bsystemctl\b|\bjournalctl\b|\bGNU/Linux\b|/root/"
        r"|\bNVRM: |/etc/\w|/var/lib|\bmanylinux|\blinux-gnu\b|\bUbuntu\b|\bDebian\b|\bFedora\b|\bArch Linux\b|/dev/(?:kfd|dri|nvidia)"
        r"|\bsudo (?:apt|dnf|pacman|zypper)\b|/proc/|\bkernel: |\b\w+\.so\.\d|\bL4T\b|\bJetPack\b|\bDGX OS\b"
    ),
})  # fmt: skip
#: A system's words that programs of another print too, so that they count only where no other has any.
FAMILIES = _table({
    "debian": r"\bUbuntu\b|\bDebian\b|\bapt(?:-get)? (?:install|update)|\bdpkg\b|~(?:22|24|26)\.04|\+deb1\d|\bLinux Mint\b|\bPop!_OS\b"
              r"|-tegra\b|\bJetPack\b|\bDGX OS\b|\bProxmox\b|-pve\b|-generic\b|\bRaspberry Pi OS\b",
    "rhel": r"\bFedora\b|\bdnf\b|\.fc\d\d\b|\.el\d+(?:_\d)?\b|\bRocky Linux\b|\bAlmaLinux\b|\bRed Hat Enterprise\b|\bCentOS\b|\bakmods?\b",
    "arch": r"\bArch ?Linux\b|\bpacman\b|-arch\d+-\d|\bCachyOS\b|-cachyos\b|\bManjaro\b|\bEndeavourOS\b|\byay -S|\bOmarchy\b|\bSteamOS\b",
    "suse": r"\bopenSUSE\b|\bzypper\b|\bSUSE Linux\b|\bTumbleweed\b",
    "nixos": r"\bNixOS\b|/nix/store\b|\bnixos-rebuild\b",
    "alpine": r"\bAlpine Linux\b|\bapk add\b",
})  # fmt: skip
WSL = re.compile(
    r"microsoft-standard-WSL2|\bWSL ?2?\b|/usr/lib/wsl\b|/dev/dxg\b|^[^\n]{0,40}/mnt/c/"
)
IN_CONTAINER = re.compile(
    r"\broot@[0-9a-f]{12}:|/\.dockerenv\b|/kaniko/|\bKUBERNETES_SERVICE_HOST\b"
)
ON_THE_HOST = re.compile(
    r"\bNVRM: |\bsystemd\[\d+\]:|\bdkms\b|\bmodprobe\b|/lib/modules/|\bmokutil\b|\b(?:docker|podman) (?:run|compose)\b"
    r"|\bsystemctl\b|\bkernel: |\bupdate-initramfs\b"
)
JETSON = re.compile(
    r"nv_tegra_release|-tegra\b|\bJetson\b|\bNvMap|\bJetPack\b|\bL4T\b|# R3\d \(release\)|\bNvRm"
)
#: engine → words of it alone; one that has llama.cpp inside prints llama.cpp's words too
ENGINES = _table({
    "lm-studio": r"\bLM ?(?:Studio|STUDIO)\b|LMSInternal|[./\\]lmstudio\b|\blmstudio\b|\blms (?:load|server|ps|get|ls)\b|llmworker|\[DownloadsManager\]",
    "jan": r"\[llamacpp-router|tauri_plugin_(?:llamacpp|mlx)|\bJan[/\\.](?:data|app)|\bJan (?:v?0|desktop)|\bjan\.ai\b",
    "koboldcpp": r"[Kk]obold[Cc]pp",
    "docker-model-runner": r"\bdocker model |Docker Model Runner|com\.docker\.(?:llama|nv-gpu)|docker-model-runner|\bunable to load runner\b",
    "lemonade": r"\b[Ll]emonade\b|\[FLM\]|\bflm (?:run|serve|npu)|RyzenAI-Server|\bryzenai-",
    "gpt4all": r"[Gg][Pp][Tt]4[Aa]ll",
    "text-generation-webui": r"text-generation-webui|oobabooga",
    "comfyui": r"\bComfyUI\b|\bcomfyui[_-]\w|[/\\]python_embeded[/\\]",
    "vllm": r"\bvllm\b|\bvLLM\b|EngineCore|\b\w+_tool_parser\.py\b",
    "sglang": r"\bsglang\b|\bsgl[_-]kernel\b|\bSGLang",
    "ollama": r"\b[Oo]llama\b|\bOLLAMA_\w|\[GIN\]|\bsource=\w+\.go:\d",
    "exo": r"\bexo (?:node|cluster)\b|exo-explore|/exo/",
    "mlx": r"\bmlx[_-](?:lm|vlm)\b|\bmlx\.core\b|\[metal::Device\]|\bMLX (?:error|engine|model)",
    "llama-cpp-python": r"\bllama[-_]cpp[-_]python\b|\bfrom llama_cpp\b|[/\\]llama_cpp[/\\]",
    "unsloth": r"\bUnsloth\b|\bfrom unsloth\b|\bunsloth[_ ](?:zoo|studio)\b|[/\\]unsloth[/\\]",
    "pytorch": r"\btorch\.cuda\b|\bPyTorch\b|[/\\]torch[/\\]",
    "llama.cpp": r"\bllama-(?:server|cli|bench)\b|\bllama\.cpp\b|\bggml_\w|\bllama_(?:model|context|kv)\w*|\bcommon_(?:pull_file|download_file|params_fit|speculative)\w*|\bget_hf_plan\b",
})  # fmt: skip
#: What others have inside or print as their own, so that it names nothing where another is named.
_INSIDE_OTHERS = ("pytorch", "llama.cpp", "llama-cpp-python", "mlx")
#: program → what it runs on in the user's own Python, so that a fix of that is one of the program's
_RUNS_ON = {"comfyui": "pytorch"}
_VERSIONS = _table({
    "ollama": r"\bollama version is (\d[\w.-]*)|\(version (\d[\w.-]*)\)",
    "lm-studio": r"\bLM Studio v?(\d[\w.]*)",
    "koboldcpp": r"KoboldCpp - Version (\d[\w.]*)",
    "vllm": r"\bvLLM API server version (\d[\w.]*)|\bvllm[ =]=?=? ?v?(\d+\.\d[\w.]*)",
    "sglang": r"\bsglang[ =]=?=? ?v?(\d+\.\d[\w.]*)",
    "lemonade": r"\bLemonade (?:Server|Version)\s+v?(\d[\w.]*)",
    "llama.cpp": r"^version: (\d{3,5}) \(|\bbuild: (\d{3,5}) \(|\bllama\.cpp b(\d{4,5})\b",
})  # fmt: skip


@dataclass(frozen=True)
class TextMachine:
    """What a text tells of the computer it comes from. `around` decides the fixes."""

    around: Surroundings = field(default_factory=Surroundings)
    distro: str | None = None
    jetson: bool = False
    #: engine → its version, or "" where the text does not tell it
    engines: Mapping[str, str] = field(default_factory=dict)
    gpus: tuple[str, ...] = ()
    driver: str | None = None
    cuda: str | None = None
    rocm: str | None = None
    ports: tuple[int, ...] = ()


def read(text: SearchText) -> TextMachine:
    """The computer that the text's beginning and end tell of."""
    lines = _first_and_last(text.context)
    words = "\n".join(lines)
    engines = _engines(words)
    around = replace(_by_words(lines, words), engines=frozenset(engines))
    found = TextMachine(
        around,
        jetson=bool(JETSON.search(words)),
        engines=engines,
        gpus=_gpu_names(words),
        driver=_group(
            r"\b(?:Driver Version|driver_version|NVRM version)[:=].{0,50}?\b(\d{3}\.\d{2,3}(?:\.\d{2})?)\b",
            words,
        ),
        cuda=_group(r"\bCUDA (?:UMD )?Version: {1,3}(\d{1,2}\.\d)\b", words),
        rocm=_group(r"\bROCm(?: version)?[ :=]{1,2}(\d\.\d[\d.]*)", words),
        ports=tuple(
            dict.fromkeys(
                int(port)
                for port in re.findall(
                    r"(?:127\.0\.0\.1|localhost|0\.0\.0\.0|\]):(\d{2,5})\b", words
                )
            )
        ),
    )
    outputs = readings(lines, around.system)
    return _by_outputs(found, outputs) if outputs.by_key else found


def _first_and_last(lines: Sequence[str]) -> list[str]:
    kept, size = list[str](), 0
    for line in lines:
        size += len(line) + 1
        if size > MAX_CHARS:
            break
        kept.append(line)
    rest, size = list[str](), 0
    for line in reversed(lines[len(kept) :]):
        size += len(line) + 1
        if size > MAX_CHARS:
            break
        rest.append(line)
    return kept + rest[::-1]


def _by_words(lines: Sequence[str], words: str) -> Surroundings:
    system = _clearest(SYSTEMS, lines)
    wsl = bool(WSL.search(words)) or None
    if wsl and system == "windows":
        # a path of Windows in a text from inside WSL, or WSL named by Windows
        system = (
            "linux" if re.search(r"microsoft-standard-WSL2|/usr/lib/wsl|/mnt/c/", words) else system
        )
    family = _clearest(FAMILIES, lines) if system in (None, "linux") else None
    system = system or ("linux" if family or JETSON.search(words) else None)
    if system != "linux":
        return Surroundings(system, wsl=False if system == "macos" else None)
    container = True if IN_CONTAINER.search(words) else False if ON_THE_HOST.search(words) else None
    systemd = True if re.search(r"\bsystemctl\b|\bsystemd\[\d|\bjournalctl\b", words) else None
    return Surroundings(system, family, wsl, container, systemd)


def _clearest(table: Mapping[str, re.Pattern[str]], lines: Sequence[str]) -> str | None:
    """The one that more lines speak for than for all others together."""
    counts = {name: sum(bool(one.search(line)) for line in lines) for name, one in table.items()}
    best = max(counts, key=lambda name: counts[name])
    others = sum(counts.values()) - counts[best]
    return best if counts[best] > others else None


def _engines(words: str) -> dict[str, str]:
    found = [name for name, one in ENGINES.items() if one.search(words)]
    outer = [name for name in found if name not in _INSIDE_OTHERS] or found[:1]
    below = [_RUNS_ON[name] for name in outer if name in _RUNS_ON]
    return {name: _version(name, words) for name in (*outer, *below)}


def _version(engine: str, words: str) -> str:
    pattern = _VERSIONS.get(engine)
    hit = re.search(pattern.pattern, words, re.MULTILINE) if pattern else None
    return next((part for part in hit.groups() if part), "") if hit else ""


def _gpu_names(words: str) -> tuple[str, ...]:
    names = re.findall(
        r"\b(?:NVIDIA )?(?:GeForce )?(?:RTX|GTX) (?:PRO )?[A-Z]?\d{3,4}(?: (?:Ti|SUPER|XT|Ada|Laptop GPU))*"
        r"|\b(?:AMD )?Radeon (?:RX |Pro )?\w?\d{3,4}\w?(?: XTX?| GRE)?|\bApple M\d(?: (?:Pro|Max|Ultra))?"
        r"|\bIntel\(?R?\)? Arc\S* \w+|\b(?:NVIDIA )?(?:GB10|A100|H100|H200|B200|Tesla \w\d+|Jetson [\w ]{0,12}Orin\w*)\b",
        words,
    )
    return tuple(dict.fromkeys(name.strip() for name in names))[:4]


def _group(pattern: str, words: str) -> str | None:
    hit = re.search(pattern, words)
    return hit[1] if hit else None


def _by_outputs(found: TextMachine, outputs: Readings) -> TextMachine:
    """What the probes read of the outputs in the text goes before what words suggest."""
    from .. import survey
    from ..probes import drivers, gpus, host, memory, rocm

    facts = survey.facts(outputs, [host, memory, gpus, drivers, rocm])
    return _with_gpus(_with_host(found, facts), facts)


def _with_host(found: TextMachine, facts: Facts) -> TextMachine:
    from ..probes.host import Host
    from ..probes.rocm import Rocm

    host = facts.get(Host) or Host()
    version = (facts.get(Rocm) or Rocm()).version
    around = replace(
        found.around,
        family=host.family or found.around.family,
        wsl=host.wsl or found.around.wsl,
        system=found.around.system or ("linux" if host.family else None),
    )
    return replace(found, around=around, distro=host.distro, rocm=version or found.rocm)


def _with_gpus(found: TextMachine, facts: Facts) -> TextMachine:
    from ..probes.gpus import Gpus

    cards = (facts.get(Gpus) or Gpus()).gpus
    names = tuple(card.name for card in cards if card.name)
    driver = next((card.driver for card in cards if card.driver), None)
    cuda = next((card.cuda_driver_version for card in cards if card.cuda_driver_version), None)
    return replace(
        found, gpus=names or found.gpus, driver=driver or found.driver, cuda=cuda or found.cuda
    )
