# shellcheck shell=bash
# Talking to the person at the terminal.

CURRENT_STEP=
STEP_NUMBER=0
SCRATCH=

say() {
  printf '%s\n' "$@"
}

# In a dry run all that is not a command is a comment, so that the plan reads like a script.
note() {
  if [[ $DRY_RUN == true ]]; then
    printf '#   %s\n' "$@"
  else
    printf '   %s\n' "$@"
  fi
}

fail() {
  local message=$1 code=${2:-1}
  printf '\n%s\n' "$message" >&2
  exit "$code"
}

step() {
  CURRENT_STEP=$1
  STEP_NUMBER=$((STEP_NUMBER + 1))
  if [[ $DRY_RUN == true ]]; then
    printf '\n# %d. %s\n' "$STEP_NUMBER" "$CURRENT_STEP"
  else
    printf '\n%d. %s\n' "$STEP_NUMBER" "$CURRENT_STEP"
  fi
  "${@:2}"
  CURRENT_STEP=
}

# finish_dry_run: say that it was one; false when it was not.
finish_dry_run() {
  [[ $DRY_RUN == true ]] || return 1
  say "" "# Nothing was changed."
}

confirm() {
  [[ $ASSUME_YES == true || $DRY_RUN == true ]] && return
  local answer=
  printf '%s [y/N] ' "$1"
  read -r answer || true
  [[ $answer == [yY] || $answer == [yY][eE][sS] ]] || fail "Nothing was changed."
}

# typed PROMPT WORD: true when the person typed exactly the word.
typed() {
  local answer=
  printf '%s ' "$1"
  read -r answer || true
  printf '\n'
  [[ $answer == "$2" ]]
}

start_scratch() {
  SCRATCH=$(mktemp -d)
  trap clean_up EXIT
}

clean_up() {
  local code=$?
  rm -rf "$SCRATCH"
  if ((code != 0)) && [[ -n $CURRENT_STEP ]]; then
    printf 'Stopped at "%s". What is done stays done: mend the cause and run the same command again.\n' \
      "$CURRENT_STEP" >&2
  fi
  exit "$code"
}
