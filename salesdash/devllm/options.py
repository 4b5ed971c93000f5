"""What the dev server is told at its start."""

from dataclasses import dataclass

from salesdash.dev_servers import check_rates

WRITER_MODEL = "salesdash-dev-writer"
JUDGE_MODEL = "salesdash-dev-judge"
MODERATION_MODEL = "omni-moderation-latest"
TRANSCRIBER_MODEL = "salesdash-dev-transcriber"
MODELS = (WRITER_MODEL, JUDGE_MODEL, MODERATION_MODEL, TRANSCRIBER_MODEL)


@dataclass(frozen=True, kw_only=True)
class Options:
    """Rates are shares of requests from 0 to 1; at most one fault befalls a request.

    rate_flagged is the share of drafts that carry a sentence which moderation flags.
    refuses names parameters of chats that its models do not take, as those that think take no temperature.
    latency_only names the one kind of request that takes latency_ms (see faults.Target); empty: all do.
    """

    host: str = "127.0.0.1"
    port: int = 0
    latency_ms: tuple[float, float] = (0.0, 0.0)
    latency_only: str = ""
    rate_429: float = 0.0
    rate_500: float = 0.0
    rate_timeout: float = 0.0
    rate_truncate: float = 0.0
    rate_malformed: float = 0.0
    rate_flagged: float = 0.0
    seed: int = 0
    api_key: str = ""
    refuses: tuple[str, ...] = ()
    hang_seconds: float = 600.0
    retry_after_ms: int = 1000
    keep_requests: int = 1000

    def __post_init__(self) -> None:
        check_rates(self)
        low, high = self.latency_ms
        if not 0 <= low <= high:
            raise ValueError(f"latency must be 0 or more and ascending, not {low}:{high}")


def parse_latency(text: str) -> tuple[float, float]:
    """Milliseconds as "A" or as a range "A:B"."""
    low, _, high = text.partition(":")
    try:
        return float(low), float(high or low)
    except ValueError:
        raise ValueError(f"latency must be A or A:B in milliseconds, not {text!r}") from None
