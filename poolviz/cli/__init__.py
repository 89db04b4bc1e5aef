"""The command line: one module a subcommand, each with ``add`` for its arguments."""
