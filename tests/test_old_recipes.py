"""Recipes that people wrote for an older version."""

import re

import pytest

from localai_setup.machine.keeping import recipe_files
from localai_setup.model.errors import LocalaiError
from localai_setup.recipes.loading import load

pytestmark = pytest.mark.quick


def test_a_model_that_lists_uses_is_told_the_new_field():
    text = (recipe_files.shipped_folder() / "models" / "qwen3.5-4b.yaml").read_text("utf-8")
    old = re.sub(r"^abilities: .*$", "uses: [chat]", text, flags=re.MULTILINE)
    with pytest.raises(LocalaiError, match=r"line 8: .*`abilities: \[\.\.\.\]`"):
        load("old.yaml", old)


def test_a_field_that_nothing_reads_any_more_is_passed_over():
    text = (recipe_files.shipped_folder() / "models" / "qwen3.5-4b.yaml").read_text("utf-8")
    old = text + "ollama: {tag: 'qwen3.5:4b', digest: abc}\n"
    assert load("old.yaml", old) == load("new.yaml", text)
