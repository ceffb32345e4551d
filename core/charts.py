"""Charts as SVG text: the same picture on the page and in the PDF.

Only attributes (a strict content policy and WeasyPrint both refuse style sheets inside), a named
font family, zero at the base, the value written on each mark, and a tooltip with the exact figure.
The table of numbers always stands beside the chart.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FONT = "Noto Sans SC, Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"
INK, SECOND, GRID = "#1F2329", "#59616E", "#DFE3E8"
MAIN, HIGHLIGHT, PALE = "#1F5FA8", "#8F1D22", "#9DBFE3"
# the first series is the subject, the others step back
SERIES = (MAIN, PALE, "#59616E", "#C9D1DB")

Bar = tuple[str, Decimal]


def _number(value: Decimal) -> str:
    """As people read it: separators, no more places than there are."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _at(value: Decimal | int) -> str:
    """A coordinate with one decimal place."""
    return f"{value:.1f}"


def _text(
    x: Decimal | int, y: Decimal | int, label: str, *, anchor: str = "start", color: str = INK,
    weight: int = 400, size: int = 12,
) -> SafeString:  # fmt: skip
    return format_html(
        '<text x="{}" y="{}" font-size="{}" text-anchor="{}" fill="{}" font-weight="{}">{}</text>',
        _at(x), _at(y), size, anchor, color, weight, label,
    )  # fmt: skip


def _rect(
    box: tuple[Decimal | int, Decimal | int, Decimal | int, Decimal | int], fill: str, tip: str = ""
) -> SafeString:
    x, y, width, height = box
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"><title>{}</title></rect>',
        _at(x), _at(y), _at(width), _at(height), fill, tip,
    )  # fmt: skip


def _line(
    x1: Decimal | int, y1: Decimal | int, x2: Decimal | int, y2: Decimal | int, color: str = GRID
) -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="1"/>',
        _at(x1), _at(y1), _at(x2), _at(y2), color,
    )  # fmt: skip


def _svg(width: int, height: int, label: str, parts: Sequence[SafeString]) -> SafeString:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}" viewBox="0 0 {} {}" '
        'width="{}" height="{}" font-family="{}">{}</svg>',
        label, width, height, width, height, FONT,
        format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _share(value: Decimal, most: Decimal, room: int) -> Decimal:
    """The length of a mark; a negative value has none and is only written."""
    return max(value, Decimal(0)) / most * room if most > 0 else Decimal(0)


