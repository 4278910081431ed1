"""The style sheets: what they all hold to."""

import re
from pathlib import Path

import pytest

FRONTEND = Path(__file__).parents[2] / "frontend"
SHEETS = sorted((FRONTEND / "styles").glob("*.css"))


def test_page_has_every_style_sheet():
    named = re.findall(r'href="/assets/styles/([^"]+)"', (FRONTEND / "index.html").read_text(encoding="utf-8"))
    assert sorted(named) == [sheet.name for sheet in SHEETS]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_property_that_is_used_is_defined(sheet: Path):
    defined = {name for each in SHEETS for name in re.findall(r"(--[\w-]+):", each.read_text(encoding="utf-8"))}
    assert set(re.findall(r"var\((--[\w-]+)\)", sheet.read_text(encoding="utf-8"))) <= defined
