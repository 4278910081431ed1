"""The judgement: what became of every message, by what reached the phones and by what is stored. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from local.chaos.load import Line
from local.observe.answers import TOKEN
from local.stack.simulators import Sent
from shared.model.contact import Contact
from shared.model.ids import inbound_id
from shared.model.message import Message
from shared.whatsapp.client import CALLBACK_PREFIX

Kind = Literal["duplicate", "missing", "out of order"]
Place = tuple[int, int]  # in the record of what was sent, then in the text


@dataclass(frozen=True)
class Finding:
    """A broken promise: which, about what, and the evidence."""

    kind: Kind
    about: str
    evidence: str


@dataclass
class Verdict:
    """What became of the messages."""

    messages: int = 0
    turns: int = 0
    answers: int = 0
    fallbacks: int = 0
    left_to_staff: int = 0
    tolerated_repeats: int = 0
    findings: list[Finding] = field(default_factory=list)
    seconds_to_answer: list[float] = field(default_factory=list)

    def count(self, kind: Kind) -> int:
        """Count the findings of one kind."""
        return sum(finding.kind == kind for finding in self.findings)

    def findings_json(self) -> list[dict[str, Any]]:
        """Return the findings as JSON."""
        return [asdict(finding) for finding in self.findings]


class Judge:
    """The judgement of one run.

    `stored` holds all messages of the store by id, `justified` how many repeats of each were justified
    (local/chaos/doubts.py).
    """

    def __init__(
        self,
        written: Sequence[Line],
        sent: Sequence[Sent],
        stored: Mapping[str, Message],
        contacts: Mapping[str, Contact],
        justified: Mapping[str, int],
    ) -> None:
        self._written = written
        self._stored = stored
        self._contacts = contacts
        self._justified = justified
        self._sent_by_id: dict[str, list[Sent]] = defaultdict(list)
        for item in sent:
            if item.reached_customer:
                self._sent_by_id[item.callback_data.removeprefix(CALLBACK_PREFIX)].append(item)
        self._carriers = self._find_carriers()
        self._fallbacks = self._find_fallbacks()
        self._places: dict[str, Place] = {}
        self._verdict = Verdict()

    def verdict(self) -> Verdict:
        """Weigh everything."""
        verdict = self._verdict
        verdict.messages = len(self._written)
        verdict.turns = len({one.turn_id for one in self._stored.values() if one.direction == "in" and one.turn_id})
        authors = Counter(self._author(message_id) for message_id in self._sent_by_id)
        verdict.answers, verdict.fallbacks = authors["assistant"], authors["system"]
        for line in self._written:
            self._weigh(line)
        self._weigh_repeats()
        self._weigh_order()
        return verdict

    def _weigh(self, line: Line) -> None:
        message = self._stored.get(inbound_id(line.whatsapp_id))
        if message is None:
            self._find("missing", line, "it is not in the store")
        elif message.status == "answered":
            self._weigh_answered(line)
        elif message.status == "failed":
            self._weigh_failed(line, message)
        elif message.status == "left_to_staff":
            self._verdict.left_to_staff += 1
            if not self._is_flagged(message):
                self._find("missing", line, "it was left to staff, and they were not told")
        else:
            self._find("missing", line, f"its status is {message.status}")

    def _weigh_answered(self, line: Line) -> None:
        carriers = [self._carriers.get(token, []) for token in line.tokens]
        if not all(carriers):
            self._find("missing", line, "it counts as answered, and no answer reached the customer")
            return
        # What an answer quotes of an earlier message that was not answered itself is context, no second answer.
        if any(len(ids) > 1 for ids in carriers):
            ids = sorted({message_id for found in carriers for message_id in found})
            self._find("duplicate", line, f"several messages answer it: {', '.join(ids)}")
        first = self._sent_by_id[carriers[0][0]][0]
        self._verdict.seconds_to_answer.append(first.time - line.time)
        places = [self._place(token, ids[0]) for token, ids in zip(line.tokens, carriers, strict=True)]
        self._places[line.whatsapp_id] = places[0]
        if places != sorted(places):
            self._find("out of order", line, "the parts of its answer came in another order")

    def _weigh_failed(self, line: Line, message: Message) -> None:
        fallbacks = self._fallbacks.get(message.turn_id or "", [])
        if not self._is_flagged(message):
            self._find("missing", line, "its turn failed, and staff were not told")
        elif not fallbacks:
            self._find("missing", line, "its turn failed, and the customer was not told")
        else:
            self._places[line.whatsapp_id] = (self._sent_by_id[fallbacks[0]][0].sequence, 0)

    def _weigh_repeats(self) -> None:
        for message_id, sendings in self._sent_by_id.items():
            repeats = len(sendings) - 1
            tolerated = min(repeats, self._justified.get(message_id, 0))
            self._verdict.tolerated_repeats += tolerated
            for sending in sendings[1 + tolerated :]:
                faults = ", ".join(str(one.fault) for one in sendings)
                evidence = f"sent {len(sendings)} times (faults: {faults}), at last in {sending.sequence}"
                self._verdict.findings.append(Finding("duplicate", message_id, evidence))
        for turn, ids in self._fallbacks.items():
            if len(ids) > 1:
                self._verdict.findings.append(Finding("duplicate", turn, f"{len(ids)} fallback texts"))

    def _weigh_order(self) -> None:
        """Check that of two messages the one that was both written and stored first is answered first."""
        by_customer: dict[str, list[Line]] = defaultdict(list)
        for line in self._written:
            if line.whatsapp_id in self._places:
                by_customer[line.customer].append(line)
        for lines in by_customer.values():
            for line in lines:
                overtaken = [other for other in lines if self._comes_before(other, line)]
                late = [
                    other for other in overtaken if self._places[other.whatsapp_id] > self._places[line.whatsapp_id]
                ]
                if late:
                    self._find("out of order", line, f"it was answered before {late[0].tokens[0]}")

    def _comes_before(self, line: Line, other: Line) -> bool:
        first, second = self._stored[inbound_id(line.whatsapp_id)], self._stored[inbound_id(other.whatsapp_id)]
        if not first.created_at or not second.created_at:
            return False
        return first.at <= second.at and first.created_at < second.created_at

    def _find_carriers(self) -> dict[str, list[str]]:
        """Return the ids of the messages that quote each token, in the order in which they were sent."""
        known = {token for line in self._written for token in line.tokens}
        carriers: dict[str, list[str]] = defaultdict(list)
        for message_id, sendings in self._sent_by_id.items():
            for token in dict.fromkeys(_tokens(sendings)):
                if token in known:
                    carriers[token].append(message_id)
        return carriers

    def _find_fallbacks(self) -> dict[str, list[str]]:
        """Return the ids of the fallback texts that reached a customer, by turn."""
        fallbacks: dict[str, list[str]] = defaultdict(list)
        for message_id in self._sent_by_id:
            message = self._stored.get(message_id)
            if message and message.author == "system" and message.turn_id:
                fallbacks[message.turn_id].append(message_id)
        return fallbacks

    def _author(self, message_id: str) -> str:
        message = self._stored.get(message_id)
        return message.author if message else "nobody"

    def _is_flagged(self, message: Message) -> bool:
        contact = self._contacts.get(message.contact_id)
        return bool(contact and (contact.attention or contact.muted))

    def _place(self, token: str, message_id: str) -> Place:
        sending = self._sent_by_id[message_id][0]
        return sending.sequence, sending.text.index(token)

    def _find(self, kind: Kind, line: Line, evidence: str) -> None:
        self._verdict.findings.append(Finding(kind, f"{line.tokens[0]} ({inbound_id(line.whatsapp_id)})", evidence))


def _tokens(sendings: Iterable[Sent]) -> Iterable[str]:
    return (token for sending in sendings for token in TOKEN.findall(sending.text))
