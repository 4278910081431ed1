# shellcheck shell=bash
# The sweep, and what tells people that something is wrong: metrics, alerts, a dashboard, a budget.

ensure_monitoring() {
  ensure_sweep
  ensure_metrics
  ensure_channel
  helper monitoring write ".dist/$PREFIX" --prefix "$PREFIX" --project "$PROJECT" --queue "$QUEUE" \
    --channel "$CHANNEL" --max-instances "$PROCESS_MAX_INSTANCES"
  ensure_policies
  ensure_dashboard
  ensure_budget
}

ensure_sweep() {
  local job wrong url action=create headers=--headers
  url=$(service_url process)
  inspect job gcloud scheduler jobs describe "$PREFIX-sweep" "--location=$REGION" --format=json \
    "--project=$PROJECT" --quiet
  wrong="it is not there yet"
  if [[ -n $job ]]; then
    must_be_ours "$(field "$job" description)" "$PRODUCT ($PREFIX)" "scheduler job $PREFIX-sweep"
    wrong=$(differences "$job" "$(wanted_sweep "$url")")
    action=update
    headers=--update-headers
  fi
  [[ -n $wrong ]] || return 0
  change "$action the sweep, every 5 minutes" gcloud scheduler jobs "$action" http "$PREFIX-sweep" \
    "--location=$REGION" "--schedule=$SWEEP_SCHEDULE" --time-zone=Etc/UTC "--uri=$url/" --http-method=POST \
    "$headers=Content-Type=application/json" "--message-body=$SWEEP_BODY" \
    "--oidc-service-account-email=$(account_email scheduler)" "--oidc-token-audience=$url" \
    "--attempt-deadline=${TASK_DEADLINE_SECONDS}s" --max-retry-attempts=1 \
    "--description=$(account_description 'finds work that nobody is doing')" "--project=$PROJECT" --quiet
}

wanted_sweep() {
  cat <<END
{
  "schedule": "$SWEEP_SCHEDULE",
  "timeZone": "Etc/UTC",
  "attemptDeadline": "${TASK_DEADLINE_SECONDS}s",
  "state": "ENABLED",
  "httpTarget": {
    "uri": "$1/",
    "httpMethod": "POST",
    "body": "$(printf '%s' "$SWEEP_BODY" | base64 | tr -d '\n')",
    "oidcToken": {"serviceAccountEmail": "$(account_email scheduler)", "audience": "$1"}
  }
}
END
}

ensure_metrics() {
  local metrics name description filter metric
  metrics=$(helper monitoring metrics --prefix "$PREFIX")
  while IFS=$'\t' read -r name description filter; do
    inspect metric gcloud logging metrics describe "$name" --format=json "--project=$PROJECT" --quiet
    if [[ -z $metric ]]; then
      change "count $name in the logs" gcloud logging metrics create "$name" \
        "--description=$(account_description "$description")" "--log-filter=$filter" "--project=$PROJECT" --quiet
      continue
    fi
    must_be_ours "$(field "$metric" description)" "$PRODUCT ($PREFIX)" "log-based metric $name"
    if [[ $(field "$metric" filter) != "$filter" ]]; then
      change "correct what $name counts" gcloud logging metrics update "$name" \
        "--description=$(account_description "$description")" "--log-filter=$filter" "--project=$PROJECT" --quiet
    fi
  done <<<"$metrics"
}

CHANNEL=CHANNEL

ensure_channel() {
  local channels
  read_channels channels
  CHANNEL=$(filter "$channels" documents name-of labels.email_address "$ALERT_EMAIL")
  if [[ -z $CHANNEL ]]; then
    change "send alerts to $ALERT_EMAIL" gcloud beta monitoring channels create --type=email \
      "--display-name=$PREFIX alerts" "--channel-labels=email_address=$ALERT_EMAIL" \
      "--user-labels=managed-by=$PRODUCT,deployment=$PREFIX" "--project=$PROJECT" --quiet
    read_channels channels
    CHANNEL=$(filter "$channels" documents name-of labels.email_address "$ALERT_EMAIL")
  fi
  CHANNEL=${CHANNEL:-CHANNEL}
}

