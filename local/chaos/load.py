"""The load: customers who write, wait for the answer or lose patience, and write again."""

import random
import threading
import time
from dataclasses import dataclass, field

from local.chaos.plan import Plan
from local.observe.answers import Answers, token
from local.stack.simulators import Json, Phone, Written

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
        """Tell whether to write a letter: one at a time, since an answer quotes no more than sixty lines."""
        wants = self.chance.random() < LETTER_SHARE
        return wants and all(self.answers.has(line.tokens) for line in self.lines)

    def _write_letter(self, customer_id: str) -> None:
        tokens = tuple(token(self.number, len(self.lines), row) for row in range(LETTER_LINES))
        text = "\n".join(f"{one} {self._words(LETTER_LINE_CHARACTERS)}" for one in tokens)
        self._write(customer_id, tokens, text)
        self._wait(tokens, 60)

    def _write_burst(self, customer_id: str) -> None:
        for _ in range(self.chance.choice(BURSTS)):
            one = token(self.number, len(self.lines))
            self._write(customer_id, (one,), f"{one} {self._words(40)}")
            self.stopped.wait(self.chance.uniform(0, 0.6))
        self._wait((one,), self.chance.uniform(4, 25))

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

    def _words(self, characters: int) -> str:
        text = " ".join(self.chance.choices(WORDS, k=characters // 2))
        return text[: characters - 12].rstrip()
