"""Opens and clicks of mails that salesdash sends: addresses, requests, and who was behind them.

`links` and `pixel` are what a mail is composed with; the rest of the package is not for its callers.
"""

from drafts.tracking.addresses import links, pixel

__all__ = ["links", "pixel"]
