"""The look of every page in one place: colours, heat ramp and fonts, for CSS and for matplotlib alike."""

from __future__ import annotations

import base64
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
FONTS = FOLDER / "fonts"
STYLES = FOLDER / "styles"

COLOURS = {
    "ink": "#101B2D",
    "ink-2": "#44546A",
    "muted": "#5F6C80",
    "primary": "#0F6E7C",
    "deep": "#0B2A3A",
    "you": "#C2410C",
    "context": "#8093A1",
    "dot": "#748E9C",
    "middle-half": "#BFDDE3",
    "middle-half-line": "#4F97A6",
    "axis": "#8A94A3",
    "group-rule": "#B4BECB",
    "hairline": "#D3D9E2",
    "grid": "#E4E8EE",
    "wash": "#F5F7F9",
    "paper": "#FFFFFF",
    "on-deep": "#FFFFFF",
    "on-deep-2": "#C8E4EB",
    "on-deep-accent": "#8FCAD7",
}

# Lower end of each bin of a printed share, in percent, and its shade; the same in the whole report.
HEAT = (
    (60, "#50AABD"),
    (50, "#6FBACA"),
    (40, "#8FCAD7"),
    (30, "#ADD8E2"),
    (20, "#C8E4EB"),
    (10, "#DFEFF3"),
    (1, "#F0F7F9"),
    (0, "#FFFFFF"),
)


@dataclass(frozen=True)
class Category:
    """A colour for one answer and the colour of text inside it; `name` is the colour of its name on white."""

    fill: str
    text: str
    name: str


_INK, _WHITE = COLOURS["ink"], COLOURS["paper"]
CATEGORIES = (
    Category("#13395D", _WHITE, "#13395D"),
    Category("#00776C", _WHITE, "#00776C"),
    Category("#6592BC", _INK, "#3F6C96"),
    Category("#953C91", _WHITE, "#953C91"),
    Category("#B97F00", _INK, "#8A5F00"),
)
OTHER = Category("#BCC4CF", _INK, _INK)
# Answers that have an order: one hue, dark to light.
ORDERED = (
    Category("#0B4F5A", _WHITE, "#0B4F5A"),
    Category("#2F8A99", _WHITE, "#1F6F7D"),
    Category("#7CBAC5", _INK, "#2F6B77"),
    Category("#C8E4EB", _INK, "#44546A"),
)

# (face, weight, style, file stem)
FACES = (
    ("Inter", 400, "normal", "Inter-Regular"),
    ("Inter", 400, "italic", "Inter-Italic"),
    ("Inter", 500, "normal", "Inter-Medium"),
    ("Inter", 600, "normal", "Inter-SemiBold"),
    ("Inter", 700, "normal", "Inter-Bold"),
    ("Source Serif 4", 600, "normal", "SourceSerif4-SemiBold"),
)


def heat_bin(share: float) -> int:
    """Number of the shade (0 white to 7 darkest) for a share in percent as it is printed."""
    for position, (lower, _) in enumerate(HEAT):
        if share >= lower:
            return len(HEAT) - 1 - position
    return 0


def printed_share(text: str) -> float:
    """The number of a printed share: 54 of "54%", 0 of "<1%"."""
    found = re.fullmatch(r"([\d.,]+)%", text)
    return float(found[1].replace(",", "")) if found else 0.0


def css_tokens() -> str:
    """The colours as custom properties, and one class per heat shade."""
    tokens = "".join(f"--{name}:{value};" for name, value in COLOURS.items())
    shades = "".join(f".heat-{heat_bin(lower)}{{background-color:{shade}}}" for lower, shade in reversed(HEAT))
    return f":root{{{tokens}}}\n{shades}\n"


def css_fonts(*, embedded: bool) -> str:
    """@font-face rules: small WOFF2 files inside the rule for HTML, the full TTF files by address for the PDF."""
    rules = []
    for family, weight, style, stem in FACES:
        if embedded:
            data = base64.b64encode((FONTS / f"{stem}.woff2").read_bytes()).decode()
            source = f"url(data:font/woff2;base64,{data}) format('woff2')"
        else:
            source = f"url('{(FONTS / f'{stem}.ttf').as_uri()}') format('truetype')"
        rules.append(
            f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{style};src:{source};font-display:block}}"
        )
    return "\n".join(rules) + "\n"


def css(name: str) -> str:
    return (STYLES / f"{name}.css").read_text(encoding="utf-8")


@cache
def _register_fonts() -> None:
    from matplotlib import font_manager

    for *_, stem in FACES:
        font_manager.fontManager.addfont(FONTS / f"{stem}.ttf")


@contextmanager
def chart_style() -> Iterator[None]:
    """matplotlib drawing in the report's hand: live text, no box, no title, the same bytes on every run."""
    import matplotlib

    _register_fonts()
    settings = {
        "font.family": "Inter",
        "font.size": 8.5,
        "text.color": COLOURS["ink"],
        "svg.fonttype": "none",
        "svg.hashsalt": "bandwise",
        "text.parse_math": False,  # two dollar signs in a label are money
        "path.simplify": False,
        "axes.edgecolor": COLOURS["axis"],
        "axes.linewidth": 0.75,
        "axes.labelcolor": COLOURS["ink-2"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.spines.bottom": False,
        "axes.unicode_minus": True,
        "axes.axisbelow": True,
        "xtick.color": COLOURS["axis"],
        "xtick.labelcolor": COLOURS["ink-2"],
        "ytick.labelcolor": COLOURS["ink"],
        "xtick.labelsize": 8.5,
        "ytick.labelsize": 9,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "grid.color": COLOURS["grid"],
        "grid.linewidth": 0.6,
        "hatch.linewidth": 0.6,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
    }
    # what Inter lacks stays text in the SVG, and whoever shows it has a font for it or says so (`pdf.py`)
    with warnings.catch_warnings(), matplotlib.rc_context(settings):
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font", category=UserWarning)
        yield
