#!/usr/bin/env bash
#
# Deploys the assistant to Google Cloud, and looks after what it deployed. All of it is Python (deploy/): this finds
# one that is new enough, and starts it.
#
# Variables (from the environment, or from .env; docs/deploy.md explains each)
#   GOOGLE_CLOUD_PROJECT    the project, unless --project names it
#   TASKS_LOCATION          the region, unless --region names it (default: europe-west1)
#   FIRESTORE_DATABASE, FIRESTORE_LOCATION, TASKS_QUEUE     other names than the usual ones
#   FIRESTORE_PITR, BACKUP_WEEKS                            how far back the data can be restored
#   AUTH_MODE, GOOGLE_CLIENT_ID, STAFF_OWNER                how staff sign in, and the first of them
#   ALERT_EMAIL, MONTHLY_BUDGET                             who hears of trouble, and when money counts as trouble
#   PROCESS_MAX_INSTANCES, WEBHOOK_MIN_INSTANCES            how far it grows, and what stays warm
#   WHATSAPP_DASHBOARD_TOKEN, WHATSAPP_PIN                  a token that cannot send; the PIN to register the number with
#   PYTHON                  the Python to run with, where there is no .venv (3.11 or newer)
#   DEPLOY_RETRY_SECONDS    pause between two tries while Google Cloud catches up (default: 10)
#
# Examples
#   ./deploy.sh --dry-run
#   ./deploy.sh --project my-project
#   ./deploy.sh --prefix staging --env-file .env.staging
#   ./deploy.sh status

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly ROOT

main() {
  local python
  for python in "$ROOT/.venv/bin/python" "$ROOT/.dist/venv/bin/python" ${PYTHON:+"$PYTHON"} \
    python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      cd "$ROOT"
      PYTHONPATH=$ROOT exec "$python" -P -m deploy "$@"
    fi
  done
  echo "Python 3.11 or newer is missing: install it, or set PYTHON to it." >&2
  exit 1
}

main "$@"
