"""Numbers and yen: half-width digits, U+2212 as the minus sign, an em dash for nothing."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils.translation import get_language

Number = int | float | Decimal
NOTHING: Final = "—"
MINUS: Final = "\u2212"
_TYPED: Final = re.compile(r"([-\u2212▲△]?)(\d{1,15}(?:\.\d{1,4})?)(億|万|千|k|m)?", re.IGNORECASE)
_UNITS: Final = {"億": 10**8, "万": 10**4, "千": 1000, "k": 1000, "m": 10**6}


def number(value: Number | None, decimals: int = 0) -> str:
    """`−1,234.5`; None gives an em dash."""
    if value is None:
        return NOTHING
    rounded = _round(value, decimals)
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):,.{decimals}f}"


def signed(value: Number | None, decimals: int = 0) -> str:
    """`+41`, `−3`, `0`."""
    if value is None:
        return NOTHING
    return f"{'+' if _round(value, decimals) > 0 else ''}{number(value, decimals)}"


def percent(fraction: Number | None, decimals: int = 0) -> str:
    """A fraction from 0 to 1 as `45%`, without a space."""
    if fraction is None:
        return NOTHING
    return f"{number(_exact(fraction) * 100, decimals)}%"


def yen(value: Number | None) -> str:
    """`¥12,500,000`, `−¥1,200`."""
    if value is None:
        return NOTHING
    rounded = _round(value, 0)
    return f"{MINUS if rounded < 0 else ''}¥{abs(rounded):,.0f}"


def yen_short(value: Number | None) -> str:
    """`1,250万円` and `1.2億円` in Japanese, `¥12.5M` and `¥980K` elsewhere; small sums stay exact."""
    if value is None:
        return NOTHING
    exact = _exact(value)
    sign = MINUS if exact < 0 else ""
    if (get_language() or "").startswith("ja"):
        for unit, name in ((100_000_000, "億円"), (10_000, "万円")):
            if abs(exact) >= unit:
                return f"{sign}{_brief(abs(exact) / unit)}{name}"
        return yen(value)
    for unit, name in ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")):
        if abs(exact) >= unit:
            return f"{sign}¥{_brief(abs(exact) / unit)}{name}"
    return yen(value)


def _brief(value: Decimal) -> str:
    """One decimal below 100, none from there on; never a trailing `.0`."""
    return number(value, 1 if value < 100 else 0).removesuffix(".0")


def _exact(value: Number) -> Decimal:
    return Decimal(str(value)) if isinstance(value, float) else Decimal(value)


def _round(value: Number, decimals: int) -> Decimal:
    rounded = _exact(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)  # no −0


def typed(text: str) -> Decimal | None:
    """`1200000`, `120万`, `1.2M` → 1200000; None where it is no number. Half width, no commas, no yen."""
    found = _TYPED.fullmatch(text)
    if found is None:
        return None
    sign, digits, unit = found.groups()
    value = Decimal(digits) * _UNITS.get((unit or "").lower(), 1)
    return -value if sign else value
