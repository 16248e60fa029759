"""Build hook: the problem pages go into the wheel as one compiled file, read in milliseconds."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TARGET = "localai_setup/data/problems.json"


class CompileProblems(BuildHookInterface):  # type: ignore[misc]  # hatchling is there in builds only
    """Compiles `localai_setup/problems/*/*.yaml`; a wrong page ends the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install reads the pages themselves."""
        if version == "editable":
            return
        compiled = Path(mkdtemp()) / "problems.json"
        compiled.write_text(self._compiled(), encoding="utf-8")
        build_data["force_include"][str(compiled)] = TARGET

    def _compiled(self) -> str:
        sys.path.insert(0, self.root)
        from localai_setup.problems.compiled import dumped
        from localai_setup.problems.compiling import compile_page

        pages = sorted(Path(self.root, "localai_setup", "problems").glob("*/*.yaml"))
        return dumped(compile_page(page.stem, page.read_text(encoding="utf-8")) for page in pages)
