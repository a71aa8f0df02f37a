"""A value as it is printed, by formulas alone: rounded once, half away from zero, with the signs of its unit.

No format code and no decimal sign of the reader's country is asked: digits are put together from whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.audit.workbook.book import text_of
from pipeline.figures.formats import EN_DASH, MINUS, UNITS

SHARES = ("share", "share_nonzero")


@dataclass(frozen=True)
class Print:
    """The formulas of one printed text: its scale, its decimals, its digits as a whole number, the text."""

    scale: str
    places: str
    digits: str
    text: str


def printed(
    unit: str,
    decimals: str | None,
    value: str,
    scale: str,
    places: str,
    digits: str,
    *,
    exact: str = "",
    rounded: str = "",
) -> Print:
    """The formulas for a value in a cell; `scale`, `places` and `digits` are the cells that the parts go to.

    `decimals` is a number or a formula, None for the unit's own. `exact` is the numerator and denominator of a share,
    from which it is rounded; `rounded` is a cell that holds the digits of a row that is brought to 100, or nothing.
    """
    style = UNITS[unit]
    if unit == "year":
        return Print("1", "0", f"INT({value})", f"{digits}&\"\"")
    size = f"ABS({value})"
    own = style.decimals if decimals is None else decimals
    if style.scaled:
        scales, places_ = _scaled(size, decimals, scale)
    else:
        scales, places_ = "1", str(own) if own is not None else _short(size)
    steps = f"ROUND({size}/{scale}*10^{places},9)"  # what binary numbers cannot hold is put right before rounding
    if exact:
        steps = f"100*10^{places}*{exact}"
    plain = f"ROUND({steps},0)"
    found = f'IF({rounded}="",{plain},{rounded})' if rounded else plain
    return Print(scales, places_, found, _text(unit, value, scale, places, digits))


def _short(size: str) -> str:
    """One decimal under 10, none from 10, by what one decimal would print."""
    return f"IF(ROUND({size},1)<10,1,0)"


def _scaled(size: str, decimals: str | None, scale: str) -> tuple[str, str]:
    """Thousands, millions, billions; what would round up to a thousand of one is written as one of the next."""
    first = f"IF({size}>=10^9,10^9,IF({size}>=10^6,10^6,IF({size}>=10^3,10^3,1)))"
    next_up = f"IF(AND({first}<10^9,ROUND({size}/{first},{decimals or 0})>=1000),1000,1)"
    places = str(decimals) if decimals is not None else f"IF({scale}=1,0,{_short(f'{size}/{scale}')})"
    return f"{first}*{next_up}", places


def _text(unit: str, value: str, scale: str, places: str, digits: str) -> str:
    style = UNITS[unit]
    whole, step = f"INT({digits}/10^{places})", f"10^{places}"
    thousands = (
        f'IF({whole}<1000,{whole}&"",IF({whole}<10^6,INT({whole}/1000)&","&RIGHT("000"&MOD({whole},1000),3),'
        f'INT({whole}/10^6)&","&RIGHT("000"&MOD(INT({whole}/1000),1000),3)&","&RIGHT("000"&MOD({whole},1000),3)))'
    )
    part = f'IF({places}=0,"","."&RIGHT(REPT("0",{places})&MOD({digits},{step}),{places}))'
    sign = f'IF({digits}=0,"",IF({value}<0,{text_of(MINUS)},{text_of("+" if style.signed else "")}))'
    after = text_of(style.after)
    if style.after_one is not None:
        after = f"IF({digits}={step},{text_of(style.after_one)},{after})"
    pieces = [sign, text_of(style.before) if style.before else "", thousands, part]
    if style.scaled:
        pieces.append(f'IF({scale}=10^9,"B",IF({scale}=10^6,"M",IF({scale}=10^3,"K","")))')
    found = "&".join(piece for piece in [*pieces, after] if piece not in ("", '""'))
    if style.at_least:
        least = f'IF({places}=0,"1","0."&REPT("0",{places}-1)&"1")'
        found = f'IF(AND({digits}=0,{value}>0),"<"&{least}&{text_of(style.after)},{found})'
    return f'IF({value}="",{text_of(EN_DASH)},{found})'
