"""Document ids: the same for the same thing, never the phone number itself."""

import re

from shared.model.ids import (
    hashed,
    identity_id,
    inbound_id,
    is_id,
    part_id,
    random_id,
    staff_message_id,
    turn_id,
)

ID = re.compile(r"[0-9a-f]{32}")


def test_ids_of_the_same_thing_are_the_same_and_of_others_differ():
    made = [
        inbound_id("a"),
        inbound_id("b"),
        identity_id("phone", "a"),
        identity_id("user_id", "a"),
        turn_id("c", ["a"]),
        turn_id("c", ["a", "b"]),
        turn_id("c", ["b", "a"]),
        turn_id("d", ["a"]),
        part_id("t", 0),
        part_id("t", 1),
        staff_message_id("c", "a"),
        staff_message_id("d", "a"),
    ]
    assert len(set(made)) == len(made)
    assert all(ID.fullmatch(name) for name in made)
    assert inbound_id("a") == made[0]
    assert turn_id("c", ["a", "b"]) == made[5]


def test_ids_hold_no_phone_number_and_no_slash():
    name = identity_id("phone", "+393331234567")
    assert "393331234567" not in name
    assert "/" not in inbound_id("wamid.HBgL/MzkzMzMxMjM0NTY3FQIA==")


def test_hashed_parts_cannot_be_shifted():
    assert hashed("ab", "c") != hashed("a", "bc")
    assert hashed("a", "") != hashed("a")


def test_random_ids_differ():
    made = {random_id() for _ in range(100)}
    assert len(made) == 100
    assert all(ID.fullmatch(name) for name in made)


def test_is_id_accepts_ours_and_nothing_else():
    assert is_id(random_id())
    assert is_id(hashed("a"))
    for text in ("", "..", "__x__", "a/b", "0" * 31, "0" * 33, "G" * 32, "0" * 32 + "\n"):
        assert not is_id(text)
