"""Two texts side by side, word by word (Japanese words by SudachiPy): clean cuts, not single letters."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from drafts.safety import tokens

Kind = Literal["same", "del", "ins"]


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


@dataclass(frozen=True)
class Sides:
    """`left` is what was (same, del), `right` what is (same, ins); `share` of the words changed, 0..1."""

    left: list[Piece]
    right: list[Piece]
    share: float


def sides(old: str, new: str) -> Sides:
    """About 1 ms for 300 characters a side."""
    before, after = words(old), words(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        _add(left, "same" if tag == "equal" else "del", "".join(before[i1:i2]))
        _add(right, "same" if tag == "equal" else "ins", "".join(after[j1:j2]))
    return Sides(left, right, 1 - matcher.ratio())


def words(text: str) -> list[str]:
    """Joining them gives `text` back; what the tokenizer leaves out (line ends) stands between them."""
    found, end = [], 0
    for token in tokens.tokenize(text):
        if token.start > end:
            found.append(text[end : token.start])
        if token.end > token.start:
            found.append(text[token.start : token.end])
        end = max(end, token.end)
    if end < len(text):
        found.append(text[end:])
    return found


def _add(pieces: list[Piece], kind: Kind, text: str) -> None:
    if not text:
        return
    if pieces and pieces[-1].kind == kind:
        pieces[-1] = Piece(kind, pieces[-1].text + text)
    else:
        pieces.append(Piece(kind, text))
