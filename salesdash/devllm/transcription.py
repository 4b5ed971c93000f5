"""POST /v1/audio/transcriptions: no speech is recognised; the text says so, and how long the audio is."""

import io
import wave
from dataclasses import dataclass
from typing import Any

from salesdash.devllm.errors import invalid, unknown_model
from salesdash.devllm.multipart import Part
from salesdash.devllm.options import TRANSCRIBER_MODEL

_FORMATS = ("json", "text", "srt", "verbose_json", "vtt")
_LANGUAGES = {"ja": "japanese", "en": "english"}


@dataclass(frozen=True)
class Recording:
    """seconds is None where the length cannot be read: only PCM WAV files are."""

    size_bytes: int
    seconds: float | None
    language: str
    response_format: str

    @property
    def text(self) -> str:
        japanese = self.language == "ja"
        if self.seconds is None:
            ja, en = f"{self.size_bytes:,}バイトの音声", f"an audio file of {self.size_bytes:,} bytes"
        else:
            ja, en = f"{self.seconds:.1f}秒のWAV音声", f"a WAV recording of {self.seconds:.1f} seconds"
        if japanese:
            return f"［開発用サーバー］{ja}を受け取りました。音声認識は行っていません。"
        return f"[dev server] Received {en}. No speech recognition was done."


def read(parts: list[Part]) -> Recording:
    fields = {part.name: part.text for part in parts if part.filename is None}
    file = next((part for part in parts if part.name == "file" and part.filename is not None), None)
    if file is None or not file.content:
        raise invalid("'file' must be an audio file that is not empty.", param="file")
    model = fields.get("model", "")
    if model != TRANSCRIBER_MODEL:
        raise unknown_model(model, (TRANSCRIBER_MODEL,))
    response_format = fields.get("response_format", "json")
    if response_format not in _FORMATS:
        raise invalid(f"'response_format' must be one of {', '.join(_FORMATS)}.", param="response_format")
    language = fields.get("language", "ja")
    return Recording(len(file.content), wav_seconds(file.content), language, response_format)


def wav_seconds(content: bytes) -> float | None:
    try:
        with wave.open(io.BytesIO(content)) as recording:
            # A recording that was streamed may announce more frames than it holds.
            held = len(content) // (recording.getnchannels() * recording.getsampwidth())
            seconds: float = min(recording.getnframes(), held) / recording.getframerate()
            return seconds
    except (wave.Error, EOFError, ZeroDivisionError):
        return None


def _clock(seconds: float, separator: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{separator}{rest % 1000:03}"


def answer(recording: Recording) -> dict[str, Any] | str:
    """A JSON body, or the plain text of the formats text, srt and vtt."""
    text, seconds = recording.text, recording.seconds or 0.0
    usage = {"type": "duration", "seconds": round(seconds, 3)}
    match recording.response_format:
        case "text":
            return f"{text}\n"
        case "srt":
            return f"1\n{_clock(0, ',')} --> {_clock(seconds, ',')}\n{text}\n\n"
        case "vtt":
            return f"WEBVTT\n\n{_clock(0, '.')} --> {_clock(seconds, '.')}\n{text}\n\n"
        case "verbose_json":
            return _verbose(recording, text, seconds, usage)
        case _:
            return {"text": text, "usage": usage}


def _verbose(recording: Recording, text: str, seconds: float, usage: dict[str, Any]) -> dict[str, Any]:
    segment = {
        "id": 0,
        "seek": 0,
        "start": 0.0,
        "end": seconds,
        "text": text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": 0.0,
        "compression_ratio": 1.0,
        # Nothing was recognised: what there is of speech in the audio is unknown.
        "no_speech_prob": 1.0,
    }
    return {
        "task": "transcribe",
        "language": _LANGUAGES.get(recording.language, recording.language),
        "duration": seconds,
        "text": text,
        "segments": [segment],
        "usage": usage,
    }
