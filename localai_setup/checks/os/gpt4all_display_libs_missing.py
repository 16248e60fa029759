"""GPT4All finds a screen and its libraries.

Why: Its window toolkit needs X11 client libraries and a screen.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="GPT4All needs a desktop and libraries that are not here.",
    seen="The installer or the app quits at its start.",
    why="Its window toolkit needs X11 client libraries and a screen.",
    fixes=(
        Fix(
            "Install the libraries.",
            (
                "sudo apt install libxcb-cursor0 libxcb-xinerama0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxkbcommon-x11-0 libopengl0 libegl1",
            ),
            needs_root=True,
            proof="/sbin/ldconfig -p | grep libxcb-cursor",
            where=Where(systems=("linux",), families=("debian",)),
        ),
        Fix(
            "Install the libraries (RHEL and its kin need EPEL for the first).",
            (
                "sudo dnf install xcb-util-cursor xcb-util-wm xcb-util-image xcb-util-keysyms xcb-util-renderutil libxkbcommon-x11 libglvnd-opengl libglvnd-egl",
            ),
            needs_root=True,
            proof="/sbin/ldconfig -p | grep libxcb-cursor",
            where=Where(systems=("linux",), families=("rhel",)),
        ),
        Fix(
            "Install the libraries.",
            (
                "sudo pacman -S xcb-util-cursor xcb-util-wm xcb-util-image xcb-util-keysyms xcb-util-renderutil libxkbcommon-x11 libglvnd",
            ),
            needs_root=True,
            proof="/sbin/ldconfig -p | grep libxcb-cursor",
            where=Where(systems=("linux",), families=("arch",)),
        ),
        Fix(
            "Install the libraries.",
            (
                "sudo zypper install libxcb-cursor0 libxcb-xinerama0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxkbcommon-x11-0",
            ),
            needs_root=True,
            proof="/sbin/ldconfig -p | grep libxcb-cursor",
            where=Where(systems=("linux",), families=("suse",)),
        ),
        Fix(
            "Without a screen use a server engine in its place (Ollama, llama-server).",
            proof="ollama --version",
        ),
    ),
    sources=(
        "https://github.com/nomic-ai/gpt4all-chat/issues/31",
        "https://github.com/nomic-ai/gpt4all-chat/issues/3",
        "https://github.com/nomic-ai/gpt4all-chat/issues/24",
        "https://github.com/nomic-ai/gpt4all/issues/358",
        "https://github.com/nomic-ai/gpt4all/issues/425",
        "https://github.com/nomic-ai/gpt4all/issues/3208",
        "https://github.com/nomic-ai/gpt4all/issues/1450",
        "https://github.com/nomic-ai/gpt4all/issues/682",
        "https://github.com/nomic-ai/gpt4all/issues/3454",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=(),
)

SIGNATURES = (
    Signature(
        r"\blibGL\.so\.1\b", ("libgl", "so"), certainty=0.9, also=(r"gpt4all|nomic|QOpenGL|Qt6",)
    ),
    Signature(
        r"Could not load the Qt platform plugin",
        ("could", "not", "load", "the", "qt", "platform", "plugin"),
        certainty=0.96,
    ),
    Signature(r"qt\.qpa\.(?:plugin|xcb):", ("qt", "qpa"), certainty=0.95),
    Signature(
        r"no Qt platform plugin could be initialized",
        ("no", "qt", "platform", "plugin", "could", "be", "initialized"),
        certainty=0.95,
    ),
    Signature(
        r"libxcb-\w+\.so\S*: cannot open shared object file",
        ("cannot", "open", "shared", "object", "file"),
        certainty=0.94,
    ),
    Signature(
        r"xcb-cursor0 or libxcb-cursor0 is needed",
        ("xcb", "cursor0", "or", "libxcb", "is", "needed"),
        certainty=0.93,
    ),
    Signature(
        r"lib(?:xkbcommon|OpenGL|EGL|X11-xcb|wayland)[\w-]{0,30}\.so[.\d]{0,12}: cannot open shared object file",
        ("cannot", "open", "shared", "object"),
        certainty=0.93,
    ),
    Signature(
        r"could not connect to display|cannot connect to X server", ("connect",), certainty=0.93
    ),
    *(
        Signature(pattern, needs, certainty=0.92)
        for pattern, needs in (
            (r"could not initialize GLX\b", ("initialize", "could", "glx")),
            (r"Failed to create wl_display\b", ("wl_display", "create", "failed")),
            (r"\bQXcbConnection: ", ("qxcbconnection",)),
            (r"QOpenGLContext: Failed to create\b", ("qopenglcontext", "create", "failed")),
            (r"\blibxcb-[\w-]+\.so\S* => not found", ("libxcb", "found", "not")),
            (
                r"Authorization required, but no authorization protocol specified\b",
                ("authorization", "specified", "protocol"),
            ),
        )
    ),
    *(
        Signature(pattern, needs, certainty=0.93, also=(r"gpt4all|nomic|\bchat\b|Qt",))
        for pattern, needs in (
            (
                r"(?:libOpenGL|libfontconfig|libX11|libXext|libdbus-1|libSM|libICE|libglib-2|libxkbcommon\S*|libQt[56]\w+|libGLX|libwayland-\w+)\.so\S*: cannot open shared",
                ("cannot", "shared", "open"),
            ),
            (r"qglx_findConfig\b", ("qglx_findconfig",)),
            (r"Failed to initialize graphics backend\b", ("initialize", "graphics", "backend")),
            (r"module \"Qt\S+\" is not installed", ("installed", "module", "not")),
            (
                r"\bQQmlApplicationEngine failed to load component\b",
                ("qqmlapplicationengine", "component", "failed"),
            ),
        )
    ),
)
