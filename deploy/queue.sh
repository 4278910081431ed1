# shellcheck shell=bash
# Cloud Tasks: the queue between the webhook and the process function.

ensure_queue() {
  local found wrong options=(
    "--max-dispatches-per-second=$(queue_rate)"
    "--max-concurrent-dispatches=$(queue_concurrency)"
    --max-attempts=unlimited
    "--max-retry-duration=${QUEUE_KEEPS_SECONDS}s"
    "--min-backoff=${QUEUE_MIN_BACKOFF_SECONDS}s"
    "--max-backoff=${QUEUE_MAX_BACKOFF_SECONDS}s"
    "--max-doublings=$QUEUE_DOUBLINGS"
  )
  inspect found gcloud tasks queues describe "$QUEUE" "--location=$REGION" --format=json \
    "--project=$PROJECT" --quiet
  if [[ -z $found ]]; then
    remember queue "$QUEUE"
    change "make the queue $QUEUE" gcloud tasks queues create "$QUEUE" "--location=$REGION" \
      "${options[@]}" "--project=$PROJECT" --quiet
  else
    was_made_here queue "$QUEUE" ||
      fail "There is already a queue $QUEUE, and deploy.sh did not make it. Set TASKS_QUEUE to another name."
    wrong=$(differences "$found" "$(wanted_queue)")
    if [[ -n $wrong ]]; then
      change "set ${wrong//$'\n'/, } of the queue" gcloud tasks queues update "$QUEUE" "--location=$REGION" \
        "${options[@]}" "--project=$PROJECT" --quiet
    fi
    if [[ $(field "$found" state) == PAUSED ]]; then
      note "the queue is paused, and stays so: gcloud tasks queues resume $QUEUE --location=$REGION"
    fi
  fi
  ensure_grants queue "$QUEUE"
}

wanted_queue() {
  cat <<END
{
  "rateLimits": {
    "maxDispatchesPerSecond": $(queue_rate),
    "maxConcurrentDispatches": $(queue_concurrency)
  },
  "retryConfig": {
    "maxAttempts": -1,
    "maxRetryDuration": "${QUEUE_KEEPS_SECONDS}s",
    "minBackoff": "${QUEUE_MIN_BACKOFF_SECONDS}s",
    "maxBackoff": "${QUEUE_MAX_BACKOFF_SECONDS}s",
    "maxDoublings": $QUEUE_DOUBLINGS
  }
}
END
}
