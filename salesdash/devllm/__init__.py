"""A local server that speaks the OpenAI protocol and answers by rule, not by a model.

It stands in for an AI provider in the demo, in tests and in benchmarks. It sees HTTP only: nothing here
imports Django or an app of this project, and it reads no file.
"""

from salesdash.devllm.faults import Fault, Target
from salesdash.devllm.options import Options
from salesdash.devllm.server import DevServer

__all__ = ["DevServer", "Fault", "Options", "Target"]
