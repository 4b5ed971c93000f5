"""The layers in their order. A text is cleared only when each of them has spoken."""

from __future__ import annotations

from typing import Final

LAYERS: Final = ("input_filter", "format", "rules", "law", "moderation", "judge")
