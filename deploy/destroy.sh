# shellcheck shell=bash
# Removes what deploy made, and nothing else. Services of Google Cloud stay enabled: others may use them.

destroy() {
  local with_data=false
  step "Checks" check_everything
  if [[ $DRY_RUN == true ]]; then
    with_data=true
  else
    say "" "This stops the assistant \"$PREFIX\" in project $PROJECT and removes its functions, queue and secrets." \
      "Tasks still waiting in the queue are lost. A removed queue's name cannot be used again for some days."
    typed "Type the project's id to go on:" "$PROJECT" || fail "That is not the project's id. Nothing was changed."
    say "The data are every customer, message and setting in the database $DATABASE, and its backups."
    if typed "Type \"delete the data\" to delete them too, anything else keeps them:" "delete the data"; then
      with_data=true
    fi
  fi
  step "Alerts and the sweep" remove_monitoring
  step "Functions" remove_functions
  step "Queue" remove_queue
  step "Secrets" remove_secrets
  step "Service accounts and their roles" remove_accounts
  if [[ $with_data == true ]]; then
    step "Data" remove_database
  fi
  step "The record of this deployment" remove_record "$with_data"
  finish_dry_run || say "" "Done."
}

# remove WHAT MARK-PATH MARK JSON COMMAND...: remove a thing that is there and is ours; a dry run prints it.
remove() {
  local what=$1 path=$2 mark=$3 document=$4
  if [[ $DRY_RUN == false ]]; then
    [[ -n $document ]] || return 0
    if [[ $(field "$document" "$path") != "$mark"* ]]; then
      note "left alone: $what, which deploy.sh did not make"
      return
    fi
  fi
  change "remove $what" "${@:5}"
}

remove_monitoring() {
  local found metrics name job
  metrics=$(helper monitoring metrics --prefix "$PREFIX")
  read_budgets_if_allowed found
  remove_listed budget displayName "$PRODUCT $PREFIX $PROJECT" "$found" BUDGET gcloud billing budgets delete
  read_dashboards found
  remove_listed dashboard displayName "WhatsApp assistant ($PREFIX)" "$found" DASHBOARD gcloud monitoring dashboards delete
  read_policies found
  remove_listed alert userLabels.deployment "$PREFIX" "$found" POLICY gcloud alpha monitoring policies delete
  read_channels found
  remove_listed "notification channel" userLabels.deployment "$PREFIX" "$found" CHANNEL \
    gcloud beta monitoring channels delete
  while IFS=$'\t' read -r name _; do
    inspect found gcloud logging metrics describe "$name" --format=json "--project=$PROJECT" --quiet
    remove "the metric $name" description "$PRODUCT ($PREFIX)" "$found" \
      gcloud logging metrics delete "$name" "--project=$PROJECT" --quiet
  done <<<"$metrics"
  inspect job gcloud scheduler jobs describe "$PREFIX-sweep" "--location=$REGION" --format=json \
    "--project=$PROJECT" --quiet
  remove "the sweep" description "$PRODUCT ($PREFIX)" "$job" \
    gcloud scheduler jobs delete "$PREFIX-sweep" "--location=$REGION" "--project=$PROJECT" --quiet
}

read_budgets_if_allowed() {
  printf -v "$1" '%s' ''
  if [[ $DRY_RUN == true ]] || can_see_billing; then
    read_budgets "$1"
  fi
}

# remove_listed WHAT PATH VALUE LIST NAME-IN-A-DRY-RUN COMMAND...: remove each of a list whose field has the value.
remove_listed() {
  local what=$1 path=$2 value=$3 list=$4 names name
  names=$5
  [[ $DRY_RUN == true ]] || names=$(filter "$list" documents names-of "$path" "$value")
  for name in $names; do
    change "remove the $what $name" "${@:6}" "$name" "--project=$PROJECT" --quiet
  done
}

remove_functions() {
  local function name found
  for function in webhook dashboard_api process; do
    name=$(service_name "$function")
    read_service found "$function"
    remove "the function $name" metadata.labels.managed-by "$PRODUCT" "$found" \
      gcloud run services delete "$name" "--region=$REGION" "--project=$PROJECT" --quiet
    inspect found gcloud storage ls "gs://run-sources-$PROJECT-$REGION/services/$name/**" "--project=$PROJECT" --quiet
    if [[ -n $found || $DRY_RUN == true ]]; then
      change "remove the uploaded source of $name" gcloud storage rm --recursive \
        "gs://run-sources-$PROJECT-$REGION/services/$name" "--project=$PROJECT" --quiet
    fi
  done
  inspect found gcloud artifacts repositories describe "$PREFIX" "--location=$REGION" --format=json \
    "--project=$PROJECT" --quiet
  remove "the images" labels.managed-by "$PRODUCT" "$found" \
    gcloud artifacts repositories delete "$PREFIX" "--location=$REGION" "--project=$PROJECT" --quiet
}

