"""Programs for a script's PATH that are answered by this process: as fast as bash starts, and with state in memory.

Each is a few lines of bash that send their arguments and standard input here over loopback.
"""

import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path

Program = Callable[[list[str], str, Path], tuple[int, str]]

_CLIENT = """#!/bin/bash
input=
case " $* " in *=-" "* | *" - "*) IFS= read -r -d '' input ;; esac
exec 3<>/dev/tcp/127.0.0.1/{port}
printf '%s\\0' {name} "$PWD" $# "$@" "$input" >&3
IFS= read -r code <&3
IFS= read -r -d '' text <&3
if [[ $code == 0 ]]; then printf '%s' "$text"; else printf '%s' "$text" >&2; fi
exit "$code"
"""


@contextmanager
def serve(programs: Mapping[str, Program], folder: Path) -> Iterator[int]:
    """Write a client for each program into a folder, and answer them on a port for as long as the context lasts."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            name, directory, count = (_word(self.rfile) for _ in range(3))
            arguments = [_word(self.rfile) for _ in range(int(count))]
            try:
                code, text = programs[name](arguments, _word(self.rfile), Path(directory))
            except AssertionError as error:
                code, text = 99, f"{error}\n"
            self.wfile.write(f"{code}\n{text}".encode())

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        folder.mkdir(exist_ok=True)
        for name in programs:
            client = folder / name
            client.write_text(_CLIENT.format(port=server.server_address[1], name=name), encoding="utf-8")
            client.chmod(0o755)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def _word(stream: BufferedIOBase) -> str:
    """Read up to the next NUL."""
    word = bytearray()
    while (byte := stream.read(1)) not in (b"\0", b""):
        word += byte
    return word.decode()
