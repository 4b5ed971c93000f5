"""multipart/form-data (RFC 7578), as far as an upload with a few fields needs it."""

from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser

from salesdash.devllm.errors import invalid


@dataclass(frozen=True)
class Part:
    name: str
    filename: str | None
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


def parse(content_type: str, body: bytes) -> list[Part]:
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if header.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
        raise invalid("The request must be multipart/form-data with a boundary.")
    line = b"\r\n--" + boundary.encode("utf-8", "replace")
    pieces = (b"\r\n" + body).split(line)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise invalid("The multipart body is not complete.")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, _, content = piece.partition(b"\r\n\r\n")
    header = BytesHeaderParser().parsebytes(head.lstrip(b"\r\n"))
    name = header.get_param("name", header="content-disposition")
    if not isinstance(name, str):
        raise invalid("A part of the multipart body has no name.")
    return Part(name, header.get_filename(), content)
