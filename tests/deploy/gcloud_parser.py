"""Asks the parser of the installed gcloud whether it accepts command lines; started with gcloud's own Python.

In comes a JSON list of argument lists, out goes a JSON list of the errors, empty for those that are accepted.
No command is run, and nothing is reached.
"""

import contextlib
import io
import json
import sys

sys.path[:0] = [f"{sys.argv[1]}/lib", f"{sys.argv[1]}/lib/third_party"]

from googlecloudsdk import gcloud_main  # type: ignore[import-not-found]  # noqa: E402


def main() -> None:
    parser = gcloud_main.CreateCLI([])._CLI__parser
    errors = []
    for arguments in json.load(sys.stdin):
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
                parser.parse_args(arguments)
            errors.append("")
        except BaseException as error:
            errors.append(said.getvalue() or repr(error))
    json.dump(errors, sys.stdout)


main()
