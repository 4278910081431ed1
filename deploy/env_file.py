"""Read the settings as the functions read them: the environment first, then the file, stripped of blanks."""

import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from shared.errors import SettingsError

TYPOGRAPHIC_QUOTES = ("\u201c", "\u201d", "\u201e", "\u2018", "\u2019", "\u00ab")


def read_values(file: Path, environment: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return the file's variables, overridden by those of the environment that are named; blank ones are left out.

    Raises SettingsError when the file is missing or cannot be read.
    """
    values = file_values(file)
    values |= {name: environment[name] for name in names if environment.get(name, "").strip()}
    stripped = {name: value.strip() for name, value in values.items()}
    return {name: value for name, value in stripped.items() if value}


def file_values(file: Path) -> dict[str, str]:
    """Read a file of `NAME=value` lines, with any line ends, quotes and byte order mark."""
    bindings = list(parse_stream(io.StringIO(_text(file))))
    problems = [problem for binding in bindings for problem in _problems(binding)]
    if problems:
        raise SettingsError(problems)
    return {binding.key: binding.value or "" for binding in bindings if binding.key is not None}


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SettingsError([f"there is no file {file}: copy .env.example to it and fill it in"]) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{file} is not UTF-8 text: save it again as UTF-8"]) from None
    except OSError as error:
        raise SettingsError([f"{file} cannot be read: {error.strerror}"]) from None


def _problems(binding: Binding) -> list[str]:
    if binding.error:
        return [f"line {binding.original.line} cannot be read: is a quotation mark missing?"]
    if (binding.value or "").strip().startswith(TYPOGRAPHIC_QUOTES):
        return [f'{binding.key}: begins with a typographic quotation mark; use " or none']
    return []
