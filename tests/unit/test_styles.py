"""The style sheets: what they all hold to."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from functions.dashboard_api.assets import ENTRY, Assets
from functions.dashboard_api.page import FRONTEND

SHEETS = sorted((FRONTEND / "styles").glob("*.css"))


FRONT_END = Assets(FRONTEND).current()


@dataclass(frozen=True)
class LazyView:
    """A view that brings its style sheets along: who draws it, its module and their names."""

    drawn_by: str
    module: str
    sheets: frozenset[str]


def _source(path: str) -> str:
    return FRONT_END.assets[path].content.decode()


def _lazy_views() -> list[LazyView]:
    pattern = r'= lazy\(async \(\) => \(await import\("\./(\w+\.js)"\)\)(.*?)\);$'
    found = []
    for path in FRONT_END.assets:
        if path.startswith("views/"):
            for module, options in re.findall(pattern, _source(path), re.MULTILINE | re.DOTALL):
                names = re.search(r"styles: \[([^\]]*)\]", options)
                sheets = re.findall(r'(\w+)"', names[1]) if names else []
                found.append(LazyView(path, f"views/{module}", frozenset(sheets)))
    return found


AT_ONCE = frozenset(re.findall(r'href="/assets/styles/(\w+)\.css"', _source("index.html")))
LAZY_VIEWS = _lazy_views()


def test_page_has_every_style_sheet():
    later = frozenset[str]().union(*(view.sheets for view in LAZY_VIEWS))
    assert AT_ONCE | later == {sheet.stem for sheet in SHEETS} | {"uplot"}
    assert not AT_ONCE & later


@pytest.mark.parametrize("view", LAZY_VIEWS, ids=lambda view: f"{view.drawn_by} {view.module}")
def test_lazy_view_brings_the_sheets_of_its_classes(view: LazyView):
    """What draws it may have brought them already."""
    around = [other for other in LAZY_VIEWS if view.drawn_by in FRONT_END.modules(other.module)]
    there = AT_ONCE.union(view.sheets, *(other.sheets for other in around))
    modules = set(FRONT_END.modules(view.module)) - set(FRONT_END.modules(ENTRY))
    used = {name for path in modules for name in _classes_used(path)}
    missing = {name: sheets for name, sheets in _sheets_by_class().items() if name in used and not sheets & there}
    assert not missing


def _classes_used(path: str) -> set[str]:
    written = re.findall(r'class=("[^"]*"|\$\{`[^`]*`\}|\$\{[^}]*\})', _source(path))
    return set(re.findall(r"[a-z][\w-]*", " ".join(written)))


def _sheets_by_class() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for sheet in SHEETS:
        selectors = re.sub(r"\{[^{}]*\}", "{}", sheet.read_text(encoding="utf-8"))
        for name in re.findall(r"\.([a-z][\w-]*)", selectors):
            found.setdefault(name, set()).add(sheet.stem)
    return found


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_property_that_is_used_is_defined(sheet: Path):
    defined = {name for each in SHEETS for name in re.findall(r"(--[\w-]+):", each.read_text(encoding="utf-8"))}
    assert set(re.findall(r"var\((--[\w-]+)\)", sheet.read_text(encoding="utf-8"))) <= defined


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_type_has_six_sizes(sheet: Path):
    sizes = re.findall(r"font(?:-size)?: ([^;]+);", sheet.read_text(encoding="utf-8"))
    allowed = {"inherit", *(f"var(--text-{size})" for size in ("xs", "sm", "md", "lg", "xl", "2xl"))}
    assert set(sizes) <= allowed


def test_no_size_of_type_is_smaller_than_12_pixels():
    base = (FRONTEND / "styles" / "base.css").read_text(encoding="utf-8")
    sizes = [float(size) for size in re.findall(r"--text-\w+: ([\d.]+)rem;", base)]
    assert len(sizes) == 6
    assert min(sizes) * 16 >= 12
