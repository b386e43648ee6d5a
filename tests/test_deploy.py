"""How the app is installed and served: what its files say agrees with each other."""

import base64
import hashlib
import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import streamlit
from packaging.requirements import Requirement

from core.policy import POSTER_HOSTS
from deploy.audit import verdict

ROOT = Path(__file__).resolve().parent.parent
CONFIG = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))
CONSTRAINTS = ROOT / "constraints.txt"
REQUIREMENTS = sorted(ROOT.glob("requirements*.txt"))
NGINX, CADDY = ROOT / "deploy/nginx/movie-atlas-common.conf", ROOT / "deploy/caddy/Caddyfile"


def pins(path: Path) -> dict[str, str]:
    """Name in small letters -> version; lines that are no pin are an error."""
    lines = [line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines()]
    found = [Requirement(line) for line in lines if line and not line.startswith("-r ")]
    assert all(re.fullmatch(r"==[\w.]+", str(one.specifier)) for one in found)
    return {one.name.lower().replace("_", "-"): str(one.specifier)[2:] for one in found}


def policies(path: Path) -> list[str]:
    return re.findall(r'Content-Security-Policy "([^"]+)"', path.read_text("utf-8"))


def make(*words: str, **surroundings: str) -> str:
    """What make would run."""
    command = ["make", "--dry-run", "--old-file=.venv/app", *words]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | surroundings, capture_output=True, text=True, check=True
    ).stdout


def test_the_app_listens_on_this_machine_alone() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"


def test_only_the_command_line_opens_it_and_then_make_says_what_that_means() -> None:
    assert '--server.address "127.0.0.1"' in make("run", HOST="a-name-from-the-shell")
    assert "there is no login" not in make("run")
    opened = make("run", "HOST=0.0.0.0")
    assert '--server.address "0.0.0.0"' in opened
    assert "there is no login" in opened
    assert "MOVIE_ATLAS_HOSTED=1" in opened


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_pins_agree_with_the_constraints(path: Path) -> None:
    constraints = pins(CONSTRAINTS)
    assert {name: constraints.get(name) for name in pins(path)} == pins(path)


def test_constraints_are_names_and_versions_alone() -> None:
    """No host, no folder, no build's own mark."""
    lines = [line for line in CONSTRAINTS.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert lines == sorted(lines, key=str.upper)  # as `sort -f` has it


def test_both_proxies_send_the_same_policy() -> None:
    assert policies(NGINX) == policies(CADDY)
    assert len(policies(NGINX)) == 1


def test_the_policy_lets_streamlits_own_script_run() -> None:
    page = (Path(streamlit.__file__).parent / "static/index.html").read_text("utf-8")
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(inline) == 1
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policies(NGINX)[0]


def test_the_policy_lets_the_hosts_of_posters_in_and_no_others() -> None:
    assert re.findall(r"https://([\w.-]+)", policies(NGINX)[0]) == list(POSTER_HOSTS)


def test_proxies_take_what_the_app_takes() -> None:
    most = CONFIG["server"]["maxUploadSize"]
    assert f"client_max_body_size {most}m;" in NGINX.read_text("utf-8")
    assert f"max_size {most}MB" in CADDY.read_text("utf-8")


def test_an_audit_says_what_it_found_and_what_it_could_not_ask() -> None:
    bug = {"id": "PYSEC-1", "fix_versions": ["2.0"]}
    whole = {"name": "a", "version": "1.0", "vulns": []}
    hurt = {"name": "b", "version": "1.5", "vulns": [bug]}
    unknown = {"name": "c", "skip_reason": "not found"}

    def asked(*packages: object, status: int = 0) -> tuple[int, str]:
        return verdict(status, json.dumps({"dependencies": packages, "fixes": []}), "")

    assert asked(whole) == (0, "1 packages asked about, 0 known vulnerabilities.")
    status, said = asked(whole, hurt, unknown, status=1)
    assert status == 1
    assert "b 1.5: PYSEC-1, repaired in 2.0" in said
    assert "Not asked: c: not found" in said
    assert asked(unknown)[0] == 0
    assert asked(unknown)[1].startswith("NOT CHECKED")
    assert verdict(1, "", "requests.exceptions.ConnectionError: Max retries exceeded")[0] == 0
    assert verdict(1, "", "TypeError: something else") == (2, "pip-audit failed:\nTypeError: something else")
