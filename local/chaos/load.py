"""The load: customers who write, wait for the answer or lose patience, and write again.

Every line a customer writes begins with a token of its own, and the simulated assistant quotes each line it
answers; so what the phones got tells which messages were answered, how often and in which order.
"""

import random
import re
import threading
import time
from dataclasses import dataclass, field

import requests

from local.chaos.plan import Plan
from local.simulators import Json, Phone, Sent, Written

TOKEN = re.compile(r"\bk\d{3}m\d{4}(?:r\d{2})?\b")
WORDS = "vorrei sapere gli orari e i prezzi di questa settimana".split()
LETTER_LINES = 36  # quoted in full they fill more than one WhatsApp message
LETTER_LINE_CHARACTERS = 116
LETTER_SHARE = 0.04
BURSTS = (1, 1, 1, 1, 2, 2, 3, 4)
OLD_WEBHOOK_SHARE = 0.1
LOOK_SECONDS = 0.3


@dataclass(frozen=True)
class Line:
    """What one customer wrote: the tokens of its lines, WhatsApp's id and the moment in epoch seconds."""

    customer: str
    tokens: tuple[str, ...]
    whatsapp_id: str
    time: float


class Answers:
    """What reached the phones so far, watched from a thread of its own."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._tokens: set[str] = set()
        self._sent: list[Sent] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="answers", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> list[Sent]:
        """Look a last time, and return all that was sent."""
        self._stopped.set()
        self._thread.join()
        self._look()
        return self._sent

    def has(self, tokens: tuple[str, ...]) -> bool:
        """Tell whether all of these were quoted in answers."""
        return self._tokens.issuperset(tokens)

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                self._look()
            except requests.RequestException:  # a busy machine; the next look sees as much
                continue

    def _look(self) -> None:
        new = self._phone.sent(since=len(self._sent))
        self._sent += new
        for sent in new:
            self._tokens.update(TOKEN.findall(sent.text))


class Load:
    """Customers writing side by side, until `stop`."""

    def __init__(self, plan: Plan, phone: Phone, answers: Answers) -> None:
        self._phone = phone
        self._answers = answers
        self._stopped = threading.Event()
        self._customers = [
            _Customer(number, plan.chance(f"customer {number}"), phone, answers, self._stopped)
            for number in range(plan.customers)
        ]
        self._threads = [threading.Thread(target=one.live, daemon=True) for one in self._customers]

    def start(self) -> None:
        """Let all customers begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each customer finish the sentence, and no more."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def written(self) -> list[Line]:
        """Return what was written so far."""
        return [line for customer in self._customers for line in list(customer.lines)]

    def waiting(self) -> int:
        """Count the messages that no answer quotes yet."""
        return sum(not self._answers.has(line.tokens) for line in self.written())


@dataclass
class _Customer:
    number: int
    chance: random.Random
    phone: Phone
    answers: Answers
    stopped: threading.Event
    lines: list[Line] = field(default_factory=list)
    webhooks: list[Json] = field(default_factory=list)

    def live(self) -> None:
        customer_id = self.phone.add_customer(f"Cliente {self.number}")
        self.stopped.wait(self.chance.uniform(0, 2))
        while not self.stopped.is_set():
            if self._wants_letter():
                self._write_letter(customer_id)
            else:
                self._write_burst(customer_id)
            if self.chance.random() < OLD_WEBHOOK_SHARE:
                self.phone.post_webhook(self.chance.choice(self.webhooks))
            self.stopped.wait(self.chance.uniform(0.2, 2))

    def _wants_letter(self) -> bool:
        """One letter at a time: an answer quotes no more than sixty lines."""
        wants = self.chance.random() < LETTER_SHARE
        return wants and all(self.answers.has(line.tokens) for line in self.lines)

    def _write_letter(self, customer_id: str) -> None:
        name = self._next_name()
        tokens = tuple(f"{name}r{number:02}" for number in range(LETTER_LINES))
        text = "\n".join(f"{token} {self._words(LETTER_LINE_CHARACTERS)}" for token in tokens)
        self._write(customer_id, tokens, text)
        self._wait(tokens, 60)

    def _write_burst(self, customer_id: str) -> None:
        for _ in range(self.chance.choice(BURSTS)):
            name = self._next_name()
            self._write(customer_id, (name,), f"{name} {self._words(40)}")
            self.stopped.wait(self.chance.uniform(0, 0.6))
        self._wait((name,), self.chance.uniform(4, 25))

    def _write(self, customer_id: str, tokens: tuple[str, ...], text: str) -> None:
        now = time.time()
        written: Written = self.phone.write(customer_id, text)
        self.lines.append(Line(customer_id, tokens, written.whatsapp_id, now))
        self.webhooks.append(written.webhook)

    def _wait(self, tokens: tuple[str, ...], seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.answers.has(tokens) and time.monotonic() < until:
            if self.stopped.wait(LOOK_SECONDS):
                return

    def _next_name(self) -> str:
        return f"k{self.number:03}m{len(self.lines):04}"

    def _words(self, characters: int) -> str:
        text = " ".join(self.chance.choices(WORDS, k=characters // 2))
        return text[: characters - 12].rstrip()
