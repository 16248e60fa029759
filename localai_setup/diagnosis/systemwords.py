"""Words of one operating system, distribution, WSL or container alone, in what programs print and people write."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from . import mentions
from .surroundings import Surroundings
from .wordtables import table

#: system → what programs print on it alone, and its commands, files and paths
PRINTED = table({
    "windows": (
        r"\b[A-Z]:\\{1,2}(?:Users|Windows|Program|WINDOWS)\b|\b[A-Z]:\\{1,2}(?![nrt][A-Z\s])[\w .()~+@-]{1,60}(?:\\|\.\w{2,5}\b)"
        r"|(?<![\w/])[A-Z]:/[\w.() -]{1,60}/|/[A-Z]:/Program|^PS [A-Z]:\\|^[A-Za-z]:\\[^>\n]*>|\bWinError\b|Microsoft Windows|\bwin_amd64\b"
        r"|\bMSC v\.\d|\bvcruntime140|AppData[\\/]|\b[A-Za-z][\w-]*\.(?:dll|exe|bat|msi|ps1)\b|\bx64-windows\b|[-_]win(?:dows)?[-_](?:x64|x86|arm64|cuda|cpu|vulkan|hip|amd64|rocm)"
        r"|\bpython_embeded\b|windows_portable|\bAdrenalin\b|\bnvlddmkm\b|\bamdkmdag\b|\bVIDEO_TDR_\w|\bconnectex:|\bwsarecv\b|\bwsasend\b|exit status 0xc0|\b0xc000\d{4}\b|\bAPPCRASH\b"
        r"|\baccess violation (?:reading|writing)\b|exit code:? -1073\d{6}\b|\b1844674407[0-2]\d{9}\b|\berrno:? -40\d\d\b|\[Errno 1[01]\d{3}\] |\(os error 1[01]\d{3}\)|(?<![a-z])(?<!== .)win32(?:\b|_)|\bwinget\b|\bNMake\b"
        r"|\bMSVC\b|\bmsbuild\b|\bMSBuild\b|\bVisual Studio(?: \d\d|\s+version|\s+Build|\s+20\d\d)|\bWindows SDK\b|%(?:APPDATA|USERPROFILE|LOCALAPPDATA|TEMP|PATH|ProgramFiles)%"
        r"|\$[Ee]nv:\w+|^set [A-Z_]{3,}=|\bDXGI\b|\bDirectML\b|\bEventID\b|\bunsloth\[windows\]|Platform: Windows|\bWslRegisterDistribution\b|\bWsl/Service/|^PS> |\bwsl(?:\.exe)? (?:-d|--[a-z])|\bMINGW64\b|\bCLANGARM64\b|//\./pipe/\w|%2F\.%2Fpipe%2F|\bnpipe:"
    ),
    "macos": (
        r"(?<![A-Za-z]:)(?<!/[a-z])/Users/\w|/opt/homebrew|\bDarwin\b|\bmac ?OS (?:\d|Tahoe|Sequoia|Sonoma|Ventura|Monterey)|\blaunchctl\b|\bggml_metal_|\.dylib\b"
        r"|\bApple M\d|/Applications/|\bmacosx_\d|\bosascript\b|\b(?:Tahoe|Sequoia|Sonoma|Ventura) \d|\[metal::|\bbrew (?:install|upgrade|services|reinstall|uninstall)\b"
        r"|\bmemorystatus\b|\bjetsam\b|\bJetsam\w*|\bk?IOGPU\w+|\bAGX\w*(?:Metal|Accelerator)|\bMTL[A-Z]\w+|\bMetalPerformance|\bxnu-\d|\.app/Contents/|\.dmg\b"
        r"|\bdarwin[-_](?:arm64|x86_64|x64|amd64)|\bmac(?:os)?\d{0,2}[-_](?:arm64|x64|aarch64)\b|\bapple-(?:metal|darwin)|~/Library/|\bdyld(?:\b|\[)"
        r"|\[Errno (?:54|60|61|65)\] (?:Connection|Operation timed|No route)|(?:refused|by peer|timed out|to host) \(os error (?:54|60|61|65)\)|\bnodename nor servname\b|\biogpu\.wired|\bMach-O\b|\bproc_translated\b|/bin/brew\b|\bkrunkit\b|\bspctl\b|\bxattr -|\bMetal GPU: true|\bActivity Monitor\b"
    ),
    "linux": (
        r"/home/[\w*<$]|/lib/modules|\bsystemd(?:\[\d|-\w)|\bsystemctl\b|\bjournalctl\b|\bGNU/Linux\b|/usr/(?:share|lib)/(?:ollama|nvidia|x86_64|aarch64)"
        r"|\bNVRM: |/etc/(?:systemd|os-release|docker|default|apt|modprobe|udev|fstab|environment)|/var/(?:lib|log)/\w|\blinux-gnu\b|/dev/(?:kfd|dri|nvidia)"
        r"|\b(?:apt|apt-get) (?:-\w+ )?(?:install|update|upgrade)\b|\bsudo (?:apt|dnf|pacman|zypper)\b|\bdnf (?:install|update|upgrade)\b|\bpacman -S|/proc/(?!/)\w"
        r"|\bkernel: (?![^\n]{0,40}(?:memorystatus|Apple|IOGPU|jetsam))|\b\w+\.so\.\d|\blib[\w+-]+\.so\b|\bL4T\b|\bJetPack\b|\bvariant=jetpack\d|\bDGX OS\b"
        r"|\(core dumped\)|\bamdgpu(?: \d{4}:|: \[|\.\w+=)|\[drm[:\]]|\bdmesg\b|\bdkms\b|\bDKMS\b|\bmodprobe\b|\blsmod\b|\brocm-smi\b|\brocminfo\b|\bamdgpu-install\b"
        r"|^(?:\([\w. -]+\) ?)?[a-z][\w.-]*@[\w.-]+:[~/][^\s#$]*[#$](?: |$)|\[[a-z][\w-]*@[\w.-]+ [^\]\n]{1,40}\] ?[#$]|/tmp/\.mount_|[\w-]\.AppImage\b|/run/media/\w|\bnvidia\.com/gpu=|/sys/(?:module|class|bus|devices|fs)\b"
        r"|(?<!this)(?<!self)\b[\w@-]+\.service(?=[\s:`'\",]|$)|\bamd_linux\.go|[-_]linux[-_](?:x64|x86|arm64|amd64|aarch64|vulkan|cuda|rocm)|\blinux/amd64\b|\bunknown-linux\b"
        r"|^[A-Z][a-z]{2} [ \d]\d [\d:]{8} [\w.-]+ [\w.-]+\[\d+\]: |^ollama\[\d+\]: |\$DISPLAY\b|\bgdm3\b|\bDriver/library version mismatch\b"
    ),
})  # fmt: skip
#: What programs of another system print too, where they run in a container: it counts where nothing else tells.
SHARED = re.compile(
    r"/usr/(?:lib|bin|share|local)/|/root/|/opt/(?!homebrew)\w|\bmanylinux|^/mnt/\w|[ '\"=]/mnt/(?!c/)\w|\.so\b|^root@\w|^~\S*\$ |\[root@|/etc/\w|/var/lib|\[Errno (?:104|110|111|113)\] |\(os error (?:104|110|111|113)\)|\bTemporary failure in name resolution\b|\bnvidia-(?:cublas|cudnn|nccl)-cu1\d\b"
)
_WINDOWS_NAMED = (
    r"\b[Ww]in(?:dows)? ?-?(?:7|8|8\.1|10|11)\b|\bWIN ?1[01]\b|\b[Ww]indow ?1[01]\b|\bMSIX\b|\bWindows\b(?! ?(?:Subsystem|Terminal))"
    r"|(?i:\b(?:on|under|for|my|native|in|using|via|amd|nvidia|intel|ollama|studio|comfyui|xt|ti|gpu|rtx|\d{3,4}|x64|latest)\W{1,3})windows\b(?! of\b| are\b| size|\w)"
    r"|\bwindows (?:machine|pc|PC|desktop|laptop|box|host|user|app|build|version|server|defender|install\w*|\d)|[\[(]windows[\])]|^windows\b"
)
_MACOS_NAMED = (
    r"\b[Mm]ac ?(?:OS|os|Os)\b|\b[Oo][Ss] ?X\b|\b[Mm]ac ?[Bb]ook\b|\b[Mm]ac ?[Mm]inis?\b|\b[Mm]ac ?[Ss]tudio\b|\bMac Pro\b|\biMac\b|\bMacs?\b(?! ?addr)"
    r"|\b(?:on|my|a|the|for|this) mac\b(?! ?addr)|^mac(?=,|$)|\bApple [Ss]ilicon\b|\b[Mm][1-5] (?:[Pp]ro|[Mm]ax|[Uu]ltra|[Cc]hip|[Aa]ir|[Mm]ac\w*|[Mm]ini|[Ss]tudio)\b"
    r"|\bM[1-5] with \d+ ?GB\b"
)
_LINUX_NAMED = (
    r"\b(?:[Ll]inux|LINUX)\b(?!/)|\b[Uu]n?buntu(?![A-Za-z])|\bDebian\b|\bFedora\b|\bArch ?[Ll]inux\b|, Arch,|\bLinux Mint\b|\b[Pp]op[!_]_?[Oo][Ss]\b|\bCentOS\b|\bRocky Linux\b|\bAlmaLinux\b|\bRHEL\b|\bopenSUSE\b"
    r"|\bNixOS\b|\bManjaro\b|\b[Cc]achyOS\b|\bEndeavourOS\b|\b[Bb]azzite\b|\bSteamOS\b|\bAlpine\b|\bJetson\b|\bDGX Spark\b|\bDGX Station\b|\b[Rr]aspberry ?[Pp][Ii]\b|\b[Pp]rox[Mm]ox\b|\bLXC\b|\bsystemd\b"
    r"|\b[Hh]yprland\b|\bGNOME\b|\b[Aa]pp[Ii]mage\b"
)
NAS = r"\bSynology\b|\bDSM \d|\b[Uu]n[Rr]aid\b|\bUNRAID\b|\bTrueNAS\b|\bQNAP\b|\bOpenMediaVault\b|\bUgreen NAS\b|/volume1/|/mnt/user/appdata"
#: system → how people name it, and what they see there alone
NAMED = table({
    "windows": (
        _WINDOWS_NAMED + r"|\b[Tt]ask [Mm]anager\b|\bDevice Manager\b|\bControl Panel\b|\b[Cc]ommand [Pp]rompt\b|\bBSOD\b|\b[Bb]lue ?screen|\bPower[Ss]hell\b|\bSmartScreen\b"
        r"|\bVisual Studio\b(?! ?Code)|\bcl\.exe\b|\b(?:exe|EXE)\b(?: file)?|\bnssm\b|\bcan't run on your PC\b|your PC (?:has )?r[au]n into a problem"
    ),
    "macos": (
        _MACOS_NAMED + r"|\bMLX\b(?! (?:dynamic )?librar)|\bmlx[_-]v?lm\b|\bmlx\.core\b|\bMetal (?:backend|device|library|shader|kernel|API)s?\b|\b[oO]MLX\b|\bOsaurus\b"
    ),
    "linux": _LINUX_NAMED + "|" + NAS,
})  # fmt: skip
_BY_NAME = table({"windows": _WINDOWS_NAMED, "macos": _MACOS_NAMED, "linux": _LINUX_NAMED})
#: A line, a heading and the line below it, or a sentence, that tells what the person's computer runs.
_STATED = re.compile(
    r"^[^\w\n]{0,8}(?:host |my |desktop |your |which )?(?:os|operating system|platform|system|distro|distribution|操作系统|系统)"
    r"(?: version| name| type)?(?: ?[:=\uff1a|?]|\*\*:?|\s*\n)\W{0,6}([^\n]{2,60})"
    r"|\bI(?:'m| am) (?:currently )?(?:on|using|running)(?: it on)? ([^\n.;]{2,40})"
    r"|\bmy (?:machine|pc|computer|laptop|system|box|server) (?:is|runs|has) ([^\n.;]{2,40})",
    re.IGNORECASE | re.MULTILINE,
)
FAMILIES = table({
    "debian": r"\bUbuntu(?![A-Za-z])|\bubuntu \d\d|\bDebian\b|\bapt(?:-get)? (?:install|update)|\bdpkg\b|~(?:22|24|26)\.04|\+deb1\d|\bLinux Mint\b|\b[Pp]op[!_-]_?[Oo][Ss]\b"
              r"|-tegra\b|\bJetPack\b|\bvariant=jetpack|\bDGX OS\b|\bDGX Spark\b|\b[Pp]rox[Mm]ox\b|-pve\b|-generic\b|\bRaspberry Pi OS\b",
    "rhel": r"\bFedora\b|\bdnf\b|\.fc\d\d\b|\.el\d+(?:_\d)?\b|\bRocky Linux\b|\bAlmaLinux\b|\bRed Hat Enterprise\b|\bCentOS\b|\bakmods?\b|\b[Bb]azzite\b",
    "arch": r"\bArch ?[Ll]inux\b|, Arch,|\bpacman\b|-arch\d+-\d|\b[Cc]achyOS\b|-cachyos\b|\bManjaro\b|\bEndeavourOS\b|\byay -S|\bOmarchy\b|\bSteamOS\b",
    "suse": r"\bopenSUSE\b|\bzypper\b|\bSUSE Linux\b|\bTumbleweed\b",
    "nixos": r"\bNixOS\b|/nix/store\b|\bnixos-rebuild\b",
    "alpine": r"\bAlpine Linux\b|\bapk add\b",
    "nas": NAS,
})  # fmt: skip
WSL = re.compile(
    r"microsoft-standard-WSL2|\b[Ww][Ss][Ll] ?2?\b|/usr/lib/wsl\b|/dev/dxg\b|\bWsl/Service/|^[^\n]{0,40}/mnt/c/",
    re.MULTILINE,
)
#: Who says so, or prints so, is inside of WSL, and not on the Windows around it.
INSIDE_WSL = re.compile(
    r"microsoft-standard-WSL2|/usr/lib/wsl|/mnt/c/|^WSL ?2?: |\b(?:[Oo]n|[Ii]n|[Ii]nside|[Uu]nder|[Uu]sing|[Vv]ia|[Ww]ithin) (?:a |my |the )?[Ww][Ss][Ll] ?2?\b",
    re.MULTILINE,
)
IN_CONTAINER = re.compile(
    r"\b[a-z][\w-]*@(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{12}(?::| [^\n]{0,20}\])|\broot@[0-9a-f]{12}:|/\.dockerenv\b|/kaniko/|\bKUBERNETES_SERVICE_HOST\b"
    r"|\b172\.17\.0\.(?:[2-9]|\d{2,3}):\d+->|\bStarted server process \[1\]|\((?:APIServer|EngineCore)\w* pid=1\)"
)
ON_THE_HOST = re.compile(
    r"\bNVRM: |\bsystemd\[\d+\]:|\bdkms\b|\bmodprobe\b|/lib/modules/|\bmokutil\b|\b(?:docker|podman) (?:run|compose|exec)\b"
    r"|\bsystemctl\b|\bkernel: |\bupdate-initramfs\b"
)
JETSON = re.compile(
    r"nv_tegra_release|-tegra\b|\bJetson\b|\bNvMap|\bJetPack\b|\bL4T\b|# R3\d \(release\)|\bNvRm|\bvariant=jetpack"
)
_FEW_LINES = 2
_SYSTEMD = re.compile(r"\bsystemctl\b|\bsystemd\[\d|\bjournalctl\b")


def surroundings(words: str) -> Surroundings:
    """What the words tell of where they come from; `words` are without what is said in passing."""
    words = mentions.of_this_system(words)
    wsl = bool(WSL.search(words)) or None
    system, family = _system_and_family(words, bool(wsl))
    if system != "linux":
        return Surroundings(system, wsl=False if system == "macos" else wsl)
    container = True if IN_CONTAINER.search(words) else False if ON_THE_HOST.search(words) else None
    return Surroundings(system, family, wsl, container, bool(_SYSTEMD.search(words)) or None)


def _system_and_family(words: str, wsl: bool) -> tuple[str | None, str | None]:
    counts = _counts(words)
    system = _clearest(counts)
    if wsl and system != "macos" and INSIDE_WSL.search(words):
        system = "linux"
    if system != "linux" and counts and not (wsl and system is None):
        return system, None
    family = _clearest(_by_line(FAMILIES, words))
    if family or JETSON.search(words) or SHARED.search(words):
        system = "linux"
    return system, family


def _counts(words: str) -> Counter[str]:
    """How much speaks for each system: of what is stated as such, else of what was printed, else of names.

    A line or two of a program may be quoted, or of a container: there the names count as well.
    """
    if stated := _stated(words):
        return stated
    printed = _by_line(PRINTED, words)
    return printed if printed.total() > _FEW_LINES else printed + _by_mention(NAMED, words)


def _stated(words: str) -> Counter[str]:
    values = "\n".join(hit[hit.lastindex or 0] for hit in _STATED.finditer(words))
    named = _by_line(_BY_NAME, values) if values else Counter[str]()
    return named if len(named) == 1 else Counter()


def _by_line(table: Mapping[str, re.Pattern[str]], words: str) -> Counter[str]:
    """Name → how many lines speak for it."""
    return _counted(
        (name, len({words.rfind("\n", 0, hit.start()) for hit in one.finditer(words)}))
        for name, one in table.items()
    )


def _by_mention(table: Mapping[str, re.Pattern[str]], words: str) -> Counter[str]:
    return _counted((name, len(one.findall(words))) for name, one in table.items())


def _counted(counts: Iterable[tuple[str, int]]) -> Counter[str]:
    return Counter({name: count for name, count in counts if count})


def _clearest(counts: Counter[str]) -> str | None:
    """The one for which more speaks than for all others together."""
    best = max(counts, key=lambda name: counts[name], default=None)
    return best if best and counts[best] > counts.total() - counts[best] else None
