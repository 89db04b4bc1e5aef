"""deploy/ on this machine: Debian's nginx with the shipped configuration before two processes.

The processes run from a copy of what the Dockerfile copies, and nothing else.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.conftest import ROOT, free_port
from tests.test_deploy import NGINX, copied

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


def answers(url: str) -> bool:
    """Whether a healthy process answers at this address."""
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
            return True
    except OSError:
        return False


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
        self.ports = {seat: free_port() for seat in (1, 2)}
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
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        command += ["--server.address=127.0.0.1", f"--server.port={self.ports[seat]}"]
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        with (self.folder / f"app-{seat}.log").open("a") as log:
            self.running[seat] = subprocess.Popen(
                command, cwd=self.folder / "image", stdout=log, stderr=subprocess.STDOUT,
                env={**environment, "POOLVIZ_SEAT": str(seat)},
            )  # fmt: skip

    def kill(self, seat: int) -> None:
        """The process of a seat dies, without a word."""
        self.running[seat].send_signal(signal.SIGKILL)
        self.running[seat].wait()

    def stop(self) -> None:
        """End everything; the logs hold no exception."""
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


def seat_of(headers: list[str]) -> str:
    """The seat that an answer's Set-Cookie gives, "" if none."""
    found = [re.match(r"poolviz_seat=([^;]+);", each) for each in headers]
    return next((m.group(1) for m in found if m), "")
