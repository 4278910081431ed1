"""The files of the page as browsers get them: compressed, and under an address that changes with them.

There is no build step. `/assets/<version>/app.js` is `frontend/app.js`; the version is a hash of all files, so that
what a module imports beside itself lies under the same version, and a browser may keep each for good.
"""

import gzip
import hashlib
import json
import mimetypes
import posixpath
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ADDRESS = "/assets/"
PAGE = "index.html"
ENTRY = "app.js"
VERSION_CHARACTERS = 16
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_OF_THIS_HOUSE = re.compile(r"(?!vendor/).*\.(?:js|css)$")
# Lines that are nothing but a comment: a fifth of what would travel. The lint keeps templates free of such lines.
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)$", re.MULTILINE)
_IMPORT = re.compile(r'^(?:import\s(?:[^"();]*\sfrom\s)?|export\s[^"();=]*\sfrom\s)"([^"]+)";', re.MULTILINE)
_IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Asset:
    """One file: what is sent of it, its Content-Type and its entity tag."""

    content: bytes
    mime_type: str

    @cached_property
    def tag(self) -> str:
        """A hash of the content."""
        return hashlib.sha256(self.content).hexdigest()[:VERSION_CHARACTERS]


class FrontEnd:
    """All files of the front end as they are at one moment, by their path below its folder."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.assets = {path: _asset(path, content) for path, content in files.items()}
        tags = "".join(f"{path} {asset.tag}\n" for path, asset in sorted(self.assets.items()))
        self.version = hashlib.sha256(tags.encode()).hexdigest()[:VERSION_CHARACTERS]
        self._pages: dict[str, str] = {}

    def page(self, texts: str) -> str:
        """Return the page with its addresses under this version; `texts` is the module of the reader's language.

        The page names every module of the first screen, so that the browser asks for all at once and not for each
        when it has read the one that imports it.
        """
        if texts not in self._pages:
            self._pages[texts] = self._make_page(texts)
        return self._pages[texts]

    def _make_page(self, texts: str) -> str:
        page = self.assets[PAGE].content.decode().replace(f'"{ADDRESS}', f'"{ADDRESS}{self.version}/')
        modules = dict.fromkeys([*self.modules(ENTRY), *self.modules(texts)])
        links = "".join(f'    <link rel="modulepreload" href="{self.address(path)}" />\n' for path in modules)
        # Behind the import map, which older browsers take no more once a module is being loaded.
        return page.replace('    <script type="module"', f'{links}    <script type="module"')

    def address(self, path: str) -> str:
        """Return where a browser finds a file, to keep it for good."""
        return f"{ADDRESS}{self.version}/{path}"

    def modules(self, entry: str) -> list[str]:
        """Return the paths of a module and of all that it imports, directly or not."""
        found: dict[str, None] = {}
        waiting = [entry]
        while waiting:
            path = waiting.pop(0)
            if path not in found:
                found[path] = None
                waiting += self._imports(path)
        return list(found)

    def _imports(self, path: str) -> Iterator[str]:
        for name in _IMPORT.findall(self.assets[path].content.decode()):
            here = name.startswith(".")
            yield posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) if here else self._named[name]

    @cached_property
    def _named(self) -> dict[str, str]:
        (import_map,) = _IMPORT_MAP.findall(self.assets[PAGE].content.decode())
        return {name: path.removeprefix(ADDRESS) for name, path in json.loads(import_map)["imports"].items()}


class Assets:
    """The front end in a folder; files that are changed while the server runs are noticed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._read: tuple[Stamp, FrontEnd] | None = None

    def current(self) -> FrontEnd:
        """Return the front end as its files are now."""
        with self._lock:
            stamp = self._stamp()
            if self._read is None or self._read[0] != stamp:
                self._read = (stamp, FrontEnd({path: (self._folder / path).read_bytes() for path, *_ in stamp}))
            return self._read[1]

    def of_version(self, version: str) -> FrontEnd | None:
        """Return the front end if it has this version, or None; the folder is looked at only for one not known."""
        read = self._read
        known = read[1] if read and read[1].version == version else self.current()
        return known if known.version == version else None

    def _stamp(self) -> Stamp:
        found = []
        for path in sorted(self._folder.rglob("*")):
            if path.is_file() and path.suffix != ".md":
                state = path.stat()
                found.append((path.relative_to(self._folder).as_posix(), state.st_mtime_ns, state.st_size))
        return tuple(found)


@cache
def compressed(content: bytes) -> bytes:
    """Return a file's content as gzip makes it, at its best, once."""
    return gzip.compress(content, mtime=0)


def _asset(path: str, content: bytes) -> Asset:
    kind = _TYPES.get(posixpath.splitext(path)[1]) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    if _OF_THIS_HOUSE.match(path):
        content = _COMMENT.sub(_as_many_lines, content.decode()).encode()
    return Asset(content, kind)


def _as_many_lines(comment: re.Match[str]) -> str:
    """Keep the numbers of the lines behind a comment, which errors name."""
    return "\n" * comment[0].count("\n")
