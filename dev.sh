#!/usr/bin/env bash
#
# Everything a developer does with this project. Each command sets itself up: it makes .venv in the project,
# and installs what requirements/dev.lock names again only when that changed.
#
# Variables
#   PYTHON        the Python to make .venv with (default: the first one found that is 3.11 or newer)
#   BROWSER_PATH  the Chromium or Chrome for browser tests (default: the first one found, else Playwright's)
#   FIRESTORE_EMULATOR_URL, FIRESTORE_EMULATOR_SHA256
#                 where the Firestore emulator is downloaded from, and its sum, where the machine has none
#   CI            true: browser tests may not be skipped, and a run of all tests measures what they cover
#   `./dev.sh up --help` lists the ports
#
# Examples
#   ./dev.sh up
#   DASHBOARD_PORT=9000 ./dev.sh up
#   ./dev.sh test tests/unit -k signature
#   ./dev.sh check

set -euo pipefail

readonly VENV=.venv
readonly LOCK=requirements/dev.lock
readonly STAMP=$VENV/.installed
readonly SHELL_LINE='^#!.*(bash|/sh|env sh)'
readonly INSTALL_LOG=.local/logs/install.log
readonly MAX_TEST_PROCESSES=8 # each may start an emulator and a browser

main() {
  cd "$(dirname "${BASH_SOURCE[0]}")"
  local command=${1:-}
  [[ $# -eq 0 ]] || shift
  case $command in
  up) up "$@" ;;
  emulator) emulator "$@" ;;
  logs) logs "$@" ;;
  test) run_tests "$@" ;;
  check) check "$@" ;;
  lock) lock "$@" ;;
  chaos) chaos "$@" ;;
  bench) bench "$@" ;;
  eval) evaluate "$@" ;;
  settings) settings "$@" ;;
  knowledge) knowledge "$@" ;;
  privacy) privacy "$@" ;;
  screenshots) screenshots "$@" ;;
  -h | --help | help) usage ;;
  '') usage >&2 && exit 2 ;;
  *) fail "There is no command '$command'. See ./dev.sh --help." 2 ;;
  esac
}

usage() {
  cat <<'END'
Usage: ./dev.sh COMMAND [options]

  up           run the whole product on this machine, without any account; Ctrl-C stops it
  emulator     fetch Java and the Firestore emulator where there are none, and say where they are
  logs         show the logs of ./dev.sh up, readable; -f follows them
  settings     write the business's settings to a file, or read them from one
  knowledge    add documents that the assistant looks things up in, list or remove them
  privacy      export or erase a customer, and erase again after a backup was restored
  test         run the tests; options go to pytest
  check        lock files, lint, imports between rooms, types, front end, shell scripts
  lock         make the lock files anew, after a change of requirements*.txt
  chaos        run the product under load while everything fails, and judge what became of every message
  bench        measure what a turn costs and how long it takes
  eval         let a model have written conversations, and judge what it understood and said
  screenshots  take the pictures of docs/dashboard.md, every screen of the page

./dev.sh COMMAND --help tells more about each.
END
}

up() {
  set_up
  exec "$VENV/bin/python" -m local.stack "$@"
}

emulator() {
  set_up
  exec "$VENV/bin/python" -m local.stack.firestore_emulator "$@"
}

chaos() {
  set_up
  exec "$VENV/bin/python" -m local.chaos "$@"
}

bench() {
  set_up
  exec "$VENV/bin/python" -m local.bench "$@"
}

# Not called eval: bash has one.
evaluate() {
  set_up
  exec "$VENV/bin/python" -m local.eval "$@"
}

settings() {
  set_up
  exec "$VENV/bin/python" -m tools.business "$@"
}

knowledge() {
  set_up
  exec "$VENV/bin/python" -m tools.knowledge "$@"
}

privacy() {
  set_up
  exec "$VENV/bin/python" -m tools.privacy "$@"
}

screenshots() {
  set_up
  exec "$VENV/bin/python" -m local.pictures "$@"
}

logs() {
  set_up
  exec "$VENV/bin/python" -m local.stack.logs "$@"
}

