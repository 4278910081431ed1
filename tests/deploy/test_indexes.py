"""Every query of the code has its index in firestore.indexes.json, or needs none; every expiry has its field."""

import ast
import datetime as dt
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.cloud.firestore_v1.types import StructuredQuery

from deploy.indexes import (
    Index,
    declared_expiry,
    declared_indexes,
    missing_exemptions,
    missing_expiry,
    missing_indexes,
)
from shared.model.retention import Retention, bounds_of
from shared.store.places import PLACES
from shared.store.selections import FILTERS, selection
from shared.store.store import Store
from tests.deploy.world import ROOT

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
DECLARED = json.loads((ROOT / "firestore.indexes.json").read_text(encoding="utf-8"))
Filter = tuple[str, str]

_EQUAL = {"EQUAL", "IN"}
_UNEQUAL = {"LESS_THAN", "LESS_THAN_OR_EQUAL", "GREATER_THAN", "GREATER_THAN_OR_EQUAL", "NOT_EQUAL"}
_OPERATORS = StructuredQuery.FieldFilter.Operator
_DIRECTIONS = StructuredQuery.Direction


class RecordingApi:
    """Stands in for Firestore's service: keeps every query and which functions of ours asked, and finds nothing."""

    def __init__(self) -> None:
        self.queries: list[StructuredQuery] = []
        self.callers: set[tuple[str, str]] = set()

    def run_query(self, request: dict[str, Any], **_options: Any) -> Iterator[Any]:
        self.queries.append(request["structured_query"])
        self._note_callers()
        return iter(())

    def run_aggregation_query(self, request: dict[str, Any], **_options: Any) -> Iterator[Any]:
        aggregation = request["structured_aggregation_query"]
        query = StructuredQuery(aggregation.structured_query)
        for added in aggregation.aggregations:  # what is added up comes last in the index
            if "count" in added:
                continue
            order = StructuredQuery.Order(field=added.sum.field, direction=_DIRECTIONS.ASCENDING)
            query.order_by.append(order)
        self.queries.append(query)
        self._note_callers()
        return iter(())

    def _note_callers(self) -> None:
        frame = sys._getframe(1)
        while frame.f_back is not None:
            frame = frame.f_back
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(ROOT / "shared"):
                self.callers.add((path.relative_to(ROOT).as_posix(), frame.f_code.co_name))


@pytest.fixture(scope="module")
def recorded() -> RecordingApi:
    """Run every query of the code, with and without its optional parts."""
    client = firestore.Client(project="test", credentials=AnonymousCredentials())
    api = RecordingApi()
    client._firestore_api_internal = api
    store = Store(client)

    store.contacts.with_old_work(NOW, 10)
    store.contacts.give_words("contact", 10)
    store.contacts.due("paused_until", NOW, 10)
    store.contacts.due("snoozed_until", NOW, 10)
    store.identities.of_contact("contact")
    assert store.identities._documents("identity", 10) == [] and not store.identities._has_some()
    store.messages.recent("contact", 10)
    store.messages.move("contact", "other", 10)
    store.messages.find_outbound("wamid")
    store.messages.queued(NOW, 10)
    store.messages.give_words("message", 10)
    store.messages.page_after("contact", (NOW, "message"), 10)
    for contact_id in ("", "contact"):
        for after in (None, (NOW, "message")):
            store.messages.search(["anna"], contact_id, after, 10)
    store.messages.bytes_received("contact", NOW)
    store.events.delete_expired(NOW, 10)
    store.previews.delete_expired(NOW, 10)
    store.presence.delete_expired(NOW, 10)
    store.business.versions(10)
    store.facts.delete_expired(NOW, 10)
    store.files.chunk_references("message")
    store.past_conversations.of_contact("contact")
    store.past_conversations.move("contact", "other")
    store.members.list()
    store.activity.delete_expired(NOW, 10)
    for after in (None, (NOW, "act")):
        for contact_id, who in (("", ""), ("contact", ""), ("", "anna"), ("contact", "anna")):
            store.activity.page(after, 10, contact_id=contact_id, who=who)
    for after in (None, (NOW, "note")):
        store.notes.page("contact", after, 10)
    store.notes.move("contact", "other", 10)
    store.business.versions(10)
    for name in (*FILTERS, "label:vip"):
        listed = selection(name, "anna@example.com", NOW)
        assert listed
        for search in ("", "anna"):
            for after in (None, (NOW, "contact")):
                store.contacts.page(listed, search, after, 10)
        with suppress(ValueError):  # the service that stands in counts nothing
            store.contacts.count(listed)
    _walk_over_people(store, client)
    _run_retention(store)
    for before in (None, (NOW, "message")):
        store.messages.with_files("contact", before, 10)
        store.messages.page("contact", before, 10)
    store.contacts.changed(NOW, 10)
    store.messages.changed("contact", NOW, 10)
    return api


