"""The walls between the rooms (docs/architecture.md): one import in the wrong place breaks a contract.

import-linter sees one package `google`; which of Google's libraries a file imports is read from its source.
"""

import ast
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract

ROOT = Path(__file__).parents[2]
CONTRACTS: dict[str, Any] = {
    "forbidden": ForbiddenContract,
    "independence": IndependenceContract,
    "layers": LayersContract,
}
GOOGLES = {
    "shared/store/": ("google.cloud.firestore", "google.cloud.firestore_v1", "google.api_core"),
    "shared/queue/client.py": ("google.cloud.tasks_v2", "google.api_core", "google.protobuf"),
    "functions/dashboard_api/sign_in.py": ("google.auth", "google.oauth2"),
}


class House:
    """Every import of the project, and the contracts in pyproject.toml."""

    def __init__(self) -> None:
        options = read_configuration(str(ROOT / "pyproject.toml"))
        session = options["session_options"]
        self._contracts = [
            CONTRACTS[each["type"]](each["name"], session, each) for each in options["contracts_options"]
        ]
        self._imports = grimp.build_graph(*session["root_packages"], include_external_packages=True, cache_dir=None)

    def broken(self, importer: str = "", imported: str = "") -> list[str]:
        """Return the names of the contracts that are broken, when one more import is added."""
        imports = deepcopy(self._imports)
        if importer:
            imports.add_import(importer=importer, imported=imported)
        return [each.name for each in self._contracts if not each.check(deepcopy(imports), verbose=False).kept]


@pytest.fixture(scope="module")
def house() -> House:
    return House()


def test_contracts_are_kept(house):
    assert house.broken() == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("functions.webhook.main", "functions.process.inbox.rate"),
        ("functions.webhook.payload", "shared.store.contacts"),
        ("functions.process.media.fetch", "functions.process.turn.lease"),
        ("functions.process.brand_new", "shared.errors"),
        ("functions.process.inbox.rate", "deploy.bundle"),
        ("functions.process.inbox.rate", "tools.javascript"),
        ("functions.process.inbox.rate", "tests.conftest"),
        ("functions.process.inbox.rate", "local.stack.stack"),
        ("functions.process.inbox.rate", "google"),
        ("functions.process.inbox.rate", "openai"),
        ("functions.dashboard_api.desk", "openai"),
        ("shared.store.contacts", "functions.dashboard_api.desk"),
        ("shared.store.contacts", "shared.whatsapp.client"),
        ("shared.store.contacts", "shared.queue.client"),
        ("shared.queue.client", "shared.store.contacts"),
        ("shared.whatsapp.client", "shared.queue.tasks"),
        ("shared.model.contact", "shared.store.contacts"),
        ("shared.settings", "shared.model.contact"),
        ("shared.once", "google"),
        ("shared.http", "grpc"),
        ("shared.log", "openai"),
        ("shared.store.contacts", "grpc"),
        ("shared.queue.tasks", "google"),
        ("shared.brand_new", "shared.errors"),
    ],
)
def test_import_through_a_wall_breaks_a_contract(house, importer, imported):
    assert house.broken(importer, imported) != []


def test_every_file_imports_only_its_own_of_googles_libraries():
    files = [*ROOT.glob("functions/**/*.py"), *ROOT.glob("shared/**/*.py")]
    assert len(files) > 90
    assert [
        (path, found) for path in files if (found := _foreign(str(path.relative_to(ROOT)), path.read_text()))
    ] == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("shared/once.py", "from google.cloud import firestore"),
        ("shared/queue/client.py", "from google.cloud import firestore"),
        ("shared/queue/client.py", "from google.cloud.firestore_v1.base_query import FieldFilter"),
        ("shared/store/contacts.py", "from google.cloud import tasks_v2"),
        ("shared/store/contacts.py", "import google"),
        ("functions/dashboard_api/sign_in.py", "import google.cloud.firestore"),
        ("functions/dashboard_api/sign_in.py", "def late():\n    from google.cloud import firestore"),
        ("functions/dashboard_api/sign_in.py", "from google import cloud"),
    ],
)
def test_library_of_google_in_the_wrong_file_is_found(path, line):
    assert _foreign(path, line) != []


def _foreign(path: str, source: str) -> list[str]:
    own = [library for place, libraries in GOOGLES.items() if path.startswith(place) for library in libraries]
    googles = [name for name in _imported(source) if name.split(".")[0] == "google"]
    return [name for name in googles if not any(f"{name}.".startswith(f"{library}.") for library in own)]


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
