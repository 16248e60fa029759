"""Wine's C runtime with the complex numbers that it lacks: the original under another name, and a
library of its name that sends every caller on, to the original or to `complex.c`.

    python3 ucrt.py COMPILER_PREFIX WINES_UCRTBASE SYSTEM32
"""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE / "complex.c"
#: By these bytes wine takes a file for a part of itself, and looks for it in its own folder.
MARK = b"Wine builtin DLL"


def exported(cross, library):
    """The names that a library offers."""
    printed = subprocess.run(
        [f"{cross}-objdump", "-p", library], capture_output=True, text=True, check=True
    )
    table = printed.stdout.split("[Ordinal/Name Pointer] Table", 1)[1].split("\n\n", 1)[0]
    return [line.split()[-1] for line in table.splitlines()[1:] if "]" in line]


def ours():
    text = SOURCE.read_text()
    names = re.findall(r"\b(?:VALUE|PART)\((c\w+)\)", text)
    return {name + end for name in (*names, "cpow") for end in ("", "l", "f")}


def main(cross, original, system):
    content = Path(original).read_bytes()
    (system / "ucrtwine.dll").write_bytes(content.replace(MARK, bytes(len(MARK)), 1))
    own = ours()
    lines = [f"  {one}=ms_{one}" for one in sorted(own)]
    lines += [f"  {one}=ucrtwine.{one}" for one in exported(cross, original) if one not in own]
    definition = system / "ucrtbase.def"
    definition.write_text("\n".join(["LIBRARY ucrtbase.dll", "EXPORTS", *lines]) + "\n")
    options = ["-O2", "-s", "-shared", "-nostartfiles", "-static-libgcc", "-e", "start"]
    made = [str(SOURCE), str(definition), "-lmingwex", "-o", str(system / "ucrtbase.dll")]
    subprocess.run([f"{cross}-gcc", *options, *made], check=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
