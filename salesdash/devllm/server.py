"""The server: threads of the standard library, one per connection."""

import logging
import socket
import sys
import threading
from collections import deque
from http.server import ThreadingHTTPServer
from socketserver import BaseRequestHandler, TCPServer
from types import TracebackType
from typing import Any, Self

from salesdash.devllm.chat import Chat
from salesdash.devllm.faults import Faults
from salesdash.devllm.handler import Handler
from salesdash.devllm.options import Options
from salesdash.devllm.request_log import Logged

log = logging.getLogger(__name__)


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler)

    def server_bind(self) -> None:
        # HTTPServer would ask DNS for the host's full name, which can take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        with self._open_lock:
            still_open = list(self._open)
        for connection in still_open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                log.debug("connection was closed already")

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        if isinstance(error, ConnectionError | TimeoutError):
            log.debug("client went away: %s", error)
        else:
            log.error("request failed", exc_info=error)


class DevServer:
    """In this process on a thread of its own, or in the foreground with serve_forever().

    with DevServer() as server:
        client = OpenAI(base_url=server.base_url, api_key="unused")
        server.faults.next("429", times=2)
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.faults = Faults(self.options)
        self.chat = Chat()
        self.requests: deque[Logged] = deque(maxlen=self.options.keep_requests)
        self.stopping = threading.Event()
        self._http = _HttpServer((self.options.host, self.options.port), self._handler_class())
        self._thread: threading.Thread | None = None

    def _handler_class(self) -> type[Handler]:
        return type("BoundHandler", (Handler,), {"dev": self, "stopping": self.stopping})

    @property
    def port(self) -> int:
        return self._http.server_port

    @property
    def origin(self) -> str:
        host = self.options.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.origin}/v1"

    def serve_forever(self) -> None:
        self._http.serve_forever(poll_interval=0.1)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends open connections too; safe to call from any thread but the serving one."""
        self.stopping.set()
        if self._thread is not None:
            self._http.shutdown()
            self._thread.join()
            self._thread = None
        self._http.close_connections()
        self._http.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
