"""A supervisor with tiny children, which behaves like the demo without the product.

python -m salesdash.tests.supervisor.crew FOLDER {"name": "shell command"}
"""

import json
import os
import sys
import time
from pathlib import Path

from salesdash.supervisor.crew import Crew, Program
from salesdash.supervisor.output import Output
from salesdash.supervisor.preflight import Refusal
from salesdash.supervisor.record import MARK_VARIABLE, Register
from salesdash.supervisor.signals import Stop


def main(folder, children):
    try:
        register = Register(folder, "http://localhost:1/")
    except Refusal as error:
        sys.exit(f"error: {error}")
    print("took over", register.take_over(), flush=True)
    stop = Stop()
    crew = Crew(
        [Program(name, ["/bin/sh", "-c", command]) for name, command in children.items()],
        folder=folder,
        environment=os.environ | {MARK_VARIABLE: register.record.mark},
        register=register,
        output=Output(folder / "log", list(children)),
    )
    while not stop.asked:
        crew.tick(late=True)
        time.sleep(0.02)
    crew.stop(patience_s=float(os.environ.get("PATIENCE_S", "1")), hurry=stop.hurry)
    register.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
