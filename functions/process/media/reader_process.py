"""The process that reads one stranger's file and ends: `python -m functions.process.media.reader_process WHAT`.

The file comes by standard input; what was read goes to standard output as JSON, `null` when there is nothing.
WHAT is a MIME type of an Office file, whose text is wanted, or `seconds`. Limits are set before anything of the
file is looked at, and before any parser is even imported; who started the process watches the clock.
"""

import json
import os
import resource
import sys

MAX_MEMORY_BYTES = 256_000_000  # of address space: what is resident is always less
MAX_CPU_SECONDS = 5
NICENESS = 10  # whoever waits for an answer goes first


def main() -> None:
    """Read the file."""
    limit_resources()
    (what,) = sys.argv[1:]
    content = sys.stdin.buffer.read()
    try:
        found = _read(content, what)
    except Exception:  # whatever a stranger's file makes a parser stumble over, memory that is refused included
        found = None
    json.dump(found, sys.stdout)


def limit_resources() -> None:
    """Let this process have little memory and time, and neither files to write nor processes to start.

    macOS does not limit address space; there the time has to do.
    """
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    for nothing in (resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_CORE):
        resource.setrlimit(nothing, (0, 0))
    os.nice(NICENESS)


def _read(content: bytes, what: str) -> str | float | None:
    if what == "seconds":
        from functions.process.media.playing_time import playing_seconds

        return playing_seconds(content)
    from functions.process.media.office_text import office_text

    return office_text(content, what)


if __name__ == "__main__":
    main()
