"""Started with this folder on its path, a Python program reads the clock of another day.

``BIHUAN_TEST_NOW`` is the moment its clock shows at the start; the clock runs on from there.
"""

import os
from datetime import datetime

import time_machine

if os.environ.get("BIHUAN_TEST_NOW"):
    time_machine.travel(datetime.fromisoformat(os.environ["BIHUAN_TEST_NOW"]), tick=True).start()
