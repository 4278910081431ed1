"""The pictures of the documentation: one screen is taken, and the shop in them fits the model."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from local.pictures import shop
from local.stack.browser import HOW_TO_GET_ONE, find_browser
from local.stack.configuration import ROOT

PATIENCE_SECONDS = 300.0


def test_shop_of_the_pictures_has_settings_that_the_product_takes():
    told = yaml.safe_load((Path(shop.__file__).parent / "shop.yaml").read_text(encoding="utf-8"))
    settings = shop.settings_of(told)
    labels = {label for customer in told["customers"] for label in customer.get("labels", [])}
    assert labels <= {label.name for label in settings.inbox.labels}
    fields = {name for customer in told["customers"] for name in customer.get("profile", {})}
    assert fields <= {each.name for each in settings.fields}


@pytest.mark.stack
@pytest.mark.browser
def test_screen_is_taken_as_wide_as_its_look(tmp_path: Path):
    if find_browser() is None:
        pytest.skip(HOW_TO_GET_ONE)
    command = [sys.executable, "-m", "local.pictures", "--only", "chat", "--look", "phone", "--to", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert done.returncode == 0, done.stderr
    assert "chat: phone" in done.stdout
    (picture,) = tmp_path.iterdir()
    content = picture.read_bytes()
    assert picture.name == "chat.phone.webp"
    assert content[8:16] == b"WEBPVP8X"
    width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
    assert (width, height) == (390, 844)
    assert len(content) > 10_000  # not a blank page
