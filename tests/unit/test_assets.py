"""The page's files: the version in their address, what the page has the browser fetch at once, what is left out."""

import os
import re
from pathlib import Path

import pytest

from functions.dashboard_api.assets import Assets, FrontEnd, compressed
from functions.dashboard_api.page import FRONTEND

LIGHT = 60_000  # bytes
PAGE = """<script type="importmap">{"imports": {"preact": "/assets/vendor/preact.js"}}</script>
    <link rel="stylesheet" href="/assets/styles/base.css" />
    <script type="module" src="/assets/app.js"></script>
"""
FILES = {
    "index.html": PAGE.encode(),
    "app.js": b'import { render } from "preact";\nimport {\n  a,\n  b,\n} from "./lib/a.js";\n',
    "lib/a.js": b'export { b } from "../b.js";\nexport const a = () => import("./late.js");\n',
    "b.js": b'/** @import { T } from "./types.js" */\nimport "./lib/a.js";\nexport const b = "./no_module.js";\n',
    "lib/late.js": b"",
    "types.js": b"",
    "texts/italian.js": b"",
    "vendor/preact.js": b"// theirs\n",
}


def test_page_fetches_at_once_every_module_that_the_first_screen_imports():
    front_end = FrontEnd(FILES)
    page = front_end.page("texts/italian.js")
    fetched = re.findall(r'<link rel="modulepreload" href="([^"]+)" />', page)
    paths = ["app.js", "vendor/preact.js", "lib/a.js", "b.js", "texts/italian.js"]
    assert fetched == [front_end.address(path) for path in paths]


def test_page_names_nothing_outside_its_version():
    front_end = FrontEnd(FILES)
    addresses = re.findall(r'"/assets/([^"]+)"', front_end.page("texts/italian.js"))
    assert len(addresses) == 8
    assert all(address.startswith(f"{front_end.version}/") for address in addresses)


@pytest.mark.parametrize("change", [{"lib/late.js": b"1"}, {"new.js": b""}, {"b.js": None}])
def test_version_changes_with_any_file(change: dict[str, bytes | None]):
    changed = {path: content for path, content in {**FILES, **change}.items() if content is not None}
    assert FrontEnd(changed).version != FrontEnd(FILES).version


def test_version_is_the_same_on_every_server():
    assert FrontEnd(dict(reversed(FILES.items()))).version == FrontEnd(FILES).version


def test_comments_are_left_out_and_lines_keep_their_numbers():
    source = (
        b'// What this is.\n/**\n * @param {T} a\n */\nexport const a = "//b"; // why\n  // and\n/* c */ a();\n'
    )
    (asset,) = (FrontEnd({**FILES, "c.js": source}).assets[path] for path in ["c.js"])
    assert asset.content == b'\n\n\n\nexport const a = "//b"; // why\n\n/* c */ a();\n'


def test_comments_of_others_stay_for_their_licence():
    assert FrontEnd(FILES).assets["vendor/preact.js"].content == b"// theirs\n"


def test_file_that_changes_while_the_server_runs_is_noticed(tmp_path: Path):
    (tmp_path / "a.css").write_text("a {}")
    assets = Assets(tmp_path)
    before = assets.current()
    assert assets.current() is before
    (tmp_path / "a.css").write_text("b {}")
    os.utime(tmp_path / "a.css", (1, 1))
    assert assets.current().assets["a.css"].content == b"b {}"
    assert assets.of_version(before.version) is None


def test_front_end_of_a_known_version_is_had_without_looking_at_the_folder(tmp_path: Path):
    (tmp_path / "a.css").write_text("a {}")
    assets = Assets(tmp_path)
    known = assets.current()
    (tmp_path / "a.css").unlink()
    assert assets.of_version(known.version) is known


def test_first_screen_is_light():
    """What a browser fetches before the list, as it travels; tests/browser holds that it fetches nothing else."""
    front_end = Assets(FRONTEND).current()
    page = front_end.page("texts/italian.js")
    fetched = re.findall(r'<link rel="(?:modulepreload|stylesheet)" href="/assets/\w+/([^"]+)"', page)
    size = len(compressed(page.encode())) + sum(len(compressed(front_end.assets[path].content)) for path in fetched)
    assert size < LIGHT, size


@pytest.mark.parametrize("language", ["italian", "english"])
def test_first_screen_says_nothing_that_comes_later(language: str):
    front_end = Assets(FRONTEND).current()
    modules = [path for path in front_end.modules("app.js") if not path.startswith("vendor/")]
    used = {key for path in modules for key in re.findall(r"\btexts\.(\w+)", _source(front_end, path))} - {"js"}
    assert used
    assert used <= set(re.findall(r"^  (\w+):", _source(front_end, f"texts/{language}.js"), re.MULTILINE))


def _source(front_end: FrontEnd, path: str) -> str:
    return front_end.assets[path].content.decode()
