"""LM Studio has an engine part for this processor.

Why: LM Studio only has engine parts for processors with AVX2; this (virtual) processor has none.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.cpu import Cpu
from ...probes.logs import Logs

PROBLEM = Problem(
    title="LM Studio offers no engine part for this processor.",
    seen="It works on the host but not in the virtual machine, or not on an old Xeon; the hardware page says Incompatible.",
    why="LM Studio only has engine parts for processors with AVX2; this (virtual) processor has none.",
    fixes=(
        Fix(
            "In a virtual machine give it the host's processor type, switch it off and on again.",
            ("grep -c -w avx2 /proc/cpuinfo",),
            proof="grep -c -w avx2 /proc/cpuinfo",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "If the processor has AVX2 (most since 2013), switch it on in the firmware setup or in the virtual machine's settings.",
            ("Get-CimInstance Win32_Processor | Select-Object Name",),
            reboot=True,
            proof="Get-CimInstance Win32_Processor | Select-Object Name",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "On an old processor use Ollama, or a noavx2 build of llama.cpp or KoboldCpp.",
            ("ollama run llama3.2:1b hello",),
            proof="ollama run llama3.2:1b hello",
        ),
    ),
    sources=(
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/221",
        "https://github.com/ggml-org/llama.cpp/issues/10051",
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/317",
    ),
    likelihood=0.5,
    confused_with=("lmstudio-runtime-missing",),
)

LM_STUDIO = r"LM[ -]?Studio|lmstudio|\blms\b|LMSCore"
WITHOUT_AVX2 = r"(?im)^\s*flags\s*:(?!.*\bavx2\b)|supportedInstructionSet\w*\":\s?\[(?!.*AVX2)"

SIGNATURES = (
    Signature(
        r"CPU compatibility check for backend .{0,80} failed",
        ("compatibility", "backend", "failed"),
        certainty=0.98,
    ),
    Signature(
        r"Hardware has: .{0,60}Doesn't include all required: .{0,40}",
        ("hardware", "include", "required"),
        certainty=0.98,
    ),
    Signature(r"All (?:available )?backends available to LM Studio", ("backends",), certainty=0.97),
    Signature(
        r"(?:backends|engines|runtimes).{0,40}detected to be incompatible with your machine",
        ("incompatible", "detected", "machine", "your"),
        certainty=0.97,
    ),
    Signature(r"Invalid CPU architecture", ("invalid", "cpu", "architecture"), certainty=0.96),
    Signature(r"best ?backend ?info is null\b", ("is", "null"), certainty=0.93),
    *(
        Signature(
            rf"(?:Your|This|the) (?:CPU|processor).{{0,40}}(?:does not|doesn't) (?:support|have).{{0,20}}\b{name}\b",
            (name,),
            certainty=0.97,
            also=(LM_STUDIO,),
        )
        for name in ("avx", "avx2")
    ),
    Signature(
        r"CPU\b.{0,30}(?:Incompatible|not compatible|unsupported)",
        ("cpu",),
        certainty=0.93,
        also=(LM_STUDIO,),
    ),
    *(
        Signature(
            rf"\b{message}\b.{{0,160}}",
            words,
            certainty=0.9,
            also=(r"pullReport|initialization routine failed|child process exited|AVX2|CPU",),
        )
        for message, words in (
            ("hardware survey", ("hardware", "survey")),
            ("pull a snapshot of system resources failed", ("snapshot", "resources", "failed")),
            ("failed to load liblmstudio", ("failed", "load", "liblmstudio")),
        )
    ),
    Signature(
        r"(?:bundled|hardware) .{0,40}survey.{0,80}child process exited",
        ("survey",),
        certainty=0.9,
    ),
    Signature(
        r"No LM Runtime found for model format",
        ("lm", "runtime", "format"),
        certainty=0.97,
        also=(WITHOUT_AVX2,),
    ),
    Signature(
        r"No LM Runtime found for model format",
        ("lm", "runtime", "format"),
        certainty=0.8,
    ),
    Signature(r"""supports_?avx2\"?\s*[:=]\s*false""", ("false",), certainty=0.93),
    Signature(
        r"AVX2 (?:instructions? )?(?:is|are|support is) (?:a )?(?:hard )?require\w*",
        ("avx2",),
        certainty=0.9,
        also=(LM_STUDIO,),
    ),
)


def check(cpu: Cpu, logs: Logs) -> Symptom | None:
    """LM Studio's own logs on a processor without AVX2."""
    if cpu.arch != "x86_64" or not cpu.features or "avx2" in cpu.features:
        return None
    places = [key for key in logs.texts if "lmstudio" in key.lower().replace("-", "")]
    words = [key for key, text in logs.texts.items() if "No LM Runtime found" in text]
    if not places and not words:
        return None
    what = f"{cpu.model or 'This processor'} shows no AVX2, without which LM Studio has no engine."
    return Symptom(what, (Evidence((words or places)[0], "no avx2 among its features"),), 0.98)
