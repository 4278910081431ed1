"""Firestore: databases, backups, indexes."""

from tests.deploy.gcloud_commands.call import Call, CloudError, Handler, Json
from tests.deploy.gcloud_commands.state import add, describe, get, list_all, missing


def create_database(call: Call, state: Json) -> None:
    name = call.flag("database")
    protected = "DELETE_PROTECTION_ENABLED" if "delete-protection" in call.flags else "DELETE_PROTECTION_DISABLED"
    database = {"type": "FIRESTORE_NATIVE", "locationId": call.flag("location"), "deleteProtectionState": protected}
    database |= _recovery(call)
    add(state, "databases", name, {"name": f"projects/{call.project}/databases/{name}", **database})


def _recovery(call: Call) -> Json:
    on = "enable-pitr" in call.flags
    return {"pointInTimeRecoveryEnablement": f"POINT_IN_TIME_RECOVERY_{'ENABLED' if on else 'DISABLED'}"}


def update_database(call: Call, state: Json) -> None:
    database = get(state, "databases", call.flag("database"))
    on = "delete-protection" in call.flags
    database["deleteProtectionState"] = f"DELETE_PROTECTION_{'ENABLED' if on else 'DISABLED'}"
    if "enable-pitr" in call.flags:
        database |= _recovery(call)


def delete_database(call: Call, state: Json) -> None:
    name = call.flag("database")
    if get(state, "databases", name)["deleteProtectionState"] == "DELETE_PROTECTION_ENABLED":
        raise CloudError("FAILED_PRECONDITION: The database is protected from deletion.")
    del state["databases"][name]
    for kind in ("backup_schedules", "indexes", "exemptions", "expiries"):
        state[kind].pop(name, None)


def _of_database(kind: str) -> Handler:
    def handler(call: Call, state: Json) -> list[Json]:
        get(state, "databases", call.flag("database"))
        return list(state[kind].get(call.flag("database"), []))

    return handler


def _seconds(retention: str) -> str:
    """Say a span as the service shows it."""
    return f"{int(retention[:-1]) * {'d': 86400, 'w': 604800}[retention[-1]]}s"


def write_schedule(call: Call, state: Json) -> None:
    kept = _seconds(call.flag("retention"))
    schedules = state["backup_schedules"].setdefault(call.flag("database"), [])
    if "update" in call.words:
        [one] = [one for one in schedules if one["name"].endswith(f"/{call.flag('backup-schedule')}")]
        one["retention"] = kept
        return
    rhythm = call.flag("recurrence")
    schedules.append({"name": f"backupSchedules/{rhythm}-id", "retention": kept, f"{rhythm}Recurrence": {}})
    name = f"projects/{state['project']}/databases/{call.flag('database')}"
    number = len(state["backups"])
    state["backups"][str(number)] = {"name": f"projects/p/locations/l/backups/first-{number}", "database": name}


def create_index(call: Call, state: Json) -> None:
    words = {"ascending": "ASCENDING", "descending": "DESCENDING", "contains": "CONTAINS"}
    fields = []
    for text in call.flags["field-config"]:
        parts = dict(pair.split("=", 1) for pair in text.split(","))
        field = {"fieldPath": parts["field-path"]}
        field |= {"order": words[parts["order"]]} if "order" in parts else {"arrayConfig": "CONTAINS"}
        fields.append(field)
    fields.append({"fieldPath": "__name__", "order": fields[-1].get("order", "ASCENDING")})
    database = call.flag("database")
    indexes = state["indexes"].setdefault(database, [])
    group = f"projects/p/databases/{database}/collectionGroups/{call.flag('collection-group')}/indexes"
    if any(index["fields"] == fields and index["name"].startswith(group) for index in indexes):
        raise CloudError("ALREADY_EXISTS: index already exists")
    indexes.append(
        {"name": f"{group}/{len(indexes)}", "fields": fields, "queryScope": "COLLECTION", "state": "CREATING"}
    )


def enable_expiry(call: Call, state: Json) -> None:
    group, database = call.flag("collection-group"), call.flag("database")
    name = f"projects/p/databases/{database}/collectionGroups/{group}/fields/{call.words[-1]}"
    state["expiries"].setdefault(database, []).append({"name": name, "ttlConfig": {"state": "CREATING"}})


def exempt_field(call: Call, state: Json) -> None:
    group, database = call.flag("collection-group"), call.flag("database")
    name = f"projects/p/databases/{database}/collectionGroups/{group}/fields/{call.words[-1]}"
    state["exemptions"].setdefault(database, []).append({"name": name, "indexConfig": {}})


def delete_backup(call: Call, state: Json) -> None:
    for key, backup in list(state["backups"].items()):
        if backup["name"].endswith("/" + call.flag("backup")):
            del state["backups"][key]
            return
    missing("backup")


COMMANDS: dict[str, Handler] = {
    "firestore databases create": create_database,
    "firestore databases describe": describe("databases", "database"),
    "firestore databases update": update_database,
    "firestore databases delete": delete_database,
    "firestore backups schedules list": _of_database("backup_schedules"),
    "firestore backups schedules create": write_schedule,
    "firestore backups schedules update": write_schedule,
    "firestore backups list": list_all("backups"),
    "firestore backups delete": delete_backup,
    "firestore indexes composite list": _of_database("indexes"),
    "firestore indexes composite create": create_index,
    "firestore indexes fields list": _of_database("exemptions"),
    "firestore indexes fields update": exempt_field,
    "firestore fields ttls list": _of_database("expiries"),
    "firestore fields ttls update": enable_expiry,
}
