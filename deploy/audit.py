"""Known vulnerabilities of pinned packages, or a plain word that nobody could be asked.

    python deploy/audit.py PYTHON PINS

PYTHON is an interpreter that has pip-audit, PINS a file of lines NAME==VERSION. Ends with 0 where nothing is known and
where the service of vulnerabilities cannot be reached, with 1 where something was found, with 2 where pip-audit fails for
another reason.
"""

import json
import subprocess
import sys
from typing import Any

UNREACHED = (
    "connect",
    "timed out",
    "timeout",
    "resolve",
    "resolution",
    "unreachable",
    "service is unavailable",
    "proxy",
)
"""What pip-audit says where the service does not answer, in small letters."""


def verdict(status: int, output: str, complaint: str) -> tuple[int, str]:
    """Exit status and what to say.

    Args:
        status: pip-audit's own exit status.
        output: Its standard output, JSON where it got an answer.
        complaint: Its standard error.
    """
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        lines = [line.strip() for line in complaint.splitlines() if line.strip()] or ["no word why"]
        if any(word in complaint.lower() for word in UNREACHED):
            return (
                0,
                f"NOT CHECKED: the service of vulnerabilities cannot be reached from here ({lines[-1][:200]}).",
            )
        return 2, "pip-audit failed:\n" + "\n".join(lines[-10:])
    skipped = [f"{one['name']}: {one['skip_reason']}" for one in packages if "skip_reason" in one]
    asked = len(packages) - len(skipped)
    if not asked:
        return 0, f"NOT CHECKED: the service knows none of {len(packages)} packages.\n" + "\n".join(
            skipped[:3]
        )
    found = [
        f"{one['name']} {one['version']}: {bug['id']}, repaired in {', '.join(bug['fix_versions']) or 'no version yet'}"
        for one in packages
        for bug in one.get("vulns", ())
    ]
    said = [*found, f"{asked} packages asked about, {len(found)} known vulnerabilities."]
    said += [f"Not asked: {line}" for line in skipped]
    if not found and status:
        said.append(complaint.strip())
    return 1 if found else (2 if status else 0), "\n".join(said)


def main() -> int:
    """Ask, print and give the exit status."""
    python, pins = sys.argv[1:]
    command = [python, "-m", "pip_audit", "-r", pins, "--no-deps", "--disable-pip", "--format", "json"]
    ended = subprocess.run(
        [*command, "--progress-spinner", "off", "--timeout", "20"],
        capture_output=True,
        text=True,
        check=False,
    )
    status, said = verdict(ended.returncode, ended.stdout, ended.stderr)
    print(said)
    return status


if __name__ == "__main__":
    sys.exit(main())
