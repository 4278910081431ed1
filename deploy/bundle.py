"""Stage what one function is deployed from: its own code, `shared/`, and its lock: what it needs, and no more.

The digest of a bundle depends on nothing but its files' names and contents, so the same source is the same bundle
on every machine and at every hour.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.lock import ROOT, read_lock

SHORT = 16  # characters of a digest; a label's value may have 63

# Google Cloud looks for the function in the `main.py` at the top of what is deployed.
ENTRY = '''"""Where Google Cloud looks for the function."""

from functions.{function}.main import {function}

__all__ = ["{function}"]
'''


def stage(function: str, folder: Path, root: Path = ROOT) -> str:
    """Lay a function's bundle into a folder, replacing what is there, and return its digest.

    Raises LockError, before anything is replaced, when the function's lock is not fresh.
    """
    # The functions' builder calls pip, which by the sums in this file checks every package that it installs.
    lock = read_lock(function, root)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "main.py").write_text(ENTRY.format(function=function), encoding="utf-8")
    _copy_tree(root / "functions" / function, folder / "functions" / function)
    (folder / "requirements.txt").write_text(lock, encoding="utf-8")
    _copy_tree(root / "shared", folder / "shared")
    if function == "dashboard_api":
        _copy_tree(root / "frontend", folder / "frontend")
    return digest_of(folder)


def digest_of(folder: Path) -> str:
    """Return the digest of all files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(_files(folder)):
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:SHORT]


def release(parts: Mapping[str, str]) -> str:
    """Return the digest of everything that one deployment consists of."""
    text = "\0".join(f"{name}\0{parts[name]}" for name in sorted(parts))
    return hashlib.sha256(text.encode()).hexdigest()[:SHORT]


def _copy_tree(source: Path, target: Path) -> None:
    for path in _files(source):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)


def _files(folder: Path) -> Iterator[Path]:
    """Leave out what Python and editors drop beside the source."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix != ".pyc":
            yield path
