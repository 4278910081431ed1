"""Reactions, edits and revokes: what they change, and what the model learns of it."""

import datetime as dt

import pytest

from functions.process.inbox.amendments import MAX_EARLIER_TEXTS
from shared.model.message import Message
from shared.model.turn import MAX_CONTEXT_MESSAGES
from shared.queue.tasks import MessageTask
from tests.turns.world import PHONE, World

pytestmark = pytest.mark.emulator


def edit(world: World, name: str, target: str, text: str, delay: float = 0) -> None:
    content = {"type": "text", "text": {"body": text}}
    world.happen(name, "edit", delay=delay, edit={"original_message_id": target, "message": content})


def revoke(world: World, name: str, target: str, delay: float = 0) -> None:
    world.happen(name, "revoke", delay=delay, revoke={"original_message_id": target})


def react(world: World, name: str, target: str, emoji: str | None) -> None:
    content = {"message_id": target, **({"emoji": emoji} if emoji else {})}
    world.happen(name, "reaction", reaction=content)


def answer_to(world: World, name: str) -> Message:
    """The assistant's message that answers one, as it is stored."""
    turn = world.inbound(name).turn_id
    found = [
        message for message in world.store.messages.recent(world.contact().id, 50) if message.direction == "out"
    ]
    return next(message for message in found if message.turn_id == turn)


def given_words(world: World) -> list[str]:
    """What the model was given in the last turn, one text an item."""
    contents = [item["content"] for item in world.assistant.given[-1]]
    return [content if isinstance(content, str) else content[0]["text"] for content in contents]


# Reactions


