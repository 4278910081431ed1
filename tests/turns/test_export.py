"""A person's file: everything that is kept of them is in it, and nothing of anybody else."""

import io
import json
import zipfile
from typing import Any

import pytest

from functions.process.privacy.export import collect
from shared.errors import RemoteError
from shared.model.contact import FormerAccount
from shared.model.profile_field import ProfileField
from shared.queue.tasks import EraseTask, ExportTask
from shared.store.exports import export_id
from tests.turns.fakes import FakeRecords
from tests.turns.leftovers import chunks_of, documents, left_of
from tests.turns.test_erasure import WORDS, ask_to_erase, fill, look_again, small
from tests.turns.world import World

pytestmark = pytest.mark.emulator
# What documents hold of a person that no file needs to: hashes for queries, staff's names, and where they are.
NOT_TOLD = ("search", "author_name", "author", "who", "assignee", "email")


def strings_of(stored: Any, name: str = "") -> set[str]:
    """Every text in a document."""
    match stored:
        case dict():
            return {text for key, each in stored.items() if key not in NOT_TOLD for text in strings_of(each, key)}
        case list():
            return {text for each in stored for text in strings_of(each)}
        case str():
            return {stored}
    return set()


def export(world: World, send_by: str = "") -> str:
    name = world.store.exports.begin(world.contact().id, world.clock.now(), send_by).id
    world.queue.put(ExportTask(export_id=name))
    world.run_until_quiet(sweeps=0)
    return name


def test_file_of_a_person_has_every_string_of_theirs_and_nothing_of_others(world: World) -> None:
    fill(world)
    stored = {path: each for path, each in documents(world.client).items() if path.startswith("messages/")}
    theirs = [each for each in stored.values() if each["contact_id"] == world.contact().id]
    contact = documents(world.client)[f"contacts/{world.contact().id}"]
    archive = zipfile.ZipFile(io.BytesIO(world.store.files.load(export(world)) or b""))
    data, page = archive.read("data.json").decode(), archive.read("index.html").decode()
    told = strings_of(json.loads(data))
    assert strings_of([*theirs, contact]) <= told
    assert not [word for word in ("rosso", "393339999999", "anna@shop.it") if word in data or word in page]
    for word in (
        "uno verde",
        "come verde?",
        "ora verde",
        "gruppo verde",
        "Ditta verde",
        "Anna nota verde",
        "Mario verde",
    ):
        assert word in data and word in page, word
    pictures = [archive.read(name) for name in archive.namelist() if name.startswith("files/")]
    assert {b"PICTURE-verde", b"PDF-verde"} <= set(pictures)
    assert json.loads(data)["openai"][0]["items"]
    found = world.store.exports.get(export_id(world.contact().id))
    assert found and (found.state, found.done, found.problem) == ("done", found.total, "")


def test_file_is_erased_with_its_person_and_goes_after_a_day(world: World) -> None:
    small(world)
    export(world)
    ask_to_erase(world)
    world.run_until_quiet(sweeps=0)
    assert left_of(world, WORDS) == [] and not [path for path in documents(world.client) if path.startswith("exp")]
    world.say("due verde")
    world.run_until_quiet(sweeps=0)
    name = export(world)
    world.clock.advance(86_401)
    world.run_until_quiet(sweeps=1)
    assert world.store.exports.get(name) is None and world.store.files.find(name) is None


def test_person_who_is_erased_while_their_file_is_made_leaves_none(world: World) -> None:
    small(world)
    contact_id = world.contact().id
    erasure = world.store.erasures.request(contact_id, world.clock.now())
    export_name = world.store.exports.begin(contact_id, world.clock.now()).id
    reading, world.assistant.conversations = world.assistant.conversations, _Erasing(world, erasure.id)
    world.assistant.conversations.update(reading)
    world.deliver(ExportTask(export_id=export_name))
    world.run_until_quiet(sweeps=0)
    assert left_of(world, WORDS) == []


class _Erasing(dict[str, Any]):
    """Conversations, with the first look at which their person is erased."""

    def __init__(self, world: World, erasure_id: str) -> None:
        super().__init__()
        self._world, self._task = world, EraseTask(erasure_id=erasure_id)
        self._begun = False

    def get(self, name: str, default: Any = None) -> Any:
        if not self._begun:
            self._begun = True
            self._world.deliver(self._task)
        return super().get(name, default)


def test_customer_is_sent_what_is_kept_of_them_once(world: World) -> None:
    small(world)
    name = export(world, send_by="anna@shop.it")
    world.deliver(ExportTask(export_id=name))
    world.run_until_quiet(sweeps=0)
    [(content, mime_type, _)] = world.whatsapp.uploads
    assert mime_type == "text/plain" and "uno verde" in content.decode() and "+39 333 123 4567" in content.decode()


def test_customer_is_sent_nothing_from_before_their_account_had_the_number(world: World) -> None:
    small(world)
    field = ProfileField(value="Ditta verde", source="staff", updated_at=world.clock.now())
    world.clock.advance(60)
    world.change(former_accounts=[FormerAccount(ids=["IT.1"], until=world.clock.now())], profile={"company": field})
    world.clock.advance(60)
    world.say("sono nuovo")
    world.run_until_quiet(sweeps=0)
    export(world, send_by="anna@shop.it")
    [(content, _, _)] = world.whatsapp.uploads
    assert "sono nuovo" in content.decode() and "verde" not in content.decode()


def test_file_is_made_by_one_at_a_time(world: World) -> None:
    small(world)
    name = world.store.exports.begin(world.contact().id, world.clock.now()).id
    assert world.store.exports.take(name, world.clock.now(), 90)
    for _ in range(3):  # asked for again and again, and by the sweep
        assert world.deliver(ExportTask(export_id=name))
    found = world.store.exports.get(name)
    assert found and (found.state, found.tries) == ("running", 1) and world.store.files.find(name) is None
    world.clock.advance(91)  # who had it died
    assert world.deliver(ExportTask(export_id=name))
    found = world.store.exports.get(name)
    assert found and (found.state, found.tries) == ("done", 2)


def test_file_left_by_who_died_over_it_goes_with_its_person(world: World) -> None:
    small(world)
    name = export_id(world.contact().id)
    ask_to_erase(world)
    world.run_until_quiet(sweeps=0)
    world.store.files.save(name, b"PICTURE-verde", "application/zip")
    world.deliver(ExportTask(export_id=name))
    assert chunks_of(world.client, name) == []
    world.store.files.save(name, b"PICTURE-verde", "application/zip")
    for _ in range(2):  # the first sweep of all writes to each contact
        look_again(world)
    assert chunks_of(world.client, name) == []


def test_file_is_made_while_openai_is_down_which_is_asked_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(world)
    world.change(conversation_ids=["conv_1", "conv_2", "conv_3"])
    asked: list[str] = []

    def items(_records: FakeRecords, conversation_id: str) -> list[Any]:
        asked.append(conversation_id)
        raise RemoteError("away", remote_code="http_503", retryable=True)

    monkeypatch.setattr(FakeRecords, "items", items)
    told = collect(world.runtime(), world.contact())["openai"]
    assert [each["problem"] for each in told] == ["http_503"] * 3 and len(asked) == 1
