import subprocess
import sys

from tests.conftest import ROOT


def test_the_launcher_loads_without_tensorflow():
    program = "import sys, bot.serve.launcher; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, check=False).returncode == 0
