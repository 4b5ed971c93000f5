"""Each reason for not starting is one line, and an exit code that is not 0."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from salesdash.embedded.layout import CHECKOUT
from salesdash.supervisor import preflight
from salesdash.supervisor.preflight import Refusal


def demo(**variables):
    command = [sys.executable, "-m", "salesdash.supervisor", "demo"]
    return subprocess.run(command, cwd=CHECKOUT, env=os.environ | variables, capture_output=True, text=True)


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "80 80", "８０００"])
def test_a_port_that_is_none_is_refused(port):
    done = demo(PORT=port)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: PORT must be a number from 1 to 65535, not '{port}'.\n"


def test_a_taken_port_is_named_and_another_is_offered():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(Refusal) as caught:
            preflight.check_port("127.0.0.1", port)
    assert f"Port {port} is taken" in str(caught.value)
    assert "make demo PORT=8000" in str(caught.value)
    preflight.check_port("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_refused():
    with pytest.raises(Refusal, match=r"cannot be used on 192\.0\.2\.1"):
        preflight.check_port("192.0.2.1", 8000)


def test_an_old_python_is_named():
    with pytest.raises(Refusal, match=r"Python 3\.11 or newer is needed; this is Python 3\.9\."):
        preflight.check_python((3, 9))


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "var").write_text("")
    with pytest.raises(Refusal, match="Cannot use"):
        preflight.check_folder(tmp_path / "var" / "log")


@pytest.mark.parametrize(
    ("number", "said"),
    [(28, "is full: free some space"), (122, "is full"), (13, "Cannot write"), (30, "Read-only file system")],
)
def test_refusals_of_the_file_system_say_what_to_do(number, said):
    text = preflight.explain(OSError(number, os.strerror(number), "var/file"), Path("var"))
    assert said in text
    assert "\n" not in text


def choose_python(folder, **programs):
    """infra/python.sh with nothing but these programs on PATH."""
    for name, script in programs.items():
        path = folder / name.replace("_", ".")
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    command = ["/bin/sh", str(CHECKOUT / "infra" / "python.sh")]
    return subprocess.run(command, env={"PATH": str(folder)}, capture_output=True, text=True)


def pretends(version):
    """A Python of another version: real code, other numbers."""
    before = f"import sys; sys.version_info = {version};"
    return f'shift; exec "{sys.executable}" -c "{before} $*"'


def test_python_too_old_is_one_line(tmp_path):
    done = choose_python(tmp_path, python3=pretends((3, 9, 2)))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: Python 3.11 or newer with venv and pip is needed; found: python3 is 3.9.\n"


def test_no_python_at_all_is_one_line(tmp_path):
    done = choose_python(tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "found: none" in done.stderr


def test_a_shim_that_fails_and_an_old_one_are_passed_over(tmp_path):
    good = f'exec "{sys.executable}" "$@"'
    done = choose_python(tmp_path, python3_13="exit 127", python3=pretends((3, 10, 1)), python=good)
    assert (done.returncode, done.stdout) == (0, "python\n")


def test_a_python_without_venv_is_told_what_is_missing(tmp_path):
    before = "import sys; sys.version_info = (3, 12, 0); sys.modules['ensurepip'] = None;"
    done = choose_python(tmp_path, python3_12=f'shift; exec "{sys.executable}" -c "{before} $*"')
    assert done.returncode == 1
    assert "apt install python3.12-venv" in done.stderr
