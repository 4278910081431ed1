"""The text of documents, and what keeps a stranger's file from taking the process down."""

import io
import zipfile
import zlib
from collections.abc import Callable

import docx
import openpyxl
import pptx
import pytest
from pptx.util import Inches

from functions.process.media import office_text
from functions.process.media.office_text import MAX_CHARACTERS, document_text, has_text

OFFICE = "application/vnd.openxmlformats-officedocument."
WORD = f"{OFFICE}wordprocessingml.document"
EXCEL = f"{OFFICE}spreadsheetml.sheet"
POWERPOINT = f"{OFFICE}presentationml.presentation"


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def word_file(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Olio", "48,50"
    document.add_paragraph("fine")
    return saved(document.save)


def excel_file(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Ordini", 0)
    for row in rows:
        sheet.append(row)
    return saved(book.save)


def powerpoint_file() -> bytes:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Listino"
    table = slide.shapes.add_table(1, 2, Inches(1), Inches(1), Inches(1), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Miele", "9,90"
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(1), Inches(1), Inches(1)).text_frame.text = "nel gruppo"
    return saved(show.save)


def rezipped(content: bytes, more: dict[str, bytes]) -> bytes:
    """Add entries to an Office file."""
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, entry in more.items():
            archive.writestr(name, entry)
    return file.getvalue()


def test_word_text_comes_in_order_with_its_tables():
    text = document_text(word_file("Buongiorno", "è un ordine"), WORD)
    assert text == "Buongiorno\nè un ordine\nOlio\t48,50\nfine"


def test_excel_text_comes_by_sheet_with_values():
    text = document_text(excel_file([["Olio", 2, None], [None], ["Miele", 9.9, True]]), EXCEL)
    assert text == "Sheet Ordini\nOlio\t2\nMiele\t9.9\tTrue\nSheet Sheet"


def test_powerpoint_text_comes_by_slide_with_tables_and_groups():
    assert document_text(powerpoint_file(), POWERPOINT) == "Slide 1\nListino\nMiele\t9,90\nnel gruppo"


@pytest.mark.parametrize(
    "content",
    ["però".encode(), "però".encode("utf-8-sig"), "però".encode("cp1252"), "però".encode("utf-16")],
    ids=["utf-8", "utf-8 with a mark", "windows", "utf-16"],
)
@pytest.mark.parametrize("mime_type", ["text/plain", "text/csv", "text/markdown"])
def test_plain_text_comes_in_whatever_encoding_it_is(content, mime_type):
    assert document_text(content, mime_type) == "però"


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        ("x" * 2 * MAX_CHARACTERS, "text/plain"),
        (word_file(*["parola " * 1000] * 20), WORD),
        (excel_file([["x" * 1000]] * 100), EXCEL),
    ],
    ids=["text", "word", "excel"],
)
def test_long_document_is_cut_and_says_so(content, mime_type):
    text = document_text(content.encode() if isinstance(content, str) else content, mime_type)
    assert text and text.endswith("\n[the rest was cut off]")
    assert len(text) == MAX_CHARACTERS + len("\n[the rest was cut off]")


@pytest.mark.parametrize("mime_type", [WORD, EXCEL, POWERPOINT])
@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"not a document", word_file("x")[:-200], b"\xd0\xcf\x11\xe0" + b"\0" * 600],
    ids=["empty", "head only", "text", "broken off", "encrypted or old"],
)
def test_broken_document_has_no_text(content, mime_type):
    assert document_text(content, mime_type) is None


def test_document_of_another_kind_than_it_says_has_no_text():
    assert document_text(word_file("x"), EXCEL) is None
    assert document_text(excel_file([["x"]]), POWERPOINT) is None


@pytest.mark.parametrize("mime_type", ["application/msword", "application/pdf", "image/png", "text/html", ""])
def test_type_that_is_not_read_has_no_text(mime_type):
    assert not has_text(mime_type)
    assert document_text(b"text", mime_type) is None


@pytest.mark.parametrize("content", [b"", b"   \n "], ids=["nothing", "blanks"])
def test_empty_text_is_none(content):
    assert document_text(content, "text/plain") is None


@pytest.mark.parametrize(
    "more",
    [
        {"word/media/image1.xml": b"\0" * (office_text.MAX_XML_BYTES + 1)},
        {"word/media/image1.bin": b"\0" * (office_text.MAX_UNPACKED_BYTES + 1)},
        {f"word/media/{number}": b"" for number in range(office_text.MAX_ENTRIES)},
    ],
    ids=["xml", "bytes", "entries"],
)
def test_zip_bomb_is_refused_before_it_is_unpacked(more, monkeypatch):
    bomb = rezipped(word_file("x"), more)
    assert len(bomb) < 1_000_000
    unpacked: list[str] = []
    real = zipfile.ZipFile.open

    def note(self, name, *given, **options):
        unpacked.append(str(name))
        return real(self, name, *given, **options)

    monkeypatch.setattr(zipfile.ZipFile, "open", note)
    assert document_text(bomb, WORD) is None
    assert unpacked == []


def test_zip_bomb_that_lies_about_its_size_has_no_text():
    """An entry that declares less than it holds is not unpacked past what it declares."""
    bomb = rezipped(word_file("x"), {"word/lie.xml": b"\0" * 40_000_000})
    declared = (40_000_000).to_bytes(4, "little")
    assert bomb.count(declared) == 2
    lie = bomb.replace(declared, (1000).to_bytes(4, "little"))
    with zipfile.ZipFile(io.BytesIO(lie)) as archive, pytest.raises((zipfile.BadZipFile, zlib.error)):
        archive.read("word/lie.xml")
    assert document_text(lie, WORD) in (None, "x\nOlio\t48,50\nfine")


def test_sheet_with_a_stray_cell_at_its_end_is_not_read_to_there():
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "first", "last"
    assert document_text(saved(book.save), EXCEL) == "Sheet Sheet\nfirst"


def test_word_entities_that_multiply_are_not_expanded():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE x [<!ENTITY e0 "ha">{levels}]>'
    content = word_file("x")
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            entry = source.read(name)
            if name == "word/document.xml":
                xml = entry.decode().replace("<w:document", f"{laughs}<w:document", 1).replace(">x<", ">&e9;<", 1)
                entry = xml.encode()
            target.writestr(name, entry)
    text = document_text(file.getvalue(), WORD)
    assert text is None or len(text) < 1000
