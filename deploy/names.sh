# shellcheck shell=bash
# shellcheck disable=SC2034  # this file only declares; the other parts read it
# What is deployed: names, sizes, limits and roles. docs/deploy.md and docs/scaling.md explain the figures.

readonly PRODUCT=whatsapp-assistant # marks what is ours: a label, or the beginning of a description

# Python that the functions run on, and its image, which Google keeps patched.
readonly BASE_IMAGE=python312

readonly APIS=(
  artifactregistry.googleapis.com     # the functions' images
  billingbudgets.googleapis.com       # the budget
  cloudbilling.googleapis.com         # is there a billing account?
  cloudbuild.googleapis.com           # builds the functions
  cloudresourcemanager.googleapis.com # roles on the project
  cloudscheduler.googleapis.com       # the sweep
  cloudtasks.googleapis.com           # the queue
  firestore.googleapis.com            # the store
  iam.googleapis.com                  # service accounts
  logging.googleapis.com              # log-based metrics
  monitoring.googleapis.com           # alerts and the dashboard
  run.googleapis.com                  # the functions
  secretmanager.googleapis.com        # secrets
)

# Deployed in this order: whoever receives is there before whoever sends.
readonly FUNCTIONS=(process dashboard_api webhook)

# function | memory | CPUs | requests at once (= THREADS) | most instances | who may call it
#
# A turn waits for OpenAI most of its time and uses up to two more threads: 16 turns fit one CPU and the 32 threads
# of the function's pool, and 2 GiB hold them with all their files (docs/scaling.md). The webhook answers in
# milliseconds. An instance of the dashboard serves some ten people.
readonly SIZES=(
  "process|2Gi|1|16|PROCESS_MAX_INSTANCES|private"
  "dashboard_api|512Mi|1|20|4|public"
  "webhook|512Mi|1|40|10|public"
)
readonly WEBHOOK_TIMEOUT_SECONDS=30   # Meta gives up earlier
readonly DASHBOARD_TIMEOUT_SECONDS=60 # the slowest request fetches a file from WhatsApp

# The queue. WhatsApp takes 80 messages a second from one number, and each answer brings up to four tasks: the
# message, then sent, delivered and read. A task is kept for as long as Meta itself keeps retrying: 7 days.
readonly WHATSAPP_MESSAGES_PER_SECOND=80
readonly TASKS_PER_ANSWER=4
readonly QUEUE_KEEPS_SECONDS=604800
readonly QUEUE_MIN_BACKOFF_SECONDS=2
readonly QUEUE_MAX_BACKOFF_SECONDS=300
readonly QUEUE_DOUBLINGS=7

readonly SWEEP_SCHEDULE='*/5 * * * *'
readonly SWEEP_BODY='{"v":1,"type":"sweep"}'

# account | what it is for
readonly ACCOUNTS=(
  "webhook|runs the webhook function"
  "process|runs the process function"
  "dashboard-api|runs the dashboard_api function"
  "tasks|signs the queue's calls of the process function"
  "scheduler|signs the sweep's calls of the process function"
  "build|builds the functions' images"
)

