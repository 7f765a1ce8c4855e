"""Whether what the bot is made of has known vulnerabilities: `make audit`.

Asks PyPI's advisory database by pip-audit for every locked version. Where that cannot be reached, the packages that
nothing is known of are counted, not passed over; with `--all` they are a failure.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def main() -> int:
    """0: nothing known; 1: a vulnerability, or with `--all` a package that was not looked at."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="every package must have been looked at")
    options = parser.parse_args()
    packages = _audited()
    if not packages:
        return 1 if options.all else 0
    skipped = [one["skip_reason"] for one in packages if "skip_reason" in one]
    found = [(one["name"], one["version"], bad) for one in packages for bad in one.get("vulns", ())]
    for name, version, bad in found:
        print(f"{name} {version}: {bad['id']}, mended in {', '.join(bad['fix_versions']) or 'no version yet'}")
    print(
        f"{len(packages)} packages: {len(packages) - len(skipped)} looked up, {len(found)} with known vulnerabilities"
    )
    if skipped:
        print(f"not looked up: {len(skipped)}, {skipped[0]}")
    return 1 if found or (skipped and options.all) else 0


def _audited() -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(ROOT / "requirements.txt"), "--disable-pip"]
    command += ["--require-hashes", "--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        if "requests.exceptions" not in done.stderr:
            raise SystemExit(done.stderr) from None
        print("not looked up: PyPI's advisory database cannot be reached from here")
        return []
    return packages


if __name__ == "__main__":
    sys.exit(main())
