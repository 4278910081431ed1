"""The text of Office documents, for the model: Word, Excel, PowerPoint. Runs only in a reader's own process.

The files are strangers': they may be broken, or small on the outside and huge inside. An Office file is a zip
archive of XML parts whose relationships tell which part is what. Word and PowerPoint are read as their XML streams
by, in constant memory and no further than the text is wanted; what columns and rows declare is never believed.
"""

import io
import os
import posixpath
import zipfile
from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from functions.process.media.file_type import EXCEL, POWERPOINT, WORD
from functions.process.media.plain_text import MAX_CHARACTERS, cut

MAX_UNPACKED_BYTES = 60_000_000  # of all entries together, pictures included, which are kept packed by nature
MAX_XML_BYTES = 10_000_000  # that is read of a Word or PowerPoint file
MAX_ROWS, MAX_COLUMNS = 5_000, 100  # of a sheet; a stray cell at the very end makes a million empty rows
MAX_SHEETS = MAX_SLIDES = 200
PIECE_BYTES = 64 * 1024
# Deleted and moved text; the second description of a drawing; and what only describes paragraphs, tab stops too.
_LEFT_OUT = {"del", "moveFrom", "Fallback", "pPr"}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_RELATIONSHIPS = "/relationships/"


def office_text(content: bytes, mime_type: str) -> str | None:
    """Return the text of a document, cut after 40,000 characters; None when it has none.

    Raises whatever a stranger's file makes a parser stumble over.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise ValueError("the file unpacks to too much")
        return cut(_first(_READERS[mime_type](_Package(archive, content)))).strip() or None


def _first(pieces: Iterable[str]) -> str:
    """Join pieces until there is enough, and read no further."""
    text = io.StringIO()
    for piece in pieces:
        text.write(f"{piece}\n")
        if text.tell() > MAX_CHARACTERS:
            break
    return text.getvalue()


class _Package:
    """An Office file's parts; no more than MAX_XML_BYTES are read of them."""

    def __init__(self, archive: zipfile.ZipFile, content: bytes) -> None:
        self.content = content
        self._archive = archive
        self._left = MAX_XML_BYTES

    def main_part(self) -> str:
        """Return the name of the part that is the document itself."""
        return next(iter(self.related("", "officeDocument").values()))

    def related(self, part: str, kind: str) -> dict[str, str]:
        """Return the parts that a part has relationships of a kind to, by the relationships' ids."""
        folder, name = posixpath.split(part)
        found: dict[str, str] = {}

        def start(_name: str, attributes: dict[str, str]) -> None:
            if attributes.get("Type", "").endswith(f"{_RELATIONSHIPS}{kind}"):
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))
                found[attributes["Id"]] = target.lstrip("/")

        self.parse(posixpath.join(folder, "_rels", f"{name}.rels"), start)
        return found

    def parse(self, part: str, start: Callable[[str, dict[str, str]], None]) -> None:
        """Call `start` with the name and the attributes of each element of a part."""
        parser = _parser()
        parser.StartElementHandler = start
        for piece in self.pieces(part):
            parser.Parse(piece)

    def pieces(self, part: str) -> Iterator[bytes]:
        """Unpack a part piece by piece; raises ValueError when that is more than is good."""
        with self._archive.open(part) as stream:
            while piece := stream.read(PIECE_BYTES):
                self._left -= len(piece)
                if self._left < 0:
                    raise ValueError("the file has too much XML")
                yield piece


def _word(package: _Package) -> Iterator[str]:
    return _lines(package, package.main_part())


def _powerpoint(package: _Package) -> Iterator[str]:
    main = package.main_part()
    targets = package.related(main, "slide")
    order: dict[str, None] = {}  # each slide once, however often it is listed

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sldId":
            order.update({targets[value]: None for key, value in attributes.items() if value in targets})

    package.parse(main, start)
    for number, slide in enumerate(list(order)[:MAX_SLIDES], start=1):
        yield f"Slide {number}"
        yield from _lines(package, slide)


def _excel(package: _Package) -> Iterator[str]:
    os.environ["OPENPYXL_LXML"] = "False"  # the standard library's parser, also where lxml is installed
    import openpyxl  # takes longer than all the rest

    book = openpyxl.load_workbook(io.BytesIO(package.content), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets[:MAX_SHEETS]:
        yield f"Sheet {sheet.title}"
        for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True):
            cells = "\t".join("" if value is None else str(value) for value in row).rstrip()
            if cells:
                yield cells


def _lines(package: _Package, part: str) -> Iterator[str]:
    """Read the lines of a Word document or of a slide."""
    reader = _LineReader()
    for piece in package.pieces(part):
        yield from reader.feed(piece)


class _LineReader:
    """Collects paragraphs and rows of tables while XML goes by.

    Word and PowerPoint name them alike (w:p and a:p, w:t and a:t, w:tr and a:tr), so only local names are looked
    at. Paragraphs and tables may lie in each other, as in a text box or a cell. Content controls and tracked
    insertions are read like anything else.
    """

    def __init__(self) -> None:
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._left_out = 0  # how deep in something that is left out
        self._in_text = False
        self._paragraphs: list[list[str]] = []
        self._rows: list[list[list[str]]] = []  # rows of cells of lines
        self._lines: list[str] = []

    def feed(self, piece: bytes) -> list[str]:
        """Return the lines that end in the next piece of XML."""
        self._parser.Parse(piece)
        lines, self._lines = self._lines, []
        return lines

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        name = _local(name)
        if self._left_out or name in _LEFT_OUT:
            self._left_out += 1
        elif name == "p":
            self._paragraphs.append([])
        elif name == "t":
            self._in_text = True
        elif name == "tr":
            self._rows.append([])
        elif name == "tc" and self._rows:
            self._rows[-1].append([])
        elif name in _SIGNS:
            self._add(_SIGNS[name])

    def _end(self, name: str) -> None:
        name = _local(name)
        if self._left_out:
            self._left_out -= 1
        elif name == "p":
            self._finish("".join(self._paragraphs.pop()))
        elif name == "t":
            self._in_text = False
        elif name == "tr":
            self._finish("\t".join(" ".join(cell) for cell in self._rows.pop()))

    def _characters(self, text: str) -> None:
        if self._in_text and not self._left_out:
            self._add(text)

    def _add(self, text: str) -> None:
        if self._paragraphs:
            self._paragraphs[-1].append(text)

    def _finish(self, line: str) -> None:
        """End a line, in the cell where it stands if it stands in one."""
        line = line.rstrip()
        if not line:
            return
        if self._rows and self._rows[-1]:
            self._rows[-1][-1].append(line)
        else:
            self._lines.append(line)


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declaration: object) -> None:
    raise ValueError("Office files declare no document type; whoever does wants to multiply entities")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


_READERS: dict[str, Callable[[_Package], Iterator[str]]] = {WORD: _word, EXCEL: _excel, POWERPOINT: _powerpoint}
