"""`python -m bot VERB`: everything that is done from the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from bot.base.errors import KinlineError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code. An error of ours is one clear line."""
    from bot.serve.verbs import add_verbs  # noqa: PLC0415 - loads nothing heavy until a verb runs

    parser = argparse.ArgumentParser(prog="python -m bot", description="Kinline from the command line.")
    add_verbs(parser.add_subparsers(dest="verb", required=True, metavar="VERB"))
    options = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except KinlineError as error:
        print(f"Kinline: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
