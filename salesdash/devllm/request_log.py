"""What was asked of the server, for tests to look at."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Logged:
    """One request; body is its JSON or its form's fields.

    status is 0 until an answer begins, seconds is 0 until the request is over.
    """

    method: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    target: str = ""
    fault: str = ""
    status: int = 0
    seconds: float = 0.0