# account | role | on what | why. Everything an account may do is in this table.
readonly GRANTS=(
  "webhook|roles/cloudtasks.enqueuer|queue|creates a task for each event"
  "webhook|roles/iam.serviceAccountUser|account:tasks|names the account that signs its tasks"
  "webhook|roles/secretmanager.secretAccessor|secret:WHATSAPP_APP_SECRET|checks Meta's signature"
  "webhook|roles/secretmanager.secretAccessor|secret:VERIFY_TOKEN|answers Meta's handshake"
  "process|roles/datastore.user|database|reads and writes contacts and messages"
  "process|roles/cloudtasks.enqueuer|queue|creates follow-up tasks"
  "process|roles/iam.serviceAccountUser|account:tasks|names the account that signs its tasks"
  "process|roles/secretmanager.secretAccessor|secret:WHATSAPP_ACCESS_TOKEN|sends to WhatsApp"
  "process|roles/secretmanager.secretAccessor|secret:OPENAI_API_KEY|asks OpenAI"
  "dashboard-api|roles/datastore.user|database|reads and writes contacts and messages"
  "dashboard-api|roles/cloudtasks.enqueuer|queue|hands staff's messages to the process function"
  "dashboard-api|roles/iam.serviceAccountUser|account:tasks|names the account that signs its tasks"
  "dashboard-api|roles/secretmanager.secretAccessor|secret:WHATSAPP_ACCESS_TOKEN|fetches templates and media"
  "dashboard-api|roles/secretmanager.secretAccessor|secret:SESSION_SECRET|signs session cookies"
  "tasks|roles/run.invoker|function:process|delivers tasks"
  "scheduler|roles/run.invoker|function:process|starts the sweep"
  "build|roles/run.builder|project|reads the uploaded source, stores the image, writes the build's log"
  "everyone|roles/run.invoker|function:webhook|Meta calls it; it checks Meta's signature"
  "everyone|roles/run.invoker|function:dashboard_api|staff open it; it has its own sign-in"
)

readonly SECRETS=(WHATSAPP_ACCESS_TOKEN WHATSAPP_APP_SECRET VERIFY_TOKEN OPENAI_API_KEY SESSION_SECRET)

# Names with the prefix in front.

account_email() {
  echo "$PREFIX-$1@$PROJECT.iam.gserviceaccount.com"
}

service_name() {
  echo "$PREFIX-${1//_/-}"
}

secret_name() {
  local name=${1,,}
  echo "$PREFIX-${name//_/-}"
}

# Cloud Run answers at this address from the first deploy on, so it is known before there is a service.
service_url() {
  echo "https://$(service_name "$1")-$PROJECT_NUMBER.$REGION.run.app"
}

size() {
  local function=$1 column=$2 row value
  for row in "${SIZES[@]}"; do
    if [[ $row == "$function|"* ]]; then
      value=$(cut -d '|' -f "$column" <<<"$row")
      [[ $value == PROCESS_MAX_INSTANCES ]] && value=$PROCESS_MAX_INSTANCES
      echo "$value"
    fi
  done
}

memory_of() { size "$1" 2; }
cpus_of() { size "$1" 3; }
concurrency_of() { size "$1" 4; }
max_instances_of() { size "$1" 5; }
access_of() { size "$1" 6; }

timeout_of() {
  case $1 in
  process) echo "$FUNCTION_TIMEOUT_SECONDS" ;;
  dashboard_api) echo "$DASHBOARD_TIMEOUT_SECONDS" ;;
  webhook) echo "$WEBHOOK_TIMEOUT_SECONDS" ;;
  esac
}

min_instances_of() {
  [[ $1 == webhook ]] && echo "$WEBHOOK_MIN_INSTANCES" || echo 0
}

secrets_of() {
  local row
  for row in "${GRANTS[@]}"; do
    if [[ $row == "${1//_/-}|roles/secretmanager.secretAccessor|secret:"* ]]; then
      row=${row#*secret:}
      echo "${row%%|*}"
    fi
  done
}

# A tenth of what process can hold is left for the sweep and for requests that outlive their task.
queue_concurrency() {
  echo $((PROCESS_MAX_INSTANCES * $(concurrency_of process) * 9 / 10))
}

queue_rate() {
  echo $((WHATSAPP_MESSAGES_PER_SECOND * TASKS_PER_ANSWER))
}

permissions_table() {
  local row account role target why
  say "| account | role | on | why |" "| --- | --- | --- | --- |"
  for row in "${GRANTS[@]}"; do
    IFS='|' read -r account role target why <<<"$row"
    case $target in
    account:* | function:* | secret:*) target="the ${target%%:*} \`${target#*:}\`" ;;
    *) target="the $target" ;;
    esac
    [[ $account == everyone ]] && account="everyone (\`allUsers\`)" || account="\`PREFIX-$account\`"
    say "| $account | \`$role\` | $target | $why |"
  done
}
