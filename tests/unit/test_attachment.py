"""Files of staff: what may be sent, by type and by content, and under which name."""

import io
import zipfile

import pytest

from shared.errors import InvalidError, TooLargeError
from shared.model.media_type import MEGABYTE
from shared.whatsapp.attachments import NAME_CHARACTERS, OFFICE, TYPES, check_attachment, extension_of
from tests.samples import VIDEO

WORD = f"{OFFICE}wordprocessingml.document"
EXCEL = f"{OFFICE}spreadsheetml.sheet"
POWERPOINT = f"{OFFICE}presentationml.presentation"


def archive(*names: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for name in names:
            file.writestr(name, "<x/>")
    return written.getvalue()


CONTENTS = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "video/mp4": VIDEO,
    "audio/ogg": b"OggS\x00\x02" + bytes(21) + b"\x13OpusHead\x01",
    "audio/mpeg": b"ID3\x04\x00",
    "audio/mp4": b"\x00\x00\x00\x1cftypM4A ",
    "audio/aac": b"\xff\xf1\x50\x80\x00\x1f\xfc",
    "audio/amr": b"#!AMR\n",
    "application/pdf": b"%PDF-1.7\n",
    WORD: archive("[Content_Types].xml", "word/document.xml"),
    EXCEL: archive("[Content_Types].xml", "xl/workbook.xml"),
    POWERPOINT: archive("[Content_Types].xml", "ppt/presentation.xml"),
    "text/plain": "Perché no? 😀\n".encode(),
    "text/csv": b"nome;citt\xe0\r\nRossi;Torino\r\n",
}


@pytest.mark.parametrize("mime_type", TYPES)
def test_file_of_each_type_is_accepted(mime_type):
    attachment = check_attachment(CONTENTS[mime_type], mime_type, "file")
    assert attachment.mime_type == mime_type
    assert attachment.kind in ("image", "video", "audio", "document")
    assert attachment.filename == "file" + extension_of(mime_type)


TEXTS = ("text/plain", "text/csv")
MIXED = [
    (mime_type, other)
    for mime_type in TYPES
    for other in TYPES
    if mime_type != other and not (mime_type in TEXTS and other in (*TEXTS, "audio/amr", "application/pdf"))
]


@pytest.mark.parametrize(("mime_type", "other"), MIXED)
def test_file_with_the_content_of_another_type_is_refused(mime_type, other):
    with pytest.raises(InvalidError) as caught:
        check_attachment(CONTENTS[other], mime_type, "file")
    assert list(caught.value.fields) == ["file"]


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        (b"OggS\x00\x02" + bytes(21) + b"\x1e\x01vorbis", "audio/ogg"),
        (b"\xff", "audio/mpeg"),
        (b"\xff\xd8", "image/jpeg"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), WORD),
        (archive("word/document.xml"), WORD),
        (archive("anything"), WORD),
        (b"PK\x03\x04 cut off", EXCEL),
        (b"MZ\x90\x00\x03", "text/plain"),
        (b"<svg onload=''/>", "image/svg+xml"),
        (b"<html>", "text/html"),
        (b"RIFF....WEBP", "image/webp"),
        (b"PK\x03\x04", "application/zip"),
        (b"\x00\x00\x00\x1cftypisom", "video/mp4"),
        (b"MZ", "application/x-msdownload"),
        (b"data", "application/octet-stream"),
        (b"data", ""),
        (b"", "image/png"),
        (b"", "text/plain"),
    ],
)
def test_file_that_whatsapp_does_not_take_is_refused(content, mime_type):
    with pytest.raises(InvalidError):
        check_attachment(content, mime_type, "file")


@pytest.mark.parametrize(
    ("said", "filename", "exact"),
    [
        ("IMAGE/JPEG", "a.jpg", "image/jpeg"),
        ("image/jpg", "a.jpg", "image/jpeg"),
        ("audio/ogg; codecs=opus", "a.ogg", "audio/ogg"),
        ("audio/opus", "a.opus", "audio/ogg"),
        ("audio/mp3", "a.mp3", "audio/mpeg"),
        ("audio/x-m4a", "a.m4a", "audio/mp4"),
        ("text/csv; charset=utf-8", "a.csv", "text/csv"),
        ("application/vnd.ms-excel", "a.CSV", "text/csv"),
        ("application/octet-stream", "a.docx", WORD),
        ("", "a.JPEG", "image/jpeg"),
    ],
)
def test_type_said_in_another_way_is_understood(said, filename, exact):
    assert check_attachment(CONTENTS[exact], said, filename).mime_type == exact


@pytest.mark.parametrize(
    ("mime_type", "megabytes"),
    [("image/jpeg", 5), ("image/png", 5), ("audio/ogg", 16), ("application/pdf", 20), ("text/csv", 20)],
)
def test_file_larger_than_its_kind_allows_is_too_large(mime_type, megabytes):
    filling = b" " * (megabytes * MEGABYTE - len(CONTENTS[mime_type]))
    assert check_attachment(CONTENTS[mime_type] + filling, mime_type, "a").mime_type == mime_type
    with pytest.raises(TooLargeError):
        check_attachment(CONTENTS[mime_type] + filling + b" ", mime_type, "a")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("listino 2026.pdf", "listino 2026.pdf"),
        ("Perché 😀.PDF", "Perché 😀.PDF"),
        ("../../etc/passwd", "passwd.pdf"),
        (r"C:\Users\anna\listino.pdf", "listino.pdf"),
        ("listino\u202efdp.exe", "listinofdp.exe.pdf"),
        ("a\r\nb\x00.pdf", "ab.pdf"),
        ("", "file.pdf"),
        ("..", "file.pdf"),
        (" ", "file.pdf"),
    ],
)
def test_name_of_a_file_is_made_harmless(given, shown):
    assert check_attachment(CONTENTS["application/pdf"], "application/pdf", given).filename == shown


def test_name_that_is_too_long_keeps_its_ending():
    name = check_attachment(CONTENTS["image/jpeg"], "image/jpeg", "x" * 500 + ".jpeg").filename
    assert len(name) == NAME_CHARACTERS
    assert name.endswith("x.jpeg")


def test_text_in_two_byte_unicode_says_that_it_is():
    assert check_attachment("ciao".encode("utf-16"), "text/plain", "a.txt").kind == "document"
    with pytest.raises(InvalidError):
        check_attachment("ciao".encode("utf-16-le"), "text/plain", "a.txt")
