# shellcheck shell=bash
# Before anything is changed: are the tools, the settings, the sign-in and the project as they must be?

ACCOUNT=
PROJECT_NUMBER=PROJECT_NUMBER
BILLING_ACCOUNT=BILLING_ACCOUNT
readonly OLDEST_GCLOUD=520 # has `run deploy --function` and service-wide minimum instances

check_everything() {
  check_prefix
  start_programs
  check_settings
  check_gcloud
  check_project
  if [[ $COMMAND == deploy ]]; then
    confirm "Deploy \"$PREFIX\" to project $PROJECT in $REGION as ${ACCOUNT:-you}?"
  fi
}

# 16 characters, because a service account's name has at most 30 and ours end in up to 14.
check_prefix() {
  [[ $PREFIX =~ ^[a-z][a-z0-9-]{0,14}[a-z0-9]$ ]] ||
    fail "--prefix must be 2 to 16 lower-case letters, digits and hyphens, and begin with a letter." 2
}

check_settings() {
  local settings name value
  settings=$(helper environment --env-file "$ENV_FILE" --project "$PROJECT" --region "$REGION" \
    --prefix "$PREFIX" check) || exit 1
  while IFS='=' read -r name value; do
    printf -v "$name" '%s' "$value"
  done <<<"$settings"
  note "$ENV_FILE is complete"
}

check_gcloud() {
  command -v gcloud >/dev/null || [[ $DRY_RUN == true ]] ||
    fail "gcloud is missing. Install it: https://cloud.google.com/sdk/docs/install"
  local version release
  inspect version gcloud version --format=json --quiet
  if [[ $DRY_RUN == false ]]; then
    release=$(field "$version" "Google Cloud SDK")
    ((${release%%.*} >= OLDEST_GCLOUD)) ||
      fail "gcloud is older than $OLDEST_GCLOUD. Run: gcloud components update"
    [[ -n $(field "$version" alpha) && -n $(field "$version" beta) ]] ||
      fail "gcloud lacks two of its parts. Run: gcloud components install alpha beta"
  fi
  inspect ACCOUNT gcloud auth list --filter=status:ACTIVE '--format=value(account)'
  [[ $DRY_RUN == true || -n $ACCOUNT ]] || fail "gcloud is not signed in. Run: gcloud auth login"
  note "signed in as ${ACCOUNT:-…}"
}

check_project() {
  local found billing
  inspect found gcloud projects describe "$PROJECT" --format=json --quiet
  inspect billing gcloud billing projects describe "$PROJECT" --format=json --quiet
  [[ $DRY_RUN == false ]] || return 0
  [[ -n $found ]] || fail "There is no project $PROJECT, or $ACCOUNT may not see it."
  [[ $(field "$found" lifecycleState) == ACTIVE ]] || fail "Project $PROJECT is being deleted."
  PROJECT_NUMBER=$(field "$found" projectNumber)
  [[ $(field "$billing" billingEnabled) == true ]] ||
    fail "Project $PROJECT has no billing account. Link one: https://console.cloud.google.com/billing/linkedaccount?project=$PROJECT"
  BILLING_ACCOUNT=$(field "$billing" billingAccountName)
  BILLING_ACCOUNT=${BILLING_ACCOUNT#billingAccounts/}
  note "project $PROJECT (number $PROJECT_NUMBER)"
}
