"""What a document is when the type that comes with it is vague or wrong."""

import pytest

from functions.process.media.file_type import EXCEL, WORD, has_text, judged_type
from shared.model.media_type import PDF

UNKNOWN = "application/octet-stream"
WINDOWS_EXCEL = "application/vnd.ms-excel"
PDF_FILE = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00"
CSV_FILE = "nome;prezzo\nmiele;9,90 €\n".encode()
ZIP_FILE = b"PK\x03\x04\x14\x00\x00\x00"
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"


@pytest.mark.parametrize(
    ("content", "told", "filename", "judged"),
    [
        (PDF_FILE, UNKNOWN, None, PDF),
        (PDF_FILE, UNKNOWN, "listino.pdf", PDF),
        (PDF_FILE, "text/plain", "listino.txt", PDF),
        (b"\r\n" + PDF_FILE, "application/x-pdf", "listino.pdf", PDF),
        (CSV_FILE, WINDOWS_EXCEL, "ordini.csv", "text/csv"),
        (CSV_FILE, WINDOWS_EXCEL, "ORDINI.CSV", "text/csv"),
        (CSV_FILE, WINDOWS_EXCEL, "ordini", "text/csv"),
        (CSV_FILE, "application/csv", None, "text/csv"),
        (CSV_FILE, "text/x-csv; charset=utf-8", "ordini", "text/csv"),
        (PDF_FILE, "application/msword", "preventivo", PDF),
        (PDF_FILE, "application/x-pdf", "preventivo", PDF),
        (CSV_FILE, UNKNOWN, "ordini.csv", "text/csv"),
        (CSV_FILE, UNKNOWN, None, "text/plain"),
        (CSV_FILE, PDF, "ordini.csv", "text/csv"),
        ("è".encode("utf-16"), UNKNOWN, "note.txt", "text/plain"),
        (ZIP_FILE, UNKNOWN, "ordine.docx", WORD),
        (ZIP_FILE, "application/zip", "ordine.xlsx", EXCEL),
        (ZIP_FILE, "text/csv", "ordini.csv", UNKNOWN),
        (PICTURE, "text/plain", "foto.txt", UNKNOWN),
    ],
)
def test_vague_or_wrong_type_is_judged_by_content_and_name(
    content: bytes, told: str, filename: str | None, judged: str
) -> None:
    assert judged_type(content, told, filename) == judged


@pytest.mark.parametrize(
    ("content", "told", "filename"),
    [
        (PDF_FILE, PDF, "listino.pdf"),
        (CSV_FILE, "text/csv; charset=utf-8", "ordini.csv"),
        (CSV_FILE, "text/markdown", "leggimi.txt"),
        (CSV_FILE, "text/html", "pagina.html"),
        (ZIP_FILE, WORD, "ordine.zip"),
        (ZIP_FILE, "application/zip", "foto.zip"),
        (PICTURE, "image/jpeg", "foto.jpg"),
        (PICTURE, UNKNOWN, "foto"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", WINDOWS_EXCEL, "vecchio.xls"),
    ],
)
def test_type_that_nothing_speaks_against_stays(content: bytes, told: str, filename: str) -> None:
    assert judged_type(content, told, filename) == told


@pytest.mark.parametrize("mime_type", ["application/msword", "application/pdf", "image/png", "text/html", ""])
def test_type_that_is_not_read_has_no_text(mime_type: str) -> None:
    assert not has_text(mime_type)
