"""The command line: ``python -m poolviz evaluate ...``, ``python -m poolviz export ...``."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextvars import copy_context

from poolviz.cli import evaluate, export
from poolviz.cli.terminal import spoken_here, usage_spoken
from poolviz.text import _, use_language


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; 0, or 1 if the input is not valid, with the reason on stderr.

    Wrong usage is argparse's: a sentence on stderr and exit code 2. It speaks the language of the
    environment; what is exported, that of the link where it names one.
    """
    return copy_context().run(_main, arguments)  # a language that it speaks ends with it


def _main(arguments: Sequence[str] | None) -> int:
    use_language(spoken_here(os.environ))
    with usage_spoken():
        given = _parser().parse_args(arguments)
    try:
        given.run(given)
    except BrokenPipeError:
        return 1
    except (ValueError, OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m poolviz", description=_("poolviz on the command line")
    )
    commands = parser.add_subparsers(dest="command", required=True)
    evaluate.add(commands.add_parser("evaluate", help=_("COCO keypoint evaluation")))
    export.add(commands.add_parser("export", help=_("a page's pictures, numbers and handout")))
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