def test_reaction_to_an_answer_is_kept_on_it_and_told_with_the_next_turn(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet()
    react(world, "heart", answer_to(world, "ciao").whatsapp_id or "", "❤️")
    world.run_until_quiet()
    reaction = answer_to(world, "ciao").reaction
    assert reaction and reaction.emoji == "❤️"
    assert world.texts() == ["re: ciao"]
    assert world.inbound("heart").status == "recorded"
    world.say("grazie")
    world.run_until_quiet()
    assert given_words(world) == ['[the customer reacted ❤️ to "re: ciao"]', "grazie"]


def test_reaction_taken_back_is_neither_shown_nor_told(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet()
    target = answer_to(world, "ciao").whatsapp_id or ""
    react(world, "heart", target, "❤️")
    world.run_until_quiet()
    react(world, "none", target, None)
    world.run_until_quiet()
    reaction = answer_to(world, "ciao").reaction
    assert reaction and reaction.emoji == ""
    world.say("grazie")
    world.run_until_quiet()
    assert given_words(world) == ["grazie"]


def test_reaction_older_than_the_present_one_changes_nothing(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet()
    target = answer_to(world, "ciao").whatsapp_id or ""
    old = world.event("old", "reaction", reaction={"message_id": target, "emoji": "👎"})
    world.clock.advance(60)
    react(world, "new", target, "👍")
    world.run_until_quiet()
    world.queue.put(old)
    world.run_until_quiet()
    reaction = answer_to(world, "ciao").reaction
    assert reaction and reaction.emoji == "👍"


def test_reaction_starts_no_turn_and_is_not_unread(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet()
    before = world.contact()
    react(world, "heart", "ciao", "❤️")
    world.run_until_quiet()
    after = world.contact()
    assert len(world.assistant.asked) == 1
    assert (after.unread, after.last_message) == (before.unread, before.last_message)


# Edits


def test_edit_of_a_waiting_message_changes_what_is_answered(world: World) -> None:
    world.settings = world.settings.model_copy(update={"burst_window_seconds": 1.5})
    changed = False

    def quiet(seconds: float) -> None:
        nonlocal changed
        world.clock.advance(seconds)
        if not changed:
            changed = True
            content = {"type": "text", "text": {"body": "domani"}}
            world.deliver(world.event("e", "edit", edit={"original_message_id": "oggi", "message": content}))

    world.deliver(world.message("oggi"), world.runtime(sleep=quiet))
    world.run_until_quiet()
    assert world.texts() == ["re: domani"]
    stored = world.inbound("oggi")
    assert stored.text == "domani" and [one.text for one in stored.earlier] == ["oggi"]
    assert stored.edited_at is not None and stored.status == "answered"


def test_edit_just_before_the_freeze_is_not_missed(world: World) -> None:
    get_messages = world.store.messages.get_all
    done: list[bool] = []

    def edit_then_read(ids: list[str]) -> list[Message]:
        found = get_messages(ids)
        if not done and found:
            done.append(True)
            content = {"type": "text", "text": {"body": "domani"}}
            world.deliver(world.event("e", "edit", edit={"original_message_id": "oggi", "message": content}))
        return found

    world.store.messages.get_all = edit_then_read  # type: ignore[method-assign, assignment]
    world.say("oggi")
    world.run_until_quiet()
    assert world.texts() == ["re: domani"]


def test_edit_while_the_answer_is_written_makes_the_turn_begin_again(world: World) -> None:
    def change() -> None:
        world.assistant.during = None
        edit(world, "e", "oggi", "domani")
        entry = next(entry for entry in world.queue.due() if entry.task.type == "message")
        world.queue.tasks.remove(entry)
        assert world.deliver(entry.task)

    world.assistant.during = change
    world.say("oggi")
    world.run_until_quiet()
    assert world.texts() == ["re: domani"]
    conversation = world.contact().conversation
    assert conversation and [item["text"] for item in world.assistant.conversations[conversation.id]] == [
        "domani",
        "re: domani",
    ]


def edit_while_answered(world: World, texts: list[str]) -> None:
    """Edit the message each time that the model is asked, with the next text, as long as there is one."""

    def change() -> None:
        if texts:
            text = texts.pop(0)
            edit(world, f"edit-{text}", "oggi", text)
            entry = next(entry for entry in world.queue.due() if entry.task.type == "message")
            world.queue.tasks.remove(entry)
            assert world.deliver(entry.task)

    world.assistant.during = change


def test_edit_after_the_third_restart_is_told_with_the_next_turn(world: World) -> None:
    edit_while_answered(world, [f"{number}" for number in range(1, 28)])
    world.say("oggi")
    world.run_until_quiet()
    assert world.assistant.asked == ["oggi", "1", "2", "3"]
    assert world.texts() == ["re: 3"]
    world.assistant.during = None
    world.say("ciao")
    world.run_until_quiet()
    assert given_words(world) == ['[the customer changed an earlier message, "3", to:] 4', "ciao"]


def test_edit_that_restarts_an_answer_counts_as_a_message(world: World) -> None:
    world.settings = world.settings.model_copy(update={"rate_per_minute": 2})
    edit_while_answered(world, ["1", "2", "3"])
    world.say("oggi")
    world.run_until_quiet(sweeps=0)
    assert world.assistant.asked == ["oggi", "1"]
    assert world.texts() == ["re: 1"]
    attention = world.contact().attention
    assert attention and attention.reason == "rate_limited"


def test_edit_after_the_answer_is_told_with_the_next_turn(world: World) -> None:
    world.say("oggi")
    world.run_until_quiet()
    edit(world, "e", "oggi", "domani")
    world.run_until_quiet()
    assert world.texts() == ["re: oggi"]
    world.say("allora?")
    world.run_until_quiet()
    assert given_words(world) == ['[the customer changed an earlier message, "oggi", to:] domani', "allora?"]


def test_message_is_found_by_what_it_says_and_no_longer_by_what_it_said(world: World) -> None:
    world.say("vorrei tartufi")
    world.run_until_quiet()
    edit(world, "e1", "vorrei tartufi", "vorrei funghi")
    world.run_until_quiet()
    assert found(world, "tartufi") == []
    assert found(world, "funghi") == ["vorrei funghi"]
    revoke(world, "r1", "vorrei tartufi")
    world.run_until_quiet()
    assert found(world, "funghi") == []
    last = world.contact().last_inbound
    assert last and "funghi" not in last.text


def found(world: World, word: str) -> list[str]:
    """What the customer said with a word."""
    page = world.store.messages.search([word], world.contact().id, None, 10)
    return [message.text for message in page.rows if message.direction == "in"]


def test_edits_out_of_order_end_with_the_latest_text(world: World) -> None:
    world.say("uno")
    world.run_until_quiet()
    content = {"type": "text", "text": {"body": "due"}}
    older = world.event("e1", "edit", edit={"original_message_id": "uno", "message": content})
    world.clock.advance(10)
    edit(world, "e2", "uno", "tre")
    world.run_until_quiet()
    world.queue.put(older)
    world.run_until_quiet()
    stored = world.inbound("uno")
    assert (stored.text, {one.text for one in stored.earlier}) == ("tre", {"uno", "due"})


def test_edit_to_a_text_that_is_cut_or_whole_again_says_so(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet()
    edit(world, "long", "ciao", "x" * 20_000 + " the end")
    world.run_until_quiet()
    message = world.inbound("ciao")
    assert (message.cut > 10_000, message.text.endswith("the end")) == (True, True)
    world.say("quoting")
    world.clock.advance(60)
    edit(world, "short", "ciao", "short")
    world.run_until_quiet()
    assert (world.inbound("ciao").cut, world.inbound("ciao").text) == (0, "short")
    quoted = world.inbound("short").quoted
    assert quoted and " […] " in quoted.text and quoted.text.endswith("the end")


def test_endless_edits_grow_neither_the_message_nor_the_contact_without_bound(world: World) -> None:
    world.say("oggi")
    world.run_until_quiet()
    for number in range(MAX_CONTEXT_MESSAGES + 5):
        edit(world, f"e{number}", "oggi", f"giorno {number}")
        world.run_until_quiet()
    last = MAX_CONTEXT_MESSAGES + 4
    stored = world.inbound("oggi")
    assert (stored.text, stored.earlier[-1].text) == (f"giorno {last}", f"giorno {last - 1}")
    assert len(stored.earlier) == MAX_EARLIER_TEXTS
    assert [world.inbound(f"e{number}").id for number in range(5, last + 1)] == world.contact().context


def test_edit_that_overtakes_its_message_waits_for_it(world: World) -> None:
    edit(world, "e", "oggi", "domani")
    world.say("oggi", delay=2)
    world.run_until_quiet()
    assert world.inbound("oggi").text == "domani"


def test_edit_of_an_unknown_message_is_recorded_in_the_end(world: World) -> None:
    edit(world, "e", "gone", "domani")
    world.run_until_quiet()
    assert (world.inbound("e").status, world.inbound("e").text) == ("recorded", "domani")
    assert world.inbound("e").target_id is None


def test_edit_of_the_business_s_message_is_refused(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet()
    edit(world, "e", answer_to(world, "ciao").whatsapp_id or "", "forged")
    world.run_until_quiet()
    assert answer_to(world, "ciao").text == "re: ciao"


def test_edit_delivered_twice_is_applied_once(world: World) -> None:
    world.say("oggi")
    world.run_until_quiet()
    edit(world, "e", "oggi", "domani")
    edit(world, "e", "oggi", "domani", delay=5)
    world.run_until_quiet()
    assert [one.text for one in world.inbound("oggi").earlier] == ["oggi"]


# Revokes


def test_revoke_of_a_waiting_message_leaves_nothing_to_answer(world: World) -> None:
    world.settings = world.settings.model_copy(update={"burst_window_seconds": 1.5})
    changed = False

    def quiet(seconds: float) -> None:
        nonlocal changed
        world.clock.advance(seconds)
        if not changed:
            changed = True
            world.deliver(world.event("r", "revoke", revoke={"original_message_id": "segreto"}))

    world.deliver(world.message("segreto"), world.runtime(sleep=quiet))
    world.run_until_quiet()
    assert world.texts() == [] and world.assistant.asked == []
    stored = world.inbound("segreto")
    assert stored.revoked_at is not None
    assert (stored.text, stored.status) == ("segreto", "left_to_staff")
    contact = world.contact()
    assert contact.lease is None and contact.turn is None
    assert contact.last_message and (contact.last_message.kind, contact.last_message.text) == ("revoked", "")


def test_revoke_while_the_answer_is_written_withdraws_the_answer(world: World) -> None:
    def take_back() -> None:
        world.assistant.during = None
        world.deliver(world.event("r", "revoke", revoke={"original_message_id": "segreto"}))

    world.assistant.during = take_back
    world.say("segreto")
    world.run_until_quiet()
    assert world.texts() == []
    assert world.inbound("segreto").status == "left_to_staff"
    assert world.contact().attention is None


def revoke_while_answered(world: World, written: list[str], revoked: list[str]) -> None:
    """Write messages that make one turn, and take one back each time that the model is asked."""
    rest, left = written[1:], list(revoked)

    def write_on(seconds: float) -> None:
        world.clock.advance(seconds)
        while rest:
            world.deliver(world.message(rest.pop(0)))

    def take_back() -> None:
        if left:
            world.deliver(world.event(f"r{len(left)}", "revoke", revoke={"original_message_id": left.pop(0)}))

    world.settings = world.settings.model_copy(update={"burst_window_seconds": 1.5})
    world.assistant.during = take_back
    world.deliver(world.message(written[0]), world.runtime(sleep=write_on))
    world.run_until_quiet(sweeps=0)


def test_revokes_restart_an_answer_three_times_and_then_it_goes_on(world: World) -> None:
    names = [f"m{number}" for number in range(10)]
    revoke_while_answered(world, names, names[:9])
    assert [asked.split("\n") for asked in world.assistant.asked] == [names, names[1:], names[2:], names[3:]]
    assert world.texts() == ["re: " + "\n".join(names[3:])]
    assert [world.inbound(name).status for name in names] == ["left_to_staff"] * 4 + ["answered"] * 6
    rate = world.contact().rate
    assert rate and rate.in_day == 10 + 3


def test_message_revoked_after_the_third_restart_is_not_told_after_that_answer(world: World) -> None:
    names = [f"m{number}" for number in range(5)]
    revoke_while_answered(world, names, names[:4])
    world.say("ciao")
    world.run_until_quiet()
    conversation = world.contact().conversation
    assert conversation and len(world.contact().conversation_ids) == 2
    told = [item["text"] for item in world.assistant.conversations[conversation.id]]
    assert any("'m4'" in text for text in told) and not any("'m3'" in text for text in told)


def test_turn_whose_last_message_is_revoked_has_no_answer_after_the_third_restart_either(world: World) -> None:
    names = ["oggi", "domani", "mattina", "sera"]
    revoke_while_answered(world, names, names)
    assert (len(world.assistant.asked), world.texts()) == (4, [])
    assert {world.inbound(name).status for name in names} == {"left_to_staff"}


def test_message_revoked_again_and_again_restarts_the_answer_once(world: World) -> None:
    revoke_while_answered(world, ["segreto", "ciao"], ["segreto"] * 9)
    assert (world.assistant.asked, world.texts()) == (["segreto\nciao", "ciao"], ["re: ciao"])


def test_revoke_over_the_limit_lets_the_answer_go_on_and_is_flagged(world: World) -> None:
    world.settings = world.settings.model_copy(update={"rate_per_minute": 2})
    revoke_while_answered(world, ["segreto", "ciao"], ["segreto"])
    assert len(world.assistant.asked) == 1
    attention = world.contact().attention
    assert attention and attention.reason == "rate_limited"
    assert [world.inbound(name).status for name in ("segreto", "ciao")] == ["left_to_staff", "answered"]


def test_revoked_text_goes_to_the_model_no_more(world: World) -> None:
    world.say("segreto")
    world.say("ciao", delay=5)
    world.run_until_quiet()
    revoke(world, "r", "segreto")
    world.run_until_quiet()
    world.say("ancora")
    world.run_until_quiet()
    conversation = world.contact().conversation
    assert conversation and len(world.contact().conversation_ids) == 2
    told = [item["text"] for item in world.assistant.conversations[conversation.id]]
    assert any("ciao" in text for text in told)
    assert not any("'segreto'" in text for text in told)


def test_message_that_was_edited_before_it_was_revoked_is_not_told_by_its_edit(world: World) -> None:
    world.say("vecchio")
    world.run_until_quiet()
    edit(world, "change", "vecchio", "segreto")
    world.run_until_quiet()
    revoke(world, "back", "vecchio")
    world.run_until_quiet()
    world.say("grazie")
    world.run_until_quiet()
    assert given_words(world) == ["grazie"]


def quote(world: World, name: str, target: str) -> None:
    world.happen(name, "text", text={"body": name}, context={"id": target})


def test_message_that_was_quoted_before_it_was_revoked_is_not_told_by_the_quotation(world: World) -> None:
    world.assistant.split = "va bene"
    world.say("segreto")
    world.run_until_quiet()
    quote(world, "come sopra", "segreto")
    world.run_until_quiet()
    revoke(world, "back", "segreto")
    world.run_until_quiet()
    world.say("grazie")  # in a new conversation, which begins with what was said before
    world.run_until_quiet()
    conversation = world.contact().conversation
    told = str(world.assistant.conversations[conversation.id if conversation else ""])
    assert "come sopra" in told and "segreto" not in told


def test_quotation_that_waits_is_told_without_the_words_of_what_was_revoked(world: World) -> None:
    world.assistant.split = "va bene"
    world.say("segreto")
    world.run_until_quiet()
    world.change(paused=True)
    quote(world, "come sopra", "segreto")
    world.run_until_quiet()
    revoke(world, "back", "segreto")
    world.run_until_quiet()
    world.change(paused=False)
    world.say("grazie")
    world.run_until_quiet()
    assert given_words(world) == ["come sopra", "grazie"]
    assert "segreto" not in world.assistant.read[-1]


def test_revoke_of_a_message_left_to_staff_takes_it_out_of_the_context(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet()
    world.change(paused=True)
    world.say("segreto")
    world.run_until_quiet()
    revoke(world, "r", "segreto")
    world.run_until_quiet()
    world.change(paused=False)
    world.clock.advance(dt.timedelta(minutes=1).total_seconds())
    world.say("ancora")
    world.run_until_quiet()
    assert given_words(world) == ["ancora"]


# Whose it is

OTHER = "393339999999"


def test_nobody_changes_quotes_or_reacts_to_the_message_of_another_customer(world: World) -> None:
    world.say("my secret")
    world.say("hello", phone=OTHER)
    world.run_until_quiet()
    content = {"type": "text", "text": {"body": "changed by another"}}
    world.happen("edit", "edit", phone=OTHER, edit={"original_message_id": "my secret", "message": content})
    world.happen("revoke", "revoke", phone=OTHER, revoke={"original_message_id": "my secret"})
    target = answer_to(world, "my secret").whatsapp_id
    world.happen("heart", "reaction", phone=OTHER, reaction={"message_id": target, "emoji": "❤️"})
    world.happen("quote", "text", phone=OTHER, text={"body": "and this?"}, context={"id": "my secret"})
    world.run_until_quiet()
    mine, answer = world.inbound("my secret"), answer_to(world, "my secret")
    assert (mine.text, mine.earlier, mine.revoked_at, answer.reaction) == ("my secret", [], None, None)
    for name in ("edit", "revoke", "heart"):
        assert (world.inbound(name).target_id, world.inbound(name).quoted) == (None, None)
    quoted = world.inbound("quote").quoted
    assert quoted and (quoted.whatsapp_id, quoted.id, quoted.text) == ("my secret", None, "")
    assert "secret" not in str(world.assistant.given[-1])


def test_edit_of_a_message_whose_contact_is_being_merged_waits_for_the_merge(world: World) -> None:
    world.say("mine")
    world.run_until_quiet()
    body = {"id": "edit", "from_user_id": "IT.ALONE", "timestamp": str(int(world.clock.now().timestamp()))}
    content = {"type": "text", "text": {"body": "mended"}}
    edit_body = {**body, "type": "edit", "edit": {"original_message_id": "mine", "message": content}}
    world.queue.put(MessageTask(message=edit_body))
    detail = {"type": "user_changed_user_id", "user_id": "IT.ALONE", "previous_user_id": f"IT.{PHONE}"}
    world.queue.put(MessageTask(message={**body, "id": "notice", "type": "system", "system": detail}), 1)
    world.run_until_quiet()
    assert (world.inbound("mine").text, world.inbound("edit").contact_id) == ("mended", world.contact().id)
