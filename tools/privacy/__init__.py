"""A customer's rights on the command line: `./dev.sh privacy` (`python -m tools.privacy`)."""
