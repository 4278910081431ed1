"""The command line of the assistant's documents: `./dev.sh knowledge` (`python -m tools.knowledge`)."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import openai
from dotenv import dotenv_values

from shared.settings import split_ids
from tools.knowledge.documents import Documents, KnowledgeError, problem_of

COMMAND = "./dev.sh knowledge"
NAMES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_VECTOR_STORE_IDS")
SECONDS = 120.0
NO_SERVER = "Set OPENAI_API_KEY, or OPENAI_BASE_URL for another server, in the environment or in .env."


def main() -> int:
    """Run one command; the exit code is 1 when something could not be done."""
    options = _parser().parse_args()
    try:
        return _run(options)
    except KnowledgeError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    given = _settings(Path(".env"))
    if not {"OPENAI_API_KEY", "OPENAI_BASE_URL"} & given.keys():
        raise KnowledgeError(NO_SERVER)
    key = given.get("OPENAI_API_KEY", "none")
    with openai.OpenAI(api_key=key, base_url=given.get("OPENAI_BASE_URL"), timeout=SECONDS) as client:
        documents = Documents(client, split_ids(given.get("OPENAI_VECTOR_STORE_IDS", "")))
        if options.command == "add":
            return _add(documents, options.files)
        if not documents.stores:
            raise KnowledgeError("OPENAI_VECTOR_STORE_IDS is not set: there are no documents yet.")
        return _remove(documents, options.names) if options.command == "remove" else _list(documents)


def _add(documents: Documents, paths: Sequence[Path]) -> int:
    problems = {path: problem for path in paths if (problem := problem_of(path))}
    if problems:  # nothing is begun that cannot be finished
        raise KnowledgeError("\n".join(f"{path}: {problem}" for path, problem in problems.items()))
    documents.check_stores()
    made = "" if documents.stores else documents.make_store("Knowledge of the WhatsApp assistant")
    if made:
        _say(f"Made the vector store {made}.")
    failed = 0
    for number, path in enumerate(paths, start=1):
        failed += not _added(documents, path, f"({number}/{len(paths)}) {path.name}")
    if made:
        _say("\nPut this line into .env, and deploy: then the assistant looks there.\n")
        _say(f"  OPENAI_VECTOR_STORE_IDS={made}")
    return int(failed > 0)


def _added(documents: Documents, path: Path, title: str) -> bool:
    began = time.monotonic()
    try:
        documents.add(path, lambda state: _say(f"{title}: {state} …"))
    except KnowledgeError as error:
        print(f"{title}: {error}", file=sys.stderr)
        return False
    _say(f"{title}: ready ({time.monotonic() - began:.0f} s)")
    return True


def _list(documents: Documents) -> int:
    for store in documents.stores:
        found = documents.list(store)
        _say(f"{store}: {len(found)} document(s)")
        for each in found:
            state = "" if each.status == "completed" else f"  ({each.status})"
            _say(f"  {each.name}  {each.size / 1024:.0f} KB  {each.file_id}{state}")
    return 0


def _remove(documents: Documents, names: Sequence[str]) -> int:
    """Remove documents by name or id; nothing is removed if one of them is not there."""
    there = [(store, each) for store in documents.stores for each in documents.list(store)]
    chosen = {name: [each for each in there if name in (each[1].file_id, each[1].name)] for name in names}
    unknown = [name for name, found in chosen.items() if not found]
    if unknown:
        known = ", ".join(sorted({each.name for _, each in there})) or "none"
        raise KnowledgeError(f"There is no document {', '.join(unknown)}; there are: {known}.")
    for number, (name, found) in enumerate(chosen.items(), start=1):
        for store, each in found:
            documents.remove(store, each.file_id)
        _say(f"({number}/{len(chosen)}) {name}: removed")
    return 0


def _settings(env_file: Path) -> dict[str, str]:
    """Read what names the server and the stores; the environment wins over the file."""
    file = dotenv_values(env_file, encoding="utf-8-sig") if env_file.is_file() else {}
    found = {name: (os.environ.get(name) or file.get(name) or "").strip() for name in NAMES}
    return {name: value for name, value in found.items() if value}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=COMMAND,
        description="Adds documents that the assistant looks things up in, lists or removes them. They lie in the "
        "vector stores of OPENAI_VECTOR_STORE_IDS (new ones in the first), at OpenAI or at OPENAI_BASE_URL.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("add", help="add files; one of the same name is replaced")
    adding.add_argument("files", nargs="+", type=Path, metavar="FILE")
    commands.add_parser("list", help="list the documents")
    removing = commands.add_parser("remove", help="remove documents by their names or ids")
    removing.add_argument("names", nargs="+", metavar="FILE")
    return parser


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