remove_queue() {
  local found
  inspect found gcloud tasks queues describe "$QUEUE" "--location=$REGION" --format=json "--project=$PROJECT" --quiet
  [[ -n $found || $DRY_RUN == true ]] || return 0
  if [[ $DRY_RUN == false ]] && ! was_made_here queue "$QUEUE"; then
    note "left alone: the queue $QUEUE, which deploy.sh did not make"
    return
  fi
  change "remove the queue $QUEUE" gcloud tasks queues delete "$QUEUE" "--location=$REGION" \
    "--project=$PROJECT" --quiet
}

remove_secrets() {
  local setting name found
  for setting in "${SECRETS[@]}"; do
    name=$(secret_name "$setting")
    inspect found gcloud secrets describe "$name" --format=json "--project=$PROJECT" --quiet
    remove "the secret $name" labels.managed-by "$PRODUCT" "$found" \
      gcloud secrets delete "$name" "--project=$PROJECT" --quiet
  done
}

# Roles first: a removed account's roles stay in the project's policy as those of "deleted:…".
remove_accounts() {
  local row account role on policy expression condition found
  inspect policy gcloud projects get-iam-policy "$PROJECT" --format=json "--project=$PROJECT" --quiet
  for row in "${GRANTS[@]}"; do
    IFS='|' read -r account role on _ <<<"$row"
    case $on in
    project) expression='' condition=None ;;
    database)
      expression=$(database_expression)
      condition="expression=$expression,title=$PREFIX-database"
      ;;
    *) continue ;;
    esac
    if [[ $DRY_RUN == true ]] ||
      filter "$policy" documents has-binding "$role" "$(member_of "$account")" "$expression"; then
      change "take $role from $PREFIX-$account" gcloud projects remove-iam-policy-binding "$PROJECT" \
        "--member=$(member_of "$account")" "--role=$role" "--condition=$condition" "--project=$PROJECT" --quiet
    fi
  done
  for row in "${ACCOUNTS[@]}"; do
    IFS='|' read -r account _ <<<"$row"
    inspect found gcloud iam service-accounts describe "$(account_email "$account")" --format=json \
      "--project=$PROJECT" --quiet
    remove "the account $PREFIX-$account" description "$PRODUCT ($PREFIX)" "$found" \
      gcloud iam service-accounts delete "$(account_email "$account")" "--project=$PROJECT" --quiet
  done
}

remove_database() {
  local found backups names name
  inspect found gcloud firestore databases describe "--database=$DATABASE" --format=json \
    "--project=$PROJECT" --quiet
  if [[ $DRY_RUN == false && -n $found ]] && ! was_made_here database "$DATABASE"; then
    note "left alone: the database $DATABASE, which deploy.sh did not make"
    return
  fi
  if [[ $DRY_RUN == true || -n $found ]]; then
    change "lift the protection of the database" gcloud firestore databases update "--database=$DATABASE" \
      --no-delete-protection "--project=$PROJECT" --quiet
    change "delete the database $DATABASE" gcloud firestore databases delete "--database=$DATABASE" \
      "--project=$PROJECT" --quiet
  fi
  was_made_here database "$DATABASE" || [[ $DRY_RUN == true ]] || return 0
  inspect backups gcloud firestore backups list "--location=$FIRESTORE_LOCATION" --format=json \
    "--project=$PROJECT" --quiet
  names=BACKUP
  [[ $DRY_RUN == true ]] || names=$(filter "$backups" documents names-of database "projects/$PROJECT/databases/$DATABASE")
  for name in $names; do
    change "delete the backup ${name##*/}" gcloud firestore backups delete "--backup=${name##*/}" \
      "--location=$FIRESTORE_LOCATION" "--project=$PROJECT" --quiet
  done
}

# While the data stay, so does the record: it alone tells that the database was made here.
remove_record() {
  local with_data=$1 record
  read_record record
  if [[ $with_data == false && $(field "$record" annotations.database) == "$DATABASE" ]]; then
    note "kept, like the data: the secret $PREFIX-deployment, which costs nothing"
    return
  fi
  remove "the record" labels.managed-by "$PRODUCT" "$record" \
    gcloud secrets delete "$PREFIX-deployment" "--project=$PROJECT" --quiet
}
