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
  wrong=$(differences "${repository:-{\}}" '{"cleanupPolicies": {"keep-newest": {}, "delete-old": {}}}')
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
  helper environment write --env-file "$ENV_FILE" --project "$PROJECT" --region "$REGION" --prefix "$PREFIX" \
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
  if [[ -n $service && $(field "$service" traffic_is_on_newest) != true ]]; then
    move_traffic "$function"
  fi
}

read_service() {
  inspect "$1" gcloud run services describe "$(service_name "$2")" "--region=$REGION" --format=json \
    "--project=$PROJECT" --quiet
}

differences_of_service() {
  [[ -n $2 ]] || {
    echo "it is not there yet"
    return
  }
  differences "$2" "$(wanted_service "$1")"
}
