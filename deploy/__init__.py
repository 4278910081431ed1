"""Programs of deploy.sh, each for small documents; none of them calls Google Cloud."""
