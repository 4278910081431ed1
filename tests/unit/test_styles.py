"""The style sheets: what they all hold to."""

import re
from pathlib import Path

import pytest

FRONTEND = Path(__file__).parents[2] / "frontend"
SHEETS = sorted((FRONTEND / "styles").glob("*.css"))


def test_page_has_every_style_sheet():
    page = (FRONTEND / "index.html").read_text(encoding="utf-8")
    at_once = re.findall(r'href="/assets/styles/(\w+)\.css"', page)
    views = "".join(view.read_text(encoding="utf-8") for view in (FRONTEND / "views").glob("*.js"))
    later = [name for names in re.findall(r"styles: \[([^\]]*)\]", views) for name in re.findall(r'(\w+)"', names)]
    assert {*at_once, *later} == {sheet.stem for sheet in SHEETS} | {"uplot"}


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
