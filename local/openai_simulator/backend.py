"""What all routes share: the state, the faults, the log of calls, and waiting that ends with the server."""

import threading
from dataclasses import dataclass, field

from local.openai_simulator.calls import CallLog
from local.openai_simulator.fault_board import FaultBoard
from local.openai_simulator.knowledge import Knowledge
from local.openai_simulator.memory import State


@dataclass(frozen=True)
class Backend:
    """The simulator without its HTTP server."""

    state: State = field(default_factory=State)
    faults: FaultBoard = field(default_factory=FaultBoard)
    knowledge: Knowledge = field(default_factory=Knowledge)
    calls: CallLog = field(default_factory=CallLog)
    stopping: threading.Event = field(default_factory=threading.Event)

    def reset(self) -> None:
        """Forget all conversations, files, faults and calls."""
        self.state.reset()
        self.knowledge.reset()
        self.faults.clear()
        self.faults.quote_messages = False
        self.calls.clear()
