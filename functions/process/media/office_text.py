"""The text of documents, for the model: Word, Excel, PowerPoint and plain text. Pure functions.

The files are strangers': they may be broken, or small on the outside and huge inside. Office files are zip
archives, whose directory is looked at before anything is unpacked; unpacking never yields more than it declares.
"""

import io
import itertools
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

MAX_CHARACTERS = 40_000
MAX_ENTRIES = 5_000
MAX_UNPACKED_BYTES = 60_000_000  # pictures included, which are kept packed by nature
MAX_XML_BYTES = 10_000_000  # what is parsed takes many times its size in memory
MAX_ROWS, MAX_COLUMNS = 5_000, 100  # of a sheet; a stray cell at the very end makes a million empty rows
_OFFICE = "application/vnd.openxmlformats-officedocument."


def document_text(content: bytes, mime_type: str) -> str | None:
    """Return the text of a document, cut after 40,000 characters; None when there is none to be had.

    `mime_type` is without parameters.
    """
    reader = _READERS.get(mime_type)
    if reader is None:
        return None
    try:
        text = _first(reader(content))
    except Exception:  # whatever a stranger's file makes a parser stumble over
        return None
    return text.strip() or None


def has_text(mime_type: str) -> bool:
    """Tell whether `document_text` can read files of a type."""
    return mime_type in _READERS


def _first(pieces: Iterable[str]) -> str:
    """Join pieces as long as they are allowed to be, and read no further."""
    text = ""
    for piece in pieces:
        text += f"{piece}\n"
        if len(text) > MAX_CHARACTERS:
            return text[:MAX_CHARACTERS] + "\n[the rest was cut off]"
    return text


def _plain(content: bytes) -> Iterator[str]:
    """Read text as UTF-8, or as what Windows programs write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield content.decode("utf-16", errors="replace")
        return
    try:
        yield content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield content.decode("cp1252", errors="replace")


def _checked(content: bytes) -> io.BytesIO:
    """Return an Office file to read, unless it would unpack to more than is good; raises ValueError."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    xml = sum(entry.file_size for entry in entries if entry.filename.lower().endswith((".xml", ".rels")))
    if (
        len(entries) > MAX_ENTRIES
        or xml > MAX_XML_BYTES
        or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES
    ):
        raise ValueError("the file unpacks to too much")
    return io.BytesIO(content)


# The three libraries are imported where they are needed: few turns do, and a cold start would pay for all.


def _word(content: bytes) -> Iterator[str]:
    import docx
    from docx.table import Table

    for block in docx.Document(_checked(content)).iter_inner_content():
        if isinstance(block, Table):
            yield from (_row(cell.text for cell in row.cells) for row in block.rows)
        else:
            yield block.text


def _excel(content: bytes) -> Iterator[str]:
    import openpyxl

    book = openpyxl.load_workbook(_checked(content), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        yield f"Sheet {sheet.title}"
        rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
        for row in rows:
            cells = _row("" if value is None else str(value) for value in row)
            if cells:
                yield cells


def _powerpoint(content: bytes) -> Iterator[str]:
    import pptx

    for number, slide in enumerate(pptx.Presentation(_checked(content)).slides, start=1):
        yield f"Slide {number}"
        yield from itertools.chain.from_iterable(map(_shape, slide.shapes))


def _shape(shape: Any) -> Iterator[str]:
    """Read a shape of a slide, and those inside it when it is a group."""
    if hasattr(shape, "shapes"):
        yield from itertools.chain.from_iterable(map(_shape, shape.shapes))
    elif shape.has_text_frame:
        yield shape.text_frame.text
    elif shape.has_table:
        yield from (_row(cell.text for cell in row.cells) for row in shape.table.rows)


def _row(cells: Iterable[str]) -> str:
    return "\t".join(cells).rstrip()


_READERS: dict[str, Callable[[bytes], Iterable[str]]] = {
    f"{_OFFICE}wordprocessingml.document": _word,
    f"{_OFFICE}spreadsheetml.sheet": _excel,
    f"{_OFFICE}presentationml.presentation": _powerpoint,
    "text/plain": _plain,
    "text/csv": _plain,
    "text/comma-separated-values": _plain,
    "text/markdown": _plain,
}
