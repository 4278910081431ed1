"""Programs that deploy.sh runs: each reads and writes small documents, none of them calls Google Cloud."""
