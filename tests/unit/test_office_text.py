"""The text of Office documents, of honest ones and of those that are made to take a parser down."""

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import parse_xml
from pptx.util import Inches

from functions.process.media import office_text as limits
from functions.process.media.file_type import EXCEL, POWERPOINT, WORD
from functions.process.media.office_text import office_text
from functions.process.media.plain_text import MAX_CHARACTERS
from tests.bombs import presentation_of_one_slide_often, word_file_with_a_wide_cell

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


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
    text = office_text(word_file("Buongiorno", "è un ordine"), WORD)
    assert text == "Buongiorno\nè un ordine\nOlio\t48,50\nfine"


def test_excel_text_comes_by_sheet_with_values():
    text = office_text(excel_file([["Olio", 2, None], [None], ["Miele", 9.9, True]]), EXCEL)
    assert text == "Sheet Ordini\nOlio\t2\nMiele\t9.9\tTrue\nSheet Sheet"


def test_powerpoint_text_comes_by_slide_with_tables_and_groups():
    assert office_text(powerpoint_file(), POWERPOINT) == "Slide 1\nListino\nMiele\t9,90\nnel gruppo"


def edited(change: Callable[[Any], None]) -> bytes:
    """A Word file whose body was changed by hand."""
    document = docx.Document()
    document.add_paragraph("Richiesta di preventivo")
    change(document.element.body)
    return saved(document.save)


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:sdt><w:sdtContent><w:p>{run}</w:p></w:sdtContent></w:sdt>", "40 vasi"),
        ("<w:p><w:sdt><w:sdtContent>{run}</w:sdtContent></w:sdt></w:p>", "40 vasi"),
        ('<w:p><w:ins w:id="1" w:author="A">{run}</w:ins></w:p>', "40 vasi"),
        ('<w:p><w:moveTo w:id="1" w:author="A">{run}</w:moveTo></w:p>', "40 vasi"),
        (
            "<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc><w:p>{run}</w:p></w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>",
            "40 vasi",
        ),
        ("<w:p><w:r><w:pict><w:txbxContent><w:p>{run}</w:p></w:txbxContent></w:pict></w:r></w:p>", "40 vasi"),
        ('<w:p><w:del w:id="1" w:author="A">{run}</w:del></w:p>', None),
        ('<w:p><w:moveFrom w:id="1" w:author="A">{run}</w:moveFrom></w:p>', None),
        ("<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>{run}</w:p>", "40 vasi"),
        ("<w:p>{run}<w:r><w:tab/><w:t>rossi</w:t><w:br/><w:t>grandi</w:t></w:r></w:p>", "40 vasi\trossi\ngrandi"),
    ],
    ids=[
        "control",
        "control in a paragraph",
        "inserted",
        "moved here",
        "control around a cell",
        "text box",
        "deleted",
        "moved away",
        "tab stops",
        "signs",
    ],
)
def test_word_text_is_what_the_reader_of_the_document_sees(xml: str, text: str | None) -> None:
    block = xml.format(run="<w:r><w:t>40 vasi</w:t></w:r>").replace(">", f" {NAMESPACE}>", 1)
    content = edited(lambda body: body.insert(1, parse_xml(block)))
    assert office_text(content, WORD) == "\n".join(filter(None, ["Richiesta di preventivo", text]))


def test_word_merged_cells_come_once() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Totale"
    table.cell(1, 0).text, table.cell(1, 1).text = "netto", "lordo"
    assert office_text(saved(document.save), WORD) == "Totale\nnetto\tlordo"


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [(word_file(*["parola " * 1000] * 20), WORD), (excel_file([["x" * 1000]] * 100), EXCEL)],
    ids=["word", "excel"],
)
def test_long_document_is_cut_and_says_so(content: bytes, mime_type: str) -> None:
    text = office_text(content, mime_type)
    assert text and text.endswith("\n[the rest was cut off]")
    assert len(text) == MAX_CHARACTERS + len("\n[the rest was cut off]")


def test_document_of_another_kind_than_it_says_has_no_text() -> None:
    with pytest.raises(OSError, match="no valid workbook"):
        office_text(word_file("x"), EXCEL)
    assert office_text(excel_file([["x"]]), POWERPOINT) is None


@pytest.mark.parametrize("mime_type", [WORD, EXCEL, POWERPOINT])
def test_zip_bomb_is_refused_before_it_is_unpacked(mime_type: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = rezipped(word_file("x"), {"word/media/image1.bin": b"\0" * (limits.MAX_UNPACKED_BYTES + 1)})
    assert len(bomb) < 1_000_000
    unpacked: list[str] = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda _self, name, *_given: unpacked.append(name))
    with pytest.raises(ValueError, match="unpacks"):
        office_text(bomb, mime_type)
    assert unpacked == []


def test_zip_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    """An entry that declares less than it holds is not unpacked past what it declares."""
    bomb = rezipped(word_file("x"), {"word/lie.xml": b"\0" * 40_000_000})
    declared = (40_000_000).to_bytes(4, "little")
    assert bomb.count(declared) == 2
    lie = bomb.replace(declared, (1000).to_bytes(4, "little"))
    with zipfile.ZipFile(io.BytesIO(lie)) as archive, pytest.raises((zipfile.BadZipFile, zlib.error)):
        archive.read("word/lie.xml")
    assert office_text(lie, WORD) == "x\nOlio\t48,50\nfine"


def test_no_more_xml_is_read_than_is_good_whatever_its_part_is_called() -> None:
    empty = f"<w:document {NAMESPACE}>{'<w:x/>' * 2_000_000}</w:document>".encode()
    content = with_part(word_file("x"), "word/document.xml", lambda _xml: empty)
    with pytest.raises(ValueError, match="XML"):
        office_text(content, WORD)


def test_cell_that_declares_two_billion_columns_is_read_as_one() -> None:
    assert office_text(word_file_with_a_wide_cell(), WORD) == "una cella"


def test_slide_that_is_listed_often_is_read_once() -> None:
    assert office_text(presentation_of_one_slide_often(), POWERPOINT) == "Slide 1\nriga"


def test_sheet_with_a_stray_cell_at_its_end_is_not_read_to_there():
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "first", "last"
    assert office_text(saved(book.save), EXCEL) == "Sheet Sheet\nfirst"


def with_part(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Change one part of an Office file."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = source.read(name)
            target.writestr(name, change(entry) if name == part else entry)
    return file.getvalue()


def test_entities_that_multiply_are_refused() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE x [<!ENTITY e0 "ha">{levels}]>'.encode()

    def laugh(xml: bytes) -> bytes:
        return xml.replace(b"<w:document", laughs + b"<w:document", 1).replace(b">x<", b">&e9;<", 1)

    with pytest.raises(ValueError, match="entities"):
        office_text(with_part(word_file("x"), "word/document.xml", laugh), WORD)
