#!/usr/bin/env bash
#
# Deploys the assistant to Google Cloud, and looks after what it deployed. Every step looks before it acts, so the
# same command can be run again and again: it makes what is missing, mends what differs, and leaves the rest alone.
#
# Variables (from the environment, or from .env; docs/deploy.md explains each)
#   GOOGLE_CLOUD_PROJECT    the project, unless --project names it
#   TASKS_LOCATION          the region, unless --region names it (default: europe-west1)
#   FIRESTORE_DATABASE, FIRESTORE_LOCATION, TASKS_QUEUE     other names than the usual ones
#   AUTH_MODE, GOOGLE_CLIENT_ID, STAFF_OWNER                how staff sign in, and the first of them
#   ALERT_EMAIL, MONTHLY_BUDGET                             who hears of trouble, and when money counts as trouble
#   PROCESS_MAX_INSTANCES, WEBHOOK_MIN_INSTANCES            how far it grows, and what stays warm
#   PYTHON                  the Python for checking the settings, where there is no .venv (3.11 or newer)
#   DEPLOY_RETRY_SECONDS    pause between two tries while Google Cloud catches up (default: 10)
#
# Examples
#   ./deploy.sh --dry-run
#   ./deploy.sh --project my-project
#   ./deploy.sh --prefix staging --env-file .env.staging
#   ./deploy.sh status

set -euo pipefail

if ((BASH_VERSINFO[0] < 4 || (BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] < 4))); then
  echo "deploy.sh needs bash 4.4 or newer; this is $BASH_VERSION (on a Mac: brew install bash)." >&2
  exit 1
fi

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly ROOT
# shellcheck source=deploy/terminal.sh
source "$ROOT/deploy/terminal.sh"
# shellcheck source=deploy/commands.sh
source "$ROOT/deploy/commands.sh"
# shellcheck source=deploy/python.sh
source "$ROOT/deploy/python.sh"
# shellcheck source=deploy/names.sh
source "$ROOT/deploy/names.sh"
# shellcheck source=deploy/checks.sh
source "$ROOT/deploy/checks.sh"
# shellcheck source=deploy/foundation.sh
source "$ROOT/deploy/foundation.sh"
# shellcheck source=deploy/database.sh
source "$ROOT/deploy/database.sh"
# shellcheck source=deploy/secrets.sh
source "$ROOT/deploy/secrets.sh"
# shellcheck source=deploy/queue.sh
source "$ROOT/deploy/queue.sh"
# shellcheck source=deploy/functions.sh
source "$ROOT/deploy/functions.sh"
# shellcheck source=deploy/monitoring.sh
source "$ROOT/deploy/monitoring.sh"
# shellcheck source=deploy/verify.sh
source "$ROOT/deploy/verify.sh"
# shellcheck source=deploy/rollback.sh
source "$ROOT/deploy/rollback.sh"
# shellcheck source=deploy/destroy.sh
source "$ROOT/deploy/destroy.sh"

readonly STEPS=(checks apis database accounts secrets queue functions monitoring verify)

COMMAND=deploy
DRY_RUN=false
ASSUME_YES=false
SUBSCRIBE=false
ONLY=()
PROJECT=
REGION=
PREFIX=assistant
ENV_FILE=.env

main() {
  cd "$ROOT"
  parse_options "$@"
  if [[ $COMMAND == permissions ]]; then
    permissions_table
    return
  fi
  start_scratch
  case $COMMAND in
  deploy) deploy ;;
  status) status ;;
  rollback) rollback ;;
  destroy) destroy ;;
  esac
}

usage() {
  cat <<'END'
Usage: ./deploy.sh [command] [options]

  deploy       make, or bring up to date, everything the assistant needs (the default)
  status       show what runs, and what differs from what this checkout would deploy; exits 1 if anything does
  rollback     send the traffic back to the revisions before the last release
  destroy      remove what deploy made; asks twice before it touches data
  permissions  print the table of roles that deploy grants

  --project ID      the Google Cloud project
  --region NAME     the region (default: europe-west1)
  --prefix NAME     the name before every resource, for a second environment in one project (default: assistant)
  --env-file FILE   the settings (default: .env)
  --only STEP       deploy this step only, after the checks; may be repeated. Steps: apis database accounts
                    secrets queue functions monitoring verify
  --subscribe       afterwards register the webhook with Meta (needs WHATSAPP_APP_ID and WHATSAPP_ACCOUNT_ID)
  --yes             do not ask before deploying or rolling back
  --dry-run         change nothing and reach nothing: print every command for a project in which nothing exists yet
  --help            this text
END
}

parse_options() {
  while (($#)); do
    case $1 in
    deploy | status | rollback | destroy | permissions) COMMAND=$1 ;;
    --project=* | --region=* | --prefix=* | --env-file=* | --only=*)
      set -- "${1%%=*}" "${1#*=}" "${@:2}"
      continue
      ;;
    --project | --region | --prefix | --env-file | --only)
      (($# > 1)) && [[ -n $2 ]] || fail "$1 needs a value. See ./deploy.sh --help." 2
      take_value "$1" "$2"
      shift
      ;;
    --subscribe) SUBSCRIBE=true ;;
    --yes) ASSUME_YES=true ;;
    --dry-run) DRY_RUN=true ;;
    -h | --help | help)
      usage
      exit 0
      ;;
    *) fail "There is no option or command '$1'. See ./deploy.sh --help." 2 ;;
    esac
    shift
  done
}

take_value() {
  case $1 in
  --project) PROJECT=$2 ;;
  --region) REGION=$2 ;;
  --prefix) PREFIX=$2 ;;
  --env-file) ENV_FILE=$2 ;;
  --only)
    [[ " ${STEPS[*]} " == *" $2 "* ]] || fail "There is no step '$2'. The steps are: ${STEPS[*]}." 2
    ONLY+=("$2")
    ;;
  esac
}

deploy() {
  run_steps
  if [[ $SUBSCRIBE == true ]]; then
    step "Subscribe the webhook" subscribe_webhook
  fi
  finish_deploy
}

# Status is a deploy in which every change is only counted.
status() {
  run_steps
  step "What runs" list_services
  finish_dry_run && return
  if ((CHANGES > 0)); then
    say "" "$CHANGES difference(s). ./deploy.sh mends them."
    exit 1
  fi
  say "" "Everything is as this checkout would deploy it."
}

run_steps() {
  step "Checks" check_everything
  selected apis && step "Services and the record of this deployment" ensure_apis
  selected database && step "Firestore" ensure_database
  selected accounts && step "Service accounts and their roles" ensure_accounts
  selected secrets && step "Secrets" ensure_secrets
  selected queue && step "Queue" ensure_queue
  selected functions && step "Functions" ensure_functions
  selected monitoring && step "Sweep, metrics, alerts" ensure_monitoring
  if [[ $COMMAND == deploy ]] && selected verify; then
    step "Health" verify_deployment
  fi
}

selected() {
  ((${#ONLY[@]} == 0)) || [[ " ${ONLY[*]} " == *" $1 "* ]]
}

main "$@"
