"""python -m salesdash.devmail"""

import sys
from argparse import ArgumentParser
from functools import partial

from salesdash.devmail import cli


def main() -> int:
    parser = ArgumentParser(prog="salesdash.devmail", description=cli.DESCRIPTION)
    cli.add_arguments(parser)
    try:
        cli.serve(vars(parser.parse_args()), partial(print, flush=True))
    except cli.CannotServe as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
