"""Files that are small on the outside and endless inside, as a modified WhatsApp client can send them."""

import io
import zipfile

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument."
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_EXCEL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHOW = "http://schemas.openxmlformats.org/presentationml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"

FAKE_VOICE_NOTE = b"\xff" * 16_000_000  # each byte looks like the beginning of an MP3 frame


def word_file_of_elements(count: int = 9_500_000) -> bytes:
    """A document of empty elements, in a part that is not called XML."""
    xml = f'<w:document xmlns:w="{_WORD}"><w:body>{"<a/>" * count}</w:body></w:document>'
    return _office_file("word/document.bin", f"{_CONTENT}wordprocessingml.document.main+xml", {"": xml})


def word_file_with_a_wide_cell(columns: int = 2_000_000_000) -> bytes:
    """A table of one cell that says it spans two billion columns."""
    cell = (
        f'<w:tc><w:tcPr><w:gridSpan w:val="{columns}"/></w:tcPr><w:p><w:r><w:t>una cella</w:t></w:r></w:p></w:tc>'
    )
    xml = f'<w:document xmlns:w="{_WORD}"><w:body><w:tbl><w:tr>{cell}</w:tr></w:tbl></w:body></w:document>'
    return _office_file("word/document.xml", f"{_CONTENT}wordprocessingml.document.main+xml", {"": xml})


def workbook_of_one_sheet_often(times: int = 3_000, rows: int = 400_000) -> bytes:
    """A workbook that lists a sheet of empty rows again and again."""
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n + 1}" r:id="r1"/>' for n in range(times))
    book = f'<workbook xmlns="{_EXCEL}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
    # All rows claim to be the first one, so that no limit on rows is ever met.
    empty = '<row r="1"/>' * rows
    sheet = f'<worksheet xmlns="{_EXCEL}"><sheetData>{empty}</sheetData></worksheet>'
    return _office_file(
        "xl/workbook.xml",
        f"{_CONTENT}spreadsheetml.sheet.main+xml",
        {"": book, "worksheet": sheet},
    )


def workbook_of_strings(count: int = 4_500_000) -> bytes:
    """A workbook with millions of different strings, none of which is used."""
    book = f'<workbook xmlns="{_EXCEL}" xmlns:r="{_OFFICE}"><sheets/></workbook>'
    strings = f'<sst xmlns="{_EXCEL}">{"<si><t/></si>" * count}</sst>'
    return _office_file(
        "xl/workbook.xml",
        f"{_CONTENT}spreadsheetml.sheet.main+xml",
        {"": book, "sharedStrings": strings},
    )


def presentation_of_one_slide_often(times: int = 4_300, pictures: int = 60_000) -> bytes:
    """A presentation that lists a slide again and again, which has one line of text and many empty pictures."""
    slides = "".join(f'<p:sldId id="{n + 256}" r:id="r1"/>' for n in range(times))
    show = (
        f'<p:presentation xmlns:p="{_SHOW}" xmlns:r="{_OFFICE}"><p:sldIdLst>{slides}</p:sldIdLst></p:presentation>'
    )
    text = "<a:p><a:r><a:t>riga</a:t></a:r></a:p>"
    slide = (
        f'<p:sld xmlns:p="{_SHOW}" xmlns:a="{_DRAWING}"><p:cSld><p:spTree>{"<p:pic/>" * pictures}'
        f"<p:sp><p:txBody>{text}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
    )
    return _office_file(
        "ppt/presentation.xml",
        f"{_CONTENT}presentationml.presentation.main+xml",
        {"": show, "slide": slide},
    )


def _office_file(main: str, main_type: str, parts: dict[str, str]) -> bytes:
    """Zip a main part (named "") and another, which the main part has the relationship r1 of that name to."""
    folder, _, name = main.rpartition("/")
    others = {kind: f"{folder}/{kind}.xml" for kind in parts if kind}
    overrides = "".join(
        f'<Override PartName="/{path}" ContentType="{_CONTENT}{_room(folder)}.{kind}+xml"/>'
        for kind, path in others.items()
    )
    related = "".join(
        f'<Relationship Id="r1" Type="{_OFFICE}/{kind}" Target="{kind}.xml"/>' for kind in parts if kind
    )
    entries = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/{main}" '
        f'ContentType="{main_type}"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        f'Target="{main}"/></Relationships>',
        f"{folder}/_rels/{name}.rels": f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>',
        main: parts[""],
        **{path: parts[kind] for kind, path in others.items()},
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in entries.items():
            archive.writestr(path, content)
    return file.getvalue()


def _room(folder: str) -> str:
    return {"word": "wordprocessingml", "xl": "spreadsheetml", "ppt": "presentationml"}[folder]
