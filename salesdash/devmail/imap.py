"""An IMAP4rev1 session (RFC 3501) on one mailbox per account: INBOX."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from salesdash.devmail.folder import FLAGS, Folder
from salesdash.devmail.imap_selected import No, OpenBox, letters
from salesdash.devmail.imap_syntax import LITERAL, SyntaxProblem, Text, Token, parse, strings
from salesdash.devmail.wire import MAX_LINE_BYTES, Wire

if TYPE_CHECKING:
    from salesdash.devmail.server import DevMail

MAX_LITERAL_BYTES: Final = 25_000_000


class ImapSession:
    def __init__(self, dev: DevMail, wire: Wire) -> None:
        self._dev, self._wire = dev, wire
        self._account = ""
        self._box: OpenBox | None = None
        self._last_literal = b""
        self._open: dict[str, Callable[[list[Token]], str]] = {
            "CAPABILITY": self._capability, "NOOP": self._noop, "STARTTLS": self._starttls,
            "LOGIN": self._login, "AUTHENTICATE": self._authenticate,
        }  # fmt: skip
        self._known: dict[str, Callable[[list[Token]], str]] = {
            "SELECT": self._select, "EXAMINE": self._examine, "LIST": self._list, "LSUB": self._list,
            "STATUS": self._status, "APPEND": self._append, "SUBSCRIBE": self._nothing,
            "UNSUBSCRIBE": self._nothing, "CREATE": self._refuse, "DELETE": self._refuse,
            "RENAME": self._refuse, "COPY": self._refuse, "CHECK": self._noop,
        }  # fmt: skip

    def run(self) -> None:
        self._say(f"* OK [CAPABILITY {self._capabilities()}] salesdash devmail")
        while True:
            tag, name, arguments = "*", "", []
            try:
                words = self._command()
                if len(words) < 2 or not isinstance(words[0], str) or not isinstance(words[1], str):
                    raise SyntaxProblem("tag and command, please")
                tag, name, arguments = words[0], words[1].upper(), words[2:]
                if name == "LOGOUT":
                    self._say("* BYE", f"{tag} OK Bye")
                    return
                self._say(f"{tag} {self._handler(name)(arguments)}")
                if name in ("CLOSE", "UNSELECT"):
                    self._box = None
                if name == "STARTTLS" and self._dev.options.tls:
                    self._wire.start_tls(self._dev.options.tls)
            except SyntaxProblem as problem:
                self._say(f"{tag} BAD {problem}")
            except No as no:
                self._say(f"{tag} NO {no}")

    def _command(self) -> list[Token]:
        line = b""
        literals: list[bytes] = []
        while True:
            part = self._wire.line()
            if not part.endswith(b"\n"):
                while not self._wire.line().endswith(b"\n"):
                    pass
                raise SyntaxProblem(f"a line holds up to {MAX_LINE_BYTES} bytes")
            if b"\0" in part:
                raise SyntaxProblem("a NUL")
            announced = LITERAL.search(part)
            if announced is None:
                return parse(line + part, literals)
            size = int(announced[1])
            if size > MAX_LITERAL_BYTES:
                raise SyntaxProblem("too large")
            if not announced[2]:
                self._say("+ Go ahead")
            line += part[: announced.start()] + b"\0"
            literals.append(self._wire.exactly(size))
            self._last_literal = literals[-1]

    def _handler(self, name: str) -> Callable[[list[Token]], str]:
        if name in self._open:
            return self._open[name]
        if not self._account:
            raise No("Log in first")
        if name in self._known:
            return self._known[name]
        if self._box is None or name not in self._box.commands:
            raise SyntaxProblem("not known, or not before a mailbox is selected")
        return self._box.commands[name]

    def _say(self, *lines: str) -> None:
        self._wire.send("".join(f"{line}\r\n" for line in lines).encode())

    def _capabilities(self) -> str:
        names = ["IMAP4rev1", "LITERAL+", "UNSELECT", "AUTH=PLAIN"]
        if self._dev.options.tls and not self._wire.encrypted:
            names.append("STARTTLS")
        return " ".join(names)

    def _capability(self, words: list[Token]) -> str:
        self._say(f"* CAPABILITY {self._capabilities()}")
        return "OK Done"

    def _noop(self, words: list[Token]) -> str:
        if self._box is not None:
            self._box.tell_news()
        return "OK Done"

    def _nothing(self, words: list[Token]) -> str:
        return "OK Done"

    def _refuse(self, words: list[Token]) -> str:
        raise No("There is INBOX only")

    def _starttls(self, words: list[Token]) -> str:
        if self._dev.options.tls is None or self._wire.encrypted:
            raise SyntaxProblem("not available")
        return "OK Go ahead"

    def _login(self, words: list[Token]) -> str:
        user, password = strings(words, 2)
        return self._log_in(user, password)

    def _authenticate(self, words: list[Token]) -> str:
        if strings(words[:1], 1)[0].upper() != "PLAIN":
            raise No("Unknown mechanism")
        self._say("+ ")
        try:
            answer = base64.b64decode(self._wire.line().strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise SyntaxProblem("not base64") from None
        parts = answer.split("\0")
        return self._log_in(*parts[1:]) if len(parts) == 3 else self._log_in("", "")

    def _log_in(self, user: str, password: str) -> str:
        right = hmac.compare_digest(password.encode(), self._dev.options.password.encode())
        if self._account:
            raise SyntaxProblem("logged in already")
        if not right or not user:
            raise No("[AUTHENTICATIONFAILED] Wrong user or password")
        self._account = user
        return f"OK [CAPABILITY {self._capabilities()}] Welcome"

    def _select(self, words: list[Token]) -> str:
        self._open_box(words, writable=True)
        return "OK [READ-WRITE] Selected"

    def _examine(self, words: list[Token]) -> str:
        self._open_box(words, writable=False)
        return "OK [READ-ONLY] Selected"

    def _open_box(self, words: list[Token], *, writable: bool) -> None:
        self._box = None
        box = self._named(strings(words[:1], 1)[0])
        self._box = OpenBox(box, self._wire, writable=writable)
        flags = " ".join(FLAGS.values())
        self._say(
            f"* FLAGS ({flags})",
            f"* {len(self._box.seen)} EXISTS",
            "* 0 RECENT",
            f"* OK [PERMANENTFLAGS ({flags})] Kept",
            f"* OK [UIDVALIDITY {box.validity}] Numbers hold",
            f"* OK [UIDNEXT {box.next_number}] Next",
        )

    def _named(self, name: str) -> Folder:
        if name.upper() != "INBOX":
            raise No("[NONEXISTENT] There is INBOX only")
        return self._dev.store.box(self._account)

    def _list(self, words: list[Token]) -> str:
        _, pattern = strings(words, 2)
        if not pattern:
            self._say('* LIST (\\Noselect) "/" ""')
        elif pattern.upper() in ("INBOX", "*", "%"):
            self._say('* LIST (\\HasNoChildren) "/" INBOX')
        return "OK Done"

    def _status(self, words: list[Token]) -> str:
        name, wanted = [*words, [], []][:2]
        box = self._named(str(name))
        numbers = box.numbers()
        known = {
            "MESSAGES": len(numbers), "RECENT": 0, "UIDNEXT": box.next_number, "UIDVALIDITY": box.validity,
            "UNSEEN": sum("S" not in box.flags(number) for number in numbers),
        }  # fmt: skip
        items = [str(item).upper() for item in wanted]
        if not items or not set(items) <= set(known):
            raise SyntaxProblem("status of what?")
        self._say(f"* STATUS INBOX ({' '.join(f'{item} {known[item]}' for item in items)})")
        return "OK Done"

    def _append(self, words: list[Token]) -> str:
        box = self._named(strings(words[:1], 1)[0])
        if not isinstance(words[-1], Text):
            raise SyntaxProblem("append what?")
        flags = next((letters(word) for word in words[1:-1] if isinstance(word, list)), "")
        box.add(self._last_literal, {"at": datetime.now(UTC).isoformat()}, flags)
        return "OK Done"
