"""The forms in which a field may be read: as it stands, and with each disguise taken off."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from drafts.safety.normal import clean, latin, unleet

_TAG_FIRST, _TAG_LAST = 0xE0020, 0xE007E
_BLANK: Final = re.compile(r"\s+")
_MARKDOWN: Final = re.compile(r"[*_`~#>|]+")
_WORD: Final = re.compile(r"[^\W_]+")
# letters one by one: at least four of them
_APART: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .,\-・･/]{1,3}){3,}[^\W\d_](?![^\W_])")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_\-]{16,}={0,2}")
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}){10,}")
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def visible(value: str) -> str:
    """One line without control, format and tag characters."""
    kept = (
        char for char in value if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs")
    )
    return _BLANK.sub(" ", "".join(kept)).strip()


def smuggled(value: str) -> str:
    """Tag characters as the ASCII that they carry."""
    return "".join(chr(ord(char) - 0xE0000) for char in value if _TAG_FIRST <= ord(char) <= _TAG_LAST)


def forms(value: str) -> Iterator[str]:
    """Readings with their words apart; some may be equal."""
    seen = unicodedata.normalize("NFKC", visible(value))
    printed = clean(value).text.replace("\n", " ")
    yield seen
    yield printed
    yield smuggled(value)
    yield _BLANK.sub(" ", _MARKDOWN.sub("", printed))
    alphabet = latin(printed)
    yield alphabet
    yield _WORD.sub(lambda word: unleet(word.group()), alphabet)
    yield squeezed(seen)
    for text in decoded(value):
        yield text
        yield clean(text).text.replace("\n", " ")


def squeezed(seen: str) -> str:
    """Letters that stand apart brought together."""
    return _APART.sub(lambda run: _joined(run.group()), seen)


def apart(value: str) -> Iterator[str]:
    """The stretches of letters that stood apart, each as one word."""
    seen = unicodedata.normalize("NFKC", visible(value))
    yield from (_joined(run.group()) for run in _APART.finditer(seen))


def _joined(run: str) -> str:
    return "".join(char for char in run if char.isalpha())


def hiragana(value: str) -> str:
    return unicodedata.normalize("NFKC", visible(value)).translate(_TO_HIRAGANA)


def decoded(value: str) -> Iterator[str]:
    """What stands there encoded, where it decodes to text."""
    text = unquote(value, errors="replace")
    if text != value:
        yield visible(text)
    if _ESCAPE.search(value):
        yield visible(_ESCAPE.sub(lambda one: chr(int(one.group(1) or one.group(2), 16)), value))
    for found in _HEX.finditer(value):
        yield from _text(bytes.fromhex(found.group()))
    for found in _BASE64.finditer(value):
        token = found.group().rstrip("=").replace("-", "+").replace("_", "/")
        try:
            yield from _text(base64.b64decode(token + "=" * (-len(token) % 4)))
        except (binascii.Error, ValueError):
            continue


def _text(data: bytes) -> Iterator[str]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    if text.isprintable() or text.replace("\n", "").isprintable():
        yield visible(text)
