"""Windows allows the long paths of a build.

Why: Windows allows 260 characters by default, and build folders are nested deeply.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Windows' limit on the length of paths breaks the installation.",
    seen="Installing llama-cpp-python or vLLM with pip fails on very long paths.",
    why="Windows allows 260 characters by default, and build folders are nested deeply.",
    fixes=(
        Fix(
            "Allow long paths (PowerShell as administrator), and restart.",
            (
                "New-ItemProperty -Path HKLM:\\SYSTEM\\CurrentControlSet\\Control\\FileSystem -Name LongPathsEnabled -Value 1 -PropertyType DWORD -Force",
                "git config --system core.longpaths true",
            ),
            needs_root=True,
            reboot=True,
            proof="reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\FileSystem /v LongPathsEnabled",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Or use a short temporary folder for this PowerShell, and a ready-made wheel where there is one.",
            (
                "mkdir C:\\T",
                "$env:TEMP='C:\\T'; $env:TMP='C:\\T'",
                "pip install --prefer-binary --extra-index-url https://abetlen.github.io/llama-cpp-python/whl/cpu llama-cpp-python",
            ),
            proof='python -c "import llama_cpp"',
            where=Where(systems=("windows",)),
        ),
    ),
    sources=(
        "https://github.com/vllm-project/vllm/issues/14398",
        "https://github.com/abetlen/llama-cpp-python/issues/582",
        "https://github.com/abetlen/llama-cpp-python/issues/426",
        "https://github.com/Dao-AILab/flash-attention/issues/1631",
        "https://github.com/SystemPanic/vllm-windows/issues/15",
        "https://github.com/vllm-project/vllm/issues/799",
    ),
    likelihood=0.6,
    systems=("windows",),
    confused_with=("python-llamacpp-build-failed",),
)

SIGNATURES = (
    Signature(
        r"maximum full path to an object file is \d+", ("maximum", "full", "object"), certainty=0.93
    ),
    Signature(
        r"(?:filename|path)(?: or extension)? (?:is )?too long", ("too", "long"), certainty=0.95
    ),
    Signature(
        r"Windows Long Path support (?:enabled|not)",
        ("windows", "long", "path", "support"),
        certainty=0.95,
    ),
    Signature(
        r"WinError 206",
        ("206",),
        certainty=0.93,
    ),
    Signature(
        r"(?:exceed(?:s|ed)?|longer than|limit of|less than) .{0,40}260 characters",
        ("260", "characters"),
        certainty=0.93,
    ),
    Signature(
        r"fully qualified file name must be less than 260",
        ("fully", "qualified", "file", "name", "must", "be", "less", "than", "260"),
        certainty=0.9,
    ),
    Signature(r"MSB3491", ("msb3491",), certainty=0.93),
    Signature(r"\bMAX_PATH\b", ("max_path",), certainty=0.9),
    Signature(r"exceeds? the OS max path limit", ("max", "path", "limit"), certainty=0.95),
    Signature(
        r"Der Dateiname oder die Erweiterung ist zu lang", ("dateiname", "lang"), certainty=0.95
    ),
    Signature(r"Nom de fichier ou extension trop long", ("fichier", "trop"), certainty=0.95),
    *(
        Signature(pattern, needs, certainty=0.94)
        for pattern, needs in (
            (r"\bos error 206\b", ("error", "206", "os")),
            (r"\bPathTooLongException\b", ("pathtoolongexception",)),
            (r"\bCMAKE_OBJECT_PATH_MAX\b", ("cmake_object_path_max",)),
            (r"Filename longer than 260 characters\b", ("characters", "filename", "longer")),
            (
                r"nombre del archivo o la extensi.n es demasiado largo",
                ("demasiado", "archivo", "extensi"),
            ),
            (
                r"angegebene Pfad, der Dateiname oder beide sind zu lang\b",
                ("angegebene", "dateiname", "beide"),
            ),
            (
                r"chemin d.acc.s sp.cifi., le nom de fichier ou les deux sont trop longs",
                ("fichier", "chemin", "longs"),
            ),
            (r"\berror FTK1011\b", ("ftk1011", "error")),
            (r"\b0x80010135\b", ("0x80010135",)),
            (r"\bLongPathsEnabled\W{1,12}(?:0x)?0\b", ("longpathsenabled",)),
        )
    ),
    Signature(
        r"fatal error C1083: .{0,60}: '': Invalid argument",
        ("argument", "invalid", "c1083"),
        certainty=0.9,
    ),
    Signature(r"\berror TRK0002\b", ("trk0002", "error"), certainty=0.9),
    Signature(
        r"Could not find a part of the path '[^'\n]{180,}",
        ("could", "find", "part"),
        certainty=0.87,
    ),
    Signature(
        r"No such file or directory: '[A-Z]:[^'\n]{210,}",
        ("directory", "file", "such"),
        certainty=0.87,
    ),
    # Windows says of a path of more than 260 characters that it is not there
    Signature(
        r"could not create '[^'\n]*\\[^'\n]{150,400}': No such file or directory",
        ("could", "create", "directory"),
        certainty=0.9,
    ),
)
