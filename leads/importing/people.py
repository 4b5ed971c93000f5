"""Names, phones and mail addresses as people write them, brought into one form."""

from __future__ import annotations

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from salesdash.formatting.names import is_east_asian

_HONORIFIC: Final = re.compile(r"(?<=\S)\s*様$")
_TITLES: Final = re.compile(r"^(mr|mrs|ms|miss|dr|prof)\.?\s+", re.IGNORECASE)
_DASHES: Final = re.compile("[‐‑‒–—―−ｰー﹣－]")
_PHONE_NOISE: Final = re.compile(r"[().\s/]+")
_DIGITS: Final = re.compile(r"\d")
_PHONE: Final = re.compile(r"\+?[\d-]+((?:-?(?:内線|ext|x|#)-?)\d+)?", re.IGNORECASE)
_ADDRESS_IN: Final = re.compile(r"<([^<>]+)>")
# what people type where they have nothing to say
_NOTHING: Final = {
    "",
    "-",
    "--",
    "なし",
    "無し",
    "無",
    "不明",
    "n/a",
    "na",
    "none",
    "null",
    "unknown",
    "未登録",
    "未定",
    "ー",
}


def is_nothing(text: str) -> bool:
    return text.casefold() in _NOTHING


def split_name(text: str) -> tuple[str, str]:
    """Family and given name. A Japanese name without a space stays whole: a wrong cut is worse than none."""
    text = _TITLES.sub("", _HONORIFIC.sub("", text))
    if "," in text and not is_east_asian(text):
        family, _comma, given = text.partition(",")
        return family.strip(), given.strip()
    parts = text.split(" ")
    if len(parts) == 1:
        return text, ""
    if is_east_asian(text):
        return parts[0], " ".join(parts[1:])
    return parts[-1], " ".join(parts[:-1])


def phone(text: str) -> str | None:
    """Digits and hyphens, `+` in front where it was, an extension behind; None if it is no phone number."""
    kept = _PHONE_NOISE.sub("-", _DASHES.sub("-", text).strip("-. ")).replace("+-", "+")
    kept = re.sub("-{2,}", "-", kept).strip("-")
    match = _PHONE.fullmatch(kept)
    if not match or not 6 <= len(_DIGITS.findall(kept[: match.start(1)] if match.group(1) else kept)) <= 15:
        return None
    return kept


def email(text: str) -> str | None:
    """The address alone, its domain in lower case; None if it is not one."""
    found = _ADDRESS_IN.search(text)
    address = (found.group(1) if found else text).strip().removeprefix("mailto:").replace(" ", "")
    local, at, domain = address.rpartition("@")
    address = f"{local}{at}{domain.lower()}"
    if "@" not in address:
        return None
    try:
        validate_email(address)
    except ValidationError:
        return None
    return address


def number(text: str) -> int | None:
    """The first whole number: `約1,200名` → 1200, `100-299` → 100; None if there is none."""
    match = re.search(r"\d[\d,]*", text)
    value = int(match.group().replace(",", "")) if match else None
    return value if value is not None and value < 2**31 else None


_FALSE: Final = {
    "0",
    "false",
    "no",
    "n",
    "f",
    "off",
    "無",
    "なし",
    "いいえ",
    "未",
    "可",
    "可能",
    "ok",
    "許可",
    "配信中",
    "subscribed",
}


def is_barred(text: str) -> bool:
    """Whether a "do not contact" cell says so; what is not understood counts as yes."""
    text = text.casefold()
    return not (is_nothing(text) or text in _FALSE)
