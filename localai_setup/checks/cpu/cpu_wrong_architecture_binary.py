"""The program was made for this kind of processor.

Why: An ARM file runs on a PC processor or the other way round.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The program was made for another kind of processor.",
    seen="Nothing starts, and a container restarts again and again.",
    why="An ARM file was put on a PC processor or the other way round.",
    fixes=(
        Fix(
            "Compare the machine with the file, then download the archive for this machine (amd64 is x86_64, arm64 is aarch64).",
            ("uname -m", "file $(command -v ollama)"),
            proof="ollama --version",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Install the right one over it with Ollama's own installer, which finds the processor's kind.",
            (
                "curl -fsSL https://ollama.com/install.sh -o ollama-install.sh",
                "sh ollama-install.sh",
            ),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "Pull the image for this machine and create the container again.",
            (
                "docker pull --platform \"$(docker version -f '{{.Server.Os}}/{{.Server.Arch}}')\" ollama/ollama",
            ),
            proof="docker run --rm ollama/ollama --version",
        ),
    ),
    sources=(
        "https://github.com/datawhalechina/handy-ollama/issues/30",
        "https://github.com/ollama/ollama/issues/3396",
    ),
    likelihood=0.5,
    confused_with=("os-32bit-userland", "os-musl-without-glibc"),
)

#: What the shell and the C library say for it in other languages.
IN_OTHER_WORDS = (
    (r"Fehler im Format der Programmdatei", ("fehler", "im", "format", "programmdatei")),
    (r"Bin.{1,2}rdatei kann nicht ausgef.{1,2}hrt werden", ("kann", "nicht", "werden")),
    (r"Erreur de format pour exec", ("erreur", "format", "exec")),
    (r"ex.{1,2}cuter le fichier binaire", ("le", "fichier", "binaire")),
    (r"Formato de ejecutable incorrecto", ("formato", "ejecutable", "incorrecto")),
    (r"ejecutar el (?:fichero|archivo) binario", ("ejecutar", "el", "binario")),
    (r"Formato eseguibile non valido", ("formato", "eseguibile", "valido")),
    (r"impossibile eseguire il file binario", ("impossibile", "eseguire", "binario")),
    (r"Erro no formato exec", ("erro", "formato", "exec")),
    (r"executar o arquivo bin.{1,2}rio", ("executar", "arquivo")),
    (r"bash: .{0,120}(?:无法执行二进制文件|可执行文件格式错误)", ("bash",)),
    (r"bash: .{0,120}(?:не уда.тся запустить|Ошибка формата выполняемого файла)", ("bash",)),
    (r"bash: .{0,120}(?:バイナリファイルを実行できません|実行形式エラー)", ("bash",)),
)

SIGNATURES = (
    Signature(r"exec format error", ("exec", "format", "error"), certainty=0.97),
    Signature(r"\[Errno 8\]|errno 8: exec", ("errno", "8"), certainty=0.9, also=(r"exec",)),
    Signature(
        r"cannot execute(?: binary file)?:? (?:binary file|Exec format)|cannot execute binary file",
        ("cannot", "execute"),
        certainty=0.97,
    ),
    Signature(
        r"requested image's platform \(linux/[^)]{1,60}\) does not match the detected host platform",
        ("platform", "match", "detected"),
        certainty=0.93,
    ),
    Signature(
        r"no matching manifest for (?:linux|windows)/\w+", ("matching", "manifest"), certainty=0.9
    ),
    Signature(r"%1 is not a valid Win32", ("win32", "valid", "not", "is"), certainty=0.93),
    Signature(r"WinError 193", ("193",), certainty=0.93),
    Signature(r"is not a valid Win32 application", ("valid", "win32"), certainty=0.93),
    Signature(
        r"not compatible with the version of Windows you(?:'re| are) running",
        ("compatible", "windows", "running"),
        certainty=0.9,
    ),
    Signature(
        r"bad ELF (?:machine|class)|wrong ELF class: ELFCLASS",
        ("elf",),
        certainty=0.85,
        unless=(r"undefined symbol|libcuda\.so|libvulkan_\w+\.so: wrong ELF",),
    ),
    Signature(
        r"qemu-\w+(?:-static)?: (?:Could not open|uncaught target signal)",
        ("qemu",),
        certainty=0.88,
    ),
    *(Signature(words, needs, certainty=0.95) for words, needs in IN_OTHER_WORDS),
    Signature(
        r"specified executable is not a valid application for this OS platform",
        ("executable", "valid", "application", "platform"),
        certainty=0.95,
    ),
    Signature(
        r"does not match the specified platform: wanted",
        ("match", "specified", "platform", "wanted"),
        certainty=0.93,
    ),
    # Ollama's own helper on an Intel Mac is another matter
    Signature(
        r"bad CPU type in executable",
        ("cpu", "type", "executable"),
        certainty=0.93,
        unless=(r"fork/exec",),
    ),
    Signature(r"rosetta error: failed to open elf", ("rosetta", "error", "elf"), certainty=0.86),
    Signature(r"code=exited, status=203/EXEC", ("status", "203", "exec"), certainty=0.72),
)
