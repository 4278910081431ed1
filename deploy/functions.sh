# shellcheck shell=bash
# The functions: one bundle each, one Cloud Run service each.
#
#   stage -> differs from what runs? -> deploy a revision without traffic -> healthy? -> move the traffic
#
# A revision that is not healthy never gets traffic, and a run that stopped anywhere in this line goes on from there.

ensure_functions() {
  local function
  ensure_repository
  write_environment
  for function in "${FUNCTIONS[@]}"; do
    stage "$function"
  done
  RELEASE=$(helper bundle release ".dist/$PREFIX")
  for function in "${FUNCTIONS[@]}"; do
    ensure_function "$function"
    ensure_grants "function:$function" "$(service_name "$function")"
  done
}

# Old images are deleted, so that storage does not grow with every deploy; the newest ones serve rollbacks.
ensure_repository() {
  local repository wrong policy=.dist/$PREFIX/cleanup.json
  mkdir -p ".dist/$PREFIX"
  cat >"$policy" <<'END'
[
  {"name": "keep-newest", "action": {"type": "Keep"}, "mostRecentVersions": {"keepCount": 10}},
  {"name": "delete-old", "action": {"type": "Delete"}, "condition": {"olderThan": "30d"}}
]
END
  inspect repository gcloud artifacts repositories describe "$PREFIX" "--location=$REGION" --format=json \
    "--project=$PROJECT" --quiet
  if [[ -z $repository ]]; then
    change "make the repository $PREFIX for images" gcloud artifacts repositories create "$PREFIX" \
      "--location=$REGION" --repository-format=docker \
      "--labels=managed-by=$PRODUCT,deployment=$PREFIX" "--project=$PROJECT" --quiet
  else
    must_be_ours "$(field "$repository" labels.managed-by)" "$PRODUCT" "repository $PREFIX"
  fi
  wrong=$(differences "$repository" '{"cleanupPolicies": {"keep-newest": {}, "delete-old": {}}}')
  if [[ -n $wrong ]]; then
    change "delete images after 30 days, but keep the newest 10" gcloud artifacts repositories \
      set-cleanup-policies "$PREFIX" "--location=$REGION" "--policy=$policy" --no-dry-run \
      "--project=$PROJECT" --quiet
  fi
}

# Everything that is not secret goes into a file for each function; of the secrets only the versions are named.
write_environment() {
  local setting versions=()
  for setting in "${SECRETS[@]}"; do
    read_secret_version "VERSION_$setting" "$setting"
    versions+=("--secret-version=$setting=$(version_of "$setting")")
  done
  helper environment --env-file "$ENV_FILE" --project "$PROJECT" --region "$REGION" --prefix "$PREFIX" write \
    --out ".dist/$PREFIX" --process-url "$(service_url process)" \
    --threads "process=$(concurrency_of process)" --threads "dashboard_api=$(concurrency_of dashboard_api)" \
    --threads "webhook=$(concurrency_of webhook)"
  printf '%s\n' "${versions[@]}" | sort >".dist/$PREFIX/secrets.txt"
}

version_of() {
  local variable=VERSION_$1
  echo "${!variable}"
}

stage() {
  helper bundle stage "$1" ".dist/$PREFIX/$1"
  note "staged .dist/$PREFIX/$1"
}

ensure_function() {
  local function=$1 name service wrong traffic=()
  name=$(service_name "$function")
  read_service service "$function"
  if [[ -n $service ]]; then
    must_be_ours "$(field "$service" metadata.labels.managed-by)" "$PRODUCT" "Cloud Run service $name"
    traffic=(--no-traffic --tag=candidate)
  fi
  wrong=$(differences_of_service "$function" "$service")
  if [[ -n $wrong ]]; then
    deploy_function "$function" "${wrong//$'\n'/, }" ${traffic[@]+"${traffic[@]}"}
    read_service service "$function"
  fi
  if [[ -n $service && $(filter "$service" service traffic) != newest ]]; then
    move_traffic "$function"
  fi
}

