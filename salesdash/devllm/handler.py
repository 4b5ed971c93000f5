"""Routes, and the faults that befall them."""

import hmac
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from salesdash.devllm import body as bodies
from salesdash.devllm import chat, chat_request, errors, moderation_request, multipart, transcription
from salesdash.devllm.errors import ApiError, unsupported
from salesdash.devllm.faults import Fault, Target, marked
from salesdash.devllm.options import MODELS, MODERATION_MODEL
from salesdash.devllm.request_log import Logged
from salesdash.devllm.wire import Wire

if TYPE_CHECKING:
    from salesdash.devllm.server import DevServer

_MODELS_CREATED = 1_767_225_600  # 2026-01-01
_HALF_AN_ANSWER = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"id": "chat'
)
_FIRST_CHUNK_SHARE = 0.4  # of the latency; the rest passes between chunks


class Handler(Wire):
    """Bound to a DevServer by the class attribute dev."""

    dev: "DevServer"
    content: bytes

    def do_GET(self) -> None:
        self._dispatch("GET")

    def do_POST(self) -> None:
        self._dispatch("POST")

    def _dispatch(self, method: str) -> None:
        self.started = time.monotonic()
        self.entry = Logged(method, self.path.partition("?")[0])
        # At once, so that a client which has its answer finds the request here.
        self.dev.requests.append(self.entry)
        try:
            self.content = self._read()
            self._route(method, self.entry.path)()
        except ApiError as error:
            self.send_json(error.body, error.status, error.headers)
        finally:
            self.entry.seconds = time.monotonic() - self.started

    def _read(self) -> bytes:
        try:
            return bodies.read(self.headers, self.rfile)
        except ApiError:
            self.close_connection = True  # what was not read would be taken for the next request
            raise

    def _route(self, method: str, path: str) -> Callable[[], None]:
        routes: dict[str, tuple[str, Callable[[], None]]] = {
            "/healthz": ("GET", self._health),
            "/v1/models": ("GET", self._models),
            "/v1/chat/completions": ("POST", self._chat),
            "/v1/moderations": ("POST", self._moderations),
            "/v1/audio/transcriptions": ("POST", self._transcriptions),
        }
        routes |= {f"/v1/models/{name}": ("GET", self._model) for name in MODELS}
        if path not in routes:
            raise ApiError(404, f"Unknown request URL: {method} {path}.", code="unknown_url")
        allowed, serve = routes[path]
        if method != allowed:
            raise ApiError(405, f"Not allowed to {method} on {path}.", headers={"Allow": allowed})
        return serve

    def _health(self) -> None:
        self.send_json({"status": "ok"})

    def _models(self) -> None:
        self._authorise()
        self.send_json({"object": "list", "data": [_model(name) for name in MODELS]})

    def _model(self) -> None:
        self._authorise()
        self.send_json(_model(self.entry.path.removeprefix("/v1/models/")))

    def _chat(self) -> None:
        self._authorise()
        self.entry.body = bodies.as_object(self.content)
        request = chat_request.read(self.entry.body)
        for name in self.dev.options.refuses:
            if self.entry.body.get(name) is not None:
                raise unsupported(name)
        asked = self.dev.faults.draw(request.prompt, request.target)
        fault = asked.fault if asked else None
        latency = self._befall(fault, request.target)
        answers = self.dev.chat.answers(request, asked)
        usage = self.dev.chat.usage(request, answers)
        if not request.stream:
            self.pause(latency)
            self.send_answer(chat.completion(request, answers, usage), fault)
            return
        pieces = list(chat.chunks(request, answers, usage, truncate=fault is Fault.TRUNCATE))
        self.pause(latency * _FIRST_CHUNK_SHARE)
        self.send_events(pieces, fault, latency * (1 - _FIRST_CHUNK_SHARE))

    def _moderations(self) -> None:
        self._authorise()
        self.entry.body = bodies.as_object(self.content)
        inputs = moderation_request.read(self.entry.body)
        texts = [item.text for item in inputs]
        asked = self.dev.faults.draw("\n".join(texts), Target.MODERATION)
        fault = asked.fault if asked else None
        self.pause(self._befall(fault, Target.MODERATION))
        model = self.entry.body.get("model") or MODERATION_MODEL
        flags = _flags(texts) if fault is Fault.FLAG else [False] * len(texts)
        self.send_answer(moderation_request.answer(inputs, model=model, flags=flags), fault)

    def _transcriptions(self) -> None:
        self._authorise()
        parts = multipart.parse(self.headers.get("Content-Type", ""), self.content)
        self.entry.body = {part.name: part.filename or part.text for part in parts}
        recording = transcription.read(parts)
        asked = self.dev.faults.draw("", Target.TRANSCRIPTION)
        fault = asked.fault if asked else None
        self.pause(self._befall(fault, Target.TRANSCRIPTION))
        answer = transcription.answer(recording)
        if isinstance(answer, str):
            self.send(answer.encode(), "text/plain; charset=utf-8")
        else:
            self.send_answer(answer, fault)

    def _authorise(self) -> None:
        key = self.dev.options.api_key
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if key and not hmac.compare_digest(given.encode("utf-8", "replace"), key.encode()):
            raise errors.wrong_key()

    def _befall(self, fault: Fault | None, target: Target) -> float:
        """Fails the request where the fault says so; else the seconds that its answer takes."""
        self.entry.target, self.entry.fault = target, fault or ""
        match fault:
            case Fault.RATE_LIMIT:
                raise errors.rate_limited(retry_after_ms=self.dev.options.retry_after_ms)
            case Fault.SERVER_ERROR:
                raise errors.server_error()
            case Fault.TIMEOUT:
                self.hang(self.dev.options.hang_seconds)
            case Fault.RESET | Fault.CUT:
                self.reset(after=_HALF_AN_ANSWER if fault is Fault.CUT else b"")
        if self.dev.options.latency_only not in ("", target):
            return 0.0
        return self.dev.faults.between(*self.dev.options.latency_ms) / 1000


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": _MODELS_CREATED, "owned_by": "salesdash-dev"}


def _flags(texts: list[str]) -> list[bool]:
    """The texts that carry the marker; all of them where a test asked for the fault."""
    carriers = [any(asked.fault is Fault.FLAG for asked in marked(text)) for text in texts]
    return carriers if any(carriers) else [True] * len(texts)