read_channels() {
  inspect "$1" gcloud beta monitoring channels list --format=json "--project=$PROJECT" --quiet
  keep_ours "$1"
}

read_policies() {
  inspect "$1" gcloud alpha monitoring policies list --format=json "--project=$PROJECT" --quiet
  keep_ours "$1"
}

# keep_ours VARIABLE: keep of a list what carries this deployment's labels.
keep_ours() {
  local ours
  ours=$(filter "${!1}" documents items userLabels.deployment "$PREFIX")
  printf -v "$1" '%s' "$ours"
}

ensure_policies() {
  local policies wanted policy name wrong
  read_policies policies
  for wanted in ".dist/$PREFIX"/alert-*.json; do
    name=$(field "$(<"$wanted")" displayName)
    policy=$(filter "$policies" documents item displayName "$name")
    if [[ -z $policy ]]; then
      change "alert: $name" gcloud alpha monitoring policies create "--policy-from-file=$wanted" \
        "--project=$PROJECT" --quiet
      continue
    fi
    wrong=$(differences "$policy" "$(<"$wanted")")
    if [[ -n $wrong ]]; then
      change "correct the alert: $name (${wrong//$'\n'/, })" gcloud alpha monitoring policies update \
        "$(field "$policy" name)" "--policy-from-file=$wanted" "--project=$PROJECT" --quiet
    fi
  done
}

read_dashboards() {
  inspect "$1" gcloud monitoring dashboards list --format=json "--project=$PROJECT" --quiet
}

ensure_dashboard() {
  local dashboards dashboard wanted=.dist/$PREFIX/dashboard.json
  read_dashboards dashboards
  dashboard=$(filter "$dashboards" documents item displayName "$(dashboard_title)")
  if [[ -z $dashboard ]]; then
    change "make the dashboard in Cloud Monitoring" gcloud monitoring dashboards create \
      "--config-from-file=$wanted" "--project=$PROJECT" --quiet
  elif [[ -n $(differences "$dashboard" "$(<"$wanted")") ]]; then
    # The service refuses an update that does not name the version it replaces.
    filter "$(<"$wanted")" documents with-field etag "$(field "$dashboard" etag)" >"$SCRATCH/dashboard.json"
    change "correct the dashboard in Cloud Monitoring" gcloud monitoring dashboards update \
      "$(field "$dashboard" name)" "--config-from-file=$SCRATCH/dashboard.json" "--project=$PROJECT" --quiet
  fi
}

dashboard_title() {
  field "$(<".dist/$PREFIX/dashboard.json")" displayName
}

# Many who may deploy may not see the billing account; that must not stop them.
ensure_budget() {
  local budgets name
  if [[ $DRY_RUN == false ]] && ! can_see_billing; then
    note "no budget: $ACCOUNT may not see the billing account $BILLING_ACCOUNT (docs/deploy.md tells who can make one)"
    return
  fi
  name="$PRODUCT $PREFIX $PROJECT"
  read_budgets budgets
  [[ -z $(filter "$budgets" documents item displayName "$name") ]] || return 0
  change "warn when a month costs $MONTHLY_BUDGET" gcloud billing budgets create \
    "--billing-account=$BILLING_ACCOUNT" "--display-name=$name" "--budget-amount=$MONTHLY_BUDGET" \
    "--filter-projects=projects/$PROJECT_NUMBER" --threshold-rule=percent=0.5 --threshold-rule=percent=0.9 \
    --threshold-rule=percent=1.0,basis=forecasted-spend \
    "--notifications-rule-monitoring-notification-channels=$CHANNEL" "--project=$PROJECT" --quiet
}

can_see_billing() {
  [[ $BILLING_ACCOUNT != BILLING_ACCOUNT ]] || return 1
  gcloud billing budgets list "--billing-account=$BILLING_ACCOUNT" --limit=1 --format=json \
    "--project=$PROJECT" --quiet >/dev/null 2>&1
}

read_budgets() {
  inspect "$1" gcloud billing budgets list "--billing-account=$BILLING_ACCOUNT" --format=json \
    "--project=$PROJECT" --quiet
}
