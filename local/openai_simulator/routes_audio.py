"""/v1/audio/transcriptions: every recording gets a plausible text, the same file always the same one."""

import hashlib
from pathlib import PurePath

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import FileStorage

from local.openai_simulator.api_errors import ApiError, bad_request
from local.openai_simulator.backend import Backend
from local.openai_simulator.body import current_call
from local.openai_simulator.models import model_named
from local.openai_simulator.pipeline import perform
from local.openai_simulator.small_talk import TRANSCRIPTS

SUFFIXES = ("flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "oga", "wav", "webm")
FORMATS = ("json", "text")
MAX_FILE_BYTES = 25 * 1024 * 1024
# Voice notes are Opus of about 16 kbit/s, and a second of audio counts about ten tokens.
BYTES_PER_TOKEN = 200


def audio_routes(backend: Backend) -> Blueprint:
    """Return the transcription route."""
    routes = Blueprint("audio", __name__)

    @routes.post("/audio/transcriptions")
    def transcribe() -> Response:
        call = current_call()
        call.model = _field("model")
        if not model_named(call.model).transcribes:
            raise bad_request(f"The model '{call.model}' does not transcribe audio.", "model", "invalid_value")
        answer_format = request.form.get("response_format", "json")
        if answer_format not in FORMATS:
            message = f"response_format '{answer_format}' is not compatible with model '{call.model}'."
            raise bad_request(message, "response_format", "unsupported_value")
        audio = _audio()
        call.output = _transcript(audio, request.form.get("language", "it"))
        text = call.output
        if answer_format == "text":
            return perform(backend, call, lambda _: Response(text + "\n", mimetype="text/plain"))
        return perform(backend, call, lambda _: jsonify({"text": text, "usage": _usage(audio, text)}))

    return routes


def _field(name: str) -> str:
    value = request.form.get(name)
    if not value:
        raise bad_request(f"Missing required parameter: '{name}'.", name, "missing_required_parameter")
    return value


def _audio() -> bytes:
    file: FileStorage | None = request.files.get("file")
    if file is None:
        raise bad_request("Missing required parameter: 'file'.", "file", "missing_required_parameter")
    if PurePath(file.filename or "").suffix.lower().lstrip(".") not in SUFFIXES:
        supported = ", ".join(SUFFIXES)
        raise bad_request(f"Invalid file format. Supported formats: {supported}", "file", "invalid_value")
    audio: bytes = file.read()
    if not audio:
        raise bad_request("Audio file might be corrupted or unsupported", "file", "invalid_value")
    if len(audio) > MAX_FILE_BYTES:
        raise ApiError(413, f"Maximum content size limit ({MAX_FILE_BYTES}) exceeded ({len(audio)} bytes read)")
    return audio


def _transcript(audio: bytes, language: str) -> str:
    texts = TRANSCRIPTS.get(language[:2].lower(), TRANSCRIPTS["en"])
    return texts[hashlib.sha256(audio).digest()[0] % len(texts)]


def _usage(audio: bytes, text: str) -> dict[str, object]:
    heard, written = max(1, len(audio) // BYTES_PER_TOKEN), max(1, len(text) // 4)
    return {
        "type": "tokens",
        "input_tokens": heard,
        "input_token_details": {"audio_tokens": heard, "text_tokens": 0},
        "output_tokens": written,
        "total_tokens": heard + written,
    }
