"""Firestore: the database, its backups, and what firestore.indexes.json declares."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from deploy.catalogue import BACKUP_DAYS
from deploy.deployment import Deployment
from deploy.documents import Difference, Json, differences, value_at
from deploy.gcloud import Command
from deploy.indexes import OPTIONS, missing_exemptions, missing_expiry, missing_indexes
from deploy.resource import Resource
from deploy.terminal import Stop

INDEXES = Path("firestore.indexes.json")
SCHEDULES: Command = ("firestore", "backups", "schedules")
_SECONDS = {"d": 24 * 3600, "w": 7 * 24 * 3600}


def database(here: Deployment) -> Iterator[Resource]:
    """Make the database, protect it, back it up and give it its indexes."""
    of_it = f"--database={here.database}"
    found = here.cloud.inspect("firestore", "databases", "describe", of_it)
    if found is None:
        yield here.remember("database", here.database)
    elif here.annotation("database") != here.database:
        here.terminal.note(
            f"the database {here.database} was there before: it is used, and destroy will not delete it"
        )
    yield the_database(here)
    yield from _backups(here, of_it)
    yield from _indexes(here, of_it)


def the_database(here: Deployment) -> Resource:
    """Describe the database; stops where it cannot be used."""
    of_it, location = f"--database={here.database}", here.settings.deploy.firestore_location
    pitr = here.settings.deploy.firestore_pitr
    create = ("firestore", "databases", "create", of_it, f"--location={location}", "--type=firestore-native")
    update = ("firestore", "databases", "update", of_it)
    wanted = {"deleteProtectionState": "DELETE_PROTECTION_ENABLED"}
    if pitr:
        wanted["pointInTimeRecoveryEnablement"] = "POINT_IN_TIME_RECOVERY_ENABLED"
    protect = ("--delete-protection", *(["--enable-pitr"] if pitr else []))

    def usable(found: Json | None) -> Json | None:
        if found and found["type"] != "FIRESTORE_NATIVE":
            raise Stop(
                f"The database {here.database} is in Datastore mode, which the assistant cannot use. Set"
                " FIRESTORE_DATABASE to another name."
            )
        if found and found["locationId"] != location:
            raise Stop(
                f"The database {here.database} is in {found['locationId']} and cannot be moved. Set"
                f" FIRESTORE_LOCATION={found['locationId']}, or FIRESTORE_DATABASE to another name."
            )
        return found

    return Resource(
        f"database {here.database} in {location}, protected from deletion",
        ("firestore", "databases", "describe", of_it),
        find=usable,
        make=lambda _: [(*create, *protect)],
        mend=lambda _: [(*update, *protect)],
        remove=lambda _: [(*update, "--no-delete-protection"), ("firestore", "databases", "delete", of_it)],
        wanted=wanted,
    )


def _backups(here: Deployment, of_it: str) -> Iterator[Resource]:
    """Daily, kept for a week; weekly, kept for as long as was chosen."""
    weeks = here.settings.deploy.backup_weeks
    rhythms: list[tuple[str, str, Command]] = [("daily", BACKUP_DAYS, ())]
    if weeks:
        rhythms.append(("weekly", f"{weeks}w", ("--day-of-week=SUN",)))
    for rhythm, kept, day in rhythms:
        flags = (of_it, f"--recurrence={rhythm}", *day, f"--retention={kept}")
        yield Resource(
            f"{rhythm} backup, kept {kept}",
            (*SCHEDULES, "list", of_it),
            find=_schedule(rhythm),
            make=_always((*SCHEDULES, "create", *flags)),
            mend=_keep_longer_or_shorter(of_it, kept),
            compare=_kept_otherwise(kept),
        )
    _tell_what_stays(here, of_it, weeks)


def _kept_otherwise(kept: str) -> Callable[[Any], list[Difference]]:
    """Compare how long a schedule's backups are kept; the API says it in seconds."""
    wanted = f"{int(kept[:-1]) * _SECONDS[kept[-1]]}s"
    return lambda found: differences(found, {"retention": wanted})