def _width_of(label: str, size: int = 12) -> int:
    """About how wide a text is: a Chinese character is a square, a letter a little over a half."""
    return sum(size if ord(char) > 0x2E80 else (size * 6 + 9) // 10 for char in label)


def bars(
    values: Sequence[Bar], *, unit: str = "", highlight: str = "", label: str = "",
    width: int = 720, keep_order: bool = False,
) -> SafeString:  # fmt: skip
    """Horizontal bars from the longest down, each with label and value; one may be highlighted."""
    rows = list(values) if keep_order else sorted(values, key=lambda bar: (-bar[1], bar[0]))
    most = max((value for _, value in rows), default=Decimal(0))
    left = max((_width_of(name) for name, _ in rows), default=0) + 12
    right = max((_width_of(_number(value) + unit) for _, value in rows), default=0) + 10
    room, step = max(width - left - right, 40), 26
    parts = [_line(left, 2, left, len(rows) * step + 2, SECOND)]
    for index, (name, value) in enumerate(rows):
        y = index * step + 4
        length = _share(value, most, room)
        shown = _number(value) + unit
        fill = HIGHLIGHT if name == highlight else MAIN
        parts += [
            _text(left - 8, y + 14, name, anchor="end"),
            _rect((left, y, length, 18), fill, f"{name} {shown}"),
            _text(left + length + 6, y + 14, shown, color=SECOND),
        ]
    return _svg(width, len(rows) * step + 6, label, parts)


def _legend(names: Sequence[str], width: int) -> list[SafeString]:
    parts: list[SafeString] = []
    x = width
    for index in range(len(names) - 1, -1, -1):
        x -= _width_of(names[index]) + 34
        parts.append(_rect((x, 4, 12, 12), SERIES[index % len(SERIES)], names[index]))
        parts.append(_text(x + 18, 14, names[index], color=SECOND))
    return parts


def grouped_bars(
    groups: Sequence[str], series: Mapping[str, Sequence[Decimal]], *, unit: str = "",
    label: str = "", width: int = 720, height: int = 240,
) -> SafeString:  # fmt: skip
    """Standing bars in groups (quarters), one bar for each series; the values are written above."""
    names = list(series)
    most = max((value for values in series.values() for value in values), default=Decimal(0))
    top, base = 44, height - 26
    slot = Decimal(width) / max(len(groups), 1)
    thick = min(slot * Decimal("0.7") / max(len(names), 1), Decimal(56))
    parts = [_line(0, base, width, base, SECOND), *_legend(names, width)]
    if unit:
        parts.append(_text(0, 14, unit, color=SECOND))
    for index, group in enumerate(groups):
        start = slot * index + (slot - thick * len(names)) / 2
        parts.append(_text(slot * index + slot / 2, base + 18, group, anchor="middle"))
        for at, name in enumerate(names):
            value = series[name][index]
            tall = _share(value, most, base - top)
            x = start + thick * at
            tip = f"{group} {name} {_number(value)}{unit}"
            parts.append(
                _rect((x + 2, base - tall, thick - 4, tall), SERIES[at % len(SERIES)], tip)
            )
            parts.append(
                _text(x + thick / 2, base - tall - 6, _number(value), anchor="middle", color=SECOND)
            )
    return _svg(width, height, label, parts)


def line(
    groups: Sequence[str], values: Sequence[Decimal], *, unit: str = "", label: str = "",
    width: int = 720, height: int = 200,
) -> SafeString:  # fmt: skip
    """A line over years or quarters with zero at the base; each point carries its value."""
    most = max(values, default=Decimal(0))
    top, base = 44, height - 26
    slot = Decimal(width) / max(len(groups), 1)
    points = [
        (slot * index + slot / 2, base - _share(value, most, base - top))
        for index, value in enumerate(values)
    ]
    path = " ".join(f"{_at(x)},{_at(y)}" for x, y in points)
    parts = [
        _line(0, base, width, base, SECOND),
        format_html('<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/>', path, MAIN),
    ]
    if unit:
        parts.append(_text(0, 14, unit, color=SECOND))
    for (x, y), group, value in zip(points, groups, values, strict=True):
        parts += [
            format_html(
                '<circle cx="{}" cy="{}" r="4" fill="{}"><title>{}</title></circle>',
                _at(x), _at(y), MAIN, f"{group} {_number(value)}{unit}",
            ),
            _text(x, y - 10, _number(value), anchor="middle"),
            _text(x, base + 18, group, anchor="middle", color=SECOND),
        ]  # fmt: skip
    return _svg(width, height, label, parts)


def thermometer(
    *, value: Decimal, target: Decimal, label: str = "", unit: str = "", width: int = 268
) -> SafeString:
    """How far a target is reached: a bar, the mark of the target, both figures and the per cent."""
    most = max(value, target) * Decimal("1.06")
    done = _share(value, most, width)
    mark = _share(target, most, width)
    reached = f"{value / target * 100:.2f}%" if target else "—"
    said = f"{_number(value)} / {_number(target)} {unit}".strip()
    parts = [
        _text(0, 22, reached, size=22, weight=600),
        _text(width, 20, f"{_number(value)} / {_number(target)}", anchor="end", color=SECOND),
        _rect((0, 34, width, 14), "#E4E8EE", said),
        _rect(
            (0, 34, done, 14), "#17703F" if value >= target else MAIN, f"{label} {said} {reached}"
        ),
        _line(mark, 30, mark, 52, HIGHLIGHT),
        _text(
            mark,
            66,
            _number(target),
            anchor="end" if mark > width // 2 else "start",
            color=HIGHLIGHT,
        ),
    ]
    return _svg(width, 72, label, parts)
