"""python -m salesdash.devmail"""

import sys

from salesdash.dev_servers import main
from salesdash.devmail import cli

if __name__ == "__main__":
    sys.exit(main("salesdash.devmail", cli))
