# shellcheck shell=bash
# After the deploy: does it answer? And what is left for people to do.

readonly HEALTH_TRIES=12

verify_deployment() {
  local function
  for function in "${FUNCTIONS[@]}"; do
    check_health "$function" "$(service_url "$function")" ||
      fail "$(service_name "$function") is not healthy. Its log: $(log_url "$(service_name "$function")")"
  done
  check_handshake
}

# check_health FUNCTION URL: tried for a while, because a new service's roles take a moment to be known everywhere.
check_health() {
  local function=$1 url=$2 token='' answer='' try
  if [[ $(access_of "$function") == private ]]; then
    inspect token gcloud auth print-identity-token --quiet
  fi
  if [[ $DRY_RUN == true ]]; then
    print_command curl --silent "$url/health"
    return
  fi
  for ((try = 1; try <= HEALTH_TRIES; try++)); do
    answer=$(health_request "$url" "$token" | fetch) || true
    if [[ $answer == *$'\n200' ]]; then
      note "$(service_name "$function") is healthy"
      return
    fi
    sleep "$RETRY_SECONDS"
  done
  note "$url/health answered: ${answer//$'\n'/ }"
  return 1
}

# What curl is to do goes to its standard input: tokens must not be arguments, which any process can read.
health_request() {
  printf 'url = "%s/health"\n' "$1"
  [[ -z $2 ]] || printf 'header = "Authorization: Bearer %s"\n' "$2"
}

# fetch: print the answer's body, and its status code on a last line.
fetch() {
  curl --silent --show-error --max-time 60 --write-out '\n%{http_code}' --config - 2>&1
}

check_handshake() {
  local answer challenge=$RANDOM$RANDOM
  if [[ $DRY_RUN == true ]]; then
    print_command curl --silent --config -
    return
  fi
  answer=$(helper secret --env-file "$ENV_FILE" handshake-request --url "$(service_url webhook)" \
    --challenge "$challenge" | fetch) || true
  [[ $answer == "$challenge"$'\n200' ]] ||
    fail "The webhook does not answer Meta's handshake as it should: ${answer//$'\n'/ }"
  note "the webhook answers Meta's handshake"
}

# Registering needs the app, not the number: its id and its secret are the app's own access token.
subscribe_webhook() {
  local answer
  if [[ $DRY_RUN == true ]]; then
    print_command curl --silent --config -
    print_command curl --silent --config -
    return
  fi
  [[ -n $WHATSAPP_APP_ID && -n $WHATSAPP_ACCOUNT_ID ]] ||
    fail "--subscribe needs WHATSAPP_APP_ID and WHATSAPP_ACCOUNT_ID in $ENV_FILE."
  answer=$(helper secret --env-file "$ENV_FILE" subscription-request \
    --url "$(service_url webhook)" | fetch) || true
  [[ $answer == *'"success"'*true*$'\n200' ]] || fail "Meta did not take the webhook's address: ${answer//$'\n'/ }"
  note "Meta sends this app's events to the webhook"
  answer=$(helper secret --env-file "$ENV_FILE" account-request | fetch) || true
  [[ $answer == *'"success"'*true*$'\n200' ]] ||
    fail "Meta did not subscribe the app to the WhatsApp Business account: ${answer//$'\n'/ }"
  note "the WhatsApp Business account $WHATSAPP_ACCOUNT_ID sends its events to this app"
}

finish_deploy() {
  finish_dry_run && return
  if ((CHANGES == 0)); then
    say "" "Nothing had to be changed."
  else
    say "" "Done, with $CHANGES change(s)."
  fi
  say "" "Dashboard:  $(service_url dashboard_api)" "Webhook:    $(service_url webhook)"
  say "" "Next:"
  if [[ $AUTH_MODE == google ]]; then
    say "  - In the Google console, under APIs & Services > Credentials, add the dashboard's address to the" \
      "    authorised JavaScript origins of the OAuth client."
  fi
  if [[ $SUBSCRIBE == false ]]; then
    say "  - At developers.facebook.com, your app > WhatsApp > Configuration: set the callback URL to the webhook's" \
      "    address, the verify token to VERIFY_TOKEN of $ENV_FILE (kept as secret $(secret_name VERIFY_TOKEN))," \
      "    and subscribe to the field \"messages\". Or let ./deploy.sh --subscribe do it."
  fi
  say "  - Open the dashboard as $STAFF_OWNER, and send the number a message."
}
