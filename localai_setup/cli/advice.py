"""`localai advise`."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from .flags import Json, NoColor, Offline, Replay, Verbose, finish, options

app = typer.Typer()


@app.command()
def advise(
    task: Annotated[
        Optional[str],
        typer.Option(metavar="TASK", help="What shall be done: summarise, translate, code, …"),
    ] = None,
    field: Annotated[
        Optional[str],
        typer.Option(metavar="FIELD", help="A regulated field: health, employment, credit, …"),
    ] = None,
    data: Annotated[
        Optional[str],
        typer.Option(metavar="KIND", help="public, internal, personal or special."),
    ] = None,
    decision: Annotated[
        Optional[str],
        typer.Option(
            metavar="WHO", help="Who decides about people by the answers: nobody, person, machine."
        ),
    ] = None,
    volume: Annotated[
        Optional[str], typer.Option(metavar="N/day", help="How many texts, as 200/day.")
    ] = None,
    words: Annotated[
        Optional[int], typer.Option(min=0, max=10**9, help="Words in one text.")
    ] = None,
    answer_words: Annotated[
        Optional[int], typer.Option(min=0, max=10**9, help="Words in one answer.")
    ] = None,
    users: Annotated[
        Optional[int], typer.Option(min=1, max=10**6, help="People who ask at the same time.")
    ] = None,
    language: Annotated[
        Optional[str], typer.Option(metavar="CODE", help="Language of the texts, as en or Basque.")
    ] = None,
    price: Annotated[
        Optional[str],
        typer.Option(
            metavar="P", help="A hosted model's price per million tokens: P, or READ/WRITE."
        ),
    ] = None,
    electricity: Annotated[
        Optional[str],
        typer.Option(metavar="P", help="Your price of one kWh, or eu, eu-company, de, …"),
    ] = None,
    watts: Annotated[
        Optional[str],
        typer.Option(metavar="IDLE/LOAD", help="What your computer draws, as measured."),
    ] = None,
    hardware: Annotated[
        Optional[float], typer.Option(min=0, max=1e9, help="Price of hardware bought for this.")
    ] = None,
    months: Annotated[
        int, typer.Option(min=1, max=600, help="Months over which the hardware is paid.")
    ] = 36,
    json: Json = False,
    replay: Replay = None,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Whether a task suits a model on this computer, what it costs, and how to set it up.

    Example: localai advise --task summarise --data personal
    """
    from ..commands._advice_flags import AdviceRequest
    from ..commands.advise import advise as command

    request = AdviceRequest(
        task=task,
        field=field,
        data=data,
        decision=decision,
        volume=volume,
        words=words,
        answer_words=answer_words,
        users=users,
        language=language,
        price=price,
        electricity=electricity,
        watts=watts,
        hardware=hardware,
        months=months,
    )
    finish(command(options(json, verbose, offline, no_color, replay), request))
