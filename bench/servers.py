"""Servers on this machine: the app, and deploy/ as it stands with nginx before two processes.

Behind nginx the processes run from a copy of what the Dockerfile copies, and nothing else.
"""

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

ROOT = Path(__file__).resolve().parents[1]
NGINX = (ROOT / "deploy/nginx.conf").read_text()
SEATS = (1, 2)
FRAME = """
daemon off;
user root;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/poolviz.conf;
}}
"""


def copied() -> list[str]:
    """What the Dockerfile copies from the repository."""
    text = (ROOT / "deploy/Dockerfile").read_text()
    lines = [shlex.split(line) for line in text.splitlines() if line.startswith("COPY ")]
    return [source for _copy, *sources, _target in lines for source in sources]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether a healthy process answers at this address."""
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
            return True
    except OSError:
        return False


def launch(
    log: IO[str], port: int, script: str = "app.py", folder: Path = ROOT, **settings: str
) -> subprocess.Popen:
    """``streamlit run script`` in a folder, with further environment variables."""
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    environment = {**os.environ, "PYTHONPATH": str(folder), **settings}
    return subprocess.Popen(
        command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, env=environment
    )


def serve(log: IO[str], script: str = "app.py") -> tuple[subprocess.Popen, str]:
    """Start a script on a free port and wait until it is healthy: the process, its host."""
    port = free_port()
    process = launch(log, port, script)
    for _ in range(300):
        if answers(f"http://127.0.0.1:{port}"):
            return process, f"127.0.0.1:{port}"
        if process.poll() is not None:
            break
        time.sleep(0.2)
    process.kill()
    raise SystemExit(f"{script} did not come up")


def memory(processes: list[subprocess.Popen]) -> float:
    """Resident memory of the processes, MB."""
    return sum(psutil.Process(p.pid).memory_info().rss for p in processes) / 1e6


def cpu_seconds(processes: list[subprocess.Popen]) -> float:
    """What the processes have used of the processor."""
    times = [psutil.Process(p.pid).cpu_times() for p in processes]
    return sum(t.user + t.system for t in times)


@dataclass
class Deployment:
    """nginx at ``url`` and the processes of seats 1 and 2 behind it."""

    folder: Path
    nginx: str
    url: str = ""
    ports: dict[int, int] = field(default_factory=dict)
    running: dict[int, subprocess.Popen] = field(default_factory=dict)
    proxy: subprocess.Popen | None = None

    def start(self) -> None:
        """Lay the image's files out, start both processes, then nginx."""
        image = self.folder / "image"
        for source in copied():
            if (ROOT / source).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
                shutil.copytree(ROOT / source, image / source, ignore=ignored)
            else:
                image.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, image / source)
        self.ports = {seat: free_port() for seat in SEATS}
        for seat in self.ports:
            self.seat(seat)
        port = free_port()
        conf = NGINX.replace("listen 8080;", f"listen 127.0.0.1:{port};")
        for seat, inner in self.ports.items():
            conf = conf.replace(f"app-{seat}:8501", f"127.0.0.1:{inner}")
        (self.folder / "poolviz.conf").write_text(conf)
        (self.folder / "nginx.conf").write_text(FRAME.format(folder=self.folder))
        with (self.folder / "nginx.log").open("w") as log:
            self.proxy = subprocess.Popen(
                [self.nginx, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")],
                stderr=log,
            )
        self.url = f"http://127.0.0.1:{port}"
        self.wait(self.url)
        for inner in self.ports.values():
            self.wait(f"http://127.0.0.1:{inner}")

    def wait(self, url: str) -> None:
        """Until a healthy process answers at url."""
        for _ in range(600):
            if answers(url):
                return
            time.sleep(0.1)
        logs = [path.read_text() for path in sorted(self.folder.glob("*.log"))]
        raise AssertionError(f"{url} did not come up:\n" + "\n".join(logs))

    def seat(self, seat: int) -> None:
        """Start the process of a seat, at its port."""
        with (self.folder / f"app-{seat}.log").open("a") as log:
            self.running[seat] = launch(
                log, self.ports[seat], folder=self.folder / "image", POOLVIZ_SEAT=str(seat)
            )

    def kill(self, seat: int) -> None:
        """The process of a seat dies, without a word."""
        self.running[seat].send_signal(signal.SIGKILL)
        self.running[seat].wait()

    def stop(self) -> None:
        """End everything."""
        if self.proxy is not None:
            self.proxy.terminate()
            self.proxy.wait(20)
        for process in self.running.values():
            process.terminate()
            process.wait(20)

    def logged(self) -> str:
        """What the processes have logged."""
        return "".join((self.folder / f"app-{seat}.log").read_text() for seat in self.ports)


def nginx_path() -> str | None:
    """Debian keeps nginx where only root's PATH leads."""
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