def _walk_over_people(store: Store, client: firestore.Client) -> None:
    store.erasures.with_work(NOW, 10)
    list(store.erasures.all())
    store.exports.delete_expired(NOW, 10)
    store.exports.with_work(NOW, 10)
    person = store.people.person("contact")
    store.people._erase_quotes(client.batch(), [SimpleNamespace(id="message")], person)
    store.people.delete_expired(NOW, 10)
    for place in PLACES:
        with suppress(AttributeError):  # nor does it read by id
            list(place.find(client, person) if place.find else ())


def test_every_function_of_the_code_that_queries_was_recorded(recorded):
    """Fails when a query is added: run it in the fixture above."""
    asking = {
        (path.relative_to(ROOT).as_posix(), function.name)
        for path in (ROOT / "shared").rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and _asks(function)
    }
    assert len(asking) >= 8
    assert asking - recorded.callers == set()


def _asks(function: ast.FunctionDef) -> bool:
    """A query is sent by `.stream(…)`, or by `.get(…)` after `.count(…)` and the like."""
    called = {
        node.func.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    return "stream" in called or bool(called & {"where", "order_by"} and called & {"count", "sum", "avg", "get"})


def _run_retention(store: Store) -> None:
    bounds, retained = bounds_of(Retention(), NOW), store.retained
    retained.old_messages(bounds)
    for after in (None, (NOW, "message")):
        retained.walk("files", bounds, after)
        retained.walk("deleted", bounds, after)
    retained._quoting(["message"])
    retained.old_acts(bounds)
    retained.silent_contacts(bounds, 10)
    with suppress(ValueError, AttributeError):
        retained.preview(bounds)


def test_every_query_has_its_index_or_needs_none(recorded):
    declared = {(group, fields) for group, fields in declared_indexes(DECLARED)}
    missing = [
        index for query in recorded.queries if (index := needed_index(query)) and not _served(index, declared)
    ]
    assert missing == []


def test_every_declared_index_is_needed_by_a_query(recorded):
    needed = [index for query in recorded.queries if (index := needed_index(query))]
    unused = [index for index in declared_indexes(DECLARED) if not any(_served(one, {index}) for one in needed)]
    assert unused == []


def test_every_expiry_field_is_written_by_the_code_into_its_collection():
    """The field is a key of a document in the module that opens the collection."""
    for collection, field in declared_expiry(DECLARED):
        assert any(_writes(path, collection, field) for path in (ROOT / "shared").rglob("*.py")), (
            collection,
            field,
        )


def test_every_expiry_field_of_the_code_is_declared():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "shared").rglob("*.py"))
    declared = {field for _, field in declared_expiry(DECLARED)}
    assert {word for word in ("expire_at", "expires_at", "delete_at") if f'"{word}"' in source} <= declared


def _writes(path: Path, collection: str, field: str) -> bool:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    keys = {key for node in nodes if isinstance(node, ast.Dict) for key in map(_constant, node.keys)}
    opened = {
        _constant(node.args[0])
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "collection"
    }
    return field in keys and collection in opened


