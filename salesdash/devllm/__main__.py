"""python -m salesdash.devllm"""

import sys

from salesdash.dev_servers import main
from salesdash.devllm import cli

if __name__ == "__main__":
    sys.exit(main("salesdash.devllm", cli))
