"""A person's file: everything that is kept of them, for them to read and for other programs (docs/privacy.md)."""

import datetime as dt
import json
import mimetypes
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from functions.process.privacy.readable import Json, readable_page, readable_text
from functions.process.privacy.send import send_to_customer
from functions.process.runtime import Runtime
from functions.process.turn.present_account import as_present_account
from shared.errors import AssistantError, GoneError, RemoteError
from shared.log import Stopwatch, logger
from shared.model.contact import Contact
from shared.model.media_type import base_type
from shared.queue.tasks import ExportTask
from shared.store.exports import Export

FORMAT, VERSION = "whatsapp-assistant/person", 1
MAX_TRIES = 3  # then it is more than a task can put together
TELL_EVERY = 25  # files
# Names of colleagues are theirs (art. 15.4): the customer reads that somebody of staff did it.
COLLEAGUES = ("author_name", "author", "who", "assignee", "email")
DERIVED = ("search", "update_time")  # what documents hold for queries alone


def make_export(runtime: Runtime, task: ExportTask) -> None:
    """Make a person's file, or begin it anew; raises an error when the queue should deliver again."""
    exports, files = runtime.store.exports, runtime.store.files
    export = exports.take(task.export_id, runtime.now(), runtime.settings.function_timeout_seconds)
    contact = runtime.store.contacts.get(export.contact_id) if export else None
    if export is None or contact is None:
        if contact is None and exports.get(task.export_id) is None:
            files.delete(task.export_id)  # which a process may have left that died after the erasure
        return
    if export.tries > MAX_TRIES:
        exports.note(export.id, state="failed", problem="too_large")
        return
    try:
        _make(runtime, export, contact)
    except GoneError:  # erased meanwhile
        files.delete(export.id)
    except AssistantError:
        exports.note(export.id, busy_until=None)
        raise


def _make(runtime: Runtime, export: Export, contact: Contact) -> None:
    watch, files, told = Stopwatch(), runtime.store.files, collect(runtime, contact)
    messages = told["messages"]
    runtime.store.exports.note(export.id, total=len(messages))
    if export.send_by:
        theirs = readable_text(_of_present_account(told, contact), as_present_account(contact))
        send_to_customer(runtime, contact, export, theirs)
    else:
        files.delete(export.id)
        with files.writer(export.id, "application/zip") as target, zipfile.ZipFile(target, "w") as archive:
            _pack(runtime, export, archive, told)
    found = files.find(export.id)
    runtime.store.exports.note(export.id, state="done", done=len(messages), size=found.size if found else 0)
    logger.info("exported", contact=contact.id, messages=len(messages), seconds=watch.seconds)


def collect(runtime: Runtime, contact: Contact) -> Json:
    """Return everything that is kept of a person, by place, and what is at OpenAI (1 read a document)."""
    person = runtime.store.people.person(contact.id)
    places: defaultdict[str, list[Json]] = defaultdict(list)
    for place, snapshot in runtime.store.people.documents(person):
        places[place.collection].append(plain({**snapshot.to_dict(), "id": snapshot.id}))
    messages = sorted(places["messages"], key=lambda message: str(message.get("at")))
    for message in messages:
        if message.get("media"):
            message["file"] = _file_name(message)
    conversations = [name for stored in places["contacts"] for name in stored.get("conversation_ids") or []]
    conversations += [name for stored in places["past_conversations"] for name in stored["ids"]]
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": runtime.now().isoformat(),
        "business": runtime.business().business.name,
        **places,
        "messages": messages,
        "openai": list(_at_openai(runtime, dict.fromkeys(conversations))),
    }


def plain(stored: Any, name: str = "") -> Any:
    """Return what a document holds as JSON has it, without what serves queries alone, and without colleagues."""
    match stored:
        case dict():
            return {key: plain(each, key) for key, each in stored.items() if key not in DERIVED}
        case list():
            return [plain(each, name) for each in stored]
        case str() if name in COLLEAGUES and "@" in stored:
            return "staff"
        case None | str() | bool() | int() | float():
            return stored
    return stored.isoformat() if hasattr(stored, "isoformat") else str(stored)


def _of_present_account(told: Json, contact: Contact) -> Json:
    """Leave out what was said under the number while another account had it: that may be somebody else's."""
    messages = told["messages"]
    since = [each for each in messages if contact.is_of_present_account(dt.datetime.fromisoformat(each["at"]))]
    return {**told, "messages": since}


def _pack(runtime: Runtime, export: Export, archive: zipfile.ZipFile, told: Json) -> None:
    archive.writestr("index.html", readable_page(told), zipfile.ZIP_DEFLATED)
    archive.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=1), zipfile.ZIP_DEFLATED)
    with_files = [message for message in told["messages"] if message.get("file")]
    for number, message in enumerate(with_files):
        found = runtime.store.files.find(message["id"])
        if found:
            with archive.open(message["file"], "w") as target, runtime.store.files.open(found) as content:
                while piece := content.read(1024 * 1024):
                    target.write(piece)
        if number % TELL_EVERY == 0:
            runtime.store.exports.note(export.id, done=number)


def _file_name(message: Json) -> str:
    kind = base_type(message["media"].get("mime_type") or "")
    return f"files/{message['id']}{mimetypes.guess_extension(kind) or ''}"


def _at_openai(runtime: Runtime, conversation_ids: Iterable[str]) -> Iterator[Json]:
    """Give what each conversation at OpenAI holds, or why that could not be read now.

    Where OpenAI is down nothing more is asked: a customer may have so many that waiting for each takes too long.
    """
    down = ""
    for conversation_id in conversation_ids:
        told: Json = {"conversation": conversation_id, "items": []}
        try:
            if not down:
                told["items"] = runtime.assistant.records.items(conversation_id)
        except RemoteError as error:
            told["problem"] = error.remote_code or error.code
            down = told["problem"] if error.retryable else ""
        yield {**told, "problem": down} if down else told
