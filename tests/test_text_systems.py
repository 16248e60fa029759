"""Which system and which engine or app a text is of, and what it says of others in passing."""

from __future__ import annotations

import pytest

from localai_setup.diagnosis import textmachine
from localai_setup.diagnosis.elsewhere import is_elsewhere
from localai_setup.diagnosis.searchtext import SearchText
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.diagnosis.textmachine import TextMachine

from .known import PROBLEMS

pytestmark = pytest.mark.quick

WINDOWS = {
    "a compiler": "CMake Error: CMAKE_CXX_COMPILER not set\n-- The CXX compiler identification is MSVC 19.44.35211.0",
    "an editor's build tools": "pip wants Microsoft C++; I have Visual Studio Community and it still fails",
    "a drive": "cannot open E:\\models\\big model\\weights-00001.gguf",
    "a drive with other slashes": "fatal: G:/llm stuff/weights.bin is truncated",
    "a variable": "Delete the folder below %APPDATA% and start again?",
    "a program's file": "whisper-server.exe quits at once",
    "a person's words": "It stutters on my windows laptop whenever the fan is loud",
    "a version": "Win11 24H2, RTX 3060, nothing is ever offloaded",
    "what only it has": "In Task Manager the copy engine is busy and compute is at zero",
    "a code": "runner ended: exit status 0xc0000409",
    "a log's line": "OS: Windows 10 Pro 22H2\nthe tray icon vanishes",
    "a heading": "### Operating system\n\nWindows\n\n### What happened\n\nIt hangs",
    "a heading that asks": "**Which operating system?**\nWindows 10\n**What is wrong?**\nIt hangs",
    "a mount seen from Docker": "I'm on Windows 11 and run it in Docker.\nFile \"/usr/local/lib/python3.12/dist-packages/foo/bar.py\", line 3",
    "the number of an error": "ConnectionRefusedError: [Errno 10061] the target refused",
    "users' folder in its own way": "Loaded C:/Users/anna/models/tiny.gguf",
    "a pipe": "error during connect: open //./pipe/docker_engine: The system cannot find the file specified.",
    "a pipe's address": "Cannot connect to the Docker daemon at npipe:////./pipe/dockerDesktopLinuxEngine. Is the docker daemon running?",
}  # fmt: skip
MACOS = {
    "its own killer": "kernel: memorystatus: killing_top_process pid 4711 [python3.12]",
    "a jetsam report": "JetsamEvent-2026-03-01-101500.ips says largestProcess: python3",
    "a small one": "my mac mini (24 GB) gets hot and then the app is gone",
    "a notebook": "Bought a MacBook Air for this, and it only writes two words a second",
    "a chip": "M4 Max, 128 GB, prompt of 60k takes minutes",
    "a folder": "no such file: /Users/ada/models/x.safetensors",
    "an image": "The Foo-2.1.dmg opens, then nothing",
    "a package manager": "brew upgrade foo\n==> Upgrading 1 outdated package",
    "a driver": "IOGPUFamily: command buffer was aborted, -[_MTLCommandBuffer waitUntilCompleted]",
    "the number of an error": "httpx.ConnectError: [Errno 61] Connection refused",
    "a chip in small letters": "m1 max with 32, the model is swapped out",
    "a framework": "The MLX version of the same model answers with nothing but blanks",
}  # fmt: skip
LINUX = {
    "a journal": "journalctl -u foo shows nothing",
    "a unit": "foo-llm.service: Scheduled restart job, restart counter is at 5.",
    "an installer": "sudo dnf install foo\nNothing to do.",
    "a home": "permission denied: /home/ada/models",
    "a prompt": "ada@shed:~/models$ ls -l",
    "an image that runs by itself": "./Foo-0.4.AppImage does not start",
    "a storage box": "Synology DS923+, Container Manager: the web page stays white",
    "another one": "on Unraid the template of the app has no field for the card",
    "a person's words": "fresh Ubuntu install, the card is not found",
    "a small computer": "a Raspberry Pi 5 with 8 GB, swap is full after one question",
    "the number of an error": "tcp connect error: Connection refused (os error 111)",
    "a module's file": "libfoo_backend.so: cannot open shared object file",
}  # fmt: skip
UNTOLD = {
    "nothing": "The answer stops in the middle of a sentence",
    "both": "It crashes on Windows and on Linux alike",
    "a list of what it runs on": "Foo is for Windows, macOS and Linux. It never opens here.",
    "it does well elsewhere": "Works fine on my Mac.",
    "elsewhere it does well": "On my Mac it works.",
    "others have it": "I saw that others reported on Windows that it hangs",
    "a comparison": "Twice as slow than on Linux, they say",
    "a condition": "If you're on Windows, close the tray icon first",
    "a requirement": "metal: unsupported, requires macOS",
    "windows that one looks into": "a sliding window of 4k, and all context windows are full",
    "a link": "see https://huggingface.co/foo/Windows-Agent-7B-GGUF",
    "a letter with a line's end": 'prompt = "Q:\\nHow far is it? A:\\n"',
    "a platform that is asked for": "    if sys.platform == 'win32': raise",
    "an address of a network card": "the MAC address of the box has changed",
}  # fmt: skip
ENGINES = {
    "Jan, in its log": ("[llamacpp-router] llama_model_load: error loading model", {"jan"}),
    "Jan, by a person": ("Since Tuesday Jan won't load anything bigger than 4B", {"jan"}),
    "Jan is a month": ("Jan 14 10:00:00 the download stopped, and again on 3 Jan", set[str]()),
    "LM Studio, with a hyphen": ("lm-studio eats all memory\nggml_vulkan: found 1 device", {"lm-studio"}),
    "a publisher is no app": ("Loading lmstudio-community/tiny-GGUF in llama-server", {"llama.cpp"}),
    "a folder of its models": ("llama-server -m ~/.lmstudio/models/a/b.gguf", {"llama.cpp"}),
    "GPT4All": ("gpt4all 3.11 closes\nllama_new_context: failed", {"gpt4all"}),
    "Msty": ("Msty shows an empty list of models, llama.cpp is inside", {"msty"}),
    "KoboldCpp in capitals": ("KoboldCPP 1.118\nllama_model_load: done", {"koboldcpp"}),
    "oMLX": ("oMLX says that mlx_lm has no such class", {"omlx"}),
    "AnythingLLM": ("The AnythingLLM desktop app cannot embed a single page", {"anythingllm"}),
    "Lemonade": ("Lemonade: [Router] llama-server stopped", {"lemonade"}),
    "Osaurus": ("osaurus serve\nMLX error: out of memory", {"osaurus"}),
    "ComfyUI": ("Comfy UI: KSampler: Expected all tensors on one device", {"comfyui", "pytorch"}),
    "text-generation-webui": ("oobabooga: llama.cpp loader fails\nllama_model_load: x", {"text-generation-webui"}),
    "LocalAI, with another's name in its log": ("9:15AM DBG [gpt4all] Fails: could not load model", {"localai"}),
    "a publisher of models": ("Qwen from https://hf.co/unsloth/x-GGUF in llama-cli", {"llama.cpp"}),
    "what does well elsewhere": ("vLLM stops. The same works fine in LM Studio.", {"vllm"}),
    "where it does well": ("KoboldCpp hangs. In Ollama it works.", {"koboldcpp"}),
    "what is only compared": ("slower than Ollama", set[str]()),
    "a model's card": ("Runs with llama.cpp, Ollama and LM Studio", set[str]()),
    "in another writing": ("本地ollama没有回答", {"ollama"}),
    "a log of vLLM's": ("INFO 03-04 10:20:30 [loader.py:12] Loading weights", {"vllm"}),
    "a port": ("connect to 127.0.0.1:11434 refused", {"ollama"}),
    "a trainer": ("[axolotl.train:57] [PID:9] loading model", {"axolotl", "pytorch"}),
}  # fmt: skip


