"""deploy/: one port, one health check, one size of upload, whoever runs the processes."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version
from streamlit.testing.v1 import AppTest

import poolviz
from bench.servers import NGINX, copied
from poolviz.stage.files import LARGEST_MB
from poolviz.ui.headers import COOKIE, SEAT, Headers, seat_cookie
from tests.ui.app import open_page

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
KUBERNETES = {
    each["kind"]: each for each in yaml.safe_load_all((ROOT / "deploy/kubernetes.yaml").read_text())
}
LOCK = (ROOT / "requirements.lock").read_text()
APPS = {name: each for name, each in COMPOSE["services"].items() if name.startswith("app-")}
HEALTH = "/_stcore/health"
POD = KUBERNETES["Deployment"]["spec"]["template"]["spec"]
CONTAINER = POD["containers"][0]


def test_every_process_listens_where_nginx_and_the_probes_ask():
    (port,) = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.M)
    assert f"--server.port={port}" in DOCKERFILE
    assert f"http://127.0.0.1:{port}{HEALTH}" in DOCKERFILE
    assert CONTAINER["ports"] == [{"name": "http", "containerPort": int(port)}]
    assert set(re.findall(r"server (app-\d+):(\d+)", NGINX)) == {(name, port) for name in APPS}


def test_every_probe_asks_streamlit_s_own_health():
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert CONTAINER[probe]["httpGet"] == {"path": HEALTH, "port": "http"}
    assert f"location = {HEALTH} " in NGINX
    assert re.search(r"^HEALTHCHECK ", DOCKERFILE, re.M)


def test_every_seat_has_its_process_its_place_in_nginx_and_a_stand_in():
    seats = {each["environment"][SEAT]: name for name, each in APPS.items()}
    assert len(seats) == len(APPS) > 1
    assert f"map $cookie_{COOKIE} " in NGINX
    for seat, name in seats.items():
        assert f"\n    {seat} poolviz_{seat};\n" in NGINX
        (upstream,) = re.findall(rf"upstream poolviz_{seat} {{(.*?)}}", NGINX, re.S)
        first, *others = re.findall(r"server (app-\d+):\d+ (.*?);", upstream)
        assert first[0] == name
        assert first[1] == "max_fails=0"
        assert {other for other, how in others if how == "max_fails=0 backup"} == set(APPS) - {name}


def test_new_visitors_are_shared_out_evenly():
    (shares,) = re.findall(r"split_clients [^{]*{(.*?)}", NGINX, re.S)
    parts = [line.split() for line in shares.strip().splitlines()]
    assert [name for _share, name in parts] == [f"poolviz_{n}; ".strip() for n in (1, 2)]
    assert parts[0][0] == f"{100 // len(APPS)}%"
    assert parts[-1][0] == "*"


def test_addresses_of_processes_stay_as_nginx_looked_them_up():
    addresses = {each["networks"]["inside"]["ipv4_address"] for each in APPS.values()}
    assert len(addresses) == len(APPS)
    subnet = COMPOSE["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert all(each.rsplit(".", 1)[0] == subnet.rsplit(".", 1)[0] for each in addresses)


def test_the_proxies_let_the_largest_upload_through():
    (nginx,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    notes = KUBERNETES["Ingress"]["metadata"]["annotations"]
    assert f"{nginx}m" == notes["nginx.ingress.kubernetes.io/proxy-body-size"]
    assert LARGEST_MB < int(nginx) < 2 * LARGEST_MB


def test_websockets_may_stay_quiet_for_an_hour():
    notes = KUBERNETES["Ingress"]["metadata"]["annotations"]
    assert notes["nginx.ingress.kubernetes.io/proxy-read-timeout"] == "3600"
    assert NGINX.count("proxy_read_timeout 1h;") == 1
    assert "proxy_set_header Upgrade $http_upgrade;" in NGINX


def test_nginx_is_published_where_it_listens_and_reads_this_file():
    service = COMPOSE["services"]["nginx"]
    (port,) = re.findall(r"listen (\d+);", NGINX)
    assert service["ports"] == [f"{port}:{port}"]
    source, target, _mode = service["volumes"][0].split(":")
    assert (ROOT / "deploy" / source).read_text() == NGINX
    assert target.startswith("/etc/nginx/conf.d/")


def test_no_process_is_root_or_writes_outside_tmp():
    user = re.findall(r"^USER (\d+)$", DOCKERFILE, re.M)[-1]
    assert int(user) == POD["securityContext"]["runAsUser"] > 0
    assert POD["securityContext"]["runAsNonRoot"] is True
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert [mount["mountPath"] for mount in CONTAINER["volumeMounts"]] == ["/tmp"]
    for each in APPS.values():
        assert each["read_only"] is True
        assert each["cap_drop"] == ["ALL"]
        assert each["tmpfs"] == ["/tmp"]


def test_the_image_is_slim_by_hash_and_of_a_python_that_is_supported():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (python,) = re.findall(r"^FROM python:([\d.]+)-slim$", DOCKERFILE, re.M)
    assert Version(python) >= Version(project["requires-python"].removeprefix(">="))
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    ignored = (ROOT / "deploy/Dockerfile.dockerignore").read_text().splitlines()
    assert {f"!{source}" for source in copied()} <= set(ignored)


def test_what_the_image_copies_exists():
    assert "app.py" in copied()
    assert all((ROOT / source).exists() for source in copied())


def test_kubernetes_names_fit_together():
    labels = KUBERNETES["Deployment"]["spec"]["template"]["metadata"]["labels"]
    service, ingress = KUBERNETES["Service"], KUBERNETES["Ingress"]
    assert KUBERNETES["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert service["spec"]["selector"] == labels
    assert KUBERNETES["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    backend = ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend["name"] == service["metadata"]["name"]
    assert backend["port"]["name"] == service["spec"]["ports"][0]["name"]
    assert service["spec"]["ports"][0]["targetPort"] == CONTAINER["ports"][0]["name"]
    notes = ingress["metadata"]["annotations"]
    assert notes["nginx.ingress.kubernetes.io/affinity"] == "cookie"
    assert notes["nginx.ingress.kubernetes.io/session-cookie-change-on-failure"] == "true"
    assert CONTAINER["image"] == f"poolviz:{poolviz.__version__}"
    assert {"requests", "limits"} <= CONTAINER["resources"].keys()


def test_the_lock_holds_a_release_of_every_requirement_by_hash():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = re.findall(r"^([a-z0-9.-]+)==(\S+)( ; .*)? \\\n    --hash=sha256:", LOCK, re.M)
    assert len(locked) == LOCK.count("==") - LOCK.count("python_full_version ==")
    versions: dict[str, list[str]] = {}
    for name, version, _marker in locked:
        versions.setdefault(name, []).append(version)
    for text in project["dependencies"]:
        wanted = Requirement(text)
        assert wanted.name in versions, f"{wanted.name}: make requirements.lock anew"
        for version in versions[wanted.name]:
            assert Version(version) in wanted.specifier, f"{text}: make requirements.lock anew"


async def silent(_scope, _receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "websocket.accept"})


@pytest.mark.parametrize(
    ("seat", "given", "cookies"),
    [
        ("", b"", 0),
        ("2", b"", 2),
        ("2", b"_xsrf=a; poolviz_seat=1", 2),
        ("2", b"_xsrf=a; poolviz_seat=2", 0),
        ("2", b"poolviz_seat=22", 2),
    ],
)
def test_a_process_gives_its_seat_to_who_comes_without_it(monkeypatch, seat, given, cookies):
    monkeypatch.setenv(SEAT, seat)
    sent: list = []

    async def send(message):
        sent.append(message)

    run = Headers(silent)({"type": "http", "headers": [(b"cookie", given)]}, None, send)
    with pytest.raises(StopIteration):
        run.send(None)
    found = [v for m in sent for n, v in m.get("headers", ()) if n == b"set-cookie"]
    assert found == [seat_cookie(seat)] * cookies if cookies else not found


@pytest.mark.parametrize("seat", ["a b", "1; Domain=x", "1\r\nX: y", "ä", "x" * 33])
def test_a_seat_is_a_plain_word(seat):
    with pytest.raises(ValueError, match=SEAT):
        seat_cookie(seat)


def test_the_plain_script_is_the_same_app_for_a_host_without_app_objects():
    at = AppTest.from_file(ROOT / "deploy/plain.py", default_timeout=30).run()
    assert not at.exception
    assert at.title[0].value == open_page("home").title[0].value
    assert not (ROOT / "deploy/pages").exists()
    assert str(ROOT) in sys.path
