"""Runs a command to its end and writes down how long it took, and the most memory of it.

    timed.py RESULTS NAME COMMAND...
"""
import resource
import subprocess
import sys
import time

results, name, *command = sys.argv[1:]
began = time.monotonic()
code = subprocess.run(command, check=False).returncode
with open(results, "a") as out:
    out.write(f"timed {name} {time.monotonic() - began:.1f} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}\n")
sys.exit(code)
