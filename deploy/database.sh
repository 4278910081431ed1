# shellcheck shell=bash
# Firestore: the database, its daily backup, and what firestore.indexes.json declares.

readonly INDEXES=firestore.indexes.json
readonly BACKUP_DAYS=7d

ensure_database() {
  local found
  inspect found gcloud firestore databases describe "--database=$DATABASE" --format=json \
    "--project=$PROJECT" --quiet
  if [[ -z $found ]]; then
    remember database "$DATABASE"
    change "make the database $DATABASE in $FIRESTORE_LOCATION" gcloud firestore databases create \
      "--database=$DATABASE" "--location=$FIRESTORE_LOCATION" --type=firestore-native --delete-protection \
      "--project=$PROJECT" --quiet
  else
    check_database "$found"
  fi
  ensure_backups
  ensure_indexes
  ensure_exemptions
  ensure_expiry
}

check_database() {
  local location
  [[ $(field "$1" type) == FIRESTORE_NATIVE ]] ||
    fail "The database $DATABASE is in Datastore mode, which the assistant cannot use. Set FIRESTORE_DATABASE to another name."
  location=$(field "$1" locationId)
  [[ $location == "$FIRESTORE_LOCATION" ]] ||
    fail "The database $DATABASE is in $location and cannot be moved. Set FIRESTORE_LOCATION=$location, or FIRESTORE_DATABASE to another name."
  if ! was_made_here database "$DATABASE"; then
    note "the database $DATABASE was there before: it is used, and destroy will not delete it"
  elif [[ $(field "$1" deleteProtectionState) != DELETE_PROTECTION_ENABLED ]]; then
    change "protect the database from deletion" gcloud firestore databases update "--database=$DATABASE" \
      --delete-protection "--project=$PROJECT" --quiet
  fi
}

ensure_backups() {
  local schedules
  inspect schedules gcloud firestore backups schedules list "--database=$DATABASE" --format=json \
    "--project=$PROJECT" --quiet
  if [[ -z $schedules ]]; then
    change "back the database up daily, kept $BACKUP_DAYS" gcloud firestore backups schedules create \
      "--database=$DATABASE" --recurrence=daily "--retention=$BACKUP_DAYS" "--project=$PROJECT" --quiet
  fi
}

# Firestore builds an index for some minutes; a query that needs it fails until then.
ensure_indexes() {
  local indexes missing collection fields words
  inspect indexes gcloud firestore indexes composite list "--database=$DATABASE" --format=json \
    "--project=$PROJECT" --quiet
  missing=$(filter "$indexes" indexes missing "$INDEXES")
  while IFS=$'\t' read -r collection fields; do
    [[ -n $collection ]] || continue
    IFS=' ' read -r -a words <<<"$fields"
    change "index $collection by ${fields//--field-config=field-path=/}" gcloud firestore indexes composite create \
      "--database=$DATABASE" "--collection-group=$collection" --query-scope=collection "${words[@]}" --async \
      "--project=$PROJECT" --quiet
  done <<<"$missing"
}

# Firestore indexes every field by itself; those that nobody asks for by value would only cost storage and time.
ensure_exemptions() {
  local fields missing collection name
  inspect fields gcloud firestore indexes fields list "--database=$DATABASE" --format=json \
    "--project=$PROJECT" --quiet
  missing=$(filter "$fields" indexes missing-exemptions "$INDEXES")
  while IFS=$'\t' read -r collection name; do
    [[ -n $collection ]] || continue
    change "leave $collection's $name out of the indexes" gcloud firestore indexes fields update "$name" \
      "--collection-group=$collection" "--database=$DATABASE" --disable-indexes --async "--project=$PROJECT" --quiet
  done <<<"$missing"
}

ensure_expiry() {
  local policies missing collection name
  inspect policies gcloud firestore fields ttls list "--database=$DATABASE" --format=json \
    "--project=$PROJECT" --quiet
  missing=$(filter "$policies" indexes missing-expiry "$INDEXES")
  while IFS=$'\t' read -r collection name; do
    [[ -n $collection ]] || continue
    change "let $collection expire at $name" gcloud firestore fields ttls update "$name" \
      "--collection-group=$collection" "--database=$DATABASE" --enable-ttl --async "--project=$PROJECT" --quiet
  done <<<"$missing"
}