def _constant(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def needed_index(query: StructuredQuery) -> Index | None:
    """Return the composite index that a query needs, None when Firestore's own single-field indexes serve it.

    Equalities come first in any order, then the order (an inequality without one orders by its field). Equalities
    alone are merged from single-field indexes (firebase.google.com/docs/firestore/query-data/index-overview).
    """
    collection = query.from_[0].collection_id
    filters = list(_filters(query.where))
    equal = sorted({(path, "ASCENDING") for path, operator in filters if operator in _EQUAL})
    contains = [(path, "CONTAINS") for path, operator in filters if operator.startswith("ARRAY_CONTAINS")]
    orders = [(order.field.field_path, _DIRECTIONS(order.direction).name) for order in query.order_by]
    orders = [order for order in orders if order[0] != "__name__"]
    unequal = {path for path, operator in filters if operator in _UNEQUAL}
    orders += [(path, "ASCENDING") for path in sorted(unequal - {path for path, _ in orders})]
    if not orders or len(equal) + len(contains) + len(orders) == 1:
        return None
    return collection, tuple([*equal, *contains, *orders])


def _filters(where: Any) -> Iterator[Filter]:
    if "composite_filter" in where:
        for part in where.composite_filter.filters:
            yield from _filters(part)
    elif "unary_filter" in where:  # such as a comparison with nothing, which is one with a value
        yield where.unary_filter.field.field_path, "EQUAL"
    elif "field_filter" in where:
        yield where.field_filter.field.field_path, _OPERATORS(where.field_filter.op).name


def _served(needed: Index, declared: set[Index]) -> bool:
    """An index serves a query when the equalities are the same, in any order, and the rest follows in order."""
    collection, fields = needed
    free = [field for field in fields if field[1] == "CONTAINS" or field[0] in _equalities(fields)]
    rest = fields[len(free) :]
    return any(
        group == collection and set(index[: len(free)]) == set(free) and index[len(free) :] == rest
        for group, index in declared
    )


def _equalities(fields: tuple[tuple[str, str], ...]) -> set[str]:
    """All but the last field: no query of ours orders by two fields."""
    return {path for path, _ in fields[:-1]}


def test_missing_indexes_are_those_the_database_lacks():
    [first, *rest] = declared_indexes(DECLARED)
    existing = [
        {
            "name": f"projects/p/databases/d/collectionGroups/{group}/indexes/1",
            "fields": [
                {"fieldPath": path, "arrayConfig" if order == "CONTAINS" else "order": order}
                for path, order in [*fields, ("__name__", "DESCENDING")]
            ],
        }
        for group, fields in rest
    ]
    assert missing_indexes(DECLARED, existing) == [first]
    expected = [
        ("activity", "expire_at"),
        ("events", "expire_at"),
        ("messages", "expire_at"),
        ("presence", "expire_at"),
        ("previews", "expire_at"),
        ("state", "expire_at"),
    ]
    assert sorted(missing_expiry(DECLARED, [])) == expected


def test_missing_exemptions_are_those_the_database_still_indexes():
    name = "projects/p/databases/d/collectionGroups/{}/fields/{}"
    existing = [
        {"name": name.format("__default__", "*"), "indexConfig": {"indexes": [{"queryScope": "COLLECTION"}]}},
        {"name": name.format("chunks", "content"), "indexConfig": {}},
        {"name": name.format("messages", "payload"), "indexConfig": {"indexes": [{"queryScope": "COLLECTION"}]}},
    ]
    assert ("chunks", "content") in missing_exemptions(DECLARED, [])
    found = missing_exemptions(DECLARED, existing)
    assert ("chunks", "content") not in found
    assert ("messages", "payload") in found


def test_no_query_asks_for_a_field_without_index(recorded):
    exempt = set(missing_exemptions(DECLARED, []))
    asked = {
        (query.from_[0].collection_id, path)
        for query in recorded.queries
        if needed_index(query) is None  # composite indexes hold fields without an index of their own, too
        for path in [
            *(path for path, _ in _filters(query.where)),
            *(one.field.field_path for one in query.order_by),
        ]
    }
    assert asked
    assert not exempt & asked