def _keep_longer_or_shorter(of_it: str, kept: str) -> Callable[[Any], list[Command]]:
    def mend(found: Json) -> list[Command]:
        schedule = str(found["name"]).rpartition("/")[2]
        return [(*SCHEDULES, "update", of_it, f"--backup-schedule={schedule}", f"--retention={kept}")]

    return mend


def _tell_what_stays(here: Deployment, of_it: str, weeks: int) -> None:
    """Say what protects the data more than the settings ask for: that is ended by hand alone."""
    found = here.cloud.inspect("firestore", "databases", "describe", of_it)
    on = value_at(found, "pointInTimeRecoveryEnablement") == "POINT_IN_TIME_RECOVERY_ENABLED"
    if on and not here.settings.deploy.firestore_pitr:
        here.terminal.note(
            "point-in-time recovery is on, and stays so without FIRESTORE_PITR: gcloud firestore databases update"
            f" {of_it} --no-enable-pitr"
        )
    weekly = _schedule("weekly")(here.cloud.inspect(*SCHEDULES, "list", of_it)) if found else None
    if weekly and not weeks:
        schedule = str(weekly["name"]).rpartition("/")[2]
        here.terminal.note(
            "a weekly backup is made, and goes on without BACKUP_WEEKS: gcloud firestore backups schedules delete"
            f" {of_it} --backup-schedule={schedule}"
        )


def _schedule(rhythm: str) -> Callable[[Any], Any]:
    return lambda schedules: next((item for item in schedules or [] if f"{rhythm}Recurrence" in item), None)


def _always(command: Command) -> Callable[[Any], list[Command]]:
    return lambda _found: [command]


def _indexes(here: Deployment, of_it: str) -> Iterator[Resource]:
    """Build what is missing; Firestore takes some minutes, and a query that needs an index fails until then."""
    declared = json.loads(INDEXES.read_text(encoding="utf-8"))
    look = ("firestore", "indexes", "composite", "list", of_it)
    for collection, fields in missing_indexes(declared, here.cloud.inspect(*look) or []):
        flags = [f"--field-config=field-path={path},{OPTIONS[order]}" for path, order in fields]
        create = ("firestore", "indexes", "composite", "create", of_it, f"--collection-group={collection}")
        name = f"index of {collection} by {', '.join(f'{path} {order.lower()}' for path, order in fields)}"
        yield _missing(name, look, (*create, "--query-scope=collection", *flags, "--async"))
    # Firestore indexes every field by itself; what nobody asks for by value would only cost storage and time.
    look = ("firestore", "indexes", "fields", "list", of_it)
    for collection, field in missing_exemptions(declared, here.cloud.inspect(*look) or []):
        update = ("firestore", "indexes", "fields", "update", field, f"--collection-group={collection}", of_it)
        yield _missing(f"no index of {collection}'s {field}", look, (*update, "--disable-indexes", "--async"))
    look = ("firestore", "fields", "ttls", "list", of_it)
    for collection, field in missing_expiry(declared, here.cloud.inspect(*look) or []):
        update = ("firestore", "fields", "ttls", "update", field, f"--collection-group={collection}", of_it)
        yield _missing(f"expiry of {collection} at {field}", look, (*update, "--enable-ttl", "--async"))


def _missing(name: str, look: Command, create: Command) -> Resource:
    return Resource(name, look, find=lambda _list: None, make=_always(create), is_shared=True)


def backups(here: Deployment) -> Iterator[Resource]:
    """Name the backups of the database, to be removed with it."""
    place = f"--location={here.settings.deploy.firestore_location}"
    look = ("firestore", "backups", "list", place)
    own = f"projects/{here.project}/databases/{here.database}"
    found = [item["name"] for item in here.cloud.inspect(*look) or [] if item["database"] == own]
    for name in found or (["BACKUP"] if here.terminal.is_dry_run else []):
        delete = ("firestore", "backups", "delete", f"--backup={name.rpartition('/')[2]}", place)
        yield Resource(f"backup {name.rpartition('/')[2]}", look, remove=_always(delete), is_shared=True)
