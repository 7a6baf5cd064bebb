"""A small picture of what grows: each figure's ratio to its control, by the size of the journal."""

import re
from collections import defaultdict
from math import log10
from pathlib import Path

from benchmarks.harness import Figure

WIDTH, HEIGHT, LEFT, TOP = 760, 360, 60, 30
PLOT_W, PLOT_H = 360, 270
COLORS = ("#1b6ca8", "#c8553d", "#588157", "#8e5aa8", "#b08900", "#4a4e69", "#d1495b", "#00798c")
AT = re.compile(r"(.*), at ([\d,]+) events")


def series(figures: list[Figure]) -> dict[str, list[tuple[int, float]]]:
    """Return (size, value) by figure: the ratio to the control, or the value relative to the smallest journal's."""
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for figure in figures:
        named = AT.fullmatch(figure.name)
        if named is None or figure.unit == "MiB":
            continue
        value = figure.ratio if figure.ratio is not None else figure.value
        found[named[1]].append((int(named[2].replace(",", "")), value))
    return {
        name: points if points[0][1] < 100 else [(size, value / points[0][1]) for size, value in points]
        for name, points in found.items()
    }


def draw(figures: list[Figure], file: Path) -> None:
    """Write an SVG; nothing if there is nothing to draw."""
    lines = series(figures)
    if not lines:
        return
    most = max(value for points in lines.values() for _, value in points) * 1.1
    sizes = sorted({size for points in lines.values() for size, _ in points})
    parts = [_text(LEFT, 18, "ratio to the control (replay: to the smallest journal), by events in the journal", 13)]
    parts += [_grid(most, sizes)]
    for number, (name, points) in enumerate(lines.items()):
        color = COLORS[number % len(COLORS)]
        path = " ".join(f"{_x(size, sizes):.1f},{_y(value, most):.1f}" for size, value in points)
        parts.append(f'<polyline fill="none" stroke="{color}" stroke-width="2" points="{path}"/>')
        parts += [
            f'<circle cx="{_x(size, sizes):.1f}" cy="{_y(value, most):.1f}" r="3" fill="{color}"/>'
            for size, value in points
        ]
        at = TOP + 24 + 30 * number
        parts.append(f'<rect x="{LEFT + PLOT_W + 24}" y="{at - 9}" width="12" height="10" fill="{color}"/>')
        parts.append(_text(LEFT + PLOT_W + 42, at, name.partition(" / ")[0], 11))
    body = "\n".join(parts)
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n{body}\n</svg>\n'
    )


def _x(size: int, sizes: list[int]) -> float:
    span = log10(sizes[-1]) - log10(sizes[0]) or 1.0
    return LEFT + PLOT_W * (log10(size) - log10(sizes[0])) / span


def _y(value: float, most: float) -> float:
    return TOP + PLOT_H * (1 - value / most)


def _grid(most: float, sizes: list[int]) -> str:
    parts = []
    for step in range(5):
        value = most * step / 4
        y = _y(value, most)
        parts.append(f'<line x1="{LEFT}" x2="{LEFT + PLOT_W}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(_text(LEFT - 36, y + 4, f"{value:.2f}", 11))
    parts += [_text(_x(size, sizes) - 20, TOP + PLOT_H + 20, f"{size:,}", 11) for size in sizes]
    return "\n".join(parts)


def _text(x: float, y: float, text: str, size: int) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="#333">{text}</text>'
