# shellcheck shell=bash
# What everything else stands on: services of Google Cloud, the record of this deployment, accounts and their roles.

ensure_apis() {
  local enabled api missing=()
  inspect enabled gcloud services list --enabled '--format=value(config.name)' "--project=$PROJECT" --quiet
  for api in "${APIS[@]}"; do
    [[ $'\n'$enabled$'\n' == *$'\n'$api$'\n'* ]] || missing+=("$api")
  done
  if ((${#missing[@]})); then
    change "enable ${missing[*]%.googleapis.com}" gcloud services enable "${missing[@]}" "--project=$PROJECT" --quiet
  fi
  ensure_record
}

# The record is a secret without a value. Its annotations say what no other resource can say of itself: the region,
# and whether the database and the queue were made here or were there before.
ensure_record() {
  local record deployed_in
  read_record record
  if [[ -z $record ]]; then
    change "make the record of this deployment" gcloud secrets create "$PREFIX-deployment" \
      --replication-policy=user-managed "--locations=$REGION" \
      "--labels=managed-by=$PRODUCT,deployment=$PREFIX" "--set-annotations=region=$REGION" \
      "--project=$PROJECT" --quiet
    return
  fi
  must_be_ours "$(field "$record" labels.managed-by)" "$PRODUCT" "secret $PREFIX-deployment"
  deployed_in=$(field "$record" annotations.region)
  [[ $deployed_in == "$REGION" ]] ||
    fail "\"$PREFIX\" is deployed in $deployed_in. Use --region $deployed_in, or another --prefix for a second one in $REGION."
}

read_record() {
  inspect "$1" gcloud secrets describe "$PREFIX-deployment" --format=json "--project=$PROJECT" --quiet
}

# remember KEY VALUE: written before the thing is made, so that an interrupted run knows it as its own.
remember() {
  local record
  read_record record
  [[ -n $record && $(field "$record" "annotations.$1") == "$2" ]] && return
  change "record that $2 is made here" gcloud secrets update "$PREFIX-deployment" "--update-annotations=$1=$2" \
    "--project=$PROJECT" --quiet
}

# was_made_here KEY VALUE
was_made_here() {
  local record
  read_record record
  [[ -n $record && $(field "$record" "annotations.$1") == "$2" ]]
}

# must_be_ours MARK EXPECTED WHAT: stop rather than touch what somebody else made.
must_be_ours() {
  [[ $1 == "$2"* ]] && return
  fail "There is already a $3, and deploy.sh did not make it. It is left alone: choose another --prefix."
}

account_description() {
  echo "$PRODUCT ($PREFIX): $1"
}

ensure_accounts() {
  local row name purpose account
  for row in "${ACCOUNTS[@]}"; do
    IFS='|' read -r name purpose <<<"$row"
    inspect account gcloud iam service-accounts describe "$(account_email "$name")" --format=json \
      "--project=$PROJECT" --quiet
    if [[ -z $account ]]; then
      change "make the account $PREFIX-$name" gcloud iam service-accounts create "$PREFIX-$name" \
        "--display-name=$PREFIX $name" "--description=$(account_description "$purpose")" \
        "--project=$PROJECT" --quiet
    else
      must_be_ours "$(field "$account" description)" "$PRODUCT ($PREFIX)" "service account $PREFIX-$name"
    fi
  done
  ensure_grants project "$PROJECT"
  ensure_grants database "$PROJECT"
  ensure_grants account:tasks "$(account_email tasks)"
}

# ensure_grants TARGET RESOURCE: give every role of the table that is on this target and is not there yet.
ensure_grants() {
  local target=$1 resource=$2 policy row account role on member expression=
  local command=() place=() condition=()
  case $target in
  project) command=(projects) condition=(--condition=None) ;;
  database)
    command=(projects)
    expression=$(database_expression)
    condition=("--condition=expression=$expression,title=$PREFIX-database")
    ;;
  account:*) command=(iam service-accounts) ;;
  secret:*) command=(secrets) ;;
  queue) command=(tasks queues) place=("--location=$REGION") ;;
  function:*) command=(run services) place=("--region=$REGION") ;;
  esac
  inspect policy gcloud "${command[@]}" get-iam-policy "$resource" "${place[@]}" --format=json \
    "--project=$PROJECT" --quiet
  for row in "${GRANTS[@]}"; do
    IFS='|' read -r account role on _ <<<"$row"
    [[ $on == "$target" ]] || continue
    member=$(member_of "$account")
    if [[ -z $policy ]] || ! filter "$policy" documents has-binding "$role" "$member" "$expression"; then
      change "let ${member#serviceAccount:} have $role on $resource" \
        gcloud "${command[@]}" add-iam-policy-binding "$resource" "${place[@]}" \
        "--member=$member" "--role=$role" "${condition[@]}" "--project=$PROJECT" --quiet
    fi
  done
}

# The role holds for this one database only, so that two environments in a project cannot read each other.
database_expression() {
  echo "resource.name==\"projects/$PROJECT/databases/$DATABASE\""
}

member_of() {
  if [[ $1 == everyone ]]; then
    echo allUsers
  else
    echo "serviceAccount:$(account_email "$1")"
  fi
}
