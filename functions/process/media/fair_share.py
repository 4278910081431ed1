"""What all customers share, and one may use only a part of: nobody waits for somebody else's eight files."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class FairShare:
    """A quantity, such as bytes of memory, of which `total` may be held at a time and `each` by one customer."""

    def __init__(self, total: int, each: int) -> None:
        self._total, self._each = total, each
        self._held: Counter[str] = Counter()
        self._changed = threading.Condition()

    @contextmanager
    def hold(self, customer: str, amount: int, patience: float) -> Iterator[None]:
        """Hold an amount during the block; raises TimeoutError when it is not free within so many seconds.

        Whoever asks for more than a customer's share gets the whole share.
        """
        amount = min(amount, self._each)
        with self._changed:
            if not self._changed.wait_for(lambda: self._is_free(customer, amount), patience):
                raise TimeoutError("others, or the customer's own files, hold it")
            self._held[customer] += amount
        try:
            yield
        finally:
            with self._changed:
                self._held[customer] -= amount
                self._held += Counter()  # forgets who holds nothing
                self._changed.notify_all()

    def _is_free(self, customer: str, amount: int) -> bool:
        return self._held[customer] + amount <= self._each and self._held.total() + amount <= self._total