VERSIONS = {
    "Ollama 0.30.1 forgets what I said": {"ollama": "0.30.1"},
    "Jan v0.7.9 is blank": {"jan": "0.7.9"},
    "LM Studio version 0.4.2, the list is empty": {"lm-studio": "0.4.2"},
    "Ollama 0.30.1 is fast, Ollama 0.31.0 is not": {"ollama": ""},
    "Ollama runs llama3.1 badly": {"ollama": ""},
}


def read(text: str) -> TextMachine:
    return textmachine.read(SearchText.of(text))


@pytest.mark.parametrize("text", WINDOWS.values(), ids=WINDOWS)
def test_windows(text: str) -> None:
    assert read(text).around.system == "windows"


@pytest.mark.parametrize("text", MACOS.values(), ids=MACOS)
def test_macos(text: str) -> None:
    assert read(text).around.system == "macos"


@pytest.mark.parametrize("text", LINUX.values(), ids=LINUX)
def test_linux(text: str) -> None:
    assert read(text).around.system == "linux"


@pytest.mark.parametrize("text", UNTOLD.values(), ids=UNTOLD)
def test_no_answer_is_better_than_a_wrong_one(text: str) -> None:
    assert read(text).around.system is None


@pytest.mark.parametrize(("text", "engines"), ENGINES.values(), ids=ENGINES)
def test_engines_and_apps(text: str, engines: set[str]) -> None:
    assert read(text).around.engines == engines


