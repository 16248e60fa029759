"""Runtimes, device files, limits and engines, from the texts that tell of them."""

import json

from localai_setup import survey
from localai_setup.model.reading import Readings, Text
from localai_setup.probes import confines, engines, nodes
from localai_setup.probes.toolkits import Toolkits

LINUX = {"call:platform.uname": Text('{"system": "Linux", "release": "6.8.0"}')}


def facts_of(kind, readings):
    readings = Readings({**LINUX, **readings})
    return survey.facts(readings, survey.probes_of([kind]))[kind]


def test_toolkits_tell_the_versions_of_their_files():
    found = facts_of(
        Toolkits,
        {
            "stat:/usr/local/cuda-12.4": Text("drwxr-xr-x root root"),
            "stat:/usr/lib64/libcudart.so.12": Text("lrwxrwxrwx root root"),
            "stat:/usr/lib64/libcudart.so.12.4.127": Text("-rwxr-xr-x root root"),
            "stat:/usr/lib64/libvulkan.so.1": Text("-rwxr-xr-x root root"),
            "stat:/usr/share/vulkan/icd.d/radeon_icd.x86_64.json": Text("-rw-r--r-- root root"),
            "file:/opt/rocm/.info/version": Text("6.2.1-81\n"),
        },
    )
    assert (found.cuda_toolkit, found.cudart, found.rocm) == ("12.4", "12.4.127", "6.2.1")
    assert found.vulkan_loader and found.vulkan_drivers == ("radeon_icd.x86_64",)
    assert found.level_zero is None and found.metal is False


def test_toolkits_nobody_asked_for_are_not_known():
    assert facts_of(Toolkits, {}).vulkan_loader is None


def test_a_node_is_open_to_its_group():
    files = {
        "stat:/dev/kfd": Text("crw-rw---- root render"),
        "stat:/dev/dri/renderD128": Text("crw-rw---- root video"),
    }
    who = {"call:user.groups": Text(json.dumps({"user": "ada", "groups": ["ada", "video"]}))}
    opens = {one.path: one.may_open for one in facts_of(nodes.Nodes, {**files, **who}).nodes}
    assert opens == {"/dev/kfd": False, "/dev/dri/renderD128": True}
    assert {one.may_open for one in facts_of(nodes.Nodes, files).nodes} == {None}


def test_a_node_is_open_to_its_owner_even_where_its_group_may_not():
    who = {"call:user.groups": Text(json.dumps({"user": "ada", "groups": ["ada", "render"]}))}
    for mode, expected in (
        ("crw------- ada render", True),
        ("c---rw---- ada render", False),
        ("crw------- root render", False),
        ("c------rw- root wheel", True),
    ):
        (node,) = facts_of(nodes.Nodes, {"stat:/dev/kfd": Text(mode), **who}).nodes
        assert node.may_open is expected, mode


def test_limits_and_hypervisor():
    found = facts_of(
        confines.Confines,
        {
            "file:/proc/cpuinfo": Text("flags\t\t: fpu avx avx2 hypervisor\n"),
            "file:/sys/class/dmi/id/sys_vendor": Text("QEMU\n"),
            "file:/proc/self/limits": Text(
                "Max locked memory         8388608    8388608   bytes\n"
            ),
            "file:/sys/devices/system/node/online": Text("0-1\n"),
        },
    )
    assert (found.hypervisor, found.virtual_machine, found.os_enables_avx) == ("QEMU", True, True)
    assert (found.locked_memory_limit_mib, found.locked_memory_unlimited) == (8.0, False)
    assert found.numa_nodes == 2 and found.secure_boot is None


def test_engines_are_named_by_server_program_process_and_files():
    found = facts_of(
        engines.Engines,
        {
            "http:http://127.0.0.1:11434/api/version": Text('{"version": "0.13.1"}', code=200),
            "http:http://127.0.0.1:11434/api/tags": Text('{"models": [{"name": "a:1b"}]}'),
            "command:llama-server --version": Text(
                "", "version: 0.6.0-dev (build 11514, commit a)"
            ),
            "command:llama-server --list-devices": Text(
                "Available devices:\n  CUDA0: NVIDIA GeForce RTX 3060 (12287 MiB, 11964 MiB free)\n"
            ),
            "call:programs.engines": Text('["VLLM::EngineCor"]'),
            "stat:~/.lmstudio": Text("drwxr-xr-x ada ada"),
        },
    )
    reported = {
        one.name: (one.version, one.state, one.models, one.devices) for one in found.engines
    }
    assert reported == {
        "llama-server": ("11514", "installed", (), ("CUDA0: NVIDIA GeForce RTX 3060",)),
        "Ollama": ("0.13.1", "running", ("a:1b",), ()),
        "LM Studio": (None, "installed", (), ()),
        "vLLM": (None, "running", (), ()),
    }


def test_an_ollama_whose_server_is_down_is_installed():
    output = Text(
        "Warning: could not connect to a running Ollama instance\nWarning: client version is 0.12.0\n"
    )
    (one,) = facts_of(engines.Engines, {"command:ollama --version": output}).engines
    assert (one.version, one.state) == ("0.12.0", "installed")
