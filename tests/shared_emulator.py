"""One Firestore emulator for all test processes: the main one starts it when the first of the others asks.

Each test has a project of its own, which on the emulator is a database of its own, so they do not meet. A second
emulator would cost its start, its memory, and the warming up of its Java once more.
"""

import tempfile
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from multiprocessing.connection import Client, Listener
from pathlib import Path

from local.stack.firestore_emulator import FirestoreEmulator


class SharedEmulator:
    """Answers on a socket in a private folder with the emulator's `host:port`, or with why there is none."""

    def __init__(self, start: Callable[[], AbstractContextManager[str]] = FirestoreEmulator) -> None:
        self._start = start
        self._folder = tempfile.TemporaryDirectory(prefix="tests-")
        self.address = str(Path(self._folder.name) / "emulator")
        self._listener = Listener(self.address, "AF_UNIX")
        self._emulator = ExitStack()
        self._stopped = False
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def stop(self) -> None:
        """Stop the emulator, if anybody asked for it."""
        self._stopped = True
        Client(self.address).close()  # wakes the thread
        self._thread.join()
        self._listener.close()
        self._emulator.close()
        self._folder.cleanup()

    def _serve(self) -> None:
        answer: str | Exception = ""
        while True:
            with self._listener.accept() as connection:
                if self._stopped:
                    return
                try:
                    answer = answer or self._emulator.enter_context(self._start())
                except Exception as error:
                    answer = error
                connection.send(answer)


def ask_for_host(address: str) -> str:
    """Return the `host:port` of the shared emulator; raises what its start raised."""
    with Client(address) as connection:
        answer = connection.recv()
    if isinstance(answer, Exception):
        raise answer
    return str(answer)