@pytest.mark.parametrize(("text", "engines"), VERSIONS.items())
def test_a_version_behind_a_name(text: str, engines: dict[str, str]) -> None:
    assert read(text).engines == engines


def test_what_fails_is_told_apart_from_what_works() -> None:
    assert read("It works on my Mac but not on Windows").around.system == "windows"
    assert read("It doesn't work on my Mac").around.system == "macos"


def test_what_is_stated_goes_before_what_is_printed() -> None:
    text = "OS: macOS 15.5\nI copied /home/ada/models from the old box and /home/ada/.cache too"
    assert read(text).around.system == "macos"


def test_inside_of_wsl_and_around_it() -> None:
    inside = read("I installed it in WSL on my Windows 11 laptop").around
    assert (inside.system, inside.wsl) == ("linux", True)
    around = read("The disk file of WSL2 fills my C: drive, C:\\Users\\ada\\ext4.vhdx").around
    assert (around.system, around.wsl) == ("windows", True)
    assert read("PS> wsl -d Fedora\nWsl/Service/E_FAIL").around.system == "windows"
    assert read("WSL2: apt hangs since the update of Windows").around.system == "linux"
    left = read("Removed the WSL copy. Windows 11, native: still no card").around
    assert (left.system, left.wsl) == ("windows", None)


def test_a_line_or_two_of_a_program_do_not_outweigh_names() -> None:
    text = "podman on my MacBook Pro (macOS 15): stat /dev/dri: no such file or directory"
    assert read(text).around.system == "macos"
    assert read("stat /dev/dri: no such file. Podman Desktop, Mac").around.system is None


def test_in_a_container() -> None:
    assert read("ada@4f1c2d7ab901:/app$ foo --version").around.container is True
    assert read("INFO: Started server process [1]\n/usr/local/bin/foo").around.container is True
    assert read("dial tcp 172.17.0.4:5512->10.0.0.1:443 /etc/foo").around.container is True
    assert read("ada@decade:/app$ foo --version").around.container is None


def test_a_storage_box_has_no_package_manager_of_a_distribution() -> None:
    box = read("TrueNAS SCALE, the app does not see the card").around
    assert (box.system, box.family) == ("linux", "nas")
    assert box.differs_from(Surroundings("linux", "debian"))


@pytest.mark.parametrize("name", ["wsl-disk-not-shrinking", "windows-file-in-use"])
def test_inside_of_wsl_a_page_of_windows_is_not_elsewhere(name: str) -> None:
    assert not is_elsewhere(PROBLEMS[name], Surroundings("linux", wsl=True))
    assert is_elsewhere(PROBLEMS[name], Surroundings("linux", wsl=False))
