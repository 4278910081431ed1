# shellcheck shell=bash
# The one way in which commands are run: `inspect` for those that only look, `change` for those that act.
#
# A dry run prints every command, whole and on one line, and runs none. Status runs what looks and counts what would
# act. What Google Cloud cannot do just yet (an API enabled a minute ago, an account not known everywhere) is tried
# again; every other failure becomes one clear sentence.

readonly RETRY_SECONDS=${DEPLOY_RETRY_SECONDS:-10}
readonly PROPAGATION_TRIES=60 # a new log-based metric may take ten minutes to be known to alerts
readonly TRANSIENT_TRIES=4

CHANGES=0
SECRET_INPUT= # the setting whose value the next command reads from its standard input
RESULT=

# inspect VARIABLE COMMAND...: put the command's output into the variable; nothing if what it asks for does not exist.
inspect() {
  local variable=$1
  shift
  printf -v "$variable" '%s' ''
  if [[ $DRY_RUN == true ]]; then
    print_command "$@"
    return
  fi
  if attempt missing_is_an_answer "$@"; then
    [[ $RESULT == '[]' ]] || printf -v "$variable" '%s' "$RESULT"
  elif ! says_missing; then
    fail "$(explain_failure)"
  fi
}

# Where a service was never enabled there is nothing of ours either; only a deploy waits for it to become ready.
says_missing() {
  local kind
  kind=$(classify_failure)
  [[ $kind == missing || ($kind == propagating && $COMMAND != deploy) ]]
}

# change WHAT COMMAND...: run a command that changes something.
change() {
  local what=$1
  shift
  CHANGES=$((CHANGES + 1))
  if [[ $COMMAND == status ]]; then
    [[ $DRY_RUN == true ]] || note "differs: $what"
    return
  fi
  if [[ $DRY_RUN == true ]]; then
    print_command "$@"
    return
  fi
  note "$what"
  attempt missing_may_appear "$@" || fail "$(explain_failure)"
}

# change_with_secret WHAT SETTING COMMAND...: the same, with a secret's value on the command's standard input.
change_with_secret() {
  SECRET_INPUT=$2
  change "$1" "${@:3}"
  SECRET_INPUT=
}

attempt() {
  local mode=$1 tries=0 most kind
  shift
  while true; do
    if RESULT=$(feed | "$@" 2>"$SCRATCH/error"); then
      return 0
    fi
    tries=$((tries + 1))
    kind=$(classify_failure)
    # The try before this one took effect, although its answer was an error.
    [[ $kind != taken || $tries == 1 ]] || return 0
    case $kind-$mode-$COMMAND-$CURRENT_STEP in
    *-Checks) most=0 ;;
    propagating-*-deploy-* | missing-missing_may_appear-deploy-*) most=$PROPAGATION_TRIES ;;
    transient-*) most=$TRANSIENT_TRIES ;;
    *) most=0 ;;
    esac
    ((tries <= most)) || return 1
    ((tries > 1)) || note "(Google Cloud is not ready for this yet; trying again for a while)"
    sleep "$RETRY_SECONDS"
  done
}

feed() {
  if [[ -n $SECRET_INPUT ]]; then
    helper secret --env-file "$ENV_FILE" print "$SECRET_INPUT"
  fi
}

print_command() {
  local word line=
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:=@,%+-]+$ ]]; then
      line+="$word "
    else
      line+="'${word//\'/\'\\\'\'}' "
    fi
  done
  printf '%s\n' "${line% }"
}

# gcloud's errors have no stable codes on its command line, so they are told apart by the API's status names in them.
classify_failure() {
  local text
  text=$(<"$SCRATCH/error")
  shopt -s nocasematch
  case $text in
  *"active account"* | *reauthenticat* | *invalid_grant* | *"auth login"*) echo login ;;
  *allowedPolicyMemberDomains* | *"permitted customer"*) echo domain ;;
  *SERVICE_DISABLED* | *"has not been used in project"* | *"API is not enabled"*) echo propagating ;;
  *RESOURCE_EXHAUSTED* | *"quota exceeded"* | *"exceeded"*quota*) echo quota ;;
  *"requires billing"* | *"billing must be enabled"* | *"billing account for project"*) echo billing ;;
  *"concurrent policy changes"* | *UNAVAILABLE* | *ABORTED* | *INTERNAL* | *"try again"*) echo transient ;;
  *PERMISSION_DENIED* | *"does not have permission"* | *"permission denied"* | *" 403"*) echo permission ;;
  *ALREADY_EXISTS* | *"already exists"*) echo taken ;;
  *NOT_FOUND* | *"matched no objects"* | *"not found"* | *"cannot find"* | *"does not exist"*) echo missing ;;
  *) echo other ;;
  esac
  shopt -u nocasematch
}

explain_failure() {
  local detail
  detail=$(grep -v '^ *$' "$SCRATCH/error" | tail -n 12 || true)
  case $(classify_failure) in
  login) say "gcloud is not signed in, or its sign-in has expired. Run: gcloud auth login" ;;
  domain) say "The organisation forbids public functions (constraint iam.allowedPolicyMemberDomains). Ask its" \
    "administrator for an exception for this project; docs/deploy.md tells how." ;;
  propagating) say "A service of Google Cloud is not enabled in project $PROJECT, or not ready yet. Wait some minutes," \
    "then run the same command again; if it still fails, enable the service that gcloud names below." ;;
  quota) say "A quota of project $PROJECT is used up. Raise it in the console under IAM & Admin > Quotas, or wait." ;;
  billing) say "Project $PROJECT has no working billing account. Link one in the console under Billing." ;;
  transient) say "Google Cloud did not answer as it should, several times. Run the same command again later." ;;
  permission) say "${ACCOUNT:-This account} may not do this in project $PROJECT. Ask an owner of the project for the" \
    "roles that docs/deploy.md lists." ;;
  taken) say "Something of this name exists already. Choose another name with --prefix." ;;
  *) say "A command failed." ;;
  esac
  say "" "gcloud said:" "$detail"
}
