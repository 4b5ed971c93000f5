"""Errors in the envelope of the OpenAI API."""

from typing import Any


class ApiError(Exception):
    """An answer other than 200: {"error": {"message", "type", "param", "code"}}."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body: dict[str, Any] = {
            "error": {"message": message, "type": kind, "param": param, "code": code}
        }


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> ApiError:
    return ApiError(400, message, param=param, code=code)


def unsupported(name: str) -> ApiError:
    return invalid(
        f"Unsupported value: '{name}' is not supported with this model.", param=name, code="unsupported_value"
    )


def rate_limited(*, retry_after_ms: int) -> ApiError:
    seconds = max(1, -(-retry_after_ms // 1000))
    return ApiError(
        429,
        "Rate limit reached (asked for by a fault of the dev server).",
        kind="requests",
        code="rate_limit_exceeded",
        headers={"Retry-After": str(seconds), "retry-after-ms": str(retry_after_ms)},
    )


def server_error() -> ApiError:
    return ApiError(
        500,
        "The server had an error while processing your request (asked for by a fault of the dev server).",
        kind="server_error",
    )


def wrong_key() -> ApiError:
    return ApiError(401, "Incorrect API key provided.", code="invalid_api_key")


def unknown_model(model: str, offered: tuple[str, ...]) -> ApiError:
    return ApiError(
        404,
        f"The model `{model}` does not exist on the dev server, which offers: {', '.join(offered)}.",
        param="model",
        code="model_not_found",
    )
