"""Speed over context as a picture: bars for a terminal, a line for a browser."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from ..model.measurement import Measurement, SpeedPoint

BAR_COLUMNS = 24
#: the picture, its margins (left, top, right, bottom) in pixels
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 320, 56, 44, 16, 44


def bars(points: Sequence[SpeedPoint], sign: str) -> list[str]:
    """A line for each depth: tokens before, tokens per second written and read, a bar."""
    rates = [_rate(point) for point in points]
    most = max(rates, default=0.0) or 1.0
    lines = []
    for point, rate in zip(points, rates, strict=True):
        bar = sign * max(1, round(rate / most * BAR_COLUMNS))
        lines.append(
            f"{point.depth_tokens:8}  {_number(point.generate_tps)}  {_number(point.prompt_tps)}  {bar}"
        )
    return lines


def _rate(point: SpeedPoint) -> float:
    return point.generate_tps or point.prompt_tps or 0.0


def _number(rate: float | None) -> str:
    return f"{rate:8.1f}" if rate is not None else f"{'-':>8}"


def svg(run: Measurement) -> str:
    """The measured line, and the plan's prediction as a dashed one. Readable in light and dark."""
    rates = [_rate(point) for point in run.points]
    most = 1.1 * max([*rates, run.predicted_tps or 0.0, 1e-9])
    places = [
        (_across(point.depth_tokens, run.context), _down(rate, most))
        for point, rate in zip(run.points, rates, strict=True)
    ]
    parts = [*_frame(run, most), *_prediction(run, most), *_line(places)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">\n'
        "<style>svg{color-scheme:light dark;background:Canvas}"
        "text{font:12px sans-serif;fill:CanvasText}.axis{stroke:#888}"
        ".line{fill:none;stroke:#2a7de1;stroke-width:2}.dot{fill:#2a7de1}"
        ".promise{stroke:#c4681c;stroke-dasharray:6 4}</style>\n" + "\n".join(parts) + "\n</svg>\n"
    )


def _across(tokens: int, context: int) -> float:
    return round(LEFT + tokens / max(1, context) * (WIDTH - LEFT - RIGHT), 1)


def _down(rate: float, most: float) -> float:
    return round(TOP + (1 - rate / most) * (HEIGHT - TOP - BOTTOM), 1)


def _frame(run: Measurement, most: float) -> list[str]:
    floor, end = HEIGHT - BOTTOM, WIDTH - RIGHT
    title = escape(f"{run.model}: tokens per second over context, {run.at[:10]}")
    ticks = [
        f'<text x="{LEFT - 6}" y="{_down(most * share, most) + 4}" text-anchor="end">{most * share:.3g}</text>'
        for share in (0, 0.5, 1)
    ]
    ticks += [
        f'<text x="{_across(run.context * share // 4, run.context)}" y="{floor + 18}"'
        f' text-anchor="middle">{run.context * share // 4}</text>'
        for share in range(5)
    ]
    axes = f'<path class="axis" fill="none" d="M{LEFT} {TOP}V{floor}H{end}"/>'
    return [f"<title>{title}</title>", f'<text x="{LEFT}" y="24">{title}</text>', axes, *ticks,
            f'<text x="{end}" y="{HEIGHT - 8}" text-anchor="end">tokens in the context</text>']  # fmt: skip


def _prediction(run: Measurement, most: float) -> list[str]:
    if not run.predicted_tps:
        return []
    height, end = _down(run.predicted_tps, most), WIDTH - RIGHT
    return [f'<path class="promise" d="M{LEFT} {height}H{end}"/>',
            f'<text x="{end}" y="{height - 6}" text-anchor="end">predicted</text>']  # fmt: skip


def _line(places: Sequence[tuple[float, float]]) -> list[str]:
    way = " ".join(f"{x},{y}" for x, y in places)
    dots = [f'<circle class="dot" cx="{x}" cy="{y}" r="3"/>' for x, y in places]
    return [f'<polyline class="line" points="{way}"/>', *dots]
