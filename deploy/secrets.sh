# shellcheck shell=bash
# Secret Manager. A value travels from the settings into gcloud's standard input: it is never an argument, a file or
# a line of output. The functions are given a numbered version, so that a new value is a new revision.

ensure_secrets() {
  local setting
  for setting in "${SECRETS[@]}"; do
    ensure_secret "$setting"
    ensure_grants "secret:$setting" "$(secret_name "$setting")"
  done
}

ensure_secret() {
  local setting=$1 name secret
  name=$(secret_name "$setting")
  inspect secret gcloud secrets describe "$name" --format=json "--project=$PROJECT" --quiet
  if [[ -z $secret ]]; then
    change "make the secret $name" gcloud secrets create "$name" --replication-policy=user-managed \
      "--locations=$REGION" "--labels=managed-by=$PRODUCT,deployment=$PREFIX" "--project=$PROJECT" --quiet
  else
    must_be_ours "$(field "$secret" labels.managed-by)" "$PRODUCT" "secret $name"
  fi
  ensure_value "$setting" "$name"
}

ensure_value() {
  local setting=$1 name=$2 value
  inspect value gcloud secrets versions access latest "--secret=$name" "--project=$PROJECT" --quiet
  if [[ -n $value ]] && filter "$value" secret --env-file "$ENV_FILE" is-stored "$setting"; then
    return
  fi
  change_with_secret "store a new version of $name" "$setting" \
    gcloud secrets versions add "$name" --data-file=- "--project=$PROJECT" --quiet
}

# read_secret_version VARIABLE SETTING: the number of the newest version.
read_secret_version() {
  local found
  inspect found gcloud secrets versions describe latest "--secret=$(secret_name "$2")" \
    '--format=value(name)' "--project=$PROJECT" --quiet
  found=${found##*/}
  printf -v "$1" '%s' "${found:-1}"
}