run_tests() {
  if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    cat <<'END'
Usage: ./dev.sh test [pytest options]

Runs the whole test suite, or the part that the options choose:
  ./dev.sh test tests/unit             one folder
  ./dev.sh test --quick                what needs neither emulator, browser nor the stack: seconds
  ./dev.sh test -k signature           tests by name
  ./dev.sh test -m 'not browser'       all but one kind: emulator, stack, browser
  ./dev.sh test -n 0 -s -k signature   in one process, with what the tests print

One test more runs at once than there are cores.

Java and the Firestore emulator are fetched where there are none, and so is Chromium for the browser tests, which are
skipped where that is impossible, unless CI=true. With CI=true and no options, it also says which lines of functions/ and shared/ no test ran,
and fails under the floor in pyproject.toml.
END
    return
  fi
  set_up
  local -a measured=()
  # What a part of the tests runs says nothing.
  [[ ${CI:-} != true || $# -gt 0 ]] || measured=(--cov)
  # Later options win, so whoever runs the tests can choose others.
  # One more than there are cores: a test that runs the product or a browser also waits.
  export PYTEST_XDIST_AUTO_NUM_WORKERS=${PYTEST_XDIST_AUTO_NUM_WORKERS:-$(("$("$VENV/bin/python" -c 'import os; print(os.cpu_count())')" + 1))}
  exec "$VENV/bin/python" -m pytest -n auto --maxprocesses "$MAX_TEST_PROCESSES" --dist loadfile \
    ${measured[@]+"${measured[@]}"} "$@"
}

check() {
  if [[ $# -gt 0 ]]; then
    printf 'Usage: ./dev.sh check\n\nRuns all checks on everything, and says which of them failed:\nlock files, ruff, import-linter, mypy, tsc, eslint, shellcheck, shfmt.\n'
    [[ $1 == -h || $1 == --help ]] && return || exit 2
  fi
  set_up
  local script
  local -a scripts=() failed=()
  # Not mapfile: macOS has bash 3.2.
  while IFS= read -r -d '' script; do scripts+=("$script"); done < <(shell_scripts)
  step 'lock files' python -m deploy.lock --check
  step 'ruff check' ruff check
  step 'ruff format' ruff format --check
  step 'import-linter' lint-imports --no-cache
  step 'mypy' mypy
  step 'front end: tsc, eslint' python -m tools.javascript
  step 'shellcheck' shellcheck --external-sources "${scripts[@]}"
  step 'shfmt' shfmt -i 2 -d "${scripts[@]}"
  [[ ${#failed[@]} -eq 0 ]] || fail "Failed: $(join ', ' "${failed[@]}")."
  echo 'All checks passed.'
}

lock() {
  # Where uv is, the lock may be broken: this mends it.
  [[ -x $VENV/bin/uv ]] || set_up
  exec "$VENV/bin/python" -m deploy.lock "$@"
}

# Runs one tool and goes on when it fails, so that one run shows all that is wrong.
step() {
  local title=$1 tool=$2
  shift 2
  echo "== $title"
  "$VENV/bin/$tool" "$@" || failed+=("$title")
}

# Prints the project's shell scripts, tracked and new ones, separated by NUL.
shell_scripts() {
  local file line
  git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
    # A binary file's first line has NUL bytes, which bash warns of: not of interest here.
    if [[ $file == *.sh ]] || { [[ -f $file ]] && read -r line 2>/dev/null <"$file" && [[ $line =~ $SHELL_LINE ]]; }; then
      printf '%s\0' "$file"
    fi
  done
}

set_up() {
  local wanted
  wanted=$(cksum <"$LOCK")
  [[ -x $VENV/bin/python && -f $STAMP && $(<"$STAMP") == "$wanted" ]] && return
  make_environment
  install_requirements
  # Written last: an interrupted installation is repeated.
  echo "$wanted" >"$STAMP"
}

make_environment() {
  "$VENV/bin/python" -m pip --version >/dev/null 2>&1 && return
  local python
  python=$(find_python)
  echo "Making $VENV with $("$python" --version) …" >&2
  "$python" -c 'import ensurepip, venv' 2>/dev/null || fail "$python lacks the venv module. Install it with \
\`sudo apt-get install python3-venv\` (Debian, Ubuntu)."
  "$python" -m venv --clear "$VENV" || fail "$python could not make $VENV."
}

find_python() {
  local python
  for python in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$python"
      return
    fi
  done
  fail "Python 3.11 or newer is missing. Install it with \`sudo apt-get install python3 python3-venv\` (Debian 12, \
Ubuntu 24.04 or newer) or \`brew install python\` (macOS), or name one: PYTHON=/path/to/python3 ./dev.sh …"
}

install_requirements() {
  mkdir -p "$(dirname "$INSTALL_LOG")"
  rm -f "$STAMP"
  echo 'Installing the requirements (a minute or two the first time) …' >&2
  "$VENV/bin/python" -m pip install --disable-pip-version-check --progress-bar off \
    --require-hashes -r "$LOCK" 2>&1 |
    tee "$INSTALL_LOG" | show_progress "$(grep -c '^[a-z].*==' "$LOCK")" ||
    fail "The installation failed, see $INSTALL_LOG: $(grep '^ERROR' "$INSTALL_LOG" | tail -n 1)"
}

# Shows which of so many packages pip is at, and how large it is: in place on a terminal, now and then elsewhere.
show_progress() {
  local line text='' total=$1 count=0
  while IFS= read -r line; do
    if [[ $line =~ ^Collecting\ ([^ ;]+) ]]; then
      count=$((count + 1))
      text="$count of $total: ${BASH_REMATCH[1]}"
    elif [[ $line =~ Downloading\ .*\(([0-9]+)(.*\ MB)\)$ ]]; then
      [[ ! -t 2 && ${#BASH_REMATCH[1]} -lt 2 ]] || show_line "$text (${BASH_REMATCH[1]}${BASH_REMATCH[2]})"
      continue
    elif [[ $line =~ ^Installing\ collected ]]; then
      text="unpacking $count packages …"
    else
      continue
    fi
    if [[ -t 2 ]] || ((count % 20 == 0)) || [[ $line == Installing* ]]; then show_line "$text"; fi
  done
  [[ ! -t 2 ]] || printf '\r\033[K' >&2
}

show_line() {
  if [[ -t 2 ]]; then
    printf '\r\033[K  %s' "${1:0:70}" >&2
  else
    printf '  %s\n' "$1" >&2
  fi
}

join() {
  local separator=$1 result=$2 item
  shift 2
  for item in "$@"; do result+=$separator$item; done
  echo "$result"
}

fail() {
  echo "$1" >&2
  exit "${2:-1}"
}

main "$@"
