"""Runs the demo's processes, or one command with servers of its own, and leaves nothing behind.

python -m salesdash.supervisor demo                    everything, until Ctrl-C
python -m salesdash.supervisor test  -- COMMAND…       fresh servers in var/test, no vendor's key
python -m salesdash.supervisor bench -- COMMAND…       the same in var/bench, data safe on disk
python -m salesdash.supervisor exec  -- COMMAND…       the demo's servers, as `manage.py` uses them
"""
