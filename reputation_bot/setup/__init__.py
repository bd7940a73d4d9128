"""Setting up: the questions of `init` and the file they make, and the checks of `check`."""