read_service() {
  inspect "$1" gcloud run services describe "$(service_name "$2")" "--region=$REGION" --format=json \
    "--project=$PROJECT" --quiet
}

differences_of_service() {
  if [[ -z $2 ]]; then
    echo "it is not there yet"
  else
    filter "$2" service differences "$(wanted_service "$1")"
  fi
}

wanted_service() {
  cat <<END
{
  "memory": "$(memory_of "$1")",
  "cpu": "$(cpus_of "$1")",
  "startup_boost": true,
  "concurrency": $(concurrency_of "$1"),
  "timeout_seconds": $(timeout_of "$1"),
  "min_instances": $(min_instances_of "$1"),
  "max_instances": $(max_instances_of "$1"),
  "ingress": "all",
  "account": "$(account_email "${1//_/-}")",
  "bundle": "$(bundle_digest "$1")",
  "environment": $(<".dist/$PREFIX/$1.env.yaml"),
  "secrets": "$(secret_references "$1")"
}
END
}

bundle_digest() {
  cat ".dist/$PREFIX/$1.digest"
}

secret_references() {
  local setting references=
  for setting in $(secrets_of "$1"); do
    references+=",$setting=$(secret_name "$setting"):$(version_of "$setting")"
  done
  echo "${references#,}"
}

deploy_function() {
  local function=$1 wrong=$2 name invokers=--no-allow-unauthenticated
  name=$(service_name "$function")
  [[ $(access_of "$function") == public ]] && invokers=--allow-unauthenticated
  change "deploy $name ($wrong); this takes some minutes" gcloud run deploy "$name" "--region=$REGION" \
    "--source=.dist/$PREFIX/$function" "--function=$function" "--base-image=$BASE_IMAGE" \
    "--image=$REGION-docker.pkg.dev/$PROJECT/$PREFIX" \
    "--build-service-account=projects/$PROJECT/serviceAccounts/$(account_email build)" \
    "--service-account=$(account_email "${function//_/-}")" \
    "--memory=$(memory_of "$function")" "--cpu=$(cpus_of "$function")" --cpu-boost \
    "--concurrency=$(concurrency_of "$function")" "--timeout=$(timeout_of "$function")" \
    "--min=$(min_instances_of "$function")" "--max-instances=$(max_instances_of "$function")" \
    "--env-vars-file=.dist/$PREFIX/$function.env.yaml" "--set-secrets=$(secret_references "$function")" \
    "--labels=managed-by=$PRODUCT,deployment=$PREFIX,bundle=$(bundle_digest "$function"),release=$RELEASE,commit=$(commit)" \
    --ingress=all "$invokers" "${@:3}" "--project=$PROJECT" --quiet
}

commit() {
  git rev-parse --short=12 HEAD 2>/dev/null || echo unknown
}

move_traffic() {
  local function=$1 name service url
  name=$(service_name "$function")
  if [[ $COMMAND == deploy ]]; then
    read_service service "$function"
    url=$(filter "$service" service candidate-url)
    [[ -z $url ]] || check_health "$function" "$url" ||
      fail "The new revision of $name is not healthy, so it gets no traffic. Its log: $(log_url "$name")"
  fi
  change "move the traffic of $name to its newest revision" gcloud run services update-traffic "$name" \
    "--region=$REGION" --to-latest "--project=$PROJECT" --quiet
}

log_url() {
  echo "https://console.cloud.google.com/run/detail/$REGION/$1/logs?project=$PROJECT"
}

list_services() {
  local function service
  for function in "${FUNCTIONS[@]}"; do
    read_service service "$function"
    if [[ $DRY_RUN == true ]]; then
      continue
    elif [[ -z $service ]]; then
      note "$(service_name "$function"): does not run"
    else
      note "$(filter "$service" service describe)"
    fi
  done
}
