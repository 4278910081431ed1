# shellcheck shell=bash
# The programs in deploy/*.py. One process runs them all: starting Python for each would take most of the time.

readonly CHOSEN_PYTHON=${PYTHON:-python3}
PYTHON= # the one that runs the programs, once it is found
TO_PROGRAMS=
FROM_PROGRAMS=

# The settings are checked by the functions' own code, which needs its libraries but not all of .venv.
start_programs() {
  try_python "$ROOT/.venv/bin/python" && return
  try_python "$ROOT/.dist/venv/bin/python" && return
  local python
  python=$(find_python) || fail "Python 3.11 or newer is missing: install it, or set PYTHON to it."
  note "preparing .dist/venv, which checks the settings"
  "$python" -m venv "$ROOT/.dist/venv"
  "$ROOT/.dist/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r "$ROOT/requirements/deploy.lock" >&2 ||
    fail "The libraries that check the settings could not be installed from PyPI (see above)."
  try_python "$ROOT/.dist/venv/bin/python" || fail "The programs in deploy/ do not start: ${PYTHON_SAID:-see above}."
}

# try_python PYTHON: start the programs; false, with its reason in PYTHON_SAID, when this Python cannot.
try_python() {
  PYTHON=$1
  PYTHON_SAID=
  [[ -x $PYTHON ]] || return 1
  rm -f "$SCRATCH/requests" "$SCRATCH/answers"
  mkfifo "$SCRATCH/requests" "$SCRATCH/answers"
  PYTHONPATH=$ROOT "$PYTHON" -P -m deploy <"$SCRATCH/requests" >"$SCRATCH/answers" &
  exec {TO_PROGRAMS}>"$SCRATCH/requests" {FROM_PROGRAMS}<"$SCRATCH/answers"
  IFS= read -r -d '' PYTHON_SAID <&"$FROM_PROGRAMS" || true
  [[ $PYTHON_SAID != ready ]] || return 0
  exec {TO_PROGRAMS}>&- {FROM_PROGRAMS}<&-
  return 1
}

find_python() {
  local candidate
  for candidate in "$CHOSEN_PYTHON" python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

# helper PROGRAM ARGUMENT...: run one of the programs.
helper() {
  filter '' "$@"
}

# filter TEXT PROGRAM ARGUMENT...: run one that reads a text.
filter() {
  local code output
  printf '%s\0' "$1" $(($# - 1)) "${@:2}" >&"$TO_PROGRAMS"
  if ! IFS= read -r -d '' code <&"$FROM_PROGRAMS" || ! IFS= read -r -d '' output <&"$FROM_PROGRAMS"; then
    fail "deploy/$2.py stopped without an answer."
  fi
  printf '%s' "$output"
  return "$code"
}

# field JSON PATH: print one value of a document; nothing when it is not there.
field() {
  filter "$1" documents field "$2"
}

# differences JSON WANTED: print what of the wanted document is missing or other in the first.
differences() {
  filter "$1" documents differences "$2"
}
