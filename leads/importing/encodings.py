"""Which encoding a file is written in: decided by decoding all of it strictly, in bounded memory.

CP932 is what Windows writes as "Shift_JIS": the strict `shift_jis` codec fails on 髙 﨑 ㈱ Ⅱ －.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.importing.refusals import Refusal, refuse

_CHUNK_BYTES: Final = 1 << 20
_HEAD_BYTES: Final = 1 << 16


class Encoding(models.TextChoices):
    """Values are names of Python's codecs."""

    UTF_8 = "utf-8", "UTF-8"
    UTF_8_BOM = "utf-8-sig", _("UTF-8 with BOM")
    CP932 = "cp932", _("Shift_JIS (CP932, Windows)")
    UTF_16_LE = "utf-16-le", "UTF-16 LE"
    UTF_16_BE = "utf-16-be", "UTF-16 BE"
    EUC_JP = "euc_jp", "EUC-JP"
    # never detected (almost any bytes would pass), only chosen
    CP1252 = "cp1252", _("Western European (Windows-1252)")


DELIMITERS: Final = (",", ";", "\t")
_BOMS: Final = (
    (codecs.BOM_UTF8, Encoding.UTF_8_BOM),
    (codecs.BOM_UTF16_LE, Encoding.UTF_16_LE),
    (codecs.BOM_UTF16_BE, Encoding.UTF_16_BE),
)
_MAGIC: Final = (
    (b"PK\x03\x04", Refusal.EXCEL),
    (b"PK\x05\x06", Refusal.EXCEL),
    (b"\xd0\xcf\x11\xe0", Refusal.EXCEL),
    (b"%PDF", Refusal.BINARY),
    (b"\x1f\x8b", Refusal.BINARY),
    (b"\x89PNG", Refusal.BINARY),
    (b"\xff\xd8\xff", Refusal.BINARY),
    (b"GIF8", Refusal.BINARY),
    (b"BM", Refusal.BINARY),
    (b"7z\xbc\xaf", Refusal.BINARY),
    (b"Rar!", Refusal.BINARY),
    (b"\x7fELF", Refusal.BINARY),
    (b"SQLite format 3", Refusal.BINARY),
    (b"PAR1", Refusal.BINARY),
)
_MARKUP: Final = re.compile(
    r"\s*(<!doctype|<html|<head|<body|<table|<script|<!--|<\?xml|<svg)", re.IGNORECASE
)
_JSON: Final = re.compile(r"\s*(\{\s*\"|\[\s*[\[{])")
# bytes that Windows never writes in CP932; Python's codec lets them through
_NOT_CP932: Final = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
_HALF_KANA: Final = re.compile("[\uff61-\uff9f]")
_CONTROL: Final = re.compile(rb"[\x01-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
# that many extra bytes of valid UTF-8 sequences do not occur by chance in CP932 text
_SURELY_UTF_8_BYTES: Final = 40
# nor that few, if everything up to the last character is valid
_CUT_UTF_8_BYTES: Final = 6


def detect(stream: BinaryIO) -> Encoding:
    """Raises DomainError if the file is not text, or text in none of the known encodings."""
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise refuse(Refusal.EMPTY if len(head) < _HEAD_BYTES else Refusal.BINARY, line=1)
    for magic, refusal in _MAGIC:
        # "BM" may also begin a column name: a bitmap holds NUL bytes
        if head.startswith(magic) and (len(magic) > 2 or b"\x00" in head):
            raise refuse(refusal, line=1)
    encoding = _by_mark(head) or _utf_16(head) or _eight_bit(stream, head)
    verify(stream, encoding, found=True)
    start = head.decode(encoding, "ignore").lstrip("\ufeff")
    if _MARKUP.match(start):
        raise refuse(Refusal.HTML)
    if _JSON.match(start):
        raise refuse(Refusal.JSON)
    return encoding


def verify(stream: BinaryIO, encoding: str, *, found: bool = False) -> None:
    """Decode the whole file; raises DomainError at the first line that does not fit.

    Where the encoding was found and not chosen, half a character at the end means a file cut short.
    """
    attempt = _attempt(stream, encoding)
    if attempt.ok:
        return
    if attempt.at_end and found:
        raise refuse(Refusal.TRUNCATED, line=attempt.line)
    raise refuse(Refusal.UNREADABLE, line=attempt.line, encoding=str(Encoding(encoding).label))


def _by_mark(head: bytes) -> Encoding | None:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise refuse(Refusal.UNREADABLE, line=1, encoding="UTF-32")
    return next((encoding for mark, encoding in _BOMS if head.startswith(mark)), None)


def _utf_16(head: bytes) -> Encoding | None:
    """Without a mark: line breaks and ASCII characters say which half of each pair is zero."""
    if b"\x00" not in head:
        return None
    scores = {
        Encoding.UTF_16_LE: _ascii_share(head, "utf-16-le"),
        Encoding.UTF_16_BE: _ascii_share(head, "utf-16-be"),
    }
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] > 0 else None


