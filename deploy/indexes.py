"""Compare firestore.indexes.json with what `gcloud … list` shows of the database."""

from typing import Any

Field = tuple[str, str]  # path; ASCENDING, DESCENDING or CONTAINS
Index = tuple[str, tuple[Field, ...]]

OPTIONS = {"ASCENDING": "order=ascending", "DESCENDING": "order=descending", "CONTAINS": "array-config=contains"}


def missing_indexes(declared: dict[str, Any], existing: list[dict[str, Any]]) -> list[Index]:
    """Return the declared composite indexes that are not in the database."""
    present = {_existing_index(item) for item in existing}
    return [index for index in declared_indexes(declared) if index not in present]


def missing_expiry(declared: dict[str, Any], existing: list[dict[str, Any]]) -> list[Field]:
    """Return collection and field of the declared TTL policies that are not in the database."""
    present = {_name_parts(item["name"]) for item in existing if item.get("ttlConfig") is not None}
    return [pair for pair in declared_expiry(declared) if pair not in present]


def missing_exemptions(declared: dict[str, Any], existing: list[dict[str, Any]]) -> list[Field]:
    """Return collection and field of what is declared to have no index and still has some."""
    overrides = declared.get("fieldOverrides", [])
    wanted = [(item["collectionGroup"], item["fieldPath"]) for item in overrides if not item["indexes"]]
    present = {_name_parts(item["name"]) for item in existing if not item.get("indexConfig", {}).get("indexes")}
    return [pair for pair in wanted if pair not in present]


def declared_indexes(declared: dict[str, Any]) -> list[Index]:
    """Return the composite indexes of the file."""
    return [_index(item["collectionGroup"], item["fields"]) for item in declared["indexes"]]


def declared_expiry(declared: dict[str, Any]) -> list[Field]:
    """Return collection and field of the TTL policies of the file."""
    overrides = declared.get("fieldOverrides", [])
    return [(item["collectionGroup"], item["fieldPath"]) for item in overrides if item.get("ttl")]


def _existing_index(item: dict[str, Any]) -> Index:
    return _index(_name_parts(item["name"])[0], item["fields"])


def _index(collection: str, fields: list[dict[str, str]]) -> Index:
    """Leave out the document's name at the end: Firestore adds it by itself, in the last field's order."""
    pairs = [(field["fieldPath"], field.get("order") or field.get("arrayConfig", "")) for field in fields]
    return collection, tuple(pair for pair in pairs if pair[0] != "__name__")


def _name_parts(name: str) -> Field:
    """Take collection group and last part from `projects/…/collectionGroups/GROUP/fields/FIELD`."""
    parts = name.split("/")
    return parts[parts.index("collectionGroups") + 1], parts[-1]
