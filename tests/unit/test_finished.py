"""What of a conversation's end is adopted as the answer to a question."""

import pytest

from functions.process.assistant.answers import ConversationItem, MessageItem, OtherItem
from functions.process.assistant.finished import finished_answer

THOUGHT = OtherItem(id="rs_1", type="reasoning")


def said(role: str, words: str, phase: str | None = None) -> MessageItem:
    return MessageItem.model_validate(
        {
            "id": f"msg_{words}",
            "type": "message",
            "role": role,
            "status": "completed",
            "phase": phase,
            "content": [{"type": "output_text", "text": words}],
        }
    )


COMMENTARY = said("assistant", "Un attimo, verifico.", "commentary")
FINAL = said("assistant", "Aperti 9-18.", "final_answer")
QUESTION = said("user", "ciao")


@pytest.mark.parametrize(
    ("tail", "text"),
    [
        ([FINAL, COMMENTARY, QUESTION], "Aperti 9-18."),
        ([FINAL, THOUGHT, COMMENTARY, THOUGHT, QUESTION], "Aperti 9-18."),
        ([said("assistant", "Aperti."), COMMENTARY, QUESTION], "Aperti."),
        ([COMMENTARY, QUESTION], None),
        ([COMMENTARY, THOUGHT, QUESTION], None),
        ([THOUGHT, COMMENTARY, QUESTION], None),
    ],
)
def test_commentary_alone_is_not_adopted(tail: list[ConversationItem], text: str | None) -> None:
    found = finished_answer(tail, "ciao")
    assert (found and found.text) == text
