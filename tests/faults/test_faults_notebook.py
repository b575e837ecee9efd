"""S07: the stop button of a notebook, with a real kernel."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

jupyter = pytest.importorskip("jupyter_client")
pytest.importorskip("ipykernel")

TESTS = Path(__file__).parent.parent
SEARCH = """
import rotasi
from helpers import crossing
given, terms = crossing(50)
print("begun", flush=True)
schedule = rotasi.solve(given, terms, workers=1)
print(schedule.provenance["interrupted"], bool(rotasi.verify(schedule, given, terms)))
"""
AFTERWARDS = """
import signal
print(schedule.status, signal.getsignal(signal.SIGINT) is not signal.SIG_DFL)
"""


@pytest.mark.filterwarnings("ignore")  # of the kernel's client
def test_s07_the_stop_button_gives_the_best_roster_and_the_kernel_lives_on() -> None:
    path = os.pathsep.join([str(TESTS), *sys.path])
    manager = jupyter.KernelManager(kernel_name="python3")
    manager.kernel_spec.argv[0] = sys.executable
    manager.start_kernel(env=os.environ | {"PYTHONPATH": path})
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        asked = client.execute(SEARCH)
        assert read_line(client, asked) == "begun"
        time.sleep(2.0)
        manager.interrupt_kernel()
        assert read_line(client, asked) == "True True"
        assert read_line(client, client.execute(AFTERWARDS)) == "FEASIBLE True"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def read_line(client: jupyter.BlockingKernelClient, asked: str) -> str:
    """What a cell prints next, or the error that it ends with."""
    while True:
        message = client.get_iopub_msg(timeout=120)
        if message["parent_header"].get("msg_id") != asked:
            continue
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            return str(content["text"]).strip()
        if message["msg_type"] == "error":
            return "\n".join(content["traceback"])
