"""The business's settings as a file, so that they can live in git: `./dev.sh settings`."""
