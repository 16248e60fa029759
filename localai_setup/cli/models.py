"""`localai fit` and `localai licences`."""

from __future__ import annotations

from typing import Annotated

import typer

from .flags import Json, NoColor, Offline, Verbose, finish, options

app = typer.Typer()


@app.command()
def fit(
    model: Annotated[
        str, typer.Argument(help="A GGUF file, OWNER/REPO[:QUANT] on the hub, or a recipe's model.")
    ],
    context: Annotated[int, typer.Option(min=1, help="Tokens.")] = 8192,
    kv_type: Annotated[str, typer.Option(help="Cache type: K, or K,V.")] = "f16",
    ubatch: Annotated[int, typer.Option(min=1, help="Tokens per batch.")] = 512,
    slots: Annotated[int, typer.Option(min=1, help="Conversations at a time.")] = 1,
    kv_unified: Annotated[bool, typer.Option("--kv-unified", help="Share the cache.")] = False,
    flash_attention: Annotated[str, typer.Option(help="on or off")] = "on",
    gpu_layers: Annotated[int, typer.Option(min=0, help="As llama.cpp's -ngl.")] = 0,
    experts_on_cpu: Annotated[
        bool, typer.Option("--experts-on-cpu", help="All experts in main memory.")
    ] = False,
    cpu_expert_layers: Annotated[
        int, typer.Option(min=0, help="As llama.cpp's --n-cpu-moe: experts of the first N layers.")
    ] = 0,
    drafter: Annotated[
        str, typer.Option(metavar="REF", help="The file that guesses ahead, as the model is named.")
    ] = "",
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """The memory and speed of one model, before it is downloaded.

    Example: localai fit model.gguf --context 8192
    """
    from ..commands.fit import fit as command
    from ..model.settings import ALL_LAYERS, ServerSettings

    if flash_attention not in ("on", "off"):
        raise typer.BadParameter("--flash-attention takes on or off")
    key, _, value = kv_type.partition(",")
    flash = flash_attention == "on"
    settings = ServerSettings(
        context=context,
        slots=slots,
        ubatch=ubatch,
        kv_type_k=key,
        kv_type_v=value or key,
        kv_unified=kv_unified,
        flash_attention=flash,
        gpu_layers=gpu_layers,
        cpu_expert_layers=ALL_LAYERS if experts_on_cpu else cpu_expert_layers,
    )
    finish(command(options(json, verbose, offline, no_color), model, settings, drafter))


@app.command()
def licences(
    csv: Annotated[bool, typer.Option("--csv", help="As a table for spreadsheets.")] = False,
    sbom: Annotated[
        bool, typer.Option("--sbom", help="As a bill of materials (CycloneDX 1.6).")
    ] = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """What is in use here, under which licence, and whether it may be used at work.

    Example: localai licences --csv > licences.csv
    """
    from ..commands.licences import Form
    from ..commands.licences import licences as command

    if csv and sbom:
        raise typer.BadParameter("--csv and --sbom are two forms; name one")
    form = Form.CSV if csv else Form.SBOM if sbom else Form.WORDS
    finish(command(options(json, verbose, offline, no_color), form))
