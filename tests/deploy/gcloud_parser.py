"""Asks the parser of the installed gcloud whether it accepts command lines; started with gcloud's own Python.

In comes, on each line, JSON with a folder and a list of argument lists; out goes a line with a JSON list of the
errors, empty for those that are accepted. No command is run, and nothing is reached.
"""

import contextlib
import io
import json
import os
import sys
from typing import Any

sys.path[:0] = [f"{sys.argv[1]}/lib", f"{sys.argv[1]}/lib/third_party"]

from googlecloudsdk import gcloud_main  # type: ignore[import-not-found]  # noqa: E402


def main() -> None:
    parser = gcloud_main.CreateCLI([])._CLI__parser
    for line in sys.stdin:
        request = json.loads(line)
        os.chdir(request["folder"])  # files that arguments name are read by the parser
        print(json.dumps([_error(parser, arguments) for arguments in request["commands"]]), flush=True)


def _error(parser: Any, arguments: list[str]) -> str:
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            parser.parse_args(arguments)
    except BaseException as error:
        return said.getvalue() or repr(error)
    return ""


main()
