"""Does the web process say that the product is ready?"""

from __future__ import annotations

import http.client
from typing import Final

TIMEOUT_S: Final = 3.0


def problem(port: int) -> str:
    """Empty when /readyz answers 200; else what it said."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"the web process does not answer ({error})"
    finally:
        connection.close()
    return "" if answer.status == 200 else f"/readyz answers {answer.status}: {' '.join(text.split())[:300]}"
