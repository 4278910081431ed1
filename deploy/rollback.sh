# shellcheck shell=bash
# Back to before the last release: its revisions lose their traffic to the ones that had it before.

rollback() {
  step "Checks" check_everything
  step "The release before" roll_back_functions
}

roll_back_functions() {
  local function service revisions plan name revision
  : >"$SCRATCH/services"
  for function in "${FUNCTIONS[@]}"; do
    name=$(service_name "$function")
    read_service service "$function"
    inspect revisions gcloud run revisions list "--service=$name" "--region=$REGION" --format=json \
      "--project=$PROJECT" --quiet
    if [[ -n $service ]]; then
      must_be_ours "$(field "$service" metadata.labels.managed-by)" "$PRODUCT" "Cloud Run service $name"
      printf '%s\n%s\n' "$(filter "$service" documents compact)" "$(filter "$revisions" documents compact)" \
        >>"$SCRATCH/services"
    fi
  done
  if [[ $DRY_RUN == true ]]; then
    for function in "${FUNCTIONS[@]}"; do
      send_traffic "$(service_name "$function")" REVISION
    done
    finish_dry_run
    return
  fi
  plan=$(filter "$(<"$SCRATCH/services")" service rollback) || fail "There is no earlier release to go back to."
  say "${plan//$'\t'/ goes back to }"
  confirm "Roll back?"
  while IFS=$'\t' read -r name revision; do
    send_traffic "$name" "$revision"
  done <<<"$plan"
  say "" "Done. The next ./deploy.sh moves the traffic to the newest revision again, so mend the release first."
}

send_traffic() {
  change "send the traffic of $1 to $2" gcloud run services update-traffic "$1" "--region=$REGION" \
    "--to-revisions=$2=100" "--project=$PROJECT" --quiet
}
