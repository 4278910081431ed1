"""The icons that an installed page needs as PNG, drawn from `frontend/icon.svg`.

`python -m local.pictures.icons` draws them anew, after a change of the SVG.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from local.stack.browser import HOW_TO_GET_ONE, find_browser, launch_arguments

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
# By file name: pixels a side, and whether the drawing fills the square. The system cuts those into a shape of its
# own and keeps the inner circle of 80 % (www.w3.org/TR/appmanifest/#icon-masks); what is drawn here lies within it.
ICONS = {
    "icon-192.png": (192, False),
    "icon-512.png": (512, False),
    "icon-maskable-512.png": (512, True),
    "apple-touch-icon.png": (180, True),
}


def main() -> int:
    """Draw the icons; a missing browser is a message and exit code 1."""
    path = find_browser()
    if not path:
        print(HOW_TO_GET_ONE, file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=launch_arguments())
        for name, (side, fills) in ICONS.items():
            _draw(browser, FRONTEND / "icons" / name, side, fills=fills)
        browser.close()
    return 0


def _draw(browser: Browser, file: Path, side: int, *, fills: bool) -> None:
    drawing = (FRONTEND / "icon.svg").read_text(encoding="utf-8")
    drawing = drawing.replace(' rx="9"', "") if fills else drawing
    page = browser.new_page(viewport={"width": side, "height": side})
    page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{side}px;height:{side}px}}</style>{drawing}")
    file.parent.mkdir(exist_ok=True)
    page.screenshot(path=file, omit_background=True)
    page.close()


if __name__ == "__main__":
    sys.exit(main())
