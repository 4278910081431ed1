"""The sweep at intervals, which Cloud Scheduler asks for on Google Cloud."""

import sys
import threading

import requests

TASK = {"v": 1, "type": "sweep"}
TIMEOUT_SECONDS = 120.0


class Sweeper:
    """A thread that posts the sweep task every `seconds`; with 0 there is none."""

    def __init__(self, process_url: str, seconds: float) -> None:
        self._process_url = process_url
        self._seconds = seconds
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin; the first sweep comes after one interval."""
        if self._seconds:
            threading.Thread(target=self._run, name="sweeper", daemon=True).start()

    def stop(self) -> None:
        """Sweep no more."""
        self._stopped.set()

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False  # no proxy for loopback
            while not self._stopped.wait(self._seconds):
                self._sweep(session)

    def _sweep(self, session: requests.Session) -> None:
        try:
            session.post(self._process_url, json=TASK, timeout=TIMEOUT_SECONDS).raise_for_status()
        except requests.RequestException as error:
            # The next one comes anyway; that a function is gone is told by whoever watches it.
            if not self._stopped.is_set():
                print(f"The sweep failed: {type(error).__name__}", file=sys.stderr)
