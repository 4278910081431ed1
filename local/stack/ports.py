"""TCP ports on loopback: free ones, and a clear error for a busy one."""

import secrets
import socket
from collections.abc import Mapping

LOOPBACK = "127.0.0.1"
# Below what systems hand out to outgoing connections (32768 on Linux, 49152 elsewhere): a port that is chosen here
# and bound a second later by the program it is for is not taken by a connection in between.
FREE_PORTS = range(10_000, 32_768)
MAX_TRIES = 200


class PortError(Exception):
    """A port cannot be used; the message names it, its variable and the way out."""


def choose_ports(wanted: Mapping[str, int]) -> dict[str, int]:
    """Return a usable port for each variable name; 0 becomes any free port, all of them different.

    Raises PortError, naming every busy port, before anything has been started.
    """
    held: list[socket.socket] = []
    chosen: dict[str, int] = {}
    problems: list[str] = []
    try:
        # The chosen ports stay bound until the last one is found, so that none is handed out twice;
        # the fixed ones come first, so that none of them is taken for a free one.
        for variable, port in sorted(wanted.items(), key=lambda item: item[1] == 0):
            try:
                held.append(_bind(port) if port else _bind_any())
                chosen[variable] = held[-1].getsockname()[1]
            except (OSError, OverflowError) as error:
                problems.append(_problem(variable, port, error))
    finally:
        for listener in held:
            listener.close()
    if problems:
        raise PortError("\n".join(problems))
    return chosen


def free_port() -> int:
    """Return a TCP port on which nothing listens now."""
    return choose_ports({"PORT": 0})["PORT"]


def _bind_any() -> socket.socket:
    for _ in range(MAX_TRIES):
        try:
            return _bind(secrets.choice(FREE_PORTS))
        except OSError:
            continue
    return _bind(0)


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # As servers do: connections that linger in TIME_WAIT after a stop do not make a port busy.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(1)
    except BaseException:
        listener.close()
        raise
    return listener


def _problem(variable: str, port: int, error: Exception) -> str:
    change = f"set {variable} to another port, or to 0 for any free one"
    if isinstance(error, PermissionError):
        return f"Port {port} ({variable}) needs special rights: {change}."
    if isinstance(error, OverflowError):
        return f"Port {port} ({variable}) is not between 0 and 65535: {change}."
    return f"Port {port} ({variable}) is in use by another program: stop that program, or {change}."
