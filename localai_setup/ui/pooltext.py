"""A plan over several machines in words."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.pool import Alone, Pooled, PoolMember, PoolPlan, Share, way_words
from ..model.sizes import mib_words, range_words
from . import console
from .shellwords import line

HEADS = {True: "Worth it", False: "Not worth it"}
#: the port of ggml-rpc-server on each machine, and of the first tunnel here
FAR_PORT, FIRST_PORT = 25052, 25152


def show(plan: PoolPlan) -> None:
    """The plan to stdout, what to know of it to stderr; where it is worth it, how it is set up."""
    tell(plan)
    if plan.gain and plan.pooled:
        names = ",".join(_host(one.member) for one in plan.pooled.shares[1:])
        console.say(f"`localai pool up --members {names}` sets this up after a yes. By hand:")
        console.show_unwrapped("\n".join(_by_hand(plan, plan.pooled)))


def tell(plan: PoolPlan) -> None:
    """The plan to stdout, what to know of it to stderr."""
    console.show("\n".join(_lines(plan)))
    for note in plan.notes:
        console.say(note)


def _lines(plan: PoolPlan) -> Iterator[str]:
    yield "One model over several machines (experimental)"
    for member in plan.members:
        yield f"  {member.name}: {_member(member)}"
    if plan.pooled:
        yield from _pooled(plan.pooled)
    yield f"{HEADS[plan.gain]}: {plan.reason}"
    yield from plan.instead


def _member(one: PoolMember) -> str:
    if one.state != "answered":
        return one.why
    room = "memory not known" if one.room_mib is None else f"{mib_words(one.room_mib)} for a model"
    trip = "" if one.round_trip_ms is None else f", {way_words(one.round_trip_ms)} away"
    computes = f"{one.computes}, " if one.computes else ""
    return f"{computes}{room}{trip}; alone {_alone(one.alone)}"


def _alone(one: Alone | None) -> str:
    if one is None:
        return "nothing for a chat"
    return f"{one.model} at {range_words(one.low, one.high)} tokens per second"


def _pooled(one: Pooled) -> Iterator[str]:
    yield f"  Together: {one.model} ({one.quantization}), {mib_words(one.memory_mib)}, up to {one.context} tokens"
    for share in one.shares:
        yield f"    {_share(share)}"
    yield f"    {range_words(one.low, one.high)} tokens per second"


def _share(one: Share) -> str:
    layers = "1 layer" if one.layers == 1 else f"{one.layers} layers"
    return f"{one.member}: {layers}, {mib_words(one.mib)} of {mib_words(one.room_mib)}"


def _by_hand(plan: PoolPlan, pooled: Pooled) -> Iterator[str]:
    """The same build on each; then a tunnel to each of the others, and the server here."""
    for build in plan.builds:
        yield f"# {build.member}: {' '.join(build.archives)}"
    far = [one.member for one in pooled.shares[1:]]
    ports = [FIRST_PORT + at for at in range(len(far))]
    for name, port in zip(far, ports, strict=True):
        tunnel = f"127.0.0.1:{port}:127.0.0.1:{FAR_PORT}"
        lender = ("ggml-rpc-server", "--host", "127.0.0.1", "--port", str(FAR_PORT))
        # with a terminal there (-t) the lender ends with its connection
        command = ["ssh", "-t", "-o", "ExitOnForwardFailure=yes", "-L", tunnel]
        yield line([*command, "--", _host(name), *lender])
    yield line(_server(pooled, ports))


def _host(member: str) -> str:
    """For ssh; of a recording only the name of its file can say which machine it is."""
    file = member.replace("\\", "/").rpartition("/")[2]
    is_recording = file.endswith((".json", ".json.gz"))
    return file.removesuffix(".gz").removesuffix(".json") if is_recording else member


def _server(pooled: Pooled, ports: list[int]) -> list[str]:
    """As the plan counted: its context, cache, layers and their split."""
    words = ["llama-server", "--model", "MODEL.gguf", "--host", "127.0.0.1", "--port", "8080"]
    words += ["--rpc", ",".join(f"127.0.0.1:{one}" for one in ports)]
    words += ["--gpu-layers", str(pooled.gpu_layers), "--parallel", "1"]
    words += ["--ctx-size", str(pooled.context), "--cache-ram", "0", "--flash-attn", "on"]
    words += ["--cache-type-k", pooled.kv_type, "--cache-type-v", pooled.kv_type]
    split = ",".join(f"{one:g}" for one in pooled.split)
    return [*words, "--tensor-split", split] if len(pooled.split) > 1 else words
