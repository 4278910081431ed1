"""What a customer's document is, judged by its content and its name where the type that came with it is no help.

Phones send PDFs as `application/octet-stream` or even `application/msword`, and Windows calls a CSV
`application/vnd.ms-excel`, so nothing is decided before a document was downloaded.
"""

from pathlib import PurePath

from shared.model.media_type import PDF, base_type

_OFFICE = "application/vnd.openxmlformats-officedocument."
WORD = f"{_OFFICE}wordprocessingml.document"
EXCEL = f"{_OFFICE}spreadsheetml.sheet"
POWERPOINT = f"{_OFFICE}presentationml.presentation"
OFFICE_TYPES = {WORD, EXCEL, POWERPOINT}
TEXT_TYPES = {"text/plain", "text/csv", "text/comma-separated-values", "text/markdown"}
UNKNOWN_TYPE = "application/octet-stream"
VAGUE_TYPES = {UNKNOWN_TYPE, "binary/octet-stream", "application/force-download", "application/x-download", ""}
CSV_TYPES = {"application/csv", "application/x-csv", "text/x-csv", "application/vnd.ms-excel"}  # if it is text
TYPES_BY_SUFFIX = {
    ".pdf": PDF,
    ".docx": WORD,
    ".xlsx": EXCEL,
    ".pptx": POWERPOINT,
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".tsv": "text/csv",
    ".md": "text/markdown",
}
LOOKED_AT_BYTES = 4096
_PDF_BEGINS_WITHIN = 1024  # some programs put something in front, and every viewer bears it
_CONTROL_CHARACTERS = bytes(set(range(32)) - set(b"\t\n\f\r\x1b"))
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def has_text(mime_type: str) -> bool:
    """Tell whether the text of files of a type (without parameters) can be read."""
    return mime_type in OFFICE_TYPES or mime_type in TEXT_TYPES


def judged_type(content: bytes, told: str, filename: str | None) -> str:
    """Return the type of a document: the one that came with it, unless content and name agree on a better one."""
    kind, named = base_type(told), _by_name(filename)
    if content[:_PDF_BEGINS_WITHIN].lstrip().startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"PK\x03\x04") and kind not in OFFICE_TYPES and named in OFFICE_TYPES:
        return named or told
    if not _is_text(content):
        return UNKNOWN_TYPE if kind in TEXT_TYPES else told
    if kind not in TEXT_TYPES and named in TEXT_TYPES:
        return named or told
    if kind in CSV_TYPES:
        return "text/csv"
    return "text/plain" if kind in VAGUE_TYPES else told


def _by_name(filename: str | None) -> str | None:
    return TYPES_BY_SUFFIX.get(PurePath(filename or "").suffix.lower())


def _is_text(content: bytes) -> bool:
    beginning = content[:LOOKED_AT_BYTES]
    return beginning.startswith(_UTF_16) or beginning.translate(None, _CONTROL_CHARACTERS) == beginning
