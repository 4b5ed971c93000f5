"""Token counts, estimated: the vocabulary of a real model is not at hand.

Four ASCII characters or 1.25 others to a token, close to what o200k_base gives for English and Japanese.
"""

import hashlib
import math
import threading
from collections import OrderedDict

_BLOCK_CHARS = 512
_REMEMBERED_BLOCKS = 4096
_CACHE_MIN_TOKENS = 1024
_CACHE_STEP_TOKENS = 128


def count(text: str) -> int:
    ascii_chars = sum(char.isascii() for char in text)
    return math.ceil(ascii_chars / 4 + (len(text) - ascii_chars) * 0.8)


class PrefixCache:
    """Which beginnings of prompts were seen, for the cached-tokens detail of usage.

    As at the provider, only a prefix of 1,024 tokens or more counts, in steps of 128.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()

    def cached_tokens(self, prompt: str) -> int:
        """Tokens of prompt's beginning that an earlier prompt shared; remembers this one."""
        chain, known_chars, unbroken = b"", 0, True
        with self._lock:
            for start in range(0, len(prompt) - _BLOCK_CHARS + 1, _BLOCK_CHARS):
                block = prompt[start : start + _BLOCK_CHARS].encode("utf-8", "surrogatepass")
                chain = hashlib.blake2b(chain + block, digest_size=16).digest()
                unbroken = unbroken and chain in self._seen
                known_chars += _BLOCK_CHARS * unbroken
                self._seen[chain] = None
                self._seen.move_to_end(chain)
            while len(self._seen) > _REMEMBERED_BLOCKS:
                self._seen.popitem(last=False)
        tokens = count(prompt[:known_chars])
        return tokens - tokens % _CACHE_STEP_TOKENS if tokens >= _CACHE_MIN_TOKENS else 0
