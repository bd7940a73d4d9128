"""Pictures of figures, drawn by matplotlib when it is installed; the figures are made elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reputation_bot.errors import ReputationBotError
from reputation_bot.tuning.evaluate import Confusion

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CELL = 0.62  # inches
_MARGIN = 1.8
_DARK = 0.55  # share of a row from which its number is written in white
_DPI = 130
_MOST = 30  # classes on either side; the most frequent


def draw_confusions(confusions: Mapping[str, Confusion], path: Path) -> None:
    """Writes a picture (PNG, SVG or PDF by the path's ending), one table for each title (there must be one) side by side.

    Raises ReputationBotError when matplotlib is missing or the picture cannot be written.
    """
    try:
        # the figure's own interface: pyplot would cost a second and look for a screen
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ModuleNotFoundError:
        raise ReputationBotError(
            "pictures need matplotlib: install it with  pip install 'reputation-bot[charts]'"
        ) from None
    widths = [_MARGIN + _CELL * min(len(each.answers), _MOST) for each in confusions.values()]
    height = _MARGIN + _CELL * max(min(len(each.labels), _MOST) for each in confusions.values())
    figure = Figure(figsize=(sum(widths), height), dpi=_DPI, layout="constrained")
    axes = figure.subplots(1, len(confusions), squeeze=False, width_ratios=widths)[0]
    for one, (title, confusion) in zip(axes, confusions.items(), strict=True):
        _draw(one, title, confusion)
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise ReputationBotError(f"the picture cannot be written to {path}: {error}") from error


def _draw(axes: "Axes", title: str, confusion: Confusion) -> None:
    """Each row adds up to 1 in colour, so that rare classes are seen as well; the numbers are texts."""
    rows, columns = confusion.labels[:_MOST], confusion.answers[:_MOST]
    counts = [[confusion.counts[row, column] for column in columns] for row in rows]
    shares = [[count / max(sum(row), 1) for count in row] for row in counts]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(columns)), [*map(_plain, columns)], rotation=45, ha="right")
    axes.set_yticks(range(len(rows)), [*map(_plain, rows)])
    axes.set_xlabel("what the rules said")
    axes.set_ylabel("what people said")
    axes.set_title(f"{title}: macro-F1 {confusion.macro_f1:.1%}", fontsize=10)
    for y, row in enumerate(counts):
        for x, count in enumerate(row):
            if count:
                colour = "white" if shares[y][x] > _DARK else "black"
                axes.text(x, y, f"{count}", ha="center", va="center", color=colour, fontsize=8)


def _plain(label: str) -> str:
    """Matplotlib would read what stands between dollar signs as a formula."""
    return label.replace("$", r"\$")