def _ascii_share(head: bytes, codec: str) -> float:
    text = codecs.getincrementaldecoder(codec)("replace").decode(head[: len(head) & ~1])
    if not ({"\n", "\r"} & set(text)) or {"\x00", "\ufffd"} & set(text):
        return 0.0
    return sum(char.isascii() for char in text) / len(text)


def _eight_bit(stream: BinaryIO, head: bytes) -> Encoding:
    if b"\x00" in head or len(_CONTROL.findall(head)) > len(head) // 50:
        raise refuse(Refusal.BINARY, line=head[: head.find(b"\x00") + 1].count(b"\n") + 1)
    utf_8 = _attempt(stream, Encoding.UTF_8)
    if utf_8.ok:
        return Encoding.UTF_8
    if utf_8.extra_bytes >= (_CUT_UTF_8_BYTES if utf_8.at_end else _SURELY_UTF_8_BYTES):
        # damaged UTF-8 often passes as CP932, as mojibake: say so instead
        raise refuse(
            Refusal.TRUNCATED if utf_8.at_end else Refusal.UNREADABLE, line=utf_8.line, encoding="UTF-8"
        )
    cp932 = _attempt(stream, Encoding.CP932)
    if cp932.ok and not cp932.mostly_half_kana:
        return Encoding.CP932
    euc_jp = _attempt(stream, Encoding.EUC_JP)
    if euc_jp.ok:
        return Encoding.EUC_JP
    if cp932.ok:
        return Encoding.CP932
    if cp932.at_end:
        raise refuse(Refusal.TRUNCATED, line=cp932.line)
    furthest = max((utf_8, cp932), key=lambda attempt: attempt.line)
    raise refuse(Refusal.UNREADABLE, line=furthest.line, encoding=str(Encoding(furthest.encoding).label))


@dataclass(slots=True)
class _Attempt:
    encoding: str
    ok: bool = True
    # 1-based line of the first byte that does not fit
    line: int = 1
    # nothing wrong but a character cut in two by the end of the file
    at_end: bool = False
    # bytes minus characters decoded so far
    extra_bytes: int = 0
    half_kana: int = 0

    @property
    def mostly_half_kana(self) -> bool:
        """EUC-JP read as CP932 shows as half-width katakana (one byte each; all else takes two)."""
        return self.half_kana > self.extra_bytes

    def take(self, text: str, size: int) -> None:
        self.line += text.count("\n")
        self.extra_bytes += size - len(text)
        if self.encoding == Encoding.CP932:
            self.half_kana += len(_HALF_KANA.findall(text))


def _attempt(stream: BinaryIO, encoding: str) -> _Attempt:
    attempt = _Attempt(encoding)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    stream.seek(0)
    while True:
        chunk = stream.read(_CHUNK_BYTES)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            attempt.ok, attempt.at_end = False, not chunk
            attempt.take(error.object[: error.start].decode(encoding, "ignore"), error.start)
            return attempt
        if found := (_NOT_CP932.search(text) if encoding == Encoding.CP932 else None):
            attempt.ok = False
            attempt.take(text[: found.start()], found.start())
            return attempt
        if "\x00" in text:
            raise refuse(Refusal.BINARY, line=attempt.line + text[: text.index("\x00")].count("\n"))
        attempt.take(text, len(chunk))
        if not chunk:
            return attempt
