"""Every benchmark that `make bench` runs, one after the other; the exit code is 1 when any bound is not met."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = (
    "tests.bench.turns", "tests.bench.delivery", "tests.bench.directory_import", "tests.bench.directory_search", "tests.quality.run",
    "tests.bench.desk", "tests.bench.widget",
)  # fmt: skip


def main() -> int:
    """Run each in a process of its own, so that none inherits the memory or the threads of another."""
    failed = []
    for name in BENCHMARKS:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", name], check=False).returncode:
            failed.append(name)
    print(f"bounds not met: {', '.join(failed)}" if failed else "all bounds are met")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
